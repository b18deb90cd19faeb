"""Different ids are different types, so that an agent can never be passed for a queue."""

from typing import NewType

JourneyId = NewType("JourneyId", str)  # one caller's or called party's whole story
LegId = NewType("LegId", str)  # one party's connection to the exchange
RoomId = NewType("RoomId", str)  # a place where legs hear each other, or wait with music
SoundId = NewType("SoundId", str)  # one sound, or list of sounds, being played
TapeId = NewType("TapeId", str)  # one recording being made
FaxId = NewType("FaxId", str)  # one fax being sent or taken
EarId = NewType("EarId", str)  # somebody listens to a leg by it

AgentId = NewType("AgentId", str)  # a user who takes calls
ExtensionId = NewType("ExtensionId", str)
DeviceId = NewType("DeviceId", str)  # a browser or SIP phone of an extension; its SIP user name
TrunkId = NewType("TrunkId", str)
QueueId = NewType("QueueId", str)
FlowId = NewType("FlowId", str)
SkillId = NewType("SkillId", str)
TeamId = NewType("TeamId", str)
ScheduleId = NewType("ScheduleId", str)
FaxBoxId = NewType("FaxBoxId", str)
RingGroupId = NewType("RingGroupId", str)
SurveyId = NewType("SurveyId", str)
OfferId = NewType("OfferId", str)  # one attempt to hand one caller to one agent
