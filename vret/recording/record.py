"""What is recorded: one record for every event that changed the session or had effects, and one for every frame."""

import msgspec

from vret.core.effects import Effect
from vret.core.events import Event


class Record(msgspec.Struct, frozen=True, tag=True):
    """An event, what followed from it, and the digest of the state after it. `sequence` counts from 1 without gaps."""

    sequence: int
    event: Event
    effects: tuple[Effect, ...]
    digest: str


class FrameRecord(msgspec.Struct, frozen=True, tag=True, gc=False, omit_defaults=True):
    """One rendered frame. Times in ns on the headset's clock, metres and quaternions (xyzw) in stage space.

    `t_ns` is the time of the frame's tick, at which scene and ramps were evaluated; `cpu_ns` the thread's CPU time.
    `area` is the scene's area of interest that the head is turned to, found out ten times a second; empty for none.
    `feared_m` is how far the person is from the nearest feared area, missing where there is none. `cleared` is how much
    of the picture was clear, so that the person saw their own room: 0 nothing to 1000 all of it.
    """

    frame: int
    t_ns: int
    display_ns: int
    cpu_ns: int
    head_position_in_stage: tuple[float, float, float]
    head_rotation_in_stage: tuple[float, float, float, float]
    scene: str
    veil: int
    area: str = ""
    feared_m: float | None = None
    cleared: int = 0


class ClockEstimate(msgspec.Struct, frozen=True, tag=True, gc=False):
    """How a peer's clock stands to the headset's: peer time = headset time + `offset_ns`, within `uncertainty_ns`."""

    t_ns: int
    peer: str
    offset_ns: int
    uncertainty_ns: int
    round_trip_ns: int


Entry = Record | FrameRecord | ClockEstimate
"""Whatever a session log holds."""
