"""The real faster-whisper with the small model of tests/fixtures/tiny_whisper."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
from importlib import util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import faster_whisper as adapter
from models.contract import SAMPLE_RATE_HZ, BackendUnavailable, RawSpan, RawWord, Samples, Transcriber
from models.faster_whisper import FasterWhisper, probe, windows
from models.pulled import sha256_of
from tests.models.speech_truth import WHISPER, clip, truth, word_errors, words_of

CLIPS = ("commands.flac", "talk.flac")
MOST_ERRORS = 0.2
"""share of words; see README.md of the fixture for what was measured"""


@pytest.fixture(scope="module")
def whisper() -> FasterWhisper:
    """One sentence per window, which is what the small model can do."""
    return FasterWhisper(WHISPER, device="cpu", threads=1, joined_gap=0.2)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32)


def long_sound() -> tuple[Samples, list[str]]:
    """Three quarters of a minute with pauses: more than Whisper hears at once."""
    order = ("commands.flac", "talk.flac") * 3
    pieces = [piece for name in order for piece in (silence(1.4), clip(name))]
    return np.concatenate(pieces), [word for name in order for word in words_of(name)]


def inside(words: tuple[RawWord, ...], samples: Samples) -> bool:
    return all(0 <= w.start <= w.end <= len(samples) / SAMPLE_RATE_HZ + 1e-9 for w in words)


@pytest.mark.parametrize("name", CLIPS)
def test_words_of_a_clip(whisper: FasterWhisper, name: str) -> None:
    words = whisper.transcribe(clip(name))
    wanted = words_of(name)
    assert word_errors(wanted, [w.text for w in words]) <= MOST_ERRORS * len(wanted)
    assert inside(words, clip(name))
    assert all(w.confidence is not None and 0 <= w.confidence <= 1 for w in words)
    assert [w.start for w in words] == sorted(w.start for w in words)


@pytest.mark.parametrize("name", CLIPS)
def test_word_times_are_near_the_truth(whisper: FasterWhisper, name: str) -> None:
    """Middle of each right word against the middle of the spoken one."""
    spoken = [word for turn in truth(name) for word in turn.words]
    off = []
    for word in whisper.transcribe(clip(name)):
        same = [abs((word.start + word.end) / 2 - (a + b) / 2) for text, a, b in spoken if text == word.text]
        off += [min(same)] if same else []
    assert len(off) >= 0.6 * len(spoken)
    assert np.median(off) < 0.2


def test_a_single_window_goes_the_careful_way(whisper: FasterWhisper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FasterWhisper, "_many", None)
    first = truth("commands.flac")[0]
    words = whisper.transcribe(clip("commands.flac")[: round((first.end + 0.3) * SAMPLE_RATE_HZ)])
    assert word_errors([text for text, _, _ in first.words], [w.text for w in words]) <= 2


def test_long_sound_is_heard_in_several_windows(whisper: FasterWhisper, monkeypatch: pytest.MonkeyPatch) -> None:
    samples, wanted = long_sound()
    many: list[int] = []
    original = FasterWhisper._many

    def counted(self: FasterWhisper, sound: Samples, spans: list[RawSpan], hints: str | None) -> list[RawWord]:
        many.append(len(spans))
        return original(self, sound, spans, hints)

    monkeypatch.setattr(FasterWhisper, "_many", counted)
    words = whisper.transcribe(samples)
    assert many and many[0] >= 12
    assert word_errors(wanted, [w.text for w in words]) <= MOST_ERRORS * len(wanted)
    assert inside(words, samples)
    late = [w for w in words if w.start > 0.8 * len(samples) / SAMPLE_RATE_HZ]
    assert late, "the times are those of the whole sound, not of a window"


def test_many_windows_and_one_at_a_time_agree(whisper: FasterWhisper) -> None:
    samples = np.concatenate([clip("commands.flac"), silence(2.0), clip("talk.flac")])
    together = whisper.transcribe(samples)
    apart = whisper.transcribe(clip("commands.flac"))
    shift = len(clip("commands.flac")) / SAMPLE_RATE_HZ + 2.0
    apart += tuple(RawWord(w.text, w.start + shift, w.end + shift) for w in whisper.transcribe(clip("talk.flac")))
    assert word_errors([w.text for w in apart], [w.text for w in together]) <= 2
    assert abs(together[-1].end - apart[-1].end) < 0.5


def test_a_doubtful_window_is_done_again(whisper: FasterWhisper, monkeypatch: pytest.MonkeyPatch) -> None:
    again: list[RawSpan] = []
    original = FasterWhisper._carefully

    def counted(self: FasterWhisper, sound: Samples, window: RawSpan, hints: str | None) -> list[RawWord]:
        again.append(window)
        return original(self, sound, window, hints)

    monkeypatch.setattr(FasterWhisper, "_carefully", counted)
    monkeypatch.setattr(adapter, "LEAST_LIKELY", 1.0)
    samples = np.concatenate([clip("commands.flac"), silence(2.0), clip("talk.flac")])
    whisper.transcribe(samples)
    assert len(again) == len(truth("commands.flac")) + len(truth("talk.flac"))


@pytest.mark.parametrize("length", [0, 1, 160, 1599, 4000])
def test_very_short_sound(whisper: FasterWhisper, length: int) -> None:
    tone = (0.1 * np.sin(np.arange(length) * 0.2)).astype(np.float32)
    assert inside(whisper.transcribe(tone), tone)


@pytest.mark.parametrize("loud", [0.0, 1e-4, 0.01, 0.05])
@pytest.mark.parametrize("seed", [1, 3])
def test_nothing_is_written_where_nobody_speaks(whisper: FasterWhisper, loud: float, seed: int) -> None:
    """Silero hears a little speech in some of these noises, and Whisper alone would write "cuff him"."""
    samples = (loud * np.random.default_rng(seed).standard_normal(12 * SAMPLE_RATE_HZ)).astype(np.float32)
    assert whisper.transcribe(samples) == ()


def test_the_same_sound_gives_the_same_words(whisper: FasterWhisper) -> None:
    noisy = clip("talk.flac") + 0.01 * np.random.default_rng(1).standard_normal(len(clip("talk.flac")))
    samples = noisy.astype(np.float32)
    assert whisper.transcribe(samples) == whisper.transcribe(samples)


def test_hotwords_reach_the_model(whisper: FasterWhisper, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts: list[list[int]] = []
    model = whisper._loaded.model
    original = model.get_prompt

    def seen(*arguments: object, **named: object) -> list[int]:
        prompts.append(original(*arguments, **named))
        return prompts[-1]

    monkeypatch.setattr(model, "get_prompt", seen)
    assert inside(whisper.transcribe(clip("talk.flac"), hotwords=("davis", "officer")), clip("talk.flac"))
    wanted = model.hf_tokenizer.encode(" davis officer", add_special_tokens=False).ids
    assert prompts and all(prompt[1 : 1 + len(wanted)] == wanted for prompt in prompts)


def test_info_says_what_ran(whisper: FasterWhisper) -> None:
    info = whisper.info
    assert info.name == "faster-whisper" and "ctranslate2" in info.version
    assert info.weights["model.bin"] == sha256_of(WHISPER / "model.bin")
    assert {"tokenizer.json", "config.json"} <= set(info.weights)
    assert info.settings["device"] == "cpu" and info.settings["compute_type"] == "int8"
    assert info.draft and any("for tests" in remark for remark in info.remarks)


def test_it_is_a_transcriber(whisper: FasterWhisper) -> None:
    transcriber: Transcriber = whisper
    assert transcriber.longest >= 60


def test_probe_accepts_the_folder() -> None:
    assert probe(WHISPER).available


def test_probe_names_what_is_missing(tmp_path: Path) -> None:
    assert "BWC_WHISPER_MODEL" in probe(None).reason
    assert "does not exist" in probe(tmp_path / "nowhere").reason
    shutil.copy(WHISPER / "config.json", tmp_path)
    found = probe(tmp_path)
    assert not found.available
    assert "model.bin" in found.reason and "tokenizer.json" in found.reason and "config.json" not in found.reason


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    original = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "ctranslate2" else original(name))
    assert probe(WHISPER) == (False, "the package ctranslate2 is not installed")
    with pytest.raises(BackendUnavailable, match="ctranslate2"):
        FasterWhisper(WHISPER)


def test_a_damaged_model_is_unavailable(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(WHISPER, folder)
    (folder / "model.bin").write_bytes((WHISPER / "model.bin").read_bytes()[:1000])
    with pytest.raises(BackendUnavailable, match="cannot be loaded"):
        FasterWhisper(folder, device="cpu")


def test_probing_imports_neither_torch_nor_the_library() -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom models.faster_whisper import probe\n"
        f"print(probe(Path({str(WHISPER)!r})).available, 'torch' in sys.modules, 'faster_whisper' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False", "False"]


def test_the_fixture_is_small_and_explained() -> None:
    assert sum(path.stat().st_size for path in WHISPER.iterdir()) < 4_500_000
    assert (WHISPER / "README.md").is_file()
    assert json.loads((WHISPER / "preprocessor_config.json").read_text())["chunk_length"] == 30


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0.05, 90)), max_size=12), st.floats(0, 3), st.floats(5, 28))
def test_windows_cover_the_speech_and_stay_short(
    steps: list[tuple[float, float]], joined_gap: float, longest: float
) -> None:
    speech, at = [], 0.0
    for gap, length in steps:
        speech.append(RawSpan(at + gap, at + gap + length))
        at += gap + length
    made = windows(speech, joined_gap, longest)
    assert all(0 < w.end - w.start <= longest + 1e-6 for w in made)
    assert all(a.end <= b.start + 1e-9 for a, b in itertools.pairwise(made))
    spoken = sum(span.end - span.start for span in speech)
    heard = sum(w.end - w.start for w in made)
    assert spoken - 1e-6 <= heard <= spoken + joined_gap * max(0, len(speech) - 1) + 1e-6
    if speech:
        assert made[0].start == speech[0].start and made[-1].end == pytest.approx(speech[-1].end)
