"""Pictures of people's parts: made light and grey where a scene chooses the colour, with no logos, names or seams.

A colour in a part's material times a light grey picture is that cloth; so one picture serves every colour. What no
triangle shows is painted over: there stand watermarks, and there the levels of a texture would pick up their colour.
"""

import io
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy import ndimage

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

CLOTH_SIDE = 512
HAIR_SIDE = 256
_JPEG_QUALITY = 86
_CLOTH_BRIGHTNESS = 0.72
_HAIR_BRIGHTNESS = 0.62


def opened(path: Path, mode: str, side: int) -> Floats:
    """(side, side, channels) of 0 to 1."""
    picture = Image.open(path).convert(mode)
    if picture.size != (side, side):
        picture = picture.resize((side, side), Image.Resampling.LANCZOS)
    return np.asarray(picture, float).reshape(side, side, -1) / 255


def shown(uv_triangles: list[Floats], side: int, margin_px: int = 2) -> Mask:
    """Where triangles (3, 2) of texture coordinates, origin at the upper left, lie in a picture."""
    canvas = Image.new("1", (side, side))
    pen = ImageDraw.Draw(canvas)
    for triangle in uv_triangles:
        pen.polygon([(u * side, v * side) for u, v in triangle], fill=1, outline=1)
    mask: Mask = np.asarray(canvas)
    return ndimage.binary_dilation(mask, iterations=margin_px)


def spread(picture: Floats, keep: Mask) -> Floats:
    """The picture with what is not kept taken from the nearest pixel that is."""
    nearest = ndimage.distance_transform_edt(~keep, return_distances=False, return_indices=True)
    return picture[nearest[0], nearest[1]]


def grey_cloth(picture: Floats, keep: Mask, *, shade: Floats | None, has_logo: bool, contrast: float = 1.0) -> Floats:
    """One channel: the weave and the folds of a cloth about a light grey, without what is printed on it."""
    light = picture @ [0.3, 0.59, 0.11]
    clean = keep & ~_print(picture, keep) if has_logo else keep
    if has_logo:
        light = _mended(light, keep, clean)
    middle = float(np.median(light[clean]))
    found = _CLOTH_BRIGHTNESS * ((light + 0.04) / (middle + 0.04)) ** contrast
    if shade is not None:
        found = found * (0.45 + 0.55 * shade)
    return spread(np.clip(found, 0.05, 1.0), keep)


def _print(picture: Floats, keep: Mask) -> Mask:
    """Where a cloth has another hue than most of it, and a little around."""
    chroma = picture - picture.mean(axis=2, keepdims=True)
    usual = np.median(chroma[keep], axis=0)
    light = picture.mean(axis=2)
    strength = np.linalg.norm(usual)
    other = np.linalg.norm(chroma - usual, axis=2) > max(0.09, 0.45 * strength)
    other |= np.abs(light - np.median(light[keep])) > 0.3
    return ndimage.binary_dilation(other & keep, iterations=4)


def _mended(light: Floats, keep: Mask, clean: Mask) -> Floats:
    """Holes filled with what is around them, and with the grain of the rest."""
    weight = ndimage.gaussian_filter(clean.astype(float), 14)
    smooth = ndimage.gaussian_filter(np.where(clean, light, 0.0), 14) / np.maximum(weight, 1e-6)
    grain = np.where(clean, light - smooth, 0.0)
    shifted = np.roll(grain, (97, 61), axis=(0, 1))
    found = np.where(clean, light, smooth + shifted)
    return np.where(keep, found, light)


def grey_hair(picture: Floats, keep: Mask) -> Floats:
    """Light grey and opacity (side, side, 2) of strands."""
    light, alpha = picture[..., :3] @ [0.3, 0.59, 0.11], picture[..., 3]
    solid = keep & (alpha > 0.5)
    middle = float(np.median(light[solid]))
    found = _HAIR_BRIGHTNESS * ((light + 0.08) / (middle + 0.08)) ** 0.8
    found = spread(np.clip(found, 0.05, 1.0), solid)
    return np.stack([found, np.where(keep, alpha, 0.0)], axis=2)


def jpeg(picture: Floats) -> bytes:
    """One channel or three."""
    out = io.BytesIO()
    pixels = (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    Image.fromarray(pixels).save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    return out.getvalue()


def png(picture: Floats) -> bytes:
    """(side, side, 2), grey and opacity, in 32 steps of grey: strands need no more, and the file is half as large."""
    pixels = (np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8)
    pixels[..., 0] = pixels[..., 0] // 8 * 8 + 4
    pixels[..., 1] = np.minimum(pixels[..., 1] // 16 * 17, 255)
    out = io.BytesIO()
    Image.fromarray(pixels, "LA").save(out, "PNG", optimize=True)
    return out.getvalue()
