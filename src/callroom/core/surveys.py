"""What callers are asked about the service (CC-22): a form of up to three questions. Stored as one document."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

from callroom.core.ivr.model import Sound

MOST_QUESTIONS = 3
Meaning = Literal["very_satisfied", "satisfied", "unsatisfied"]
Reason = Literal["service", "attitude", "other"]


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``keys``: what each key means. Who is not satisfied is asked why, if there are ``reasons``."""

    label: str
    sound: Sound
    keys: dict[str, Meaning]
    reasons: dict[str, Reason] = {}
    reason_sound: Sound | None = None


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``invitation``: he presses ``accept_key`` before the first question, or is not asked. ``comment``: asks for some
    words, which are recorded. ``timeout`` seconds for a key, in each of ``attempts`` rounds."""

    questions: tuple[Question, ...]
    invitation: Sound | None = None
    accept_key: str = "1"
    comment: Sound | None = None
    comment_seconds: Annotated[float, msgspec.Meta(ge=5, le=180)] = 60.0
    thanks: Sound | None = None
    timeout: Annotated[float, msgspec.Meta(ge=1, le=60)] = 8.0
    attempts: Annotated[int, msgspec.Meta(ge=1, le=5)] = 2


class BadForm(ValueError):
    """No form at all: the document has another shape; the text says where."""


def form_from(document: dict[str, Any]) -> Form:
    """Read a stored form. Raises ``BadForm``."""
    try:
        return msgspec.convert(document, Form)
    except msgspec.ValidationError as error:
        raise BadForm(str(error)) from None


def sounds_of(form: Form) -> list[tuple[str, Sound]]:
    """Every sound of the form, each with the field where it stands."""
    asked = [(f"questions.{n}.sound", one.sound) for n, one in enumerate(form.questions)]
    why = [(f"questions.{n}.reason_sound", one.reason_sound) for n, one in enumerate(form.questions)]
    rest = [("invitation", form.invitation), ("comment", form.comment), ("thanks", form.thanks)]
    return [(field, sound) for field, sound in [*asked, *why, *rest] if sound is not None]


@dataclass
class Tally:
    """How callers answered one question (METRICS: satisfaction): of those ``asked`` how many answered, and how."""

    asked: int = 0
    very_satisfied: int = 0
    satisfied: int = 0
    unsatisfied: int = 0
    service: int = 0  # of the unsatisfied ones
    attitude: int = 0
    other: int = 0

    def add(self, meaning: str | None, reason: str | None, calls: int = 1) -> None:
        """``meaning`` None: asked, and not answered."""
        self.asked += calls
        for name in (meaning, reason):
            if name is not None:
                setattr(self, name, getattr(self, name) + calls)

    @property
    def answered(self) -> int:
        return self.very_satisfied + self.satisfied + self.unsatisfied

    @property
    def response_rate(self) -> float | None:
        """Answered of asked; None while nobody was."""
        return self.answered / self.asked if self.asked else None

    @property
    def satisfaction(self) -> float | None:
        """Very satisfied and satisfied of answered; None while nobody answered."""
        return (self.very_satisfied + self.satisfied) / self.answered if self.answered else None
