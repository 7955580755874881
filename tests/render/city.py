"""A small city under a balcony: enough of everything that the renderer draws, without the scene files."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vret.scene.compiled import ENVIRONMENT, MATERIAL, PATTERNS, ROW, VERTEX, CompiledScene, Meshes, SceneFrame
from vret.scene.light.harmonics import coefficients, sphere


def box(
    width: float, height: float, depth: float, base: float = 0.0
) -> tuple[npt.NDArray[np.void], npt.NDArray[np.uint32]]:
    """A box standing on `base`; uv in metres."""
    half = np.array([width, height, depth]) / 2
    middle = np.array([0, base + height / 2, 0])
    vertices, triangles = np.zeros(24, VERTEX), []
    for face, (axis, sign) in enumerate((axis, sign) for axis in range(3) for sign in (-1, 1)):
        normal = np.zeros(3)
        normal[axis] = sign
        up = np.array([0.0, 1, 0]) if axis != 1 else np.array([0.0, 0, -1])
        right = np.cross(up, normal)
        for corner, (u, v) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1))):
            place = (normal + u * right + v * up) * half
            size = np.array([abs(right) @ half, abs(up) @ half])
            vertices[face * 4 + corner] = (place + middle, normal, np.array([u + 1, v + 1]) * size)
        triangles += [[face * 4, face * 4 + 1, face * 4 + 2], [face * 4, face * 4 + 2, face * 4 + 3]]
    return vertices, np.array(triangles, np.uint32).reshape(-1)


def meshes_of(*parts: tuple[npt.NDArray[np.void], npt.NDArray[np.uint32]]) -> Meshes:
    ranges, spheres, index, vertex = [], [], 0, 0
    for vertices, indices in parts:
        low, high = vertices["position"].min(0), vertices["position"].max(0)
        spheres.append([*((low + high) / 2), np.linalg.norm(high - low) / 2])
        ranges.append([index, len(indices), vertex])
        index, vertex = index + len(indices), vertex + len(vertices)
    return Meshes(
        np.concatenate([part[0] for part in parts]),
        np.concatenate([part[1] for part in parts]).astype(np.uint32),
        np.array(ranges, np.int32),
        np.array(spheres, np.float32),
    )


def material(
    colour: tuple[float, float, float],
    pattern: str = "plain",
    scale: tuple[float, float] = (1, 1),
    *,
    opacity: float = 1,
    emission: tuple[float, float, float] = (0, 0, 0),
    roughness: float = 0.8,
    metallic: float = 0,
) -> npt.NDArray[np.void]:
    found = np.zeros(1, MATERIAL)
    found["base_colour"], found["opacity"], found["emission"] = colour, opacity, emission
    found["roughness"], found["metallic"] = roughness, metallic
    found["pattern"], found["pattern_scale"] = PATTERNS.index(pattern), scale
    return found


def daylight(**changes: object) -> npt.NDArray[np.void]:
    environment = np.zeros(1, ENVIRONMENT)
    sun = np.array([0.55, 0.62, 0.40])
    environment["sun_direction"] = sun / np.linalg.norm(sun)
    environment["lamps"] = 1.0
    environment["sun_power"], environment["sun_colour"] = 4.0, (1.0, 0.93, 0.82)
    environment["ambient_power"], environment["exposure"] = 0.7, 0.75
    environment["sky_zenith"], environment["sky_horizon"] = (0.20, 0.42, 0.85), (0.68, 0.80, 0.95)
    environment["ground_colour"], environment["fog_density"] = (0.28, 0.27, 0.25), 0.0011
    environment["cloud_cover"], environment["shadow_radius_m"] = 0.45, 24.0
    for name, value in changes.items():
        environment[name] = value
    environment["light"][..., :3] = from_all_around(environment[0])
    return environment


def from_all_around(environment: np.void) -> npt.NDArray[np.float32]:
    """The light of a sky that goes from the ground's colour through the horizon's to the zenith's."""
    rays = sphere(200)
    up = rays[:, 1:2]
    sky = environment["sky_horizon"] + (environment["sky_zenith"] - environment["sky_horizon"]) * (0.35 + 0.35 * up)
    radiance = environment["ground_colour"] + (sky - environment["ground_colour"]) * (0.5 + 0.5 * up)
    angles = np.full(len(rays), 4 * np.pi / len(rays), np.float32)
    return coefficients(rays, (radiance * environment["ambient_power"]).astype(np.float32), angles)


