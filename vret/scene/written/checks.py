"""What a scene must keep besides its shape: names that exist, ranges, the ladder's rules and the comfort rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from itertools import pairwise, product

from vret.core.axes import AXES, dread_of, is_rise, micro
from vret.scene.compiled import LAMPS_MAX
from vret.scene.people.groups import Group
from vret.scene.people.spots import PEOPLE_MAX, Course
from vret.scene.regions import places_mask, variants_mask
from vret.scene.sounds import SOUND_KINDS
from vret.scene.written.atmosphere import OtherWeather, Weather
from vret.scene.written.flashes import over_budget
from vret.scene.written.lines import Path as KeyPath
from vret.scene.written.model import Area, Decal, LocalLight, Node, Region, SceneFile, Voice
from vret.scene.written.values import Value

REGIONS_MAX = 256
"""The most that all areas of interest of a scene may be made of, so that a look costs a frame next to nothing."""
APPROACH_M = 8.0
"""So near to the person nothing may come by itself."""

_FALLING = ("rain", "snow", "dust")


@dataclass(frozen=True)
class Finding:
    """A problem at a key; `path` is the key's path in the file."""

    path: KeyPath
    message: str


def findings(scene: SceneFile) -> Iterator[Finding]:
    """Every problem of a scene whose tables are well formed."""
    bad_axes = list(_axes(scene))
    yield from bad_axes
    yield from _names(scene)
    yield from _places(scene)
    if not bad_axes:
        yield from _ladder(scene)
        yield from _levels(scene)
    yield from _nodes(scene)
    yield from _decals(scene)
    yield from _areas(scene)
    yield from _lamps(scene)
    yield from _people(scene)
    yield from _values(scene)
    yield from (Finding(*told) for told in over_budget(scene, bound_values(scene)))
    yield from _sound(scene)
    yield from _voices(scene)
    yield from _variants(scene)


def close_to(name: str, known: Mapping[str, object] | list[str]) -> str:
    """The end of an error message: a guess at what was meant, or what there is."""
    match = get_close_matches(name, list(known), 1)
    if match:
        return f"; did you mean {match[0]}?"
    return f"; there are {', '.join(known)}" if 0 < len(known) <= 12 else ""


def _unknown(path: KeyPath, what: str, name: str, known: Mapping[str, object]) -> Iterator[Finding]:
    if name not in known:
        yield Finding(path, f"no such {what} as {name}{close_to(name, known)}")


def _axes(scene: SceneFile) -> Iterator[Finding]:
    for name, binding in scene.axes.items():
        path = ("axes", name)
        axis = AXES.get(name)
        if axis is None:
            yield Finding(path, f"no such axis in the vocabulary{close_to(name, AXES)}")
            continue
        try:
            low, high, calm = micro(binding.range[0]), micro(binding.range[1]), micro(binding.calm)
            micro(binding.rate_per_s or 0)
        except ValueError as error:
            yield Finding(path, str(error))
            continue
        if not axis.low <= low < high <= axis.high:
            yield Finding(
                (*path, "range"),
                f"must grow and lie inside {_unit(axis.low)} to {_unit(axis.high)} {axis.unit}, the vocabulary's range",
            )
        elif not low <= calm <= high:
            yield Finding((*path, "calm"), f"lies outside the range {_unit(low)} to {_unit(high)}")
        elif any(dread_of(axis.dread, calm, value) < dread_of(axis.dread, calm, calm) for value in (low, high)):
            yield Finding((*path, "calm"), f"must be the least dreaded end of the range; dread grows {axis.dread}")


def _unit(value: int) -> str:
    return str(Decimal(value) / 1_000_000)


def _names(scene: SceneFile) -> Iterator[Finding]:
    yield from _unknown(("base_place",), "place", scene.base_place, scene.places)
    for name, rung in scene.rungs.items():
        yield from _unknown(("rungs", name, "place"), "place", rung.place, scene.places)


