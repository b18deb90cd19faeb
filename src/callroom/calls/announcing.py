"""What a waiting caller is told: the greeting, then now and then where he stands and what he may press."""

import asyncio
from math import inf
from typing import TYPE_CHECKING

from callroom.core.acd.expected import minutes
from callroom.core.directory import Queue

if TYPE_CHECKING:
    from callroom.calls.call import Call

LONGEST = 60  # minutes; of more it is only said that it is more


async def announce(call: "Call", queue: Queue, *, quiet: bool) -> None:
    """Greet unless ``quiet``, then music, and every ``announce_every`` seconds an announcement, in the queue's
    language."""
    if not quiet:
        await call.say(call.exchange.sounds.uploaded(queue.greeting, call.language))
    call.play_music(queue.music)
    shortest = inf  # the least minutes told so far
    while queue.announce_every > 0:
        await asyncio.sleep(queue.announce_every)  # the admin's own interval
        line = call.exchange.acd.distributor.waiting(queue.id)
        if call.journey not in line:
            return
        told, shortest = _expected(call, queue, shortest)
        await call.say(
            [
                *call.exchange.sounds.system(call.language, "all_busy"),
                *_position(call, queue, line.index(call.journey)),
                *told,
                *call.exchange.sounds.uploaded(queue.periodic, call.language),
                *_callback(call, queue),
            ]
        )


def _position(call: "Call", queue: Queue, ahead: int) -> list[str]:
    sounds, language = call.exchange.sounds, call.language
    if not queue.announce_position:
        return []
    if ahead == 0:
        return sounds.system(language, "you_are_next")
    return [
        *sounds.system(language, "position_before"),
        *sounds.count(ahead, language),
        *sounds.system(language, "position_after"),
    ]


def _expected(call: "Call", queue: Queue, shortest: float) -> tuple[list[str], float]:
    """How long it may still take, and the least that was told: who was told three minutes is not told five later."""
    sounds, language = call.exchange.sounds, call.language
    seconds = call.exchange.acd.distributor.expected_wait(call.journey) if queue.announce_wait else None
    if seconds is None or (told := minutes(seconds)) > shortest:
        return [], shortest
    if told <= 1:
        return sounds.system(language, "wait_short"), told
    if told > LONGEST:
        return sounds.system(language, "wait_long"), told
    return [
        *sounds.system(language, "wait_before"),
        *sounds.count(told, language),
        *sounds.system(language, "wait_after"),
    ], told


def _callback(call: "Call", queue: Queue) -> list[str]:
    """That he can be called back, and by which key."""
    sounds, language = call.exchange.sounds, call.language
    if queue.callback is None:
        return []
    return [*sounds.system(language, "callback_hint"), *sounds.digits(queue.callback.key, language)]
