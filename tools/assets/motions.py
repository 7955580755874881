"""Build assets/people/motions.glb, what all people can do: `python -m tools.assets.motions`.

`idle` and `walk` are Quaternius' clips; the others are keyed here, from sums of sines that close where they loop, so
that nobody is ever frozen. Lengths are in heights of the resting pelvis. A gesture has channels only for the joints
that make it: `nod`, `shake_head` and `look_away` leave the arms to whatever the person does.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tools.assets import retarget
from tools.assets.fetch import CHECKOUT
from tools.assets.glb import KEYS_PER_S, Clip, write_motions
from tools.assets.posing import Pose, about_vector, quaternions, rest
from tools.assets.rig import JOINTS, NUMBER

Floats = npt.NDArray[np.float64]

FILE: Final = CHECKOUT / "assets/people/motions.glb"
PELVIS_M: Final = 0.95
"""The resting pelvis of the person that the file's own skeleton and its speeds and heights belong to."""

SEAT_HEIGHT: Final = 0.474
"""Of a seat, in heights of the resting pelvis: 0.45 m for the file's own person."""

_SEATED_PELVIS: Final = 0.598
_ANKLE: Final = float(rest()[NUMBER["foot_l"], 1])


def _wave(t: float, length_s: float, seed: int, harmonics: int = 3) -> float:
    """About -1 to 1, smooth, and the same at the end of a loop as at its start."""
    chance = np.random.default_rng(seed)
    phases = chance.uniform(0, 2 * np.pi, harmonics)
    shares = chance.uniform(0.5, 1.0, harmonics) / np.arange(1, harmonics + 1) ** 0.5
    angles = 2 * np.pi * np.arange(1, harmonics + 1) * t / length_s + phases
    return float((shares * np.sin(angles)).sum() / shares.sum())


def _ramp(t: float, start_s: float, end_s: float) -> float:
    """0 before, 1 after, without a jolt."""
    share = min(max((t - start_s) / (end_s - start_s), 0.0), 1.0)
    return share * share * share * (share * (6 * share - 15) + 10)


def _held(t: float, up_s: tuple[float, float], down_s: tuple[float, float]) -> float:
    return _ramp(t, *up_s) * (1 - _ramp(t, *down_s))


def _mixed(one: Pose, other: Pose, share: float) -> Pose:
    found = one.copy()
    for number in range(len(JOINTS)):
        found.local[number] = one.local[number] @ _softened(one.local[number].T @ other.local[number], share)
    found.place = one.place + (other.place - one.place) * share
    return found


def _breathe(pose: Pose, t: float, length_s: float, breaths: int, depth_deg: float = 1.0) -> None:
    depth = depth_deg * np.sin(2 * np.pi * breaths * t / length_s)
    pose.turn("spine_03", x=-depth)
    pose.turn("neck", x=0.7 * depth)
    pose.turn("clavicle_l", z=0.8 * depth)
    pose.turn("clavicle_r", z=-0.8 * depth)


def _wander(pose: Pose, t: float, length_s: float, seed: int, amount_deg: float = 2.5) -> None:
    """The head is never quite still."""
    pose.turn("neck", y=amount_deg * _wave(t, length_s, seed), z=0.4 * amount_deg * _wave(t, length_s, seed + 1))
    pose.turn(
        "head", x=0.6 * amount_deg * _wave(t, length_s, seed + 2), y=0.5 * amount_deg * _wave(t, length_s, seed + 3)
    )


def _standing() -> Callable[[float], Pose]:
    """The idle clip at a time, round and round."""
    poses = idle()

    def at(t: float) -> Pose:
        return poses[round(t * KEYS_PER_S) % (len(poses) - 1)].copy()

    return at


@cache
def idle() -> list[Pose]:
    """The clip's sway and arms on legs of our own: its heroic stance frightens where people merely wait."""
    poses = retarget.clip("idle")
    middle = np.mean([pose.place for pose in poses], axis=0)
    for pose in poses:
        sway = pose.place - middle
        pose.local[0] = _softened(pose.local[0], 0.25)
        pose.place = np.array([sway[0], 0.997 + 0.5 * sway[1], 0.5 * sway[2]])
        _straighten(pose, 1.3)
        for side, sign, ahead in (("l", 1.0, 0.0), ("r", -1.0, 0.035)):
            pose.turn(f"upperarm_{side}", z=-6 * sign)
            ankle = np.array([sign * 0.11, _ANKLE, ahead - 0.025])
            pose.put_foot(side, ankle, np.array([sign * 0.25, 0, 1.0]), toes_out_deg=10)
            pose.curl(side, 15)
    poses[-1] = poses[0].copy()
    return poses


@cache
def walk() -> list[Pose]:
    poses = retarget.clip("walk")
    for pose in poses:
        _straighten(pose, 0.6)
    _stand_on_floor(poses)
    return poses