def _places(scene: SceneFile) -> Iterator[Finding]:
    """A person is moved only under a veil, so whatever a place hangs on must cut (comfort: no moved view)."""
    for name, place in scene.places.items():
        if place.anchor is not None and place.anchor not in scene.anchors:
            yield from _unknown(("places", name, "anchor"), "anchor", place.anchor, scene.anchors)
            continue
        stands: list[tuple[KeyPath, list[Value]]] = [(("places", name, "stand"), place.stand)]
        if place.anchor is not None:
            stands.append((("anchors", place.anchor, "position"), scene.anchors[place.anchor].position))
        for path, point in stands:
            for index, value in enumerate(point):
                binding = scene.axes.get(value.axis)
                if value.stimulus:
                    yield Finding((*path, index), "a stimulus may not move the person")
                elif binding is not None and binding.change != "cut":
                    yield Finding(
                        (*path, index),
                        f"{value.axis} ramps, and a person is moved only under a veil; "
                        f'give axes.{value.axis} change = "cut" in place of rate_per_s',
                    )


def _entries(path: KeyPath, extra: Mapping[str, Decimal] | None, scene: SceneFile) -> Iterator[Finding]:
    """One value for every bound axis, inside its range."""
    values = extra or {}
    for axis, value in values.items():
        if axis not in scene.axes:
            yield Finding((*path, axis), f"no such axis{close_to(axis, scene.axes)}")
            continue
        low, high = scene.axes[axis].range
        if not low <= value <= high:
            yield Finding((*path, axis), f"{value} lies outside the range {low} to {high} of axes.{axis}")
        elif -value.as_tuple().exponent > 6:  # type: ignore[operator]
            yield Finding((*path, axis), f"{value} has more than six decimals")
    missing = [axis for axis in scene.axes if axis not in values]
    if missing and values.keys() <= scene.axes.keys():
        yield Finding(path, f"gives no value for {', '.join(missing)}; every rung and level names every bound axis")


def _ladder(scene: SceneFile) -> Iterator[Finding]:
    for name, rung in scene.rungs.items():
        yield from _entries(("rungs", name), rung.model_extra, scene)


def _levels(scene: SceneFile) -> Iterator[Finding]:
    found = [
        finding
        for index, point in enumerate(scene.level)
        for finding in _entries(("level", index), point.model_extra, scene)
    ]
    yield from found
    if found or not scene.level:
        return
    if scene.level[0].at != 0 or scene.level[-1].at != 10:
        yield Finding(("level",), "must begin at = 0 and end at = 10")
    for index, (before, after) in enumerate(pairwise(scene.level), start=1):
        if after.at <= before.at:
            yield Finding(("level", index, "at"), f"must be greater than {before.at}, the point before it")
        for axis, binding in scene.axes.items():
            low, high = _extra(before.model_extra, axis), _extra(after.model_extra, axis)
            if low != high and not is_rise(AXES[axis].dread, micro(binding.calm), low, high):
                yield Finding(
                    ("level", index, axis), "becomes milder as the level grows; a higher level may never lower an axis"
                )


def _extra(extra: Mapping[str, Decimal] | None, axis: str) -> int:
    return micro((extra or {})[axis])


def _nodes(scene: SceneFile) -> Iterator[Finding]:
    for name, node in scene.nodes.items():
        path = ("nodes", name)
        yield from _whereabouts(path, node, scene)
        yield from _stimulus(path, node.stimulus, scene)
        yield from _shown_in(path, node.variants, scene)
        yield from _parts(path, node, scene)


def _whereabouts(
    path: KeyPath, thing: Node | Decal | LocalLight | Group | Region | Voice, scene: SceneFile
) -> Iterator[Finding]:
    """The anchor, the places and the axes that say where and when it is there."""
    if thing.anchor is not None:
        yield from _unknown((*path, "anchor"), "anchor", thing.anchor, scene.anchors)
    for index, place in enumerate(thing.places):
        yield from _unknown((*path, "places", index), "place", place, scene.places)
    for axis in () if isinstance(thing, Voice) else thing.visible:
        yield from _unknown((*path, "visible", axis), "bound axis", axis, scene.axes)


