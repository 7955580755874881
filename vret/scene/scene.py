"""A scene folder, read and checked."""

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from vret.errors import VretError
from vret.paths import data_file
from vret.scene.light.panorama import FOLDER, PanoramaError, panorama_names, read_panorama
from vret.scene.looks.gltf import GltfError
from vret.scene.looks.images import ImageError, Pixels, read_image
from vret.scene.looks.ktx2 import BlockPicture
from vret.scene.looks.models import Model, read_model
from vret.scene.meshes.primitives import Model as ModelMesh
from vret.scene.people.troupe import Troupe, read_troupe
from vret.scene.written.atmosphere import Environment
from vret.scene.written.checks import Finding, findings
from vret.scene.written.explain import explained
from vret.scene.written.lines import Path as KeyPath
from vret.scene.written.lines import key_lines
from vret.scene.written.model import SceneFile

SCENE_FILE = "scene.toml"
TEXT_MAX = 1024 * 1024
_PARTS_MAX = 32
_LONG_KEY = re.compile(
    r"""(?<![A-Za-z0-9_-])(?:(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+)"""
    rf"{{{_PARTS_MAX}}}"
)
"""`tomllib` keeps every beginning of a key: one of a hundred thousand parts is more than a computer's memory."""
GENERATOR_VERSION = 4
"""Grows whenever the same scene file would be built into other shapes or move otherwise."""


class SceneError(VretError):
    """A scene that cannot be used; one line a problem, each with file, line and key."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Scene:
    """A scene whose files have been read and checked. Its name is its folder's; `models`, the `pictures` of decals and
    `panoramas`, the pictures of all around, are by their file's name. The `troupe` is what its people need.
    """

    name: str
    folder: Path
    content_hash: str
    file: SceneFile
    models: Mapping[str, Model]
    troupe: Troupe
    pictures: Mapping[str, Pixels | BlockPicture] = field(default_factory=dict)
    panoramas: Mapping[str, npt.NDArray[np.float32]] = field(default_factory=dict)


def load_scene(folder: Path) -> Scene:
    """Read and check. Raises SceneError with every problem that was found."""
    path = folder / SCENE_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SceneError(
            [f"{path}: cannot be read ({error.strerror}); a scene is a folder with a {SCENE_FILE}"]
        ) from error
    except UnicodeDecodeError as error:
        raise SceneError([f"{path}: is not UTF-8 text (byte {error.start})"]) from error
    tables = _tables(path, text)
    lines = key_lines(text)
    try:
        file = SceneFile.model_validate(tables)
    except ValidationError as error:
        raise _error(path, lines, explained(error, lines)) from error
    models, broken = _models(folder, file)
    pictures, unread = _pictures(folder, file)
    panoramas, dark = _panoramas(folder, file)
    troupe, unfit = read_troupe(folder, file)
    if found := [*findings(file), *broken, *unread, *dark, *unfit]:
        raise _error(path, lines, found)
    inside = [*(path for model in models.values() for path in model.files), *(folder / name for name in pictures)]
    inside += [_panorama_file(folder, name) for name in panoramas]
    files = [*sorted({path.resolve() for path in inside}), *troupe.files]
    return Scene(folder.resolve().name, folder, _content_hash(text, files), file, models, troupe, pictures, panoramas)


def _tables(path: Path, text: str) -> dict[str, Any]:
    """The file's tables. Raises SceneError also for what would take the reader memory or time without end."""
    if len(text) > TEXT_MAX:
        raise SceneError([f"{path}: has {len(text)} characters; a scene has at most {TEXT_MAX}"])
    if (long := _LONG_KEY.search(text)) is not None:
        line = text.count("\n", 0, long.start()) + 1
        raise SceneError([f"{path}:{line}: a key of more than {_PARTS_MAX} parts; no table lies so deep"])
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise SceneError([_syntax_problem(path, str(error))]) from error
    except RecursionError as error:
        raise SceneError([f"{path}: has lists or tables in each other without end; take some of them out"]) from error
    except (ValueError, ArithmeticError) as error:
        raise SceneError([f"{path}: has a number that is too large or too long to be read"]) from error


