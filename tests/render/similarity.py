"""How much of a picture's structure another one has: for pictures that a video codec went over.

Z. Wang and others, "Image quality assessment: from error visibility to structural similarity", IEEE Transactions on
Image Processing 13(4), 2004: means, variances and covariance in windows, here square ones of WINDOW pixels, and the
paper's constants. 1 for equal pictures; 0.9 is about where a person begins to see blocks.
"""

import numpy as np
import numpy.typing as npt

WINDOW = 7
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def similarity(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> float:
    """Of two (height, width, channels) pictures, the mean of the channels: colours count as much as brightness."""
    a, b = one.astype(np.float64), other.astype(np.float64)
    mean_a, mean_b = _means(a), _means(b)
    variance_a, variance_b = _means(a * a) - mean_a**2, _means(b * b) - mean_b**2
    covariance = _means(a * b) - mean_a * mean_b
    alike = (2 * mean_a * mean_b + _C1) * (2 * covariance + _C2)
    return float(np.mean(alike / ((mean_a**2 + mean_b**2 + _C1) * (variance_a + variance_b + _C2))))


def _means(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of every window, each channel on its own."""
    sums = np.pad(values, ((1, 0), (1, 0), (0, 0))).cumsum(axis=0).cumsum(axis=1)
    inside = sums[WINDOW:, WINDOW:] - sums[:-WINDOW, WINDOW:] - sums[WINDOW:, :-WINDOW] + sums[:-WINDOW, :-WINDOW]
    means: npt.NDArray[np.float64] = inside / WINDOW**2
    return means
