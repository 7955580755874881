"""The troupe: every figure and every motion that the people of a scene file need, read and held against each other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from vret.paths import data_file
from vret.scene.looks.gltf import GltfError
from vret.scene.looks.images import ImageError
from vret.scene.people.figures import Figure, read_figure
from vret.scene.people.groups import Group
from vret.scene.people.motions import Motions, read_motions
from vret.scene.people.persons import KEYS_PER_S
from vret.scene.written.checks import Finding, close_to
from vret.scene.written.model import SceneFile

GESTURE_MOST_S = 10.0
SHARED = "assets/people"


@dataclass(frozen=True)
class Troupe:
    """By their names in the scene file."""

    figures: Mapping[str, Figure] = field(default_factory=dict)
    motions: Mapping[str, Motions] = field(default_factory=dict)

    @property
    def files(self) -> tuple[Path, ...]:
        """Always in the same order, wherever the program is installed."""
        figures = [path for _, figure in sorted(self.figures.items()) for path in figure.model.files]
        return tuple(figures + [path for _, motions in sorted(self.motions.items()) for path in motions.files])


def read_troupe(folder: Path, file: SceneFile) -> tuple[Troupe, list[Finding]]:
    """What could be read, and what is wrong with the rest."""
    reading = _Reading(folder)
    found = [finding for name, people in file.people.items() for finding in reading.findings(name, people)]
    return Troupe(reading.figures, reading.motions), found


class _Reading:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.figures: dict[str, Figure] = {}
        self.motions: dict[str, Motions] = {}
        self._broken: dict[str, str] = {}

    def findings(self, name: str, people: Group) -> Iterator[Finding]:
        path = ("people", name)
        for index, body in enumerate(people.bodies):
            if problem := self._figure(body):
                yield Finding((*path, "bodies", index), problem)
        figure = next((self.figures[body] for body in people.bodies if body in self.figures), None)
        if figure is None:
            return
        source = people.motions_from
        if source not in self.motions and source not in self._broken:
            try:
                self.motions[source] = read_motions(self._motions_path(source), figure.joints, figure.pelvis)
            except GltfError as error:
                self._broken[source] = str(error)
        if source in self._broken:
            yield Finding((*path, "motions_from"), self._broken[source])
            return
        yield from self._motions(name, people)

    def _motions(self, name: str, people: Group) -> Iterator[Finding]:
        known = self.motions[people.motions_from].named
        for key, chosen in (("motions", people.motions), ("gestures", people.gestures)):
            for index, motion in enumerate(chosen):
                path = ("people", name, key, index)
                if motion not in known:
                    yield Finding(path, f"no such motion as {motion}{close_to(motion, known)}")
                    continue
                length_s, goes = known[motion].count / KEYS_PER_S, known[motion].speed_mps > 0
                if key == "gestures" and length_s > GESTURE_MOST_S:
                    yield Finding(path, f"lasts {length_s:.0f} s; a gesture lasts up to {GESTURE_MOST_S:.0f} s")
                elif key == "motions" and goes != (people.course is not None):
                    what = "walks, for which a group needs a course" if goes else "does not walk along the course"
                    yield Finding(path, f"{motion} {what}; give another motion")

    def _figure(self, body: str) -> str:
        """Read it, once; what is wrong with it, or nothing."""
        if body in self.figures:
            return ""
        if body not in self._broken:
            path = self._path(body)
            if not body.endswith(".glb") and not path.is_file():
                known = sorted(found.stem for found in path.parent.glob("*.glb"))
                self._broken[body] = f"no such body as {body}{close_to(body, known)}; one beside the scene ends in .glb"
                return self._broken[body]
            try:
                figure = read_figure(path)
            except (GltfError, ImageError) as error:
                self._broken[body] = str(error)
            else:
                first = next(iter(self.figures.values()), figure)
                if figure.joints == first.joints and (figure.parents == first.parents).all():
                    self.figures[body] = figure
                    return ""
                self._broken[body] = (
                    f"{body} has other joints than {next(iter(self.figures))}; make both for one skeleton"
                )
        return self._broken[body]

    def _path(self, body: str) -> Path:
        return self._folder / body if body.endswith(".glb") else data_file(f"{SHARED}/bodies/{body}.glb")

    def _motions_path(self, source: str) -> Path:
        return self._folder / source if source else data_file(f"{SHARED}/motions.glb")