def _straighten(pose: Pose, share: float) -> None:
    """The clips' people crane their necks."""
    pose.turn("spine_01", x=-4 * share)
    pose.turn("spine_03", x=-6 * share)
    pose.turn("neck", x=-8 * share)
    pose.turn("head", x=6 * share)


def _softened(turn: Floats, share: float) -> Floats:
    """A share of a rotation."""
    x, y, z, w = quaternions(turn[None])[0]
    sine = float(np.sqrt(x * x + y * y + z * z))
    if sine < 1e-9:
        return turn
    return about_vector(np.array([x, y, z]) / sine, share * float(np.degrees(2 * np.arctan2(sine, w))))


def _stand_on_floor(poses: list[Pose]) -> None:
    """Raise or lower all poses alike, until the lowest foot of them is as low as at rest."""
    feet = [NUMBER[name] for name in ("ball_l", "ball_r")]
    lowest = min(float(pose.world()[1][feet, 1].min()) for pose in poses)
    for pose in poses:
        pose.place[1] += float(rest()[feet[0], 1]) - lowest


def _walking_mps(poses: list[Pose]) -> float:
    """How fast the ground goes by: the backward speed of the foot that stands, which is the lower one."""
    balls = np.array([pose.world()[1][[NUMBER["ball_l"], NUMBER["ball_r"]]] for pose in poses])
    speeds = -np.diff(balls[..., 2], axis=0) * KEYS_PER_S
    lower = balls[:-1, :, 1].argmin(axis=1)
    return float(np.median(speeds[np.arange(len(speeds)), lower]) * PELVIS_M)


def _seated(lean_deg: float = 0.0, apart: float = 0.15, forward: float = 0.46) -> Pose:
    pose = Pose.at_rest()
    pose.place = np.array([0.0, _SEATED_PELVIS, 0.0])
    pose.turn("pelvis", x=lean_deg - 12)
    pose.turn("spine_01", x=8)
    pose.turn("spine_02", x=4 + 0.3 * lean_deg)
    pose.turn("neck", x=2)
    pose.turn("head", x=-2 - 0.8 * lean_deg)
    for side, sign in (("l", 1.0), ("r", -1.0)):
        pose.put_foot(
            side, np.array([sign * apart, _ANKLE, forward]), np.array([sign * 0.12, 0.5, 1.0]), toes_out_deg=9
        )
    return pose


def _hands_on_thighs(pose: Pose, t: float, length_s: float, seed: int) -> None:
    for side, sign in (("l", 1.0), ("r", -1.0)):
        shift = 0.006 * _wave(t, length_s, seed + (side == "r"))
        wrist = np.array([sign * (0.155 + shift), _SEATED_PELVIS + 0.125, 0.245 + shift])
        pose.put_hand(
            side,
            wrist,
            np.array([sign * 1.0, -0.2, -0.7]),
            np.array([-sign * 0.35, -0.28, 1.0]),
            np.array([0, -1.0, 0]),
        )
        pose.curl(side, 9 + 2 * _wave(t, length_s, seed + 5))


def _sit(t: float) -> Pose:
    pose = _seated(lean_deg=1.2 * _wave(t, 8, 11))
    _breathe(pose, t, 8, 2)
    _wander(pose, t, 8, 20, 4)
    _hands_on_thighs(pose, t, 8, 30)
    return pose


def _sit_listen(t: float) -> Pose:
    pose = _seated(lean_deg=9 + 1.0 * _wave(t, 10, 41), apart=0.17, forward=0.43)
    _breathe(pose, t, 10, 3)
    _wander(pose, t, 10, 50, 2)
    nods = 7 * _held(t, (3.0, 3.3), (3.3, 3.7)) + 5 * _held(t, (3.7, 4.0), (4.0, 4.5))
    pose.turn("head", x=nods, z=3 + 1.5 * _wave(t, 10, 60))
    for side, sign in (("l", 1.0), ("r", -1.0)):
        high = 0.0 if side == "l" else 0.03
        wrist = np.array([sign * 0.085, _SEATED_PELVIS + 0.15 + high, 0.30 + 0.004 * _wave(t, 10, 61)])
        pose.put_hand(
            side,
            wrist,
            np.array([sign * 1.0, -0.3, -0.5]),
            np.array([-sign * 0.85, -0.2, 0.55]),
            np.array([0, -1.0, -0.25]),
        )
        pose.curl(side, 16)
    return pose


