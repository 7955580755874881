"""The scene file, table by table. `docs/scenes.md` explains it; `scenes/scene.schema.json` is made from this module.

Space: right-handed, Y up, metres, the person looks towards -Z at yaw 0; angles are degrees. Every table is strict.
"""

from typing import Annotated, Literal, get_args

from pydantic import ConfigDict, Field, model_validator

from vret.scene.compiled import DECAL_PATTERNS, PATTERNS
from vret.scene.meshes.buildings import Building
from vret.scene.meshes.city import City, Plaza
from vret.scene.meshes.furniture import Armchair, Plant, Room, SideTable
from vret.scene.meshes.platforms import Boards, Door, GlassRail, LiftCar, Parapet, Rail, Stool
from vret.scene.meshes.primitives import Ball, Box, Cylinder, Model, Plane
from vret.scene.meshes.street import Bench, Bird, Car, Lamp, Person, Tree
from vret.scene.people.groups import Group
from vret.scene.written.atmosphere import (
    Environment,
    Light,
    OtherLight,
    OtherSky,
    OtherWeather,
    Sky,
    Weather,
    changed,
)
from vret.scene.written.values import (
    Colour,
    Exact,
    Name,
    Number,
    Point,
    Positive,
    Share,
    Size,
    Span,
    Strict,
    Text,
    Value,
    Vector,
    one,
    origin,
    zero,
)

FORMAT = 1

AnyMesh = Annotated[
    Box | Plane | Cylinder | Ball | Model | Tree | Car | Person | Lamp | Bench | Bird | Building | City | Plaza
    | Parapet | Rail | GlassRail | Boards | Door | LiftCar | Stool | Armchair | Plant | Room | SideTable,
    Field(discriminator="kind"),
]  # fmt: skip

Pattern = Literal[
    "plain", "concrete", "facade", "paving", "wood", "grass", "asphalt", "metal", "glass", "plaster", "carpet"
]
assert get_args(Pattern) == PATTERNS, "the patterns of the scene format are those of the renderer"

DecalPattern = Literal[
    "plain", "stain", "dirt", "puddle", "crack", "leaves", "manhole", "grate", "paint", "arrow", "tyre", "drops", "sign"
]
assert get_args(DecalPattern) == DECAL_PATTERNS, "the decals of the scene format are those of the renderer"


class AxisBinding(Strict):
    """An axis of the vocabulary that this scene binds. It ramps at a rate, or it cuts under a short veil."""

    range: Annotated[list[Exact], Field(min_length=2, max_length=2)]
    calm: Exact
    rate_per_s: Annotated[Exact, Field(gt=0)] | None = None
    change: Literal["cut"] | None = None

    @model_validator(mode="after")
    def _check(self) -> "AxisBinding":
        if (self.rate_per_s is None) == (self.change is None):
            raise ValueError('give rate_per_s or change = "cut", one of them')
        return self


class Anchor(Strict):
    """A spot that nodes and places hang on, and that may follow axes, such as a balcony at height_m."""

    position: Point = Field(default_factory=origin)


class Place(Strict):
    """Where the person stands: `stand` is the floor under the stage's origin, seen from the anchor.

    `shelter_m` is how far the roof over it reaches: no rain or snow falls within that.
    """

    title: Text
    anchor: Name | None = None
    stand: Point = Field(default_factory=origin)
    yaw_deg: Number = 0.0
    shelter_m: Annotated[Number, Field(ge=0)] = 0.0


class Rung(Strict):
    """One step of the ladder, in the file's order; besides these keys it gives a value to every bound axis."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Exact] = Field(init=False)
    title: Text
    place: Name
    task: str = ""
    tags: list[Text] = Field(default_factory=list)


class LevelPoint(Strict):
    """The axes' values at macro level `at`, 0 to 10; values between two points are linear."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Exact] = Field(init=False)
    at: Annotated[Exact, Field(ge=0, le=10)]


class Stimulus(Strict):
    """A one-shot event; the person is warned `warning_s` before it."""

    title: Text
    warning_s: Annotated[Exact, Field(ge=0, le=30)]
    duration_s: Annotated[Exact, Field(gt=0, le=60)]


