"""The rows that the journal writes: what journeys, agents, calls back and faxes have become by its facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from callroom.core.journeys.facts import AgentLine, CallbackLine, FaxLine
from callroom.core.journeys.model import Journey

ROUNDED = timedelta(milliseconds=10)  # of durations


@dataclass
class Rows:
    """The rows of journeys that changed; ``since``: the time of each one's first new fact."""

    changed: list[Journey]
    since: dict[str, datetime]

    @property
    def journeys(self) -> list[dict[str, Any]]:
        return [_journey_row(journey) for journey in self.changed if journey.started_at is not None]

    @property
    def visits(self) -> list[dict[str, Any]]:
        return [
            {
                "journey_id": journey.id,
                "number": number,
                "queue_id": visit.queue,
                "entered_at": visit.entered_at,
                "wait_seconds": visit.wait,
                "outcome": visit.outcome,
                "agent_id": visit.agent,
            }
            for journey in self.changed
            for number, visit in enumerate(journey.queue_visits)
        ]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Those that were entered or left since."""
        return [
            {
                "journey_id": journey.id,
                "number": number,
                "flow_id": step.flow,
                "version": step.version,
                "node": step.node[:40],
                "entered_at": step.at,
                "seconds": step.seconds,
                "key": step.key[:4],
                "exit": step.exit,
                "to_node": step.to[:40],
                "invalid": step.invalid,
                "silent": step.silent,
                "reason": step.reason[:40],
            }
            for journey in self.changed
            for number, step in enumerate(journey.ivr_steps)
            if step.flow and step.at + timedelta(seconds=step.seconds) + ROUNDED >= self.since[journey.id]
        ]

    @property
    def survey_answers(self) -> list[dict[str, Any]]:
        return [
            {
                "journey_id": journey.id,
                "question": answer.question if answer else 0,
                "survey_id": survey.survey,
                "agent_id": survey.agent,
                "queue_id": survey.queue,
                "asked_at": survey.asked_at,
                "meaning": answer.meaning if answer else None,
                "reason": answer.reason if answer else None,
            }
            for journey in self.changed
            if (survey := journey.survey) is not None
            for answer in survey.answers or [None]
        ]

    @property
    def recordings(self) -> list[dict[str, Any]]:
        return [
            {
                "id": each.id,
                "journey_id": journey.id,
                "path": f"{each.path}.wav",
                "started_at": each.started_at,
                "seconds": each.seconds,
                "complete": each.complete,
                "agent_id": each.agent,
            }
            for journey in self.changed
            for each in journey.recordings
            if each.seconds is not None
        ]

    @property
    def voicemails(self) -> list[dict[str, Any]]:
        return [
            {
                "id": each.id,
                "journey_id": journey.id,
                "box_kind": each.box_kind,
                "box_id": each.box_id,
                "path": f"{each.path}.wav",
                "seconds": each.seconds,
                "caller": journey.from_number,
                "left_at": each.left_at,
                "heard_at": None,
                "heard_by": None,
            }
            for journey in self.changed
            if (each := journey.voicemail) is not None
        ]

    @property
    def faxes(self) -> list[dict[str, Any]]:
        """Those that came in; one that goes out has its row before it is sent."""
        return [
            {
                "id": each.id,
                "box_id": each.box,
                "direction": "in",
                "state": "arrived",
                "number": journey.from_number[:40],
                "path": each.path,
                "name": "",
                "cover": "",
                "pages": each.pages,
                "pages_total": each.pages,
                "seconds": each.seconds,
                "station": each.station[:40],
                "t38": each.t38,
                "reason": each.fault,
                "attempts": 1,
                "due_at": None,
                "permission": "",
                "created_at": each.started_at,
                "changed_at": each.ended_at,
                "created_by": None,
                "journey_id": journey.id,
                "seen_at": None,
                "seen_by": None,
            }
            for journey in self.changed
            if (each := journey.fax) is not None and each.direction == "in" and each.ended_at and each.pages
        ]


def fax_values(line: FaxLine) -> dict[str, Any]:
    return {
        "state": line.state,
        "changed_at": line.at,
        "attempts": line.attempts,
        "due_at": line.due_at,
        "reason": line.reason,
        "journey_id": line.journey,
        "pages": line.pages,
        "seconds": line.seconds,
        "station": line.station[:40],
        "t38": line.t38,
    }


def _journey_row(journey: Journey) -> dict[str, Any]:
    visit = journey.queue_visits[-1] if journey.queue_visits else None
    return {
        "id": journey.id,
        "seq": journey.number,
        "direction": journey.direction,
        "origin": journey.origin,
        "started_at": journey.started_at,
        "answered_at": journey.answered_at,
        "ended_at": journey.ended_at,
        "from_number": journey.from_number[:40],
        "to_number": journey.to_number[:40],
        "trunk_id": journey.trunk,
        "did": journey.did[:40],
        "customer_id": journey.customer.id if journey.customer else None,
        "agent_id": journey.agent,
        "queue_id": visit.queue if visit else None,
        "talk_seconds": journey.talk,
        "wait_seconds": journey.wait,
        "ended_by": journey.ended_by,
        "loss_reason": journey.loss_reason,
        "has_recording": any(each.seconds for each in journey.recordings),
        "document": msgspec.to_builtins(journey),
    }


def agent_row(line: AgentLine) -> dict[str, Any]:
    return {
        "agent_id": line.agent,
        "since": line.at,
        "state": line.state,
        "rest": line.rest,
        "reason": line.reason,
        "queues": list(line.queues),
    }


def callback_row(line: CallbackLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "queue_id": line.queue,
        "number": line.number[:40],
        "asked_at": line.asked_at,
        "state": line.state,
        "attempts": line.attempts,
        "due_at": line.due_at,
        "changed_at": line.at,
        "reason": line.reason,
        "language": line.language,
        "origin_journey": line.origin_journey,
        "journey": line.journey,
    }
