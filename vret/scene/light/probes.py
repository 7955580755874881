"""Light from all around, baked at points in space: probes that light what stands still and what moves alike.

Theory: rays go out from every probe. One that leaves the scene brings the sky's light, one that hits something what
that throws back: the sun's light where the sun reaches, the lamps', and the light of all around, which is taken from
the probes' own last round, so that light goes from wall to wall; and its own, if it shines by itself. A probe keeps
what a matt surface would show by its first four harmonics (Ramamoorthi and Hanrahan 2001). Probes within things see
these from behind, and take the light of their neighbours.

Indoors the light of the scene is that of its room, so only what is near takes some of it away and gives its own.

There is a volume about each place for each set of things that is seen there on the ladder's rungs, and one about the
whole scene for what always stands there. What moves by itself or comes with a stimulus throws no light back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from vret.scene.animation import Animation
from vret.scene.bundle import Bundle
from vret.scene.compiled import PROBES
from vret.scene.compiled import Probes as ProbeTexels
from vret.scene.light.around import RAISED
from vret.scene.light.cubes import Radiance
from vret.scene.light.harmonics import sphere
from vret.scene.light.solid import Solid, Triangles
from vret.scene.moment import Moment
from vret.scene.tables import VOLUME, AnimationTables, Component
from vret.scene.written.model import SceneFile

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_RAYS = 48
_ROUNDS = 2
_INSIDE = 0.25
"""A probe of whose rays a larger share hits things from behind is within one of them."""
_NEAR_M = np.array([12.0, 6.0, 12.0], np.float32)
_BELOW_M = 1.2
_BODY_M = np.array([1.0, 2.5, 1.0], np.float32)
_AROUND_M = 75.0
_HIGHEST_M = 60.0
_OPEN = 0.6
"""How much of the sky is seen, roughly, from what lies outside all volumes."""
_FAINT = 1e-5
_LAMP_M = 0.15
"""A lamp's own body does not stand in its light."""
_LIFT_M = 2e-3
_INDOOR_REACH_M = 1.6


@dataclass(frozen=True)
class _Lighting:
    """A variant's light: what comes from where nothing is, its sun, its lamps (LAMP), and how far all lamps are on."""

    sky: Radiance
    to_sun: Floats
    sun: Floats
    lamps: npt.NDArray[np.void]
    glow: float


@dataclass
class _Volume:
    """A box of probes; `light` (variants, colours, 4, probes), in scene space while it is baked. X is fastest."""

    low: Floats
    size: Floats
    light: Floats

    @property
    def cell(self) -> Floats:
        return np.asarray(self.size / np.array(PROBES, np.float32), np.float32)

    def points(self) -> Floats:
        """(probes, 3)"""
        steps = [np.arange(count, dtype=np.float32) + 0.5 for count in PROBES]
        z, y, x = np.meshgrid(steps[2], steps[1], steps[0], indexing="ij")
        return np.asarray(self.low + np.stack([x, y, z], axis=-1).reshape(-1, 3) * self.cell, np.float32)

    def probe_at(self, points: Floats, normals: Floats) -> tuple[npt.NDArray[np.intp], Bools]:
        """The nearest probe's number in `points`, and whether it is within the box."""
        share = (points + normals * (RAISED * self.cell.min()) - self.low) / self.cell
        index = np.clip(share, 0, np.array(PROBES, np.float32) - 1).astype(np.intp)
        number = index[:, 0] + PROBES[0] * (index[:, 1] + PROBES[1] * index[:, 2])
        return number, ((share >= 0) & (share < np.array(PROBES, np.float32))).all(axis=1)


def _falling(light: Floats, number: npt.NDArray[np.intp], normals: Floats) -> Floats:
    """(colours, n): what falls on matt surfaces by the probes of these numbers, of `light` (colours, 4, probes)."""
    found = np.empty((3, len(number)), np.float32)
    for colour, (mean, *slopes) in enumerate(light):
        flat = mean[number]
        found[colour] = flat
        for slope, along in zip(slopes, normals.T, strict=True):
            found[colour] += slope[number] * along
        np.maximum(found[colour], 0.1 * flat, out=found[colour])
    return found


