"""A set of statuses that can be used, and the steps in it."""

from dataclasses import replace

import pytest

from callroom.core.statuses import Fault, Status, faults, initial, may_step

NEW = Status("new", "新建", next=("working", "done"), initial=True)
WORKING = Status("working", "处理中", next=("done",))
DONE = Status("done", "已解决", closed=True, solves=True)
CLOSED = Status("closed", "关闭", next=("working",), leaders=True)
SET = [NEW, replace(WORKING, next=("done", "closed")), DONE, CLOSED]


def test_what_can_be_used_has_no_faults():
    assert faults(SET) == []
    assert initial(SET) is NEW


@pytest.mark.parametrize(
    ("statuses", "wrong"),
    [
        ([WORKING], Fault("one_initial_status")),
        ([NEW, replace(DONE, initial=True)], Fault("one_initial_status")),
        ([NEW, replace(WORKING, id="new"), DONE], Fault("twice", 1, "id")),
        ([NEW, WORKING, replace(DONE, label="新建")], Fault("twice", 2, "label")),
        ([NEW, WORKING, replace(DONE, next=("gone",))], Fault("unknown_reference", 2, "next")),
        ([NEW, WORKING, replace(DONE, next=("done",))], Fault("leads_to_itself", 2, "next")),
        ([NEW, WORKING, replace(DONE, next=("new", "new"))], Fault("twice", 2, "next")),
        ([replace(NEW, leaders=True), WORKING, DONE], Fault("initial_for_all", 0, "leaders")),
    ],
)
def test_each_fault_is_told_at_its_status(statuses, wrong):
    assert wrong in faults(statuses)


def test_only_the_steps_that_are_allowed_can_be_taken():
    assert may_step(SET, "new", "working", leads=False)
    assert not may_step(SET, "done", "new", leads=True)
    assert not may_step(SET, "new", "closed", leads=True)
    assert not may_step(SET, "working", "closed", leads=False)
    assert may_step(SET, "working", "closed", leads=True)
    assert not may_step(SET, "new", "gone", leads=True)


def test_what_stands_in_a_status_that_is_no_more_can_leave_it():
    assert may_step(SET, "gone", "working", leads=False)
    assert not may_step(SET, "gone", "closed", leads=False)
