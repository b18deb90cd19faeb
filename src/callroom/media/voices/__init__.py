"""Typed texts spoken by offline neural voices, where they are installed (``make voices``).

The voices are Kokoro-82M's (Apache-2.0): one model for both languages and a small file of style for each voice. They
speak in a process of their own (``speaking``), as a second of speech takes a processor about a second.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from callroom.media.prompts import Language


@dataclass(frozen=True, slots=True)
class Voice:
    """``id`` is the name of its style file, ``digest`` that file's SHA-256; names are (Chinese, English)."""

    id: str
    language: Language
    names: tuple[str, str]
    female: bool
    digest: str


VOICES = {
    voice.id: voice
    for voice in (
        Voice(
            "zf_xiaoxiao",
            "zh",
            ("晓晓", "Xiaoxiao"),
            True,
            "03adb5d5e3ddd88b047954e974e651cb0a4b524c985057e5d872e962c7be1169",
        ),
        Voice(
            "zf_xiaoyi",
            "zh",
            ("晓伊", "Xiaoyi"),
            True,
            "bc1555c5c486099196ac254bae5e0bb543c121952a3092f50b7d8724f1bc36b3",
        ),
        Voice(
            "zm_yunxi",
            "zh",
            ("云希", "Yunxi"),
            False,
            "7243892fb4e560d47014090ddf010f8b8b790f3c6b029ff82b2ac06aa4e27c8b",
        ),
        Voice(
            "af_heart",
            "en",
            ("Heart", "Heart"),
            True,
            "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
        ),
        Voice(
            "af_bella",
            "en",
            ("Bella", "Bella"),
            True,
            "f69d836209b78eb8c66e75e3cda491e26ea838a3674257e9d4e5703cbaf55c8b",
        ),
        Voice(
            "am_michael",
            "en",
            ("Michael", "Michael"),
            False,
            "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
        ),
    )
}
USUAL: dict[Language, str] = {"zh": "zf_xiaoxiao", "en": "af_heart"}


def styles_folder() -> Path:
    """Where ``make voices`` puts the voices' style files."""
    return Path(sys.prefix) / "share" / "callroom" / "voices"


def installed() -> bool:
    """Whether typed texts can be spoken here: the style files are the last that ``make voices`` puts in place. Asked
    anew each time, so that a running site takes them up."""
    return all((styles_folder() / f"{voice}.bin").is_file() for voice in VOICES)
