import numpy as np
import pytest

from vret.memory.therapist_picture import LONGEST, PIXELS_MAX
from vret.voice.fitting import fitted

WHITE = np.uint32(0xFFFFFFFF)


@pytest.mark.parametrize(
    ("size", "rotation", "made"),
    [
        ((320, 240), 0, (320, 240)),
        ((640, 480), 0, (320, 240)),
        ((1280, 720), 0, (320, 180)),
        ((160, 120), 0, (160, 120)),
        ((320, 240), 90, (240, 320)),
        ((480, 640), 0, (240, 320)),
        ((640, 640), 0, (277, 277)),
        ((4000, 1), 0, (320, 1)),
    ],
)
def test_pictures_keep_their_proportions_and_have_room(
    size: tuple[int, int], rotation: int, made: tuple[int, int]
) -> None:
    picture = fitted(5, bytes(4 * size[0] * size[1]), size, rotation)
    assert (picture.t_ns, picture.width, picture.height) == (5, *made)
    assert len(picture.rgba) == 4 * made[0] * made[1] <= 4 * PIXELS_MAX
    assert max(made) <= LONGEST


@pytest.mark.parametrize(("rotation", "corner"), [(0, (0, 0)), (90, (0, 1)), (180, (1, 1)), (270, (1, 0))])
def test_a_camera_that_is_held_otherwise_is_turned_upright(rotation: int, corner: tuple[int, int]) -> None:
    """What is at the upper left of the camera's picture is elsewhere when that is turned clockwise."""
    pixels = np.zeros((120, 160), np.uint32)
    pixels[:8, :8] = WHITE
    picture = fitted(0, pixels.tobytes(), (160, 120), rotation)
    upright = np.frombuffer(picture.rgba, np.uint32).reshape(picture.height, picture.width)
    row, column = corner
    assert upright[-row, -column] == WHITE
    assert np.count_nonzero(upright) == 64
