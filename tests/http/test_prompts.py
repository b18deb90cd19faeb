"""Prompts: uploaded, spoken from a text, in one language or both, used by others; and what the system says itself."""

import io
import sys

import numpy as np
import pytest
import soundfile
from httpx2 import AsyncClient

from callroom.media.prompts import catalogue
from callroom.media.voices.speaking import Speaking

from .test_configuration import Refused

# Stands for the voices: a tone as many tenths of a second long as the text has signs.
SPEAKER = """
import json, sys
import numpy as np
import soundfile
for line in sys.stdin:
    wanted = json.loads(line)
    if "!!" in wanted["text"]:
        print(json.dumps({"error": "no"}), flush=True)
        continue
    tone = 0.1 * np.sin(np.arange(800 * len(wanted["text"])) / 2)
    soundfile.write(wanted["into"], tone, 8000, "PCM_16", format="WAV")
    print(json.dumps({"seconds": 1}), flush=True)
"""


def sound(seconds: float, level: float = 0.5) -> bytes:
    file = io.BytesIO()
    wave = level * np.sin(np.arange(int(44100 * seconds)) / 10).astype("float32")
    soundfile.write(file, np.stack([wave, wave], axis=1), 44100, format="FLAC")
    return file.getvalue()


async def test_prompt_is_made_fit_for_the_telephone(world, admin: AsyncClient, refused: Refused):
    file = {"file": ("hello.flac", sound(1.5))}
    made = (await admin.post("prompts", data={"name": "Hello"}, files=file)).json()
    assert (made["name"], made["seconds"], made["sounds"]["zh"]["source"]) == ("Hello", 1.5, "hello.flac")
    quality = made["sounds"]["zh"]["quality"]
    assert (quality["rate"], quality["channels"], quality["clipped"]) == (44100, 2, 0.0)
    assert quality["level"] == pytest.approx(-9.0, abs=0.2)
    heard = await admin.get(f"prompts/{made['id']}/sound")
    assert heard.headers["content-type"] == "audio/wav"
    data, rate = soundfile.read(io.BytesIO(heard.content))
    assert (rate, data.shape) == (8000, (12000,))
    folder = world.home / "prompts"
    [file_there] = folder.iterdir()

    again = await admin.post("prompts", data={"name": "Hello"}, files=file)
    assert refused(again) == {("name", "taken")}
    text = await admin.post("prompts", data={"name": "Text"}, files={"file": ("a.wav", b"RIFF no sound")})
    assert (text.status_code, text.json()["type"]) == (422, "urn:callroom:problem:not-audio")
    assert refused(await admin.post("prompts", data={"name": " "}, files=file)) == {("name", "string_too_short")}
    assert list(folder.iterdir()) == [file_there]  # what was refused left nothing behind

    queue = await world.make("queues", name="Q", greeting_prompt_id=made["id"])
    assert (await admin.delete(f"prompts/{made['id']}")).json()["type"].endswith(":in-use")
    uses = (await admin.get(f"prompts/{made['id']}/uses")).json()["items"]
    assert uses == [{"kind": "queue", "id": queue["id"], "name": "Q"}]
    assert (await admin.delete(f"queues/{queue['id']}")).status_code == 204
    renamed = await admin.put(f"prompts/{made['id']}", json=made | {"name": "Hi"}, headers={"If-Match": "1"})
    assert (renamed.json()["name"], renamed.json()["seconds"]) == ("Hi", 1.5)
    assert (await admin.delete(f"prompts/{made['id']}")).status_code == 204
    assert list(folder.iterdir()) == []


@pytest.fixture
async def speaking(world):
    world.site.speaking = Speaking(world.home / "prompts" / "spoken", (sys.executable, "-c", SPEAKER))
    yield world.site.speaking
    await world.site.speaking.close()


async def test_a_prompt_has_a_sound_for_each_language(world, admin: AsyncClient):
    both = {"name": "Hello", "folder": "Greetings", "language": "zh"}
    made = (await admin.post("prompts", data=both, files={"file": ("zh.flac", sound(1.0))})).json()
    of = f"prompts/{made['id']}"
    assert (await admin.get(f"{of}/sound?language=en")).content == (await admin.get(f"{of}/sound?language=zh")).content
    put = await admin.put(f"{of}/sounds/en", files={"file": ("en.flac", sound(2.0))}, data={"origin": "page"})
    row = put.json()
    assert (row["seconds"], row["folder"], {name: one["seconds"] for name, one in row["sounds"].items()}) == (
        2.0,
        "Greetings",
        {"zh": 1.0, "en": 2.0},
    )
    assert row["sounds"]["en"]["origin"] == "page"
    assert put.headers["etag"] == '"2"'
    assert (await admin.get(f"{of}/sound?language=en")).content != (await admin.get(f"{of}/sound?language=zh")).content
    assert len(list((world.home / "prompts").iterdir())) == 2
    await admin.put(f"{of}/sounds/en", files={"file": ("en.flac", sound(3.0))})
    assert len(list((world.home / "prompts").iterdir())) == 2  # the former sound went
    assert (await admin.delete(f"{of}/sounds/zh")).status_code == 204
    last = await admin.delete(f"{of}/sounds/en")
    assert (last.status_code, last.json()["type"]) == (409, "urn:callroom:problem:not-now")
    assert (await admin.get("prompts?q=greet")).json()["items"][0]["sounds"].keys() == {"en"}


