"""The one place that constructs stages, detectors and models from settings.

`auto` takes the best backend that is available; one that is asked for by name and cannot run is an error, never a
silent fallback.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import tzinfo
from pathlib import Path
from typing import Any

from models import embedded_diarizer, faster_whisper, pocketsphinx, pyannote, sentence_classifier, silero, weights
from models.contract import Availability, BackendUnavailable, Diarizer, LineClassifier, Transcriber
from models.embedded_diarizer import EmbeddedDiarizer
from models.exemplar_classifier import ExemplarClassifier
from models.overlap_network import OverlapNetwork
from models.sentence_classifier import SentenceClassifier
from models.together import Together
from pipeline.clock.profile import Profile, load_profiles
from pipeline.config import FILE_NAME, Settings, check_type
from pipeline.detectors import DETECTORS, INCIDENT_DETECTORS
from pipeline.errors import ConfigError
from pipeline.policy import Policy, load_policy
from pipeline.policy.values import zone_named
from pipeline.stages.band_flux import MeasureBandFlux
from pipeline.stages.clock import Clock
from pipeline.stages.diarize import Diarize
from pipeline.stages.import_transcript import ImportTranscript
from pipeline.stages.line_labels import LabelLines
from pipeline.stages.overlaps import Overlaps
from pipeline.stages.scan import Scan
from pipeline.stages.speech import Speech
from pipeline.stages.tones import MeasureTones
from pipeline.stages.transcribe import Transcribe
from pipeline.stages.turns import Turns
from pipeline.stages.vocal_effort import VocalEffort
from pipeline.stages.voice_sounds import MeasureVoiceSounds
from pipeline.transcripts import ImportedTranscript
from pipeline.types import Detector, IncidentDetector, Stage


@dataclass(frozen=True)
class Plan:
    """What an analysis runs, in order."""

    settings: Settings
    stages: Sequence[Stage]
    detectors: Sequence[Detector]
    incident_detectors: Sequence[IncidentDetector]
    review_copies: bool
    zone: tzinfo | None = None
    """the agency's, for burned-in clocks that name none"""
    hear_again: bool = False
    """words are recognised even where a transcript was imported (`pipeline.kept_transcript`)"""


@dataclass(frozen=True)
class Backend:
    """A backend and whether it can run here."""

    kind: str
    """"transcription", "diarization" or "techniques" """
    name: str
    availability: Availability


def assemble(settings: Settings, transcript: ImportedTranscript | None = None, *, media: bool = True) -> Plan:
    """The plan for these settings. Raises ConfigError, BackendUnavailable.

    A `transcript` from elsewhere takes the place of transcription; without `media` nothing else is measured.
    """
    policy = load_policy(settings.policy)
    stages = _stages(settings, policy, transcript) if media else _transcript_stages(policy, transcript)
    stages.append(label_lines(settings))
    _check_order(stages)
    return Plan(
        settings,
        stages,
        _detectors(DETECTORS, settings, policy),
        _detectors(INCIDENT_DETECTORS, settings, policy),
        settings.analysis.review_copies and media,
        zone_named(policy.records.zone) if policy.records.zone else None,
    )


def assemble_detectors(settings: Settings, policy: Policy | None = None) -> Plan:
    """The detectors alone, for what is measured already: no model is looked for. Raises ConfigError.

    `policy`: the pack that the settings name, where it was read already.
    """
    policy = policy or load_policy(settings.policy)
    found = _detectors(DETECTORS, settings, policy), _detectors(INCIDENT_DETECTORS, settings, policy)
    return Plan(settings, (), *found, review_copies=False)


def backends(settings: Settings) -> list[Backend]:
    """All backends that a setting chooses, in the order in which `auto` tries them."""
    return [
        *(Backend("transcription", name, _transcriber_probe(name, settings)) for name in _TRANSCRIBERS),
        *(Backend("diarization", name, _diarizer_probe(name, settings)) for name in _DIARIZERS),
        Backend("techniques", "sentences", _sentences_probe(settings)),
    ]


# stages


def _stages(settings: Settings, policy: Policy, transcript: ImportedTranscript | None) -> list[Stage]:
    hear: list[Stage] = [Scan(), Clock(_profiles(settings)), MeasureBandFlux(), MeasureTones(), Speech(silero.Silero())]
    voices: list[Stage] = [Diarize(_diarizer(settings)), Overlaps(OverlapNetwork())]
    voices += [VocalEffort(), MeasureVoiceSounds()]
    if transcript:
        return [*hear, *voices, *_transcript_stages(policy, transcript)]
    return [*hear, _transcribe(settings, policy), *voices, Turns(policy)]


def _profiles(settings: Settings) -> list[Profile]:
    """The user's clock profiles before those that ship. Raises ConfigError."""
    return load_profiles([Path(settings.clock.profiles)] if settings.clock.profiles else [])


def _transcribe(settings: Settings, policy: Policy) -> Transcribe:
    transcriber = _transcriber(settings)
    # Whisper hears context over pauses and leaves them out itself; pocketsphinx does best on one stretch of speech
    join_pause = 30.0 if isinstance(transcriber, faster_whisper.FasterWhisper) else 0.5
    return Transcribe(transcriber, policy.hotwords, join_pause)


def _transcript_stages(policy: Policy, transcript: ImportedTranscript | None) -> list[Stage]:
    assert transcript is not None, "without media there must be a transcript"
    return [ImportTranscript(transcript, policy)]


def label_lines(settings: Settings) -> Stage:
    """The stage that labels the lines of a transcript."""
    return LabelLines(_line_classifier(settings))