def _models(folder: Path, file: SceneFile) -> tuple[dict[str, Model], list[Finding]]:
    """Every model that a node names, and what is wrong with them."""
    models: dict[str, Model] = {}
    problems: dict[str, str] = {}
    found = []
    worn = {
        node.mesh.file for node in file.nodes.values() if isinstance(node.mesh, ModelMesh) and node.has_own_materials
    }
    for name, node in file.nodes.items():
        if not isinstance(node.mesh, ModelMesh):
            continue
        model = node.mesh.file
        if model not in models and model not in problems:
            try:
                models[model] = read_model(folder / model, with_looks=model in worn)
            except (GltfError, ImageError) as error:
                problems[model] = str(error)
        if not (folder / model).is_file():
            problems[model] = f"there is no file {model} beside the scene"
        if model in problems:
            found.append(Finding(("nodes", name, "mesh", "file"), problems[model]))
    return models, found


def _panoramas(folder: Path, file: SceneFile) -> tuple[dict[str, npt.NDArray[np.float32]], list[Finding]]:
    """Every picture of all around that the scene or a variant names, and what is wrong with them."""
    panoramas: dict[str, npt.NDArray[np.float32]] = {}
    found = []
    named: list[tuple[KeyPath, Environment | None]] = [(("environment", "image"), file.environment)]
    named += [(("variants", name, "environment", "image"), one.environment) for name, one in file.variants.items()]
    for key, environment in named:
        if environment is None or environment.image in panoramas:
            continue
        path = _panorama_file(folder, environment.image)
        if not path.is_file():
            brought = ", ".join(panorama_names())
            found.append(
                Finding(key, f"there is no file {environment.image} beside the scene; the program has {brought}")
            )
            continue
        try:
            panoramas[environment.image] = read_panorama(path)
        except PanoramaError as error:
            found.append(Finding(key, str(error)))
    return panoramas, found


def _panorama_file(folder: Path, name: str) -> Path:
    return data_file(f"{FOLDER}/{name}.exr") if name in panorama_names() else folder / name


def _pictures(folder: Path, file: SceneFile) -> tuple[dict[str, Pixels | BlockPicture], list[Finding]]:
    """Every picture that a decal names, and what is wrong with them."""
    pictures: dict[str, Pixels | BlockPicture] = {}
    found = []
    for name, decal in file.decals.items():
        for key, picture in (("picture", decal.picture), ("normal_picture", decal.normal_picture)):
            if picture is None or picture in pictures:
                continue
            path = folder / picture
            problem = ""
            if not path.resolve().is_relative_to(folder.resolve()):
                problem = f"{picture} does not lie in the scene's folder; copy it there"
            elif not path.is_file():
                problem = f"there is no file {picture} beside the scene"
            else:
                try:
                    pictures[picture] = read_image(picture, path.read_bytes())
                except (ImageError, OSError) as error:
                    problem = str(error)
            if problem:
                found.append(Finding(("decals", name, key), problem))
    return pictures, found


def _content_hash(text: str, files: Sequence[Path]) -> str:
    """Over the scene file, all files that it names and the version of what builds the rest."""
    digest = hashlib.sha256(f"vret scene {GENERATOR_VERSION}\n".encode())
    for content in (text.encode(), *(path.read_bytes() for path in files)):
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def _syntax_problem(path: Path, message: str) -> str:
    where = re.search(r" \(at line (\d+), column \d+\)$", message)
    if where is None:
        return f"{path}: {message[:1].lower()}{message[1:]}"
    return f"{path}:{where[1]}: {message[: where.start()][:1].lower()}{message[1 : where.start()]}"


def _line(lines: dict[KeyPath, int], path: KeyPath) -> int:
    """The line of a key, or of the nearest table around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _error(path: Path, lines: dict[KeyPath, int], found: list[Finding]) -> SceneError:
    ordered = sorted(found, key=lambda finding: _line(lines, finding.path))
    return SceneError([_problem(path, lines, finding) for finding in ordered])


def _problem(path: Path, lines: dict[KeyPath, int], finding: Finding) -> str:
    name = ".".join(str(part) for part in finding.path)
    where = f"{path}:{_line(lines, finding.path)}"
    return f"{where}: {name}: {finding.message}" if name else f"{where}: {finding.message}"
