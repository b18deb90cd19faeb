"""What a phone says into a call."""

from functools import cached_property
from pathlib import Path

import numpy as np
import soundfile

from callroom.demo.phone.rtp import FRAME, encode
from callroom.demo.phone.sdp import Codec
from callroom.demo.tones import RATE, Samples, tone

_KEYPAD = "123A456B789C*0#D"
_ROWS, _COLUMNS = (697, 770, 852, 941), (1209, 1336, 1477, 1633)  # Hz
PRESSED, PAUSE = 0.12, 0.12  # seconds


class Sound:
    """Samples at 8000 a second, cut into frames of 20 ms; what is not repeated ends in silence."""

    def __init__(self, samples: Samples, *, repeat: bool = False) -> None:
        missing = -samples.size % FRAME
        self.samples = np.concatenate([samples, np.zeros(missing, dtype=np.int16)])
        self.repeat = repeat
        self._coded: dict[Codec, list[bytes]] = {}

    @property
    def seconds(self) -> float:
        """Length of one pass."""
        return self.samples.size / RATE

    @cached_property
    def _frames(self) -> int:
        return self.samples.size // FRAME

    def frame(self, index: int, codec: Codec) -> bytes:
        """The coded frame at 20 ms times `index` since the start."""
        coded = self._coded.get(codec)
        if coded is None:
            whole = encode(self.samples, codec)
            coded = self._coded[codec] = [whole[i : i + FRAME] for i in range(0, len(whole), FRAME)]
        if self._frames and (self.repeat or index < self._frames):
            return coded[index % self._frames]
        return _SILENT[codec]


_SILENT: dict[Codec, bytes] = {
    "PCMU": encode(np.zeros(FRAME, dtype=np.int16), "PCMU"),
    "PCMA": encode(np.zeros(FRAME, dtype=np.int16), "PCMA"),
}


class Silence(Sound):
    """Sends packets of silence."""

    def __init__(self) -> None:
        super().__init__(np.zeros(0, dtype=np.int16))


class KeyTones(Sound):
    """Keys as the pairs of tones that a telephone without other means sends (ITU-T Q.23); raises ValueError."""

    def __init__(self, keys: str) -> None:
        pause = np.zeros(round(PAUSE * RATE), dtype=np.int16)
        parts = [pause]
        for key in keys:
            at = _KEYPAD.index(key)
            pair = [tone(hertz, PRESSED, level=0.2) for hertz in (_ROWS[at // 4], _COLUMNS[at % 4])]
            parts += [pair[0] + pair[1], pause]
        super().__init__(np.concatenate(parts))


class Tone(Sound):
    """An endless sine of a whole number of Hz, so that one second repeats without a click."""

    def __init__(self, frequency: int, *, level: float = 0.3) -> None:
        super().__init__(tone(frequency, 1.0, level=level), repeat=True)
        self.frequency = frequency


class WavFile(Sound):
    """A sound file of any rate; channels are mixed. Raises OSError, soundfile.LibsndfileError."""

    def __init__(self, path: Path | str, *, repeat: bool = False) -> None:
        with Path(path).open("rb") as file:
            data, rate = soundfile.read(file, dtype="float64", always_2d=True)
        super().__init__(_resample(np.asarray(data).mean(axis=1), int(rate)), repeat=repeat)


def _resample(data: "np.ndarray[tuple[int], np.dtype[np.float64]]", rate: int) -> Samples:
    if rate != RATE and data.size:
        size = max(1, round(data.size * RATE / rate))
        # Through the spectrum: cutting it is the low-pass that a lower rate needs.
        spectrum = np.fft.rfft(data)[: size // 2 + 1]
        data = np.fft.irfft(spectrum, size) * size / data.size
    return np.round(np.clip(data, -1, 1) * 32767).astype(np.int16)
