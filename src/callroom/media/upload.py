"""Sound files people upload, made fit for the telephone."""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from callroom.errors import CallroomError
from callroom.media.loudness import Level, evened, level_of
from callroom.media.sound import RATE, Floats, resampled

LONGEST = 30 * 60  # seconds
HIGHEST_RATE = 384_000  # samples a second; a file that claims more is broken
_BLOCK = 1 << 17  # frames read at once


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of an upload. ``rate``, ``channels`` and ``level`` are those it came with."""

    seconds: float
    rate: int
    channels: int
    level: Level


@dataclass
class NotAudio(CallroomError):
    """The file holds no sound that can be read."""


@dataclass
class TooLong(CallroomError):
    """The sound lasts longer than is taken."""

    minutes: int  # the longest that is taken


def convert_upload(data: bytes | Path, into: Path) -> Converted:
    """Write any readable sound as a WAV file of 8000 samples a second, mono, 16 bits, as loud as every other prompt.

    `data` is the file's content or where it lies; WAV (with GSM too), MP3, OGG, FLAC and whatever else libsndfile
    reads. `into` appears only when whole. Raises NotAudio and TooLong.
    """
    # Opened here, so that the content alone tells the format: a name that ends in .raw would be taken for headerless.
    with io.BytesIO(data) if isinstance(data, bytes) else data.open("rb") as file:
        unnamed = file if isinstance(file, io.BytesIO) else file.fileno()
        try:
            sound = soundfile.SoundFile(unnamed, closefd=False)
        except soundfile.LibsndfileError as error:
            raise NotAudio from error
        with sound:
            return _converted(sound, into)


def _converted(sound: soundfile.SoundFile, into: Path) -> Converted:
    if not 0 < sound.samplerate <= HIGHEST_RATE:
        raise NotAudio
    blocks = list(resampled(_mono(sound), sound.samplerate))
    whole = np.concatenate(blocks) if blocks else np.empty(0, np.float32)
    if not whole.size:
        raise NotAudio
    level = level_of(whole)
    part = into.with_name(into.name + ".part")
    try:
        soundfile.write(part, np.clip(evened(whole, level), -1.0, 1.0), RATE, "PCM_16", format="WAV")
        os.replace(part, into)
    finally:
        part.unlink(missing_ok=True)
    return Converted(whole.size / RATE, sound.samplerate, sound.channels, level)


def _mono(sound: soundfile.SoundFile) -> Iterator[Floats]:
    """The sound's blocks with the channels' mean; raises TooLong as soon as that is known."""
    longest = LONGEST * sound.samplerate
    # Some formats do not know their length beforehand and claim a wrong one, so that both are checked.
    if sound.seekable() and longest < sound.frames < 1 << 62:
        raise TooLong(LONGEST // 60)
    read = 0
    while True:
        try:
            block = sound.read(_BLOCK, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise NotAudio from error
        if not block.size:
            return
        read += len(block)
        if read > longest:
            raise TooLong(LONGEST // 60)
        yield block.mean(axis=1, dtype=np.float32)
