"""``callroom simulate``, as somebody who plans a shift uses it."""

import pytest
from typer.testing import CliRunner

from callroom import what_if
from callroom.cli import app


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(what_if, "CALLS", 300)


def test_it_says_how_many_agents_are_needed_in_both_languages():
    words = ["simulate", "--calls-per-hour", "60", "--handling", "120", "--patience", "90"]
    told = CliRunner().invoke(app, [*words, "--lang", "en"], env={"COLUMNS": "120"})
    assert told.exit_code == 0, told.output
    needed = int(told.output.split(" agents answer 80 % within 20 s")[0].splitlines()[-1])
    assert 2 <= needed <= 5
    assert f"需要 {needed} 名坐席" in CliRunner().invoke(app, [*words, "--lang", "zh"], env={"COLUMNS": "120"}).output


def test_what_cannot_be_is_refused_by_name():
    told = CliRunner().invoke(app, ["simulate", "--calls-per-hour", "0", "--handling", "120"])
    assert told.exit_code == 2
    assert "--calls-per-hour" in told.output
