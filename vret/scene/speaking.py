"""Who can speak in a scene: from the file, and from what was built of the nodes and people that it names."""

import numpy as np
import numpy.typing as npt

from vret.core.ladder import VoiceRules
from vret.scene.curves import Curves
from vret.scene.instances import Instance
from vret.scene.regions import Body, places_mask
from vret.scene.tables import BOUND, VOICE
from vret.scene.written.model import SceneFile, Voice

_NOWHERE = (0.0, 0.0, 0.0)


def voice_rules(scene: SceneFile) -> tuple[VoiceRules, ...]:
    """What the core needs: names, titles, and the places where they are there."""
    return tuple(VoiceRules(name, voice.title, _places(scene, voice)) for name, voice in scene.voices.items())


def voice_tables(
    scene: SceneFile, bodies: dict[str, list[Body]], curves: Curves, instances: list[Instance]
) -> tuple[npt.NDArray[np.void], npt.NDArray[np.void]]:
    """VOICE and its BOUND. `bodies` are those of every node; `instances` are in their last order."""
    row_of = {id(instance): row for row, instance in enumerate(instances)}
    rows: list[tuple[object, ...]] = []
    bounds: list[tuple[int, int, int]] = []
    for number, voice in enumerate(scene.voices.values()):
        row, person, position = -1, -1, _NOWHERE
        if voice.person is not None:
            before = list(scene.people)[: list(scene.people).index(voice.person)]
            person = sum(scene.people[name].count for name in before) + voice.number - 1
        elif voice.node is not None:
            (body,) = bodies[voice.node]
            row = -1 if body.instance is None else row_of[id(body.instance)]
            position = body.centre
            if row < 0:
                bounds += [(number, *bound) for bound in body.conditions.bounds]
        else:
            points = [voice.at or [], *([] if voice.anchor is None else [scene.anchors[voice.anchor].position])]
            x, y, z = (sum(point[i].constant for point in points if point[i].is_constant) for i in range(3))
            position = (x, y, z)
            bounds += [
                (number, i, curves.index(point[i])) for point in points for i in range(3) if not point[i].is_constant
            ]
        rows.append((row, person, position))
    return np.array(rows, VOICE), np.array(bounds, BOUND)


def _places(scene: SceneFile, voice: Voice) -> tuple[str, ...]:
    """Empty for all."""
    if voice.person is not None:
        group = scene.people[voice.person]
        mask = places_mask(scene, group.places, group.anchor)
    elif voice.node is not None:
        node = scene.nodes[voice.node]
        mask = places_mask(scene, node.places, node.anchor)
    else:
        mask = places_mask(scene, voice.places, voice.anchor)
    chosen = tuple(name for index, name in enumerate(scene.places) if mask >> index & 1)
    return () if len(chosen) == len(scene.places) else chosen
