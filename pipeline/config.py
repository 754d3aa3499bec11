"""Settings: the defaults, `bwc.toml` in the working folder, the command line; later ones win.

policy = "our_policy.toml"          # default: the model policy that ships
[speech]
asr = "auto"                        # auto, faster-whisper, pocketsphinx
diarizer = "auto"                   # auto, pyannote, embedded
whisper_model = "small.en"          # a pulled name or a folder; also BWC_WHISPER_MODEL
pyannote_pipeline = "community-1"   # a pulled name or a folder; also BWC_PYANNOTE_DIR
sentences = "auto"                  # auto, off, or a folder; also BWC_SENTENCE_MODEL
[analysis]
review_copies = true                # make the browser's copy, waveform and thumbnails
[incidents]
apart = 300.0                       # files of one camera no further apart are one incident
same_folder = true                  # only files of one folder are grouped by their clocks
sound = true                        # set the clocks of an incident's cameras right by what they hear
clock_tolerance = 30.0              # seconds around its clock in which a camera's sound is looked for first
[clock]
profiles = "our_cameras"            # folder of clock profiles; default: STORE.profiles where it is there
[detectors.muted_audio]             # thresholds of any detector
min_duration = 2.0
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from pipeline.errors import ConfigError
from pipeline.toml_file import read_toml

FILE_NAME = "bwc.toml"


@dataclass(frozen=True)
class Speech:
    """Which speech backends to use. `auto` takes the best that is available."""

    asr: str = "auto"
    diarizer: str = "auto"
    whisper_model: str = ""
    pyannote_pipeline: str = ""
    sentences: str = "auto"
    """the sentence model beside the classifier of words: "auto" (where it is here), "off", or its folder"""


@dataclass(frozen=True)
class Analysis:
    """What an analysis makes beside findings."""

    review_copies: bool = True


@dataclass(frozen=True)
class Incidents:
    """How recordings are grouped by their clocks, and laid on one. `apart` and `clock_tolerance` in seconds."""

    apart: float = 300.0
    same_folder: bool = True
    sound: bool = True
    clock_tolerance: float = 30.0


@dataclass(frozen=True)
class Clock:
    """How burned-in clocks are read. `profiles`: a folder of camera profiles, "" for none of one's own."""

    profiles: str = ""


@dataclass(frozen=True)
class Settings:
    """Everything that a user can set."""

    policy: Path | None = None
    speech: Speech = Speech()
    analysis: Analysis = Analysis()
    incidents: Incidents = Incidents()
    clock: Clock = Clock()
    detectors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


_SECTIONS = {"speech": Speech, "analysis": Analysis, "incidents": Incidents, "clock": Clock}


def load_settings(path: Path | None = None) -> Settings:
    """Settings from `path`, or from bwc.toml in the working folder where there is one. Raises ConfigError."""
    chosen = path or Path(FILE_NAME)
    if path is None and not chosen.exists():
        return from_environment(Settings())
    return from_environment(_settings(chosen, read_toml(chosen)))


def from_environment(settings: Settings) -> Settings:
    """Settings with the folders that BWC_WHISPER_MODEL, BWC_PYANNOTE_DIR and BWC_SENTENCE_MODEL name, where the file
    names none."""
    speech = settings.speech
    return replace(
        settings,
        speech=replace(
            speech,
            whisper_model=speech.whisper_model or os.environ.get("BWC_WHISPER_MODEL", ""),
            pyannote_pipeline=speech.pyannote_pipeline or os.environ.get("BWC_PYANNOTE_DIR", ""),
            sentences=(speech.sentences != "auto" and speech.sentences)
            or os.environ.get("BWC_SENTENCE_MODEL")
            or "auto",
        ),
    )


def with_profiles_beside(settings: Settings, store: Path) -> Settings:
    """Settings with the folder of clock profiles beside the store, where it is there and none is named."""
    folder = store.with_suffix(".profiles")
    if settings.clock.profiles or not folder.is_dir():
        return settings
    return replace(settings, clock=Clock(str(folder)))


def overridden(
    settings: Settings,
    *,
    policy: Path | None = None,
    asr: str | None = None,
    diarizer: str | None = None,
    review_copies: bool | None = None,
) -> Settings:
    """Settings with what the command line says; None leaves a setting as it is."""
    speech = replace(settings.speech, asr=asr or settings.speech.asr, diarizer=diarizer or settings.speech.diarizer)
    analysis = settings.analysis if review_copies is None else replace(settings.analysis, review_copies=review_copies)
    return replace(settings, policy=policy or settings.policy, speech=speech, analysis=analysis)


def _settings(path: Path, said: Mapping[str, Any]) -> Settings:
    _check_keys(path, "the file", said, [f.name for f in fields(Settings)])
    sections: dict[str, Any] = {
        name: _section(path, name, section_type, said[name]) for name, section_type in _SECTIONS.items() if name in said
    }
    if "policy" in said:
        sections["policy"] = path.parent / str(said["policy"])
    if "clock" in sections and sections["clock"].profiles:
        sections["clock"] = Clock(str(path.parent / sections["clock"].profiles))
    return Settings(**sections, detectors=said.get("detectors", {}))


def _section(path: Path, name: str, section_type: type, said: Mapping[str, Any]) -> Any:
    defaults = section_type()
    _check_keys(path, f"[{name}]", said, [f.name for f in fields(section_type)])
    for key, value in said.items():
        check_type(path, f"{name}.{key}", value, getattr(defaults, key))
    return section_type(**said)


def _check_keys(path: Path, where: str, said: Mapping[str, Any], known: list[str]) -> None:
    for key in said:
        if key not in known:
            raise ConfigError(path, f"unknown key {key!r} in {where}; known ones: {', '.join(known)}")


def check_type(path: Path, name: str, value: Any, default: Any) -> None:
    """Raises ConfigError where a value is of another kind than the default it replaces."""
    number = isinstance(default, float) and isinstance(value, int | float) and not isinstance(value, bool)
    if type(value) is not type(default) and not number:
        kind = {bool: "true or false", float: "a number", int: "a whole number", str: "a text"}.get(
            type(default), "else"
        )
        raise ConfigError(path, f"{name} must be {kind}, not {value!r}")
