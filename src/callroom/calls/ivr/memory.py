"""What of a walk through a flow outlives the server: it is kept in the note on the caller's leg, which has little room.

Values are kept whole or not at all: the shortest ones first, as long as there is room; those that are lost are empty.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from callroom.calls.ivr.caller import Place, Values

ROOM = 1200  # characters of the note for all values
LONGEST = 300  # characters of one value


def note_of(places: Sequence[Place], values: Values) -> dict[str, Any]:
    """The part of the note: ``at``, the steps from the outermost flow in, and ``v``, the values."""
    at = [[place.attendant.id, place.attendant.version, place.node] for place in places]
    return {"at": at, "v": kept(values)}


def kept(values: Mapping[str, str]) -> dict[str, str]:
    """The values for which there is room."""
    room, taken = ROOM, dict[str, str]()
    for name, value in sorted(values.items(), key=lambda each: len(each[1])):
        size = len(msgspec.json.encode({name: value}))
        if len(value) > LONGEST or size > room:
            break
        room, taken[name] = room - size, value
    return taken


def stood(note: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """The steps a note tells of: flow, version (0: the present one) and node. Raises ``KeyError``, ``ValueError``."""
    if "at" not in note:  # of a former release
        return [(str(note["flow"]), 0, str(note["node"]))]
    return [(str(flow), int(version), str(node)) for flow, version, node in note["at"]]


def remembered(note: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in dict(note.get("v", {})).items()}
