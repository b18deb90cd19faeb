"""How loud speech is, and bringing it to the loudness of every other prompt. Samples are at RATE, full scale is 1."""

from dataclasses import dataclass

import numpy as np

from callroom.media.sound import RATE, Floats

LOUDNESS = -20.0  # dBFS, root mean square of the parts that are speech
PEAK = 10 ** (-1.6 / 20)  # of full scale
MOST_GAIN = 30.0  # dB; what is quieter still is noise, and stays as it is
CLIPPED = 0.999  # of full scale: samples at the stop
SILENT = 1e-4  # of full scale: a peak below it is no sound
_FRAME = 80  # samples in 10 ms
_SPEECH = 10**-3  # of the loudest frame's power: frames 30 dB below it are pauses
_SILENCE = 10**-4.5  # of it: a voice's own silence


@dataclass(frozen=True, slots=True)
class Level:
    """``speech``: dBFS of the parts that are speech, -inf in silence; ``peak``: dBFS; ``clipped``: share of samples."""

    speech: float
    peak: float
    clipped: float


def level_of(sound: Floats) -> Level:
    """Measure a sound as it came."""
    if not sound.size or (top := float(np.abs(sound).max())) < SILENT:
        return Level(float("-inf"), float("-inf"), 0.0)
    power = _frames(sound)
    speech = float(power[power >= power.max() * _SPEECH].mean())
    return Level(10 * float(np.log10(speech)), 20 * float(np.log10(top)), float(np.mean(np.abs(sound) >= CLIPPED)))


def evened(sound: Floats, level: Level) -> Floats:
    """A sound of this level with its speech at LOUDNESS and no peak above PEAK."""
    if level.speech < LOUDNESS - MOST_GAIN:
        return sound
    gain = 10 ** ((LOUDNESS - level.speech) / 20)
    return limited(sound * np.float32(gain))


def for_telephone(sound: Floats, edge: float) -> Floats:
    """A voice's sound, evened, with the same short silence (seconds) at both ends as every other prompt."""
    power = _frames(sound)
    loud = np.flatnonzero(power > power.max() * _SILENCE)
    speech = evened(sound, level_of(sound))[max(0, loud[0] * _FRAME - _FRAME) : (loud[-1] + 2) * _FRAME]
    ramp = np.linspace(0.0, 1.0, _FRAME // 2, dtype=np.float32)
    speech[: ramp.size] *= ramp
    speech[-ramp.size :] *= ramp[::-1]
    silence = np.zeros(round(edge * RATE), np.float32)
    return np.concatenate((silence, speech, silence))


def limited(sound: Floats) -> Floats:
    """Peaks above PEAK are turned down smoothly, over 10 ms on either side."""
    wanted = np.minimum(1.0, PEAK / np.maximum(np.abs(sound), 1e-9))
    if wanted.min() == 1.0:
        return sound.astype(np.float32)
    window = np.hanning(_FRAME + 2)[1:-1]
    lowest = np.pad(_lowest_around(wanted, _FRAME), _FRAME // 2, mode="edge")
    smooth: Floats = np.asarray(np.convolve(lowest, window / window.sum(), "same"), np.float32)
    return sound * smooth[_FRAME // 2 : _FRAME // 2 + sound.size]


def _lowest_around(values: Floats, reach: int) -> Floats:
    """The lowest of each value and its ``reach`` neighbours on either side, by doubling the width looked at."""
    lowest = np.pad(values, reach, constant_values=1.0)
    width, wanted = 1, 2 * reach + 1
    while 2 * width <= wanted:
        lowest = np.minimum(lowest[:-width], lowest[width:])
        width *= 2
    rest = wanted - width
    return np.minimum(lowest[: lowest.size - rest], lowest[rest:])


def _frames(sound: Floats) -> Floats:
    """The power of each 10 ms; a shorter sound is one frame."""
    if sound.size < _FRAME:
        sound = np.pad(sound, (0, _FRAME - sound.size))
    return np.square(sound[: sound.size // _FRAME * _FRAME]).reshape(-1, _FRAME).mean(axis=1)
