"""Session descriptions: one G.711 audio stream with telephone-event (RFC 4566, RFC 3264, RFC 4733). Pure."""

from dataclasses import dataclass
from typing import Literal

from callroom.demo.phone.message import Address

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
Codec = Literal["PCMU", "PCMA"]

STATIC: dict[Codec, int] = {"PCMU": 0, "PCMA": 8}
OUR_EVENT_TYPE = 101
MIRROR: dict[Direction, Direction] = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}


class UnusableDescription(ValueError):
    """A description without an audio stream we can speak."""


@dataclass(frozen=True, slots=True)
class Audio:
    """The audio stream of a description as its writer stated it."""

    address: Address
    codecs: tuple[tuple[Codec, int], ...]  # with their payload types, the preferred first
    event_type: int | None  # payload type of telephone-event
    direction: Direction  # from the writer's view
    media_lines: tuple[str, ...]  # kinds of all streams, in order, for the answer to mirror
    index: int  # which of them is the audio

    @property
    def on_hold(self) -> bool:
        """True when the writer does not want to hear us."""
        return self.direction in ("sendonly", "inactive")


def _direction(lines: list[str]) -> Direction | None:
    for line in lines:
        match line.removeprefix("a="):
            case "sendrecv" | "sendonly" | "recvonly" | "inactive" as found:
                return found
            case _:
                pass
    return None


def parse(body: bytes) -> Audio:
    """Read the first live audio stream; raises UnusableDescription."""
    sections: list[list[str]] = [[]]
    for line in body.decode("utf-8", "replace").replace("\r\n", "\n").split("\n"):
        if line.startswith("m="):
            sections.append([])
        if line.strip():
            sections[-1].append(line.strip())
    session, *media = sections
    for index, lines in enumerate(media):
        words = lines[0][2:].split()
        if len(words) < 4 or words[0] != "audio" or not words[1].isdigit() or words[1] == "0":
            continue
        if words[2] not in ("RTP/AVP", "RTP/AVPF"):
            continue
        connection = [line for line in session + lines if line.startswith("c=IN IP4 ")]
        if not connection:
            raise UnusableDescription("no IPv4 address for the audio")
        host = connection[-1].split()[2].split("/")[0]
        names = {0: "PCMU", 8: "PCMA"}
        for line in lines:
            if line.startswith("a=rtpmap:"):
                number, _, name = line[9:].partition(" ")
                if number.isdigit():
                    names[int(number)] = name.split("/")[0]
        types = [int(w) for w in words[3:] if w.isdigit()]
        codecs: list[tuple[Codec, int]] = []
        for t in types:
            match names.get(t, "").upper():
                case "PCMU" | "PCMA" as codec:
                    codecs.append((codec, t))
                case _:
                    pass
        if not codecs:
            raise UnusableDescription("no G.711 offered")
        event = next((t for t in types if names.get(t, "").lower() == "telephone-event"), None)
        direction = _direction(lines) or _direction(session) or "sendrecv"
        if host == "0.0.0.0":  # noqa: S104  # the hold of RFC 2543
            direction = "inactive"
        kinds = tuple(" ".join(m[0][2:].split()[0:1] + m[0][2:].split()[2:]) for m in media)
        return Audio((host, int(words[1])), tuple(codecs), event, direction, kinds, index)
    raise UnusableDescription("no audio stream")


def _audio_lines(port: int, codecs: list[tuple[Codec, int]], event: int | None, direction: Direction) -> list[str]:
    types = [str(t) for _, t in codecs] + ([str(event)] if event is not None else [])
    lines = [f"m=audio {port} RTP/AVP {' '.join(types)}"]
    lines += [f"a=rtpmap:{t} {codec}/8000" for codec, t in codecs]
    if event is not None:
        lines += [f"a=rtpmap:{event} telephone-event/8000", f"a=fmtp:{event} 0-16"]
    return [*lines, "a=ptime:20", f"a={direction}"]


def _head(address: Address, session: int, version: int) -> list[str]:
    host = address[0]
    return ["v=0", f"o=- {session} {version} IN IP4 {host}", "s=call", f"c=IN IP4 {host}", "t=0 0"]


def offer(
    address: Address,
    *,
    session: int,
    version: int,
    codecs: tuple[Codec, ...],
    direction: Direction = "sendrecv",
    events: bool = True,
) -> bytes:
    """An offer of the codecs, the preferred first; `version` grows by one with each description of a call. Without
    `events` no telephone events are offered: keys can only be heard."""
    listed: list[tuple[Codec, int]] = [(c, STATIC[c]) for c in codecs]
    lines = _head(address, session, version) + _audio_lines(
        address[1], listed, OUR_EVENT_TYPE if events else None, direction
    )
    return ("\r\n".join(lines) + "\r\n").encode()


def choose(theirs: Audio, ours: tuple[Codec, ...]) -> tuple[Codec, int]:
    """The first of their codecs that is ours too; raises UnusableDescription."""
    for codec, payload_type in theirs.codecs:
        if codec in ours:
            return codec, payload_type
    raise UnusableDescription("no codec in common")


def answer(
    theirs: Audio, address: Address, *, session: int, version: int, codecs: tuple[Codec, ...], hold: bool = False
) -> bytes:
    """The answer to their offer; streams other than the audio are declined. `hold` keeps our own hold on."""
    direction = MIRROR[theirs.direction]
    if hold:
        direction = "sendonly" if direction in ("sendrecv", "sendonly") else "inactive"
    lines = _head(address, session, version)
    for index, kind in enumerate(theirs.media_lines):
        if index == theirs.index:
            lines += _audio_lines(address[1], [choose(theirs, codecs)], theirs.event_type, direction)
        else:
            name, _, rest = kind.partition(" ")
            lines.append(f"m={name} 0 {rest}")
    return ("\r\n".join(lines) + "\r\n").encode()
