from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.clips.make import make_clip
from pipeline.clips.order import CaptionOrder, ClipOrder, of_finding
from pipeline.corrections import rename
from pipeline.errors import BwcError, ClipError, CustodyError, SourceAltered, SourceMissing
from pipeline.media.cut.kind import CutKind
from pipeline.store import Store
from pipeline.types import Recording
from tests.pipeline.media.cut.counted import decode

BOTH = CaptionOrder(("vtt", "srt"))


def test_a_clip_with_captions_manifest_and_a_row_in_the_log(kept) -> None:
    with Store(kept.path) as store:
        order = replace(of_finding(store, kept.finding.id, 1.0), captions=BOTH, why="debrief of March")
        made = make_clip(store, order, "kim", Path("clip.mp4"))
        newest = store.activity(1)[0]
        rows = store.exports()
    assert {p.name for p in Path().iterdir()} == {
        "bwc.db", "clip.mp4", "clip.vtt", "clip.srt", "clip.mp4.manifest.json", "clip.mp4.manifest.html",
        *(p.name for p in Path().glob("bwc.db-*")),
    }  # fmt: skip
    assert decode(made.target).pictures[0][1] == 15 and made.cut.pictures == 51
    manifest = json.loads(Path("clip.mp4.manifest.json").read_text())
    said = json.dumps(manifest)
    assert hashlib.sha256(Path("clip.mp4").read_bytes()).hexdigest() in said and kept.recording.id in said
    assert "debrief of March" in said and "kim" in said and "DRAFT" in said and '"exact"' in said
    row = dict(newest) if isinstance(newest, dict) else newest._asdict() if hasattr(newest, "_asdict") else vars(newest)
    assert "export.clip" in str(row) and "kim" in str(row)
    assert [r.kind for r in rows] == ["clip"]
    assert "Officer, draft: show me your hands now" in Path("clip.vtt").read_text()


def test_the_true_in_and_out_of_an_original_clip_are_in_its_manifest(kept) -> None:
    with Store(kept.path) as store:
        order = ClipOrder(kept.recording.path, 2.5, 5.5, kept.recording, CutKind.ORIGINAL)
        made = make_clip(store, order, "kim")
    (source,) = json.loads(made.manifest.path.read_text())["sources"]
    assert (made.cut.start, made.target.suffix) == (2.0, ".mp4")
    said = json.dumps(source)
    assert all(f" {number}" in said for number in (2.0, 2.5, 5.5)), said


def test_names_people_gave_are_left_out_unless_asked_for(kept) -> None:
    with Store(kept.path) as store:
        turns = store.turns(kept.recording.id)
        store.add_correction(rename(kept.recording.id, turns, "v1", "Officer Tarn", "kim"))
        order = ClipOrder(kept.recording.path, 1.0, 5.0, kept.recording, captions=BOTH)
        make_clip(store, order, "kim", Path("a.mp4"))
        make_clip(store, replace(order, captions=CaptionOrder(("vtt",), names=True)), "kim", Path("b.mp4"))
    assert "Tarn" not in Path("a.vtt").read_text() + Path("a.srt").read_text()
    assert "Officer Tarn, draft: show me" in Path("b.vtt").read_text()


def test_a_file_in_no_store_gives_a_clip_with_a_manifest(film: Path, tmp_path: Path) -> None:
    made = make_clip(None, ClipOrder(film, 1.0, 3.0), "kim", tmp_path / "clip.mp4")
    assert made.manifest.path.exists() and not made.captions
    with pytest.raises(ClipError, match="is in no store"):
        make_clip(None, ClipOrder(film, 1.0, 3.0, captions=BOTH), "kim", tmp_path / "other.mp4")


def left(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir() if not p.name.startswith("bwc.db")}


def test_nothing_is_overwritten_unless_asked(kept) -> None:
    order = ClipOrder(kept.recording.path, 1.0, 3.0, kept.recording, captions=BOTH)
    Path("clip.mp4").write_text("mine")
    Path("two.vtt").write_text("mine")
    with Store(kept.path) as store:
        for name in ("clip.mp4", "two.mp4"):
            with pytest.raises(CustodyError, match="is there already"):
                make_clip(store, order, "kim", Path(name))
        assert left(Path()) == {"clip.mp4", "two.vtt"} and Path("clip.mp4").read_text() == "mine"
        make_clip(store, order, "kim", Path("clip.mp4"), overwrite=True)
    assert decode(Path("clip.mp4")).pictures


def test_a_missing_or_altered_source_gives_nothing(kept, film: Path) -> None:
    gone = Recording("a" * 64, Path("gone.mp4"), 8.0)
    with Store(kept.path) as store:
        with pytest.raises(SourceMissing, match="bring it back"):
            make_clip(store, ClipOrder(gone.path, 1, 2, gone), "kim", Path("clip.mp4"))
        copy = Path("copy.mp4")
        copy.write_bytes(film.read_bytes() + b"\0")
        altered = replace(kept.recording, path=copy)
        with pytest.raises(SourceAltered, match="not the file that came in"):
            make_clip(store, ClipOrder(copy, 1, 3, altered), "kim", Path("clip.mp4"))
        with pytest.raises(CustodyError, match="a source itself"):
            make_clip(store, ClipOrder(copy, 1, 3), "kim", copy, overwrite=True)
        with pytest.raises(CustodyError, match="no folder"):
            make_clip(store, ClipOrder(copy, 1, 3), "kim", Path("none/clip.mp4"))
    assert left(Path()) == {"copy.mp4"}


def test_captions_of_what_was_never_transcribed(kept) -> None:
    from pipeline.file_hash import sha256_of
    from pipeline.media.probe import probe
    from tests.pipeline.clips.conftest import KINDS  # the same made film, another length: another recording
    from tests.pipeline.media.cut.counted import make

    path = make(Path("quiet.mp4"), replace(KINDS["plain"], duration=3.0))
    recording = probe(path, sha256_of(path)).recording
    with Store(kept.path) as store:
        store.add_recording(recording)
        with pytest.raises(BwcError, match="never transcribed"):
            make_clip(store, ClipOrder(path, 0, 2, recording, captions=BOTH), "kim", Path("clip.mp4"))
    assert left(Path()) == {"quiet.mp4"}
    assert datetime.now(UTC) > recording.start_utc
