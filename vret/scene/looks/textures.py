"""Textures: from decoded pictures to arrays of square levels that are uploaded as they are.

Every level is the average of the one above in the quantity that it stands for: colours in linear light, weighted by
their opacity; normals as vectors of unit length; the opacity of a mask so that as much of it stays as there is up close
(Castaño 2010, Computing Alpha Mipmaps). So a thing far away is as bright, as rough and as dense as it is near.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt
from PIL import Image

from vret.errors import VretError
from vret.scene.compiled import SLOTS, TEXTURE_ARRAY, TEXTURE_FORMATS, Textures, texture_word
from vret.scene.looks.images import Pixels
from vret.scene.looks.ktx2 import BlockPicture

SIDE_MAX = 2048

Floats = npt.NDArray[np.float32]
_DECODED: Floats = np.arange(256, dtype=np.float32) / np.float32(255)
_LINEAR = np.where(_DECODED <= 0.04045, _DECODED / 12.92, ((_DECODED + 0.055) / 1.055) ** 2.4).astype(np.float32)
_MIDDLES = ((_LINEAR[1:] + _LINEAR[:-1]) / 2).astype(np.float32)


class TextureError(VretError):
    """Textures that cannot be put together; the message says which and what to do."""


class Role(Enum):
    """What a picture's numbers are."""

    COLOUR = "colour"
    NORMAL = "normal"
    SURFACE = "surface"


@dataclass(frozen=True)
class Chain:
    """One texture: the bytes of its levels, from the largest on. `format` indexes TEXTURE_FORMATS."""

    format: int
    side: int
    levels: tuple[bytes, ...]


def chain_of(picture: Pixels | BlockPicture, role: Role, cutoff: float = 0.0) -> Chain:
    """All levels of a picture. A square whose side is a power of two, at most SIDE_MAX, is the first one as it is."""
    if isinstance(picture, BlockPicture):
        return Chain(_format("bc7_srgb" if role is Role.COLOUR else "bc7"), picture.side, picture.levels)
    height, width = picture.shape[:2]
    side = min(1 << (max(width, height) - 1).bit_length(), SIDE_MAX)
    values = _read(picture, role)
    first = picture if (width, height) == (side, side) else None
    if first is None:
        values = _resampled(values, side)
        first = _written(values, role)
    levels = [first.tobytes()]
    share = float((values[..., 3] >= cutoff).mean()) if cutoff else 0.0
    while side > 1:
        side //= 2
        values = _halved(values, role)
        shown = _as_dense(values, cutoff, share) if share else values
        levels.append(_written(shown, role).tobytes())
    return Chain(_format("srgb8" if role is Role.COLOUR else "rgba8"), 1 << (len(levels) - 1), tuple(levels))


def combined(surface: Pixels | None, occlusion: Pixels | None) -> Pixels:
    """Occlusion in red, roughness in green, metal in blue, 255 where there is no picture. The larger size holds."""
    parts = [part for part in (surface, occlusion) if part is not None]
    height, width = max((part.shape[:2] for part in parts), key=lambda shape: shape[0] * shape[1])
    found = np.full((height, width, 4), 255, np.uint8)
    for part, channels in ((surface, slice(1, 3)), (occlusion, slice(0, 1))):
        if part is not None:
            image = Image.fromarray(part).resize((width, height), Image.Resampling.BILINEAR)
            found[..., channels] = np.asarray(image)[..., channels]
    return found


class TextureShelf:
    """Gathers textures, each once, and sorts them into arrays."""

    def __init__(self) -> None:
        self._chains: dict[Hashable, Chain] = {}

    def add(self, key: Hashable, make: Callable[[], Chain]) -> None:
        """`make` is asked only for a key that is new."""
        if key not in self._chains:
            self._chains[key] = make()

    def packed(self) -> tuple[Textures, dict[Hashable, int]]:
        """The arrays, and each key's texture word. Raises TextureError."""
        chains = self._chains.copy()
        for is_colour in (True, False):
            _fit_slots(chains, is_colour)
        groups: dict[tuple[int, int, int], list[Hashable]] = {}
        for key, chain in chains.items():
            groups.setdefault(_class(chain), []).append(key)
        rows, data, offset = [], [], 0
        words: dict[Hashable, int] = {}
        used = {True: 0, False: 0}
        for (kind, side, count), keys in sorted(groups.items()):
            slot = used[_is_colour(kind)]
            used[_is_colour(kind)] += 1
            rows.append((kind, slot, side, count, len(keys), offset))
            words |= {key: texture_word(slot, layer) for layer, key in enumerate(keys)}
            for level in range(count):
                for key in keys:
                    data.append(chains[key].levels[level])
                    offset += len(data[-1])
        return Textures(np.array(rows, TEXTURE_ARRAY), np.frombuffer(b"".join(data), np.uint8)), words


