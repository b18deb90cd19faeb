"""A ring group at work: its members are rung together or in turn, and who takes the call first has it."""

import asyncio
from typing import TYPE_CHECKING

import structlog

from callroom.calls.lines import find_way, ring_outside
from callroom.calls.party import NotAnswered, Party
from callroom.calls.ringing import Ringing
from callroom.calls.talking import talk
from callroom.core.acd.model import Engagement
from callroom.core.directory import Extension
from callroom.core.ids import RingGroupId
from callroom.core.ring_groups import Member, Order, RingGroup
from callroom.core.routing.matching import Refusal
from callroom.core.routing.model import Destination, DialPermission, ToHangUp
from callroom.telephony.port import CallerId, EndCause

if TYPE_CHECKING:
    from callroom.calls.call import Call

log = structlog.get_logger(__name__)
ROUNDS = 2  # how often a member outside is asked whether he takes the call
FOR_KEY = 5.0  # seconds


async def ring_group(call: "Call", group_id: RingGroupId) -> Destination:
    """Ring a group's members until one takes the call, and let them talk; else the call goes where the group says."""
    exchange = call.exchange
    group = exchange.directory.ring_groups.get(group_id)
    if group is None or call.main is None:  # deleted meanwhile
        await call.inform("nobody_available")
        return ToHangUp()
    inside = call.main.role == "agent" or call.view.direction == "internal"
    called = {} if call.view.direction == "outbound" else {"to_name": group.name}
    call.show(state="ringing", **called)
    call.checkpoint(s="ring_group", group=group.id)
    exchange.telephony.ring(call.main.leg)
    party = await _Round(call, group).taken()
    if party is None:
        log.info("nobody of a ring group answered", call=call.journey, group=group.id)
        call.show(offered_to=[])
        return group.otherwise
    await call.answer()
    return await talk(call, party, kind=Engagement.INTERNAL if inside else Engagement.QUEUE, record=group.record)


class _Round:
    """One call's ringing of a group."""

    def __init__(self, call: "Call", group: RingGroup) -> None:
        self._call = call
        self._group = group
        self._ringing: dict[Member, Ringing] = {}
        self._taken_by: Member | None = None

    async def taken(self) -> Party | None:
        """The party that takes the call, if one does in time. When this is cancelled, ringing stops."""
        group = self._group
        if group.order is Order.TOGETHER:
            ways = [self._try(member, member.delay) for member in group.members]
        else:
            ways = [self._in_turn()]
        tasks = [asyncio.ensure_future(way) for way in ways]
        taken: Party | None = None
        try:
            async with asyncio.timeout(group.longest):
                for one in asyncio.as_completed(tasks):
                    if (taken := await one) is not None:
                        break
        except TimeoutError:
            pass
        finally:
            for task in tasks:
                task.cancel()
            for member, ring in self._ringing.items():
                if taken is None:
                    ring.stop()
                elif member is not self._taken_by:
                    ring.stop(EndCause.ANSWERED_ELSEWHERE)
        return taken

    async def _in_turn(self) -> Party | None:
        for member in self._group.members:
            if (party := await self._try(member, 0.0)) is not None:
                return party
        return None

    async def _try(self, member: Member, delay: float) -> Party | None:
        """The member's party, if he is the first to take the call."""
        await asyncio.sleep(delay)
        try:
            party = await self._reach(member)
        except NotAnswered:
            return None
        if member.extension is None and self._group.confirm and not await self._confirms(party):
            self._ringing[member].stop()
            return None
        if self._taken_by is not None:  # two in the same moment
            return None
        self._taken_by = member
        return party

    async def _reach(self, member: Member) -> Party:
        call, exchange = self._call, self._call.exchange
        if member.extension is None:
            way = find_way(exchange.directory, member.number, DialPermission.INTERNATIONAL, keyed=False)
            if isinstance(way, Refusal):
                raise NotAnswered(EndCause.REJECTED)
            return await ring_outside(
                call,
                member.number,
                way,
                shown=call.view.from_number,
                timeout=member.seconds,
                rings=lambda ring: self._ringing.update({member: ring}),
            )
        extension = exchange.directory.extensions.get(member.extension)
        if extension is None or self._is_busy(extension):
            raise NotAnswered(EndCause.BUSY)
        agent = extension.agent
        if agent:
            call.show(offered_to=[*call.view.offered_to, agent])
        shown = CallerId(call.view.from_number, call.view.from_name)
        ring = Ringing(call, exchange.phones.of_extension(extension), shown=shown, timeout=member.seconds)
        self._ringing[member] = ring
        try:
            return await ring.answered()
        except NotAnswered:
            call.show(offered_to=[each for each in call.view.offered_to if each != agent])
            raise

    def _is_busy(self, extension: Extension) -> bool:
        """Who talks already is not rung, nor who is calling the group himself."""
        main = self._call.main
        calls = main is not None and main.device is not None and main.device in extension.devices
        return calls or (extension.agent is not None and self._call.exchange.agent_talks(extension.agent))

    async def _confirms(self, party: Party) -> bool:
        """Whether somebody at a number outside, and not his voicemail, takes the call."""
        asking = asyncio.ensure_future(self._ask(party))
        gone = asyncio.ensure_future(asyncio.shield(party.ended))
        try:
            await asyncio.wait({asking, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asking.cancel()
            gone.cancel()
        return not party.gone and asking.done() and asking.result()

    async def _ask(self, party: Party) -> bool:
        files = self._call.exchange.sounds.system(self._call.language, "confirm_call")
        for _ in range(ROUNDS):
            if await self._call.ask(files, timeout=FOR_KEY, of=party) == "1":
                return True
        return False
