"""Asterisk's and SIP's words for the end of a leg, in the field's words (RFC 3261, RFC 3398, Q.850)."""

from callroom.telephony.port import EndCause

_BY_STATUS = {
    403: EndCause.REJECTED, 603: EndCause.REJECTED, 404: EndCause.NOT_FOUND, 410: EndCause.NOT_FOUND,
    484: EndCause.NOT_FOUND, 604: EndCause.NOT_FOUND, 486: EndCause.BUSY, 600: EndCause.BUSY,
    480: EndCause.NO_ANSWER, 408: EndCause.UNREACHABLE, 503: EndCause.CONGESTION,
    487: EndCause.CANCELLED,
}  # fmt: skip
_BY_CAUSE = {
    1: EndCause.NOT_FOUND, 2: EndCause.NOT_FOUND, 3: EndCause.NOT_FOUND, 16: EndCause.NORMAL, 17: EndCause.BUSY,
    18: EndCause.NO_ANSWER, 19: EndCause.NO_ANSWER, 20: EndCause.UNREACHABLE, 21: EndCause.REJECTED,
    22: EndCause.NOT_FOUND, 26: EndCause.ANSWERED_ELSEWHERE, 27: EndCause.UNREACHABLE, 28: EndCause.NOT_FOUND,
    34: EndCause.CONGESTION, 38: EndCause.CONGESTION, 42: EndCause.CONGESTION, 44: EndCause.CONGESTION,
}  # fmt: skip
# What ``DELETE /channels/{id}`` is asked for; ``{}`` before answer is a 603.
HANG_UP: dict[EndCause, dict[str, str]] = {
    EndCause.BUSY: {"reason": "busy"},
    EndCause.CONGESTION: {"reason": "congestion"},
    EndCause.NO_ANSWER: {"reason": "no_answer"},
    EndCause.NOT_FOUND: {"reason_code": "1"},
    EndCause.UNREACHABLE: {"reason_code": "20"},
    EndCause.ANSWERED_ELSEWHERE: {"reason": "answered_elsewhere"},
}


def end_cause(cause: int, status: int, *, answered: bool) -> EndCause:
    """``status`` is the SIP status of the refusal, 0 if unknown."""
    if answered:
        return _BY_CAUSE.get(cause, EndCause.NORMAL) if cause in (27, 34, 38, 42) else EndCause.NORMAL
    return _BY_STATUS.get(status) or _BY_CAUSE.get(cause, EndCause.FAILED)
