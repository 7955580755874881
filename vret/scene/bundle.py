"""The bundle: one compiled scene in one file, made by the loader process, mapped by the others.

Layout: the magic, a little-endian u32 header length, a msgpack header, then arrays, each at a multiple of 64 bytes.
Arrays are read-only views of the mapped file. A bundle is a cache of the program version that wrote it, so it makes no
promise to other versions: a reader refuses another `BUNDLE_VERSION`.
"""

import mmap
import struct
from dataclasses import dataclass, fields
from math import prod
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from vret.core.ladder import SceneRules
from vret.errors import VretError
from vret.scene.compiled import (
    ENVIRONMENT,
    MATERIAL,
    ROW,
    TEXTURE_ARRAY,
    VERTEX,
    CompiledScene,
    Meshes,
    Probes,
    Reflections,
    Textures,
)
from vret.scene.people.persons import CLIP, JOINT, SKIN, People
from vret.scene.sounds import SceneSound
from vret.scene.tables import (
    BOUND,
    CAST,
    FALL,
    FIXTURE,
    FLIGHT,
    GESTURE,
    PATH,
    PATH_POINT,
    RANGE,
    REGION,
    SWING,
    TRAVEL,
    VOICE,
    VOLUME,
    AnimationSpec,
    AnimationTables,
)
from vret.unreadable import UNREADABLE

BUNDLE_VERSION = 10
_MAGIC = b"VRETSCN1"
_ALIGNMENT = 64
_LENGTH = struct.Struct("<I")

_DTYPES: dict[str, np.dtype[np.generic]] = {
    "vertices": VERTEX,
    "indices": np.dtype("u4"),
    "ranges": np.dtype("i4"),
    "spheres": np.dtype("f4"),
    "materials": MATERIAL,
    "rows": ROW,
    "mesh_of": np.dtype("i4"),
    "material_of": np.dtype("i4"),
    "texture_arrays": TEXTURE_ARRAY,
    "texture_data": np.dtype("u1"),
    "clouds": np.dtype("u1"),
    "reflections": np.dtype("f2"),
    "probes": np.dtype("f2"),
    "animation.environment": ENVIRONMENT,
    "animation.places_of": np.dtype("u4"),
    "animation.stimulus_of": np.dtype("i4"),
    "animation.hidden_when_held": np.dtype("?"),
    "animation.ranges": RANGE,
    "animation.bounds": BOUND,
    "animation.swings": SWING,
    "animation.travels": TRAVEL,
    "animation.flights": FLIGHT,
    "animation.falls": FALL,
    "animation.paths": PATH,
    "animation.path_points": PATH_POINT,
    "animation.regions": REGION,
    "animation.region_bounds": BOUND,
    "animation.region_ranges": RANGE,
    "animation.variants_of": np.dtype("u4"),
    "animation.fixtures": FIXTURE,
    "animation.fixture_bounds": BOUND,
    "animation.fixture_ranges": RANGE,
    "animation.candela_powers": np.dtype("f4"),
    "animation.skies": np.dtype("f4"),
    "animation.covers": np.dtype("f4"),
    "animation.volumes": VOLUME,
    "animation.volume_shows": np.dtype("?"),
    "animation.cast": CAST,
    "animation.cast_bounds": BOUND,
    "animation.cast_ranges": RANGE,
    "animation.gestures": GESTURE,
    "animation.voices": VOICE,
    "animation.voice_bounds": BOUND,
    "people.skins": SKIN,
    "people.joints": JOINT,
    "people.aimed": np.dtype("i4"),
    "people.ranges": np.dtype("i4"),
    "people.heights_m": np.dtype("f4"),
    "people.sizes_m": np.dtype("f4"),
    "people.clips": CLIP,
    "people.keys": np.dtype("f4"),
    "people.body_of": np.dtype("i4"),
    "people.material_of": np.dtype("i4"),
}


class BundleError(VretError):
    """The bundle cannot be read; the message names the file and what to do."""


class _Header(msgspec.Struct, frozen=True):
    version: int
    name: str
    content_hash: str
    rules: SceneRules
    sound: SceneSound
    animation: AnimationSpec
    reflected_layers: int
    probed_variants: int
    arrays: dict[str, tuple[tuple[int, ...], int]]


@dataclass(frozen=True)
class Bundle:
    """A scene as the frame and sound processes know it."""

    compiled: CompiledScene
    rules: SceneRules
    sound: SceneSound
    animation: AnimationSpec
    tables: AnimationTables


