"""With real sound: a caller leaves a message, the phone's lamp lights, *97 plays it, and its end puts the lamp out."""

import sys
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))
from callroom.demo.company import CARRIER
from callroom.demo.phone import OutgoingCall, Phone, PhoneError, Silence, Tone
from callroom.demo.tones import rms
from site_world import demo_world

CALLER, DID, PIN, WRONG, OTHER = 440, "88030", "271828", "271829", "314159"
SPEECH = 500  # rms of samples


async def test_a_message_lights_the_lamp_and_is_heard_and_deleted_by_phone():
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        ana = await world.sign_in("ana")
        phone = await world.sip_phone(admin, ana)
        await world.until(lambda: phone.lamp == (0, 0), what="a lamp that is out")
        users = (await admin("GET", "users?limit=200"))["items"]
        box = next(user["extension_id"] for user in users if user["id"] == ana.id)
        await ana("PUT", f"voicemail-boxes/{box}/pin", {"pin": PIN})
        destination = {"kind": "voicemail_extension", "id": box}
        await admin("POST", "inbound-routes", {"name": "Ana's box", "did": DID, "destination": destination})
        async with Phone(bind=CARRIER, user="demo") as line:
            call = await world.call_in(line, DID, Tone(CALLER), caller="13900000001")

            async def grows() -> bool:
                files = (world.home / "recordings/voicemail").rglob("*.wav")
                return any(file.stat().st_size > 48_000 for file in files)  # three seconds

            await world.until(grows, what="a message that is being recorded")
            await call.hang_up()
        await world.until(lambda: phone.lamp == (1, 0), what="a lamp that is lit")
        heard = await phone.dial("*97", Silence())
        await heard.answered()
        await heard.press(PIN + "#1")  # who knows the menu need not wait for its words
        await heard.heard.wait_tone(CALLER)
        await world.until(lambda: phone.lamp == (0, 1), what="a lamp of a heard message")
        await heard.press("7")
        await world.until(lambda: heard.heard.tone(CALLER) < 0.2, what="a message that is stopped")
        await heard.hang_up()
        await world.until(lambda: phone.lamp == (0, 0), what="a lamp that is out again")
        assert (await ana("GET", "voicemails"))["items"] == []
        [deleted] = [
            one for one in (await admin("GET", "audit-log?limit=50"))["items"] if one["action"] == "voicemail.deleted"
        ]
        assert deleted["actor"] == ana.user["name"]


@pytest.mark.timeout(360)
async def test_who_tried_too_many_pins_is_still_locked_out_when_the_server_died():
    async with demo_world() as world:
        admin = await world.sign_in("admin")
        ana = await world.sign_in("ana")
        users = (await admin("GET", "users?limit=200"))["items"]
        box = next(user["extension_id"] for user in users if user["id"] == ana.id)
        phone = await world.sip_phone(admin, ana)
        await ana("PUT", f"voicemail-boxes/{box}/pin", {"pin": PIN})

        async def asked_for_a_pin() -> OutgoingCall:
            call = await phone.dial("*97", Silence())
            await call.answered()
            await world.until(lambda: rms(call.heard.samples(0.2)) > SPEECH, within=60, what="words")
            return call

        def guessed(times: int) -> bool:
            return world.log.read_text().count("a wrong PIN of a voicemail box") >= times

        for times in range(1, 6):
            guessing = await asked_for_a_pin()
            await guessing.press(f"{WRONG}#")
            await world.until(partial(guessed, times), within=40, what="a PIN that is refused")
            await guessing.hang_up()

        async def written(action: str) -> int:
            entries = (await admin("GET", "audit-log?limit=50"))["items"]
            return sum(entry["action"] == f"voicemail_box.{action}" for entry in entries)

        await world.until(lambda: written("locked"), what="a box that is locked")
        await world.kill_server()
        await world.until(world.takes_calls, within=40, what="a server that takes calls again")
        inside = f"{PIN}#3{OTHER}#{OTHER}#"  # opens the box, and changes its PIN
        locked_out = await asked_for_a_pin()
        with suppress(PhoneError):  # it is refused before all keys are pressed
            await locked_out.press(inside)
        await locked_out.wait_ended(timeout=90)
        assert await written("pin_changed") == 1
        await ana("PUT", f"voicemail-boxes/{box}/pin", {"pin": PIN})  # ends the lock
        let_in = await asked_for_a_pin()
        await let_in.press(inside)

        async def changed_by_phone() -> bool:
            return await written("pin_changed") == 3

        await world.until(changed_by_phone, within=60, what="a PIN that is changed by phone")
        await let_in.hang_up()
