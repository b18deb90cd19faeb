"""Sounds one after another on a leg or in a room, and who hears what."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from callroom.core.ids import LegId, SoundId
from callroom.telephony.fake.party import PartyState
from callroom.telephony.fake.state import Leg, Playing

DEFAULT_SECONDS = 1.0


class Sounds:
    """Plays in the loop's time. ``ended(playing, completed)`` is called for each list of files."""

    def __init__(self, ended: Callable[[Playing, bool], None], changed: Callable[[], None]) -> None:
        self.seconds: dict[str, float] = {}  # by the file's name
        self.playing: dict[SoundId, Playing] = {}
        self._ended = ended
        self._changed = changed

    def start(self, sound: SoundId, files: tuple[str, ...], line: list[Playing], leg: LegId | None) -> None:
        playing = Playing(sound, files, line, leg)
        self.playing[sound] = playing
        line.append(playing)
        if line[0] is playing:
            self._next_file(playing)

    def stop(self, sound: SoundId) -> None:
        self._finish(self.playing[sound], completed=False)

    def stop_all(self, line: list[Playing]) -> None:
        """The leg or room is no more."""
        while line:
            self._finish(line[-1], completed=False)

    def _next_file(self, playing: Playing) -> None:
        name = file_name(playing.files[playing.index])
        loop = asyncio.get_running_loop()
        playing.timer = loop.call_later(self.seconds.get(name, DEFAULT_SECONDS), self._file_over, playing)
        self._changed()

    def _file_over(self, playing: Playing) -> None:
        playing.index += 1
        if playing.index < len(playing.files):
            self._next_file(playing)
        else:
            self._finish(playing, completed=True)

    def _finish(self, playing: Playing, *, completed: bool) -> None:
        if playing.timer is not None:
            playing.timer.cancel()
        was_first = playing.line[0] is playing
        playing.line.remove(playing)
        del self.playing[playing.id]
        self._ended(playing, completed)
        if was_first and playing.line:
            self._next_file(playing.line[0])
        self._changed()


def file_name(file: str) -> str:
    return PurePosixPath(file).name


def _now_playing(line: list[Playing]) -> set[str]:
    return {file_name(line[0].files[line[0].index])} if line else set()


def _speaks(leg: Leg) -> bool:
    # A sound played to one member of a room cuts it out of the room meanwhile.
    quiet = leg.party.state is not PartyState.TALKING
    return not (quiet or leg.muted or leg.party.silent or leg.party.held or leg.sounds)


def heard(leg: Leg, music: Mapping[str, str]) -> set[str]:
    """What a living leg's party hears now; ``music``: the file of each piece by its name."""
    if leg.party.held or not leg.controllable:
        return set()
    return _from_its_place(leg, music) | _whispered(leg)


def _whispered(leg: Leg) -> set[str]:
    rooms = [ear.room for ear in leg.ears if ear.room is not None]
    return {other.party.name for room in rooms for other in room.legs if _speaks(other)}


def _from_its_place(leg: Leg, music: Mapping[str, str]) -> set[str]:
    if leg.sounds:
        return _now_playing(leg.sounds)
    if leg.room is None:
        if leg.music:
            return {file_name(music[leg.music]) if leg.music in music else "music"}
        return {"ringing"} if leg.ringing and leg.party.state in (PartyState.CALLING, PartyState.TALKING) else set()
    others = [other for other in leg.room.legs if other is not leg]
    told = {other.party.name for other in others if _speaks(other)} | _now_playing(leg.room.sounds)
    for ear in leg.room.ears:
        told |= _from_its_place(ear.leg, music) | ({ear.leg.party.name} if _speaks(ear.leg) else set())
    if len(others) == 1 and others[0].party.held and not others[0].tied:
        told.add("music")
    return told
