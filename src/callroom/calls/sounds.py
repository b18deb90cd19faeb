"""Which files are played for what a flow wants to say."""

from collections.abc import Callable, Sequence

from callroom.core.directory import Directory
from callroom.core.ivr.model import Sound
from callroom.media.prompts import number_prompts, system_prompt


class Sounds:
    """Finds sound files (absolute paths without extension). An uploaded prompt that was deleted says nothing."""

    def __init__(self, directory: Callable[[], Directory]) -> None:
        self._directory = directory

    def system(self, language: str, *names: str) -> list[str]:
        return [system_prompt(name, language) for name in names]

    def count(self, number: int, language: str) -> list[str]:
        """How many."""
        return number_prompts(number, language, counting=True)

    def uploaded(self, prompt: str) -> list[str]:
        path = self._directory().prompts.get(prompt)
        return [path] if path else []

    def of(self, sound: Sound | None, language: str) -> Sequence[str]:
        if sound is None:
            return []
        return self.uploaded(sound.prompt) if sound.prompt else self.system(language, sound.system)
