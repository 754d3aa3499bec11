"""Lines labelled by what they mean: with a head that is trained here over a made encoder, and with the real model."""

from __future__ import annotations

from importlib import util
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import sentence_classifier
from models.contract import BackendUnavailable, LineContext
from models.sentence_classifier import HEAD, WEIGHTS, LocalModel, SentenceClassifier, described, probe, read_head
from models.sha256 import sha256_once
from models.training.exemplar_bank import LABELS
from tests.models.sentence_model import made_folder, real_model, words_as_vectors
from tests.models.test_offline import watched

SAID = {
    "medical_aid": ("is anyone hurt", "do you need a medic", "an ambulance is on the way for your leg"),
    "name_asked": ("what is your name", "can i get your name sir", "who am i speaking with"),
    "": ("the car is blue", "it was parked here all day", "radio traffic on two"),
}
MODEL = real_model()
real = [pytest.mark.sentences, pytest.mark.skipif(MODEL is None, reason="no sentence model on this machine")]


def trained_head(path: Path, folder: Path) -> Path:
    """A head in the form that ships: ridge regression over made sentences, +4 for a label and -4 without."""
    lines = [(LineContext(t, role), label) for role in ("officer", "civilian") for label in SAID for t in SAID[label]]
    rows = described([line for line, _ in lines], words_as_vectors)
    earned = [[label == known and line.role == "officer" for known in LABELS] for line, label in lines]
    weights = np.linalg.solve(rows.T @ rows + 0.01 * np.eye(rows.shape[1]), rows.T @ (8.0 * np.array(earned)))
    np.savez_compressed(
        path,
        labels=np.array(LABELS),
        weights=weights.astype(np.float16),
        bias=np.full(len(LABELS), -4, np.float32),
        share=np.float32(0.4),
        scale=np.ones(len(LABELS), np.float32),
        shift=np.zeros(len(LABELS), np.float32),
        files=np.array(WEIGHTS),
        sha256=np.array([sha256_once(folder / name) for name in WEIGHTS]),
    )
    return path


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A model's folder, and a head that belongs to it."""
    folder = made_folder(tmp_path_factory.mktemp("model"))
    return folder, trained_head(tmp_path_factory.mktemp("head") / "sentence_head.npz", folder)


def classifier(trained: tuple[Path, Path]) -> SentenceClassifier:
    folder, head = trained
    return SentenceClassifier(folder, head_path=head, encoder=words_as_vectors)


def test_a_trained_head_tells_what_it_was_shown_and_who_may_say_it(trained: tuple[Path, Path]) -> None:
    label = classifier(trained).label_probabilities
    officer, civilian, other = label([
        LineContext("do you need a medic", "officer"),
        LineContext("do you need a medic", "civilian"),
        LineContext("the car is blue", "officer"),
    ])  # fmt: skip
    assert officer["medical_aid"] > 0.5 > officer["name_asked"]
    assert civilian["medical_aid"] < 0.5 and other["medical_aid"] < 0.5
    assert set(officer) == set(LABELS) and label([]) == []


def test_capitals_and_punctuation_do_not_count_and_lines_without_words_are_read(trained: tuple[Path, Path]) -> None:
    label = classifier(trained).label_probabilities
    written, heard = LineContext("Do you need... a MEDIC?!", "officer"), LineContext("do you need a medic", "officer")
    assert label([written]) == label([heard])
    assert label([LineContext("...", "officer")])[0]["medical_aid"] < 0.5


def test_what_a_run_records_names_every_file(trained: tuple[Path, Path]) -> None:
    info = classifier(trained).info
    assert set(info.weights) == {"sentence_head.npz", *WEIGHTS}
    assert all(len(sha256) == 64 for sha256 in info.weights.values())


