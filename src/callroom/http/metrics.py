"""``GET /metrics``: how the site does, in the text form of Prometheus. It names queues and lines, but no person.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

import ipaddress
from collections import Counter
from collections.abc import Iterable, Iterator

from fastapi import Request, Response
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from callroom.actions.users import Role
from callroom.calls.exchange import Exchange
from callroom.errors import NotAllowed, NotSignedIn
from callroom.http.site import Site, SiteDep, address_of, signed_in
from callroom.telephony.port import TrunkState

# Told even when nobody is in them: an alert needs the zero.
CALL_STATES = ("arriving", "ivr", "waiting", "ringing", "talking", "held", "rejoining", "dialling", "voicemail")
AGENT_STATES = ("offline", "ready", "ringing", "talking", "wrap_up", "busy", "away")
OUTCOMES = ("answered", "abandoned", "flowed_out")
DEVICE_KINDS = ("browser", "sip")
_PROXIED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


class SiteCollector(Collector):
    """Reads the site at the moment it is asked."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def collect(self) -> Iterable[Metric]:
        parts = GaugeMetricFamily("callroom_part_works", "1: this part of the site works", labels=["part"])
        for name, works in self._site.parts.items():
            parts.add_metric([name], works())
        yield parts
        if (journal := self._site.parts.get("journal")) is not None:
            yield GaugeMetricFamily(
                "callroom_journal_behind",
                "1: the database cannot be written, facts of calls wait in the journal",
                value=not journal(),
            )
        if self._site.exchange is not None:
            yield from _of_calls(self._site.exchange)


def _of_calls(exchange: Exchange) -> Iterator[Metric]:
    board, directory = exchange.board, exchange.directory
    calls = Counter(call.view.state for call in exchange.calls.values())
    yield _counted("callroom_calls", "Calls at this moment", "state", CALL_STATES, calls)
    agents = [view for a, known in directory.agents.items() if known.takes_calls and (view := board.agent(a))]
    states = Counter(view.state for view in agents)
    yield _counted("callroom_agents", "Agents at this moment", "state", AGENT_STATES, states)
    waiting = GaugeMetricFamily("callroom_queue_waiting", "Callers waiting", labels=["queue"])
    longest = GaugeMetricFamily("callroom_queue_longest_wait_seconds", "Who waits longest now", labels=["queue"])
    ready = GaugeMetricFamily("callroom_queue_agents_ready", "Agents who could be offered a caller", labels=["queue"])
    visits = GaugeMetricFamily(
        "callroom_queue_visits_today", "Stays in a queue since midnight", labels=["queue", "outcome"]
    )
    now = exchange.now()
    for view in filter(None, map(board.queue, directory.queues)):
        waiting.add_metric([view.name], view.waiting)
        longest.add_metric([view.name], (now - view.longest_since).total_seconds() if view.longest_since else 0)
        ready.add_metric([view.name], view.agents_ready)
        for outcome in OUTCOMES:
            visits.add_metric([view.name, outcome], view.today[outcome])
    yield from (waiting, longest, ready, visits)
    trunks = GaugeMetricFamily("callroom_trunk_state", "1: the line is in this state", labels=["trunk", "state"])
    for view in filter(None, map(board.trunk, directory.trunks)):
        for state in TrunkState:
            trunks.add_metric([view.name, state.value], view.state == state)
    yield trunks
    online = Counter(view.kind for d in directory.devices if (view := board.device(d)) and view.state == "online")
    yield _counted("callroom_devices_online", "Phones that can be rung", "kind", DEVICE_KINDS, online)
    yield GaugeMetricFamily(
        "callroom_live_listeners", "Pages that follow the live stream", value=exchange.live.listeners
    )


def _counted(name: str, told: str, label: str, all_of: tuple[str, ...], counts: Counter[str]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=[label])
    for one in dict.fromkeys((*all_of, *counts)):
        family.add_metric([one], counts[one])
    return family


async def metrics(request: Request, site: SiteDep) -> Response:
    """For programs on this machine, and for admins and auditors. Raises ``NotAllowed`` for all others."""
    if not _from_this_machine(request):
        try:
            role = (await signed_in(request, site)).role
        except NotSignedIn:
            role = ""
        if role not in (Role.ADMIN, Role.AUDITOR):
            raise NotAllowed(role)
    registry = CollectorRegistry()
    registry.register(SiteCollector(site))
    ProcessCollector(registry=registry)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _from_this_machine(request: Request) -> bool:
    """A proxy on this machine speaks for others: what it passes on is no program of ours."""
    if any(name in request.headers for name in _PROXIED):
        return False
    try:
        return ipaddress.ip_address(address_of(request)).is_loopback
    except ValueError:
        return False
