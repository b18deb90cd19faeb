"""What calls ask of others: who calls, attendants as they were published before, and what lies outside."""

from datetime import datetime
from typing import Any, Protocol

from callroom.calls.ivr.caller import Values
from callroom.core.directory import Attendant
from callroom.core.ids import AgentId, FlowId, JourneyId, QueueId
from callroom.errors import LookupFailed


class Customers(Protocol):
    async def find(self, number: str, journey: JourneyId) -> tuple[tuple[str, str, int] | None, int]:
        """Id, name and tier of who calls, and how many earlier calls there were with this number."""
        ...

    async def served(
        self, number: str, customer: str | None, since: datetime
    ) -> dict[QueueId, tuple[AgentId, datetime]]:
        """Who served this customer, or this number, last in each queue, and when; within the time since."""
        ...

    async def surveyed(self, number: str, customer: str | None, journey: JourneyId, since: datetime) -> bool:
        """Whether this customer, or this number, was asked about the service since then, in another call."""
        ...


class FlowVersions(Protocol):
    async def flow(self, flow: FlowId, version: int) -> Attendant | None:
        """An attendant as it was published then; None when it is not kept."""
        ...


class NoData:
    """Stands where nothing outside is asked."""

    async def run(self, source: dict[str, Any], values: Values) -> Any:
        raise LookupFailed("not_set_up")