def _talk(t: float) -> Pose:
    length_s = 7.5
    pose = _standing()(t)
    pose.turn("spine_02", y=3 * _wave(t, length_s, 70), x=1.5 * _wave(t, length_s, 71))
    _wander(pose, t, length_s, 72, 5)
    loud = 0.5 + 0.5 * _wave(t, length_s, 76, 4)
    pose.turn("jaw", x=1.0 + 7.0 * loud * max(0.0, _wave(t, length_s, 77, 26)) ** 0.7)
    for side, sign in (("l", 1.0), ("r", -1.0)):
        seed = 80 if side == "l" else 90
        moved = [0.06 * _wave(t, length_s, seed + k, 4) for k in range(3)]
        wrist = np.array([sign * 0.2, 1.16, 0.31]) + moved
        fingers = np.array([-sign * 0.35, 0.15 + 2.5 * moved[1], 1.0])
        palm = np.array([-sign * 1.0, 0.35 - 2.0 * moved[0], 0.1])
        pose.put_hand(side, wrist, np.array([sign * 0.8, -0.7, -0.6]), fingers, palm)
        pose.curl(side, 14 + 6 * _wave(t, length_s, seed + 5))
    return pose


def _use_phone(t: float) -> Pose:
    length_s = 7.5
    pose = _standing()(t)
    pose.turn("neck", x=14 + 1.0 * _wave(t, length_s, 100))
    pose.turn("head", x=12 + 1.5 * _wave(t, length_s, 101), y=1.5 * _wave(t, length_s, 102))
    for eye in ("eye_l", "eye_r"):
        pose.turn(eye, x=9, y=2 * _wave(t, length_s, 103, 6))
    sway = 0.006 * _wave(t, length_s, 104)
    wrist = np.array([-0.10, 1.19 + sway, 0.33 - sway])
    pose.put_hand("r", wrist, np.array([-0.7, -1.0, -0.4]), np.array([0.38, 0.42, 1.0]), np.array([0.25, 0.8, -0.5]))
    pose.curl("r", 26)
    swipe = _wave(t, length_s, 105, 12)
    pose.turn("thumb_01_r", x=-6 + 5 * swipe, y=6 * swipe)
    return pose


def _clap(t: float) -> Pose:
    pose = _standing()(t)
    beat = 0.5 - 0.5 * np.cos(2 * np.pi * 8 * t / 2.5)
    pose.turn("spine_02", x=-2 + 0.5 * beat)
    pose.turn("head", x=1.2 * beat, y=3 * _wave(t, 2.5, 110, 1))
    for side, sign in (("l", 1.0), ("r", -1.0)):
        wrist = np.array([sign * (0.026 + 0.055 * beat), 1.265 + 0.012 * sign * beat, 0.30])
        fingers = np.array([-sign * 0.12 * (1 - beat) + sign * 0.1 * beat, 0.75, 0.65])
        pose.put_hand(side, wrist, np.array([sign * 1.0, -0.8, -0.3]), fingers, np.array([-sign * 1.0, 0.0, 0.05]))
        pose.curl(side, 3)
    return pose


def _raise_hand(t: float) -> Pose:
    low = _standing()(t)
    high = low.copy()
    sway = 0.02 * np.sin(2 * np.pi * t / 1.7)
    high.turn("clavicle_r", z=-14)
    high.turn("spine_03", z=3)
    high.put_hand(
        "r",
        np.array([-0.245 + sway, 1.93, 0.10]),
        np.array([-0.9, 0.1, 0.5]),
        np.array([0.05, 1.0, 0.1]),
        np.array([0.25, 0.0, 1.0]),
    )
    high.curl("r", 6)
    return _mixed(low, high, _held(t, (0.2, 1.2), (3.1, 4.1)))


def _yawn(t: float) -> Pose:
    low = _standing()(t)
    high = low.copy()
    high.turn("head", x=-7)
    high.turn("spine_03", x=-3)
    turns, at = high.world()
    mouth = at[NUMBER["jaw"]] + turns[NUMBER["head"]] @ [0, -0.045, 0.115]
    wrist = mouth + np.array([-0.095, -0.095, 0.05])
    high.put_hand("r", wrist, np.array([-0.9, -0.8, 0.1]), np.array([0.75, 0.62, 0.03]), np.array([0.12, 0.0, -1.0]))
    high.curl("r", 12)
    found = _mixed(low, high, _held(t, (0.2, 1.3), (3.2, 4.3)))
    found.turn("jaw", x=19 * _held(t, (0.9, 2.0), (2.6, 3.5)))
    found.turn("clavicle_l", z=4 * _held(t, (0.9, 2.0), (2.6, 3.6)))
    return found


def _nod(t: float) -> Pose:
    pose = Pose.at_rest()
    down = 10 * _held(t, (0.1, 0.4), (0.4, 0.75)) + 8 * _held(t, (0.75, 1.0), (1.0, 1.4))
    pose.turn("neck", x=0.35 * down)
    pose.turn("head", x=0.65 * down)
    return pose


