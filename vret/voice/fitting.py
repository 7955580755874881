"""Fitting: a picture of any camera, turned upright and made small enough for the headset."""

from math import sqrt

import numpy as np

from vret.memory.therapist_picture import LONGEST, PIXELS_MAX, TherapistPicture


def fitted(t_ns: int, rgba: bytes | bytearray, size: tuple[int, int], rotation: int = 0) -> TherapistPicture:
    """Its proportions stay. `size` is its width and height; `rotation` of 0, 90, 180 or 270 degrees clockwise is still
    to be done. Pixels are left out, not averaged: a page sends no more of them than are shown.
    """
    width, height = size
    pixels = np.frombuffer(rgba, np.uint32).reshape(height, width)
    share = min(1.0, LONGEST / max(size), sqrt(PIXELS_MAX / (width * height)))
    if share < 1:
        small_width, small_height = max(1, int(width * share)), max(1, int(height * share))
        rows, columns = np.arange(small_height) * height // small_height, np.arange(small_width) * width // small_width
        pixels = pixels[rows[:, None], columns]
    upright = np.rot90(pixels, -rotation // 90)
    return TherapistPicture(t_ns, upright.shape[1], upright.shape[0], upright.tobytes())
