"""What the note on a caller's leg keeps of his way through a flow."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from callroom.calls.ivr.caller import Place
from callroom.calls.ivr.memory import kept, note_of, remembered, stood
from callroom.core.directory import Attendant
from callroom.core.ids import FlowId
from callroom.core.ivr.model import flow_from

LONGEST_NOTE = 2000  # characters, by the telephony port
FLOW = flow_from({"entry": "a", "nodes": {"a": {"kind": "hang_up"}}})


@given(st.dictionaries(st.text(min_size=1, max_size=40), st.text(max_size=1000), max_size=30))
def test_it_never_grows_too_long(values: dict[str, str]):
    place = Place(Attendant(FlowId("f_" + "x" * 30), "", "", FLOW, 12), "n" * 40)
    note = {"j": "j" * 40, "r": "main", "lang": "zh", "s": "ivr", **note_of([place] * 8, values)}
    text = msgspec.json.encode(note).decode()
    assert len(text) <= LONGEST_NOTE
    back = msgspec.json.decode(text)
    assert remembered(back).items() <= values.items()
    assert stood(back)[0] == (place.attendant.id, 12, place.node)


def test_the_shortest_values_are_kept_first():
    values = {"long": "x" * 301, "text": "y" * 300, "pin": "1234"}
    assert kept(values) == {"text": "y" * 300, "pin": "1234"}


def test_notes_of_a_former_release_are_read():
    assert stood({"flow": "f1", "node": "menu"}) == [("f1", 0, "menu")]
    assert remembered({"flow": "f1"}) == {}
