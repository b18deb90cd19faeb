"""Scripted SIP phones with real sound (UDP, G.711, digits, hold, transfer).

async with Phone(user="alice", password="…", registrar=("127.0.0.1", 5060)) as phone:
    await phone.register()
    call = await phone.dial("600", sound=Tone(440))
    await call.answered()
    await call.heard.wait_tone(440)
"""

from callroom.demo.phone.call import Call, EndReason
from callroom.demo.phone.errors import (
    CallRefused,
    MalformedMessage,
    NoAnswer,
    NothingCame,
    PhoneError,
    RegistrationRefused,
    RequestRefused,
    ToneNotHeard,
)
from callroom.demo.phone.heard import Heard
from callroom.demo.phone.legs import IncomingCall, OutgoingCall
from callroom.demo.phone.phone import Phone
from callroom.demo.phone.sound import Silence, Sound, Tone, WavFile

__all__ = [
    "Call",
    "CallRefused",
    "EndReason",
    "Heard",
    "IncomingCall",
    "MalformedMessage",
    "NoAnswer",
    "NothingCame",
    "OutgoingCall",
    "Phone",
    "PhoneError",
    "RegistrationRefused",
    "RequestRefused",
    "Silence",
    "Sound",
    "Tone",
    "ToneNotHeard",
    "WavFile",
]
