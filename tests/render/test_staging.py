"""Bytes that go through the staging buffer in pieces, read back."""

import ctypes
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from vret.render.gl import GL
from vret.render.hot import Hot
from vret.render.staging import PIECE_BYTES, Staging, finish
from vret.render.textures import TextureArrays
from vret.scene.compiled import TEXTURE_ARRAY, TEXTURE_FORMATS, Textures
from vret.scene.looks.ktx2 import level_bytes

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def staging() -> Iterator[Staging]:
    made = Staging(Hot())
    yield made
    made.release()
    assert GL.glGetError() == GL.GL_NO_ERROR


@pytest.mark.parametrize("size", [0, 5, PIECE_BYTES, 40 * PIECE_BYTES + 3])
def test_a_buffer_holds_what_was_sent_however_many_pieces_it_takes(staging: Staging, size: int) -> None:
    data = np.random.default_rng(size).integers(0, 256, size, np.uint8)
    buffer = finish(staging.buffer(data))
    back = np.zeros(size, np.uint8)
    if size:
        GL.glGetNamedBufferSubData(buffer, 0, size, back.ctypes.data_as(ctypes.c_void_p))
    np.testing.assert_array_equal(back, data)
    GL.glDeleteBuffers(1, [buffer])


def test_a_piece_is_a_step(staging: Staging) -> None:
    steps = list(staging.buffer(np.zeros(10 * PIECE_BYTES, np.uint8)))
    assert len(steps) >= 11, "one to make the buffer, one a piece, more where a place was not free yet"


class SlowHot(Hot):
    """A graphics card that has not yet done with what it was sent, for so many questions."""

    def __init__(self, questions: int) -> None:
        super().__init__()
        wait: Callable[..., int] = getattr(self, "glClientWaitSync")  # noqa: B009 - it is set by name
        self.left = questions

        def late(*arguments: int) -> int:
            self.left -= 1
            return int(GL.GL_TIMEOUT_EXPIRED) if self.left >= 0 else wait(*arguments)

        setattr(self, "glClientWaitSync", late)  # noqa: B010


def test_a_place_is_not_written_before_the_graphics_card_has_read_it() -> None:
    gl = SlowHot(5)
    staging = Staging(gl)
    steps = staging.buffer(np.zeros(17 * PIECE_BYTES, np.uint8))
    for _ in range(17):
        next(steps)
    for left in range(4, -1, -1):
        next(steps)
        assert gl.left == left, "it looks again, a step each, and does nothing else"
    finish(steps)
    staging.release()


@pytest.mark.parametrize(("kind", "side", "layers"), [("rgba8", 512, 3), ("bc7", 1024, 2), ("rgba8", 8, 70)])
def test_every_level_and_layer_of_a_texture_arrives_where_it_belongs(
    staging: Staging, kind: str, side: int, layers: int
) -> None:
    is_plain = kind == "rgba8"
    levels = side.bit_length()
    sizes = [
        layers * (4 * (side >> level) ** 2 if is_plain else level_bytes(max(side >> level, 1)))
        for level in range(levels)
    ]
    data = np.random.default_rng(side).integers(0, 256, sum(sizes), np.uint8)
    row = np.array([(TEXTURE_FORMATS.index(kind), 0, side, levels, layers, 0)], TEXTURE_ARRAY)
    arrays = TextureArrays({})
    finish(arrays.bring(Textures(row, data), staging, slants=False))
    (texture,) = arrays.made
    at = 0
    for level, size in enumerate(sizes):
        back = np.zeros(size, np.uint8)
        address = back.ctypes.data_as(ctypes.c_void_p)
        if is_plain:
            GL.glGetTextureImage(texture, level, GL.GL_RGBA, GL.GL_UNSIGNED_BYTE, size, address)
        else:
            GL.glGetCompressedTextureImage(texture, level, size, address)
        np.testing.assert_array_equal(back, data[at : at + size])
        at += size
    GL.glDeleteTextures(1, [texture])
