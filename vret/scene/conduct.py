"""Conduct: how everyone in a scene is at a moment.

Theory: all is a function of the time, of each person's own chance and of the curves, batched over all people. A motion
goes round at the person's pace. Glances and gestures are drawn by lot in slots of time that are the same for all; when
in its slot each begins is drawn too. A lot is a hash of the person's chance and the slot's number, so nothing is
remembered but what saves work. Who is looked at by the share s of people is looked at by those whose lot is below s: a
greater share only adds to them.
"""

import numpy as np
import numpy.typing as npt

from vret.scene.persons import KEYS_PER_S, PERSON, People
from vret.scene.tables import LOOKS, AnimationTables

GLANCE_S, GESTURE_S = 4.0, 12.0
"""How long the slots are."""

_TURN_S, _FADE_S = 0.45, 0.5
_SOFT_SHARE = 0.1
"""So much more of the share takes someone from looking away to looking, lest a head snaps round."""

_BREATHS_PER_S = 0.24
_EYES_SHARE = 0.93
_AIM_M = 4.0
_STEP_M = 0.1
_TURN = 2 * np.pi
_GLANCE, _WIDE, _GAZE, _BEGIN, _GESTURE, _WHICH, _WHEN, _BREATHS = range(8)

Floats = npt.NDArray[np.float64]


