"""Small figures and motions for them, made byte by byte as vret/scene/people/figures.py and motions.py want them."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.scene.glb import packed, plain, png
from vret.scene.meshes.shapes import Shape, ball, bar, join
from vret.scene.people.persons import PARTS

HEIGHT_M = 1.7
JOINTS: dict[str, tuple[str, tuple[float, float, float]]] = {
    "pelvis": ("", (0, 0.95, 0)),
    "spine": ("pelvis", (0, 1.1, 0)),
    "chest": ("spine", (0, 1.28, 0)),
    "neck": ("chest", (0, 1.44, 0)),
    "head": ("neck", (0, 1.53, 0.01)),
    "eye_l": ("head", (0.032, 1.6, 0.085)),
    "eye_r": ("head", (-0.032, 1.6, 0.085)),
    "arm_l": ("chest", (0.19, 1.4, 0)),
    "fore_l": ("arm_l", (0.24, 1.13, 0)),
    "arm_r": ("chest", (-0.19, 1.4, 0)),
    "fore_r": ("arm_r", (-0.24, 1.13, 0)),
    "leg_l": ("pelvis", (0.1, 0.9, 0)),
    "calf_l": ("leg_l", (0.1, 0.48, 0.01)),
    "leg_r": ("pelvis", (-0.1, 0.9, 0)),
    "calf_r": ("leg_r", (-0.1, 0.48, 0.01)),
}
NAMES = tuple(JOINTS)
REST_M = np.array([place for _, place in JOINTS.values()])
COLOURS = {
    "skin": (198, 150, 124),
    "eyes": (240, 240, 240),
    "hair": (60, 40, 28),
    "top": (230, 230, 230),
    "bottom": (70, 74, 86),
    "shoes": (30, 28, 26),
}
Bone = tuple[str, str, str, tuple[float, float, float], tuple[float, float, float], float]
LIMBS: list[Bone] = [
    ("top", "spine", "chest", (0, 0.95, 0), (0, 1.42, 0), 0.15),
    ("skin", "neck", "head", (0, 1.42, 0), (0, 1.56, 0.01), 0.05),
    ("top", "arm_l", "fore_l", (0.19, 1.42, 0), (0.24, 1.13, 0), 0.05),
    ("skin", "fore_l", "fore_l", (0.24, 1.13, 0), (0.26, 0.82, 0.03), 0.04),
    ("top", "arm_r", "fore_r", (-0.19, 1.42, 0), (-0.24, 1.13, 0), 0.05),
    ("skin", "fore_r", "fore_r", (-0.24, 1.13, 0), (-0.26, 0.82, 0.03), 0.04),
    ("bottom", "leg_l", "calf_l", (0.1, 0.94, 0), (0.1, 0.48, 0.01), 0.085),
    ("bottom", "calf_l", "calf_l", (0.1, 0.48, 0.01), (0.1, 0.06, 0), 0.065),
    ("shoes", "calf_l", "calf_l", (0.1, 0.04, -0.07), (0.1, 0.04, 0.17), 0.045),
    ("bottom", "leg_r", "calf_r", (-0.1, 0.94, 0), (-0.1, 0.48, 0.01), 0.085),
    ("bottom", "calf_r", "calf_r", (-0.1, 0.48, 0.01), (-0.1, 0.06, 0), 0.065),
    ("shoes", "calf_r", "calf_r", (-0.1, 0.04, -0.07), (-0.1, 0.04, 0.17), 0.045),
]


def _fleshes(sides: int) -> dict[str, list[tuple[Shape, str, str]]]:
    """Shapes by part, each with the joint at its upper and at its lower end."""
    found: dict[str, list[tuple[Shape, str, str]]] = {}
    for part, upper, lower, start, end, radius in LIMBS:
        found.setdefault(part, []).append((bar(start, end, radius, sides), upper, lower))
    found["skin"].append((ball(0.105, sides + 2, sides, 1.2).moved(0, 1.6, 0.01), "head", "head"))
    found["hair"] = [(ball(0.11, sides + 2, sides, 1.1).moved(0, 1.63, -0.02), "head", "head")]
    for side, name in ((1, "eye_l"), (-1, "eye_r")):
        found.setdefault("eyes", []).append((ball(0.022, sides, sides - 1).moved(side * 0.032, 1.6, 0.1), name, name))
    return found


def _weighted(shape: Shape, upper: str, lower: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Everything above the lower end's joint follows the upper one, softly."""
    joints, weights = np.zeros((len(shape.vertices), 4), np.uint8), np.zeros((len(shape.vertices), 4), np.float32)
    joints[:, 0], joints[:, 1] = NAMES.index(upper), NAMES.index(lower)
    height = shape.vertices["position"][:, 1] - REST_M[NAMES.index(lower), 1]
    share = np.clip(0.5 - height / 0.12, 0, 1) if upper != lower else np.zeros(len(height))
    weights[:, 0], weights[:, 1] = 1 - share, share
    return joints, weights


