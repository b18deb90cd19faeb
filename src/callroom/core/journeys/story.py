"""How facts make a journey, and why a call was lost."""

from datetime import datetime
from typing import assert_never

from callroom.core.journeys import facts as f
from callroom.core.journeys.model import (
    ClosedQueue,
    Customer,
    Fax,
    IvrStep,
    Journey,
    Leg,
    Message,
    QueueVisit,
    Recording,
    Supervision,
    Survey,
    SurveyAnswer,
    Voicemail,
)

MOST_OFFERED = 50  # of a visit; earlier ones are counted only
# What a story cannot tell by itself. Other reasons given with the end are about a call out.
_GIVEN = ("trunk_full", "network", "no_route")


class DoesNotFit(Exception):
    """A fact tells of a leg, a queue visit or a survey that its journey does not have; it is left out."""


def apply(journey: Journey, line: f.JourneyLine) -> bool:
    """Take one fact. False, and nothing changes, when it was taken before: replay does no harm.

    Raises ``DoesNotFit``; the fact counts as taken.
    """
    if line.number <= journey.number:
        return False
    journey.number = line.number
    at = line.at
    match line.fact:
        case f.Started() as fact:
            journey.direction, journey.origin, journey.started_at = fact.direction, fact.origin, at
            journey.from_number, journey.to_number = fact.from_number, fact.to_number
            journey.trunk, journey.did = fact.trunk, fact.did
            journey.origin_journey = fact.origin_journey
        case f.CustomerFound(id=customer, name=name, tier=tier):
            journey.customer = Customer(customer, name, tier)
        case f.QueueClosed(queue=queue, name=name):
            journey.closed_queues.append(ClosedQueue(queue, name, at))
        case f.LegStarted() as fact:
            made = Leg(fact.leg, fact.party, fact.number, at, fact.agent, fact.device, trunk=fact.trunk)
            journey.legs.append(made)
            journey.trunk = journey.trunk or fact.trunk
        case f.LegAnswered(leg=leg):
            _leg(journey, leg).answered_at = at
        case f.LegEnded(leg=leg, cause=cause):
            _leg(journey, leg).ended_at = at
            _leg(journey, leg).cause = cause
        case f.IvrEntered() as fact:
            _step_entered(journey, fact, at)
        case f.IvrStepped() as fact:
            _step_left(journey, fact, at)
        case f.QueueEntered(queue=queue, name=name):
            journey.queue_visits.append(QueueVisit(queue, name, at))
        case f.OfferFailed(offered=offered):
            _offered(_open_visit(journey), offered)
        case f.QueueLeft() as fact:
            visit = _open_visit(journey)
            visit.outcome, visit.wait = fact.outcome, fact.wait
            visit.offers, visit.signed_in = fact.offers, fact.signed_in
            visit.agent, visit.agent_name = fact.agent, fact.agent_name
            for offered in fact.offered:
                _offered(visit, offered)
            visit.reason, visit.key = fact.reason, fact.key
            visit.short = fact.outcome == "abandoned" and fact.wait < fact.short
        case f.TalkStarted(leg=leg):
            journey.answered_at = journey.answered_at or at
            _leg(journey, leg).talked_at = at
        case f.TalkEnded(leg=leg, talk=talk, hold=hold):
            _leg(journey, leg).talk += talk
            _leg(journey, leg).hold += hold
        case f.Consulted(leg=leg, by=by):
            _leg(journey, leg).consulted_by = by or ""
        case f.Supervised() as fact:
            _leader_left(journey, fact.leader, at)
            journey.supervisions.append(Supervision(fact.leader, fact.leader_name, fact.agent, fact.mode, at))
        case f.SupervisionEnded(leader=leader):
            _leader_left(journey, leader, at)
        case f.RecordingStarted(id=recording, path=path, agent=agent):
            journey.recordings.append(Recording(recording, path, at, agent=agent))
        case f.RecordingEnded(id=recording, seconds=seconds, complete=complete):
            for known in journey.recordings:
                if known.id == recording:
                    known.seconds, known.complete = seconds, complete
        case f.VoicemailStarted():
            journey.at_voicemail = True
        case f.MessageStarted() as fact:
            journey.message = Message(fact.id, fact.box_kind, fact.box_id, fact.path)
        case f.MessageDropped():
            journey.message = None
        case f.VoicemailLeft() as fact:
            journey.message = None
            journey.voicemail = Voicemail(fact.id, fact.box_kind, fact.box_id, fact.path, fact.seconds, at)
            if journey.ended_at is not None:  # the caller hung up while he spoke: the file is measured a moment later
                journey.loss_reason = loss_reason(journey)
        case f.MailboxOpened():
            journey.in_mailbox = True
        case f.SurveyStarted() as fact:
            journey.survey = Survey(
                fact.survey, fact.name, at, fact.agent, fact.agent_name, fact.queue, fact.queue_name
            )
        case f.SurveyAnswered() as fact:
            answer = SurveyAnswer(fact.question, fact.label, fact.key, fact.meaning, at)
            _survey(journey).answers.append(answer)
        case f.SurveyReasoned(question=question, reason=reason):
            for known in _survey(journey).answers:
                if known.question == question:
                    known.reason = reason
        case f.SurveyCommented(recording=recording):
            _survey(journey).comment = recording
        case f.SurveyDone():
            _survey(journey).done = True
        case f.FaxStarted() as fact:
            journey.fax = Fax(fact.id, fact.direction, fact.box, fact.path, at)
            journey.answered_at = journey.answered_at or at  # nobody was lost: machines met
        case f.FaxOver() as fact:
            if journey.fax is None or journey.fax.id != fact.id:
                raise DoesNotFit(f"no fax {fact.id}")
            journey.fax.ended_at, journey.fax.pages, journey.fax.fault = at, fact.pages, fact.fault
            journey.fax.station, journey.fax.t38 = fact.station, fact.t38
        case f.Ended(ended_by=ended_by, reason=reason):
            journey.ended_at, journey.ended_by = at, ended_by
            _leave_steps(journey, at)
            given = reason if journey.answered_at is None else None
            own = journey.direction == "inbound" and given not in _GIVEN
            journey.loss_reason = loss_reason(journey) if own else given
        case _:
            assert_never(line.fact)
    return True