def read_bundle(path: Path) -> Bundle:
    """Map a bundle. Raises BundleError for a file that is not a whole bundle of this program's version."""
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise BundleError(f"{path}: the compiled scene cannot be opened ({error}); load the scene again") from error
    start = len(_MAGIC) + _LENGTH.size
    if len(mapped) < start or mapped[: len(_MAGIC)] != _MAGIC:
        raise BundleError(f"{path}: this is no compiled scene; load the scene again")
    (length,) = _LENGTH.unpack_from(mapped, len(_MAGIC))
    try:
        header = msgspec.msgpack.decode(mapped[start : start + length], type=_Header)
    except UNREADABLE as error:
        raise BundleError(f"{path}: compiled by another version of the program; load the scene again") from error
    if header.version != BUNDLE_VERSION or header.arrays.keys() != _DTYPES.keys():
        raise BundleError(f"{path}: compiled by another version of the program; load the scene again")
    data = _aligned(start + length)
    try:
        arrays = {name: _view(mapped, _DTYPES[name], shape, data + at) for name, (shape, at) in header.arrays.items()}
    except (ValueError, OverflowError) as error:
        raise BundleError(f"{path}: the compiled scene is cut short; load the scene again") from error
    meshes = Meshes(arrays["vertices"], arrays["indices"], arrays["ranges"], arrays["spheres"])
    compiled = CompiledScene(
        header.name,
        header.content_hash,
        meshes,
        arrays["materials"],
        arrays["rows"],
        arrays["mesh_of"],
        arrays["material_of"],
        Textures(arrays["texture_arrays"], arrays["texture_data"]),
        arrays["clouds"],
        Reflections(header.reflected_layers, arrays["reflections"]),
        Probes(header.probed_variants, arrays["probes"]),
        People(**{entry.name: arrays[f"people.{entry.name}"] for entry in fields(People)}),
    )
    tables = AnimationTables(**{entry.name: arrays[f"animation.{entry.name}"] for entry in fields(AnimationTables)})
    return Bundle(compiled, header.rules, header.sound, header.animation, tables)


def write_bundle(path: Path, bundle: Bundle) -> None:
    """Write beside the target and move into place, so that a reader never sees half a bundle."""
    compiled = bundle.compiled
    arrays: dict[str, npt.NDArray[Any]] = {
        "vertices": compiled.meshes.vertices,
        "indices": compiled.meshes.indices,
        "ranges": compiled.meshes.ranges,
        "spheres": compiled.meshes.spheres,
        "materials": compiled.materials,
        "rows": compiled.rows,
        "mesh_of": compiled.mesh_of,
        "material_of": compiled.material_of,
        "texture_arrays": compiled.textures.arrays,
        "texture_data": compiled.textures.data,
        "clouds": compiled.clouds,
        "reflections": compiled.reflections.halves,
        "probes": compiled.probes.texels,
    }
    arrays |= {f"people.{entry.name}": getattr(compiled.people, entry.name) for entry in fields(People)}
    arrays |= {f"animation.{entry.name}": getattr(bundle.tables, entry.name) for entry in fields(AnimationTables)}
    places: dict[str, tuple[tuple[int, ...], int]] = {}
    size = 0
    for name, array in arrays.items():
        assert array.dtype == _DTYPES[name], f"{name} is {array.dtype}, not {_DTYPES[name]}"
        places[name] = (array.shape, size)
        size = _aligned(size + array.nbytes)
    header = msgspec.msgpack.encode(
        _Header(
            version=BUNDLE_VERSION,
            name=compiled.name,
            content_hash=compiled.content_hash,
            rules=bundle.rules,
            sound=bundle.sound,
            animation=bundle.animation,
            reflected_layers=compiled.reflections.layers,
            probed_variants=compiled.probes.variants,
            arrays=places,
        )
    )
    head = _MAGIC + _LENGTH.pack(len(header)) + header
    start = _aligned(len(head))
    beside = path.with_suffix(".part")
    with beside.open("wb") as file:
        file.write(head)
        for name, array in arrays.items():
            file.seek(start + places[name][1])
            file.write(np.ascontiguousarray(array).tobytes())
        file.truncate(start + size)
    beside.replace(path)


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


def _view(mapped: mmap.mmap, dtype: np.dtype[np.generic], shape: tuple[int, ...], offset: int) -> npt.NDArray[Any]:
    count = prod(shape)
    if min(shape, default=0) < 0 or offset + count * dtype.itemsize > len(mapped):
        raise ValueError(f"an array of {shape} at {offset}")
    if count == 0:
        return np.zeros(shape, dtype)
    return np.frombuffer(mapped, dtype, count, offset).reshape(shape)
