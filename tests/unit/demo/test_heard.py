"""What a phone heard, with a clock of the test's own."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from callroom.demo.phone import Heard, ToneNotHeard, WavFile
from callroom.demo.tones import tone, tone_share


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def feed(heard: Heard, clock: Clock, frequency: int, packets: int, *, first: int = 0, ssrc: int = 1) -> None:
    sound = tone(frequency, packets * 0.02)
    for n in range(packets):
        heard.add(sound[n * 160 : (n + 1) * 160], timestamp=first + n * 160, ssrc=ssrc)
        clock.now += 0.02


async def test_a_tone_is_heard_until_the_line_falls_silent() -> None:
    clock = Clock()
    heard = Heard(clock)
    feed(heard, clock, 440, 50)
    assert heard.tone(440) > 0.95
    assert heard.tone(880) < 0.01
    clock.now += 2.0
    assert heard.tone(440) == 0.0
    assert heard.silent_for() == pytest.approx(2.02)
    assert heard.longest_gap() == pytest.approx(2.02)


async def test_a_pause_stays_a_pause_in_the_recording(tmp_path: Path) -> None:
    clock = Clock()
    heard = Heard(clock)
    feed(heard, clock, 440, 50)
    clock.now += 1.0
    feed(heard, clock, 880, 50, first=77, ssrc=2)  # another sender, as after a transfer
    heard.save_wav(tmp_path / "heard.wav")
    data, rate = soundfile.read(tmp_path / "heard.wav", dtype="int16")
    assert rate == 8000
    assert len(data) == pytest.approx(3 * 8000, abs=170)
    assert tone_share(data[:8000], 440) > 0.99
    assert not data[8000:16000].any()
    assert tone_share(data[-8000:], 880) > 0.99


async def test_lost_and_swapped_packets_keep_the_time_line() -> None:
    clock = Clock()
    heard = Heard(clock)
    sound = tone(440, 1.0)
    for n in [*range(10), 11, 10, *range(15, 50)]:
        heard.add(sound[n * 160 : (n + 1) * 160], timestamp=(0xFFFFFF00 + n * 160) & 0xFFFFFFFF, ssrc=1)
        clock.now += 0.02
    kept = heard.samples()
    assert kept.size == 8000
    assert np.array_equal(kept[: 12 * 160], sound[: 12 * 160])
    assert not kept[12 * 160 : 15 * 160].any()


async def test_a_missing_tone_says_what_came_instead() -> None:
    clock = Clock()
    heard = Heard(clock)
    feed(heard, clock, 600, 50)
    heard.close()
    with pytest.raises(ToneNotHeard, match="600 Hz"):
        await heard.wait_tone(440, timeout=0.01)


def test_a_file_of_another_rate_is_brought_to_8000(tmp_path: Path) -> None:
    n = np.arange(44100)
    stereo = np.stack([np.sin(2 * np.pi * 1000 / 44100 * n), np.sin(2 * np.pi * 6000 / 44100 * n)], axis=1) * 0.4
    soundfile.write(tmp_path / "in.wav", stereo, 44100)
    sound = WavFile(tmp_path / "in.wav")
    assert sound.seconds == pytest.approx(1.0)
    assert tone_share(sound.samples[1000:7000], 1000) > 0.99  # 6000 Hz must not fold back


def test_a_file_that_is_no_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.wav").write_text("not a sound")
    with pytest.raises(soundfile.LibsndfileError):
        WavFile(tmp_path / "x.wav")
