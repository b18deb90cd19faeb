"""Render the system prompts of src/callroom/media/prompts/catalogue.toml with the offline voices.

Only texts that changed are rendered again (rendered.json keeps what was said by which voice); --all renders every one,
names on the command line just those. Sounds of prompts that left the catalogue are removed.

    make voices && .venv/bin/python scripts/render_prompts.py

espeak-ng (GPL) only turns English text into phonemes while rendering; nothing of it is in the sounds.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import soundfile

from callroom.media.prompts import LANGUAGES, catalogue, prompts_folder
from callroom.media.sound import RATE
from callroom.media.voices import USUAL, styles_folder
from callroom.media.voices.kokoro import EDGE, MODEL, Kokoro

EDGE_INSIDE = 0.03  # seconds of silence at both ends of parts of spoken values


def main() -> None:
    """Render what changed and write down what was rendered."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--voices", type=Path, default=styles_folder(), help="folder of the voices' files")
    parser.add_argument("--all", action="store_true", help="render every prompt")
    parser.add_argument("names", nargs="*", help="render these prompts even if their text did not change")
    chosen = parser.parse_args()

    voices = Kokoro(chosen.voices, threads=1)
    record = prompts_folder() / "rendered.json"
    before: dict[str, dict[str, Any]] = json.loads(record.read_text("utf-8")) if record.exists() else {}
    after: dict[str, dict[str, Any]] = {}
    for place, language in enumerate(LANGUAGES):
        name = USUAL[language]
        texts = {entry.name: _digest(entry.spoken[place]) for entry in catalogue().values() if entry.texts[place]}
        after[language] = {"model": MODEL, "voice": name, "texts": texts}
        old = before.get(language, {})
        same_voice = all(old.get(key) == after[language][key] for key in ("model", "voice"))
        folder = prompts_folder() / language
        folder.mkdir(exist_ok=True)
        for entry in (one for one in catalogue().values() if one.texts[place]):
            file = folder / f"{entry.name}.wav"
            unchanged = same_voice and old["texts"].get(entry.name) == texts[entry.name] and file.exists()
            if unchanged and not chosen.all and entry.name not in chosen.names:
                continue
            sound = voices.say(entry.spoken[place], name, EDGE_INSIDE if entry.inside else EDGE)
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
