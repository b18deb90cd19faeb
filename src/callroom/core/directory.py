"""A site's configuration as the calls see it: read whole, kept in memory, replaced whole after each change."""

from dataclasses import dataclass, field
from typing import Literal

from callroom.core.acd.model import QueueSettings
from callroom.core.ids import AgentId, DeviceId, ExtensionId, FlowId, QueueId, TrunkId
from callroom.core.ivr.model import Flow
from callroom.core.routing.model import (
    Destination,
    DialPermission,
    InboundRoute,
    OutboundRoute,
    ToExtension,
    ToFlow,
    ToQueue,
)


@dataclass(frozen=True, slots=True)
class Device:
    id: DeviceId
    extension: ExtensionId
    kind: Literal["browser", "sip"]
    secret: str


@dataclass(frozen=True, slots=True)
class Extension:
    id: ExtensionId
    number: str
    name: str
    devices: tuple[DeviceId, ...] = ()
    agent: AgentId | None = None
    voicemail: bool = True
    ring_seconds: float = 25.0
    record: bool = True
    permission: DialPermission = DialPermission.NATIONAL


@dataclass(frozen=True, slots=True)
class Agent:
    """A user with an extension; ``takes_calls``: he can sign in to queues."""

    id: AgentId
    name: str
    staff_number: str
    extension: ExtensionId | None
    takes_calls: bool
    permission: DialPermission
    queues: frozenset[QueueId]
    language: str = "zh"
    leads: frozenset[AgentId] | None = frozenset()  # whom he may listen to; None: everybody


@dataclass(frozen=True, slots=True)
class Queue:
    id: QueueId
    name: str
    number: str
    settings: QueueSettings
    overflow: Destination
    announce_position: bool = True
    announce_every: float = 30.0
    greeting: str = ""  # prompt id
    language: str = "zh"
    record: bool = True
    service_level: float = 20.0  # seconds within which a caller is to be answered


@dataclass(frozen=True, slots=True)
class Attendant:
    id: FlowId
    name: str
    number: str
    flow: Flow


@dataclass(frozen=True, slots=True)
class Trunk:
    id: TrunkId
    name: str
    kind: Literal["register", "address"]
    host: str
    port: int
    username: str
    secret: str
    from_domain: str
    outbound_proxy: str
    match: tuple[str, ...]
    codecs: tuple[str, ...]
    caller_number: str
    max_calls: int


@dataclass(frozen=True, slots=True)
class Company:
    name: str = ""
    language: str = "zh"
    country: str = "CN"
    area_code: str = ""
    external_prefix: str = ""
    time_zone: str = "Asia/Shanghai"


@dataclass(frozen=True)
class Directory:
    company: Company = field(default_factory=Company)
    agents: dict[AgentId, Agent] = field(default_factory=dict[AgentId, Agent])
    extensions: dict[ExtensionId, Extension] = field(default_factory=dict[ExtensionId, Extension])
    devices: dict[DeviceId, Device] = field(default_factory=dict[DeviceId, Device])
    queues: dict[QueueId, Queue] = field(default_factory=dict[QueueId, Queue])
    attendants: dict[FlowId, Attendant] = field(default_factory=dict[FlowId, Attendant])
    trunks: dict[TrunkId, Trunk] = field(default_factory=dict[TrunkId, Trunk])
    inbound: tuple[InboundRoute, ...] = ()
    outbound: tuple[OutboundRoute, ...] = ()
    prompts: dict[str, str] = field(default_factory=dict[str, str])  # id → absolute path without extension

    def extension_of(self, agent: AgentId) -> Extension | None:
        known = self.agents.get(agent)
        return self.extensions.get(known.extension) if known and known.extension else None

    def devices_of(self, agent: AgentId) -> tuple[DeviceId, ...]:
        extension = self.extension_of(agent)
        return extension.devices if extension else ()

    def may_lead(self, leader: AgentId, agent: AgentId) -> bool:
        """Whether somebody may listen to an agent, step into his talk and end it (CC-18); nobody leads himself."""
        known = self.agents.get(leader)
        return known is not None and leader != agent and (known.leads is None or agent in known.leads)

    def inside(self, number: str) -> Destination | None:
        """Where a number dialled inside the company leads, or None."""
        for extension in self.extensions.values():
            if extension.number == number:
                return ToExtension(extension.id)
        for queue in self.queues.values():
            if queue.number == number:
                return ToQueue(queue.id)
        for attendant in self.attendants.values():
            if attendant.number == number:
                return ToFlow(attendant.id)
        return None
