"""The skeleton that all people share: names, order and parents of its joints.

It is MakeHuman's game_engine rig with jaw and eyes of its default rig; `l` is the person's left. Joints rest unturned.
"""

from typing import Final

import numpy as np

FINGERS: Final = ("thumb", "index", "middle", "ring", "pinky")


def _arm_and_leg(side: str) -> list[tuple[str, str, str]]:
    s = side
    found = [
        (f"clavicle_{s}", "spine_03", f"joint-{s}-clavicle"),
        (f"upperarm_{s}", f"clavicle_{s}", f"joint-{s}-shoulder"),
        (f"lowerarm_{s}", f"upperarm_{s}", f"joint-{s}-elbow"),
        (f"hand_{s}", f"lowerarm_{s}", f"joint-{s}-hand"),
        (f"thigh_{s}", "pelvis", f"joint-{s}-upper-leg"),
        (f"calf_{s}", f"thigh_{s}", f"joint-{s}-knee"),
        (f"foot_{s}", f"calf_{s}", f"joint-{s}-ankle"),
        (f"ball_{s}", f"foot_{s}", f"joint-{s}-foot-1"),
    ]
    for number, finger in enumerate(FINGERS, start=1):
        parent = f"hand_{s}"
        for link in (1, 2, 3):
            name = f"{finger}_0{link}_{s}"
            found.append((name, parent, f"joint-{s}-finger-{number}-{link}"))
            parent = name
    return found


_TREE: Final = [
    ("pelvis", "", "joint-pelvis"),
    ("spine_01", "pelvis", "joint-spine-4"),
    ("spine_02", "spine_01", "joint-spine-3"),
    ("spine_03", "spine_02", "joint-spine-2"),
    ("neck", "spine_03", "joint-neck"),
    ("head", "neck", "joint-head"),
    ("jaw", "head", "joint-mouth"),
    ("eye_l", "head", "joint-l-eye"),
    ("eye_r", "head", "joint-r-eye"),
    *_arm_and_leg("l"),
    *_arm_and_leg("r"),
]

CUBES: Final = tuple(cube for _, _, cube in _TREE)
"""The groups of MakeHuman's base mesh about the joints."""

JOINTS: Final = tuple(name for name, _, _ in _TREE)
NUMBER: Final = {name: number for number, name in enumerate(JOINTS)}
PARENTS: Final = np.array([NUMBER.get(parent, -1) for _, parent, _ in _TREE])
