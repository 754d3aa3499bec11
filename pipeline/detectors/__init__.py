"""Detectors decide: pure functions of the evidence, in milliseconds, named for what is on the recording.

The tuples below are the one list of them: settings, command line, screen and README derive from it.
"""

from typing import Any

from pipeline.detectors.camera_off_gap import CameraOffGap
from pipeline.detectors.camera_tones import CameraTones
from pipeline.detectors.clock_disagrees import ClockDisagrees
from pipeline.detectors.clock_jump import ClockJump
from pipeline.detectors.clock_stamp import ClockStamp
from pipeline.detectors.clock_stopped import ClockStopped
from pipeline.detectors.conflicting_commands import ConflictingCommands
from pipeline.detectors.frozen_picture import FrozenPicture
from pipeline.detectors.heard_while_camera_off import HeardWhileCameraOff
from pipeline.detectors.lens_covered import LensCovered
from pipeline.detectors.multi_officer_commands import MultiOfficerCommands
from pipeline.detectors.mute_reason_spoken import MuteReasonSpoken
from pipeline.detectors.muted_audio import MutedAudio
from pipeline.detectors.name_sharing import NameSharing
from pipeline.detectors.no_sound_track import NoSoundTrack
from pipeline.detectors.one_voice import OneVoice
from pipeline.detectors.overlapping_speech import OverlappingSpeech
from pipeline.detectors.picture_blurred import PictureBlurred
from pipeline.detectors.picture_damaged import PictureDamaged
from pipeline.detectors.pre_event_buffer import PreEventBuffer
from pipeline.detectors.raised_voice import RaisedVoice
from pipeline.detectors.recording_gap import RecordingGap
from pipeline.detectors.repeated_command import RepeatedCommand
from pipeline.detectors.shouted_command import ShoutedCommand
from pipeline.detectors.spoken_command import SpokenCommand
from pipeline.detectors.techniques import Techniques
from pipeline.detectors.unanswered_question import UnansweredQuestion
from pipeline.detectors.view_obstructed import ViewObstructed

DETECTORS: tuple[type[Any], ...] = (
    MutedAudio,
    MuteReasonSpoken,
    NoSoundTrack,
    PreEventBuffer,
    CameraTones,
    LensCovered,
    ViewObstructed,
    PictureBlurred,
    FrozenPicture,
    PictureDamaged,
    RecordingGap,
    ClockJump,
    ClockStopped,
    ClockDisagrees,
    ClockStamp,
    OverlappingSpeech,
    RaisedVoice,
    SpokenCommand,
    ShoutedCommand,
    MultiOfficerCommands,
    ConflictingCommands,
    RepeatedCommand,
    OneVoice,
    NameSharing,
    Techniques,
    UnansweredQuestion,
)
"""Look at one recording; in the order in which a screen shows their lanes."""

INCIDENT_DETECTORS: tuple[type[Any], ...] = (
    CameraOffGap,
    HeardWhileCameraOff,
    SpokenCommand,
    ShoutedCommand,
    MultiOfficerCommands,
    ConflictingCommands,
    RepeatedCommand,
    OneVoice,
)
"""Look at all cameras of one incident. Those listed above too look at what its cameras heard, each utterance once;
of an incident with one camera they leave the findings to the recording."""
