"""What a scene becomes before it reaches the renderer: arrays, and nothing that needs a parser.

Space: right-handed, Y up, metres (glTF). Colours are linear. `vret.scene.compile` makes these in the loader process;
the frame process maps the file and never parses TOML, models or images.
"""

from dataclasses import dataclass, field
from math import atan2, cos, sin

import numpy as np
import numpy.typing as npt

from vret.scene.people.persons import NOBODY, PERSON, People

Vector = tuple[float, float, float]
Quaternion = tuple[float, float, float, float]
"""xyzw."""

VERTEX = np.dtype([("position", "3f4"), ("normal", "3f4"), ("uv", "2f4")])
"""32 bytes a vertex, in the mesh's own space."""

ROW = np.dtype([("position", "3f4"), ("scale", "f4"), ("rotation", "4f4")])
"""32 bytes an instance: position in scene space, uniform scale, quaternion xyzw."""

MATERIAL = np.dtype(
    [
        ("base_colour", "3f4"),
        ("opacity", "f4"),
        ("emission", "3f4"),
        ("roughness", "f4"),
        ("metallic", "f4"),
        ("pattern", "u4"),
        ("pattern_scale", "2f4"),
        ("base_texture", "u4"),
        ("surface_texture", "u4"),
        ("normal_texture", "u4"),
        ("emission_texture", "u4"),
        ("cutoff", "f4"),
        ("normal_scale", "f4"),
        ("occlusion", "f4"),
        ("traits", "u4"),
    ]
)
"""80 bytes (std430). `pattern` indexes `PATTERNS`; its scale is metres a repeat.

What comes after it is for models in their own materials, zeros else. Textures are `texture_word`s, 0 for none; where
`base_texture` is less opaque than `cutoff`, there is a hole; `traits` are a model's OWN, BLENDED and TWO_SIDED, or
DECAL: then `pattern` indexes `DECAL_PATTERNS`, and its scale is the decal's size.
"""

OWN, BLENDED, TWO_SIDED, DECAL = 1, 2, 4, 8

TEXTURE_ARRAY = np.dtype(
    [("format", "u4"), ("slot", "u4"), ("side", "u4"), ("levels", "u4"), ("layers", "u4"), ("offset", "u8")], align=True
)
"""Square pictures of one format and size. `offset` is in `Textures.data`: level by level, each with all layers."""

TEXTURE_FORMATS = ("srgb8", "rgba8", "bc7_srgb", "bc7")
SLOTS = 6
"""Arrays of one kind that a scene may have. The first kind is for colours, the other for numbers (BC7 likewise)."""

PATTERNS = ("plain", "concrete", "facade", "paving", "wood", "grass", "asphalt", "metal", "glass", "plaster", "carpet")

DECAL_PATTERNS = (
    "plain", "stain", "dirt", "puddle", "crack", "leaves", "manhole", "grate", "paint", "arrow", "tyre", "drops",
    "sign",
)  # fmt: skip

ENVIRONMENT = np.dtype(
    [
        ("sun_direction", "3f4"),
        ("sun_power", "f4"),
        ("sun_colour", "3f4"),
        ("ambient_power", "f4"),
        ("sky_zenith", "3f4"),
        ("fog_density", "f4"),
        ("sky_horizon", "3f4"),
        ("exposure", "f4"),
        ("ground_colour", "3f4"),
        ("cloud_cover", "f4"),
        ("indoor", "f4"),
        ("shadow_radius_m", "f4"),
        ("lamps", "f4"),
        ("lit_windows", "f4"),
        ("rain", "f4"),
        ("snow", "f4"),
        ("dust", "f4"),
        ("shelter_m", "f4"),
        ("drift_mps", "2f4"),
        ("cloud_drift_mps", "2f4"),
        ("light", "f4", (9, 4)),
        ("variant", "f4"),
        ("cube", "f4"),
        ("cube_blend", "f4"),
        ("padding", "f4"),
        ("near_low", "3f4"),
        ("near_slot", "f4"),
        ("near_per_m", "3f4"),
        ("near_raise_m", "f4"),
        ("far_low", "3f4"),
        ("far_slot", "f4"),
        ("far_per_m", "3f4"),
        ("far_raise_m", "f4"),
    ]
)
"""368 bytes (std140). `sun_direction` points from the scene to the sun; `indoor` 1 hides the sky, rain and snow.

`rain`, `snow` and `dust` are 0 to 1; nothing falls nearer to where the person stands than `shelter_m`, measured along
the ground; `drift_mps` and `cloud_drift_mps` are along X and Z.

`light` is what falls on a matt surface from all around but the sun: `vret.scene.light.harmonics`. What shines in a
mirror is the layer `cube` of `Reflections`, mixed with the next one by `cube_blend`. Of `Probes`, in `variant`, the
volume in `near_slot` is about where the person stands, that in `far_slot` about the whole scene; slots count from 1,
and 0 is none. A volume reaches from its `low` by one over its `per_m`, and a surface is lit by what is `raise_m` above
it."""

CUBE_SIDE = 32
CUBE_LEVELS = 5
"""Of the cube maps that shiny things reflect; the last level is for roughness 1."""

PROBES = (20, 10, 20)
"""How many probes a volume has along X, Y and Z."""

