"""From a scene to a bundle: build every mesh, join what stands still, write down what moves.

Things at rest that are shown under the same conditions become one mesh for each material and cell of the ground, so
that a city is a few hundred instances. Order of instances: living, driven by axes or stimuli, at rest; these from high
to low, so that the ground is drawn last and is not shaded where something stands on it; then decals, as the file has
them.
"""

import numpy as np
import numpy.typing as npt

from vret.scene.bundle import Bundle
from vret.scene.compiled import ROW, CompiledScene
from vret.scene.courses import Courses
from vret.scene.curves import Curves
from vret.scene.instances import Instance, Resting
from vret.scene.light.clouds import cloud_map
from vret.scene.light.fixtures import fixture_tables
from vret.scene.light.probes import with_probes
from vret.scene.light.skies import Skies, skies_of
from vret.scene.looks.decals import Decorator
from vret.scene.looks.materials import Materials
from vret.scene.meshes.meshing import meshes_of
from vret.scene.nodes import NodeBuilder
from vret.scene.people.casting import Cast, Casting
from vret.scene.regions import region_tables
from vret.scene.rules import scene_rules
from vret.scene.scene import Scene
from vret.scene.speaking import voice_tables
from vret.scene.surroundings import environments, sound
from vret.scene.tables import (
    BOUND,
    FALL,
    FLIGHT,
    RANGE,
    SWING,
    TRAVEL,
    VOLUME,
    AnimationSpec,
    AnimationTables,
    OpacityBinding,
    PlaceSpec,
)
from vret.scene.written.model import SceneFile
from vret.scene.written.values import Value

Table = npt.NDArray[np.void]


def compile_scene(scene: Scene) -> Bundle:
    """Build everything. Raises SceneError for textures that cannot be put together and decals that lie on nothing."""
    curves, courses, materials = Curves(scene.file), Courses(), Materials(scene)
    places = _places(scene.file, curves)
    resting, instances = Resting(), []
    bodies = {}
    for name, node in scene.file.nodes.items():
        builder = NodeBuilder(scene, name, node, curves, courses, materials)
        instances += builder.build(resting)
        bodies[name] = builder.bodies
    instances += resting.instances(materials.is_solid)
    instances += Decorator(scene, resting, curves, materials).instances()
    instances.sort(key=lambda instance: instance.order)
    meshes, mesh_of = meshes_of([each.shape for each in instances])
    cast, meshes = Casting(scene, curves, courses, materials).cast(meshes)
    rows = np.array([(each.position, each.scale, each.rotation) for each in instances], ROW)
    table, textures = materials.table()
    skies = skies_of(scene.file, scene.panoramas)
    compiled = CompiledScene(
        name=scene.name,
        content_hash=scene.content_hash,
        meshes=meshes,
        materials=table,
        rows=rows,
        mesh_of=mesh_of,
        material_of=np.array([each.material for each in instances], np.int32),
        textures=textures,
        clouds=cloud_map(scene.file.seed) if _has_clouds(scene.file) else np.zeros(0, np.uint8),
        reflections=skies.reflections,
        people=cast.people,
    )
    surroundings, bindings = environments(scene.file, curves)
    surroundings["cube"], surroundings["ground_colour"] = skies.cubes, skies.grounds
    opacities = tuple(
        OpacityBinding(index, curves.index(opacity))
        for index, opacity in materials.opacities()
        if not opacity.is_constant
    )
    paths, path_points = courses.tables()
    regions = region_tables(scene.file, bodies, curves, instances)
    lamps = fixture_tables(scene.file, curves)
    voices = voice_tables(scene.file, bodies, curves, instances)
    tables = tables_of(instances, surroundings, (paths, path_points), regions, lamps, skies, cast, voices)
    spec = AnimationSpec(
        base_place=scene.file.base_place,
        places=places,
        stimuli=tuple(scene.file.stimuli),
        curves=curves.all(),
        environment=bindings,
        opacities=opacities,
        variants=tuple(scene.file.variants),
    )
    bare = Bundle(compiled, scene_rules(scene), sound(scene.file), spec, tables)
    return with_probes(bare, scene.file, skies.radiances)


def _has_clouds(scene: SceneFile) -> bool:
    """Whether clouds are seen in any variant."""
    return any(
        not scene.light_in(variant).indoor and scene.sky_in(variant).cloud_cover != Value()
        for variant in scene.variants.values() or [None]
    )


def _places(scene: SceneFile, curves: Curves) -> tuple[PlaceSpec, ...]:
    found = []
    for name, place in scene.places.items():
        anchor = [Value()] * 3 if place.anchor is None else scene.anchors[place.anchor].position
        x, y, z = (_sum(curves, one, other) for one, other in zip(anchor, place.stand, strict=True))
        found.append(PlaceSpec(name, (x, y, z), float(np.radians(place.yaw_deg)), place.shelter_m))
    return tuple(found)


def _sum(curves: Curves, one: Value, other: Value) -> tuple[int, int]:
    return curves.index(one), curves.index(other)


def tables_of(
    instances: list[Instance],
    surroundings: Table,
    paths: tuple[Table, Table],
    regions: tuple[Table, Table, Table],
    lamps: tuple[Table, Table, Table, npt.NDArray[np.float32]],
    skies: Skies,
    cast: Cast,
    voices: tuple[Table, Table],
) -> AnimationTables:
    each = list(enumerate(instances))
    return AnimationTables(
        environment=surroundings,
        places_of=np.array([one.conditions.places for one in instances], np.uint32),
        stimulus_of=np.array([one.conditions.stimulus for one in instances], np.int32),
        hidden_when_held=np.array([one.conditions.hidden_when_held for one in instances], np.bool_),
        ranges=np.array([(i, *span) for i, one in each for span in one.conditions.ranges], RANGE),
        bounds=np.array([(i, *bound) for i, one in each for bound in one.conditions.bounds], BOUND),
        swings=np.array([(i, *one.swing) for i, one in each if one.swing], SWING),
        travels=np.array([(i, *one.travel) for i, one in each if one.travel], TRAVEL),
        flights=np.array([(i, *one.flight) for i, one in each if one.flight], FLIGHT),
        falls=np.array([(i, *one.fall) for i, one in each if one.fall], FALL),
        paths=paths[0],
        path_points=paths[1],
        regions=regions[0],
        region_bounds=regions[1],
        region_ranges=regions[2],
        variants_of=np.array([one.conditions.variants for one in instances], np.uint32),
        fixtures=lamps[0],
        fixture_bounds=lamps[1],
        fixture_ranges=lamps[2],
        candela_powers=lamps[3],
        skies=skies.skies,
        covers=skies.covers,
        volumes=np.zeros(0, VOLUME),
        volume_shows=np.zeros((0, len(instances)), np.bool_),
        cast=cast.cast,
        cast_bounds=cast.bounds,
        cast_ranges=cast.ranges,
        gestures=cast.gestures,
        voices=voices[0],
        voice_bounds=voices[1],
    )