async def test_a_loud_and_a_silent_file_show_what_they_are(admin: AsyncClient):
    async def quality(name: str, level: float) -> dict:
        file = {"file": (f"{name}.flac", sound(1.0, level))}
        return (await admin.post("prompts", data={"name": name}, files=file)).json()["sounds"]["zh"]["quality"]

    assert (await quality("loud", 1.5))["clipped"] > 0.2
    assert (await quality("silent", 0.0))["level"] is None


async def test_a_text_is_spoken_once_and_becomes_a_prompt(world, admin: AsyncClient, speaking: Speaking):
    told = (await admin.get("voices")).json()
    assert told["installed"]
    assert {one["language"] for one in told["items"]} == {"zh", "en"}
    heard = await admin.post("prompts/preview", json={"text": "您好，  再见", "language": "zh"})
    assert (heard.status_code, heard.headers["content-type"]) == (200, "audio/wav")
    assert len(soundfile.read(io.BytesIO(heard.content))[0]) == 800 * len("您好， 再见")
    said = {"name": "Typed", "text": "您好， 再见", "language": "zh", "voice": "zm_yunxi"}
    made = (await admin.post("prompts", data=said)).json()
    assert made["sounds"]["zh"] == {
        "seconds": 0.6,
        "origin": "text",
        "source": "",
        "text": "您好， 再见",
        "voice": "zm_yunxi",
        "quality": None,
    }
    assert len(list((world.home / "prompts" / "spoken").glob("*.wav"))) == 2  # one for each voice
    again = await admin.put(f"prompts/{made['id']}/sounds/en", data={"text": "Goodbye"})
    assert again.json()["sounds"]["en"]["voice"] == "af_heart"


async def test_what_cannot_be_spoken_is_told(admin: AsyncClient, speaking: Speaking, refused: Refused):
    bad = await admin.post("prompts/preview", json={"text": "no!!", "language": "en"})
    assert (bad.status_code, bad.json()["type"]) == (422, "urn:callroom:problem:not-spoken")
    assert (await admin.post("prompts/preview", json={"text": "yes", "language": "en"})).status_code == 200
    other = await admin.post("prompts/preview", json={"text": "a", "language": "zh", "voice": "af_heart"})
    assert refused(other) == {("voice", "unknown_reference")}
    long = await admin.post("prompts", data={"name": "Long", "text": "a" * 1001, "language": "en"})
    assert refused(long) == {("text", "string_too_long")}
    both = await admin.post("prompts", data={"name": "x", "text": "a"}, files={"file": ("a.flac", sound(1.0))})
    assert refused(both) == {("file", "file_or_text")}
    assert refused(await admin.post("prompts", data={"name": "x"})) == {("file", "file_or_text")}


async def test_without_voices_a_text_is_refused_in_words(world, admin: AsyncClient):
    world.site.speaking = Speaking(world.home / "spoken", ())
    assert not (await admin.get("voices")).json()["installed"]
    answer = await admin.post("prompts", data={"name": "Typed", "text": "Hello", "language": "en"})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:callroom:problem:no-voices")


async def test_a_prompt_can_be_said_instead_of_the_systems_own_words(world, admin: AsyncClient, refused: Refused):
    made = (await admin.post("prompts", data={"name": "Bye"}, files={"file": ("a.flac", sound(1.0))})).json()
    assert (await admin.put("system-prompts/goodbye", json={"prompt_id": made["id"]})).status_code == 204
    listed = {one["name"]: one for one in (await admin.get("system-prompts")).json()["items"]}
    assert listed.keys() == catalogue().keys()
    assert (listed["goodbye"]["prompt_id"], listed["welcome"]["prompt_id"]) == (made["id"], None)
    assert "prompts" in world.changed
    in_use = await admin.delete(f"prompts/{made['id']}")
    assert in_use.json()["type"] == "urn:callroom:problem:in-use"
    assert refused(await admin.put("system-prompts/goodbye", json={"prompt_id": "no"})) == {
        ("prompt_id", "unknown_reference")
    }
    assert (await admin.put("system-prompts/no_such", json={"prompt_id": None})).status_code == 404
    assert (await admin.put("system-prompts/goodbye", json={"prompt_id": None})).status_code == 204
    assert (await admin.delete(f"prompts/{made['id']}")).status_code == 204
    own = await admin.get("system-prompts/goodbye/sound?language=en")
    assert soundfile.info(io.BytesIO(own.content)).samplerate == 8000
