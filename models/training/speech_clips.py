"""Make the spoken clips of the transcription and diarization tests, with the truth beside them.

Run `python -m models.training.speech_clips FOLDER` (needs flite). The clips are committed, because a machine that runs
the tests has no flite: FLAC for words, Opus for the longer conversation.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from models.training.corpus import noise
from models.training.synthesis import RATE_HZ, VOICES, Samples, synthesise

SEED = 5
NOISE_DB = -76.0
"""level of the noise under every clip, dBFS: 44 dB and more below the speech"""


@dataclass(frozen=True)
class Line:
    """Somebody says something, `pause` seconds after the line before ended (negative: before it ended)."""

    voice: str
    text: str
    pause: float = 0.7


WORD_CLIPS: dict[str, Sequence[Line]] = {
    "commands.flac": (
        Line("slt", "keep your hands where i can see them", 0.5),
        Line("rms", "get on the ground now"),
        Line("awb", "put your hands behind your back"),
    ),
    "talk.flac": (
        Line("slt", "you have the right to remain silent", 0.5),
        Line("awb", "do you understand me"),
        Line("rms", "i want a lawyer"),
    ),
}
"""Sentences that the small Whisper was trained on in other renderings, for words and word times."""

CONVERSATION: Sequence[Line] = (
    Line("slt", "good evening sir my name is officer davis how are you doing tonight", 0.6),
    Line("rms", "what did i do why did you stop me i was at the store with my brother", 0.5),
    Line("awb", "the reason i stopped you is your left light is out", 0.6),
    Line("slt", "please stay in the car and keep your hands on the wheel", 0.8),
    Line("rms", "i did not do anything leave me alone i want my lawyer right now", -1.4),
    Line("awb", "step out of the car right now and put your hands behind your back", -1.6),
    Line("slt", "take a deep breath we just want to talk nobody is in trouble", 0.7),
    Line("rms", "okay okay i am sorry i am just scared", 0.6),
)
"""Three people; two of the turns begin before the last one ended."""


def spoken_lines(lines: Sequence[Line], gains_db: dict[str, float]) -> tuple[Samples, list[dict[str, object]]]:
    """The sound of the lines, and per line its voice, start, end and words."""
    placed, at = [], 0.0
    for line in lines:
        said = synthesise(line.text, line.voice)
        start = max(0.0, at + line.pause)
        placed.append((start, line, said))
        at = start + said.duration
    sound = np.zeros(round((at + 0.6) * RATE_HZ), np.float32)
    truth: list[dict[str, object]] = []
    for start, line, said in placed:
        first = round(start * RATE_HZ)
        sound[first : first + len(said.samples)] += said.samples * 10 ** (gains_db.get(line.voice, 0.0) / 20)
        words = [[text, round(start + a, 3), round(start + b, 3)] for text, a, b in said.words]
        truth.append(
            {"voice": line.voice, "start": round(start, 3), "end": round(start + said.duration, 3), "words": words}
        )
    sound += noise(len(sound), np.random.default_rng(SEED)) * 10 ** (NOISE_DB / 20)
    return sound, truth


def encode(sound: Samples, path: Path, *settings: str) -> None:
    """Write samples with ffmpeg; the container follows the name."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-f", "f32le", "-ar", str(RATE_HZ), "-ac", "1"]
    command += ["-i", "-", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact", *settings, str(path)]
    subprocess.run(command, input=sound.astype("<f4").tobytes(), check=True)


def main(folder: Path) -> None:
    """Write the clips and `truth.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = {}
    for name, lines in WORD_CLIPS.items():
        sound, truth[name] = spoken_lines(lines, dict.fromkeys(VOICES, -6.0))
        encode(sound, folder / name, "-sample_fmt", "s16", "-compression_level", "12")
    sound, truth["conversation.opus"] = spoken_lines(CONVERSATION, {"rms": -3.0})
    encode(sound, folder / "conversation.opus", "-c:a", "libopus", "-b:a", "24k")
    rows = (f'"{name}": [\n  ' + ",\n  ".join(map(json.dumps, lines)) + "\n ]" for name, lines in truth.items())
    (folder / "truth.json").write_text("{\n " + ",\n ".join(rows) + "\n}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
