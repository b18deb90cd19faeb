"""Which files are played for what a flow wants to say."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from callroom.core import spoken
from callroom.core.directory import Directory
from callroom.core.ivr.graph import sounds
from callroom.core.ivr.model import Sound
from callroom.core.spoken import Style
from callroom.core.surveys import sounds_of
from callroom.errors import CallroomError
from callroom.media.prompts import system_prompt
from callroom.media.voices import USUAL, VOICES
from callroom.media.voices.speaking import LONGEST_TEXT, NoVoices, Said, tidy

log = structlog.get_logger(__name__)
SPOKEN_WITHIN = 8.0  # seconds a caller waits for a text that was not spoken before


class Speech(Protocol):
    """The sounds of typed texts."""

    def known(self, text: str, voice: str) -> Path | None:
        """The file, if the text was spoken before."""
        ...

    async def say(self, text: str, voice: str) -> Path:
        """The file, spoken now if need be. Raises ``CallroomError``."""
        ...


class NoSpeech:
    """Where there are no voices."""

    def known(self, text: str, voice: str) -> Path | None:
        return None

    async def say(self, text: str, voice: str) -> Path:
        raise NoVoices


class Sounds:
    """Finds sound files (absolute paths without extension). An uploaded prompt that was deleted says nothing."""

    def __init__(self, directory: Callable[[], Directory], speech: Speech | None = None) -> None:
        self._directory = directory
        self._speech: Speech = speech or NoSpeech()

    def system(self, language: str, *names: str) -> list[str]:
        return [self._own(name, language) or system_prompt(name, language) for name in names]

    def count(self, number: int, language: str) -> list[str]:
        """How many."""
        return self.system(language, *spoken.whole(number, chinese=language == "zh", counting=True))

    def digits(self, text: str, language: str) -> list[str]:
        """Digits, and the other keys of a telephone, one by one; what is neither is not said."""
        return self.system(language, *spoken.digits(text))

    def value(self, value: str, style: Style, language: str) -> list[str]:
        """A number, amount, date or time; a value that is none is said by its digits, or not at all."""
        return self.system(language, *spoken.spoken(value, style, language))

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

    def uploaded(self, prompt: str, language: str) -> list[str]:
        path = self._directory().prompt(prompt, language)
        return [path] if path else []

    def typed(self, texts: dict[str, str], language: str) -> list[str]:
        """A typed text's sound in this language, or in another one that is there; a text without sound is not said."""
        for one in (language, *texts):
            text = texts.get(one, "").strip()[:LONGEST_TEXT]
            if text and (file := self._speech.known(text, voice_of(self._directory(), one))):
                return [str(file.with_suffix(""))]
        if any(text.strip() for text in texts.values()):
            log.error("a typed text has no sound and is not said", pii_texts=texts)
        return []

    async def ready(self, texts: dict[str, str], language: str) -> None:
        """Wait a little for a typed text that was not spoken before: it is known only in the call, or quite new."""
        text = texts.get(language, "").strip()[:LONGEST_TEXT]
        voice = voice_of(self._directory(), language)
        if not text or self._speech.known(text, voice):
            return
        try:
            async with asyncio.timeout(SPOKEN_WITHIN):
                await self._speech.say(text, voice)
        except (TimeoutError, CallroomError, OSError) as error:
            log.error("a typed text could not be spoken in time", error=str(error) or type(error).__name__)

    def of(self, sound: Sound | None, language: str) -> Sequence[str]:
        if sound is None:
            return []
        if sound.prompt:
            return self.uploaded(sound.prompt, language)
        return self.system(language, sound.system) if sound.system else self.typed(sound.text, language)

    def _own(self, name: str, language: str) -> str | None:
        """What the site says instead of a system prompt; only in a language in which it has that."""
        directory = self._directory()
        return directory.prompts.get(directory.said_instead.get(name, ""), {}).get(language)


def voice_of(directory: Directory, language: str) -> str:
    """Who speaks typed texts of a language at this site."""
    chosen = directory.company.voices.get(language, "")
    return chosen if chosen in VOICES else USUAL["en" if language == "en" else "zh"]


def typed_texts(directory: Directory) -> set[Said]:
    """Every typed text that calls may say, with its voice."""
    typed = [
        sound for one in directory.attendants.values() for node in one.flow.nodes.values() for sound in sounds(node)
    ]
    typed += [sound for survey in directory.surveys.values() for _, sound in sounds_of(survey.form)]
    return {
        (tidy(text.strip()[:LONGEST_TEXT]), voice_of(directory, language))
        for sound in typed
        for language, text in sound.text.items()
        if text.strip()
    }
