"""The moment: all that a scene's picture and sound may depend on, besides the scene itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """`t_ns` counts from the moment the person entered the scene, and stands still for nobody.

    `axes` are in the axes' own units (float). `stimuli` are (name, age in seconds) of those being shown. `held` is true
    while nothing may approach: idle life goes on. A `variant` unknown to the scene, such as "", is its first.
    """

    t_ns: int
    place: str
    axes: dict[str, float]
    stimuli: tuple[tuple[str, float], ...] = ()
    held: bool = False
    variant: str = ""
