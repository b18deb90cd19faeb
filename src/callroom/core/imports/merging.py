"""What a row makes of a customer who is there already."""

from enum import StrEnum
from typing import Any

from callroom.core.imports.rows import Draft
from callroom.core.imports.targets import VALUE

Picture = dict[str, Any]
"""A customer by the names that his changes have: name … owner_id, "values.ID", and phones [{"number", "label"}]."""


class Rule(StrEnum):
    SKIP = "skip"  # who is there stays as he is
    UPDATE = "update"  # what the row says counts
    MERGE = "merge"  # it fills what is empty, and adds


def joined(present: Picture, draft: Draft, rule: Rule) -> Picture:
    """The customer with what the row says; an empty cell takes nothing away, no phone is lost, and who wants no
    mails stays so: an older list does not know it.

    ``UPDATE``: the row's phones come first. ``MERGE``: its phones come last, its tags are added.
    """
    if rule is Rule.SKIP:
        return present
    said = draft.own | {VALUE + id: value for id, value in draft.values.items()}
    if rule is Rule.MERGE:
        said = {name: value for name, value in said.items() if _is_empty(name, present.get(name))}
        if "tags" in draft.own:
            there = {tag.casefold() for tag in present["tags"]}
            said["tags"] = [*present["tags"], *(tag for tag in draft.own["tags"] if tag.casefold() not in there)]
    if present["no_mail"]:
        said["no_mail"] = True
    return present | said | {"phones": _phones(present["phones"], draft, rule)}


def _is_empty(name: str, value: object) -> bool:
    return value in (None, "", []) or (name in ("tier", "do_not_call", "no_mail") and not value)


def _phones(present: list[dict[str, str]], draft: Draft, rule: Rule) -> list[dict[str, str]]:
    labels = {one["number"]: one["label"] for one in present}
    said = [{"number": number, "label": label or labels.get(number, "")} for number, label in draft.phones]
    if rule is Rule.UPDATE:
        numbers = {one["number"] for one in said}
        return [*said, *(one for one in present if one["number"] not in numbers)]
    return [*present, *(one for one in said if one["number"] not in labels)]
