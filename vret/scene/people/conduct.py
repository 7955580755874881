"""Conduct: how everyone in a scene is at a moment.

Theory: all is a function of the time, of each person's own chance and of the curves, batched over all people. A motion
goes round at the person's pace. Time is cut into slots that are the same for all: where someone glances in one, which
gesture is made and when that begins are drawn by lot, a hash of the person's chance and the slot's number. What then
happens within a slot the graphics card works out, so a frame costs next to nothing but for those who walk. Who is
looked at by the share s of people is looked at by those whose lot is below s: a greater share only adds to them.
"""

import numpy as np
import numpy.typing as npt

from vret.scene.people.persons import BREATHS_PER_S, KEYS_PER_S, PERSON, TURN_S, People
from vret.scene.presence import Presence
from vret.scene.tables import LOOKS, AnimationTables, as_slice

SLOT_S = 4.0
GESTURE_SLOTS = 3
"""In so many slots someone makes at most one gesture."""

_SOFT_SHARE = 0.1
"""So much more of the share takes someone from looking away to looking, lest a head snaps round."""

_EYES_SHARE = 0.93
_AIM_M = 4.0
_STEP_M, _AHEAD = 0.1, 3
"""Courses are cut into such steps; who walks heads from so many steps behind to as many ahead."""
_TURN = 2 * np.pi
_YAW, _PITCH, _GAZE, _TURNS_AT, _GESTURE, _WHICH, _WHEN, _BREATH = range(8)

Floats = npt.NDArray[np.float64]