LAMPS_MAX = 16
"""The most lamps that may shine at once."""

LAMP = np.dtype(
    [
        ("position", "3f4"),
        ("per_range_m2", "f4"),
        ("intensity", "3f4"),
        ("cone_scale", "f4"),
        ("direction", "3f4"),
        ("cone_offset", "f4"),
    ]
)
"""48 bytes (std140): a light of glTF's KHR_lights_punctual, in scene space. `per_range_m2` is one over its range
squared, `intensity` what it throws on a surface at 1 m, in the unit of `sun_power`. The cosine of the angle to
`direction` times `cone_scale` plus `cone_offset`, squared, is a spot's share of that; 0 and 1 for a point."""


@dataclass(frozen=True)
class Meshes:
    """All meshes of a scene in one vertex and one index array.

    `ranges` is (meshes, 3) int32: first index, index count, base vertex; `spheres` (meshes, 4) float32: centre, radius.
    """

    vertices: npt.NDArray[np.void]
    indices: npt.NDArray[np.uint32]
    ranges: npt.NDArray[np.int32]
    spheres: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Textures:
    """All textures of a scene: the arrays' rows of TEXTURE_ARRAY, and the bytes of all their levels."""

    arrays: npt.NDArray[np.void]
    data: npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Reflections:
    """What shiny things reflect: cube maps as `vret.scene.light.cubes` writes them; none where nothing is reflected."""

    layers: int
    halves: npt.NDArray[np.float16]


NO_REFLECTIONS = Reflections(0, np.zeros(0, np.float16))


@dataclass(frozen=True)
class Probes:
    """Light from all around at points in space: `texels` (slots * PROBES z, PROBES y, variants * 3 * PROBES x, 4).

    A texel is for one colour; what falls on a matt surface there is its first part and the other three times the
    surface's normal. Slots follow one another along Z; along X are the variants and in each the three colours.
    """

    variants: int
    texels: npt.NDArray[np.float16]


NO_PROBES = Probes(0, np.zeros((0, 0, 0, 4), np.float16))

NO_TEXTURES = Textures(np.zeros(0, TEXTURE_ARRAY), np.zeros(0, np.uint8))


def texture_word(slot: int, layer: int) -> int:
    """How a material names a texture: its array among those of its kind, and its layer there."""
    return 1 << 31 | slot << 24 | layer


@dataclass(frozen=True)
class CompiledScene:
    """One scene, ready to upload. Arrays ending in `_of` have one entry for each instance.

    `clouds` is a `cloud_map`, or empty where no sky is seen.
    """

    name: str
    content_hash: str
    meshes: Meshes
    materials: npt.NDArray[np.void]
    rows: npt.NDArray[np.void]
    mesh_of: npt.NDArray[np.int32]
    material_of: npt.NDArray[np.int32]
    textures: Textures = NO_TEXTURES
    clouds: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8))
    reflections: Reflections = NO_REFLECTIONS
    probes: Probes = NO_PROBES
    people: People = NOBODY


@dataclass
class SceneFrame:
    """What is seen in one frame. The animation owns the arrays and writes them in place; the renderer only reads.

    `moved` is the range of rows (first, end) written since the last frame; `(0, 0)` means none. `materials_changed` and
    `visible_changed` say whether those arrays were written. `scene_from_stage` is a rigid 4x4, row-major float32; it
    turns about +Y only, since a floor that is level to the body must look level. `stimulus_rows` are those of what may
    come: nothing may be put before them. Of the `lamps`, LAMPS_MAX of LAMP, the first `lamp_count` shine. `t_ns` is the
    moment's, for what falls. `people` has a row of PERSON for each of the scene's, of whom the
    `present` are there, `people_s` after the start of their slot of time.
    """

    rows: npt.NDArray[np.void]
    visible: npt.NDArray[np.bool_]
    materials: npt.NDArray[np.void]
    environment: npt.NDArray[np.void]
    scene_from_stage: npt.NDArray[np.float32]
    stimulus_rows: npt.NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    lamps: npt.NDArray[np.void] = field(default_factory=lambda: np.zeros(LAMPS_MAX, LAMP))
    lamp_count: int = 0
    people: npt.NDArray[np.void] = field(default_factory=lambda: np.zeros(0, PERSON))
    present: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))
    people_s: float = 0.0
    t_ns: int = 0
    moved: tuple[int, int] = (0, 0)
    visible_changed: bool = True
    materials_changed: bool = True

    def in_scene(self, position_in_stage: Vector, rotation_in_stage: Quaternion) -> tuple[Vector, Quaternion]:
        """A pose of the stage, such as the head's, in the scene: metres, quaternions xyzw."""
        turn_cos, turn_sin = float(self.scene_from_stage[0, 0]), float(self.scene_from_stage[0, 2])
        x, y, z = position_in_stage
        at_x, at_y, at_z = self.scene_from_stage[:3, 3].tolist()
        position = (at_x + turn_cos * x + turn_sin * z, at_y + y, at_z - turn_sin * x + turn_cos * z)
        half = atan2(turn_sin, turn_cos) / 2
        s, c = sin(half), cos(half)
        x, y, z, w = rotation_in_stage
        return position, (c * x + s * z, c * y + s * w, c * z - s * x, c * w - s * y)