class Material(Strict):
    """A surface. `pattern_m` is the size of one repeat, across and up."""

    colour: Colour
    opacity: Value = Field(default_factory=one)
    emission: Colour = "#000000"
    emission_power: Number = 0.0
    roughness: Share = 0.8
    metallic: Share = 0.0
    pattern: Pattern = "plain"
    pattern_m: Annotated[list[Positive], Field(min_length=2, max_length=2)] = Field(default_factory=lambda: [1.0, 1.0])


class Swing(Strict):
    """Turning to and fro about a direction of the node, by `degrees`, once every `period_s`."""

    about: Vector
    degrees: Value
    period_s: Annotated[Number, Field(ge=0.4)]


class Loop(Strict):
    """`count` copies that go round a closed course for ever, evenly spread; corners are rounded by `corner_m`."""

    points: Annotated[list[Vector], Field(min_length=3)]
    speed_mps: Positive
    count: Annotated[int, Field(ge=1, le=200)] = 1
    corner_m: Positive = 4.0


class Flight(Strict):
    """Once along a course after the node's stimulus began, at an even speed; it stays at the end."""

    points: Annotated[list[Vector], Field(min_length=2)]
    speed_mps: Positive
    start_s: Annotated[Number, Field(ge=0)] = 0.0


class Fall(Strict):
    """Free fall after the node's stimulus began, until it has sunk by `depth_m`."""

    depth_m: Value
    velocity_mps: Vector = Field(default_factory=lambda: [0.0, 0.0, 0.0])
    start_s: Annotated[Number, Field(ge=0)] = 0.0


class Node(Strict):
    """Something seen. `material` is for all parts of the mesh that `materials` does not name.

    A model without either is drawn in its own. A list of materials is shared out among copies by chance. `places` empty
    means all, or with an anchor those on it; `variants` empty means all.
    """

    mesh: AnyMesh
    material: Name | None = None
    materials: dict[str, Name | list[Name]] = Field(default_factory=dict)
    anchor: Name | None = None
    position: Point = Field(default_factory=origin)
    rotation_deg: Vector = Field(default_factory=lambda: [0.0, 0.0, 0.0])
    scale: Value = Field(default_factory=one)
    copies: list[Annotated[list[Number], Field(min_length=3, max_length=4)]] = Field(default_factory=list)
    places: list[Name] = Field(default_factory=list)
    visible: dict[str, Span] = Field(default_factory=dict)
    stimulus: Name | None = None
    when_held: Literal["goes_on", "hides"] = "goes_on"
    swing: Swing | None = None
    loop: Loop | None = None
    flight: Flight | None = None
    fall: Fall | None = None
    variants: list[Name] = Field(default_factory=list)

    @model_validator(mode="after")
    def _check(self) -> "Node":
        if sum(motion is not None for motion in (self.loop, self.flight, self.fall)) > 1:
            raise ValueError("a node has one of loop, flight and fall")
        if (self.flight or self.fall) and self.stimulus is None:
            raise ValueError("flight and fall need the stimulus that they follow")
        if self.flight and self.when_held != "hides":
            raise ValueError('what flies may come nearer: say when_held = "hides"')
        if self.loop and (self.anchor or self.copies):
            raise ValueError("a loop stands in scene space and makes its own copies: leave out anchor and copies")
        return self

    @property
    def has_own_materials(self) -> bool:
        """Whether this is a model in the materials of its file."""
        return isinstance(self.mesh, Model) and self.material is None and not self.materials


