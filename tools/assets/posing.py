"""Posing the shared skeleton: joints turned one by one, arms and legs placed by where hands and feet are to be.

Lengths are those of a person in the middle between all others, in heights of its resting pelvis; y is up, people look
along +z, their left is +x. A turn of a joint is relative to its parent and about the axes of the whole person, because
joints rest unturned.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from tools.assets.makehuman import Build, shaped
from tools.assets.rig import JOINTS, NUMBER, PARENTS
from tools.assets.skeleton import aligned, places, turn_between

Floats = npt.NDArray[np.float64]
Side = Literal["l", "r"]

_SOLE_DM: Final = 0.25
"""How far the soles of shoes are below the feet."""


@cache
def rest() -> Floats:
    """(joints, 3): where the joints are at rest, the floor at 0 and the pelvis at (0, 1, 0)."""
    body = shaped(Build(male=0.5, old=0.2, races={"african": 0.33, "asian": 0.33, "caucasian": 0.34}))
    _, moved = aligned(places(body))
    floor = body[:13380, 1].min() - _SOLE_DM
    pelvis = moved[NUMBER["pelvis"]]
    return (moved - [pelvis[0], floor, pelvis[2]]) / (pelvis[1] - floor)


@cache
def _offsets() -> Floats:
    return rest() - np.where(PARENTS[:, None] >= 0, rest()[PARENTS], 0)


def about(axis: str, angle_deg: float) -> Floats:
    """A rotation about x, y or z."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    a, b = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}[axis]
    found = np.eye(3)
    found[a, a] = found[b, b] = c
    found[a, b], found[b, a] = -s, s
    return found


def about_vector(axis: Floats, angle_deg: float) -> Floats:
    x, y, z = axis
    skew = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(angle_deg)
    return np.eye(3) + np.sin(angle) * skew + (1 - np.cos(angle)) * skew @ skew


