"""The network of its own that every benchmark runs in: the same one as the tests'."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/asterisk"))

_world = import_module("world")
ENGINE: str = _world.ENGINE
CARRIER: str = _world.CARRIER
PHONE: str = _world.PHONE
own_network: Callable[[], AbstractContextManager[None]] = _world.own_network
