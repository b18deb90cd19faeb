"""Who guesses PINs: an account, or a caller, with too many wrong ones is refused for a while (S-3)."""

from dataclasses import dataclass, field

MOST_KNOWN = 10_000  # of each kind; then those that count no more are forgotten


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong ones ``within`` seconds lock for ``lock`` seconds."""

    wrong: int
    within: float
    lock: float


@dataclass(slots=True)
class _Record:
    wrong: list[float] = field(default_factory=list[float])  # when
    until: float = float("-inf")  # locked


class Guesses:
    """``account``: what is guessed at, ``caller``: who guesses. A right one clears the account, not the caller: else he
    could open his own box after every few guesses at another's. Times in seconds."""

    def __init__(self, account: Limit, caller: Limit) -> None:
        self._limits = {"account": account, "caller": caller}
        self._known: dict[tuple[str, str], _Record] = {}

    def locked(self, account: str, caller: str, now: float) -> bool:
        return any(
            known.until > now
            for key in (("account", account), ("caller", caller))
            if (known := self._known.get(key)) is not None
        )

    def wrong(self, account: str, caller: str, now: float) -> bool:
        """Count a wrong one; True when by it the account or the caller is locked from now on."""
        locks = [self._count(("account", account), now), self._count(("caller", caller), now)]
        if len(self._known) > MOST_KNOWN:
            longest = max(limit.within for limit in self._limits.values())
            self._known = {
                key: known
                for key, known in self._known.items()
                if known.until > now or (known.wrong and known.wrong[-1] > now - longest)
            }
        return any(locks)

    def right(self, account: str) -> None:
        self._known.pop(("account", account), None)

    def _count(self, key: tuple[str, str], now: float) -> bool:
        limit, known = self._limits[key[0]], self._known.setdefault(key, _Record())
        known.wrong = [at for at in known.wrong if at > now - limit.within] + [now]
        if len(known.wrong) < limit.wrong:
            return False
        known.wrong.clear()
        known.until = now + limit.lock
        return True
