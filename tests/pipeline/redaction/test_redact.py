"""Covered copies of made recordings: what was hidden is looked for in them and not found."""

from __future__ import annotations

import json
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from models.contract import BackendInfo
from models.faces import RawFace
from models.pocketsphinx import PocketSphinx
from pipeline.errors import CustodyError
from pipeline.file_hash import sha256_of
from pipeline.media.footage import bgr_of, pictures, sound
from pipeline.media.probe import probe
from pipeline.policy import load_policy
from pipeline.redaction import gather, redact
from pipeline.redaction.plan import Cover, Key, Plan, RedactionError, Region, Shape, SoundCover, SoundSpan
from pipeline.redaction.redact import Wanted, make_redacted
from pipeline.store import Store
from pipeline.types import Recording, Span
from tests.pipeline.media.made import Encode, Scene, ffmpeg, make
from tests.pipeline.redaction import made
from tests.pipeline.redaction.test_check import PLAN, place


def recording(path: Path) -> Recording:
    return probe(path, sha256_of(path)).recording


def wanted(path: Path, out: Path, plan: Plan = PLAN, **more: object) -> Wanted:
    return Wanted(recording(path), plan, out, "kim", "training day", **more)  # type: ignore[arg-type]


def best_match(path: Path, span: Span) -> list[float]:
    """How well the hidden thing is found in each picture, wherever it may lie: 1 is a perfect match."""
    probed = probe(path, "b" * 64)
    shown = (cv2.cvtColor(bgr_of(p), cv2.COLOR_BGR2GRAY) for p in pictures(path, probed, span))
    return [float(cv2.matchTemplate(grey, made.thing(), cv2.TM_CCOEFF_NORMED).max()) for grey in shown]


@pytest.mark.parametrize("cover", list(Cover))
def test_the_hidden_thing_is_nowhere_in_the_copy(hidden: Path, tmp_path: Path, cover: Cover) -> None:
    out = tmp_path / "covered.mp4"
    done = make_redacted(None, wanted(hidden, out, Plan("", (place(cover=cover),), PLAN.sound)))
    assert done.check.passed
    assert min(best_match(hidden, Span(1, 3))) > 0.9
    assert max(best_match(out, Span(1, 3))) < (
        0.6 if cover is Cover.FILL else 0.75
    )  # light and dark of four cells stay
    assert min(best_match(out, Span(0, 0.9))) > 0.9  # before and after it is there as it was
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "covered.mp4", "covered.mp4.manifest.html", "covered.mp4.manifest.json",
    ]  # fmt: skip


def test_nothing_that_the_source_says_of_itself_comes_along(hidden: Path, tmp_path: Path) -> None:
    out = tmp_path / "covered.mp4"
    make_redacted(None, wanted(hidden, out))
    data = out.read_bytes()
    assert made.SECRET.encode() in hidden.read_bytes()
    for said in (made.SECRET, "40.7128", "2026-03-14", "x264", "Lavc", "Lavf"):
        assert said.encode() not in data
    with av.open(str(out)) as container:
        assert sorted(s.type for s in container.streams) == ["audio", "video"]
        assert not container.chapters()
        assert set(container.metadata) <= {"major_brand", "minor_version", "compatible_brands"}


def test_pictures_keep_their_times_and_sound_its_place(hidden: Path, tmp_path: Path) -> None:
    out = tmp_path / "covered.mp4"
    make_redacted(None, wanted(hidden, out, span=Span(0.5, 3.5)))
    source, copy = probe(hidden, "a" * 64), probe(out, "b" * 64)
    theirs = [p.at - 0.5 for p in pictures(hidden, source, Span(0.5, 3.5))]
    own = [p.at for p in pictures(out, copy, Span(0, 9))]
    assert np.allclose(own, [max(0.0, at) for at in theirs], atol=0.0006)
    assert abs(copy.recording.duration - 3.0) < 0.07
    a = np.concatenate(list(sound(hidden, source, Span(0.5, 1.0), 48_000)))[:, 0]
    b = np.concatenate(list(sound(out, copy, Span(0.0, 0.5), 48_000)))[:, 0]
    lag = int(np.argmax(np.correlate(b, a, "full"))) - len(a) + 1
    assert abs(lag) < 0.005 * 48_000


