"""Measures finished recordings: the engine's own word is not trusted (it says "done" on a full disk too)."""

import wave
from pathlib import Path


def measure(path: Path) -> float:
    """Seconds of sound in a wav file; 0 if it is missing or broken. Blocks: run it in a thread."""
    try:
        with wave.open(str(path), "rb") as file:
            return file.getnframes() / file.getframerate()
    except (OSError, EOFError, wave.Error, ZeroDivisionError):
        return 0.0
