"""Groups: people as a scene file has them. `docs/scenes.md` explains the table."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vret.scene.people.persons import Part
from vret.scene.people.spots import Course, Crowd, Rows
from vret.scene.written.values import Colour, Name, Number, Point, Positive, Span, Strict, Text, Value


class Group(Strict):
    """People: one, an audience or a crowd, each with a body, clothes and a rhythm of their own.

    A body is one of `assets/people/bodies`, or a .glb beside the scene; motions are from `motions_from`, which is there
    for all if you leave it out. They look towards -Z at yaw 0, and are there by one of `spots`, `rows`, `crowd` and
    `course`; `present` is how many of them. `places` empty means all, or with an anchor those on it; `variants` empty
    means all.
    """

    bodies: Annotated[list[Text], Field(min_length=1)]
    motions: Annotated[list[Text], Field(min_length=1)]
    motions_from: str = ""
    gestures: list[Text] = Field(default_factory=list)
    gesture_every_s: Positive = 25.0
    look: Literal["ahead", "around", "away"] = "around"
    gaze_at_client: Value = Field(default_factory=Value)
    tints: dict[Part, Annotated[list[Colour], Field(min_length=1)]] = Field(default_factory=dict)
    scale: Annotated[list[Positive], Field(min_length=2, max_length=2)] = Field(default_factory=lambda: [1.0, 1.0])
    spots: list[Annotated[list[Number], Field(min_length=3, max_length=4)]] = Field(default_factory=list)
    rows: Rows | None = None
    crowd: Crowd | None = None
    course: Course | None = None
    present: Value | None = None
    anchor: Name | None = None
    position: Point = Field(default_factory=lambda: [Value(), Value(), Value()])
    yaw_deg: Number = 0.0
    places: list[Name] = Field(default_factory=list)
    visible: dict[str, Span] = Field(default_factory=dict)
    stimulus: Name | None = None
    when_held: Literal["goes_on", "hides"] = "goes_on"
    variants: list[Name] = Field(default_factory=list)

    @model_validator(mode="after")
    def _check(self) -> "Group":
        if sum(bool(where) for where in (self.spots, self.rows, self.crowd, self.course)) != 1:
            raise ValueError("give spots, rows, crowd or course, one of them")
        if self.course and (self.anchor or self.model_fields_set & {"position", "yaw_deg"}):
            raise ValueError("a course stands in scene space: leave out anchor, position and yaw_deg")
        if self.scale[0] > self.scale[1]:
            raise ValueError("scale goes from the smallest to the tallest")
        return self

    @property
    def count(self) -> int:
        group = self.rows or self.crowd or self.course
        return group.count if group else len(self.spots)
