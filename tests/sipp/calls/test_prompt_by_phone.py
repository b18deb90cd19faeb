"""With real sound: a prompt is spoken into a phone (*77), heard, spoken anew, kept; and callers hear it."""

import io
import sys
from pathlib import Path

import soundfile

sys.path.insert(0, str(Path(__file__).parents[2]))
from callroom.demo.company import CARRIER
from callroom.demo.phone import OutgoingCall, Phone, Silence, Tone
from callroom.demo.tones import RATE, rms, tone_share
from site_world import Person, SiteWorld, demo_world

FIRST, SECOND, DID = 700, 900, "88032"  # Hz
SPEECH = 500  # rms of samples


async def with_a_phone(world: SiteWorld, admin: Person) -> Phone:
    """The administrator's own SIP phone."""
    extension = await admin("POST", "extensions", {"number": "810"})
    user = await admin("GET", f"users/{admin.id}")
    headers = {"If-Match": f'"{user["version"]}"'}
    body = user | {"extension_id": extension["id"]}
    answer = await admin.client.put(f"users/{admin.id}", json=body, headers=headers)
    assert answer.is_success, answer.text
    return await world.sip_phone(admin, admin)


async def speak(world: SiteWorld, call: OutgoingCall, hertz: int) -> None:
    """Say a tone after the beep, for two seconds, and hear it afterwards; then words ask what to do with it."""
    call.play(Tone(hertz))

    def taped() -> bool:
        return any(file.stat().st_size > 2 * 2 * RATE for file in (world.home / "recordings/studio").glob("*.wav"))

    await world.until(taped, within=60, what="a tape of two seconds")
    await call.press("#")
    call.play(Silence())
    await call.heard.wait_tone(hertz, timeout=30)
    await world.until(lambda: call.heard.tone(hertz) < 0.2 and rms(call.heard.samples(0.3)) > SPEECH, what="words")


async def test_what_is_spoken_into_a_phone_becomes_a_prompt_that_callers_hear():
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        phone = await with_a_phone(world, admin)
        told = await admin("GET", "prompt-recordings")
        assert (told["code"], told["extension"], told["items"]) == ("*77", "810", [])

        call = await phone.dial("*77", Silence())
        await call.answered()
        await speak(world, call, FIRST)
        await call.press("3")  # once more
        await speak(world, call, SECOND)
        await call.press("1")
        await call.wait_ended(timeout=60)

        [recording] = (await admin("GET", "prompt-recordings"))["items"]
        assert 2 <= recording["seconds"] < 30
        form = {"name": "Spoken", "language": "en", "recording": recording["id"]}
        answer = await admin.client.post("prompts", data=form)
        assert answer.status_code == 201, answer.text
        prompt = (await admin("GET", "prompts?q=Spoken"))["items"][0]
        assert (prompt["sounds"]["en"]["origin"], prompt["sounds"]["en"]["seconds"]) == ("phone", recording["seconds"])
        sound = await admin.client.get(f"prompts/{prompt['id']}/sound?language=en")
        samples, rate = soundfile.read(io.BytesIO(sound.content), dtype="int16")
        assert (rate, samples.size / rate) == (RATE, recording["seconds"])
        assert tone_share(samples, SECOND) > 0.8, "it is not what was kept"

        hears = {"kind": "hang_up", "sound": {"prompt": prompt["id"]}}
        flow = await admin("POST", "ivr-flows", {"name": "News", "definition": {"entry": "a", "nodes": {"a": hears}}})
        route = {"name": "News", "did": DID, "destination": {"kind": "flow", "id": flow["id"]}}
        await admin("POST", "inbound-routes", route)
        async with Phone(bind=CARRIER, user="demo") as line:
            caller = await world.call_in(line, DID, Silence(), caller="13900000001")
            await caller.heard.wait_tone(SECOND)
            await caller.wait_ended(timeout=60)
