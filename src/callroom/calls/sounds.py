"""Which files are played for what a flow wants to say."""

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from callroom.core.directory import Directory
from callroom.core.ivr.model import Sound
from callroom.core.spoken import Style
from callroom.media.prompts import digit_prompts, number_prompts, system_prompt, value_prompts


class Sounds:
    """Finds sound files (absolute paths without extension). An uploaded prompt that was deleted says nothing."""

    def __init__(self, directory: Callable[[], Directory]) -> None:
        self._directory = directory

    def system(self, language: str, *names: str) -> list[str]:
        return [system_prompt(name, language) for name in names]

    def count(self, number: int, language: str) -> list[str]:
        """How many."""
        return number_prompts(number, language, counting=True)

    def digits(self, text: str, language: str) -> list[str]:
        """Digits one by one; what is no digit is not said."""
        digits = "".join(sign for sign in text if sign in "0123456789")
        return digit_prompts(digits, language) if digits else []

    def value(self, value: str, style: Style, language: str) -> list[str]:
        """A number, amount, date or time; a value that is none is said by its digits, or not at all."""
        return value_prompts(value, style, language)

    def key(self, key: str, language: str) -> list[str]:
        """One key of a telephone."""
        named = {"*": "key_star", "#": "key_pound"}
        return self.system(language, named[key]) if key in named else self.digits(key, language)

    def staff_number(self, number: str, language: str) -> list[str]:
        """Who answers; nothing for an agent without a staff number."""
        if not (digits := self.digits(number, language)):
            return []
        return [
            *self.system(language, "staff_number_before"),
            *digits,
            *self.system(language, "staff_number_after"),
        ]

    def moment(self, at: datetime, now: datetime, zone: str, language: str) -> list[str]:
        """When something was, as people say it: today, yesterday or a date, and the time in the company's zone."""
        here, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
        days = (today - here.date()).days
        if days in (0, 1):
            day = self.system(language, "vm_yesterday" if days else "vm_today")
        else:
            day = self.value(f"{here:%Y-%m-%d}", "date", language)
        return [*day, *self.value(f"{here:%H:%M}", "time", language)]

    def uploaded(self, prompt: str) -> list[str]:
        path = self._directory().prompts.get(prompt)
        return [path] if path else []

    def of(self, sound: Sound | None, language: str) -> Sequence[str]:
        if sound is None:
            return []
        if sound.prompt:
            return self.uploaded(sound.prompt)
        return self.system(language, sound.system) if sound.system else []