class Decal(Strict):
    """A picture or a pattern that a box projects onto what stands still in it and faces it.

    The box is `size_m` across and up the picture and `depth_m` deep, half of it on either side of `position`. Unturned
    it lies on a floor, the picture's upper edge towards -Z; `rotation_deg` [90, 0, 0] hangs it on a wall that faces +Z.
    Nothing is left of it on a surface that is turned away by `steepest_deg`. `colour` tints a picture. `places` empty
    means all, or with an anchor those on it; `variants` empty means all.
    """

    pattern: DecalPattern = "plain"
    picture: Text | None = None
    normal_picture: Text | None = None
    colour: Colour = "#ffffff"
    opacity: Value = Field(default_factory=one)
    roughness: Share = 0.8
    metallic: Share = 0.0
    size_m: Annotated[list[Positive], Field(min_length=2, max_length=2)]
    depth_m: Positive = 0.4
    steepest_deg: Annotated[Number, Field(gt=0, lt=90)] = 60.0
    anchor: Name | None = None
    position: Point = Field(default_factory=origin)
    rotation_deg: Vector = Field(default_factory=lambda: [0.0, 0.0, 0.0])
    copies: list[Annotated[list[Number], Field(min_length=3, max_length=4)]] = Field(default_factory=list)
    places: list[Name] = Field(default_factory=list)
    visible: dict[str, Span] = Field(default_factory=dict)
    variants: list[Name] = Field(default_factory=list)


class LocalLight(Strict):
    """Light from a point or within a spot's cone, as glTF's KHR_lights_punctual has it: falling with the square of the
    distance, and none beyond `range_m`. A spot's cones are angles from its middle to where its light begins to fade and
    to where it ends.

    Each of `copies` is a lamp. `places` empty means all, or with an anchor those on it; `variants` empty means all.
    """

    kind: Literal["point", "spot"]
    colour: Colour = "#ffffff"
    intensity_cd: Value
    range_m: Positive
    direction: Vector = Field(default_factory=lambda: [0.0, -1.0, 0.0])
    inner_cone_deg: Annotated[Number, Field(ge=0, le=90)] = 0.0
    outer_cone_deg: Annotated[Number, Field(gt=0, le=90)] = 45.0
    anchor: Name | None = None
    position: Point = Field(default_factory=origin)
    copies: list[Vector] = Field(default_factory=list)
    places: list[Name] = Field(default_factory=list)
    visible: dict[str, Span] = Field(default_factory=dict)
    variants: list[Name] = Field(default_factory=list)

    @model_validator(mode="after")
    def _check(self) -> "LocalLight":
        if self.kind == "point" and self.model_fields_set & {"direction", "inner_cone_deg", "outer_cone_deg"}:
            raise ValueError('only kind = "spot" has a direction and cones')
        if self.inner_cone_deg >= self.outer_cone_deg:
            raise ValueError("inner_cone_deg must be less than outer_cone_deg")
        if not any(self.direction):
            raise ValueError("direction must have a length")
        if min([self.intensity_cd.constant, *(output for _, output in self.intensity_cd.points)]) < 0:
            raise ValueError("intensity_cd may not be negative")
        return self


class Region(Strict):
    """A ball of `radius_m` or a box of `size_m` (along X, Y, Z) about `centre`, which is seen from the anchor.

    `places` empty means all, or with an anchor those on it.
    """

    anchor: Name | None = None
    centre: Point
    radius_m: Positive | None = None
    size_m: Size | None = None
    places: list[Name] = Field(default_factory=list)
    visible: dict[str, Span] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> "Region":
        if (self.radius_m is None) == (self.size_m is None):
            raise ValueError("give radius_m or size_m, one of them")
        return self


class Area(Strict):
    """An area of interest: something to look at, made of regions and of nodes, whose copies and movement it follows.

    `feared` says that it belongs to what is feared: the distance to the nearest such area is told.
    """

    title: Text
    feared: bool = False
    regions: list[Region] = Field(default_factory=list)
    nodes: list[Name] = Field(default_factory=list)
    stimulus: Name | None = None

    @model_validator(mode="after")
    def _check(self) -> "Area":
        if not (self.regions or self.nodes):
            raise ValueError("an area needs regions or nodes")
        return self