def _stimulus(path: KeyPath, stimulus: str | None, scene: SceneFile) -> Iterator[Finding]:
    if stimulus is not None:
        yield from _unknown((*path, "stimulus"), "stimulus", stimulus, scene.stimuli)


def _parts(path: KeyPath, node: Node, scene: SceneFile) -> Iterator[Finding]:
    if node.material is not None:
        yield from _unknown((*path, "material"), "material", node.material, scene.materials)
    parts = dict.fromkeys(node.mesh.parts)
    for part, chosen in node.materials.items():
        yield from _unknown((*path, "materials", part), f"part of {node.mesh.kind}", part, parts)
        for material in [chosen] if isinstance(chosen, str) else chosen:
            yield from _unknown((*path, "materials", part), "material", material, scene.materials)
    missing = [part for part in parts if part not in node.materials]
    if missing and node.material is None and not node.has_own_materials:
        yield Finding(path, f"gives no material for {', '.join(missing)}")


def _decals(scene: SceneFile) -> Iterator[Finding]:
    for name, decal in scene.decals.items():
        path = ("decals", name)
        yield from _whereabouts(path, decal, scene)
        yield from _shown_in(path, decal.variants, scene)
        if any(value.stimulus for value in decal.position):
            yield Finding((*path, "position"), "may not follow a stimulus; a decal lies on what stands still")


def _areas(scene: SceneFile) -> Iterator[Finding]:
    count = 0
    for name, area in scene.areas.items():
        path = ("areas", name)
        yield from _stimulus(path, area.stimulus, scene)
        for index, node in enumerate(area.nodes):
            yield from _unknown((*path, "nodes", index), "node", node, scene.nodes)
        for index, region in enumerate(area.regions):
            where = (*path, "regions", index)
            yield from _whereabouts(where, region, scene)
        count += _regions_of(area, scene)
        if count > REGIONS_MAX:
            yield Finding(
                path,
                f"brings the areas to {count} regions and copies of nodes, of which a scene may have {REGIONS_MAX}; "
                "write one region around many copies",
            )


def _voices(scene: SceneFile) -> Iterator[Finding]:
    """Who speaks is there all the time, so that a voice never comes out of nothing."""
    for name, voice in scene.voices.items():
        path = ("voices", name)
        yield from _whereabouts(path, voice, scene)
        if voice.node is not None:
            yield from _unknown((*path, "node"), "node", voice.node, scene.nodes)
            if node := scene.nodes.get(voice.node):
                if (node.loop.count if node.loop else len(node.copies)) > 1:
                    yield Finding((*path, "node"), "has copies; a voice needs a node of its own")
                yield from _always_there((*path, "node"), node)
        if voice.person is not None:
            yield from _unknown((*path, "person"), "group of people", voice.person, scene.people)
            if group := scene.people.get(voice.person):
                if voice.number > group.count:
                    yield Finding((*path, "number"), f"is more than the {group.count} people of {voice.person}")
                yield from _always_there((*path, "person"), group)


def _always_there(path: KeyPath, thing: Node | Group) -> Iterator[Finding]:
    hides = thing.when_held == "hides" or (isinstance(thing, Group) and thing.present is not None)
    if hides or thing.visible or thing.stimulus or thing.variants:
        yield Finding(path, "is not always there: leave out its visible, stimulus, variants, present and when_held")


