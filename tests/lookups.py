"""What the lookups of flows are tried with: texts meant to harm, and why one failed."""

from collections.abc import Awaitable
from typing import Any

import pytest

from callroom.errors import LookupFailed

NASTY = """x"; DROP TABLE accounts; -- ' OR '1'='1 &admin=1#/../{{secret.token}}\r\nX-Evil: 1 你"""


async def failure(work: Awaitable[Any]) -> str:
    with pytest.raises(LookupFailed) as caught:
        await work
    return caught.value.why
