import numpy as np
import pytest

from tests.headset.openxr.wearing import worn
from tests.monado import Monado, RemoteDriver
from vret.core.events import FocusGained
from vret.headset.openxr.api import xr
from vret.headset.openxr.floor import Floor
from vret.headset.openxr.headset import OpenXR
from vret.headset.openxr.spaces import (
    PREFERRED,
    Locator,
    choose_stage,
    has_floor,
    head_space,
    reference_space,
    write_pose,
)

_TYPE = xr.ReferenceSpaceType


@pytest.mark.parametrize(
    ("turn", "place"),
    [
        ((0, 0, 0, 0), (float("nan"), 0, 0)),
        ((0, 0, 0, float("nan")), (0, float("inf"), 0)),
        ((0, 0, 0, 9), (0, 0, -1e9)),
    ],
)
def test_a_pose_that_is_called_valid_and_is_nonsense_leaves_the_last_one(
    turn: tuple[float, ...], place: tuple[float, ...]
) -> None:
    flags = xr.SpaceLocationFlags.ORIENTATION_VALID_BIT | xr.SpaceLocationFlags.POSITION_VALID_BIT
    location = xr.SpaceLocation(location_flags=flags)
    pose = np.array([1, 2, 3, 0, 0, 0, 1], np.float32)
    assert not write_pose(location, np.array([*turn, *place], np.float32), pose)
    assert pose.tolist() == [1, 2, 3, 0, 0, 0, 1]
    assert write_pose(location, np.array([0, 1, 0, 0, 4, 5, 6], np.float32), pose)
    assert pose.tolist() == [4, 5, 6, 0, 1, 0, 0]


@pytest.mark.parametrize("preferred", [PREFERRED, PREFERRED[1:], PREFERRED[2:]])
def test_the_floor_is_at_zero_in_every_space(monado: Monado, person: RemoteDriver, preferred: tuple[int, ...]) -> None:
    """Monado's LOCAL has its origin 1.6 m above the floor, as that of a standing person has."""
    person.stand(0.2, 1.45, 0.1)
    pose = np.zeros(7, np.float32)
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        connection = wearing.headset._connection
        assert connection is not None
        runtime, session = connection._runtime, connection.session.handle
        kind = choose_stage(runtime, session, preferred)
        assert kind == int(preferred[0])
        floor = Floor(is_told=has_floor(kind), eye_height_m=None)
        stage = reference_space(runtime, session, kind, floor.height_m)
        xr_ns = connection._prediction.locate_ns
        assert Locator(runtime, stage).locate(head_space(runtime, session).handle, xr_ns, pose)
    np.testing.assert_allclose(pose, (0.2, 1.45, 0.1, 0, 0, 0, 1), atol=1e-3)