def loss_reason(journey: Journey) -> str | None:
    """Why an inbound call met nobody: one of METRICS' reasons; None for a call that was answered, and for others."""
    if journey.direction != "inbound" or journey.answered_at is not None or journey.in_mailbox:
        return None
    if journey.ended_by == "system" and any(leg.cause == "engine_lost" for leg in journey.legs):
        return "network"
    if journey.queue_visits:
        visit = journey.queue_visits[-1]
        if visit.outcome == "answered":  # he hung up in the moment of the answer
            return "gave_up_in_queue"
        if visit.short:
            return "gave_up_in_queue"
        if visit.reason == "callback":
            return "callback"  # he is called back in his turn
        if visit.outcome == "flowed_out" and journey.at_voicemail and journey.voicemail is None:
            return "gave_up_at_voicemail"
        if visit.signed_in == 0:
            return "no_agent_signed_in"
        if visit.offers > 0:
            return "agents_did_not_answer"
        return "too_few_agents"
    if journey.closed_queues:
        return "closed"
    if journey.at_voicemail:
        return "gave_up_at_voicemail" if journey.voicemail is None else "agents_did_not_answer"
    if any(leg.party != "caller" for leg in journey.legs):
        return "agents_did_not_answer"
    return "gave_up_in_ivr" if journey.ended_by == "caller" else "not_connected"


def _step_entered(journey: Journey, fact: f.IvrEntered, at: datetime) -> None:
    last = journey.ivr_steps[-1] if journey.ivr_steps else None
    if last is None or last.exit is not None or (last.flow, last.node) != (fact.flow, fact.node):
        # else the server was away, and he hears the step again
        step = IvrStep(fact.node, fact.label, "", at, fact.flow, fact.version, fact.kind, exit=None)
        journey.ivr_steps.append(step)


def _step_left(journey: Journey, fact: f.IvrStepped, at: datetime) -> None:
    standing = (step for step in reversed(journey.ivr_steps) if step.exit is None)
    step = next((step for step in standing if (step.flow, step.node) == (fact.flow, fact.node)), None)
    if step is None:
        step = IvrStep(fact.node, fact.label, "", at, fact.flow, fact.version, fact.kind)
        journey.ivr_steps.append(step)
    step.key, step.exit, step.to, step.reason = fact.key, fact.exit, fact.to, fact.reason
    step.invalid, step.silent = fact.invalid, fact.silent
    step.seconds = _seconds(step.at, at)


def _leave_steps(journey: Journey, at: datetime) -> None:
    """The call is over: he hung up at the innermost step where he stood, which others may have run."""
    standing = [step for step in journey.ivr_steps if step.exit is None]
    for step in standing:
        step.exit, step.seconds = "left", _seconds(step.at, at)
    if standing:
        standing[-1].exit = "hung_up"


def _seconds(since: datetime, at: datetime) -> float:
    return round(max(0.0, (at - since).total_seconds()), 3)


def _open_visit(journey: Journey) -> QueueVisit:
    for visit in reversed(journey.queue_visits):
        if visit.outcome is None:
            return visit
    raise DoesNotFit("nobody waits in a queue")


def _offered(visit: QueueVisit, offered: f.Offered) -> None:
    visit.choices += 1
    visit.offered.append(offered)
    del visit.offered[:-MOST_OFFERED]


def _leader_left(journey: Journey, leader: str, at: datetime) -> None:
    for known in journey.supervisions:
        if known.leader == leader and known.until is None:
            known.until = at


def _survey(journey: Journey) -> Survey:
    if journey.survey is None:
        raise DoesNotFit("no survey")
    return journey.survey


def _leg(journey: Journey, leg: str) -> Leg:
    for known in journey.legs:
        if known.id == leg:
            return known
    raise DoesNotFit(f"no leg {leg}")