def with_probes(bundle: Bundle, file: SceneFile, skies: Sequence[Radiance]) -> Bundle:
    """The bundle with its probes; `skies` are the light of all around in each variant."""
    animation = Animation(bundle)
    still, always = _still(bundle.tables), _always(bundle.tables)
    reach_m = _INDOOR_REACH_M if file.light.indoor else np.inf
    volumes: list[_Volume] = []
    rows: list[tuple[object, ...]] = []
    shows: list[Bools] = []
    stands = list(_stands(bundle, file, animation))
    triangles = Triangles(bundle.compiled, animation.animate(stands[0][1]), still)
    wide = None
    if not file.light.indoor:
        frame = animation.animate(stands[0][1])
        wide = _wide(triangles.solid(frame, always), np.array([stand for _, _, stand in stands]))
    if wide is not None:
        lightings = _lightings(bundle, skies, animation, stands[0][1])
        _bake(wide, triangles.solid(animation.animate(stands[0][1]), always), lightings, None, reach_m)
        volumes.append(wide)
        rows.append((-1, wide.low, wide.size, (0, 0, 0)))
        shows.append(always)
    for place, moment, stand in stands:
        shown = animation.animate(moment).visible.copy()
        if any(place == row[0] and (shown == show)[still].all() for row, show in zip(rows, shows, strict=True)):
            continue
        lightings = _lightings(bundle, skies, animation, moment)
        solid = triangles.solid(animation.animate(moment), still & shown)
        curves = [one for one, _ in bundle.animation.places[place].position]
        hung = np.array([animation.value(one) for one in curves], np.float32)
        near = _near(solid, stand)
        _bake(near, solid, lightings, wide, reach_m)
        volumes.append(near)
        rows.append((place, near.low - hung, near.size, tuple(curves)))
        shows.append(shown)
    tables = replace(bundle.tables, volumes=np.array(rows, VOLUME), volume_shows=np.array(shows, np.bool_))
    texels = _packed(volumes, len(skies))
    return replace(bundle, compiled=replace(bundle.compiled, probes=ProbeTexels(len(skies), texels)), tables=tables)


def _stands(bundle: Bundle, file: SceneFile, animation: Animation) -> Iterator[tuple[int, Moment, Floats]]:
    """Every place's number with the moments of its rungs, or with a calm one, and where one stands then."""
    calm = {name: float(axis.calm) for name, axis in file.axes.items()}
    for number, place in enumerate(bundle.animation.places):
        rungs = [
            {name: float(value) for name, value in rung.__pydantic_extra__.items()}
            for rung in file.rungs.values()
            if rung.place == place.name
        ]
        for axes in rungs or [calm]:
            moment = Moment(0, place.name, axes)
            yield number, moment, animation.animate(moment).scene_from_stage[:3, 3].copy()


def _still(tables: AnimationTables) -> Bools:
    """What neither moves or grows by itself nor comes with a stimulus."""
    found = tables.stimulus_of < 0
    for moving in (tables.swings, tables.travels, tables.flights, tables.falls):
        found[moving["instance"]] = False
    found[tables.bounds["instance"][tables.bounds["component"] == Component.SCALE]] = False
    return np.asarray(found, np.bool_)


def _always(tables: AnimationTables) -> Bools:
    """Of what stands still, that which is seen from every place and in every variant, and follows no axis."""
    found = _still(tables)
    for masks in (tables.places_of, tables.variants_of):
        found &= masks == np.bitwise_or.reduce(masks, initial=0)
    for bound in (tables.ranges, tables.bounds):
        found[bound["instance"]] = False
    return found


