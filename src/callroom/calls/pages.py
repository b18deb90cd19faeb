"""A page whose connection came or went: its sound may go on all the same, so that is what is looked at."""

import asyncio
from typing import TYPE_CHECKING

from callroom.calls.party import Party
from callroom.telephony.port import TelephonyError

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange

STALL = 0.8  # seconds without a packet after which a page that lost its connection counts as gone
POLL = 0.25


async def is_lost(exchange: "Exchange", party: Party) -> bool:
    """Wait until the page is connected and sends sound (it is the same page), or sent none for ``STALL`` seconds: lost.

    Not lost either when the leg or the engine has gone: their end is told on its own.
    """
    heard, silent_since, grew = -1, exchange.clock(), 0
    while not party.gone:
        try:
            count = await exchange.telephony.packets_from(party.leg)
        except TelephonyError:
            return False
        if heard >= 0 and count > heard:
            silent_since, grew = exchange.clock(), grew + 1
        heard = count
        if grew >= 2 and party.device is not None and exchange.phones.online(party.device):
            return False
        if exchange.clock() - silent_since >= STALL:
            return True
        await asyncio.sleep(POLL)  # the engine tells of packets only when asked
    return False
