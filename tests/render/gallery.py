"""The gallery: every scene at every rung in every variant, its stimuli, people and every mesh kind, as small pictures.

A picture's name is its path under tests/render/golden without the ending. Times are whole frames of 1/90 s.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from tests.render.likeness import Picture, side_by_side
from tests.scene.people import SCENE, WALKERS, write_people
from tests.scene.shipped import shipped
from vret.headset.offscreen import PERIOD_NS
from vret.paths import data_file
from vret.scene.bundle import Bundle
from vret.scene.compile import compile_scene
from vret.scene.moment import Moment
from vret.scene.pictures import DOWN_ENDING, Camera, Shot, View, moments, shots
from vret.scene.scene import Scene, load_scene

GOLDEN = Path(__file__).parent / "golden"
KINDS = Path(__file__).parent / "kinds"
KEPT = Path(__file__).parents[2] / "build" / "golden"
SIZE = (192, 144)
FRAMES = 360
KIND_VIEW = View(pitch_deg=-20.0, width_deg=50.0)
STIMULUS_SHARES = {"": 0.4, DOWN_ENDING: 0.15}
"""How far a stimulus has come: what flies is ahead in the middle of its course, what falls is still near the feet."""
STIMULUS_DEG = 50.0
"""A narrower view than that of a rung, since leaves are small."""


@dataclass(frozen=True)
class Room:
    """One scene and the pictures of it, by their names."""

    bundle: Bundle
    shots: dict[str, Shot]

    def drawn(self, wanted: Container[str]) -> Iterator[tuple[str, Picture]]:
        """The wanted pictures of this scene. Leaves no OpenGL context current."""
        chosen = {name: shot for name, shot in self.shots.items() if name in wanted}
        if not chosen:
            return
        camera = Camera(self.bundle, SIZE)
        try:
            for name, shot in chosen.items():
                yield name, camera.draw(shot.moment, shot.view)
        finally:
            camera.close()


def rooms() -> Iterator[Room]:
    """The scenes that are shipped, people, then the mesh kinds."""
    for path in sorted(data_file("scenes").glob("*/scene.toml")):
        yield _room(load_scene(path.parent), shipped(path.parent.name))
    with TemporaryDirectory() as folder:
        people = load_scene(write_people(Path(folder), SCENE.replace("[light]", WALKERS + "[light]")))
    yield _room(people, compile_scene(people))
    yield _kinds(load_scene(KINDS))


def names() -> list[str]:
    """Of the pictures that hang in tests/render/golden."""
    return sorted(path.relative_to(GOLDEN).with_suffix("").as_posix() for path in GOLDEN.rglob("*.png"))


def golden(name: str) -> Picture:
    return np.asarray(Image.open(GOLDEN / f"{name}.png").convert("RGB"))


def keep(name: str, expected: Picture, actual: Picture) -> Path:
    """Write expected, actual and difference side by side into build/golden; where."""
    path = KEPT / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(side_by_side(expected, actual)).save(path)
    return path


def _room(scene: Scene, bundle: Bundle) -> Room:
    base = bundle.rules.base_variant
    found: dict[str, Shot] = {}
    for variant in [rules.name for rules in bundle.rules.variants] or [base]:
        for shot in shots(bundle, variant, scene.file.posture):
            is_down = shot.name.endswith(DOWN_ENDING)
            if not is_down or variant == base:
                folder = "down" if is_down else variant or "as_it_is"
                found[f"{scene.name}/{folder}/{shot.name.removesuffix(DOWN_ENDING)}"] = _at_frame(shot)
    for shot in list(shots(bundle, base, scene.file.posture))[-len(STIMULUS_SHARES) :]:
        ending = DOWN_ENDING if shot.name.endswith(DOWN_ENDING) else ""
        view = replace(shot.view, width_deg=shot.view.width_deg if ending else STIMULUS_DEG)
        for stimulus in bundle.rules.stimuli:
            age_s = stimulus.duration_ns / 1e9 * STIMULUS_SHARES[ending]
            moment = replace(shot.moment, stimuli=((stimulus.name, age_s),))
            name = f"{stimulus.name}{ending}"
            found[f"{scene.name}/stimuli/{name}"] = _at_frame(Shot(name, moment, view))
    return Room(bundle, found)


def _kinds(scene: Scene) -> Room:
    bundle = compile_scene(scene)
    (moment,) = moments(bundle).values()
    return Room(
        bundle,
        {
            f"kinds/{place}": _at_frame(Shot(place, replace(moment, place=place), KIND_VIEW))
            for place in scene.file.places
        },
    )


def _at_frame(shot: Shot) -> Shot:
    moment: Moment = replace(shot.moment, t_ns=FRAMES * PERIOD_NS)
    return shot._replace(moment=moment)
