"""What takes the place of telephony while the server leaves."""

import asyncio
from collections.abc import Awaitable, Callable


class Silent:
    """Takes every command and does nothing."""

    def __getattr__(self, name: str) -> Callable[..., Awaitable[None]]:
        def nothing(*_args: object, **_named: object) -> Awaitable[None]:
            done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            done.set_result(None)
            return done

        return nothing
