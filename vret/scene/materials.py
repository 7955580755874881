"""The materials of a compiled scene: those that its file names, and after them those that its models bring."""

from collections.abc import Hashable
from functools import partial
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from vret.scene.compiled import BLENDED, MATERIAL, OWN, PATTERNS, TWO_SIDED, Textures
from vret.scene.images import Pixels
from vret.scene.ktx2 import BlockPicture
from vret.scene.models import Look, Model
from vret.scene.scene import Scene, SceneError
from vret.scene.surroundings import linear
from vret.scene.textures import Role, TextureError, TextureShelf, chain_of, combined

_NO_PATTERN_M = (1.0, 1.0)


class Materials:
    """Numbers materials as they are asked for. A model's own come once, however many nodes show it."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._named = {name: index for index, name in enumerate(scene.file.materials)}
        self._own: dict[tuple[str, int, str], int] = {}
        self._keys: list[dict[str, Hashable]] = []
        self._shelf = TextureShelf()

    def named(self, name: str) -> int:
        return self._named[name]

    def own(self, file: str, number: int, tint: str = "") -> int:
        """A model's or a figure's own material, by its number in the file. The `tint` multiplies its base colour."""
        key = (file, number, tint)
        if key not in self._own:
            self._own[key] = len(self._named) + len(self._own)
            model = self._model(file)
            self._keys.append(_Shelving(self._shelf, model, model.looks[number]).keys())
        return self._own[key]

    def table(self) -> tuple[npt.NDArray[np.void], Textures]:
        """All materials and their textures. Raises SceneError."""
        try:
            textures, words = self._shelf.packed()
        except TextureError as error:
            raise SceneError([f"{self._scene.folder}: {error}"]) from error
        found = np.zeros(len(self._named) + len(self._own), MATERIAL)
        self._write_named(found[: len(self._named)])
        own = found[len(self._named) :]
        for row, (file, number, tint), keys in zip(own, self._own, self._keys, strict=True):
            _write_look(row, self._model(file).looks[number])
            if tint:
                row["base_colour"] *= linear(tint)
            for field, key in keys.items():
                row[field] = words[key]
        return found, textures

    def _model(self, file: str) -> Model:
        figure = self._scene.troupe.figures.get(file)
        return self._scene.models[file] if figure is None else figure.model

    def _write_named(self, rows: npt.NDArray[np.void]) -> None:
        """A material whose opacity follows an axis starts as clear as it can get, so that it counts as transparent."""
        for row, material in zip(rows, self._scene.file.materials.values(), strict=True):
            opacity = material.opacity
            row["base_colour"] = linear(material.colour)
            row["opacity"] = min((point[1] for point in opacity.points), default=opacity.constant)
            row["emission"] = linear(material.emission) * material.emission_power
            row["roughness"], row["metallic"] = material.roughness, material.metallic
            row["pattern"] = PATTERNS.index(material.pattern)
            row["pattern_scale"] = material.pattern_m


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
