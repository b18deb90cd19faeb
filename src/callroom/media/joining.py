"""Telephone recordings put together."""

from collections.abc import Sequence
from pathlib import Path

import soundfile

from callroom.media.sound import RATE

_BLOCK = 1 << 17  # frames read at once


def join(parts: Sequence[Path], into: Path) -> float:
    """Write recordings (8000 samples a second, mono) one after another as a WAV file; returns its seconds.

    ``into`` appears only when whole. Raises ``OSError``, and ``RuntimeError`` for what is no sound.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    part, frames = into.with_name(into.name + ".part"), 0
    try:
        with soundfile.SoundFile(part, "w", RATE, 1, "PCM_16", format="WAV") as wav:
            for path in parts:
                with soundfile.SoundFile(path) as sound:
                    while len(block := sound.read(_BLOCK, dtype="int16")):
                        wav.write(block)
                        frames += len(block)
        part.replace(into)
    finally:
        part.unlink(missing_ok=True)
    return frames / RATE