def _format(name: str) -> int:
    return TEXTURE_FORMATS.index(name)


def _is_colour(kind: int) -> bool:
    return TEXTURE_FORMATS[kind] in ("srgb8", "bc7_srgb")


def _class(chain: Chain) -> tuple[int, int, int]:
    return chain.format, chain.side, len(chain.levels)


def _fit_slots(chains: dict[Hashable, Chain], is_colour: bool) -> None:
    """Double the smallest pictures until there are no more sizes than slots."""
    while True:
        classes = sorted({_class(chain) for chain in chains.values() if _is_colour(chain.format) == is_colour})
        if len(classes) <= SLOTS:
            return
        plain = [one for one in classes if TEXTURE_FORMATS[one[0]] in ("srgb8", "rgba8")]
        if len(plain) < 2:
            raise TextureError(
                f"its models bring BC7 textures of {len(classes)} sizes and formats, of which a scene may have "
                f"{SLOTS}; save them in fewer sizes, with all their mipmaps"
            )
        for key, chain in chains.items():
            if _class(chain) == plain[0]:
                chains[key] = _doubled(chain)


def _doubled(chain: Chain) -> Chain:
    first = np.frombuffer(chain.levels[0], np.uint8).reshape(chain.side, chain.side, 4)
    return Chain(chain.format, 2 * chain.side, (first.repeat(2, 0).repeat(2, 1).tobytes(), *chain.levels))


def _read(pixels: Pixels, role: Role) -> Floats:
    """(height, width, 4) of the quantities to average: linear colours, vectors, or shares."""
    found: Floats = _DECODED[pixels]
    if role is Role.COLOUR:
        found[..., :3] = _LINEAR[pixels[..., :3]]
    elif role is Role.NORMAL:
        found[..., :3] *= 2
        found[..., :3] -= 1
    return found


def _written(values: Floats, role: Role) -> Pixels:
    found = np.empty(values.shape, np.uint8)
    if role is Role.COLOUR:
        found[..., :3] = np.searchsorted(_MIDDLES, values[..., :3])
        found[..., 3] = np.rint(values[..., 3] * 255)
    elif role is Role.NORMAL:
        length = np.sqrt((values[..., :3] ** 2).sum(-1, keepdims=True))
        unit = np.where(length > 1e-6, values[..., :3] / np.maximum(length, 1e-6), np.array([0, 0, 1], np.float32))
        found[..., :3] = np.rint((unit + 1) * 127.5)
        found[..., 3] = 255
    else:
        found[:] = np.rint(values * 255)
    return found


def _halved(values: Floats, role: Role) -> Floats:
    side = len(values) // 2
    blocks = values.reshape(side, 2, side, 2, 4)
    if role is not Role.COLOUR:
        return np.asarray(blocks.mean(axis=(1, 3)), np.float32)
    opacity = blocks[..., 3:].mean(axis=(1, 3))
    weighted = (blocks[..., :3] * blocks[..., 3:]).mean(axis=(1, 3))
    colours = np.where(opacity > 0, weighted / np.maximum(opacity, 1e-6), blocks[..., :3].mean(axis=(1, 3)))
    return np.concatenate([colours, opacity], axis=-1, dtype=np.float32)


def _resampled(values: Floats, side: int) -> Floats:
    """To a square; pictures keep their texture coordinates, which count in shares of each side."""
    planes = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(values[..., part])).resize((side, side), Image.Resampling.BICUBIC)
        )
        for part in range(4)
    ]
    found: Floats = np.stack(planes, axis=-1)
    return found.clip(values.min(axis=(0, 1)), values.max(axis=(0, 1)))


def _as_dense(values: Floats, cutoff: float, share: float) -> Floats:
    """Opacity scaled so that about `share` of it reaches the cutoff; as little as may be."""
    counts = np.bincount(np.rint(values[..., 3] * 255).astype(np.intp).ravel(), minlength=256)
    at_least = counts[::-1].cumsum()[::-1] / counts.sum()
    steps = np.arange(1, 256)
    miss = np.abs(at_least[1:] - share) + 1e-6 * np.abs(steps - cutoff * 255)
    found = values.copy()
    found[..., 3] = (values[..., 3] * (cutoff * 255 / steps[miss.argmin()])).clip(0, 1)
    return found