@dataclass
class Pose:
    """`local` (joints, 3, 3) turns each joint from its parent; `place` is where the pelvis is."""

    local: Floats
    place: Floats

    @staticmethod
    def at_rest() -> "Pose":
        return Pose(np.tile(np.eye(3), (len(JOINTS), 1, 1)), np.array([0.0, 1.0, 0.0]))

    def copy(self) -> "Pose":
        return Pose(self.local.copy(), self.place.copy())

    def turn(self, joint: str, *, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> None:
        """Degrees, on top of the turn that the joint has: x nods forward, y turns to the left, z tilts to the right."""
        number = NUMBER[joint]
        self.local[number] = about("y", y) @ about("x", x) @ about("z", z) @ self.local[number]

    def world(self) -> tuple[Floats, Floats]:
        """Turns and places of all joints in the scene."""
        turns, at = np.empty((len(JOINTS), 3, 3)), np.empty((len(JOINTS), 3))
        turns[0], at[0] = self.local[0], self.place
        for number in range(1, len(JOINTS)):
            parent = PARENTS[number]
            turns[number] = turns[parent] @ self.local[number]
            at[number] = at[parent] + turns[parent] @ _offsets()[number]
        return turns, at

    def _limb(self, names: tuple[str, str, str], end: Floats, towards: Floats) -> Floats:
        """Bend two joints so that the third comes to `end`, the middle one leaning `towards`. The end's turn so far."""
        first, middle, last = (NUMBER[name] for name in names)
        turns, at = self.world()
        above = turns[PARENTS[first]]
        upper, lower = _offsets()[middle], _offsets()[last]
        a, b = np.linalg.norm(upper), np.linalg.norm(lower)
        way = end - at[first]
        reach = np.clip(np.linalg.norm(way), abs(a - b) + 1e-3, (a + b) * 0.9995)
        ahead = way / np.linalg.norm(way)
        aside = towards - ahead * (towards @ ahead)
        aside /= np.linalg.norm(aside)
        along = (a * a + reach * reach - b * b) / (2 * reach)
        out = np.sqrt(max(a * a - along * along, 0.0))
        knee = ahead * along + aside * out
        hand = ahead * reach
        self.local[first] = turn_between(upper / a, above.T @ (knee / np.linalg.norm(knee)))
        above = above @ self.local[first]
        below = (hand - knee) / np.linalg.norm(hand - knee)
        self.local[middle] = turn_between(lower / b, above.T @ below)
        return above @ self.local[middle]

    def put_hand(self, side: Side, wrist: Floats, elbow: Floats, fingers: Floats, palm: Floats) -> None:
        """The wrist comes to a place, the elbow leans one way; fingers and palm point in directions."""
        turn = self._limb((f"upperarm_{side}", f"lowerarm_{side}", f"hand_{side}"), wrist, elbow)
        hand = _frame(fingers, palm) @ _frame(*_hand_at_rest(side)).T
        local = turn.T @ hand
        lower = NUMBER[f"lowerarm_{side}"]
        axis = _offsets()[NUMBER[f"hand_{side}"]]
        half = about_vector(axis / np.linalg.norm(axis), 0.5 * _twist_deg(local, axis / np.linalg.norm(axis)))
        self.local[lower] = self.local[lower] @ half
        self.local[NUMBER[f"hand_{side}"]] = half.T @ local

    def put_foot(
        self, side: Side, ankle: Floats, knee: Floats, *, toes_out_deg: float = 6.0, pitch_deg: float = 0.0
    ) -> None:
        """The ankle comes to a place; the foot is flat on the floor but for its pitch, toes down."""
        turn = self._limb((f"thigh_{side}", f"calf_{side}", f"foot_{side}"), ankle, knee)
        out = toes_out_deg if side == "l" else -toes_out_deg
        foot = about("y", out - _toes_out_at_rest(side)) @ about("x", pitch_deg)
        self.local[NUMBER[f"foot_{side}"]] = turn.T @ foot

    def curl(self, side: Side, amount_deg: float, thumb_deg: float = 8.0) -> None:
        """Bend every link of the fingers towards the palm."""
        fingers, palm = _hand_at_rest(side)
        across = np.cross(fingers, palm)
        for finger in ("index", "middle", "ring", "pinky"):
            for link in (1, 2, 3):
                self.local[NUMBER[f"{finger}_0{link}_{side}"]] = about_vector(across, amount_deg)
        for link in (2, 3):
            self.local[NUMBER[f"thumb_0{link}_{side}"]] = about_vector(across, thumb_deg)


@cache
def _hand_at_rest(side: Side) -> tuple[Floats, Floats]:
    """Where the fingers and the palm point."""
    at = {name: rest()[NUMBER[f"{name}_{side}"]] for name in ("hand", "middle_01", "index_01", "pinky_01")}
    fingers = at["middle_01"] - at["hand"]
    fingers /= np.linalg.norm(fingers)
    palm = np.cross(at["index_01"] - at["pinky_01"], fingers)
    palm -= fingers * (palm @ fingers)
    palm /= np.linalg.norm(palm)
    return fingers, palm if palm[1] < 0 else -palm


@cache
def _toes_out_at_rest(side: Side) -> float:
    toes = rest()[NUMBER[f"ball_{side}"]] - rest()[NUMBER[f"foot_{side}"]]
    return float(np.degrees(np.arctan2(toes[0], toes[2])))


def _frame(along: Floats, down: Floats) -> Floats:
    along = along / np.linalg.norm(along)
    down = down - along * (down @ along)
    down /= np.linalg.norm(down)
    return np.stack([along, down, np.cross(along, down)], axis=1)


def _twist_deg(turn: Floats, axis: Floats) -> float:
    """How far a rotation turns about an axis."""
    x, y, z, w = quaternions(turn[None])[0]
    angle = np.degrees(2 * np.arctan2(np.array([x, y, z]) @ axis, w))
    return float((angle + 180) % 360 - 180)


def quaternions(turns: Floats) -> Floats:
    """(..., 4) xyzw of rotation matrices, w not negative."""
    m = turns
    w = np.sqrt(np.maximum(0, 1 + m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2])) / 2
    x = np.sqrt(np.maximum(0, 1 + m[..., 0, 0] - m[..., 1, 1] - m[..., 2, 2])) / 2
    y = np.sqrt(np.maximum(0, 1 - m[..., 0, 0] + m[..., 1, 1] - m[..., 2, 2])) / 2
    z = np.sqrt(np.maximum(0, 1 - m[..., 0, 0] - m[..., 1, 1] + m[..., 2, 2])) / 2
    x = np.copysign(x, m[..., 2, 1] - m[..., 1, 2])
    y = np.copysign(y, m[..., 0, 2] - m[..., 2, 0])
    z = np.copysign(z, m[..., 1, 0] - m[..., 0, 1])
    found = np.stack([x, y, z, w], axis=-1)
    return found / np.linalg.norm(found, axis=-1, keepdims=True)
