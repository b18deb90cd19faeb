"""What a phone heard, on the clock of its arrival."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile

from callroom.demo.phone.errors import ToneNotHeard
from callroom.demo.phone.patience import PATIENCE
from callroom.demo.tones import RATE, SILENCE_RMS, Samples, loudest, rms, tone_share

_LATE = 0.2  # a packet this much behind its place on the clock follows a pause of the sender
_EARLY = 1.0  # and this much ahead, a jump of the sender's clock


class Heard:
    """The sound of one call. `clock` gives seconds; nothing is kept after `limit` seconds but the figures go on."""

    def __init__(self, clock: Callable[[], float], *, limit: float = 3600.0) -> None:
        self._clock = clock
        self._limit = round(limit * RATE)
        self._samples: Samples = np.zeros(RATE * 4, dtype=np.int16)
        self._end = 0
        self._origin: float | None = None  # clock time of sample 0
        self._stream: tuple[int, int, int] | None = None  # ssrc, a timestamp, its sample position
        self._started = clock()
        self._last_loud: float | None = None
        self._last_packet: float | None = None
        self._longest_gap = 0.0
        self._closed_at: float | None = None
        self._arrived = asyncio.Event()
        self.packets = 0

    def add(self, samples: Samples, *, timestamp: int, ssrc: int) -> None:
        """Take one decoded packet."""
        now = self._clock()
        if self._last_packet is not None:
            self._longest_gap = max(self._longest_gap, now - self._last_packet)
        self._last_packet = now
        self.packets += 1
        if rms(samples) >= SILENCE_RMS:
            self._last_loud = now
        if self._origin is None:
            self._origin = now
        place = round((now - self._origin) * RATE)
        position = self._position(timestamp, ssrc)
        if position is None or position < place - _LATE * RATE or position > place + _EARLY * RATE:
            position = max(place, self._end) if position is None else place
            self._stream = (ssrc, timestamp, position)
        self._store(position, samples)
        self._arrived.set()

    def _position(self, timestamp: int, ssrc: int) -> int | None:
        if self._stream is None or self._stream[0] != ssrc:
            return None
        step = (timestamp - self._stream[1]) & 0xFFFFFFFF
        position = self._stream[2] + (step - (1 << 32) if step >= 1 << 31 else step)
        return position if position >= 0 else None

    def _store(self, position: int, samples: Samples) -> None:
        end = position + samples.size
        if end > self._limit:
            return
        if end > self._samples.size:
            grown = np.zeros(max(end, 2 * self._samples.size), dtype=np.int16)
            grown[: self._end] = self._samples[: self._end]
            self._samples = grown
        self._samples[position:end] = samples
        self._end = max(self._end, end)

    def close(self) -> None:
        """The call is over: pauses end here."""
        if self._closed_at is None:
            self._closed_at = self._clock()
        self._arrived.set()

    def _now(self) -> float:
        return self._clock() if self._closed_at is None else self._closed_at

    def samples(self, seconds: float | None = None) -> Samples:
        """The last `seconds` up to now (pauses as silence), or all that was kept."""
        if seconds is None:
            return self._samples[: self._end].copy()
        size = round(seconds * RATE)
        end = self._end
        if self._origin is not None:
            end = max(end, round((self._now() - self._origin - _LATE) * RATE))
        start = max(0, end - size)
        kept = self._samples[start : min(end, self._end)]
        return np.concatenate([kept, np.zeros(min(end, size) - kept.size, dtype=np.int16)])

    def tone(self, frequency: float, seconds: float = 0.5) -> float:
        """The share (0 to 1) of the last seconds' power at `frequency` Hz; 0 when less than that was heard."""
        recent = self.samples(seconds)
        return tone_share(recent, frequency) if recent.size >= round(seconds * RATE) else 0.0

    async def wait_tone(
        self, frequency: float, *, timeout: float = PATIENCE, seconds: float = 0.3, share: float = 0.8
    ) -> None:
        """Until `frequency` makes at least `share` of the last `seconds`; raises ToneNotHeard."""
        try:
            async with asyncio.timeout(timeout):
                while self.tone(frequency, seconds) < share:
                    if self._closed_at is not None:
                        break
                    self._arrived.clear()
                    await self._arrived.wait()
                else:
                    return
        except TimeoutError:
            pass  # told below with what was heard instead
        other = loudest(self.samples(seconds))
        what = "silence" if other is None else f"{other:.0f} Hz"
        raise ToneNotHeard(f"{frequency:g} Hz not heard in {timeout:g} s; {what} after {self.packets} packets")

    async def wait_silent(self, seconds: float = 0.3, *, timeout: float = PATIENCE) -> None:
        """Until nothing loud came for `seconds`; raises ToneNotHeard when the sound goes on."""
        ends = self._clock() + timeout
        while (rest := seconds - self.silent_for()) > 0 and self._closed_at is None:
            if self._clock() + rest > ends:
                raise ToneNotHeard(f"no silence of {seconds:g} s in {timeout:g} s")
            await asyncio.sleep(rest)

    def silent_for(self) -> float:
        """Seconds since something louder than silence came, or since the start."""
        return self._now() - (self._started if self._last_loud is None else self._last_loud)

    def longest_gap(self) -> float:
        """The longest time in seconds without a packet since the first, the one now running included."""
        running = 0.0 if self._last_packet is None else self._now() - self._last_packet
        return max(self._longest_gap, running)

    def save_wav(self, path: Path | str) -> None:
        """Write all that was kept as 16-bit WAV at 8000 Hz; raises OSError."""
        with Path(path).open("wb") as file:
            soundfile.write(file, self.samples(), RATE, format="WAV", subtype="PCM_16")
