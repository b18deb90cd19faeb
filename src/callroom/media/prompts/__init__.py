"""What the system says by itself, in Chinese and English: texts in catalogue.toml, sounds beside it.

The sounds are rendered before shipping by scripts/render_prompts.py; nothing here speaks. Paths carry no extension, as
the engine chooses the file that fits the call's codec.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

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


def prompts_folder() -> Path:
    """The folder with catalogue.toml and a folder of sounds for each language."""
    return Path(__file__).resolve().parent


@cache
def catalogue() -> dict[str, Entry]:
    """Every prompt by its name, in the catalogue's order."""
    tables = tomllib.loads((prompts_folder() / "catalogue.toml").read_text("utf-8"))
    return {name: _entry(name, table) for name, table in tables.items()}


def _entry(name: str, table: dict[str, str]) -> Entry:
    zh, en = table["zh"], table["en"]
    return Entry(name, (zh, en), (table.get("spoken_zh", zh), table.get("spoken_en", en)))


def system_prompts() -> list[tuple[str, str, str]]:
    """All system prompts as (name, Chinese text, English text), in the catalogue's order."""
    return [(entry.name, *entry.texts) for entry in catalogue().values()]


def system_prompt(name: str, language: str) -> str:
    """The absolute path, without extension, of a system prompt; raises UnknownPrompt."""
    if name not in catalogue() or language not in LANGUAGES:
        raise UnknownPrompt(name, language)
    return str(prompts_folder() / language / name)


def number_prompts(n: int, language: str, *, counting: bool = False) -> list[str]:
    """The prompts, as of `system_prompt`, that say the whole number 0 to 999 one after the other.

    `counting` says that things are counted: Chinese then has 两 for a lone 2. Raises ValueError for other numbers.
    """
    if not 0 <= n <= 999:
        raise ValueError(f"numbers from 0 to 999 can be said, not {n}")
    names = ["count_2"] if counting and n == 2 else _number(n, chinese=language == "zh")
    return [system_prompt(name, language) for name in names]


def digit_prompts(digits: str, language: str) -> list[str]:
    """The prompts that say each digit of a staff or telephone number; raises ValueError for what is no digit."""
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError("only the digits 0 to 9 can be said one by one")
    return [system_prompt(f"digit_{digit}", language) for digit in digits]


def _number(n: int, *, chinese: bool) -> list[str]:
    hundreds, rest = divmod(n, 100)
    names = [f"number_{hundreds}00"] if hundreds else []
    if hundreds and chinese and 0 < rest < 20:
        # 一百零二 and 一百一十二: inside a greater number a missing ten is said, and so is the one of ten.
        names.append("digit_0" if rest < 10 else "digit_1")
    if 10 <= rest < 20:
        names.append(f"number_{rest}")
        return names
    tens, ones = divmod(rest, 10)
    if tens:
        names.append(f"number_{tens}0")
    if ones or not names:
        names.append(f"digit_{ones}")
    return names
