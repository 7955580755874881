"""Pictures of models, decoded in the loader process: PNG and JPEG to pixels, KTX2 as it is."""

import io
import warnings

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from vret.errors import VretError
from vret.scene.looks.ktx2 import IDENTIFIER, BlockPicture, Ktx2Error, read_ktx2

Pixels = npt.NDArray[np.uint8]
"""(height, width, 4), the top row first, as the file has it."""

SIDE_MAX = 8192


class ImageError(VretError):
    """A picture that cannot be used; the message names it and says what to do."""


def read_image(name: str, content: bytes) -> Pixels | BlockPicture:
    """Decode a picture; `name` is for errors. Raises ImageError."""
    if content.startswith(IDENTIFIER):
        try:
            return read_ktx2(content)
        except Ktx2Error as error:
            raise ImageError(f"{name}: {error}") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
        if max(image.size) > SIDE_MAX:
            raise ImageError(
                f"{name}: is {image.width} x {image.height} pixels; make it at most {SIDE_MAX} wide and high"
            )
        if image.mode.startswith("I"):
            grey = np.asarray(image, np.uint32) >> 8
            image = Image.fromarray(grey.astype(np.uint8))
        return np.array(image.convert("RGBA"))
    except UnidentifiedImageError as error:
        raise ImageError(f"{name}: is neither PNG, JPEG nor KTX2; save it as one of them") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ImageError(f"{name}: is damaged ({error}); save it again") from error
