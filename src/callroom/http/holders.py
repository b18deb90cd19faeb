"""Which browser holds a person's phone: two that register for one device would steal it from each other for ever."""

import asyncio
from dataclasses import dataclass, field


@dataclass(eq=False)
class Holder:
    """One page's hold of a device; ``lost`` when another browser has taken it."""

    device: str
    browser: str  # an id that a browser gives itself; its tabs agree among themselves who speaks
    lost: asyncio.Event = field(default_factory=asyncio.Event)


class Holders:
    def __init__(self) -> None:
        self._held: dict[str, list[Holder]] = {}  # of one browser: it may reload before its former page is seen to go

    def claim(self, device: str, browser: str, *, take: bool) -> Holder | None:
        """Hold a device; None when another browser does and it is not to be taken from it."""
        present = self._held.setdefault(device, [])
        if present and present[0].browser != browser:
            if not take:
                return None
            for former in present:
                former.lost.set()
            present.clear()
        present.append(made := Holder(device, browser))
        return made

    def release(self, holder: Holder) -> None:
        present = self._held.get(holder.device, [])
        if holder in present:  # else another browser took it
            present.remove(holder)
        if not present:
            self._held.pop(holder.device, None)
