"""Uploaded sounds become telephone sound; what is no sound, or too much of it, is told."""

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from callroom.demo.tones import RATE, rms, tone, tone_share
from callroom.media import upload
from callroom.media.upload import NotAudio, TooLong, convert_upload


def file_of(rate: int, *, format: str = "WAV", subtype: str | None = None, frequency: float = 1000.0) -> bytes:
    """Two seconds of stereo tone (the right side silent) as the content of a file."""
    left = tone(frequency, 2.0, level=0.6, rate=rate) / np.float32(32768)
    content = io.BytesIO()
    channels = left if subtype == "GSM610" else np.stack((left, np.zeros_like(left)), axis=1)
    soundfile.write(content, channels, rate, subtype=subtype, format=format)
    return content.getvalue()


@pytest.mark.parametrize(
    ("rate", "format", "subtype"),
    [
        (8000, "WAV", "PCM_16"),
        (8000, "WAV", "GSM610"),
        (8000, "WAV", "ULAW"),
        (11025, "WAV", "PCM_16"),
        (16000, "FLAC", "PCM_24"),
        (44100, "MP3", None),
        (44100, "WAV", "FLOAT"),
        (48000, "OGG", "VORBIS"),
    ],
)
def test_a_tone_keeps_its_frequency_and_length(tmp_path: Path, rate: int, format: str, subtype: str | None):
    into = tmp_path / "prompt.wav"
    made = convert_upload(file_of(rate, format=format, subtype=subtype), into)
    seconds = made.seconds
    assert seconds == pytest.approx(2.0, abs=0.15)  # MP3 and GSM come in whole frames
    about = soundfile.info(into)
    assert (about.samplerate, about.channels, about.subtype) == (RATE, 1, "PCM_16")
    samples, _ = soundfile.read(into, dtype="int16")
    assert samples.size == round(seconds * RATE)
    middle = samples[4000:12000]
    assert tone_share(middle, 1000.0) > 0.99
    assert rms(middle) == pytest.approx(32768 * 10 ** (-20 / 20), rel=0.1)
    assert (made.rate, made.channels) == (rate, 1 if subtype == "GSM610" else 2)
    level = 0.6 if subtype == "GSM610" else 0.3  # both sides' mean
    assert made.level.speech == pytest.approx(20 * np.log10(level / 2**0.5), abs=1.0)
    assert made.level.peak == pytest.approx(20 * np.log10(level), abs=3.5)  # a codec overshoots
    assert made.level.clipped == 0


def test_what_a_telephone_cannot_carry_does_not_come_back_as_another_tone(tmp_path: Path):
    into = tmp_path / "prompt.wav"
    convert_upload(file_of(44100, frequency=5000.0), into)
    samples, _ = soundfile.read(into, dtype="int16")
    assert rms(samples[800:-800]) < 10


def test_a_file_is_known_by_its_content_not_its_name(tmp_path: Path):
    source = tmp_path / "greeting.raw"
    source.write_bytes(file_of(16000, format="FLAC"))
    assert convert_upload(source, tmp_path / "prompt.wav").seconds == pytest.approx(2.0)


@pytest.mark.parametrize("content", [b"", b"Dear Sir or Madam, " * 100, file_of(8000)[:44], bytes(10_000)])
def test_what_holds_no_sound_is_told_and_leaves_nothing(tmp_path: Path, content: bytes):
    with pytest.raises(NotAudio):
        convert_upload(content, tmp_path / "prompt.wav")
    assert list(tmp_path.iterdir()) == []


def test_a_sound_that_is_too_long_is_told_and_leaves_nothing(tmp_path: Path):
    source = io.BytesIO()
    soundfile.write(source, np.zeros(8000 * 1801, np.int16), 8000, format="WAV", subtype="ULAW")
    with pytest.raises(TooLong) as caught:
        convert_upload(source.getvalue(), tmp_path / "prompt.wav")
    assert caught.value.minutes == 30
    assert list(tmp_path.iterdir()) == []


def test_a_length_found_only_while_reading_is_held_to_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(upload, "LONGEST", 1)
    monkeypatch.setattr(soundfile.SoundFile, "seekable", lambda _: False)
    with pytest.raises(TooLong):
        convert_upload(file_of(16000), tmp_path / "prompt.wav")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_upload_keeps_the_former_sound(tmp_path: Path):
    into = tmp_path / "prompt.wav"
    convert_upload(file_of(8000), into)
    before = into.read_bytes()
    with pytest.raises(NotAudio):
        convert_upload(b"nothing to hear", into)
    assert into.read_bytes() == before
