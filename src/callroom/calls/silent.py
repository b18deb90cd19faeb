"""What takes the place of telephony while the server leaves, and what is known of devices and trunks for who asks."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from callroom.core.ids import DeviceId, TrunkId

if TYPE_CHECKING:
    from callroom.calls.exchange import Exchange


class States:
    """What is known of devices and trunks, for who shows them."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange

    def device(self, device_id: str, /) -> tuple[str, str]:
        return self._exchange.device_state(DeviceId(device_id))

    def trunk(self, trunk_id: str, /) -> tuple[str, str]:
        return self._exchange.trunk_state(TrunkId(trunk_id))


class Silent:
    """Takes every command and does nothing."""

    def __getattr__(self, name: str) -> Callable[..., Awaitable[None]]:
        def nothing(*_args: object, **_named: object) -> Awaitable[None]:
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            done.set_result(None)
            return done

        return nothing
