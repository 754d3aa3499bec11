"""Stretches in which the picture stands still as no live camera's does: it jumps after it, or even its noise stops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from pipeline.types import Evidence, Finding, PictureState, ms


@dataclass(frozen=True)
class FrozenPicture:
    """Label `frozen`.

    Stillness alone proves nothing: strong compression removes the noise of a camera lying on a table. So the picture
    must also jump at its end, to one with other shapes (a change of light keeps the shapes), or have stopped from one
    frame to the next amid motion and go on likewise, or lie elsewhere at once amid standing, or the encode must keep
    the camera's noise before and after, and none of it be left in the held picture, or several key frames show the
    very same noise, or an encoder that looks ahead gives it away. A freeze to the end of the recording, one in a still
    scene of which another encoder removes the noise from key frames, too, or shows one of them only, one that fills the
    whole recording, or what a decoder repeats in place of damaged pictures is not reported. Limits measured with
    `tests/benchmarks/picture_faults.py`.
    """

    min_duration: float = 1.9
    """seconds: 2, less a frame or two that a variable rate leaves out"""
    jump: float = 10.0
    """change (8-bit steps) that 1 % of the blocks exceed at the jump: 28-142 measured after a freeze of 3 to 7 s at a
    walk, 3-6 where somebody sets off"""
    jump_ratio: float = 1.5
    """how much more than the motion just after: 2-8 measured after a freeze, under 0.7 where somebody sets off"""
    most_likeness: float = 0.95
    """correlation of the shapes before and after the jump: 0.0-0.94 after a freeze, 0.97 and more after a change of
    light"""
    stop: float = 8.0
    """motion in the frames just before an abrupt stop, and just after, where that is what tells"""
    abrupt: float = 0.35
    """an abrupt stop: the last frame's motion is at least this share of the motion just before. After one, a jump need
    only be this share of the motion just after, and may come back to the same shapes: 0.4 and more measured, while a
    walk that ends takes several frames"""
    longest_interval: float = 0.12
    """seconds between frames beyond which a stop alone tells nothing: at 5 frames a second a wearer, too, stops within
    one. The noise must then stop as well"""
    key_noise_slow: float = 1.0
    """and a key frame in the held picture may bring this share of it: 0.6-0.9 measured, 1.2 and more in live pictures
    of the same encoder"""
    sure_grain: float = 0.75
    """change from frame to frame up to which the jump alone will do; held pictures measured 0.00-0.7, at a low constant
    rate up to 1.1, live noise 0.5-3.8"""

    unsure_brightness: float = 60.0
    """mean luma below which that limit falls with it: in the dark live noise is small, too"""
    cut: float = 15.0
    cut_times: float = 3.0
    """the last change before a dark picture stands, in 8-bit steps and against the motion before, from which on it is
    no motion: the onset of a cover measured 90 and more"""
    gentle_stop: float = 5.0
    """motion before an abrupt stop amid which few of the shapes need change, if the picture does not stir meanwhile and
    what is no change of light jumps by `far` times the motion after: cars that pass before a camera that stands"""
    far: float = 4.0
    unstirred: float = 0.2
    """grain up to which a picture does not stir at all: 0.00-0.05 measured in held pictures but for constant rates"""
    shift: float = 1.0
    """pixels of 160 across by which the whole picture moves at the jump, where that is what tells"""
    shift_left: float = 0.4
    """share of the jump left once it is moved back: 0.07-0.33 measured"""
    both: float = 15.0
    """change at the jump, of what becomes lighter and of what becomes darker, each, from which on things have moved"""
    farthest: float = 20.0
    """how many times the motion after, of which `least_after` at least counts, the jump then has"""
    least_after: float = 0.5
    dead: float = 0.02
    """grain up to which nothing at all changes, which a wearer cannot keep up"""
    whole: float = 0.9
    """share of the motion beside it with which a picture stops or goes on at once"""
    other_shapes: float = 0.6
    """likeness up to which a picture that stopped amid motion and does not stir need only jump by as much as the motion
    after: at 5 frames a second that is as large as any jump"""
    standing: float = 2.0
    """motion before and after below which nothing moves beside a freeze: there a coarsely coded change of light has
    measured a likeness of 0.93, and other shapes are asked for"""

    live_noise: float = 1.0
    """change of the finest grain (see `pipeline.media.picture.noise_change`) just before and just after from which on
    the encode keeps the camera's noise: 0.0-0.6 measured where strong compression removes it from a still picture, up
    to 1.8 where it leaves it out of a still picture only"""
    still_noise: float = 0.3
    """the same where the scene is still before and after, too"""
    held_noise: float = 0.25
    """share of it up to which the noise is gone: 0.00-0.23 measured in held pictures of such encodes, while an encoder
    settles; up to 0.02 too in live ones whose noise is left out"""
    key_noise: float = 0.5
    """the same for a key frame in the held picture, which is coded anew: 0.2-0.45 measured in held pictures, 0.8 and
    more in live ones whose noise is left out otherwise"""

    live_keys: float = 0.3
    """how much live key frames differ in the calmest tenth of the picture (`pipeline.media.same_keys`) from which on
    their noise tells: 0.4-4 measured with noise of 1.5 steps and more, 0.0 where an encoder leaves all of it out"""
    same_keys: float = 0.35
    """share of it up to which key frames show one picture"""
    beside_still: float = 2.0
    """change from picture to picture beside it (mean over blocks) up to which that is enough: a camera that stands"""
    beside_gentle: float = 8.0
    """up to which it is, where moreover the whole picture stirs before and after, and stops and goes on at once: a
    wearer who stands. A camera that is put down has moved more"""
    stirs: float = 0.3
    """grain from which on the whole picture stirs"""
    leap: float = 3.0
    """or the grain of the first frame after, if it is `far` times that of those that follow"""
    same_beside_one: float = 0.15
    """share of the noise of key frames on one side, if the camera stands there, up to which that alone is enough"""
    at_once: float = 0.7
    """share of the grain after that the first frame has at least, as the last one before has at least `abrupt`"""
    lavish: float = 2.0
    lavish_after: float = 1.5
    """times the bytes that key frames of the live scene take before and after (`pipeline.media.lavish_keys`)"""
    most_damaged: float = 0.5
    """share of it in which the file is damaged: what a decoder repeats there, the camera did not hold"""

    name: ClassVar[str] = "frozen_picture"
    version: ClassVar[str] = "6"
    reads: ClassVar[tuple[str, ...]] = ("picture",)

    def __call__(self, evidence: Evidence) -> Iterator[Finding]:
        states = evidence.picture or ()
        damaged = [s.span for s in states if s.kind == "corrupt"]
        long = [s for s in states if s.kind == "still" and s.span.duration >= self.min_duration]
        still = [s for s in long if sum(s.span.overlap(d) for d in damaged) <= self.most_damaged * s.span.duration]
        told = [s for s in still if self._jumps(s.figures)]
        same = [s for s in still if "keys_held" in s.figures and self._same_keys(s.figures)]
        lavish = [s for s in still if self._is_lavish(s.figures)]
        for state in same + lavish:
            if not any(state.span.overlap(other.span) > 0 for other in told):
                told.append(state)
        yield from (self._finding(evidence, state) for state in sorted(told, key=lambda s: s.start))

    def _is_lavish(self, figures: Mapping[str, float]) -> bool:
        before, after = (figures.get(f"lavish_{side}", 0.0) for side in ("before", "after"))
        return before >= self.lavish and after >= self.lavish_after

    def _jumps(self, figures: Mapping[str, float]) -> bool:
        jump = figures.get("jump", 0.0)
        after = figures.get("motion_after", 0.0)
        if self._cuts_in(figures) or "keys_alive" in figures:
            return False
        if self._noise_stops(figures, self.key_noise):
            return True
        if (pauses := self._pauses(figures, jump, after)) or jump < self.jump:
            return pauses
        if self._shifts(figures, jump, after):
            return True
        resumes = after >= self.stop and jump >= self.abrupt * after
        if resumes and self._told(figures, jump, after) and self._stops(figures, self.stop):
            return True
        return self._leaps(figures, after) or self._jumps_away(figures, jump, after)

    def _pauses(self, figures: Mapping[str, float], jump: float, after: float) -> bool:
        """It stops and goes on within one frame each, as fast as before, and nothing at all changes meanwhile, not even
        the noise that is coded before and after."""
        at_once = figures.get("last_motion", 0.0) >= self.whole * figures.get("motion_before", np.inf)
        at_once &= jump >= max(self.gentle_stop, self.whole * after) and self._quick(figures)
        moves = min(figures.get("motion_before", 0.0), after) >= self.gentle_stop
        noise = min(figures.get("noise_before", 0.0), figures.get("noise_after", 0.0)) >= self.live_noise
        dead = max(figures.get("grain", 1.0), figures.get("noise_held", 1.0)) <= self.dead
        return at_once and moves and noise and dead and figures.get("jump_likeness", 1.0) <= self.most_likeness

    def _cuts_in(self, figures: Mapping[str, float]) -> bool:
        """A dark picture came all at once and stands: a cover. A held picture is the last live one."""
        dark = figures.get("brightness", self.unsure_brightness) < self.unsure_brightness
        return dark and figures.get("last_motion", 0.0) > max(
            self.cut, self.cut_times * figures.get("motion_before", 0.0)
        )

    def _told(self, figures: Mapping[str, float], jump: float, after: float) -> bool:
        """Whether an abrupt stop says something: within so short a time, or beside other signs, no wearer stops."""
        away = jump >= after and figures.get("jump_likeness", 1.0) <= self.other_shapes
        still = figures.get("grain", 0.0) <= self.unstirred
        return self._quick(figures) or (away and still) or self._noise_stops(figures, self.key_noise_slow)

    def _leaps(self, figures: Mapping[str, float], after: float) -> bool:
        """It stopped from one frame to the next and jumps much further than what moves after, whatever the shapes.

        Of a picture without shapes, as in the beam of a torch, nothing is told (its likeness is 1). Nor where the whole
        picture has moved by less than `shift`: a wearer sets off, which an encoder may leave out at first.
        """
        stops = self._stops(figures, self.gentle_stop) and self._quick(figures)
        shapes = figures.get("jump_likeness", 1.0) < 1.0
        far = figures.get("jump_unlit", 0.0)
        moved = far >= max(self.jump, self.far * after)
        catches_up = figures.get("jump_left", far) <= self.shift_left * far
        if catches_up and figures.get("jump_shift", self.shift) < self.shift:
            return False
        return stops and shapes and moved and figures.get("grain", 0.0) <= self.unstirred

    def _jumps_away(self, figures: Mapping[str, float], jump: float, after: float) -> bool:
        """It jumps to other shapes, and further than what moves after."""
        standing = max(figures.get("motion_before", 0.0), after) < self.standing
        unlike = figures.get("jump_likeness", 1.0) <= (self.other_shapes if standing else self.most_likeness)
        return unlike and jump >= self.jump_ratio * after and self._grain(figures) <= self.sure_grain

    def _shifts(self, figures: Mapping[str, float], jump: float, after: float) -> bool:
        """The whole picture lies elsewhere from one frame to the next, and stirs neither before nor moves far after:
        a wearer who stands sways, and what a held picture leaves out of it shows at its end. Or what moves in it does,
        much further than it moves after."""
        moved = figures.get("jump_shift", 0.0) >= self.shift
        explains = figures.get("jump_left", jump) <= self.shift_left * figures.get("jump_unlit", 0.0)
        dead = figures.get("grain", 1.0) <= self.dead and self._quick(figures)
        if moved and explains and dead and jump >= self.far * after:
            return True
        elsewhere = figures.get("jump_both", 0.0) >= self.both and jump >= self.farthest * max(after, self.least_after)
        shapes = figures.get("jump_likeness", 1.0) <= self.most_likeness
        return elsewhere and shapes and self._quick(figures) and figures.get("grain", 1.0) <= self.unstirred

    def _grain(self, figures: Mapping[str, float]) -> float:
        """The grain as it would be in the light."""
        light = figures.get("brightness", self.unsure_brightness) / self.unsure_brightness
        return figures.get("grain", 0.0) / max(0.05, min(1.0, light))

    def _noise_stops(self, figures: Mapping[str, float], key_noise: float) -> bool:
        """The encode keeps the noise of the live picture on both sides, and no noise is left in the held one."""
        beside = min(figures.get("noise_before", 0.0), figures.get("noise_after", 0.0))
        held, key = figures.get("noise_held", beside), figures.get("noise_key", beside)
        if figures.get("still_beside"):  # coded in the same way before, within and after
            return beside >= self.still_noise and held <= self.held_noise * beside
        return beside >= self.live_noise and held <= self.held_noise * beside and key <= key_noise * beside

    def _same_keys(self, figures: Mapping[str, float]) -> bool:
        """Key frames show the same noise, and the picture stands beside it, or stops and goes on all at once."""
        held, live = figures["keys_held"], (figures["keys_before"], figures["keys_after"])
        if figures.get("grain_last", 0.0) > max(self.leap, self.far * figures.get("grain_before", 0.0)):
            return False  # a cover came: a held picture is the last live one
        if min(live) < self.live_keys or held > self.same_keys * min(live):
            return False
        moved = [figures.get(f"moved_{side}", np.inf) for side in ("before", "after")]
        noise = [figures.get(f"keys_still_{side}", 0.0) for side in ("before", "after")]
        stands = [one for one, by in zip(noise, moved, strict=True) if by <= self.beside_still]
        if len(stands) == 2:
            return held <= self.same_keys * min(stands)
        if stands and held <= self.same_beside_one * stands[0]:
            return True
        return max(moved) <= self.beside_gentle and self._quick(figures) and self._at_once(figures)

    def _at_once(self, figures: Mapping[str, float]) -> bool:
        """The whole picture stirs up to both ends of what is held, or goes on with a jump amid standing."""
        before, after = figures.get("grain_before", 0.0), figures.get("grain_after", 0.0)
        stirs = min(before, after) >= max(self.stirs, 3 * figures.get("grain", 0.0))
        jump = figures.get("grain_jump", 0.0)
        ends = figures.get("grain_last", 0.0) >= self.abrupt * before and jump >= self.at_once * after
        return (stirs and ends) or jump >= max(self.leap, self.far * after)

    def _quick(self, figures: Mapping[str, float]) -> bool:
        return figures.get("interval", 0.0) <= self.longest_interval

    def _stops(self, figures: Mapping[str, float], least: float) -> bool:
        before = figures.get("motion_before", 0.0)
        return before >= least and figures.get("last_motion", 0.0) >= self.abrupt * before

    def _finding(self, evidence: Evidence, state: PictureState) -> Finding:
        stops, still = self._stops(state.figures, self.stop), bool(state.figures.get("still_beside"))
        end = "nor does its noise, which changes before and after" if still else "then jumps"
        if not still and not self._jumps(state.figures):
            end = self._by_keys(state.figures)
        return Finding(
            subject=evidence.recording.id,
            detector=self.name,
            label="frozen",
            start=state.start,
            end=state.end,
            score=self._score(state.figures, stops),
            summary=f"The picture does not change for {state.span.duration:.1f} s, {end}",
            evidence={
                **state.figures,
                "stopped_in_motion": stops,
                "noise_stops": self._noise_stops(state.figures, self.key_noise),
                "rule": "frames repeat, then the picture jumps to other shapes or elsewhere; or its noise stops and "
                "returns; or key frames show the same noise; or an encoder that looks ahead spends far more on them, "
                "and nothing on what follows",
            },
        )

    def _by_keys(self, figures: Mapping[str, float]) -> str:
        if "keys_held" in figures and self._same_keys(figures):
            return f"nor does its noise, in {figures['keys']:.0f} pictures that were coded by themselves"
        times = min(figures.get("lavish_before", 0.0), figures.get("lavish_after", 0.0))
        return f"as its bytes show: {times:.1f} times those of the same scene before and after, then next to none"

    def _score(self, figures: Mapping[str, float], stops: bool) -> float:
        """A margin, not a probability: 0.6 and more for the jump alone, 0.8 and more if it also stopped in motion."""
        clear = min(1.0, figures.get("jump", 0.0) / (4 * self.jump))
        unlike = min(1.0, max(0.0, 1 - figures.get("jump_likeness", 1.0)) / 0.5)
        return ms((0.8 if stops else 0.6) + 0.1 * clear + 0.09 * unlike)