def test_a_turned_picture_is_covered_as_it_is_seen(tmp_path: Path) -> None:
    plain = make(tmp_path / "plain.mp4", Scene(1.0, width=160, height=96, noise=0.0), None, Encode())
    turned = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", "90", "-i", str(plain), "-c", "copy", str(turned))
    upright = tmp_path / "upright.mp4"
    ffmpeg("-i", str(turned), "-c:v", "libx264", "-qp", "0", str(upright))
    out = tmp_path / "covered.mp4"
    plan = Plan("", (Region(Span(0, 1), (Key(0, 0.0, 0.0, 0.3, 0.3),)),))
    make_redacted(None, wanted(turned, out, plan))
    one = next(pictures(out, probe(out, "b" * 64), Span(0.5, 0.6)))
    seen = next(pictures(upright, probe(upright, "c" * 64), Span(0.5, 0.6)))
    assert one.y.shape == seen.y.shape == (160, 96)
    assert float(one.y[:44, :24].std()) < 2
    assert float(np.corrcoef(one.y[60:].ravel(), seen.y[60:].ravel())[0, 1]) > 0.97


def test_a_variable_rate_keeps_every_time(tmp_path: Path) -> None:
    plain = make(tmp_path / "plain.mp4", Scene(3.0, width=160, height=96), None, Encode())
    uneven = tmp_path / "uneven.mkv"
    ffmpeg(
        "-i", str(plain), "-vf", "select='not(mod(n,3))+lt(n,12)'", "-fps_mode", "vfr", "-c:v", "libx264", str(uneven)
    )
    out = tmp_path / "covered.mp4"
    plan = Plan("", (Region(Span(0, 3), (Key(0, 0.2, 0.2, 0.3, 0.3),), Shape.ELLIPSE),))
    make_redacted(None, wanted(uneven, out, plan))
    theirs = [p.at for p in pictures(uneven, probe(uneven, "a" * 64), Span(0, 9))]
    own = [p.at for p in pictures(out, probe(out, "b" * 64), Span(0, 9))]
    assert len(own) == len(theirs) > 10
    assert np.allclose(own, theirs, atol=0.0006)


def test_sound_alone_and_late_sound(tmp_path: Path) -> None:
    late = made.source(tmp_path / "late.mp4", sound_starts=1.2)
    out = tmp_path / "covered.mp4"
    plan = Plan("", (), (SoundSpan(Span(2, 3), SoundCover.MUTE),))
    assert make_redacted(None, wanted(late, out, plan)).check.passed
    heard = np.concatenate(list(sound(out, probe(out, "b" * 64), Span(0, 4), 48_000)))[:, 0]
    levels = [
        float(np.abs(heard[round(a * 48_000) : round(b * 48_000)]).mean())
        for a, b in ((0, 1.1), (1.3, 1.9), (2.05, 2.95))
    ]
    assert levels[0] < 0.002 and levels[1] > 0.01
    assert levels[2] < 0.002
    alone = make(tmp_path / "alone.m4a", None, made.speech())
    assert make_redacted(None, wanted(alone, tmp_path / "alone covered.mp4", plan)).check.passed


def test_a_recording_without_sound(tmp_path: Path) -> None:
    silent = make(tmp_path / "silent.mp4", Scene(1.0, width=160, height=96), None, Encode())
    plan = Plan("", (Region(Span(0, 1), (Key(0, 0.2, 0.2, 0.3, 0.3),)),), (SoundSpan(Span(0.2, 0.4)),))
    assert make_redacted(None, wanted(silent, tmp_path / "covered.mp4", plan)).check.passed


