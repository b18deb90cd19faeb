"""Whatever the operation log notes has words in the page, in both languages, and can be looked for."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [path.read_text("utf-8") for path in sorted((ROOT / "src/callroom").rglob("*.py"))]
WRITTEN = re.compile(
    r'audit\.record\(\s*session,\s*[^,"]+,\s*"([a-z_]+\.[a-z_]+)"|_told\(session, by, "([a-z_]+\.[a-z_]+)"'
)
KIND = re.compile(r"^class \w+\(Kind\[\w+\]\):.*?^    name = \"([a-z_]+)\"", re.S | re.M)


def _actions() -> set[str]:
    noted = {one or other for source in SOURCES for one, other in WRITTEN.findall(source)}
    kinds = {kind for source in SOURCES for kind in KIND.findall(source)}
    return noted | {f"{kind}.{verb}" for kind in kinds for verb in ("created", "updated", "deleted")}


def test_there_are_actions():
    assert {"session.created", "fax.sent", "customer.restored", "queue.updated", "sms_gateway.created"} <= _actions()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_action_has_words(language: str):
    words = json.loads((ROOT / f"web/src/i18n/admin.{language}.json").read_text("utf-8"))["log"]

    def told(action: str) -> bool:
        kind, verb = action.split(".")
        return action.replace(".", "_") in words["whole"] or (kind in words["kind"] and verb in words["verb"])

    assert [action for action in sorted(_actions()) if not told(action)] == []


def test_each_action_can_be_looked_for():
    page = (ROOT / "web/src/pages/log/changes.ts").read_text("utf-8")
    kinds = re.search(r"WRITTEN = \[(.*?)\];", page, re.S)
    assert kinds is not None
    listed = {
        f"{kind}.{verb}" for kind in re.findall(r'"(\w+)"', kinds[1]) for verb in ("created", "updated", "deleted")
    }
    listed |= set(re.findall(r'"(\w+\.\w+)"', page))
    assert sorted(_actions() - listed) == []
