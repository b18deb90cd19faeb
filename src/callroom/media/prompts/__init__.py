"""What the system says by itself, in Chinese and English: texts in catalogue.toml, sounds beside it.

The sounds are rendered before shipping by scripts/render_prompts.py; nothing here speaks. Paths carry no extension, as
the engine chooses the file that fits the call's codec.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from callroom.errors import CallroomError

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
# Parts of numbers and amounts: said in Chinese as by somebody who goes on, else each sounds as the end of a sentence.
GOING_ON = ("count_", "number_", "point_", "unit_", "yuan_", "jiao_", "fen_")


@dataclass
class UnknownPrompt(CallroomError):
    """There is no system prompt of this name in this language."""

    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One prompt of the catalogue; each pair of texts is (Chinese, English), "" where a language has no such part."""

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
    zh, en, inside = table.get("zh", ""), table.get("en", ""), table.get("inside", False)
    going_on = f"{zh}，" if zh and inside and name.startswith(GOING_ON) else zh
    return Entry(name, (zh, en), (table.get("spoken_zh", going_on), table.get("spoken_en", en)), inside)


def system_prompt(name: str, language: str) -> str:
    """The absolute path, without extension, of a system prompt; raises UnknownPrompt."""
    entry = catalogue().get(name)
    if entry is None or language not in LANGUAGES or not entry.texts[LANGUAGES.index(language)]:
        raise UnknownPrompt(name, language)
    return str(prompts_folder() / language / name)
