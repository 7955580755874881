"""The tables of a scene file about light, sky and what is in the air, and what a variant changes of them."""

from typing import Annotated, TypeVar

from pydantic import Field

from vret.scene.written.values import Colour, Number, Pair, Positive, Share, Strict, Text, Value, one, zero

Table = TypeVar("Table", bound=Strict)


class Light(Strict):
    """The sun by azimuth (0 is -Z, 90 is +X) and elevation, and the light of the rest.

    `lamps` is how far all that shines by itself is turned on, `lit_windows` the share of a facade's windows with light
    behind them. `unit_lux` is what a `sun_power` of 1 throws on a surface that faces it, and so how bright lamps look
    beside the sun: an eye that is used to 30 000 lux does not see a street lamp's 10.
    """

    sun_azimuth_deg: Number
    sun_elevation_deg: Annotated[Number, Field(gt=0, le=90)]
    sun_colour: Colour = "#fff2dd"
    sun_power: Number = 3.0
    ambient_power: Number = 1.0
    exposure: Value = Field(default_factory=one)
    indoor: bool = False
    shadow_radius_m: Positive = 60.0
    lamps: Share = 1.0
    lit_windows: Share = 0.0
    unit_lux: Positive = 100.0


class Sky(Strict):
    """Colours of the dome and of the ground's light; `visibility_m` is where haze hides all but 5 % of a thing.

    `cloud_cover` is the share of the sky that clouds take, `cloud_drift_mps` the way they go along X and Z.
    """

    zenith: Colour
    horizon: Colour
    ground: Colour
    visibility_m: Positive
    cloud_cover: Value = Field(default_factory=zero)
    cloud_drift_mps: Pair = Field(default_factory=lambda: [6.0, 2.5])


class Environment(Strict):
    """A picture of all around, from which light comes instead of from the sky's colours: an OpenEXR file beside the
    scene, or the name of one that the program brings. It is made as bright as `power` says, 1 for a mean of 1.

    Its middle is ahead (-Z) and its right edge behind; `turn_deg` turns it to the left.
    """

    image: Text
    power: Positive = 1.0
    turn_deg: Number = 0.0


class Weather(Strict):
    """How much falls or hangs in the air around the person, 0 to 1 of the most; `drift_mps` is the way it goes along X
    and Z. Indoors there is dust alone.
    """

    rain: Value = Field(default_factory=zero)
    snow: Value = Field(default_factory=zero)
    dust: Value = Field(default_factory=zero)
    drift_mps: Pair = Field(default_factory=lambda: [0.0, 0.0])


class OtherLight(Strict):
    """What a variant changes of the scene's light; what is left out stays as it is there."""

    sun_azimuth_deg: Number | None = None
    sun_elevation_deg: Annotated[Number, Field(gt=0, le=90)] | None = None
    sun_colour: Colour | None = None
    sun_power: Number | None = None
    ambient_power: Number | None = None
    exposure: Value | None = None
    indoor: bool | None = None
    shadow_radius_m: Positive | None = None
    lamps: Share | None = None
    lit_windows: Share | None = None
    unit_lux: Positive | None = None


class OtherSky(Strict):
    """What a variant changes of the scene's sky; what is left out stays as it is there."""

    zenith: Colour | None = None
    horizon: Colour | None = None
    ground: Colour | None = None
    visibility_m: Positive | None = None
    cloud_cover: Value | None = None
    cloud_drift_mps: Pair | None = None


class OtherWeather(Strict):
    """What a variant changes of the scene's weather; what is left out stays as it is there."""

    rain: Value | None = None
    snow: Value | None = None
    dust: Value | None = None
    drift_mps: Pair | None = None


def changed(table: Table, by: Strict) -> Table:
    """The table with what another gives, which has the same keys and all of them optional."""
    return table.model_copy(update={name: getattr(by, name) for name in by.model_fields_set})
