"""RTP packets, G.711 and digits as telephone events (RFC 3550, RFC 3551, RFC 4733). Pure."""

import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from callroom.demo.phone.sdp import Codec
from callroom.demo.tones import Samples

FRAME = 160  # samples in 20 ms
FRAME_SECONDS = 0.02
DIGITS = "0123456789*#ABCD"
Bytes = npt.NDArray[np.uint8]


def _ulaw_values() -> npt.NDArray[np.int32]:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude)


def _alaw_values() -> npt.NDArray[np.int32]:
    code = np.arange(256, dtype=np.int32) ^ 0x55
    segment = (code & 0x70) >> 4
    step = (code & 0x0F) << 4
    magnitude = np.where(segment == 0, step + 8, (step + 0x108) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude)


def _encoder(values: npt.NDArray[np.int32], zero: int) -> Bytes:
    """The nearest code for each 16-bit sample, as a table over the sample's unsigned bits."""
    order = np.argsort(values, kind="stable")
    middles = (values[order][1:] + values[order][:-1]) / 2
    samples = np.arange(65536, dtype=np.uint16).view(np.int16)
    table = order[np.searchsorted(middles, samples)].astype(np.uint8)
    table[values[table] == 0] = zero
    return table


_VALUES = {"PCMU": _ulaw_values(), "PCMA": _alaw_values()}
_DECODE = {name: values.astype(np.int16) for name, values in _VALUES.items()}
_ENCODE = {"PCMU": _encoder(_VALUES["PCMU"], 0xFF), "PCMA": _encoder(_VALUES["PCMA"], 0xD5)}


def encode(samples: Samples, codec: Codec) -> bytes:
    return _ENCODE[codec][samples.view(np.uint16)].tobytes()


def decode(payload: bytes, codec: Codec) -> Samples:
    return _DECODE[codec][np.frombuffer(payload, dtype=np.uint8)]


@dataclass(frozen=True, slots=True)
class Packet:
    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False

    def to_bytes(self) -> bytes:
        second = self.payload_type | (0x80 if self.marker else 0)
        return struct.pack("!BBHII", 0x80, second, self.sequence, self.timestamp, self.ssrc) + self.payload

    @classmethod
    def parse(cls, data: bytes) -> "Packet | None":
        """The packet, or None when the datagram is no RTP version 2."""
        if len(data) < 12 or data[0] >> 6 != 2:
            return None
        first, second, sequence, timestamp, ssrc = struct.unpack_from("!BBHII", data)
        start = 12 + 4 * (first & 0x0F)
        if first & 0x10:
            if len(data) < start + 4:
                return None
            start += 4 + 4 * struct.unpack_from("!H", data, start + 2)[0]
        end = len(data) - (data[-1] if first & 0x20 else 0)
        if start > end:
            return None
        return cls(second & 0x7F, sequence, timestamp, ssrc, data[start:end], bool(second & 0x80))


def digit_payloads(digit: str, *, frames: int = 5) -> list[bytes]:
    """The payloads of one pressed key, one each 20 ms, the last three marked as the end; raises ValueError."""
    event = DIGITS.find(digit.upper())
    if len(digit) != 1 or event < 0:
        raise ValueError(f"not a key of a telephone: {digit!r}")
    pressed = [struct.pack("!BBH", event, 10, FRAME * n) for n in range(1, frames + 1)]
    return pressed + [struct.pack("!BBH", event, 0x80 | 10, FRAME * (frames + 1))] * 3


def digit_of(payload: bytes) -> str | None:
    """The key of a telephone event, or None for other events and broken ones."""
    return DIGITS[payload[0]] if len(payload) >= 4 and payload[0] < len(DIGITS) else None
