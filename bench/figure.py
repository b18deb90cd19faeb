"""One figure, as it is printed."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` is the target's own figure; None when it could not be measured (``detail`` says why)."""

    target: str
    value: float | None
    unit: str
    goal: str
    detail: dict[str, Any] = field(default_factory=dict[str, Any])

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)
