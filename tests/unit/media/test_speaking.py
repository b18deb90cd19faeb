"""The process that speaks is started when it is needed, asked one text at a time, and replaced when it fails."""

import asyncio
import sys
from pathlib import Path

import pytest
import soundfile

from callroom.media.loudness import LOUDNESS, level_of
from callroom.media.voices import VOICES, install, installed, speaking
from callroom.media.voices.speaking import NotSpoken, NoVoices, Speaking

# Stands for the voices: writes the text into the file, and its own process id at the end.
SPEAKER = """
import json, os, sys, time
for line in sys.stdin:
    wanted = json.loads(line)
    if wanted["text"] == "die":
        os._exit(1)
    if wanted["text"] == "hang":
        time.sleep(60)
    while wanted["text"] == "slow" and not os.path.exists(wanted["into"] + ".go"):
        time.sleep(0.01)
    if wanted["text"] == "bad":
        print(json.dumps({"error": "bad text"}), flush=True)
        continue
    open(wanted["into"], "w").write(f"{wanted['text']} {wanted['voice']} {os.getpid()}")
    print(json.dumps({"seconds": 1}), flush=True)
"""
VOICE = "zf_xiaoxiao"


@pytest.fixture
async def voices(tmp_path: Path):
    made = Speaking(tmp_path / "spoken", (sys.executable, "-c", SPEAKER))
    yield made
    await made.close()


async def test_a_text_is_spoken_once_for_each_voice(voices: Speaking):
    first = await voices.say("您好", VOICE)
    assert first == await voices.say("  您好\n", VOICE) == voices.known("您好", VOICE)
    assert await voices.say("您好", "zm_yunxi") != first
    assert voices.known("再见", VOICE) is None
    text, voice, process = first.read_text().split()
    assert (text, voice) == ("您好", VOICE)
    assert (await voices.say("再见", VOICE)).read_text().split()[2] == process


async def test_a_text_that_cannot_be_said_hinders_no_other(voices: Speaking):
    for text in ("bad", "die"):
        with pytest.raises(NotSpoken):
            await voices.say(text, VOICE)
        assert voices.known(text, VOICE) is None
    assert (await voices.say("good", VOICE)).exists()


async def test_a_process_that_hangs_is_replaced(voices: Speaking, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(speaking, "SECONDS", 0.5)
    with pytest.raises(NotSpoken):
        await voices.say("hang", VOICE)
    monkeypatch.setattr(speaking, "SECONDS", 30.0)
    assert (await voices.say("good", VOICE)).exists()


async def test_many_who_ask_at_once_are_answered_each_with_his_own(voices: Speaking):
    files = await asyncio.gather(*(voices.say(f"text{n % 5}", VOICE) for n in range(20)))
    assert [file.read_text().split()[0] for file in files] == [f"text{n % 5}" for n in range(20)]


async def test_a_text_is_spoken_to_its_end_also_when_nobody_waits_any_more(voices: Speaking):
    first = (await voices.say("good", VOICE)).read_text().split()[2]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(voices.say("slow", VOICE), 0.2)
    waiting = asyncio.create_task(voices.say("never", VOICE))
    await asyncio.sleep(0.1)
    waiting.cancel()  # it was not his turn yet
    voices.file_of("slow", VOICE).with_suffix(".wav.go").touch()
    assert (await voices.say("next", VOICE)).read_text().split()[2] == first
    assert voices.known("slow", VOICE)
    assert not voices.known("never", VOICE)


async def test_what_the_configuration_wants_is_spoken_in_time(voices: Speaking):
    running = asyncio.create_task(voices.run())
    voices.want([("eins", VOICE), ("bad", VOICE), ("zwei", VOICE)])
    async with asyncio.timeout(30):
        while not (voices.known("eins", VOICE) and voices.known("zwei", VOICE)):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_without_voices_that_is_told(tmp_path: Path):
    with pytest.raises(NoVoices):
        await Speaking(tmp_path, ()).say("您好", VOICE)


def test_other_files_are_no_voices(tmp_path: Path):
    for voice in VOICES:
        (tmp_path / f"{voice}.bin").write_bytes(b"no voice")
    with pytest.raises(ValueError, match="not the voice"):
        install.install(tmp_path, tmp_path / "into")
    assert not (tmp_path / "into").exists()


@pytest.mark.skipif(not installed(), reason="the voices are not installed: make voices")
async def test_the_real_voices_speak_chinese_and_english_for_the_telephone(tmp_path: Path):

    real = Speaking(tmp_path)
    try:
        for text, voice, shortest, longest in (
            ("您好，您的CRM订单12已发货。", "zf_xiaoyi", 2.5, 8.0),
            ("Hello, your order 12 was sent.", "am_michael", 1.5, 6.0),
        ):
            sound, rate = soundfile.read(await real.say(text, voice), dtype="float32")
            assert rate == 8000
            assert shortest < len(sound) / rate < longest
            assert level_of(sound).speech == pytest.approx(LOUDNESS, abs=1.5)
        with pytest.raises(NotSpoken):
            await real.say("。。。", VOICE)
    finally:
        await real.close()
