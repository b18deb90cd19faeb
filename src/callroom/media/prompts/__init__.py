"""What the system says by itself, in Chinese and English: texts in catalogue.toml, sounds beside it.

The sounds are rendered before shipping by scripts/render_prompts.py; nothing here speaks. Paths carry no extension, as
the engine chooses the file that fits the call's codec.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from callroom.core import spoken
from callroom.errors import CallroomError

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass
class UnknownPrompt(CallroomError):
    """There is no system prompt of this name in this language."""

    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One prompt of the catalogue; each pair of texts is (Chinese, English)."""

    name: str
    texts: tuple[str, str]
    spoken: tuple[str, str]  # what the voice is given; differs from the text only where that is read wrongly
    inside: bool  # a part of a spoken value, with hardly a silence at its ends


def prompts_folder() -> Path:
    """The folder with catalogue.toml and a folder of sounds for each language."""
    return Path(__file__).resolve().parent


@cache
def catalogue() -> dict[str, Entry]:
    """Every prompt by its name, in the catalogue's order."""
    tables = tomllib.loads((prompts_folder() / "catalogue.toml").read_text("utf-8"))
    return {name: _entry(name, table) for name, table in tables.items()}


def _entry(name: str, table: dict[str, Any]) -> Entry:
    zh, en = table["zh"], table["en"]
    return Entry(name, (zh, en), (table.get("spoken_zh", zh), table.get("spoken_en", en)), table.get("inside", False))


def system_prompts() -> list[tuple[str, str, str]]:
    """All system prompts as (name, Chinese text, English text), in the catalogue's order."""
    return [(entry.name, *entry.texts) for entry in catalogue().values()]


def system_prompt(name: str, language: str) -> str:
    """The absolute path, without extension, of a system prompt; raises UnknownPrompt."""
    if name not in catalogue() or language not in LANGUAGES:
        raise UnknownPrompt(name, language)
    return str(prompts_folder() / language / name)


def number_prompts(n: int, language: str, *, counting: bool = False) -> list[str]:
    """The prompts, as of `system_prompt`, that say a whole number one after the other.

    `counting` says that things are counted: Chinese then has 两 for a lone 2. Raises ValueError for numbers below 0 or
    from spoken.GREATEST on.
    """
    names = spoken.whole(n, chinese=language == "zh", counting=counting)
    return [system_prompt(name, language) for name in names]


def digit_prompts(digits: str, language: str) -> list[str]:
    """The prompts that say each digit of a staff or telephone number; raises ValueError for what is no digit."""
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("only the digits 0 to 9 can be said one by one")
    return [system_prompt(f"digit_{digit}", language) for digit in digits]


def value_prompts(value: str, style: spoken.Style, language: str) -> list[str]:
    """The prompts that say a value, as of `core.spoken`; none for a value in which there is nothing to say."""
    return [system_prompt(name, language) for name in spoken.spoken(value, style, language)]
