"""Telephone sound: 8000 samples a second, one channel, 16 bits; and bringing any other rate to it."""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt

RATE = 8000  # samples a second, the rate of G.711

Floats = npt.NDArray[np.float32]

# The low-pass filter: zero crossings of the sinc on each side, Kaiser's beta (80 dB below in the stop band), and the
# cut-off as a share of the lower rate's half, so that the filter has closed where mirrored frequencies would begin.
_CROSSINGS = 32
_BETA = 8.0
_CUT = 0.92


def resampled(blocks: Iterable[Floats], rate: int) -> Iterator[Floats]:
    """Bring mono samples from `rate` a second to RATE, block by block, with nothing shifted in time.

    A windowed sinc, evaluated at just the phases the two rates' ratio needs. Yields blocks of any length; all together
    they last as long as the input, to a sample.
    """
    if rate == RATE:
        yield from blocks
        return
    common = int(np.gcd(rate, RATE))
    up, down = RATE // common, rate // common
    half = int(np.ceil(_CROSSINGS * max(1.0, rate / RATE)))
    filters = _filters(up, half, rate)

    held = np.zeros(half, np.float32)  # the samples not yet used up; held[0] is number `first` of the input
    first = -half
    done = 0  # samples given out
    total = 0  # samples taken in
    for block in blocks:
        total += block.size
        held = np.concatenate((held, block))
        # Output k stands at input k*down/up and needs `half` samples on either side of it.
        ready = max(done, ((first + held.size - half - 1) * up) // down)
        if ready > done:
            yield _filtered(held, first, done, ready, down, filters)
            done = ready
            keep = done * down // up - half + 1
            held, first = held[keep - first :], keep
    end = -(-total * up // down)
    if end > done:
        held = np.concatenate((held, np.zeros(half, np.float32)))
        yield _filtered(held, first, done, end, down, filters)


def _filters(up: int, half: int, rate: int) -> Floats:
    """The filter of each phase, shape (up, 2 * half): phase p lies p/up of an input sample past the middle."""
    cut = _CUT * min(1.0, RATE / rate)
    at = np.arange(-half + 1, half + 1)
    filters = np.empty((up, 2 * half), np.float32)
    for phase in range(up):
        x = at - phase / up
        window = np.i0(_BETA * np.sqrt(np.maximum(0.0, 1 - (x / half) ** 2)))
        taps = np.sinc(cut * x) * window
        filters[phase] = taps / taps.sum()
    return filters


def _filtered(held: Floats, first: int, start: int, end: int, down: int, filters: Floats) -> Floats:
    """Outputs `start` up to `end`; `held[0]` is input sample number `first`."""
    up, taps = filters.shape
    half = taps // 2
    out = np.empty(end - start, np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(held, taps)
    for offset in range(min(up, end - start)):
        # Every up-th output uses the same filter, and its window moves on by `down` samples.
        middle, phase = divmod((start + offset) * down, up)
        count = len(range(start + offset, end, up))
        row = middle - half + 1 - first
        out[offset::up] = windows[row : row + (count - 1) * down + 1 : down] @ filters[phase]
    return out
