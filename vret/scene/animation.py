"""The animation: what is seen, as a function of the scene and the moment, and of nothing else.

Theory: rows are split into those at rest, those that depend only on axes and stimuli (written when these change) and
those that live (written in every frame from `t_ns`). Calling `animate` with the same moment gives the same arrays
whatever was asked before; what is remembered only saves work. While the moment is held, what could come nearer, marked
in the scene as such, is not shown; the rest of life goes on. Time never escalates: all of it loops.
"""

from math import cos, sin

import numpy as np
import numpy.typing as npt

from vret.scene.areas import Areas
from vret.scene.bundle import Bundle
from vret.scene.compiled import SceneFrame
from vret.scene.light.around import Around
from vret.scene.light.lamps import Lamps
from vret.scene.moment import Moment
from vret.scene.people.conduct import Conduct
from vret.scene.presence import Presence
from vret.scene.tables import Component, Curve, PlaceSpec, Source, as_slice
from vret.scene.voices import Voices

_TURN = 2 * np.pi
_GRAVITY_MPS2 = 9.81
_BEFORE = -1.0


class Animation:
    """One scene's life. `animate` returns the same `SceneFrame`, overwritten in place; `areas` and `voices` know it."""

    def __init__(self, bundle: Bundle) -> None:
        self._spec, self._tables = bundle.animation, bundle.tables
        tables = bundle.tables
        self._presence = Presence(
            tables.places_of, tables.variants_of, tables.stimulus_of, tables.hidden_when_held, tables.ranges
        )
        self.areas = Areas(bundle.rules.areas, bundle.tables)
        self._lamps = Lamps(bundle.tables)
        self._around = Around(bundle.tables)
        self._conduct = Conduct(bundle.compiled.people, bundle.tables) if len(bundle.tables.cast) else None
        self.voices = Voices(bundle.rules.voices, bundle.tables, self._conduct)
        self._rest = bundle.compiled.rows
        self._base = self._rest.copy()
        self._places = {place.name: index for index, place in enumerate(self._spec.places)}
        self._stimuli = {name: index for index, name in enumerate(self._spec.stimuli)}
        self._variants = {name: index for index, name in enumerate(self._spec.variants)}
        self._curves = [_Curve(curve) for curve in self._spec.curves]
        self._values = np.zeros(len(self._curves), np.float32)
        count = len(self._rest)
        self._frame = SceneFrame(
            rows=self._rest.copy(),
            visible=np.ones(count, np.bool_),
            materials=bundle.compiled.materials.copy(),
            environment=self._tables.environment[:1].copy(),
            scene_from_stage=np.eye(4, dtype=np.float32),
            stimulus_rows=np.flatnonzero(bundle.tables.stimulus_of >= 0),
        )
        if self._conduct is not None:
            self._frame.people, self._frame.present = self._conduct.persons, self._conduct.present
        self._swings = _Swings(tables.swings)
        self._living = _span(tables.swings["instance"], tables.travels["instance"])
        self._driven = _span(
            tables.bounds["instance"], tables.flights["instance"], tables.falls["instance"], tables.swings["instance"]
        )
        self._seen: tuple[object, ...] | None = None

    def animate(self, moment: Moment) -> SceneFrame:
        """The frame of `moment`. A place unknown to the scene, such as the calm room's "", is its base place."""
        frame = self._frame
        place = self._places.get(moment.place, self._places[self._spec.base_place])
        variant = self._variants.get(moment.variant, 0)
        seen = (place, variant, moment.held, moment.stimuli, tuple(moment.axes.items()))
        frame.moved, frame.visible_changed, frame.materials_changed = (0, 0), False, False
        frame.t_ns = moment.t_ns
        if seen != self._seen:
            ages = dict(moment.stimuli)
            self._evaluate(moment.axes, ages)
            self._write_place(self._spec.places[place])
            shown = self._shown(ages)
            self._write_visible(place, variant, shown, moment.held)
            self.areas.settle(place, variant, shown, moment.held, self._values, self._frame.visible)
            self.voices.settle(self._values)
            self._write_materials()
            self._write_environment(variant, self._spec.places[place])
            self._lamps.settle(frame, place, variant, self._values)
            self._around.settle(frame, place, variant, self._values)
            if self._conduct is not None:
                stand = frame.scene_from_stage[:3, 3]
                others = self._conduct.settle(place, variant, shown, moment.held, self._values, stand)
                frame.visible_changed |= others
            if self._seen is None or self._driven != (0, 0):
                self._write_driven(ages)
                frame.moved = (0, len(self._rest)) if self._seen is None else self._driven
            self._seen = seen
        if self._conduct is not None:
            frame.people_s = self._conduct.live(moment.t_ns / 1e9)
        if self._living != (0, 0):
            self._write_living(moment.t_ns / 1e9)
            frame.moved = _union(frame.moved, self._living)
        return frame

    def value(self, curve: int) -> float:
        """What a curve is in the last moment that was asked for."""
        return float(self._values[curve])

    def _evaluate(self, axes: dict[str, float], ages: dict[str, float]) -> None:
        for index, curve in enumerate(self._curves):
            self._values[index] = curve.at(axes, ages)

    def _write_place(self, place: PlaceSpec) -> None:
        matrix = self._frame.scene_from_stage
        turn_cos, turn_sin = cos(place.yaw_rad), sin(place.yaw_rad)
        matrix[0, 0], matrix[0, 2], matrix[2, 0], matrix[2, 2] = turn_cos, turn_sin, -turn_sin, turn_cos
        matrix[:3, 3] = [self._values[one] + self._values[other] for one, other in place.position]

    def _shown(self, ages: dict[str, float]) -> npt.NDArray[np.bool_]:
        """Whether each stimulus is shown; the last entry, true, is for what needs none."""
        shown = np.zeros(len(self._stimuli) + 1, np.bool_)
        shown[-1] = True
        for name in ages:
            shown[self._stimuli[name]] = True
        return shown

    def _write_visible(self, place: int, variant: int, shown: npt.NDArray[np.bool_], held: bool) -> None:
        visible = self._presence.at(place, variant, shown, held, self._values)
        if not np.array_equal(visible, self._frame.visible) or self._seen is None:
            self._frame.visible[:] = visible
            self._frame.visible_changed = True

    def _write_materials(self) -> None:
        materials = self._frame.materials
        for bound in self._spec.opacities:
            if materials["opacity"][bound.material] != self._values[bound.curve]:
                materials["opacity"][bound.material] = self._values[bound.curve]
                self._frame.materials_changed = True
        self._frame.materials_changed |= self._seen is None

    def _write_environment(self, variant: int, place: PlaceSpec) -> None:
        self._frame.environment[:] = self._tables.environment[variant]
        for field in self._spec.environment[variant]:
            self._frame.environment[field.field] = self._values[field.curve]
        self._frame.environment["shelter_m"] = place.shelter_m

    def _write_driven(self, ages: dict[str, float]) -> None:
        """Rows that follow axes and stimuli, into both the frame and the base that living rows start from."""
        tables, first, end = self._tables, *self._driven
        base = self._base
        base[first:end] = self._rest[first:end]
        position, scale = base["position"], base["scale"]
        bounds = tables.bounds
        value = self._values[bounds["curve"]]
        moves = bounds["component"] != Component.SCALE
        np.add.at(position, (bounds["instance"][moves], bounds["component"][moves]), value[moves])
        np.multiply.at(scale, bounds["instance"][~moves], value[~moves])
        self._fly(ages)
        self._fall(ages)
        self._frame.rows[first:end] = base[first:end]
        if self._seen is None or len(tables.flights):
            self._swings.hang(base["rotation"])

    def _ages(self, entries: npt.NDArray[np.void], ages: dict[str, float]) -> npt.NDArray[np.float64]:
        age_of = np.array([ages.get(name, 0.0) for name in self._spec.stimuli])
        return np.asarray(np.maximum(age_of[entries["stimulus"]] - entries["start_s"], 0.0), np.float64)

    def _fly(self, ages: dict[str, float]) -> None:
        flights = self._tables.flights
        if len(flights):
            path = self._tables.paths[flights["path"]]
            along = np.minimum(self._ages(flights, ages) * path["speed_mps"], path["length_m"] - 1e-3)
            offset, yaw = self._on_path(path, along)
            self._base["position"][flights["instance"]] += offset
            self._base["rotation"][flights["instance"]] = _yaw_rotation(yaw)

    def _fall(self, ages: dict[str, float]) -> None:
        falls = self._tables.falls
        if len(falls):
            age = self._ages(falls, ages)[:, None]
            offset = falls["velocity"] * age
            offset[:, 1:2] -= 0.5 * _GRAVITY_MPS2 * age * age
            depth = -self._values[falls["depth"]]
            landed = offset[:, 1] < depth
            drop = np.where(landed, depth, offset[:, 1])
            rise = falls["velocity"][:, 1]
            longest = (rise + np.sqrt(rise * rise - 2 * _GRAVITY_MPS2 * depth)) / _GRAVITY_MPS2
            reach = np.minimum(age[:, 0], longest)[:, None]
            offset = np.concatenate(
                [falls["velocity"][:, :1] * reach, drop[:, None], falls["velocity"][:, 2:] * reach], 1
            )
            self._base["position"][falls["instance"]] += offset

    def _write_living(self, t_s: float) -> None:
        rows, tables = self._frame.rows, self._tables
        travels = tables.travels
        if len(travels):
            path = tables.paths[travels["path"]]
            along = np.mod(travels["start_m"] + path["speed_mps"].astype(np.float64) * t_s, path["length_m"])
            position, yaw = self._on_path(path, along)
            rows["position"][travels["instance"]] = position + self._base["position"][travels["instance"]]
            rows["rotation"][travels["instance"]] = _yaw_rotation(yaw)
        self._swings.write(rows["rotation"], t_s, self._values)

    def _on_path(
        self, path: npt.NDArray[np.void], along_m: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Position and heading at a distance along each path."""
        points = self._tables.path_points
        distance = points["distance_m"]
        wanted = distance[path["first"]] + along_m
        after = np.clip(
            np.searchsorted(distance, wanted, "right"), path["first"] + 1, path["first"] + path["count"] - 1
        )
        before = after - 1
        part = (wanted - distance[before]) / np.maximum(distance[after] - distance[before], 1e-9)
        start, end = points["position"][before], points["position"][after]
        turn = np.mod(points["heading"][after] - points["heading"][before] + np.pi, _TURN) - np.pi
        return start + (end - start) * part[:, None], points["heading"][before] + turn * part


class _Curve:
    def __init__(self, curve: Curve) -> None:
        self._curve = curve
        self._inputs = np.array(curve.inputs)
        self._outputs = np.array(curve.outputs)

    def at(self, axes: dict[str, float], ages: dict[str, float]) -> float:
        match self._curve.source:
            case Source.CONSTANT:
                return self._curve.outputs[0]
            case Source.AXIS:
                return float(np.interp(axes[self._curve.name], self._inputs, self._outputs))
            case Source.STIMULUS:
                return float(np.interp(ages.get(self._curve.name, _BEFORE), self._inputs, self._outputs))


def _span(*instances: npt.NDArray[np.int32]) -> tuple[int, int]:
    every = np.concatenate(instances)
    return (int(every.min()), int(every.max()) + 1) if len(every) else (0, 0)


def _union(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return other if one == (0, 0) else (min(one[0], other[0]), max(one[1], other[1]))


def _yaw_rotation(yaw: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    rotation = np.zeros((len(yaw), 4), np.float32)
    rotation[:, 1], rotation[:, 3] = np.sin(yaw / 2), np.cos(yaw / 2)
    return rotation


class _Swings:
    """All that swings, in columns: a turn by half an angle h is rest * cos h + across * sin h."""

    def __init__(self, swings: npt.NDArray[np.void]) -> None:
        count = len(swings)
        self._rows = as_slice(swings["instance"])
        self._curves = swings["curve"].copy()
        self._frequency_hz, self._phase = swings["frequency_hz"].astype(np.float64), swings["phase"].astype(np.float64)
        self._pivot = np.zeros((count, 4), np.float32)
        self._pivot[:, :3] = swings["pivot"]
        self._rest, self._across = np.zeros((4, count), np.float32), np.zeros((4, count), np.float32)
        self._turns, self._half = np.zeros(count), np.zeros(count, np.float32)
        self._cos, self._sin = np.zeros(count, np.float32), np.zeros(count, np.float32)

    def hang(self, rotations: npt.NDArray[np.float32]) -> None:
        """From where they swing: (n, 4) of all rows."""
        rest = rotations[self._rows]
        self._rest[:] = rest.T
        self._across[:] = _product(rest, self._pivot).T

    def write(self, rotations: npt.NDArray[np.float32], t_s: float, values: npt.NDArray[np.float32]) -> None:
        """The rotations at a time: (n, 4) of all rows, of which those that swing are written."""
        if not len(self._curves):
            return
        np.multiply(self._frequency_hz, t_s, out=self._turns)
        self._turns += self._phase
        self._turns -= np.floor(self._turns)
        np.multiply(self._turns, _TURN, out=self._half, casting="same_kind")
        np.sin(self._half, out=self._half)
        self._half *= values[self._curves]
        self._half *= np.float32(0.5)
        np.cos(self._half, out=self._cos)
        np.sin(self._half, out=self._sin)
        rotations[self._rows] = (self._rest * self._cos + self._across * self._sin).T


def _product(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Hamilton products of (n, 4) xyzw quaternions."""
    ax, ay, az, aw = one.T
    bx, by, bz, bw = other.T
    return np.stack(
        [
            aw * bx + bw * ax + ay * bz - az * by,
            aw * by + bw * ay + az * bx - ax * bz,
            aw * bz + bw * az + ax * by - ay * bx,
            aw * bw - ax * bx - ay * by - az * bz,
        ],
        axis=1,
    )
