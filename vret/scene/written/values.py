"""The small types that scene files are written in."""

from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


def _plain(value: object) -> object:
    """TOML's decimals are read as Decimal, to keep axis values exact."""
    return float(value) if isinstance(value, Decimal) else value


def _exact(value: object) -> object:
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


class Strict(BaseModel):
    """A table of a scene file: no unknown key, nothing converted, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Number = Annotated[float, BeforeValidator(_plain), Field(allow_inf_nan=False)]
Positive = Annotated[float, BeforeValidator(_plain), Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, BeforeValidator(_plain), Field(ge=0, le=1)]
Exact = Annotated[Decimal, BeforeValidator(_exact), Field(allow_inf_nan=False), WithJsonSchema({"type": "number"})]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


def _listed(length: int) -> Any:
    return Field(min_length=length, max_length=length)


Vector = Annotated[list[Number], _listed(3)]
Size = Annotated[list[Positive], _listed(3)]
Pair = Annotated[list[Number], _listed(2)]


class Span(Strict):
    """Something is shown while its axis is at least `from` and below `below`."""

    model_config = ConfigDict(validate_by_name=False, validate_by_alias=True)
    at_least: Number = Field(default=-1e9, alias="from")
    below: Number = 1e9


class Value(Strict):
    """A number, or a number that depends: on an axis, or on the age of a stimulus in seconds.

    Written as `1.5`, as `"height_m"` (the axis itself), or as `{ axis = "wind_mps", points = [[0, 0], [12, 8]] }`:
    linear between points, level beyond them. For a stimulus that is not shown the first point holds.
    """

    constant: Number = 0.0
    axis: str = ""
    stimulus: str = ""
    points: list[Pair] = []

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        match value:
            case bool():
                return value
            case int() | Decimal():
                return {"constant": value}
            case str():
                return {"axis": value}
            case _:
                return value

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        table = handler.resolve_ref_schema(handler(core_schema))
        description = table.pop("description")
        return {"description": description, "anyOf": [{"type": "number"}, {"type": "string"}, table]}

    @model_validator(mode="after")
    def _check(self) -> "Value":
        if self.axis and self.stimulus:
            raise ValueError("name an axis or a stimulus, not both")
        if self.stimulus and not self.points:
            raise ValueError("a value that follows a stimulus needs points = [[age in seconds, value], ...]")
        if self.points and not (self.axis or self.stimulus):
            raise ValueError("points need the axis or the stimulus that they follow")
        inputs = [point[0] for point in self.points]
        if any(after <= before for before, after in pairwise(inputs)):
            raise ValueError("the first numbers of points must grow")
        return self

    @property
    def is_constant(self) -> bool:
        return not (self.axis or self.stimulus)


Point = Annotated[list[Value], _listed(3)]
"""A position whose coordinates may depend on axes."""


def zero() -> Value:
    return Value()


def one() -> Value:
    return Value(constant=1.0)


def origin() -> list[Value]:
    return [Value(), Value(), Value()]
