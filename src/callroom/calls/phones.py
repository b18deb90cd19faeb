"""Which phones and lines are there, as the engine tells."""

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from callroom.calls.ringing import Target
from callroom.core.acd import model as m
from callroom.core.directory import Extension
from callroom.core.ids import AgentId, DeviceId, TrunkId
from callroom.core.journeys.facts import Role
from callroom.telephony import port

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange


class Phones:
    """``device`` and ``trunk`` are their states as people see them, for who shows them."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._devices: dict[str, tuple[str, str]] = {}
        self._trunks: dict[str, tuple[str, str]] = {}
        self._listeners: dict[DeviceId, set[Callable[[], None]]] = defaultdict(set)

    def device(self, device_id: str, /) -> tuple[str, str]:
        """Its state and contact; whether it can be called is ``online``."""
        known = self._devices.get(device_id, ("offline", ""))
        return known if known[0] == "online" else self._exchange.refusals.state(DeviceId(device_id)) or known

    def trunk(self, trunk_id: str, /) -> tuple[str, str]:
        """Its state, and what is wrong with it."""
        return self._trunks.get(trunk_id, ("unknown", ""))

    def online(self, device: DeviceId) -> bool:
        return self._devices.get(device, ("offline", ""))[0] == "online"

    def agent_online(self, agent: AgentId) -> bool:
        return any(self.online(device) for device in self._exchange.directory.devices_of(agent))

    def of_agent(self, agent: AgentId) -> list[Target]:
        extension = self._exchange.directory.extension_of(agent)
        return self.of_extension(extension) if extension else []

    def of_extension(self, extension: Extension) -> list[Target]:
        """The phones of an extension that are there: they are rung together."""
        role: Role = "agent" if extension.agent else "called"
        devices = self._exchange.directory.devices
        return [
            Target(
                port.ToDevice(device),
                role,
                extension.number,
                extension.agent,
                browser=devices[device].kind == "browser",
            )
            for device in extension.devices
            if self.online(device)
        ]

    def hear(self, device: DeviceId, listener: Callable[[], None]) -> Callable[[], None]:
        """Be called when a device comes or goes; returns what ends it."""
        self._listeners[device].add(listener)
        return lambda: self._listeners[device].discard(listener)

    def check(self, agent: AgentId) -> None:
        """Let the distributor and the wall know whether an agent can be rung."""
        self._exchange.acd.handle(m.AgentReachable(agent, self.agent_online(agent)))
        self._exchange.board.show_agent(agent)

    # ------------------------------------------------------------ what the engine tells

    def device_changed(self, device: DeviceId, state: port.DeviceState, contact: str) -> None:
        exchange = self._exchange
        self._devices[device] = state, contact
        if state is port.DeviceState.ONLINE:
            exchange.refusals.forget(device)
            exchange.lamps.registered(device)
        exchange.board.show_device(device)
        known = exchange.directory.devices.get(device)
        extension = exchange.directory.extensions.get(known.extension) if known else None
        if extension and extension.agent:
            self.check(extension.agent)
        for listener in list(self._listeners[device]):
            listener()

    def trunk_changed(self, trunk: TrunkId, state: port.TrunkState, detail: str) -> None:
        self._trunks[trunk] = state, detail
        self._exchange.board.show_trunk(trunk)