def _shake_head(t: float) -> Pose:
    pose = Pose.at_rest()
    aside = 17 * np.sin(2 * np.pi * 1.5 * (t - 0.1)) * _held(t, (0.1, 0.5), (1.5, 2.1))
    pose.turn("neck", y=0.35 * aside, x=1)
    pose.turn("head", y=0.65 * aside, x=1)
    return pose


def _look_away(t: float) -> Pose:
    pose = Pose.at_rest()
    eyes = _held(t, (0.1, 0.3), (3.3, 3.6)) * (1 - 0.6 * _held(t, (0.4, 0.9), (3.0, 3.4)))
    head = _held(t, (0.25, 1.1), (3.2, 4.2))
    for eye in ("eye_l", "eye_r"):
        pose.turn(eye, y=22 * eyes, x=4 * eyes)
    pose.turn("neck", y=16 * head, x=3 * head)
    pose.turn("head", y=(26 + 3 * np.sin(2.0 * t)) * head, x=6 * head)
    return pose


_STANDS_AT: Final = 0.40


def _stand_up(t: float) -> Pose:
    """Lean, rise over the feet, straighten; the hips come forward to above the feet, which stay."""
    lean = 34 * _held(t, (0.1, 0.8), (0.9, 1.8))
    seated, standing = _sit(0.0), _standing()(0.0)
    standing.place[2] += _STANDS_AT
    up, on = _ramp(t, 0.65, 1.8), _ramp(t, 0.35, 1.4)
    found = _mixed(seated, standing, _ramp(t, 0.5, 1.9))
    found.place[1] = seated.place[1] + (standing.place[1] - seated.place[1]) * up
    found.place[2] = seated.place[2] + (standing.place[2] - seated.place[2]) * on
    found.turn("pelvis", x=0.6 * lean)
    found.turn("spine_02", x=0.4 * lean)
    found.turn("head", x=-0.5 * lean)
    _, start = seated.world()
    _, end = standing.world()
    slide = _ramp(t, 0.0, 1.9)
    for side, sign in (("l", 1.0), ("r", -1.0)):
        ankle = NUMBER[f"foot_{side}"]
        at = start[ankle] + (end[ankle] - start[ankle]) * slide
        found.put_foot(side, at, np.array([sign * 0.12, 0.3, 1.0]), toes_out_deg=9)
    return _mixed(found, standing, _ramp(t, 1.9, 2.4))


_KEYED: Final[Mapping[str, tuple[Callable[[float], Pose], float, Mapping[str, Any]]]] = {
    "sit": (_sit, 8.0, {"loop": True, "seat_height_m": round(SEAT_HEIGHT * PELVIS_M, 3)}),
    "sit_listen": (_sit_listen, 10.0, {"loop": True, "seat_height_m": round(SEAT_HEIGHT * PELVIS_M, 3)}),
    "talk": (_talk, 7.5, {"loop": True}),
    "nod": (_nod, 1.5, {}),
    "shake_head": (_shake_head, 2.2, {}),
    "look_away": (_look_away, 4.3, {}),
    "use_phone": (_use_phone, 7.5, {"loop": True}),
    "clap": (_clap, 2.5, {"loop": True}),
    "stand_up": (
        _stand_up, 2.5,
        {"seat_height_m": round(SEAT_HEIGHT * PELVIS_M, 3), "ends_forward_m": round(_STANDS_AT * PELVIS_M, 3)},
    ),
    "yawn": (_yawn, 4.5, {}),
    "raise_hand": (_raise_hand, 4.3, {}),
}  # fmt: skip


def _clip(poses: list[Pose], extras: Mapping[str, Any]) -> Clip:
    turns = quaternions(np.stack([pose.local for pose in poses]))
    for key in range(1, len(turns)):
        turns[key] *= np.where((turns[key] * turns[key - 1]).sum(axis=1, keepdims=True) < 0, -1, 1)
    return Clip(turns, np.stack([pose.place for pose in poses]), extras)


def clips() -> dict[str, Clip]:
    stepping = walk()
    found = {
        "idle": _clip(idle(), {"loop": True}),
        "walk": _clip(stepping, {"loop": True, "speed_mps": round(_walking_mps(stepping), 3)}),
    }
    for name, (pose_at, length_s, extras) in _KEYED.items():
        poses = [pose_at(key / KEYS_PER_S) for key in range(round(length_s * KEYS_PER_S) + 1)]
        if extras.get("loop"):
            poses[-1] = poses[0].copy()
        found[name] = _clip(poses, extras)
    return found


def main(path: Path = FILE) -> None:
    made = clips()
    write_motions(path, rest() * PELVIS_M, made, {"pelvis_height_m": PELVIS_M})
    for name, clip in made.items():
        print(name, len(clip.turns), dict(clip.extras))
    print(path, path.stat().st_size)


if __name__ == "__main__":
    main()
