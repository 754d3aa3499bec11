"""The real pyannote.audio with the small pipeline of tests/fixtures/tiny_pyannote."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import util
from pathlib import Path

import numpy as np
import pytest

from models.contract import SAMPLE_RATE_HZ, BackendUnavailable, Diarizer, RawDiarization, RawSpan
from models.pulled import FIRST_SIGHT, LOCK, PulledFile, read_lock, sha256_of, write_lock
from models.pyannote import PyannoteDiarizer, probe
from tests.models.speech_truth import PYANNOTE, clip, covered, overlaps_of, speech_of, truth

CONVERSATION = "conversation.opus"
needs_extra = pytest.mark.skipif(
    any(util.find_spec(name) is None for name in ("torch", "torchaudio", "pyannote")),
    reason="the [pyannote] extra is not installed",
)


@pytest.fixture(scope="module")
def diarizer() -> PyannoteDiarizer:
    return PyannoteDiarizer(PYANNOTE, device="cpu")


@pytest.fixture(scope="module")
def found(diarizer: PyannoteDiarizer) -> RawDiarization:
    return diarizer.diarize(clip(CONVERSATION), speech_of(CONVERSATION))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(PYANNOTE, tmp_path / "pipeline"))


def recorded_anew(folder: Path) -> None:
    """Make the lock file fit what lies in the folder now."""
    lock = read_lock(folder)
    assert lock is not None
    paths = [f.path for f in lock.files]
    files = [PulledFile(p, sha256_of(folder / p), (folder / p).stat().st_size, FIRST_SIGHT) for p in paths]
    write_lock(folder, replace(lock, files=tuple(files)))


@pytest.mark.pyannote
@needs_extra
class TestConversation:
    def test_error_rate(self, found: RawDiarization) -> None:
        from pyannote.core import Annotation, Segment
        from pyannote.metrics.diarization import DiarizationErrorRate

        wanted, got = Annotation(), Annotation()
        for index, turn in enumerate(truth(CONVERSATION)):
            wanted[Segment(turn.start, turn.end), index] = turn.voice
        for index, raw in enumerate(found.turns):
            got[Segment(raw.start, raw.end), index] = raw.voice
        whole = Segment(0, len(clip(CONVERSATION)) / SAMPLE_RATE_HZ)
        assert DiarizationErrorRate(collar=0.5)(wanted, got, uem=whole) < 0.25

    def test_three_voices_named_in_order(self, found: RawDiarization) -> None:
        names = list(dict.fromkeys(turn.voice for turn in found.turns))
        assert names == ["v1", "v2", "v3"]

    def test_overlaps_are_where_two_speak(self, found: RawDiarization) -> None:
        assert found.overlaps is not None
        duration = len(clip(CONVERSATION)) / SAMPLE_RATE_HZ
        wanted, got = covered(overlaps_of(CONVERSATION), duration), covered(found.overlaps, duration)
        assert (wanted & got).sum() >= 0.4 * wanted.sum()
        assert (wanted & got).sum() >= 0.5 * got.sum()

    def test_exclusive_turns_never_overlap(self, found: RawDiarization) -> None:
        rows = sorted(found.exclusive, key=lambda turn: turn.start)
        assert all(a.end <= b.start + 1e-6 for a, b in itertools.pairwise(rows))
        assert {turn.voice for turn in rows} <= {turn.voice for turn in found.turns}

    def test_turns_lie_inside_the_sound(self, found: RawDiarization) -> None:
        duration = len(clip(CONVERSATION)) / SAMPLE_RATE_HZ
        assert all(0 <= t.start < t.end <= duration for t in (*found.turns, *found.exclusive, *(found.overlaps or ())))

    def test_progress_grows_to_one(self, diarizer: PyannoteDiarizer) -> None:
        shares: list[float] = []
        diarizer.diarize(clip(CONVERSATION)[: 8 * SAMPLE_RATE_HZ], speech_of(CONVERSATION)[:1], shares.append)
        assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 3

    def test_an_upper_bound_holds(self) -> None:
        bounded = PyannoteDiarizer(PYANNOTE, most_voices=2, device="cpu")
        got = bounded.diarize(clip(CONVERSATION), speech_of(CONVERSATION))
        assert len({turn.voice for turn in got.turns}) <= 2
        assert bounded.info.settings["most_voices"] == 2


@pytest.mark.pyannote
@needs_extra
class TestEdges:
    @pytest.mark.parametrize("length", [0, 1, 700, 7_999, 8_000, 20_000])
    def test_short_sound(self, diarizer: PyannoteDiarizer, length: int) -> None:
        samples = clip(CONVERSATION)[SAMPLE_RATE_HZ : SAMPLE_RATE_HZ + length]
        got = diarizer.diarize(samples, [RawSpan(0.0, length / SAMPLE_RATE_HZ)])
        assert all(0 <= t.start < t.end <= length / SAMPLE_RATE_HZ for t in got.turns)

    def test_no_speech_has_no_voices(self, diarizer: PyannoteDiarizer) -> None:
        assert diarizer.diarize(clip(CONVERSATION), []) == RawDiarization((), (), ())

    def test_silence_has_no_voices(self, diarizer: PyannoteDiarizer) -> None:
        silence = np.zeros(12 * SAMPLE_RATE_HZ, np.float32)
        assert diarizer.diarize(silence, [RawSpan(0, 12)]) == RawDiarization((), (), ())

    def test_info_says_what_ran(self, diarizer: PyannoteDiarizer) -> None:
        info = diarizer.info
        assert info.name == "pyannote" and "torch" in info.version
        for path in ("segmentation/pytorch_model.bin", "embedding/pytorch_model.bin", "config.yaml"):
            assert info.weights[path] == sha256_of(PYANNOTE / path)
        assert info.draft
        assert any(remark.startswith("torchaudio: ") for remark in info.remarks)

    def test_reports_to_the_makers_are_off(self, diarizer: PyannoteDiarizer) -> None:
        from pyannote.audio.telemetry.metrics import is_metrics_enabled

        diarizer.diarize(clip(CONVERSATION)[:SAMPLE_RATE_HZ], [RawSpan(0, 1)])
        assert is_metrics_enabled() is False

    def test_it_is_a_diarizer(self, diarizer: PyannoteDiarizer) -> None:
        one: Diarizer = diarizer
        assert one.info.name == "pyannote"


def without_lock(folder: Path) -> None:
    (folder / LOCK).unlink()


def damaged_lock(folder: Path) -> None:
    (folder / LOCK).write_text("name = ")


def another_pickle(folder: Path) -> None:
    (folder / "extra.ckpt").write_bytes(b"anything")


def cut_off(folder: Path) -> None:
    path = folder / "embedding" / "pytorch_model.bin"
    path.write_bytes(path.read_bytes()[:-1])


def without_config(folder: Path) -> None:
    (folder / "config.yaml").unlink()


@pytest.mark.pyannote
@needs_extra
class TestUnavailable:
    def test_probe_accepts_the_folder(self) -> None:
        assert probe(PYANNOTE).available

    def test_no_folder(self, tmp_path: Path) -> None:
        assert "BWC_PYANNOTE_DIR" in probe(None).reason
        assert "does not exist" in probe(tmp_path / "nowhere").reason

    @pytest.mark.parametrize(
        ("spoil", "reason"),
        [
            (without_lock, "has no pulled.toml"),
            (damaged_lock, "is damaged"),
            (another_pickle, "extra.ckpt, whose hash is not recorded"),
            (cut_off, "not the file that was recorded"),
            (without_config, "lacks config.yaml"),
        ],
    )
    def test_probe_says_why_not(self, folder: Path, spoil: Callable[[Path], None], reason: str) -> None:
        spoil(folder)
        assert reason in probe(folder).reason
        with pytest.raises(BackendUnavailable, match=reason.replace(".", r"\.")):
            PyannoteDiarizer(folder)

    def test_a_changed_file_of_the_same_size_is_not_loaded(self, folder: Path) -> None:
        path = folder / "segmentation" / "pytorch_model.bin"
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        assert probe(folder).available, "the probe compares sizes only"
        with pytest.raises(BackendUnavailable, match="it is not loaded"):
            PyannoteDiarizer(folder)

    @pytest.mark.parametrize("place", ["pyannote/wespeaker-voxceleb-resnet34-LM", "$model/../elsewhere", ""])
    def test_a_part_from_elsewhere_is_refused(self, folder: Path, place: str) -> None:
        config = (folder / "config.yaml").read_text()
        (folder / "config.yaml").write_text(config.replace("$model/embedding", place))
        recorded_anew(folder)
        with pytest.raises(BackendUnavailable, match="takes its embedding from outside"):
            PyannoteDiarizer(folder)

    def test_another_pipeline_is_refused(self, folder: Path) -> None:
        config = (folder / "config.yaml").read_text()
        (folder / "config.yaml").write_text(config.replace("SpeakerDiarization", "VoiceActivityDetection"))
        recorded_anew(folder)
        with pytest.raises(BackendUnavailable, match="VoiceActivityDetection"):
            PyannoteDiarizer(folder)

    def test_a_checkpoint_that_is_none_is_unavailable(self, folder: Path) -> None:
        (folder / "embedding" / "pytorch_model.bin").write_bytes(b"nothing of the kind")
        recorded_anew(folder)
        with pytest.raises(BackendUnavailable, match="cannot be loaded"):
            PyannoteDiarizer(folder)

    def test_probing_imports_no_torch(self) -> None:
        script = (
            "import sys\nfrom pathlib import Path\nfrom models.pyannote import probe\n"
            f"print(probe(Path({str(PYANNOTE)!r})).available, 'torch' in sys.modules)"
        )
        root = Path(__file__).parents[2]
        done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
        assert done.stdout.split() == ["True", "False"]


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(name: str) -> None:
        if name == "pyannote.audio":
            raise ModuleNotFoundError("No module named 'pyannote'")

    monkeypatch.setattr(util, "find_spec", gone)
    found = probe(PYANNOTE)
    assert not found.available
    assert "torch, torchaudio, pyannote.audio" in found.reason and "[pyannote]" in found.reason


def test_the_fixture_is_small_and_explained() -> None:
    assert sum(path.stat().st_size for path in PYANNOTE.rglob("*") if path.is_file()) < 1_700_000
    assert (PYANNOTE / "README.md").is_file()
