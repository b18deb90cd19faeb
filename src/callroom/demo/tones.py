"""Tones: making them and finding them again in what a phone heard.

Samples are 16-bit linear at 8000 a second (the rate of G.711) unless a rate is given.
"""

import math

import numpy as np
import numpy.typing as npt

RATE = 8000
Samples = npt.NDArray[np.int16]

# A root mean square below this (of 32768) is silence: G.711 codes silence as 0 or ±8, and comfort noise stays under 30.
SILENCE_RMS = 60.0


def tone(frequency: float, seconds: float, *, level: float = 0.3, rate: int = RATE) -> Samples:
    """A sine of `frequency` Hz; `level` is its peak as a share of full scale (0 to 1)."""
    if not 0 < frequency < rate / 2:
        raise ValueError(f"a tone at {rate} samples a second lies between 0 and {rate // 2} Hz, not {frequency}")
    if not 0 < level <= 1:
        raise ValueError(f"a level lies above 0 and up to 1, not {level}")
    n = np.arange(round(seconds * rate))
    return np.round(np.sin(2 * np.pi * frequency / rate * n) * level * 32767).astype(np.int16)


def rms(samples: Samples) -> float:
    """Root mean square of the samples, 0 to 32768; nothing is silence."""
    if samples.size == 0:
        return 0.0
    return math.sqrt(float(np.mean(np.square(samples.astype(np.float64)))))


def tone_share(samples: Samples, frequency: float, *, rate: int = RATE) -> float:
    """The share of the samples' power that lies at `frequency` Hz (Goertzel): 1 for a pure tone, 0 for silence.

    The bin is 1/duration wide: half a second tells tones 2 Hz apart.
    """
    if samples.size == 0 or rms(samples) < SILENCE_RMS:
        return 0.0
    x = samples.astype(np.float64)
    turn = np.exp(-2j * np.pi * frequency / rate * np.arange(x.size))
    return min(1.0, float(2 * abs(np.dot(x, turn)) ** 2 / (x.size * np.dot(x, x))))


def loudest(samples: Samples, *, rate: int = RATE) -> float | None:
    """The strongest frequency in Hz, or None in silence; for messages of failed checks."""
    if samples.size < 2 or rms(samples) < SILENCE_RMS:
        return None
    power = np.abs(np.fft.rfft(samples.astype(np.float64) * np.hanning(samples.size)))
    power[0] = 0.0
    return float(np.argmax(power)) * rate / samples.size