def _lamps(scene: SceneFile) -> Iterator[Finding]:
    """No more at any place in any variant than the renderer takes, whatever the axes under `visible`."""
    counts = dict.fromkeys(product(range(len(scene.places)), range(len(scene.variants) or 1)), 0)
    for name, lamp in scene.lamps.items():
        path = ("lamps", name)
        yield from _whereabouts(path, lamp, scene)
        yield from _shown_in(path, lamp.variants, scene)
        places, variants = places_mask(scene, lamp.places, lamp.anchor), variants_mask(scene, lamp.variants)
        met = [key for key in counts if places >> key[0] & 1 and variants >> key[1] & 1]
        for key in met:
            counts[key] += len(lamp.copies) or 1
        most = max(met, key=counts.__getitem__, default=(0, 0))
        if counts[most] > LAMPS_MAX:
            where = f"places.{list(scene.places)[most[0]]}"
            if scene.variants:
                where += f" in variants.{list(scene.variants)[most[1]]}"
            yield Finding(
                path,
                f"brings the lamps at {where} to {counts[most]}, of which {LAMPS_MAX} can shine at once; "
                "give lamps the places or variants that they are for, or take some away",
            )
            return


def _people(scene: SceneFile) -> Iterator[Finding]:
    count = 0
    for name, group in scene.people.items():
        path = ("people", name)
        yield from _whereabouts(path, group, scene)
        yield from _stimulus(path, group.stimulus, scene)
        yield from _shown_in(path, group.variants, scene)
        count += group.count
        if count > PEOPLE_MAX:
            yield Finding(path, f"brings the people to {count}, of whom a scene may have {PEOPLE_MAX}; take some away")
        if group.course is not None and group.when_held == "goes_on":
            yield from _approaches(path, group, group.course, scene)


def _approaches(path: KeyPath, group: Group, course: Course, scene: SceneFile) -> Iterator[Finding]:
    """Nothing comes nearer while held, so who walks on must keep away from wherever the person may stand."""
    mask = places_mask(scene, group.places, None)
    for index, (name, place) in enumerate(scene.places.items()):
        if not mask >> index & 1:
            continue
        stand: list[Value] = [*place.stand]
        above = scene.anchors[place.anchor].position if place.anchor in scene.anchors else []
        gap_m = course.gap_m([_sum_of(stand[i], *above[i : i + 1]) for i in range(3)])
        if gap_m < APPROACH_M:
            yield Finding(
                (*path, "course"),
                f"comes to {gap_m:.1f} m of places.{name}, and nothing may come nearer than {APPROACH_M:.0f} m while "
                'held; say when_held = "hides", or lead it farther away',
            )


def _sum_of(*values: Value) -> float | None:
    """The number that values make up, None if it depends on something."""
    return sum(value.constant for value in values) if all(value.is_constant for value in values) else None


def _regions_of(area: Area, scene: SceneFile) -> int:
    nodes = [scene.nodes[name] for name in area.nodes if name in scene.nodes]
    return len(area.regions) + sum(node.loop.count if node.loop else len(node.copies) or 1 for node in nodes)


def bound_values(scene: SceneFile) -> Iterator[tuple[KeyPath, Value]]:
    """Every value in the scene that may follow an axis or a stimulus."""
    for name, anchor in scene.anchors.items():
        for index, value in enumerate(anchor.position):
            yield ("anchors", name, "position", index), value
    for name, place in scene.places.items():
        for index, value in enumerate(place.stand):
            yield ("places", name, "stand", index), value
    for name, material in scene.materials.items():
        yield ("materials", name, "opacity"), material.opacity
    for name, node in scene.nodes.items():
        for index, value in enumerate(node.position):
            yield ("nodes", name, "position", index), value
        yield ("nodes", name, "scale"), node.scale
        if node.swing is not None:
            yield ("nodes", name, "swing", "degrees"), node.swing.degrees
        if node.fall is not None:
            yield ("nodes", name, "fall", "depth_m"), node.fall.depth_m
    for name, decal in scene.decals.items():
        for index, value in enumerate(decal.position):
            yield ("decals", name, "position", index), value
        yield ("decals", name, "opacity"), decal.opacity
    for name, group in scene.people.items():
        for index, value in enumerate(group.position):
            yield ("people", name, "position", index), value
        yield ("people", name, "gaze_at_client"), group.gaze_at_client
        if group.present is not None:
            yield ("people", name, "present"), group.present
    for name, area in scene.areas.items():
        for number, region in enumerate(area.regions):
            for index, value in enumerate(region.centre):
                yield ("areas", name, "regions", number, "centre", index), value
    for name, voice in scene.voices.items():
        for index, value in enumerate(voice.at or ()):
            yield ("voices", name, "at", index), value
    for name, lamp in scene.lamps.items():
        for index, value in enumerate(lamp.position):
            yield ("lamps", name, "position", index), value
        yield ("lamps", name, "intensity_cd"), lamp.intensity_cd
    yield ("light", "exposure"), scene.light.exposure
    yield ("sky", "cloud_cover"), scene.sky.cloud_cover
    yield from _falling(("weather",), scene.weather)
    for name, variant in scene.variants.items():
        yield from _falling(("variants", name, "weather"), variant.weather)
        if variant.light.exposure is not None:
            yield ("variants", name, "light", "exposure"), variant.light.exposure
        if variant.sky.cloud_cover is not None:
            yield ("variants", name, "sky", "cloud_cover"), variant.sky.cloud_cover
    yield ("sound", "bed_gain_db"), scene.sound.bed_gain_db
    for index, source in enumerate(scene.sound.sources):
        yield ("sound", "sources", index, "gain_db"), source.gain_db


