"""Texture levels, and how they are sorted into arrays."""

from pathlib import Path

import numpy as np
import pytest

from tests.scene.glb import bc7_block, checker, ktx2, plain, png, square
from tests.scene.test_gltf import LOOK, with_model
from vret.scene.bundle import read_bundle, write_bundle
from vret.scene.compile import compile_scene
from vret.scene.compiled import SLOTS, TEXTURE_FORMATS
from vret.scene.looks.images import Pixels, read_image
from vret.scene.looks.ktx2 import BlockPicture, read_ktx2
from vret.scene.looks.textures import Chain, Role, TextureError, TextureShelf, chain_of, combined
from vret.scene.scene import load_scene

MEAN_OF_BLACK_AND_WHITE = 188
"""Half the light of white, as sRGB."""


def opaque(pixels: Pixels) -> Pixels:
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def level(chain: Chain, number: int) -> Pixels:
    side = chain.side >> number
    return np.frombuffer(chain.levels[number], np.uint8).reshape(side, side, 4)


def test_colours_are_averaged_as_light() -> None:
    pixels = opaque(checker((0, 0, 0), (255, 255, 255), 16, 16))
    chain = chain_of(pixels, Role.COLOUR)
    assert [len(one) for one in chain.levels] == [1024, 256, 64, 16, 4]
    np.testing.assert_array_equal(level(chain, 0), pixels)
    for number in range(1, 5):
        assert (level(chain, number)[..., :3] == MEAN_OF_BLACK_AND_WHITE).all()


def test_every_byte_survives_its_average() -> None:
    codes = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    chain = chain_of(opaque(codes.repeat(2, axis=0).repeat(2, axis=1)), Role.COLOUR)
    np.testing.assert_array_equal(level(chain, 1)[..., :3], codes)


def test_what_is_clear_gives_no_colour() -> None:
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[0] = (200, 100, 50, 255)
    assert level(chain_of(pixels, Role.COLOUR), 1)[0, 0].tolist() == [200, 100, 50, 128]


def test_numbers_are_averaged_as_they_are() -> None:
    pixels = opaque(checker((0, 0, 0), (255, 255, 255), 4, 4))
    assert level(chain_of(pixels, Role.SURFACE), 1)[0, 0].tolist() == [128, 128, 128, 255]


def test_normals_keep_their_length() -> None:
    pixels = opaque(checker((217, 128, 218), (38, 128, 218), 4, 4))
    for number in (1, 2):
        assert level(chain_of(pixels, Role.NORMAL), number)[0, 0, :3].tolist() == [128, 128, 255]


def test_a_mask_stays_as_dense() -> None:
    pixels = np.full((256, 256, 4), 255, np.uint8)
    pixels[..., 3] = np.where(np.random.default_rng(2).random((256, 256)) < 0.2, 255, 0)
    chain, plainly = chain_of(pixels, Role.COLOUR, 0.5), chain_of(pixels, Role.COLOUR)
    for number in (1, 2, 3, 4):
        assert (level(chain, number)[..., 3] >= 127).mean() == pytest.approx(0.2, abs=0.05)
    assert (level(plainly, 4)[..., 3] >= 127).mean() < 0.01


@pytest.mark.parametrize(("size", "side"), [((3, 5), 8), ((64, 20), 64), ((1, 1), 1), ((2100, 10), 2048)])
def test_other_sizes_become_squares(size: tuple[int, int], side: int) -> None:
    pixels = np.full((*size, 4), (10, 200, 30, 255), np.uint8)
    chain = chain_of(pixels, Role.COLOUR)
    assert chain.side == side
    assert (level(chain, 0) == (10, 200, 30, 255)).all()


def test_occlusion_joins_roughness_and_metal() -> None:
    surface, occlusion = opaque(plain((1, 2, 3), 2)), opaque(plain((9, 8, 7), 4))
    assert combined(surface, occlusion)[3, 3].tolist() == [9, 2, 3, 255]
    assert combined(surface, None)[1, 1].tolist() == [255, 2, 3, 255]
    assert combined(None, occlusion)[1, 1].tolist() == [9, 255, 255, 255]


def test_one_size_and_kind_is_one_array() -> None:
    shelf = TextureShelf()
    for key, side, role in (("a", 8, Role.COLOUR), ("b", 8, Role.COLOUR), ("c", 4, Role.COLOUR), ("d", 8, Role.NORMAL)):
        shelf.add(key, lambda s=side, r=role: chain_of(opaque(plain((len("x"),) * 3, s)), r))  # type: ignore[misc]
    textures, words = shelf.packed()
    assert [(TEXTURE_FORMATS[row["format"]], row["side"], row["layers"], row["slot"]) for row in textures.arrays] == [
        ("srgb8", 4, 1, 0),
        ("srgb8", 8, 2, 1),
        ("rgba8", 8, 1, 0),
    ]
    assert words["a"] != words["b"]
    assert words["c"] == words["d"], "the first layer of the first array of its kind"
    assert len(textures.data) == 4 * (16 + 4 + 1) + 3 * 4 * (64 + 16 + 4 + 1)


def test_the_smallest_are_doubled_when_there_are_too_many_sizes() -> None:
    shelf = TextureShelf()
    for power in range(SLOTS + 2):
        shelf.add(power, lambda p=power: chain_of(opaque(plain((7 * p, 0, 0), 1 << p)), Role.COLOUR))  # type: ignore[misc]
    textures, words = shelf.packed()
    assert textures.arrays["side"].tolist() == [4, 8, 16, 32, 64, 128]
    assert textures.arrays["layers"].tolist() == [3, 1, 1, 1, 1, 1]
    assert words.keys() == set(range(SLOTS + 2))


def test_too_many_sizes_of_bc7_are_refused() -> None:
    shelf = TextureShelf()
    for levels in range(1, SLOTS + 2):
        shelf.add(levels, lambda n=levels: chain_of(read_ktx2(ktx2(512, (61,) * n)), Role.COLOUR))  # type: ignore[misc]
    with pytest.raises(TextureError, match="BC7 textures of 7 sizes"):
        shelf.packed()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pictures_are_decoded_with_the_top_row_first(kind: str) -> None:
    pixels = np.zeros((16, 16, 3), np.uint8)
    pixels[:8] = (250, 0, 0)
    found = read_image("top", png(pixels, kind))
    assert isinstance(found, np.ndarray)
    np.testing.assert_allclose(found[0, 0].astype(int), (250, 0, 0, 255), atol=4)
    np.testing.assert_allclose(found[15, 0].astype(int), (0, 0, 0, 255), atol=4)


def test_bc7_keeps_its_blocks() -> None:
    found = read_image("blocks", ktx2(8, (61, 63, 65, 67), vk_format=145))
    assert isinstance(found, BlockPicture)
    assert (found.side, found.is_srgb) == (8, False)
    assert found.levels == (bc7_block(61) * 4, bc7_block(63), bc7_block(65), bc7_block(67))


def test_textures_are_in_the_bundle_as_they_were(tmp_path: Path) -> None:
    bundle = compile_scene(load_scene(with_model(tmp_path, square(LOOK, png(checker((255, 0, 0), (0, 0, 9)))))))
    write_bundle(tmp_path / "bundle", bundle)
    read, made = read_bundle(tmp_path / "bundle").compiled, bundle.compiled
    assert made.textures.arrays["layers"].tolist() == [1]
    np.testing.assert_array_equal(read.textures.arrays, made.textures.arrays)
    np.testing.assert_array_equal(read.textures.data, made.textures.data)
    np.testing.assert_array_equal(read.materials, made.materials)