def _lightings(bundle: Bundle, skies: Sequence[Radiance], animation: Animation, moment: Moment) -> list[_Lighting]:
    found = []
    for sky, variant in zip(skies, bundle.animation.variants or ("",), strict=True):
        frame = animation.animate(replace(moment, variant=variant))
        light = frame.environment[0]
        sun = (light["sun_colour"] * light["sun_power"]).astype(np.float32)
        lamps = frame.lamps[: frame.lamp_count].copy()
        found.append(_Lighting(sky, light["sun_direction"].copy(), sun, lamps, float(light["lamps"])))
    return found


def _near(solid: Solid, stand: Floats) -> _Volume:
    """About where one stands, as far as there is anything; a cell's edge is at the floor."""
    low, high = stand - _NEAR_M / 2, stand + _NEAR_M / 2
    low[1], high[1] = stand[1] - _BELOW_M, stand[1] - _BELOW_M + _NEAR_M[1]
    if len(solid.corners):
        every = solid.corners.reshape(-1, 3)
        margin = np.array([0.3, 0.0, 0.3], np.float32)
        low = np.maximum(low, np.minimum(every.min(axis=0) - margin, stand - _BODY_M))
        high = np.minimum(high, np.maximum(every.max(axis=0) + margin, stand + _BODY_M))
    return _empty(low, high)


def _wide(solid: Solid, stands: Floats) -> _Volume | None:
    """About all places, or None where their own volumes reach far enough."""
    corners = solid.corners.reshape(-1, 3)
    if not len(corners) or (corners.max(axis=0) - corners.min(axis=0) < _NEAR_M).all():
        return None
    low = np.maximum(stands.min(axis=0) - _AROUND_M, corners.min(axis=0))
    high = np.minimum(stands.max(axis=0) + _AROUND_M, corners.max(axis=0))
    low[1] = max(low[1], stands[:, 1].min() - _BELOW_M)
    high[1] = max(min(high[1], low[1] + _HIGHEST_M), low[1] + 1)
    return _empty(low, high)


def _empty(low: npt.NDArray[np.floating], high: npt.NDArray[np.floating]) -> _Volume:
    return _Volume(low.astype(np.float32), (high - low).astype(np.float32), np.zeros((0, 3, 4, 0), np.float32))


