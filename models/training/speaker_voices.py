"""Single voices from which conversations are made: read speech of 251 people, and synthetic voices where flite is."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

from models.contract import SAMPLE_RATE_HZ, Samples
from models.training.domain_text import sentences
from models.training.synthesis import available, synthesise

Voices = dict[str, list[Samples]]
HELD_OUT = 40
"""people who are kept out of the training, for choosing settings"""
HELD_OUT_FLITE = 9
FLITE = [(v, f, p) for v in ("slt", "rms", "awb") for f in (-2.0, -1.0, 0.0, 1.5, 3.0) for p in (-2.0, 0.0, 2.0)]


def decoded(path: Path) -> Samples:
    """A sound file as mono samples at 16 kHz."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    with av.open(str(path)) as container:
        parts = [r.to_ndarray()[0] for f in container.decode(audio=0) for r in resampler.resample(f)]
    return np.concatenate(parts).astype(np.float32)


def read_voices(folder: Path) -> Voices:
    """One utterance per speaker; the number before the first dash of the file's name is the speaker."""
    return {path.stem.split("-")[0]: [decoded(path)] for path in sorted(folder.glob("*.flac"))}


def flite_voices(seed: int = 3, lines: int = 6) -> Voices:
    """flite at several pitches and vocal tract lengths, saying lines of the written policing text; none without flite.

    A third of the lines is raised or shouted, so that a voice and its shout lie within one voice.
    """
    if not available():
        return {}
    rng = np.random.default_rng(seed)
    text = [line for line in sentences() if len(line.split()) > 5]
    out: Voices = {}
    for voice, formant, pitch in [*FLITE, ("kal16", 0.0, 0.0)]:
        efforts = rng.choice([0.0, 0.0, 0.0, 0.0, 0.5, 1.0], lines)
        out[f"{voice} {formant} {pitch}"] = [
            synthesise(
                str(rng.choice(text)), voice, pitch_semitones=pitch, formant_semitones=formant, effort=float(effort)
            ).samples
            for effort in efforts
        ]
    return out


def parted(voices: Voices, held_out: int, seed: int = 0) -> tuple[Voices, Voices]:
    """(to train on, kept out): the same voices are kept out whenever the seed is the same."""
    names = sorted(voices)
    np.random.default_rng(seed).shuffle(names)
    return {n: voices[n] for n in names[held_out:]}, {n: voices[n] for n in names[:held_out]}
