"""The figures by which stretches of picture are told apart while they are measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PictureRules:
    """Limits of the scan, in 8-bit luma steps (0 to 255) where no other unit is said.

    They only sort stretches into kinds; detectors decide what is reported. Measured on made scenes (360p to 720p,
    x264, x265, MPEG-4, noise of 1 to 8 steps) with `tests/benchmarks/picture_faults.py`.
    """

    black_bright: float = 10.0
    """black: 99 % of the picture is at most this (4 %; ffmpeg's blackdetect asks 98 % below 10 %)"""
    dark_brightness: float = 45.0
    dark_bright: float = 70.0
    """dark: mean and 99th percentile at most these, so that lamps at night keep a picture from being dark"""
    dark_detail: float = 0.8
    """dark and without shapes: covered lenses measured 0.3-0.6, night scenes 1.1 and more"""
    dim_detail: float = 2.0
    """dim: as dark, but with so much detail, all of it out of focus (`pipeline.media.sharpness` tells nothing of it):
    the folds of a cloth over the lens measured 1.0-1.9; so do some nights, so it must be far lighter before or after"""
    dim_times: float = 2.0
    """the pictures round a dim stretch have so many times its brightness"""
    dim_least: float = 15.0
    """and so many steps more"""
    dim_large: float = 0.36
    """detail of a dim picture, as a share of how its blocks spread: folds so near the lens are large and measured
    0.17-0.35, night scenes 0.26-0.45"""
    dim_step: float = 1.6
    """change from picture to picture in a dim stretch, mean over blocks: what covers a lens goes with the camera and
    measured 0.7-1.5 and once 2.9, a night scene before somebody who walks 1.8-3.8"""
    faint_times: float = 2.0
    """the pictures right round a faint stretch (a cover by night, or one whose noise adds detail) have so many times
    its brightness in the brightest 1 % and its detail: 2.2 and more measured for covers"""
    faint_least: float = 1.0
    """and so much more detail"""
    faint_step: float = 2.5
    """change from picture to picture in it, mean over blocks"""
    at_once: float = 0.12
    """seconds beyond one frame within which such a cover comes, and goes: light takes longer. 0.00-0.10 measured for
    covers that slide or fade in within 0.13 s, 0.13 and more for rooms entered within 0.4 s"""
    leak_most: float = 0.25
    """share of the picture that light past a cover takes at most, its fading edge included"""
    leak_detail: float = 1.4
    """detail of the rest up to which it has no shapes"""
    still_mean: float = 1.5
    still_most: float = 20.0
    """two sampled pictures are alike: mean over blocks and largest difference at most these. Re-encoding one frozen
    picture gave up to 1.2 and 19 (180 lines, x264, crf 34), moving pictures 26 and more"""
    drift_mean: float = 3.0
    drift_most: float = 30.0
    """the same for the first and the last frame of a held picture, of which the first is often coded coarsely, having
    come amid motion"""
    held_grain: float = 1.3
    """mean change from frame to frame in a picture that may be held: 0.00-0.7 measured, up to 1.1 at a low constant
    rate with strong noise; live noise 0.5-3.8, or none where strong compression removes it"""
    sample_every: float = 0.45
    """seconds between pictures looked at where every picture is a key frame"""
    longest_gop: float = 2.05
    """seconds; where key frames lie further apart, every frame is decoded and looked at each half second"""
    small_share: float = 0.7
    """packets this small against the middle of 20 s may be those of a held picture: 0.00-0.1 measured at constant
    quality, 0.2-0.5 at a constant rate"""
    small_least: float = 1.2
    """seconds of such packets; a held picture of 2 s, less the packets in which the encoder settles"""
    small_after_key: float = 0.25
    """the same for the two packets right after a key frame: 0.01-0.15 measured in held pictures at any rate control"""
    large_times: float = 3.0
    """a packet this many times the middle of 20 s may be the jump after a held picture: 3.7 and more measured"""
    live_noise: float = 0.3
    """change of the finest grain (`pipeline.media.picture.noise_change`) that is live noise in a still scene"""
    same_share: float = 0.35
    """two key frames show one picture if they differ at most by this share of what live ones differ by, in the calmest
    tenth and in the middle (`pipeline.media.picture.fine_changes`): 0.00-0.3 measured for most encoders, while live
    still scenes keep to 0.8-1.2"""
    gap: float = 1.5
    """seconds without any picture that count as a gap"""
    gap_steps: float = 5.0
    """and at least so many times the usual step from picture to picture, where a camera takes few"""
    blurred: float = 0.2
    """sharpness (`pipeline.media.sharpness`) up to which a picture is blurred: 0.00-0.18 measured"""
    focused: float = 0.3
    """sharpness that one picture in ten must exceed for the recording to be compared with itself"""
    blur_bright: float = 50.0
    """mean luma below which sharpness is not judged: in the dark cameras smooth noise, and edges with it"""
    blur_least: float = 10.0
    """seconds; motion, and a camera that searches its focus, blur for less"""
