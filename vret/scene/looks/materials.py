"""The materials of a compiled scene: those that its file names, those of its decals, and those that models bring."""

from collections.abc import Hashable, Iterator
from functools import partial
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from vret.scene.compiled import BLENDED, DECAL, DECAL_PATTERNS, MATERIAL, OWN, PATTERNS, TWO_SIDED, Textures
from vret.scene.looks.images import Pixels
from vret.scene.looks.ktx2 import BlockPicture
from vret.scene.looks.models import Look, Model
from vret.scene.looks.textures import Role, TextureError, TextureShelf, chain_of, combined
from vret.scene.scene import Scene, SceneError
from vret.scene.surroundings import linear
from vret.scene.written.model import Decal
from vret.scene.written.values import Value

_NO_PATTERN_M = (1.0, 1.0)


class Materials:
    """Numbers materials as they are asked for. A model's own come once, however many nodes show it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._named = {name: index for index, name in enumerate(scene.file.materials)}
        self._decals = {name: len(self._named) + index for index, name in enumerate(scene.file.decals)}
        self._written = len(self._named) + len(self._decals)
        self._own: dict[tuple[str, int, str], int] = {}
        self._keys: list[dict[str, Hashable]] = []
        self._shelf = TextureShelf()

    def named(self, name: str) -> int:
        return self._named[name]

    def decal(self, name: str) -> int:
        return self._decals[name]

    def opacities(self) -> Iterator[tuple[int, Value]]:
        """Of each material that the file writes down."""
        file = self._scene.file
        written = [one.opacity for one in file.materials.values()] + [one.opacity for one in file.decals.values()]
        return enumerate(written)

    def is_solid(self, number: int) -> bool:
        """Whether a material neither has holes nor is ever seen through."""
        if number < self._written:
            opacity = list(self._scene.file.materials.values())[number].opacity
            return opacity.is_constant and opacity.constant >= 1
        file, own, _ = list(self._own)[number - self._written]
        look = self._model(file).looks[own]
        return not (look.is_blended or look.cutoff or look.opacity < 1)

    def own(self, file: str, number: int, tint: str = "") -> int:
        """A model's or a figure's own material, by its number in the file. The `tint` multiplies its base colour."""
        key = (file, number, tint)
        if key not in self._own:
            self._own[key] = self._written + len(self._own)
            model = self._model(file)
            self._keys.append(_Shelving(self._shelf, model, model.looks[number]).keys())
        return self._own[key]

    def table(self) -> tuple[npt.NDArray[np.void], Textures]:
        """All materials and their textures. Raises SceneError."""
        decal_keys = [self._decal_keys(decal) for decal in self._scene.file.decals.values()]
        try:
            textures, words = self._shelf.packed()
        except TextureError as error:
            raise SceneError([f"{self._scene.folder}: {error}"]) from error
        found = np.zeros(self._written + len(self._own), MATERIAL)
        self._write_named(found[: len(self._named)])
        for row, decal in zip(found[len(self._named) : self._written], self._scene.file.decals.values(), strict=True):
            _write_decal(row, decal)
        for row, (file, number, tint) in zip(found[self._written :], self._own, strict=True):
            _write_look(row, self._model(file).looks[number])
            if tint:
                row["base_colour"] *= linear(tint)
        for row, keys in zip(found[len(self._named) :], [*decal_keys, *self._keys], strict=True):
            for field, key in keys.items():
                row[field] = words[key]
        return found, textures

    def _decal_keys(self, decal: Decal) -> dict[str, Hashable]:
        """The shelf's key for each of MATERIAL's fields that a decal has a picture for."""
        found: dict[str, Hashable] = {}
        for field, file, role in (
            ("base_texture", decal.picture, Role.COLOUR),
            ("normal_texture", decal.normal_picture, Role.NORMAL),
        ):
            if file is not None:
                key = (file, role, "decal")
                self._shelf.add(key, partial(chain_of, self._scene.pictures[file], role))
                found[field] = key
        return found

    def _model(self, file: str) -> Model:
        figure = self._scene.troupe.figures.get(file)
        return self._scene.models[file] if figure is None else figure.model

    def _write_named(self, rows: npt.NDArray[np.void]) -> None:
        """A material whose opacity follows an axis starts as clear as it can get, so that it counts as transparent."""
        for row, material in zip(rows, self._scene.file.materials.values(), strict=True):
            row["base_colour"] = linear(material.colour)
            row["opacity"] = _least(material.opacity)
            row["emission"] = linear(material.emission) * material.emission_power
            row["roughness"], row["metallic"] = material.roughness, material.metallic
            row["pattern"] = PATTERNS.index(material.pattern)
            row["pattern_scale"] = material.pattern_m


def _least(opacity: Value) -> float:
    return min((point[1] for point in opacity.points), default=opacity.constant)


def _write_decal(row: np.void, decal: Decal) -> None:
    row["base_colour"], row["opacity"] = linear(decal.colour), _least(decal.opacity)
    row["roughness"], row["metallic"] = decal.roughness, decal.metallic
    row["pattern"], row["pattern_scale"] = DECAL_PATTERNS.index(decal.pattern), decal.size_m
    row["normal_scale"] = 1.0
    row["traits"] = DECAL


def _write_look(row: np.void, look: Look) -> None:
    row["base_colour"], row["opacity"], row["emission"] = look.base_colour, look.opacity, look.emission
    row["roughness"], row["metallic"] = look.roughness, look.metallic
    row["pattern_scale"] = _NO_PATTERN_M
    row["cutoff"], row["normal_scale"], row["occlusion"] = look.cutoff, look.normal_scale, look.occlusion
    row["traits"] = OWN | BLENDED * look.is_blended | TWO_SIDED * look.is_two_sided


class _Shelving:
    """Puts one look's textures on the shelf."""

    def __init__(self, shelf: TextureShelf, model: Model, look: Look) -> None:
        self._shelf, self._model, self._look = shelf, model, look

    def keys(self) -> dict[str, Hashable]:
        """The shelf's key for each of MATERIAL's fields that has a texture."""
        look = self._look
        found: dict[str, Hashable] = {}
        for field, picture, role, cutoff in (
            ("base_texture", look.base_picture, Role.COLOUR, look.cutoff),
            ("normal_texture", look.normal_picture, Role.NORMAL, 0.0),
            ("emission_texture", look.emission_picture, Role.COLOUR, 0.0),
        ):
            if picture is not None:
                key = (self._name_of(picture), role, cutoff)
                self._shelf.add(key, partial(chain_of, self._model.pictures[picture], role, cutoff))
                found[field] = key
        if look.surface_picture is not None or look.occlusion_picture is not None:
            pictures = (look.surface_picture, look.occlusion_picture)
            surface_key = (*(None if each is None else self._name_of(each) for each in pictures), Role.SURFACE)
            self._shelf.add(surface_key, lambda: chain_of(self._surface(), Role.SURFACE))
            found["surface_texture"] = surface_key
        return found

    def _name_of(self, picture: int) -> bytes:
        """A picture by its content, so that one that several files bring, such as people's clothes, is there once."""
        found = self._model.pictures[picture]
        levels = found.levels if isinstance(found, BlockPicture) else (repr(found.shape).encode(), found.tobytes())
        return sha256(b"".join(levels)).digest()

    def _surface(self) -> Pixels | BlockPicture:
        """Roughness, metal and occlusion in one; BC7 has them together."""
        surface, occlusion = (
            None if index is None else self._model.pictures[index]
            for index in (self._look.surface_picture, self._look.occlusion_picture)
        )
        if isinstance(surface, BlockPicture):
            return surface
        assert not isinstance(occlusion, BlockPicture), "read_model refuses it"
        return combined(surface, occlusion)
