"""What the system says is there in both languages, is sound, and fits its text."""

import hashlib
import json

import numpy as np
import pytest
import soundfile

from callroom.core.spoken import digits, whole
from callroom.demo.tones import RATE, SILENCE_RMS, Samples, rms
from callroom.media.prompts import (
    LANGUAGES,
    Language,
    UnknownPrompt,
    catalogue,
    prompts_folder,
    system_prompt,
)

EVERY = [
    (name, language)
    for name, entry in catalogue().items()
    for language, text in zip(LANGUAGES, entry.texts, strict=True)
    if text
]


def sound(name: str, language: Language) -> Samples:
    samples, rate = soundfile.read(f"{system_prompt(name, language)}.wav", dtype="int16")
    assert rate == RATE
    return samples


def spoken(name: str, language: Language) -> str:
    return catalogue()[name].spoken[LANGUAGES.index(language)]


def said(n: int, language: str, *, counting: bool = False) -> str:
    """The texts of a number's prompts, one after the other."""
    names = whole(n, chinese=language == "zh", counting=counting)
    texts = [catalogue()[name].texts[language == "en"] for name in names]
    return "".join(texts) if language == "zh" else " ".join(texts).replace(".", "").lower()


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_prompt_is_telephone_sound_as_loud_as_the_others(name: str, language: Language):
    about = soundfile.info(f"{system_prompt(name, language)}.wav")
    assert (about.samplerate, about.channels, about.subtype, about.format) == (RATE, 1, "PCM_16", "WAV")
    samples = sound(name, language)
    assert np.abs(samples.astype(int)).max() <= 32768 * 10 ** (-1.5 / 20)
    frames = samples[: samples.size // 80 * 80].reshape(-1, 80)
    levels = np.array([rms(frame) for frame in frames])
    speech = float(np.sqrt(np.mean(np.square(levels[levels > levels.max() / 30]))))
    assert 32768 * 10 ** (-23 / 20) < speech < 32768 * 10 ** (-18 / 20)


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_prompt_begins_and_ends_with_a_short_silence(name: str, language: Language):
    samples = sound(name, language)
    edge = round((0.025 if catalogue()[name].inside else 0.07) * RATE)
    assert rms(samples[:edge]) < SILENCE_RMS
    assert rms(samples[-edge:]) < SILENCE_RMS
    middle = samples[edge:-edge]
    assert rms(middle) > 1000
    heard = np.flatnonzero(np.abs(middle) > 300)
    assert heard[0] < 0.15 * RATE
    assert heard[-1] > middle.size - 0.3 * RATE


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_prompt_lasts_as_long_as_its_text_takes_to_say(name: str, language: Language):
    seconds = sound(name, language).size / RATE - (0.06 if catalogue()[name].inside else 0.16)
    letters = sum(sign.isalpha() for sign in spoken(name, language))
    # Syllables in Chinese, letters in English; a single one or two are said slowly.
    fastest, slowest = (7.5, 3.0) if language == "zh" else (20.0, 8.0)
    assert letters / fastest - 0.05 < seconds < letters / slowest + 0.6


def test_every_sound_says_the_text_the_catalogue_has_now():
    record = json.loads((prompts_folder() / "rendered.json").read_text("utf-8"))
    for place, language in enumerate(LANGUAGES):
        now = {
            entry.name: hashlib.sha256(entry.spoken[place].encode()).hexdigest()
            for entry in catalogue().values()
            if entry.texts[place]
        }
        assert record[language]["texts"] == now
        assert {file.stem for file in (prompts_folder() / language).glob("*.wav")} == set(now)


def test_all_sounds_together_stay_small():
    assert sum(file.stat().st_size for file in prompts_folder().rglob("*.wav")) < 20_000_000


def test_both_languages_say_all_but_parts_of_values():
    texts = {name: entry.texts for name, entry in catalogue().items()}
    assert texts["trunk_busy"] == ("线路忙，请稍后再拨。", "All lines are busy. Please try again later.")
    assert all((zh and en) or (catalogue()[name].inside and (zh or en)) for name, (zh, en) in texts.items())


@pytest.mark.parametrize(
    ("name", "language"), [("no_such", "zh"), ("welcome", "fr"), ("../zh/welcome", "en"), ("yuan_5", "en")]
)
def test_an_unknown_prompt_is_an_error(name: str, language: str):
    with pytest.raises(UnknownPrompt) as caught:
        system_prompt(name, language)
    assert (caught.value.name, caught.value.language) == (name, language)


@pytest.mark.parametrize(
    ("n", "zh", "en"),
    [
        (0, "零", "zero"),
        (2, "二", "two"),
        (10, "十", "ten"),
        (13, "十三", "thirteen"),
        (20, "二十", "twenty"),
        (47, "四十七", "forty-seven"),
        (100, "一百", "one hundred"),
        (102, "一百零二", "one hundred and two"),
        (115, "一百一十五", "one hundred and fifteen"),
        (999, "九百九十九", "nine hundred and ninety-nine"),
        (1000, "一千", "one thousand"),
    ],
)
def test_numbers_are_said_as_people_say_them(n: int, zh: str, en: str):
    assert said(n, "zh") == zh
    assert said(n, "en") == en


def test_two_that_are_counted_have_their_own_word_in_chinese():
    assert said(2, "zh", counting=True) == "两"
    assert said(12, "zh", counting=True) == "十二"
    assert said(2, "en", counting=True) == "two"


@pytest.mark.parametrize("n", [-1, 10**12])
def test_other_numbers_cannot_be_said(n: int):
    with pytest.raises(ValueError, match="from 0 to below"):
        whole(n, chinese=True)


def test_a_number_is_said_digit_by_digit():
    assert digits("10a3#") == ["digit_1", "digit_0", "digit_3", "key_pound"]