class Glb:
    """A file under construction."""

    def __init__(self) -> None:
        self.content: dict[str, Any] = {
            "asset": {"version": "2.0"},
            "accessors": [],
            "bufferViews": [],
            "buffers": [{"byteLength": 0}],
        }
        self.data = b""

    def view(self, part: bytes) -> int:
        self.content["bufferViews"].append({"buffer": 0, "byteOffset": len(self.data), "byteLength": len(part)})
        self.data += part + bytes(-len(part) % 4)
        return len(self.content["bufferViews"]) - 1

    def accessor(self, values: npt.NDArray[Any], kind: str, **more: Any) -> int:
        component = {"f": 5126, "u": {1: 5121, 2: 5123, 4: 5125}[values.dtype.itemsize]}[values.dtype.kind]
        view = self.view(np.ascontiguousarray(values).tobytes())
        self.content["accessors"].append(
            {"bufferView": view, "componentType": component, "count": len(values), "type": kind} | more
        )
        return len(self.content["accessors"]) - 1

    def nodes(self, scale: float) -> list[dict[str, Any]]:
        """The joints, each hanging on its parent."""
        found: list[dict[str, Any]] = []
        for name, (parent, place) in JOINTS.items():
            above = np.array(JOINTS[parent][1] if parent else (0, 0, 0))
            children = [NAMES.index(child) for child, (of, _) in JOINTS.items() if of == name]
            node = {"name": name, "translation": ((np.array(place) - above) * scale).tolist()}
            found.append(node | ({"children": children} if children else {}))
        return found

    def packed(self) -> bytes:
        content = deepcopy(self.content)
        content["buffers"][0]["byteLength"] = len(self.data)
        return packed(content, self.data)


def figure(scale: float = 1.0, colours: Mapping[str, Sequence[int]] = COLOURS) -> Glb:
    """Someone of HEIGHT_M times `scale`: three levels of detail; hair is a mask, the top has a picture."""
    glb = Glb()
    parts: list[str] = [part for part in PARTS if part in colours]
    picture = glb.view(png(plain((*colours["top"],))))
    glb.content["images"] = [{"bufferView": picture, "mimeType": "image/png"}]
    glb.content["textures"] = [{"source": 0}]
    glb.content["materials"] = [_material(part, colours[part]) for part in parts]
    nodes = glb.nodes(scale)
    glb.content["meshes"] = []
    for lod, sides in enumerate((10, 6, 4)):
        primitives = []
        for part, fleshes in _fleshes(sides).items():
            shape = join([shape.scaled(scale) for shape, _, _ in fleshes])
            skins = [_weighted(shape, upper, lower) for shape, upper, lower in fleshes]
            attributes = {
                "POSITION": glb.accessor(shape.vertices["position"], "VEC3"),
                "NORMAL": glb.accessor(shape.vertices["normal"], "VEC3"),
                "TEXCOORD_0": glb.accessor(shape.vertices["uv"], "VEC2"),
                "JOINTS_0": glb.accessor(np.concatenate([skin[0] for skin in skins]), "VEC4"),
                "WEIGHTS_0": glb.accessor(np.concatenate([skin[1] for skin in skins]), "VEC4"),
            }
            indices = glb.accessor(shape.triangles.ravel(), "SCALAR")
            primitives.append({"attributes": attributes, "indices": indices, "material": parts.index(part)})
        nodes.append({"name": f"lod{lod}", "mesh": lod, "skin": 0})
        glb.content["meshes"].append({"primitives": primitives})
    inverse = np.tile(np.eye(4, dtype=np.float32), (len(NAMES), 1, 1))
    inverse[:, 3, :3] = -REST_M * scale
    bound = glb.accessor(inverse.reshape(-1, 16), "MAT4")
    glb.content["skins"] = [{"joints": list(range(len(NAMES))), "inverseBindMatrices": bound}]
    glb.content["nodes"] = nodes
    return glb


def _material(part: str, colour: Sequence[int]) -> dict[str, Any]:
    shared = {"metallicFactor": 0, "roughnessFactor": 0.8}
    if part == "top":
        return {"name": part, "pbrMetallicRoughness": shared | {"baseColorTexture": {"index": 0}}}
    linear = [(value / 255) ** 2.2 for value in colour]
    made = {"name": part, "pbrMetallicRoughness": shared | {"baseColorFactor": [*linear, 1]}}
    return made | ({"doubleSided": True} if part == "hair" else {})


Angles = tuple[float, float, float]


def turn(about_x: float = 0, about_y: float = 0, about_z: float = 0) -> list[float]:
    """A quaternion xyzw of one turn about one axis at most."""
    half = (about_x or about_y or about_z) / 2
    return [sin(half) * (about_x != 0), sin(half) * (about_y != 0), sin(half) * (about_z != 0), cos(half)]