def _bake(volume: _Volume, solid: Solid, lightings: Sequence[_Lighting], wide: _Volume | None, reach_m: float) -> None:
    points, rays = volume.points(), sphere(_RAYS)
    basis = (np.concatenate([np.ones((_RAYS, 1)), 2 * rays], axis=1) / _RAYS).astype(np.float32)
    origins, ways = points.repeat(_RAYS, axis=0), np.tile(rays, (len(points), 1))
    hit, away_m = solid.hit(origins, ways)
    hits = np.flatnonzero(hit >= 0)
    struck = hit[hits]
    normals = solid.normals[struck]
    behind = (normals * ways[hits]).sum(axis=1) > 0
    inside = np.bincount(hits[behind] // _RAYS, minlength=len(points)) > _INSIDE * _RAYS
    normals[behind] *= -1
    places = origins[hits] + ways[hits] * away_m[hits, None] + normals * _LIFT_M
    number, is_within = volume.probe_at(places, normals)
    beyond = np.zeros(len(hits), np.intp) if wide is None else wide.probe_at(places, normals)[0]
    is_front = (~behind).astype(np.float32)
    albedo, emission = solid.albedo[struck].T * is_front, solid.emission[struck].T * is_front
    from_room = _smooth(away_m[hits] / reach_m, 0.25, 1.0) * is_front if np.isfinite(reach_m) else None
    sunlit: dict[bytes, Floats] = {}
    volume.light = np.zeros((len(lightings), 3, 4, len(points)), np.float32)
    for variant, lighting in enumerate(lightings):
        sky = lighting.sky(rays).T
        open_sky = sky @ basis
        shining = emission * lighting.glow + albedo * _lamplit(solid, places, normals, lighting.lamps)
        arriving = np.tile(sky, len(points))
        if lighting.sun.any():
            key = lighting.to_sun.tobytes()
            if key not in sunlit:
                sunlit[key] = _sunlit(solid, places, normals, lighting.to_sun) / np.pi
            shining = shining + albedo * sunlit[key] * lighting.sun[:, None]
        outside = (
            _OPEN * np.maximum(open_sky[:, :1] + open_sky[:, 1:] @ normals.T, 0)
            if wide is None
            else _falling(wide.light[variant], beyond, normals)
        )
        light = np.repeat(open_sky[..., None], len(points), axis=2)
        for _ in range(_ROUNDS):
            falling = np.where(is_within, _falling(light, number, normals), outside)
            thrown = albedo * falling + shining
            if from_room is not None:
                thrown += (sky[:, hits % _RAYS] - albedo * falling) * from_room
            arriving[:, hits] = thrown
            light = _spread((arriving.reshape(-1, _RAYS) @ basis).reshape(3, len(points), 4).transpose(0, 2, 1), inside)
        volume.light[variant] = light


def _sunlit(solid: Solid, places: Floats, normals: Floats, to_sun: Floats) -> Floats:
    """The cosine of the sun to each surface, 0 in the shade."""
    cosine = np.maximum(normals @ to_sun, 0)
    faces = np.flatnonzero(cosine)
    cosine[faces] *= solid.is_open(places[faces], np.tile(to_sun, (len(faces), 1)))
    return np.asarray(cosine, np.float32)


def _lamplit(solid: Solid, places: Floats, normals: Floats, lamps: npt.NDArray[np.void]) -> Floats:
    """(colours, n): what the lamps throw on the surfaces, over pi; `lamplight` of mesh.frag.glsl with its shadows."""
    found = np.zeros((3, len(places)), np.float32)
    for lamp in lamps:
        to_lamp = lamp["position"] - places
        square = np.maximum((to_lamp * to_lamp).sum(axis=1), 1e-4)
        near = np.flatnonzero(square * lamp["per_range_m2"] < 1)
        square = square[near]
        to_lamp = to_lamp[near] / np.sqrt(square)[:, None]
        cosine = np.maximum((to_lamp * normals[near]).sum(axis=1), 0)
        cone = np.clip(lamp["cone_offset"] - (to_lamp @ lamp["direction"]) * lamp["cone_scale"], 0, 1)
        reached = square * lamp["per_range_m2"]
        share = cosine * (1 - reached * reached) * cone * cone / square
        lit = np.flatnonzero(share > _FAINT)
        hit, away_m = solid.hit(places[near[lit]], to_lamp[lit])
        lit = lit[(hit < 0) | (away_m > np.sqrt(square[lit]) - _LAMP_M)]
        found[:, near[lit]] += lamp["intensity"][:, None] * share[lit] / np.pi
    return found


def _spread(light: Floats, inside: Bools) -> Floats:
    """Probes within things take the mean of their neighbours that are not, from the surface inwards."""
    grid = np.ascontiguousarray(light).reshape(12, *PROBES[::-1])
    known = ~inside.reshape(PROBES[::-1])
    for _ in range(sum(PROBES)):
        if known.all() or not known.any():
            break
        total, count = np.zeros_like(grid), np.zeros(known.shape, np.float32)
        for axis in range(3):
            for to, by in ((slice(1, None), slice(None, -1)), (slice(None, -1), slice(1, None))):
                into, of = [slice(None)] * 3, [slice(None)] * 3
                into[axis], of[axis] = to, by
                total[:, *into] += grid[:, *of] * known[*of]
                count[*into] += known[*of]
        new = ~known & (count > 0)
        grid[:, new] = total[:, new] / count[new]
        known |= new
    return grid.reshape(light.shape)


def _packed(volumes: Sequence[_Volume], variants: int) -> npt.NDArray[np.float16]:
    """As `Probes` has them."""
    x, y, z = PROBES
    parts = [
        volume.light.reshape(variants, 3, 4, z, y, x).transpose(3, 4, 0, 1, 5, 2).reshape(z, y, variants * 3 * x, 4)
        for volume in volumes
    ]
    return np.concatenate(parts).astype(np.float16)


def _smooth(value: Floats, low: float, high: float) -> Floats:
    part = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(part * part * (3 - 2 * part), np.float32)
