"""The pure parts of the scripted phone: messages, digest, descriptions, transactions, G.711, tones."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callroom.demo.phone import sdp
from callroom.demo.phone.digest import Challenge, authorization
from callroom.demo.phone.message import MalformedMessage, NameAddress, Request, Response, Uri, parse, reply_to
from callroom.demo.phone.rtp import DIGITS, Packet, decode, digit_of, digit_payloads, encode
from callroom.demo.phone.transaction import (
    AckMissing,
    ClientExpired,
    RequestArrived,
    ResponseArrived,
    Transactions,
    Transmit,
)
from callroom.demo.tones import rms, tone, tone_share

PEER = ("192.0.2.1", 5060)


def message(method: str = "INVITE", branch: str = "z9hG4bKa") -> Request:
    text = (
        f"{method} sip:bob@192.0.2.1 SIP/2.0\r\nv: SIP/2.0/UDP 192.0.2.9:5060;branch={branch}\r\n"
        'f: "A, ""B" <sip:alice@192.0.2.9>;tag=1\r\nTo: <sip:bob@192.0.2.1>\r\ni: x\r\n'
        f"CSeq: 7 {method}\r\nl: 0\r\n\r\n"
    ).replace('""', '\\"')
    parsed = parse(text.encode())
    assert isinstance(parsed, Request)
    return parsed


def test_short_header_names_are_understood() -> None:
    invite = message()
    assert invite.headers.get("Call-ID") == "x"
    assert NameAddress.parse(invite.headers.need("From")).name == 'A, "B'
    assert NameAddress.parse(invite.headers.need("From")).tag == "1"


@given(st.binary(max_size=300))
def test_no_datagram_breaks_the_reader(data: bytes) -> None:
    with contextlib.suppress(MalformedMessage):
        parse(data)


@pytest.mark.parametrize("text", ["", "tel:12", "sip:", "sip:a@b:99999999", "sip:a b@c"])
def test_bad_addresses_are_refused(text: str) -> None:
    with pytest.raises(MalformedMessage):
        Uri.parse(text if text != "sip:a b@c" else "sip:a@b c")


def test_digest_is_that_of_rfc_2617() -> None:
    challenge = Challenge.parse(
        'Digest realm="testrealm@host.com", qop="auth,auth-int", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    assert challenge is not None
    value = authorization(
        challenge, user="Mufasa", password="Circle Of Life", method="GET", uri="/dir/index.html", cnonce="0a4f113b"
    )
    assert 'response="6629fae49393a05397450978507c4ef1"' in value


def test_invite_is_repeated_with_doubling_pauses_and_then_given_up() -> None:
    layer = Transactions()
    layer.request(message(), PEER, now=0.0)
    times: list[float] = []
    expired = False
    while (due := layer.next_due()) is not None:
        for output in layer.tick(now=due):
            match output:
                case Transmit():
                    times.append(due)
                case ClientExpired():
                    expired = True
                    assert due == 32.0
                case _:
                    raise AssertionError(output)
    assert times == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert expired and len(layer) == 0


def test_each_copy_of_a_refusal_is_acknowledged_and_told_once() -> None:
    layer = Transactions()
    layer.request(message(), PEER, now=0.0)
    busy = reply_to(message(), 486, tag="t")
    first = layer.receive(busy, PEER, now=0.1)
    assert [type(o) for o in first] == [Transmit, ResponseArrived]
    again = layer.receive(busy, PEER, now=0.6)
    assert again == [first[0]]
    assert isinstance(first[0], Transmit) and first[0].data.startswith(b"ACK ")


def test_our_answer_is_repeated_until_the_ack() -> None:
    layer = Transactions()
    (arrived,) = layer.receive(message(), PEER, now=0.0)
    assert isinstance(arrived, RequestArrived) and arrived.transaction
    layer.respond(arrived.transaction, reply_to(message(), 200, tag="t"), now=1.0)
    assert [type(o) for o in layer.tick(now=1.5)] == [Transmit]
    layer.acknowledged(arrived.transaction, now=1.6)
    assert layer.tick(now=2.6) == []
    assert layer.receive(message(), PEER, now=3.0) == []


def test_an_answer_without_ack_is_told() -> None:
    layer = Transactions()
    (arrived,) = layer.receive(message(), PEER, now=0.0)
    assert isinstance(arrived, RequestArrived) and arrived.transaction
    layer.respond(arrived.transaction, reply_to(message(), 200, tag="t"), now=0.0)
    assert any(isinstance(o, AckMissing) for o in layer.tick(now=33.0))
    assert len(layer) == 0


def test_a_repeated_request_gets_the_same_answer_and_no_second_handling() -> None:
    layer = Transactions()
    (arrived,) = layer.receive(message("INFO"), PEER, now=0.0)
    assert isinstance(arrived, RequestArrived) and arrived.transaction
    (sent,) = layer.respond(arrived.transaction, reply_to(message("INFO"), 200, tag="t"), now=0.0)
    assert layer.receive(message("INFO"), PEER, now=0.5) == [sent]


def test_video_is_declined_and_the_audio_taken() -> None:
    theirs = sdp.parse(
        b"v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=video 9 RTP/AVP 96\r\n"
        b"m=audio 4000 RTP/AVP 9 8 0 96\r\na=rtpmap:96 telephone-event/8000\r\na=sendonly\r\n"
    )
    assert (theirs.codecs, theirs.event_type, theirs.on_hold) == ((("PCMA", 8), ("PCMU", 0)), 96, True)
    text = sdp.answer(theirs, ("192.0.2.9", 5000), session=1, version=1, codecs=("PCMU", "PCMA")).decode()
    assert "m=video 0 RTP/AVP 96\r\nm=audio 5000 RTP/AVP 8 96\r\n" in text
    assert "a=recvonly" in text


def test_a_description_without_g711_is_unusable() -> None:
    with pytest.raises(sdp.UnusableDescription):
        sdp.parse(b"v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 9\r\n")


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
def test_g711_keeps_a_tone(codec: sdp.Codec) -> None:
    before = tone(440, 0.5)
    after = decode(encode(before, codec), codec)
    assert rms((after - before).astype(np.int16)) < rms(before) / 50
    assert tone_share(after, 440) > 0.99
    assert tone_share(after, 450) < 0.01


def test_g711_matches_known_codes() -> None:
    assert encode(np.array([0, 32767, -32768], dtype=np.int16), "PCMU") == b"\xff\x80\x00"
    assert encode(np.array([8, 32767, -32768], dtype=np.int16), "PCMA") == b"\xd5\xaa\x2a"
    every = bytes(range(256))
    assert encode(decode(every, "PCMA"), "PCMA") == every


@given(st.sampled_from(DIGITS))
def test_every_key_is_read_back(key: str) -> None:
    payloads = digit_payloads(key)
    assert {digit_of(p) for p in payloads} == {key}
    assert [p[1] >> 7 for p in payloads][-3:] == [1, 1, 1]


def test_a_letter_is_no_key() -> None:
    with pytest.raises(ValueError, match="not a key"):
        digit_payloads("x")


@given(st.binary(max_size=60))
def test_no_datagram_breaks_the_rtp_reader(data: bytes) -> None:
    packet = Packet.parse(data)
    assert packet is None or len(packet.payload) <= len(data) - 12


def test_silence_and_noise_hold_no_tone() -> None:
    assert tone_share(np.zeros(4000, dtype=np.int16), 440) == 0.0
    noise = np.random.default_rng(1).normal(0, 4000, 4000).astype(np.int16)
    assert tone_share(noise, 440) < 0.02


def test_a_response_is_written_and_read_back() -> None:
    again = parse(reply_to(message(), 200, tag="t").to_bytes())
    assert isinstance(again, Response)
    assert (again.status, again.cseq, again.method) == (200, 7, "INVITE")