def motions() -> Glb:
    """Idle and sit, walk at 1.2 m/s, clap once, nod."""
    glb = Glb()
    glb.content["nodes"] = glb.nodes(1.0)
    glb.content["animations"] = []
    still = np.zeros(31)
    step = np.sin(np.arange(31) / 30 * 2 * pi)
    up = np.sin(np.arange(46) / 45 * pi)
    add = _adder(glb)
    add("idle", {"spine": [turn(about_z=0.03 * value) for value in step]}, still, loop=True)
    sitting = {name: [turn(about_x=-1.5)] * 31 for name in ("leg_l", "leg_r")}
    sitting |= {name: [turn(about_x=1.5)] * 31 for name in ("calf_l", "calf_r")}
    add("sit", sitting | {"chest": [turn(about_x=0.05 * value) for value in step]}, still - 0.45, loop=True)
    walking = {"leg_l": -0.5 * step, "leg_r": 0.5 * step, "arm_l": 0.4 * step, "arm_r": -0.4 * step}
    walking |= {"calf_l": 0.3 + 0.3 * step, "calf_r": 0.3 - 0.3 * step}
    bent = {name: [turn(about_x=value) for value in angles] for name, angles in walking.items()}
    add("walk", bent, 0.02 * np.abs(step) - 0.02, loop=True, speed_mps=1.2)
    raised = {
        "arm_r": [turn(about_x=-2.6 * value) for value in up],
        "head": [turn(about_x=-0.2 * value) for value in up],
    }
    add("raise_hand", raised, up * 0, loop=False)
    add("nod", {"head": [turn(about_x=0.3 * value) for value in up]}, up * 0, loop=False)
    return glb


def _adder(glb: Glb) -> Any:
    def add(
        name: str, turns: Mapping[str, Sequence[Sequence[float]]], lower: npt.NDArray[np.float64], **extras: Any
    ) -> None:
        """`lower` is how far the pelvis is above its resting height, in heights."""
        times = glb.accessor(np.arange(len(lower), dtype=np.float32)[:, None] / np.float32(30), "SCALAR")
        places = np.zeros((len(lower), 3), np.float32)
        places[:, 1] = 1 + lower
        outputs = [
            (NAMES.index(joint), "rotation", glb.accessor(np.array(values, np.float32), "VEC4"))
            for joint, values in turns.items()
        ]
        outputs.append((0, "translation", glb.accessor(places, "VEC3")))
        glb.content["animations"].append(
            {
                "name": name,
                "samplers": [{"input": times, "output": output, "interpolation": "LINEAR"} for _, _, output in outputs],
                "channels": [
                    {"sampler": index, "target": {"node": node, "path": path}}
                    for index, (node, path, _) in enumerate(outputs)
                ],
                "extras": extras,
            }
        )

    return add


SCENE = """\
format = 1
title = "People"
phobia = "speaking"
posture = "standing"
content_warnings = []
seed = 5
base_place = "here"

[axes.count]
range = [0, 12]
calm = 0
rate_per_s = 2

[axes.gaze_at_client]
range = [0, 1]
calm = 0
rate_per_s = 0.5

[places.here]
title = "Here"

[rungs.all]
title = "All"
place = "here"
count = 12
gaze_at_client = 0.5

[materials.floor]
colour = "#8a8378"

[nodes.floor]
mesh = { kind = "plane", width_m = 30, depth_m = 30 }
material = "floor"

[people.audience]
bodies = ["ann.glb", "bob.glb", "cis.glb"]
motions_from = "motions.glb"
motions = ["sit"]
gestures = ["nod", "raise_hand"]
gesture_every_s = 15
rows = { columns = 4, rows = 3, apart_m = [0.7, 1.0], rise_m = 0.2 }
position = [0, 0, -4]
yaw_deg = 180
present = "count"
gaze_at_client = "gaze_at_client"
tints = { top = ["#c05040", "#4060a0", "#50804a", "#c8b060"], hair = ["#ffffff", "#604030"] }

[light]
sun_azimuth_deg = 200
sun_elevation_deg = 40

[sky]
zenith = "#3f78bd"
horizon = "#c4d8e6"
ground = "#8a857c"
visibility_m = 1000

[hold]
shows = "They go on sitting."
"""


WALKERS = """
[people.walkers]
bodies = ["ann.glb", "bob.glb"]
motions_from = "motions.glb"
motions = ["walk"]
look = "ahead"
course = { points = [[-3, 0, -9.5], [3, 0, -9.5], [3, 0, -14], [-3, 0, -14]], number = 5, width_m = 1.6 }

"""


def write_figures(scene: Path) -> None:
    """`ann`, `bob` and `cis`, and their `motions`, as .glb files."""
    for name, scale in (("ann", 0.95), ("bob", 1.06), ("cis", 1.0)):
        (scene / f"{name}.glb").write_bytes(figure(scale).packed())
    (scene / "motions.glb").write_bytes(motions().packed())


def write_people(folder: Path, text: str = SCENE) -> Path:
    """A scene folder named `people` with three figures and their motions."""
    scene = folder / "people"
    scene.mkdir(exist_ok=True)
    write_figures(scene)
    (scene / "scene.toml").write_text(text, encoding="utf-8")
    return scene
