"""``python -m callroom.media.voices.speaker``: speaks texts, one a line of JSON, until its input ends.

In: ``{"text", "voice", "into"}``, where ``into`` is the path of the WAV file that is to be. Out: ``{"seconds"}``, or
``{"error"}``. It runs behind everything else on the machine, so that calls do not wait for voices.
"""

import json
import os
import sys
from pathlib import Path

import soundfile

from callroom.media.sound import RATE
from callroom.media.voices import styles_folder
from callroom.media.voices.kokoro import Kokoro

THREADS = 2


def main() -> None:
    """Speak until nobody asks any more."""
    os.nice(10)
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no answer
    kokoro = Kokoro(styles_folder(), THREADS)
    for line in sys.stdin.buffer:
        wanted = json.loads(line)
        try:
            sound = kokoro.say(wanted["text"], wanted["voice"])
            into = Path(wanted["into"])
            part = into.with_name(into.name + ".part")
            soundfile.write(part, sound, RATE, "PCM_16", format="WAV")
            part.replace(into)
            answer = {"seconds": round(sound.size / RATE, 2)}
        except Exception as error:  # whatever the libraries raise: told to who asked, and no end for the others
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        told.write(json.dumps(answer) + "\n")
        told.flush()


if __name__ == "__main__":
    main()
