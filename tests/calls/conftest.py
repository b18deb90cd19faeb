"""Tests here run in virtual time: ``asyncio.sleep(3600)`` takes no time at all."""

import asyncio
import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from virtual_time import VirtualTimeLoop

_loops: list[VirtualTimeLoop] = []


def _new_loop() -> VirtualTimeLoop:
    _loops.append(VirtualTimeLoop())
    return _loops[-1]


def pytest_asyncio_loop_factories() -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"virtual_time": _new_loop}


@pytest.fixture(autouse=True)
def nothing_raised_unseen() -> Iterator[None]:
    """An exception in a callback, or in a task nobody waits for, fails the test."""
    _loops.clear()
    yield
    gc.collect(0)
    for context in [context for loop in _loops for context in loop.errors]:
        raise context.get("exception") or AssertionError(context["message"])
