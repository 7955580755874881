"""Pictures of all around, with the true brightness of lamps and windows: OpenEXR, decoded in the loader process."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import OpenEXR

from vret.errors import VretError
from vret.paths import data_file

Floats = npt.NDArray[np.float32]

FOLDER = "assets/environments"
WIDTH_MAX = 4096
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)
_BRIGHTEST = 60.0
"""Of the mean: what is brighter, such as the sun itself, is the business of the scene's own sun and lamps."""


class PanoramaError(VretError):
    """A picture that cannot be used; the message names it and says what to do."""


def panorama_names() -> list[str]:
    """The pictures of all around that the program brings."""
    return sorted(path.stem for path in data_file(FOLDER).glob("*.exr"))


def read_panorama(path: Path) -> Floats:
    """Linear RGB (height, width, 3), the top row first. Raises PanoramaError."""
    try:
        with OpenEXR.File(str(path), separate_channels=True) as file:
            channels = file.channels()
            missing = [name for name in "RGB" if name not in channels]
            if missing:
                raise PanoramaError(
                    f"{path}: has no channel {missing[0]}; save it as an OpenEXR picture with R, G and B"
                )
            pixels = np.stack([channels[name].pixels for name in "RGB"], axis=2).astype(np.float32)
    except (RuntimeError, ValueError, OSError, TypeError) as error:
        raise PanoramaError(f"{path}: is no OpenEXR picture ({error}); save it as OpenEXR with R, G and B") from error
    height, width = pixels.shape[:2]
    if width != 2 * height or width > WIDTH_MAX:
        raise PanoramaError(
            f"{path}: is {width} x {height} pixels; all around is twice as wide as it is high, "
            f"at most {WIDTH_MAX} x {WIDTH_MAX // 2}"
        )
    if not np.isfinite(pixels).all() or (pixels < 0).any() or not pixels.any():
        raise PanoramaError(f"{path}: has pixels that are no light (negative, infinite or none but black); repair it")
    return pixels


class Panorama:
    """A picture's light as a function of direction, its mean brightness `power`; turned to the left by `turn_deg`."""

    def __init__(self, pixels: Floats, power: float, turn_deg: float) -> None:
        height, width = pixels.shape[:2]
        weight = np.sin((np.arange(height, dtype=np.float32) + 0.5) * np.float32(np.pi / height))
        weight /= weight.sum() * width
        brightness = pixels @ _LUMINANCE
        mean = float((brightness * weight[:, None]).sum())
        held = pixels * np.minimum(1, _BRIGHTEST * mean / np.maximum(brightness, 1e-6))[..., None]
        mean = float(((held @ _LUMINANCE) * weight[:, None]).sum())
        self._pixels = np.asarray(held * (power / mean), np.float32)
        self._turn = turn_deg / 360

    def __call__(self, directions: Floats) -> Floats:
        """Linear RGB (n, 3) from unit vectors (n, 3)."""
        height, width = self._pixels.shape[:2]
        x, y, z = directions.T
        across = (np.arctan2(x, -z) / (2 * np.pi) + 0.5 + self._turn) * width - 0.5
        down = np.clip(np.arccos(np.clip(y, -1, 1)) / np.pi * height - 0.5, 0, height - 1)
        left, top = np.floor(across).astype(np.intp), np.minimum(np.floor(down).astype(np.intp), height - 2)
        u, v = (across - left)[:, None], (down - top)[:, None]
        left %= width
        right = (left + 1) % width
        above = self._pixels[top, left] * (1 - u) + self._pixels[top, right] * u
        below = self._pixels[top + 1, left] * (1 - u) + self._pixels[top + 1, right] * u
        return np.asarray(above * (1 - v) + below * v, np.float32)