def test_a_copy_that_fails_the_second_look_is_deleted(
    hidden: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = redact.render
    monkeypatch.setattr(
        redact, "render", lambda path, probed, span, plan, *rest: real(path, probed, span, Plan(), *rest)
    )
    with pytest.raises(RedactionError, match="did not pass the check and was deleted"):
        make_redacted(None, wanted(hidden, tmp_path / "covered.mp4"))
    assert not list(tmp_path.iterdir())


def test_a_run_that_is_broken_off_leaves_no_file(hidden: Path, tmp_path: Path) -> None:
    def stop(share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_redacted(None, wanted(hidden, tmp_path / "covered.mp4"), stop)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_meant_is_refused(hidden: Path, tmp_path: Path) -> None:
    out = tmp_path / "covered.mp4"
    for plan, said in (
        (Plan("f" * 12, PLAN.regions), "drawn for recording"),
        (Plan(), "nothing to cover"),
        (Plan("", (place(Span(30, 40)),)), "nothing to cover"),
    ):
        with pytest.raises(RedactionError, match=said):
            make_redacted(None, wanted(hidden, out, plan))
    with pytest.raises(RedactionError, match="no stretch"):
        make_redacted(None, wanted(hidden, out, span=Span(30, 40)))
    out.write_bytes(b"evidence")
    with pytest.raises(CustodyError):
        make_redacted(None, wanted(hidden, out))
    assert out.read_bytes() == b"evidence"
    with pytest.raises(CustodyError):
        make_redacted(None, wanted(hidden, hidden, overwrite=True))


def test_the_log_says_what_kind_was_covered_by_whom_and_not_what(hidden: Path, tmp_path: Path) -> None:
    plan = Plan("", PLAN.regions, (SoundSpan(Span(1, 2), why="spoken name"),))
    with Store(tmp_path / "bwc.db") as store:
        found = recording(hidden)
        store.add_recording(found)
        make_redacted(store, Wanted(found, plan, tmp_path / "covered.mp4", "kim", "training day", watermark=True))
        row = store.activity(1)[0]
    assert row["who"] == "kim"
    assert row["action"] == "export.redacted"
    said = json.loads(row["detail"])
    assert said["redactions"] == [
        "box covered (fill), 0:01.000 to 0:03.000, by hand", "sound covered (tone), 0:01.000 to 0:02.000, spoken name",
    ]  # fmt: skip
    manifest = json.loads((tmp_path / "covered.mp4.manifest.json").read_text())
    assert made.SECRET not in json.dumps(manifest)


def test_words_under_a_tone_are_not_written_down_again(short_clip: Path, tmp_path: Path) -> None:
    """The embedded recogniser hears the copy: the words it wrote in the covered stretch are gone, the others stay."""
    recogniser = PocketSphinx()
    before = recogniser.transcribe(mono(short_clip, SPOKEN))
    start, end = before[len(before) // 3].start, before[2 * len(before) // 3].end
    out = tmp_path / "covered.mp4"
    make_redacted(None, wanted(short_clip, out, Plan("", (), (SoundSpan(Span(start, end)),)), span=Span(0, SPOKEN)))
    after = recogniser.transcribe(mono(out, SPOKEN))
    inside = [w for w in after if start + 0.1 < (w.start + w.end) / 2 < end - 0.1]
    hidden_words = {w.text for w in before if start <= w.start and w.end <= end} - {
        w.text for w in before if w.end <= start or w.start >= end
    }
    assert len(hidden_words) >= 3
    assert not hidden_words & {w.text for w in inside}


SPOKEN = 4.0
"""seconds of the clip that are written down"""


def mono(path: Path, duration: float) -> np.ndarray:
    return np.concatenate(list(sound(path, probe(path, "a" * 64), Span(0, duration), 16_000)))[:, 0]


class ThingFinder:
    """Finds the made thing as a detector finds faces: tight, with misses, and doubtful now and then."""

    info = BackendInfo("made finder", "1")

    def __init__(self) -> None:
        self.looked = 0

    def detect(self, picture: np.ndarray) -> tuple[RawFace, ...]:
        self.looked += 1
        if self.looked % 7 in (3, 4):
            return ()
        grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        _, _, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(grey, made.thing(), cv2.TM_CCOEFF_NORMED))
        share = (made.SIDE / picture.shape[1], made.SIDE / picture.shape[0])
        score = 0.45 if self.looked % 5 == 1 and self.looked > 1 else 0.9
        return (RawFace(x / picture.shape[1], y / picture.shape[0], *share, score),)


def test_what_a_detector_finds_is_covered_in_every_picture(
    hidden: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gather, "face_finder", ThingFinder)
    found = recording(hidden)
    plan = gather.gathered(None, found, gather.Asked(faces=True), load_policy(None))
    assert plan.regions and plan.regions[0].what == "face"
    assert any("looked for by a program" in r for r in plan.remarks)
    out = tmp_path / "covered.mp4"
    make_redacted(None, wanted(hidden, out, plan))
    assert max(best_match(out, Span(0, made.DURATION))) < 0.6
