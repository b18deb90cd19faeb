"""Where a call can lead, and the routes that say so. JSON on the outside: ``{"kind": "queue", "id": "q_…"}``."""

from enum import StrEnum
from typing import Annotated, Any, get_args

import msgspec

from callroom.core.ids import ExtensionId, FaxBoxId, FlowId, QueueId, RingGroupId, SkillId, SurveyId, TrunkId


class _Destination(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True, omit_defaults=True):
    pass


class SkillAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An agent needs this skill at a level of 1 to 10 for this caller."""

    skill: SkillId
    level: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1


class ToQueue(_Destination, frozen=True, tag="queue"):
    """Wait in a queue; a higher ``priority`` (0 to 10) is served first, ``skills`` are asked beside the queue's own."""

    id: QueueId
    priority: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    skills: tuple[SkillAsked, ...] = ()


class ToExtension(_Destination, frozen=True, tag="extension"):
    id: ExtensionId


class ToFlow(_Destination, frozen=True, tag="flow"):
    id: FlowId


class ToRingGroup(_Destination, frozen=True, tag="ring_group"):
    id: RingGroupId


class ToSurvey(_Destination, frozen=True, tag="survey"):
    """Ask how satisfied the caller is, then hang up."""

    id: SurveyId


class ToQueueVoicemail(_Destination, frozen=True, tag="voicemail_queue"):
    id: QueueId = QueueId("")  # "": the queue that the caller flows out of


class ToExtensionVoicemail(_Destination, frozen=True, tag="voicemail_extension"):
    id: ExtensionId


class ToVoicemailMenu(_Destination, frozen=True, tag="voicemail_menu"):
    """The menu in which people hear their messages: it asks for a box and its PIN."""


class ToFax(_Destination, frozen=True, tag="fax"):
    """Take a fax for a box, then hang up."""

    id: FaxBoxId


class ToAnnouncement(_Destination, frozen=True, tag="announcement"):
    """Say one prompt, then hang up."""

    id: str


class ToCallback(_Destination, frozen=True, tag="callback"):
    """Be called back by a queue, in his turn."""

    id: QueueId


class ToOutside(_Destination, frozen=True, tag="outside"):
    number: str


class ToHangUp(_Destination, frozen=True, tag="hang_up"):
    pass


Destination = (
    ToQueue
    | ToExtension
    | ToFlow
    | ToRingGroup
    | ToSurvey
    | ToQueueVoicemail
    | ToExtensionVoicemail
    | ToVoicemailMenu
    | ToFax
    | ToAnnouncement
    | ToCallback
    | ToOutside
    | ToHangUp
)


# What each kind cannot do without.
_NEEDED = {
    str(kind.__struct_config__.tag): [field.encode_name for field in msgspec.structs.fields(kind) if field.required]
    for kind in get_args(Destination)
}


class BadDestination(ValueError):
    """No destination; the text says why."""


def destination_from(document: dict[str, Any]) -> Destination:
    """Read a stored destination. Raises ``BadDestination``."""
    try:
        return msgspec.convert(document, Destination)
    except msgspec.ValidationError as error:
        raise BadDestination(str(error)) from None


def unfinished(document: dict[str, Any]) -> dict[str, Any]:
    """A destination of which perhaps only the kind is chosen, as one that can be read: what it needs is empty."""
    return dict.fromkeys(_NEEDED.get(document["kind"], ()), "") | document


def as_document(destination: Destination) -> dict[str, Any]:
    return msgspec.to_builtins(destination)


class DialPermission(StrEnum):
    """How far somebody may dial; each includes those before it. Emergency numbers may always be dialled."""

    INTERNAL = "internal"
    LOCAL = "local"
    NATIONAL = "national"
    INTERNATIONAL = "international"

    def covers(self, other: "DialPermission") -> bool:
        order = list(DialPermission)
        return order.index(other) <= order.index(self)


class InboundRoute(msgspec.Struct, frozen=True):
    """A number in. Empty ``did``, ``caller`` or None ``trunk`` match everything. A caller who turns out to be a fax
    machine goes to ``fax``, if there is one."""

    id: str
    name: str
    destination: Destination
    did: str = ""
    trunk: TrunkId | None = None
    caller: str = ""
    language: str = ""
    fax: FaxBoxId | None = None


class OutboundRoute(msgspec.Struct, frozen=True):
    id: str
    name: str
    pattern: str
    trunks: tuple[TrunkId, ...]  # in order of fall-back
    permission: DialPermission = DialPermission.NATIONAL
    position: int = 0
    strip: int = 0  # digits taken from the front
    prepend: str = ""
    caller_number: str = ""