class Voice(Strict):
    """Somebody as whom the therapist can speak: from the middle of a node, as someone of a group of people (`number`
    counts from 1), or from a point `at`, seen from the anchor.

    `places` are those where a point can speak: empty means all, or with an anchor those on it. A node and a person
    speak wherever they are there.
    """

    title: Text
    node: Name | None = None
    person: Name | None = None
    number: Annotated[int, Field(ge=1)] = 1
    at: Point | None = None
    anchor: Name | None = None
    places: list[Name] = Field(default_factory=list)

    @model_validator(mode="after")
    def _check(self) -> "Voice":
        if sum(one is not None for one in (self.node, self.person, self.at)) != 1:
            raise ValueError("give node, person or at, one of them")
        if self.at is None and (self.anchor or self.places):
            raise ValueError("anchor and places go with at; a node or a person has its own")
        if self.person is None and "number" in self.model_fields_set:
            raise ValueError("number goes with person")
        return self


class SoundSource(Strict):
    """A point of sound, or without a position all around the person. `gain_db` may follow an axis."""

    name: Name
    kind: Text
    position: Vector | None = None
    gain_db: Value = Field(default_factory=zero)
    places: list[Name] = Field(default_factory=list)
    stimulus: Name | None = None
    variants: list[Name] = Field(default_factory=list)


class Sound(Strict):
    """`bed` is the loop under everything."""

    bed: str = ""
    bed_gain_db: Value = Field(default_factory=zero)
    sources: list[SoundSource] = Field(default_factory=list)


class Variant(Strict):
    """The scene at another time of day, in other weather, with other people. The first is the scene as it stands."""

    title: Text
    light: OtherLight = Field(default_factory=OtherLight)
    sky: OtherSky = Field(default_factory=OtherSky)
    weather: OtherWeather = Field(default_factory=OtherWeather)
    environment: Environment | None = None
    bed: str | None = None


class Hold(Strict):
    """What the person sees while held, in words for the therapist."""

    shows: Text


class Comfort(Strict):
    """`flashes_per_s` is the most that anything in the scene flashes; the checker counts (WCAG 2.3.1)."""

    flashes_per_s: Annotated[Number, Field(ge=0, lt=3)] = 0.0


class SceneFile(Strict):
    """A whole scene file."""

    format: Literal[1]
    title: Text
    phobia: Text
    posture: Literal["standing", "seated", "either"]
    content_warnings: list[Text]
    seed: int
    base_place: Name
    axes: dict[str, AxisBinding] = Field(default_factory=dict)
    anchors: dict[Name, Anchor] = Field(default_factory=dict)
    places: Annotated[dict[Name, Place], Field(min_length=1, max_length=32)]
    level: list[LevelPoint] = Field(default_factory=list)
    rungs: dict[Name, Rung] = Field(default_factory=dict)
    stimuli: dict[Name, Stimulus] = Field(default_factory=dict)
    materials: dict[Name, Material]
    nodes: dict[Name, Node]
    decals: Annotated[dict[Name, Decal], Field(max_length=200)] = Field(default_factory=dict)
    areas: Annotated[dict[Name, Area], Field(max_length=32)] = Field(default_factory=dict)
    lamps: dict[Name, LocalLight] = Field(default_factory=dict)
    people: dict[Name, Group] = Field(default_factory=dict)
    light: Light
    sky: Sky
    environment: Environment | None = None
    weather: Weather = Field(default_factory=Weather)
    sound: Sound = Field(default_factory=Sound)
    voices: Annotated[dict[Name, Voice], Field(max_length=16)] = Field(default_factory=dict)
    hold: Hold
    comfort: Comfort = Field(default_factory=Comfort)
    variants: Annotated[dict[Name, Variant], Field(max_length=16)] = Field(default_factory=dict)

    def light_in(self, variant: Variant | None) -> Light:
        """The light of a variant; None is the scene as its tables stand."""
        return self.light if variant is None else changed(self.light, variant.light)

    def sky_in(self, variant: Variant | None) -> Sky:
        return self.sky if variant is None else changed(self.sky, variant.sky)

    def environment_in(self, variant: Variant | None) -> Environment | None:
        return self.environment if variant is None or variant.environment is None else variant.environment

    def weather_in(self, variant: Variant | None) -> Weather:
        return self.weather if variant is None else changed(self.weather, variant.weather)
