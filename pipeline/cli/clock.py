"""`bwc clock-profile`: cut a camera's profile for its burned-in clock, list profiles, read a recording's clock."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import FILE, store_option

DOUBTFUL = 0.985
"""share of digits read right under which a profile is said to be doubtful: 21 profiles of made stamps measured 0.996
and more, one that was cut from misread digits 0.93"""
_config = click.option("--config", type=FILE, help="Settings file. Default: bwc.toml where there is one.")


@click.group("clock-profile")
def clock_profile() -> None:
    """Camera profiles: how the digits of a camera's burned-in clock look."""


@clock_profile.command("make")
@click.argument("video", type=FILE)
@click.option("--name", help="Name of the profile, such as the camera's model. Default: the file's name.")
@click.option("--text", help="What the stamp shows at --at, as 2024-05-01T12:34:56, where it cannot be read by itself.")
@click.option("--at", type=float, default=0.0, show_default=True, help="Seconds into the recording of --text.")
@click.option("--out", type=FILE, help="Folder for the profile. Default: the settings' folder, else STORE.profiles.")
@store_option
@_config
def make(video: Path, name: str | None, text: str | None, at: float, out: Path | None, **options: Any) -> None:
    """Cut a profile from VIDEO: a minute of the camera's picture with its clock running.

    Analyses take it by themselves for recordings whose stamp looks alike. Nothing is written where the stamp cannot
    be found or read.
    """
    from models.stamp_text import StampText
    from pipeline.clock.cut import cut_profile, write_sheet
    from pipeline.clock.profile import SUFFIX, save_profile
    from pipeline.errors import NotMeasurable
    from pipeline.media.recording_file import open_media

    name = name or video.stem
    folder = out or _folder(options) or options["store_path"].with_suffix(".profiles")
    with tempfile.TemporaryDirectory() as scratch, open_media(video, Path(scratch)) as media:
        recording = media.probe()
        try:
            cut = cut_profile(media, recording, StampText(), name, text, at)
        except NotMeasurable as error:
            raise NotMeasurable(f"{video}: {error}") from error
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / (re.sub(r"[^\w.-]+", "_", name) + SUFFIX)
    save_profile(cut.profile, target)
    write_sheet(cut, target.with_suffix(".png"))
    click.echo(
        f"{target}: {sum(cut.counts)} digits cut, {cut.right:.2%} read right in pictures that it was not cut from"
    )
    if cut.right < DOUBTFUL:
        click.echo("that is few for a profile: make it again from a minute or more with a darker or calmer picture")
    click.echo(
        f"look at {target.with_suffix('.png')}: the ten digits must stand in order, the lines must be read as shown"
    )


@clock_profile.command("list")
@store_option
@_config
def show_list(**options: Any) -> None:
    """The profiles that an analysis reads with: your own first, then those that ship."""
    from pipeline.clock.profile import load_profiles

    folder = _folder(options)
    for profile in load_profiles([folder] if folder else []):
        about = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in profile.about.items())
        click.echo(f"{profile.name}: {profile.size_px[0]}x{profile.size_px[1]}, {profile.layout.shape}; {about}")


@clock_profile.command("check")
@click.argument("video", type=FILE)
@store_option
@_config
def check(video: Path, **options: Any) -> None:
    """Read the burned-in clock of VIDEO and say what was read, with which profile, and how surely."""
    from models.stamp_text import StampText
    from pipeline.clock.measure import read_clock
    from pipeline.clock.profile import load_profiles
    from pipeline.clock.shown import told
    from pipeline.media.recording_file import open_media

    folder = _folder(options)
    profiles = load_profiles([folder] if folder else [])
    with tempfile.TemporaryDirectory() as scratch, open_media(video, Path(scratch)) as media:
        reading = read_clock(media, media.probe(), StampText(), profiles=profiles)
    for line in told(reading.clock):
        click.echo(line)


def _folder(options: dict[str, Any]) -> Path | None:
    """The user's folder of profiles: the settings', else beside the store, None where there is none."""
    from pipeline.config import load_settings, with_profiles_beside

    settings = with_profiles_beside(load_settings(options["config"]), options["store_path"])
    return Path(settings.clock.profiles) if settings.clock.profiles else None
