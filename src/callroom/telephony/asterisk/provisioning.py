"""Makes devices and lines known to the engine, and forgotten."""

import asyncio
from collections.abc import Awaitable

from callroom.core.ids import DeviceId, TrunkId
from callroom.telephony import port
from callroom.telephony.asterisk.ari import Refused
from callroom.telephony.asterisk.requests import Requests, done, q
from callroom.telephony.asterisk.setup import TRUNK, Object, device_objects, formats, trunk_objects
from callroom.telephony.port import CommandRefused, EngineUnreachable

TRUNK_KINDS = ("registration", "identify", "endpoint", "aor", "auth")
# Seconds until the engine, which answers a deletion at once, has really let go; what is put earlier is deleted with it.
DELETED_AFTER = 0.3


def _object(kind: str, name: str) -> str:
    return f"asterisk/config/dynamic/res_pjsip/{kind}/{q(name)}"


class Provisioning(Requests):
    def put_device(self, device: port.DeviceSetup) -> Awaitable[None]:
        self.formats[device.device] = formats(device)
        return self._put(device_objects(device))

    def remove_device(self, device: DeviceId) -> Awaitable[None]:
        self.formats.pop(device, None)
        return self._remove([(kind, device, {}) for kind in ("endpoint", "aor", "auth")])

    def show_messages(self, device: DeviceId, new: int, old: int) -> Awaitable[None]:
        # The body's lines are variables of one name; the engine itself has no mailbox that phones could subscribe to.
        sent = self.notify(
            device,
            [
                "Event=message-summary",
                "Content-type=application/simple-message-summary",
                f"Content=Messages-Waiting: {'yes' if new else 'no'}",
                f"Content=Voice-Message: {new}/{old} (0/0)",
            ],
        )
        return done() if sent else self._failed(EngineUnreachable("no connection to the engine"))

    def put_trunk(self, trunk: port.TrunkSetup) -> Awaitable[None]:
        self.registrations.put(trunk)
        self.formats[TRUNK + trunk.trunk] = formats(trunk)
        return self._task(asyncio.get_running_loop().create_task(self._replace(trunk), name="set-up of a line"))

    async def _replace(self, trunk: port.TrunkSetup) -> None:
        """Delete and put: the engine registers nothing anew for a registration that is only put again."""
        name = TRUNK + trunk.trunk
        async with self._replacing:
            sent = [self.aux.send("DELETE", _object(kind, name)) for kind in TRUNK_KINDS]
            gone = await asyncio.gather(*sent, return_exceptions=True)
            if not all(isinstance(answer, BaseException) for answer in gone):
                await asyncio.sleep(DELETED_AFTER)
            await _all(self._put_objects(trunk_objects(trunk)), missing_is_fine=False)
        self.qualify(name)

    def remove_trunk(self, trunk: TrunkId) -> Awaitable[None]:
        self.registrations.removed(trunk)
        self.formats.pop(TRUNK + trunk, None)
        return self._remove([(kind, TRUNK + trunk, {}) for kind in TRUNK_KINDS])

    def _put(self, objects: list[Object]) -> Awaitable[None]:
        put = _all(self._put_objects(objects), missing_is_fine=False)
        return self._task(asyncio.get_running_loop().create_task(put, name="set-up"))

    def _put_objects(self, objects: list[Object]) -> "list[asyncio.Future[str]]":
        return [
            self.aux.send(
                "PUT",
                _object(kind, name),
                None,
                {"fields": [{"attribute": key, "value": value} for key, value in fields.items()]},
            )
            for kind, name, fields in objects
        ]

    def _remove(self, objects: list[Object]) -> Awaitable[None]:
        sent = [self.aux.send("DELETE", _object(kind, name)) for kind, name, _ in objects]
        return self._task(asyncio.get_running_loop().create_task(_all(sent, missing_is_fine=True), name="set-up"))

    def device_states(self) -> dict[DeviceId, port.DeviceState]:
        return dict(self.registrations.devices)

    def trunk_states(self) -> dict[TrunkId, port.TrunkChanged]:
        return dict(self.registrations.trunks)


async def _all(sent: "list[asyncio.Future[str]]", *, missing_is_fine: bool) -> None:
    """Wait for all answers, then raise the first error."""
    for answer in await asyncio.gather(*sent, return_exceptions=True):
        if isinstance(answer, Refused):
            if not (missing_is_fine and answer.status == 404):
                raise CommandRefused("set-up", str(answer))
        elif isinstance(answer, BaseException):
            raise answer