@pytest.mark.parametrize("name", WEIGHTS)
def test_other_weights_are_refused(tmp_path: Path, trained: tuple[Path, Path], name: str) -> None:
    folder, head = made_folder(tmp_path), trained[1]
    (folder / name).write_bytes(b"another")
    with pytest.raises(BackendUnavailable, match=f"{name} is not the file that the trained head belongs to"):
        SentenceClassifier(folder, head_path=head, encoder=words_as_vectors)
    (folder / name).unlink()
    with pytest.raises(BackendUnavailable, match=f"lacks {name}: bwc models pull"):
        SentenceClassifier(folder, head_path=head, encoder=words_as_vectors)


def test_why_it_cannot_run(tmp_path: Path, trained: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, head = trained
    monkeypatch.setattr(sentence_classifier, "PACKAGE", "no_such_package_here")
    assert "[sentences] extra" in probe(folder, head).reason
    with pytest.raises(BackendUnavailable, match="sentences"):
        SentenceClassifier(folder, head_path=head)
    monkeypatch.setattr(sentence_classifier, "PACKAGE", "numpy")
    assert probe(folder, head).available
    assert probe(None, head) == (False, f"no sentence model here: {sentence_classifier.HINT}")
    assert "lacks model.safetensors" in probe(tmp_path, head).reason
    assert "none.npz, the trained head, is missing" in probe(folder, tmp_path / "none.npz").reason


ROLE = st.sampled_from(["officer", "civilian", "radio", None])
LINE = st.builds(LineContext, st.text(max_size=20), ROLE, st.text(max_size=20), ROLE)


@given(st.lists(LINE, max_size=6))
def test_a_line_is_described_alike_whatever_stands_beside_it(lines: list[LineContext]) -> None:
    together = described(lines, words_as_vectors)
    for row, line in zip(together, lines, strict=True):
        assert np.array_equal(row, described([line], words_as_vectors)[0])


def test_the_shipped_head_is_small_and_belongs_to_the_manifest_model() -> None:
    from models.weights import catalogue

    head, entry = read_head(HEAD), next(e for e in catalogue() if e.name == sentence_classifier.PULLED_NAME)
    known = {file.path: file.sha256 for file in entry.files}
    assert HEAD.stat().st_size < 500_000 and set(head.labels) == set(LABELS)
    assert {name: known[name] for name in head.files} == head.files
    assert 0 < head.share <= 1 and (head.scale > 0).all()


class TestRealModel:
    pytestmark = real

    def test_meaning_is_nearer_than_words(self) -> None:
        assert MODEL
        a, b, c = LocalModel(MODEL)(["is anybody hurt", "does someone need a doctor", "is anybody parked here"])
        assert a.shape == (384,) and abs(float(a @ a) - 1) < 1e-4
        assert a @ b > a @ c

    def test_the_shipped_head_labels_paraphrases_and_gives_threads_back(self) -> None:
        import torch

        assert MODEL and probe(MODEL).available
        before = torch.get_num_threads()
        lines = [
            LineContext("Does anyone need an ambulance, are you bleeding?", "officer"),
            LineContext("And who am I talking to tonight?", "officer"),
            LineContext("The light on this street is always broken.", "civilian"),
        ]
        hurt, name, street = SentenceClassifier(MODEL).label_probabilities(lines)
        # which probability is enough is for the bars to say; alone the sentences are less sure than the words
        assert hurt["medical_aid"] > 3 * max(name["medical_aid"], street["medical_aid"])
        assert name["name_asked"] > 3 * max(hurt["name_asked"], street["name_asked"])
        assert torch.get_num_threads() == before

    def test_nothing_is_fetched_or_reported(self) -> None:
        script = f"""
from pathlib import Path
from models.sentence_classifier import LocalModel
assert LocalModel(Path({str(MODEL)!r}))(["hello"]).shape == (1, 384)
"""
        printed = watched(script, wait=0.5)
        assert printed[-2:] == ["tried: []", "control: True"], printed


def test_without_the_extra_nothing_of_it_is_imported() -> None:
    import subprocess
    import sys

    check = "import sys, models.sentence_classifier, pipeline.assemble; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False" and util.find_spec("models.sentence_classifier")
