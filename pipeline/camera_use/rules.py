"""What an assessment goes by: the camera rules and the dispatch clocks of a pack, and the zone that texts speak in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from pipeline.policy.camera_rules import CameraRules
from pipeline.policy.dispatch_rules import DispatchRules
from pipeline.policy.pack import Policy
from pipeline.policy.values import zone_named


@dataclass(frozen=True)
class UseRules:
    """Rules of one pack. `zone` is that of the texts alone: every moment is in UTC."""

    camera: CameraRules = field(default_factory=CameraRules)
    dispatch: DispatchRules = field(default_factory=DispatchRules)
    zone: tzinfo = UTC

    @classmethod
    def of(cls, policy: Policy, zone: tzinfo | None = None) -> UseRules:
        """The rules of a pack; `zone` None: that of the pack, else UTC."""
        return cls(policy.camera, policy.dispatch, zone or zone_named(policy.records.zone or "UTC") or UTC)

    def clock(self, moment: float) -> str:
        """A moment as a clock on the wall there shows it: "2025-05-17 19:41:10 EDT"."""
        return f"{datetime.fromtimestamp(round(moment), self.zone):%Y-%m-%d %H:%M:%S %Z}"


def lasting(seconds: float) -> str:
    """A length of time as a person says it: "95 s", "12 min 5 s", "3 h 20 min"."""
    whole = round(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 120:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