class Conduct:
    """The people of one scene. `settle` is told whenever what they depend on may have changed; `live` every frame."""

    def __init__(self, people: People, tables: AnimationTables) -> None:
        cast = self._cast = tables.cast
        self._tables, self._gestures = tables, tables.gestures
        self.persons: npt.NDArray[np.void] = np.zeros(len(cast), PERSON)
        self.present = np.zeros(len(cast), np.bool_)
        self._chance = cast["chance"].astype(np.uint32)
        self._eyes_m = people.heights_m[people.body_of] * _EYES_SHARE
        self._stand, self._position = np.zeros(3, np.float32), np.full((len(cast), 3), np.nan, np.float32)
        self._gaze = np.zeros(len(cast))
        self._walk = _Walk(tables)
        self._presence = Presence.of(cast, tables.cast_ranges)
        used = [cast["present"], cast["gaze"], tables.cast_bounds["curve"], tables.cast_ranges["curve"]]
        self._curves = np.unique(np.concatenate(used))
        self._settled: tuple[object, ...] = ()
        self._slot = -1
        persons = self.persons
        persons["scale"], persons["body"], persons["motion"] = cast["scale"], cast["body"], cast["motion"]
        persons["per_s"] = cast["per_s"]
        persons["facing"] = np.stack([np.sin(cast["yaw"]), np.cos(cast["yaw"])], axis=1)
        persons["aim_weight"] = cast["look"] != LOOKS.index("ahead")

    def settle(
        self,
        place: int,
        variant: int,
        shown: npt.NDArray[np.bool_],
        held: bool,
        values: npt.NDArray[np.float32],
        stand: npt.NDArray[np.float32],
    ) -> bool:
        """`shown` is by stimulus with a last entry that is true, `values` are the curves', `stand` is the place's floor
        in the scene; whether others are there than before.
        """
        cast, tables = self._cast, self._tables
        settled = (place, variant, held, shown.tobytes(), values[self._curves].tobytes(), stand.tobytes())
        if settled == self._settled:
            return False
        self._settled = settled
        present = self._presence.at(place, variant, shown, held, values)
        present &= values[cast["present"]] > cast["number"]
        position = cast["position"].astype(np.float32)
        bounds = tables.cast_bounds
        np.add.at(position, (bounds["instance"], bounds["component"]), values[bounds["curve"]])
        if not (np.array_equal(stand, self._stand) and np.array_equal(position, self._position)):
            self._position[:], self._stand[:], self._slot = position, stand, -1
            self.persons["position"] = position
        self._gaze[:] = values[cast["gaze"]]
        if self._slot >= 0:
            self._draw_gazes(self._slot)
        changed = not np.array_equal(present, self.present)
        self.present[:] = present
        return changed

    def live(self, t_s: float) -> float:
        """Write `persons` for a time; how long ago its slot began."""
        slot = int(t_s // SLOT_S)
        if slot != self._slot:
            self._draw(slot)
        self._walk.write(self.persons, t_s)
        return t_s - slot * SLOT_S

    def eyes_of(self, index: int) -> tuple[float, float, float]:
        """Where someone's eyes are at the time that `live` was last asked for."""
        person = self.persons[index]
        x, y, z = person["position"].tolist()
        return x, y + float(self._eyes_m[index] * person["scale"]), z

    def _draw(self, slot: int) -> None:
        """What everyone does in a slot."""
        self._slot = slot
        persons, chance = self.persons, self._chance
        start_s = slot * SLOT_S
        persons["phase"] = np.mod(self._cast["phase"] + self._cast["per_s"].astype(np.float64) * start_s, 1.0)
        persons["breath"] = np.mod(_lots(chance, 0, _BREATH) + BREATHS_PER_S * start_s, 1.0)
        persons["aim"], persons["next_aim"] = self._glance(slot - 1), self._glance(slot)
        self._draw_gazes(slot)
        persons["turns_at_s"] = _lots(chance, slot, _TURNS_AT) * (SLOT_S - TURN_S)
        if len(self._gestures):
            self._draw_gestures(slot)

    def _draw_gestures(self, slot: int) -> None:
        """Who makes which gesture, and when; one may have begun in the slot before."""
        cast, chance, persons = self._cast, self._chance, self.persons
        number, passed = divmod(slot, GESTURE_SLOTS)
        whole_s = GESTURE_SLOTS * SLOT_S
        makes = _lots(chance, number, _GESTURE) * cast["gesture_every_s"] < whole_s
        makes &= cast["gesture_count"] > 0
        which = cast["first_gesture"] + (_lots(chance, number, _WHICH) * cast["gesture_count"]).astype(np.int32)
        which[~makes] = 0
        length_s = np.where(makes, self._gestures["keys"][which] / KEYS_PER_S, 0.0)
        persons["gesture"], persons["gesture_s"] = self._gestures["clip"][which], length_s
        persons["gesture_at_s"] = _lots(chance, number, _WHEN) * (whole_s - length_s) - passed * SLOT_S

    def _draw_gazes(self, slot: int) -> None:
        self.persons["client_weight"] = self._gazing(slot - 1)
        self.persons["next_client_weight"] = self._gazing(slot)

    def _gazing(self, slot: int) -> Floats:
        """Who looks at the client: 1, or 0, and between these while the share changes."""
        lots = _lots(self._chance, slot, _GAZE)
        return np.clip((self._gaze * (1 + _SOFT_SHARE) - lots) / _SOFT_SHARE, 0.0, 1.0)

    def _glance(self, slot: int) -> Floats:
        """(n, 3): what is looked at beside the client, in the resting body's space."""
        cast = self._cast
        yaw = 2 * _lots(self._chance, slot, _YAW) - 1
        pitch = 0.35 * _lots(self._chance, slot, _PITCH) - 0.25
        yaw = 0.9 * yaw * np.abs(yaw)
        is_away = cast["look"] == LOOKS.index("away")
        to_client = self._stand - self.persons["position"]
        beside = np.mod(np.arctan2(to_client[:, 0], to_client[:, 2]) - cast["yaw"] + np.pi, _TURN) - np.pi
        averted = np.where(beside > 0, -1.0, 1.0) * (0.5 + 0.5 * np.abs(yaw)) + 0.4 * np.clip(beside, -1.0, 1.0)
        yaw = np.where(is_away, np.where(cast["path"] < 0, averted, 0.3 * yaw), yaw)
        pitch = np.where(is_away, pitch - 0.15, pitch)
        flat = _AIM_M * np.cos(pitch)
        return np.stack([flat * np.sin(yaw), self._eyes_m + _AIM_M * np.sin(pitch), flat * np.cos(yaw)], axis=1)


class _Walk:
    """Those who walk: their courses in even steps, so that a place on one is found without a search."""

    def __init__(self, tables: AnimationTables) -> None:
        cast = tables.cast
        walkers = np.flatnonzero(cast["path"] >= 0)
        self._count = len(walkers)
        if not self._count:
            return
        self._walkers = as_slice(walkers)
        used, index = np.unique(cast["path"][walkers], return_inverse=True)
        courses = [_even_steps(tables.path_points, tables.paths[path]) for path in used]
        starts = np.concatenate([[0], np.cumsum([len(course) for course in courses])])[:-1]
        counts = np.array([len(course) - 1 for course in courses])
        self._points = np.concatenate(courses)
        self._ends = starts[index] + np.array([[0], [1]])
        self._steps = counts[index].astype(np.float64)
        per_m = self._steps / tables.paths[used]["length_m"][index]
        self._start = cast["start_m"][walkers] * per_m
        self._per_s = cast["speed_mps"][walkers] * per_m
        self._beside_m = cast["beside_m"][walkers].astype(np.float64)
        self._along, self._before = np.zeros(self._count), np.zeros(self._count, np.int64)

    def write(self, persons: npt.NDArray[np.void], t_s: float) -> None:
        """Where the walkers are, and which way they face."""
        if not self._count:
            return
        along, before = self._along, self._before
        np.multiply(self._per_s, t_s, out=along)
        along += self._start
        np.remainder(along, self._steps, out=along)
        before[:] = along
        along -= before
        at, after = self._points.take(before + self._ends, axis=0)
        after -= at
        after *= along[:, None]
        at += after
        at[:, 0] -= self._beside_m * at[:, 4]
        at[:, 2] += self._beside_m * at[:, 3]
        persons["position"][self._walkers] = at[:, :3]
        persons["facing"][self._walkers] = at[:, 3:]


def _even_steps(points: npt.NDArray[np.void], path: np.void) -> Floats:
    """(n, 5) position and facing of a closed path, every _STEP_M or so; the last is the first."""
    run = points[path["first"] : path["first"] + path["count"]]
    distance = run["distance_m"] - run["distance_m"][0]
    at = np.linspace(0, distance[-1], max(round(float(distance[-1]) / _STEP_M), 3) + 1)
    place = np.stack([np.interp(at, distance, column) for column in run["position"].astype(np.float64).T], axis=1)
    ahead = np.roll(place[:-1], -_AHEAD, axis=0) - np.roll(place[:-1], _AHEAD, axis=0)
    facing = ahead[:, [0, 2]] / np.linalg.norm(ahead[:, [0, 2]], axis=1, keepdims=True)
    return np.column_stack([place, np.concatenate([facing, facing[:1]])])


def _lots(chance: npt.NDArray[np.uint32], number: int, what: int) -> Floats:
    """A number in [0, 1) for each, the same on every machine (Mueller's integer hash)."""
    mixed = chance ^ np.uint32((number * 0x9E3779B1 + what * 0x85EBCA77) & 0xFFFFFFFF)
    for shift, factor in ((16, 0x45D9F3B), (16, 0x45D9F3B)):
        mixed = (mixed ^ (mixed >> np.uint32(shift))) * np.uint32(factor)
    return (mixed ^ (mixed >> np.uint32(16))) / 2.0**32
