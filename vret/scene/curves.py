"""The curves of a scene under construction: each different one once."""

from vret.core.axes import AXES
from vret.scene.tables import Curve, Source
from vret.scene.written.model import SceneFile
from vret.scene.written.values import Value

_MICRO = 1_000_000


class Curves:
    """Turns values of the scene file into indices of curves."""

    def __init__(self, scene: SceneFile) -> None:
        self._scene = scene
        self._found: dict[Curve, int] = {}

    def index(self, value: Value, factor: float = 1.0) -> int:
        """The curve of a value, its outputs times `factor`."""
        inputs = tuple(point[0] for point in value.points)
        outputs = tuple(point[1] * factor for point in value.points)
        if value.stimulus:
            curve = Curve(Source.STIMULUS, value.stimulus, inputs, outputs)
        elif value.axis:
            axis = AXES[value.axis]
            ends = (axis.low / _MICRO, axis.high / _MICRO)
            curve = Curve(Source.AXIS, value.axis, inputs or ends, outputs or tuple(end * factor for end in ends))
        else:
            curve = Curve(Source.CONSTANT, "", (), (value.constant * factor,))
        return self._found.setdefault(curve, len(self._found))

    def all(self) -> tuple[Curve, ...]:
        return tuple(self._found)