def _falling(path: KeyPath, weather: Weather | OtherWeather) -> Iterator[tuple[KeyPath, Value]]:
    for kind, value in (("rain", weather.rain), ("snow", weather.snow), ("dust", weather.dust)):
        if value is not None:
            yield (*path, kind), value


def _values(scene: SceneFile) -> Iterator[Finding]:
    for path, value in bound_values(scene):
        if value.axis:
            yield from _unknown(path, "bound axis", value.axis, scene.axes)
        if value.stimulus:
            yield from _unknown(path, "stimulus", value.stimulus, scene.stimuli)
        if path[-1] == "gaze_at_client" and not all(0 <= part <= 1 for part in (value.constant, *_outputs(value))):
            yield Finding(path, "must be from 0 to 1, the share of the time in which they look at the person")
        if path[-1] in _FALLING and not all(0 <= part <= 1 for part in (value.constant, *_outputs(value))):
            yield Finding(path, "must be from 0 to 1, the share of the most that falls")


def _outputs(value: Value) -> list[float]:
    return [output for _, output in value.points]


def _sound(scene: SceneFile) -> Iterator[Finding]:
    if scene.sound.bed:
        yield from _unknown(("sound", "bed"), "sound", scene.sound.bed, SOUND_KINDS)
    for index, source in enumerate(scene.sound.sources):
        path = ("sound", "sources", index)
        yield from _unknown((*path, "kind"), "sound", source.kind, SOUND_KINDS)
        for number, place in enumerate(source.places):
            yield from _unknown((*path, "places", number), "place", place, scene.places)
        if source.stimulus is not None:
            yield from _unknown((*path, "stimulus"), "stimulus", source.stimulus, scene.stimuli)
        yield from _shown_in(path, source.variants, scene)
        if source.gain_db.stimulus:
            yield Finding((*path, "gain_db"), "may follow an axis, not a stimulus; give the source a stimulus instead")


def _variants(scene: SceneFile) -> Iterator[Finding]:
    for index, (name, variant) in enumerate(scene.variants.items()):
        if index == 0 and (variant.model_fields_set - {"title"}):
            yield Finding(
                ("variants", name),
                "is the first, in which the scene is entered as its tables stand: give it a title alone, and write its "
                "light, sky, weather and bed into [light], [sky], [weather] and [sound]",
            )
        if variant.bed:
            yield from _unknown(("variants", name, "bed"), "sound", variant.bed, SOUND_KINDS)


def _shown_in(path: KeyPath, variants: list[str], scene: SceneFile) -> Iterator[Finding]:
    for index, variant in enumerate(variants):
        yield from _unknown((*path, "variants", index), "variant", variant, scene.variants)