class Conduct:
    """The people of one scene. `settle` is told whenever what they depend on may have changed; `live` every frame."""

    def __init__(self, people: People, tables: AnimationTables) -> None:
        cast = self._cast = tables.cast
        count = len(cast)
        self._tables = tables
        self._gestures = tables.gestures
        self.persons = np.zeros(count, PERSON)
        self.present = np.zeros(count, np.bool_)
        self._values = np.zeros(1, np.float32)
        self._client = np.zeros(3)
        persons = self.persons
        persons["scale"], persons["body"], persons["motion"] = cast["scale"], cast["body"], cast["motion"]
        persons["facing"] = np.stack([np.sin(cast["yaw"]), np.cos(cast["yaw"])], axis=1)
        self._eyes_m = people.heights_m[people.body_of] * _EYES_SHARE
        self._chance = cast["chance"].astype(np.uint32)
        self._per_s, self._phase = cast["per_s"].astype(np.float64), cast["phase"].astype(np.float64)
        self._keys = cast["motion_keys"].astype(np.float64)
        self._at = np.zeros(count)
        self._whole = np.zeros(count)
        self._breath = _BREATHS_PER_S * _lots(self._chance, 0, _BREATHS) * 0.4 + _BREATHS_PER_S * 0.8
        self._walk = _Walk(tables)
        self._glance_slot = self._gesture_slot = -1
        self._sight = np.zeros((4, 2, count))
        self._begin = np.zeros(count)
        self._share = np.zeros(count)
        self._seen = np.zeros((4, count))
        self._gesture_start, self._gesture_s = np.zeros(count), np.zeros(count)
        self._age, self._left = np.zeros(count), np.zeros(count)

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
        present = (cast["places"] & np.uint32(1 << place) != 0) & (cast["variants"] & np.uint32(1 << variant) != 0)
        present &= shown[cast["stimulus"]] & (values[cast["present"]] > cast["number"])
        if held:
            present &= ~cast["hidden_when_held"]
        if len(tables.cast_ranges):
            value = values[tables.cast_ranges["curve"]]
            outside = (value < tables.cast_ranges["low"]) | (value >= tables.cast_ranges["high"])
            present[tables.cast_ranges["instance"][outside]] = False
        position = cast["position"].astype(np.float32)
        bounds = tables.cast_bounds
        np.add.at(position, (bounds["instance"], bounds["component"]), values[bounds["curve"]])
        self.persons["position"] = position
        self._values = values
        self._client[:] = stand
        self._glance_slot = -1
        changed = not np.array_equal(present, self.present)
        self.present[:] = present
        return changed

    def live(self, t_s: float) -> None:
        """Write `persons` for a time."""
        persons, at = self.persons, self._at
        np.multiply(self._per_s, t_s, out=at)
        at += self._phase
        np.floor(at, out=self._whole)
        at -= self._whole
        at *= self._keys
        persons["motion_key"] = at
        np.multiply(self._breath, t_s * _TURN, out=at)
        np.sin(at, out=at)
        persons["breath"] = at
        self._walk.write(persons, t_s)
        self._gesture(t_s)
        self._look(t_s)

    def _gesture(self, t_s: float) -> None:
        if not len(self._gestures):
            return
        slot = int(t_s // GESTURE_S)
        if slot != self._gesture_slot:
            self._draw_gestures(slot)
        age, left, persons = self._age, self._left, self.persons
        np.subtract(t_s - slot * GESTURE_S, self._gesture_start, out=age)
        np.subtract(self._gesture_s, age, out=left)
        np.maximum(age, 0.0, out=self._at)
        np.minimum(self._at, self._gesture_s, out=self._at)
        self._at *= KEYS_PER_S
        persons["gesture_key"] = self._at
        np.minimum(age, left, out=age)
        age *= 1 / _FADE_S
        persons["gesture_weight"] = _smooth(age)

    def _draw_gestures(self, slot: int) -> None:
        """Who makes which gesture in a slot, and when."""
        cast, chance = self._cast, self._chance
        self._gesture_slot = slot
        makes = _lots(chance, slot, _GESTURE) * cast["gesture_every_s"] < GESTURE_S
        makes &= cast["gesture_count"] > 0
        which = cast["first_gesture"] + (_lots(chance, slot, _WHICH) * cast["gesture_count"]).astype(np.int32)
        which[~makes] = 0
        self.persons["gesture"] = self._gestures["clip"][which]
        self._gesture_s[:] = np.where(makes, self._gestures["keys"][which] / KEYS_PER_S, 0.0)
        self._gesture_start[:] = _lots(chance, slot, _WHEN) * (GESTURE_S - self._gesture_s)

    def _look(self, t_s: float) -> None:
        slot = int(t_s // GLANCE_S)
        if slot != self._glance_slot:
            self._draw_glances(slot)
        persons, share = self.persons, self._share
        np.subtract(t_s - slot * GLANCE_S, self._begin, out=share)
        share *= 1 / _TURN_S
        _smooth(share)
        before, after = self._sight[:, 0], self._sight[:, 1]
        np.subtract(after, before, out=self._seen)
        self._seen *= share
        self._seen += before
        persons["client_weight"] = self._seen[3]
        persons["aim"] = self._seen[:3].T

    def _draw_glances(self, slot: int) -> None:
        """Where everyone looks in a slot, and before that in the one before; the client is one thing to look at."""
        self._glance_slot = slot
        for column, number in enumerate((slot - 1, slot)):
            self._sight[:3, column] = self._glances(number)
            value = self._values[self._cast["gaze"]]
            lots = _lots(self._chance, number, _GAZE)
            self._sight[3, column] = np.clip((value * (1 + _SOFT_SHARE) - lots) / _SOFT_SHARE, 0.0, 1.0)
        self._begin[:] = _lots(self._chance, slot, _BEGIN) * (GLANCE_S - _TURN_S)
        self.persons["aim_weight"] = self._cast["look"] != LOOKS.index("ahead")

    def _glances(self, number: int) -> Floats:
        """(3, n): what is looked at beside the client, in the resting body's space."""
        cast = self._cast
        yaw = 2 * _lots(self._chance, number, _GLANCE) - 1
        pitch = 0.35 * _lots(self._chance, number, _WIDE) - 0.25
        yaw = 0.9 * yaw * np.abs(yaw)
        is_away = cast["look"] == LOOKS.index("away")
        to_client = self._client - self.persons["position"]
        beside = np.mod(np.arctan2(to_client[:, 0], to_client[:, 2]) - cast["yaw"] + np.pi, _TURN) - np.pi
        averted = np.where(beside > 0, -1.0, 1.0) * (0.5 + 0.5 * np.abs(yaw)) + 0.4 * np.clip(beside, -1.0, 1.0)
        yaw = np.where(is_away, np.where(cast["path"] < 0, averted, 0.3 * yaw), yaw)
        pitch = np.where(is_away, pitch - 0.15, pitch)
        flat = _AIM_M * np.cos(pitch)
        return np.stack([flat * np.sin(yaw), self._eyes_m + _AIM_M * np.sin(pitch), flat * np.cos(yaw)])


class _Walk:
    """Those who walk: their courses in even steps, so that a place on one is found without a search."""

    def __init__(self, tables: AnimationTables) -> None:
        cast = tables.cast
        self._walkers = np.flatnonzero(cast["path"] >= 0)
        if not len(self._walkers):
            return
        used, index = np.unique(cast["path"][self._walkers], return_inverse=True)
        courses = [_even_steps(tables.path_points, tables.paths[path]) for path in used]
        starts = np.concatenate([[0], np.cumsum([len(course) for course in courses])])[:-1]
        counts = np.array([len(course) - 1 for course in courses])
        self._points = np.concatenate(courses)
        self._first, self._steps = starts[index], counts[index].astype(np.float64)
        per_m = self._steps / tables.paths[used]["length_m"][index]
        self._start = cast["start_m"][self._walkers] * per_m
        self._per_s = cast["speed_mps"][self._walkers] * per_m
        self._beside_m = cast["beside_m"][self._walkers].astype(np.float32)

    def write(self, persons: npt.NDArray[np.void], t_s: float) -> None:
        """Where the walkers are, and which way they face."""
        if not len(self._walkers):
            return
        along = self._per_s * t_s + self._start
        along -= np.floor(along / self._steps) * self._steps
        before = along.astype(np.int64)
        share = (along - before)[:, None]
        before += self._first
        at = self._points.take(before, axis=0)
        at += (self._points.take(before + 1, axis=0) - at) * share
        sine, cosine = -np.sin(at[:, 3]), -np.cos(at[:, 3])
        at[:, 0] -= self._beside_m * cosine
        at[:, 2] += self._beside_m * sine
        persons["position"][self._walkers] = at[:, :3]
        facing = persons["facing"]
        facing[self._walkers, 0], facing[self._walkers, 1] = sine, cosine


def _even_steps(points: npt.NDArray[np.void], path: np.void) -> Floats:
    """(n, 4) position and heading of a closed path, every _STEP_M or so; the last is the first, headings go on."""
    run = points[path["first"] : path["first"] + path["count"]]
    distance = run["distance_m"] - run["distance_m"][0]
    at = np.linspace(0, distance[-1], max(round(float(distance[-1]) / _STEP_M), 1) + 1)
    columns = [*run["position"].astype(np.float64).T, np.unwrap(run["heading"].astype(np.float64))]
    return np.stack([np.interp(at, distance, column) for column in columns], axis=1)


def _smooth(share: Floats) -> Floats:
    """Ease in and out between 0 and 1, in place (Hermite)."""
    np.maximum(share, 0.0, out=share)
    np.minimum(share, 1.0, out=share)
    share *= share * (3.0 - 2.0 * share)
    return share


def _lots(chance: npt.NDArray[np.uint32], number: int, what: int) -> Floats:
    """A number in [0, 1) for each, the same on every machine (Mueller's integer hash)."""
    mixed = chance ^ np.uint32((number * 0x9E3779B1 + what * 0x85EBCA77) & 0xFFFFFFFF)
    for shift, factor in ((16, 0x45D9F3B), (16, 0x45D9F3B)):
        mixed = (mixed ^ (mixed >> np.uint32(shift))) * np.uint32(factor)
    return (mixed ^ (mixed >> np.uint32(16))) / 2.0**32
