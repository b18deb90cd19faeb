"""What every chore has."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass(frozen=True)
class Work:
    """What a job's handler has: its arguments, the site's parts, and ``progress`` to tell how far it is.

    ``progress`` takes 0 to 1 and raises ``JobLost`` when the job was cancelled.
    A handler raises ``WorkFailed`` for what may be expected to go wrong.
    """

    id: str
    arguments: dict[str, Any]
    database: AsyncEngine
    home: Path
    now: Callable[[], datetime]
    progress: Callable[[float], Awaitable[None]]


Handler = Callable[[Work], Awaitable[dict[str, Any]]]
