"""Reels of made recordings, opened again: the right pictures at the right moments, and nothing that should not be."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from pipeline.errors import BwcError, StoreError
from pipeline.media.footage import Picture, pictures, sound
from pipeline.media.probe import probe
from pipeline.policy import load_policy
from pipeline.redaction import letters
from pipeline.redaction.plan import Key, Plan, Region, SoundSpan, plan_text
from pipeline.reels import make
from pipeline.reels.debrief import make_page
from pipeline.reels.make import Made, make_reel
from pipeline.reels.reel import Captions, Clip, Reel, ReelError
from pipeline.reels.suggest import suggested
from pipeline.store import Store
from pipeline.types import Recording, Span
from tests.pipeline.reels.made import DRIFT_PPM, OFFSET

POLICY = load_policy(None)
Filled = tuple[Path, Recording, Recording, str]
SMALL = Reel(title="Made", width_px=192, height_px=144, rate_hz=10, card=0.5, captions=Captions.NONE, clauses=False)
HOSTILE = (
    "'; drawtext=textfile=/etc/passwd, [in]split[a]; %{pts} \\N{\\b1} <script>alert(1)</script> $(id) `id` | ../.. \n"
    '"quoted" 你好'
)


def run(filled: Filled, folder: Path, reel: Reel, **more: object) -> Made:
    with Store(filled[0]) as store:
        return make_reel(store, POLICY, reel, folder, folder / "reel.mp4", "kim", "training", **more)  # type: ignore[arg-type]


def shown(path: Path, at: float) -> Picture:
    return next(pictures(path, probe(path, "a" * 64), Span(at, at + 0.05)))


def patch_time(picture: Picture, left: int, top: int, right: int, bottom: int) -> float:
    """The time that the grey patch of a made picture tells."""
    return (float(picture.y[top:bottom, left:right].mean()) - 16) / 30


def test_clips_of_two_cameras_follow_each_other_with_cards_and_chapters(filled: Filled, tmp_path: Path) -> None:
    one = filled[1]
    clips = (
        Clip(recording=one.id, start=1.0, end=2.5, title="First", label="listening"),
        Clip(recording="cam two.mkv", start=3.0, end=4.0, title="Second – «ü»"),
    )
    made = run(filled, tmp_path, replace(SMALL, clips=clips))
    assert [(s.starts, s.plays, s.ends) for s in made.shown] == [(0.0, 0.5, 2.0), (2.0, 2.5, 3.5)]
    with av.open(str(made.target)) as container:
        chapters = [(c["start"], c["end"], c["metadata"]["title"]) for c in container.chapters()]
        assert container.streams.video[0].average_rate == 10
    assert chapters == [(0, 2000, "First"), (2000, 3500, "Second – «ü»")]
    for since in (0.0, 0.7, 1.4):  # 160x120 into 192x144: the patch 40..120 x 30..70 lies at 48..144 x 36..84
        told = patch_time(shown(made.target, 0.5 + since + 0.01), 60, 44, 130, 76)
        assert told == pytest.approx(1.0 + since, abs=0.06)
    second = patch_time(shown(made.target, 2.51), 90, 40, 110, 60)  # 120x160 stands in the middle, 108 wide
    assert second == pytest.approx(3.0, abs=0.1)
    assert float(shown(made.target, 2.51).y[:, :30].std()) < 3
    assert float(shown(made.target, 0.1).y.max()) > 200  # a card with text


def test_two_cameras_side_by_side_are_in_step_drift_included(filled: Filled, tmp_path: Path) -> None:
    _, one, two, _ = filled
    clip = Clip(recording=one.id, start=1.5, end=5.0, beside=two.id, sound="second")
    reel = replace(SMALL, width_px=384, rate_hz=15, card=0.0, clips=(clip,))
    made = run(filled, tmp_path, reel)
    for since in (0.0, 1.5, 3.2):
        picture = shown(made.target, since + 0.01)
        left = patch_time(picture, 60, 44, 130, 76)
        right = patch_time(picture, 282, 40, 302, 60)
        assert left == pytest.approx(1.5 + since, abs=0.11)
        assert right == pytest.approx((left - OFFSET) / (1 + DRIFT_PPM * 1e-6), abs=0.12)
    heard = np.concatenate(list(sound(made.target, probe(made.target, "a" * 64), Span(0.5, 3), 8000)))[:, 0]
    assert strongest_hz(heard, 8000) == pytest.approx(800, abs=5)


def strongest_hz(samples: np.ndarray, rate_hz: int) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples * np.hanning(len(samples))))) * rate_hz / len(samples))


def test_sound_is_levelled_and_lies_under_its_clip(filled: Filled, tmp_path: Path) -> None:
    _, one, two, _ = filled
    clips = (Clip(recording=one.id, start=1, end=3), Clip(recording=two.id, start=1, end=3))
    made = run(filled, tmp_path, replace(SMALL, clips=clips))
    heard = np.concatenate(list(sound(made.target, probe(made.target, "a" * 64), Span(0, 5), 8000)))[:, 0]
    levels, tones = [], []
    for place in made.shown:
        part = heard[round((place.plays + 0.3) * 8000) : round((place.ends - 0.3) * 8000)]
        levels.append(20 * np.log10(part.std()))
        tones.append(strongest_hz(part, 8000))
        card = heard[round((place.starts + 0.1) * 8000) : round((place.plays - 0.1) * 8000)]
        assert float(np.abs(card).max()) < 0.01
    assert tones == pytest.approx([300, 800], abs=5)
    assert abs(levels[0] - levels[1]) < 10  # 26 dB apart in the recordings; a gain is 18 dB at most


def test_captions_as_a_track_and_beside_without_names(filled: Filled, tmp_path: Path) -> None:
    clip = Clip(recording=filled[1].id, start=0.5, end=5.0)
    made = run(filled, tmp_path, replace(SMALL, captions=Captions.TRACK, clips=(clip,)))
    with av.open(str(made.target)) as container:
        assert [s.type for s in container.streams][:3] == ["video", "audio", "subtitle"]
        assert container.chapters()
    words = (tmp_path / "reel.vtt").read_text()
    assert "I am Officer […]" in words
    assert "Parker" not in words
    assert b"Parker" not in made.target.read_bytes()
    manifest = json.loads((tmp_path / "reel.mp4.manifest.json").read_text())
    assert "reel.vtt" in json.dumps(manifest)


def test_what_a_plan_covers_is_covered_in_the_reel_and_in_its_captions(filled: Filled, tmp_path: Path) -> None:
    one = filled[1]
    plan = Plan(one.id, (Region(Span(0, 6), (Key(0, 0.2, 0.2, 0.6, 0.45),)),), (SoundSpan(Span(3, 4.6)),))
    (tmp_path / "plan.toml").write_text(plan_text(plan))
    clip = Clip(recording=one.id, start=1.0, end=5.0, redaction="plan.toml")
    reel = replace(SMALL, captions=Captions.TRACK, clips=(clip,), names=True)
    made = run(filled, tmp_path, reel)
    for since in (0.0, 1.0, 3.5):
        assert float(shown(made.target, 0.5 + since + 0.01).y[44:76, 60:130].std()) < 2
    heard = np.concatenate(list(sound(made.target, probe(made.target, "a" * 64), Span(2.7, 4.0), 8000)))[:, 0]
    assert strongest_hz(heard, 8000) == pytest.approx(1000, abs=5)
    assert "please" not in (tmp_path / "reel.vtt").read_text()
    redactions = json.loads((tmp_path / "reel.mp4.manifest.json").read_text())["redactions"]
    assert redactions == [
        "clip 1: box covered (fill), 0:00.000 to 0:06.000, by hand",
        "clip 1: sound covered (tone), 0:03.000 to 0:04.600, by hand",
    ]


def test_hostile_texts_are_drawn_and_do_nothing(filled: Filled, tmp_path: Path) -> None:
    clip = Clip(
        recording=filled[1].id, start=1, end=1.5, title=HOSTILE, look_for=HOSTILE, questions=(HOSTILE,), notes=HOSTILE
    )
    reel = replace(SMALL, title=HOSTILE, about=HOSTILE, clips=(clip,), watermark=True, clauses=True)
    with Store(filled[0]) as store:
        made = make_reel(store, POLICY, reel, tmp_path, tmp_path / "reel.mp4", HOSTILE)
        make_page(store, POLICY, reel, made, tmp_path / "page.html", HOSTILE, inside=True)
    page = (tmp_path / "page.html").read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "data:video/mp4;base64," in page
    assert b"root:" not in made.target.read_bytes()
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".html", ".html", ".html", ".json", ".json", ".mp4"]


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../../etc/passwd", "concat:/etc/passwd", "http://127.0.0.1/a.mp4", "' OR 1=1 --", "-i"]
)
def test_a_recording_is_looked_up_and_never_opened_by_what_is_written(
    filled: Filled, tmp_path: Path, name: str
) -> None:
    with pytest.raises(StoreError, match="no such recording"):
        run(filled, tmp_path, replace(SMALL, clips=(Clip(recording=name, end=1.0),)))
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_shown_says_which_clip_and_why(filled: Filled, tmp_path: Path) -> None:
    _, one, two, _ = filled
    for clip, said in (
        (Clip(recording=one.id, start=40, end=50), "clip 1: cam one.mp4 is 6.0 s long"),
        (Clip(recording=one.id, end=1, beside=one.id), "belongs to no incident"),
        (Clip(recording=one.id, end=0.5, beside=two.id), "was not recording at that time"),
        (Clip(recording=one.id, end=1, clause="99.9"), "no clause '99.9'"),
        (Clip(recording=one.id, end=1, redaction="none.toml"), "no plan of redaction"),
        (Clip(recording=one.id, end=1, sound="second"), "needs a recording beside"),
    ):
        with pytest.raises(ReelError, match=said.replace("(", "\\(")):
            run(filled, tmp_path, replace(SMALL, clips=(clip,)))
    with pytest.raises(ReelError, match="no clips"):
        run(filled, tmp_path, SMALL)
    assert not list(tmp_path.iterdir())


def test_a_run_that_is_broken_off_leaves_nothing(filled: Filled, tmp_path: Path) -> None:
    def stop(share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    clip = Clip(recording=filled[1].id, start=0, end=3)
    with pytest.raises(KeyboardInterrupt):
        run(filled, tmp_path, replace(SMALL, clips=(clip,)), progress=stop)
    assert not list(tmp_path.iterdir())


def test_a_covered_part_that_fails_the_check_stops_the_reel(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, real = filled[1], make.render
    monkeypatch.setattr(
        make, "render", lambda path, probed, span, plan, out, **how: real(path, probed, span, Plan(), out, **how)
    )
    (tmp_path / "plan.toml").write_text(plan_text(Plan(one.id, (Region(Span(0, 6), (Key(0, 0.1, 0.1, 0.8, 0.8),)),))))
    with pytest.raises(ReelError, match="did not pass the check"):
        run(filled, tmp_path, replace(SMALL, clips=(Clip(recording=one.id, end=1.0, redaction="plan.toml"),)))
    assert [p.name for p in tmp_path.iterdir()] == ["plan.toml"]


def test_a_list_from_what_was_confirmed(filled: Filled, tmp_path: Path) -> None:
    path, one, _, finding = filled
    with Store(path) as store:
        reel = suggested(store, POLICY, "listening", beside=True)
        assert [(c.recording, c.finding, c.beside) for c in reel.clips] == [(one.id, finding, "")]
        assert (reel.clips[0].start, reel.clips[0].end) == (0.0, 6.0)
        assert reel.clips[0].look_for == "Listens: asks and waits"
        with pytest.raises(BwcError, match="nothing in this store is labelled 'juggling'; there are: listening"):
            suggested(store, POLICY, "juggling")
    made = run(filled, tmp_path, replace(SMALL, clips=reel.clips))
    assert made.shown[0].scene.card == ("2026-03-14 (UTC)", "Patrol 3")
    assert made.shown[0].scene.title == reel.clips[0].title
    named = run(filled, tmp_path, replace(SMALL, names=True, clips=reel.clips), overwrite=True)
    assert named.shown[0].scene.card == ("2026-03-14 (UTC)", "Patrol 3", "J. Parker")


def test_remarks_of_the_sources_do_not_come_along(filled: Filled, tmp_path: Path) -> None:
    made = run(filled, tmp_path, replace(SMALL, clips=(Clip(recording=filled[2].id, start=0, end=1),)))
    assert b"Doe Jane" not in made.target.read_bytes()


def test_captions_and_clause_are_burned_in_while_they_are_due(filled: Filled, tmp_path: Path) -> None:
    clip = Clip(recording=filled[1].id, start=0.0, end=3.0, label="listening")
    made = run(filled, tmp_path, replace(SMALL, card=0.0, clips=(clip,)), overwrite=True)
    plain = [shown(made.target, at) for at in (0.5, 1.5)]
    run(filled, tmp_path, replace(SMALL, card=0.0, clips=(clip,), captions=Captions.BURNED_IN), overwrite=True)
    spoken = [shown(made.target, at) for at in (0.5, 1.5)]
    run(filled, tmp_path, replace(SMALL, card=0.0, clips=(clip,), clauses=True), overwrite=True)
    ruled = [shown(made.target, at) for at in (0.5, 1.5)]

    def changed(one: Picture, other: Picture) -> float:
        return float(np.abs(one.y[100:].astype(int) - other.y[100:].astype(int)).mean())

    assert changed(plain[0], spoken[0]) < 3  # nobody speaks before 1.0 s
    assert changed(plain[1], spoken[1]) > 10
    assert changed(plain[0], ruled[0]) > 10
    assert made.shown[0].scene.clause


def test_letters_that_nothing_here_draws_are_refused_before_anything_is_made(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(letters, "lays_out", lambda: False)
    clip = Clip(recording=filled[1].id, start=1.0, end=2.0, title="הקשבה")
    with pytest.raises(ReelError, match=r"clip 1, title card: Hebrew letters .* install"):
        run(filled, tmp_path, replace(SMALL, clips=(clip,)))
    assert not list(tmp_path.iterdir())
    made = run(filled, tmp_path, replace(SMALL, card=0.0, clips=(clip,)))  # without a card nothing is drawn
    assert made.target.is_file()