def _line_classifier(settings: Settings) -> LineClassifier:
    """The classifier of utterances that ships, with the sentence model beside it where that is here.

    Raises BackendUnavailable where the settings name a folder that cannot be used.
    """
    words, folder = ExemplarClassifier(), _sentences_folder(settings)
    named = settings.speech.sentences != "auto"
    if folder is None or not (named or _sentences_probe(settings).available):
        return words
    return Together(words, SentenceClassifier(folder))


def _check_order(stages: Sequence[Stage]) -> None:
    written: set[str] = set()
    for stage in stages:
        missing = set(stage.reads) - written
        assert not missing, f"{stage.name} reads {missing}, which no stage before it writes"
        written |= set(stage.writes)


# backends

_TRANSCRIBERS = ("faster-whisper", "pocketsphinx")
_DIARIZERS = ("pyannote", "embedded")
_WHISPER_NAMES = ("large-v3", "large-v3-turbo", "distil-large-v3", "medium.en", "small.en", "tiny.en")
"""pulled models that `auto` looks for, the most accurate first"""


def _transcriber(settings: Settings) -> Transcriber:
    name = _chosen("--asr", settings.speech.asr, _TRANSCRIBERS, lambda name: _transcriber_probe(name, settings))
    if name == "faster-whisper":
        folder = _whisper_folder(settings)
        assert folder is not None
        return faster_whisper.FasterWhisper(folder)
    return pocketsphinx.PocketSphinx()


def _diarizer(settings: Settings) -> Diarizer:
    name = _chosen("--diarizer", settings.speech.diarizer, _DIARIZERS, lambda name: _diarizer_probe(name, settings))
    if name == "pyannote":
        folder = _pyannote_folder(settings)
        assert folder is not None
        return pyannote.PyannoteDiarizer(folder)
    return EmbeddedDiarizer()


def _chosen(option: str, wanted: str, names: Sequence[str], probe: Any) -> str:
    """The backend to use. Raises BackendUnavailable where the one asked for by name cannot run."""
    if wanted == "auto":
        return next(name for name in names if probe(name).available)
    if wanted not in names:
        raise BackendUnavailable(f"{option} {wanted}: no such backend; there are: auto, {', '.join(names)}")
    available, reason = probe(wanted)
    if not available:
        raise BackendUnavailable(f"{option} {wanted} cannot run here: {reason}")
    return wanted


def _transcriber_probe(name: str, settings: Settings) -> Availability:
    if name == "pocketsphinx":
        return pocketsphinx.probe()
    folder = _whisper_folder(settings)
    if folder is None:
        hint = "bwc models pull small.en, or set BWC_WHISPER_MODEL to a folder"
        return Availability(False, f"no Whisper weights here: {hint}")
    return faster_whisper.probe(folder)


def _diarizer_probe(name: str, settings: Settings) -> Availability:
    if name == "embedded":
        speech = silero.probe()
        return embedded_diarizer.probe() if speech.available else speech
    folder = _pyannote_folder(settings)
    if folder is None:
        hint = "bwc models pull community-1, or set BWC_PYANNOTE_DIR to a folder"
        return Availability(False, f"no pyannote pipeline here: {hint}")
    return pyannote.probe(folder)


def _whisper_folder(settings: Settings) -> Path | None:
    return _weights_folder(settings.speech.whisper_model, _WHISPER_NAMES)


def _pyannote_folder(settings: Settings) -> Path | None:
    return _weights_folder(settings.speech.pyannote_pipeline, ("community-1",))


def _sentences_folder(settings: Settings) -> Path | None:
    said = settings.speech.sentences
    if said == "off":
        return None
    return weights.locate(sentence_classifier.PULLED_NAME) if said == "auto" else Path(said)


def _sentences_probe(settings: Settings) -> Availability:
    if settings.speech.sentences == "off":
        return Availability(False, 'switched off: sentences = "off" in bwc.toml')
    return sentence_classifier.probe(_sentences_folder(settings))


def _weights_folder(named: str, otherwise: Sequence[str]) -> Path | None:
    """The folder that the settings name, as a path or as a pulled model; else the first model that is here."""
    if not named:
        return next((folder for name in otherwise if (folder := weights.locate(name))), None)
    pulled = {name for entry in weights.catalogue() for name in (entry.name, *entry.aliases)}
    return weights.locate(named) if named in pulled else Path(named)


# detectors


def _detectors(types: Sequence[type[Any]], settings: Settings, policy: Policy) -> list[Any]:
    known = {detector.name for detector in (*DETECTORS, *INCIDENT_DETECTORS)}
    unknown = sorted(set(settings.detectors) - known)
    if unknown:
        raise ConfigError(Path(FILE_NAME), f"no detector {unknown[0]!r}; there are: {', '.join(sorted(known))}")
    return [_detector(each, settings.detectors.get(each.name, {}), policy) for each in types]


def _detector(detector: type[Any], said: Mapping[str, Any], policy: Policy) -> Any:
    """A detector with the thresholds that the settings give; its policy pack, where it has one, is the plan's."""
    defaults = {f.name: f.default for f in fields(detector) if f.default is not MISSING}
    for key, value in said.items():
        if key not in defaults:
            listed = ", ".join(sorted(defaults))
            raise ConfigError(Path(FILE_NAME), f"unknown key {key!r} in [detectors.{detector.name}]; known: {listed}")
        check_type(Path(FILE_NAME), f"detectors.{detector.name}.{key}", value, defaults[key])
    needs_policy = any(f.name == "policy" for f in fields(detector))
    return detector(**said, **({"policy": policy} if needs_policy else {}))