def compiled(
    meshes: Meshes, materials: npt.NDArray[np.void], things: Sequence[tuple[int, int, Sequence[float]]]
) -> CompiledScene:
    """`things` are (mesh, material, [x, y, z, scale, yaw])."""
    rows = np.zeros(len(things), ROW)
    for row, (_, _, (x, y, z, scale, yaw)) in zip(rows, things, strict=True):
        row["position"], row["scale"] = (x, y, z), scale
        row["rotation"] = (0, np.sin(yaw / 2), 0, np.cos(yaw / 2))
    mesh_of = np.array([mesh for mesh, _, _ in things], np.int32)
    material_of = np.array([kind for _, kind, _ in things], np.int32)
    return CompiledScene("city", "0", meshes, materials, rows, mesh_of, material_of)


def frame_of(
    scene: CompiledScene, environment: npt.NDArray[np.void] | None = None, height_m: float = 0.0
) -> SceneFrame:
    scene_from_stage = np.eye(4, dtype=np.float32)
    scene_from_stage[1, 3] = height_m
    return SceneFrame(
        rows=scene.rows.copy(),
        visible=np.ones(len(scene.rows), bool),
        materials=scene.materials.copy(),
        environment=daylight() if environment is None else environment,
        scene_from_stage=scene_from_stage,
        materials_changed=True,
    )


def city(height_m: float = 30.0, blocks: int = 7, seed: int = 3) -> CompiledScene:
    """Blocks of houses with streets, and a balcony `height_m` up with a glass front and a rail."""
    chance = np.random.default_rng(seed)
    heights = (12, 18, 24, 36, 60)
    houses = [box(14, height, 14) for height in heights]
    ground, road = box(900, 1, 900, -1), box(9, 0.02, 900)
    slab, post, rail, glass, pole, plank = (
        box(4, 0.25, 2.2, -0.25),
        box(0.06, 1.1, 0.06),
        box(4, 0.06, 0.09, 1.1),
        box(1.8, 0.85, 0.012, 0.1),
        box(0.12, 6, 0.12),
        box(4, 0.02, 2.2),
    )
    crown = box(2.4, 2.4, 2.4, 2.2)
    car, cross_road = box(1.8, 1.4, 4.4, 0.1), box(900, 0.018, 9)
    meshes = meshes_of(*houses, ground, road, slab, post, rail, glass, pole, crown, car, cross_road, plank)
    materials = np.concatenate(
        [
            material((0.55, 0.45, 0.36), "facade", (2.8, 3.1)),
            material((0.62, 0.60, 0.56), "facade", (3.2, 3.4)),
            material((0.40, 0.24, 0.18), "facade", (2.4, 3.0)),
            material((0.36, 0.36, 0.35), "paving", (1.2, 0.6)),
            material((0.06, 0.06, 0.065), "asphalt", (1, 1), roughness=0.9),
            material((0.55, 0.54, 0.52), "concrete", (2, 2)),
            material((0.45, 0.46, 0.48), "metal", (1, 1), roughness=0.35, metallic=0.9),
            material((0.75, 0.85, 0.85), "glass", opacity=0.12, roughness=0.05),
            material((0.10, 0.22, 0.05), "grass", (1, 1)),
            material((0.50, 0.05, 0.04), roughness=0.3),
            material((0.42, 0.26, 0.14), "wood", (0.14, 1.0), roughness=0.6),
        ]
    )
    things: list[tuple[int, int, Sequence[float]]] = [(5, 3, [0, 0, 0, 1, 0])]
    for x in range(-blocks, blocks + 1):
        things.append((6, 4, [x * 32 + 16, 0, 0, 1, 0]))
        things.append((14, 4, [0, 0, x * 32 + 16, 1, 0]))
        for z in range(-blocks, 2):
            for dx in (-7, 7):
                if (x, z) == (0, 0):
                    continue
                kind = int(chance.integers(0, 5 if z < -2 else 4))
                things.append(
                    (kind, int(chance.integers(0, 3)), [x * 32 + dx, 0, z * 32 + chance.uniform(-2, 2), 1, 0])
                )
            things.append((12, 8, [x * 32 + 11, 0.0, z * 32 + 10.5, 1, float(chance.uniform(0, 2))]))
            things.append((13, 9, [x * 32 + 14, 0, z * 32 + float(chance.uniform(-9, 9)), 1, 0]))
    up = height_m
    things += [(7, 5, [0, up - 0.02, 0, 1, 0]), (15, 10, [0, up - 0.02, 0, 1, 0]), (9, 6, [0, up, -1.0, 1, 0])]
    things += [(8, 6, [x, up, -1.0, 1, 0]) for x in (-1.95, 0.0, 1.95)]
    things += [(10, 7, [x, up, -1.0, 1, 0]) for x in (-0.98, 0.98)]
    return compiled(meshes, materials, things)
