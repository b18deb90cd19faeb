"""Who guesses PINs: an account, or a caller, with too many wrong ones is refused for a while (S-3)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

MOST_KNOWN = 10_000  # of each kind; then those that count no more are forgotten


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong ones ``within`` seconds lock for ``lock`` seconds."""

    wrong: int
    within: float
    lock: float


GuessKind = Literal["account", "caller"]


@dataclass(frozen=True, slots=True)
class Lock:
    """``name``: the account or the caller; ``seconds``: for which it is refused from now on."""

    kind: GuessKind
    name: str
    seconds: float


@dataclass(slots=True)
class _Record:
    wrong: list[float] = field(default_factory=list[float])  # when
    until: float = float("-inf")  # locked


class Guesses:
    """``account``: what is guessed at, ``caller``: who guesses. A right one clears the account, not the caller: else he
    could open his own box after every few guesses at another's. Times in seconds."""

    def __init__(self, account: Limit, caller: Limit) -> None:
        self._limits: dict[GuessKind, Limit] = {"account": account, "caller": caller}
        self._known: dict[tuple[GuessKind, str], _Record] = {}

    def restore(self, locks: Iterable[Lock], now: float) -> None:
        """Locks of a former process go on."""
        for lock in locks:
            self._known.setdefault((lock.kind, lock.name), _Record()).until = now + lock.seconds

    def locked(self, account: str, caller: str, now: float) -> bool:
        keys: tuple[tuple[GuessKind, str], ...] = (("account", account), ("caller", caller))
        return any(known.until > now for key in keys if (known := self._known.get(key)) is not None)

    def wrong(self, account: str, caller: str, now: float) -> list[Lock]:
        """Count a wrong one; what is locked by it from now on."""
        locks = [*self._count("account", account, now), *self._count("caller", caller, now)]
        if len(self._known) > MOST_KNOWN:
            longest = max(limit.within for limit in self._limits.values())
            self._known = {
                key: known
                for key, known in self._known.items()
                if known.until > now or (known.wrong and known.wrong[-1] > now - longest)
            }
        return locks

    def right(self, account: str) -> None:
        self._known.pop(("account", account), None)

    def _count(self, kind: GuessKind, name: str, now: float) -> list[Lock]:
        limit, known = self._limits[kind], self._known.setdefault((kind, name), _Record())
        known.wrong = [at for at in known.wrong if at > now - limit.within] + [now]
        if len(known.wrong) < limit.wrong:
            return []
        known.wrong.clear()
        known.until = now + limit.lock
        return [Lock(kind, name, limit.lock)]
