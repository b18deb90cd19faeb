"""Where flows stood, kept in a file that a killed server leaves behind."""

from pathlib import Path

import pytest

from callroom.core.ids import LegId
from callroom.telephony.asterisk import checkpoints
from callroom.telephony.asterisk.checkpoints import Checkpoints

ONE, TWO = LegId("one"), LegId("two")


def opened(path: Path, start: str = "start 1") -> Checkpoints:
    made = Checkpoints(path)
    made.open(start)
    return made


def test_the_next_process_finds_the_last_note_of_each_leg(tmp_path: Path):
    first = opened(tmp_path / "notes")
    first.keep(ONE, "menu")
    first.keep(TWO, "queue")
    first.keep(ONE, '{"s": "talk", "name": "王安娜"}\nand a line')
    second = opened(tmp_path / "notes")  # the first was killed: it closed nothing
    assert (second.get(ONE), second.get(TWO)) == ('{"s": "talk", "name": "王安娜"}\nand a line', "queue")
    second.forget(TWO)
    assert second.get(TWO) == ""


def test_another_start_of_the_engine_begins_with_nothing(tmp_path: Path):
    opened(tmp_path / "notes").keep(ONE, "menu")
    second = opened(tmp_path / "notes", "start 2")
    assert second.get(ONE) == ""
    second.open("start 2")
    second.keep(ONE, "queue")
    second.open("start 3")
    assert second.get(ONE) == ""


def test_a_line_that_the_server_died_in_is_left_out(tmp_path: Path):
    path = tmp_path / "notes"
    first = opened(path)
    first.keep(ONE, "menu")
    first.keep(TWO, "queue")
    path.write_bytes(path.read_bytes()[:-5])
    second = opened(path)
    assert (second.get(ONE), second.get(TWO)) == ("menu", "")
    second.keep(TWO, "talk")
    assert opened(path).get(TWO) == "talk"


def test_legs_that_have_gone_make_the_file_no_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checkpoints, "MANY", 10_000)
    path = tmp_path / "notes"
    notes = opened(path)
    notes.keep(ONE, "stays")
    for number in range(1000):
        notes.keep(LegId(f"leg {number}"), "x" * 50)
        notes.forget(LegId(f"leg {number}"))
    assert path.stat().st_size < 12_000
    assert opened(path).get(ONE) == "stays"


def test_only_what_lives_is_kept(tmp_path: Path):
    notes = opened(tmp_path / "notes")
    notes.keep(ONE, "menu")
    notes.keep(TWO, "queue")
    notes.only([TWO])
    assert (notes.get(ONE), notes.get(TWO)) == ("", "queue")


def test_a_folder_that_cannot_be_written_costs_no_call(tmp_path: Path):
    notes = opened(tmp_path / "missing" / "notes")
    notes.keep(ONE, "menu")
    assert notes.get(ONE) == "menu"
    (tmp_path / "missing").mkdir()
    notes.keep(TWO, "queue")
    assert opened(tmp_path / "missing" / "notes").get(ONE) == "menu"
