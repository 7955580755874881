"""KTX2 files with BC7 pictures, the one block-compressed format that every graphics card of this decade reads as it is.

Source: the Khronos KTX 2.0 specification, sections 3 and 4. Anything else in a KTX2 file is refused by name.
"""

import struct
from dataclasses import dataclass

from vret.errors import VretError

IDENTIFIER = b"\xabKTX 20\xbb\r\n\x1a\n"
SIDE_MIN, SIDE_MAX = 4, 2048

_HEADER = struct.Struct("<12s9I")
_INDEX_AFTER_HEADER = struct.calcsize("<4I2Q")
_LEVEL = struct.Struct("<3Q")
_BLOCK_BYTES = 16
_BC7 = {145: False, 146: True}
"""VkFormat: VK_FORMAT_BC7_UNORM_BLOCK, VK_FORMAT_BC7_SRGB_BLOCK."""


class Ktx2Error(VretError):
    """The message says what is wrong and what to do; whoever reads the file adds its name."""


@dataclass(frozen=True)
class BlockPicture:
    """A square BC7 picture, `levels` from the largest on, each as the graphics card takes it."""

    side: int
    is_srgb: bool
    levels: tuple[bytes, ...]


def level_bytes(side: int) -> int:
    """The size of a square BC7 level: 16 bytes for each block of 4 x 4."""
    return (-(-side // 4)) ** 2 * _BLOCK_BYTES


def read_ktx2(content: bytes) -> BlockPicture:
    """Raises Ktx2Error for all but a flat, square, power-of-two BC7 picture without supercompression."""
    if len(content) < _HEADER.size or content[:12] != IDENTIFIER:
        raise Ktx2Error("is no KTX2 file; export it again as PNG, JPEG or KTX2")
    _, vk_format, _, width, height, depth, layers, faces, levels, scheme = _HEADER.unpack_from(content)
    if vk_format not in _BC7 or scheme != 0:
        how = f"supercompression scheme {scheme}" if scheme else f"VkFormat {vk_format}"
        raise Ktx2Error(f"is a KTX2 file with {how}; only BC7 (145, 146) as it is can be read: use BC7, PNG or JPEG")
    if depth > 1 or layers > 1 or faces != 1:
        raise Ktx2Error("is a KTX2 file with several layers, faces or slices; save one flat picture")
    if width != height or width & (width - 1) or not SIDE_MIN <= width <= SIDE_MAX:
        raise Ktx2Error(
            f"is {width} x {height}; a BC7 picture is square, its side a power of two from {SIDE_MIN} to {SIDE_MAX}"
        )
    if not 1 <= levels <= width.bit_length():
        raise Ktx2Error(f"has {levels} levels; save it with all its mipmaps")
    found = []
    for level in range(levels):
        at = _HEADER.size + _INDEX_AFTER_HEADER + level * _LEVEL.size
        if at + _LEVEL.size > len(content):
            raise Ktx2Error("is cut short; save it again")
        start, length, _ = _LEVEL.unpack_from(content, at)
        if length != level_bytes(max(width >> level, 1)) or start + length > len(content):
            raise Ktx2Error(f"is cut short at level {level}; save it again")
        found.append(content[start : start + length])
    return BlockPicture(width, _BC7[vk_format], tuple(found))
