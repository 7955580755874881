import numpy as np
import numpy.typing as npt

from tests.headset.openxr.wearing import worn
from tests.monado import Monado, RemoteDriver
from vret.core.events import FocusGained
from vret.headset.gestures import Hand
from vret.headset.openxr.hand_poses import HandLocator
from vret.headset.openxr.headset import OpenXR

INDEX = "/interaction_profiles/valve/index_controller"
NOWHERE = 0


def test_without_a_grip_the_palm_that_the_cameras_see_is_the_hand(monado: Monado, person: RemoteDriver) -> None:
    person.hand("left").pose.position[:] = (-0.3, 1.2, -0.4)
    person.hand("right").pose.position[:] = (0.3, 1.0, -0.6)
    person.send()
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        connection = wearing.headset._connection
        assert connection is not None
        runtime, session, xr_ns = connection._runtime, connection.session.handle, connection._prediction.locate_ns
        bare = HandLocator(runtime, session, connection.stage, dict.fromkeys(Hand, NOWHERE))
        bare.locate(xr_ns, dict.fromkeys(Hand, ""))
        held = connection.hands
        held.locate(xr_ns, dict.fromkeys(Hand, INDEX))
    assert bare.found.tracked.all()
    assert held.found.tracked.all()
    assert bare.found.jointed.all()
    assert not held.found.jointed.any(), "a hand on a controller is shown with it"
    wrists, tips = bare.found.joints[:, 1], bare.found.joints[:, 15]
    assert (np.linalg.norm(bare.found.joints - bare.found.poses[:, None, :3], axis=2) < 0.25).all()
    assert (np.abs(np.linalg.norm(tips - wrists, axis=1) - 0.14) < 0.08).all()
    assert not bare.found.holding.any()
    assert held.found.holding.all()
    apart_m = np.linalg.norm(bare.found.poses[:, :3] - held.found.poses[:, :3], axis=1)
    assert (apart_m < 0.15).all()
    np.testing.assert_allclose(np.linalg.norm(bare.found.poses[:, 3:], axis=1), 1, atol=1e-3)
    thumbs = [rotated(pose[3:], (0, 0, -1)) for pose in bare.found.poses]
    np.testing.assert_allclose(thumbs, [(1, 0, 0), (-1, 0, 0)], atol=1e-3, err_msg="palms down, thumbs inward")
    backs = [rotated(pose[3:], (1, 0, 0)) for pose in bare.found.poses]
    np.testing.assert_allclose(backs, [(0, -1, 0), (0, 1, 0)], atol=1e-3, err_msg="X to the right through either palm")


def rotated(rotation: npt.NDArray[np.float32], vector: tuple[float, float, float]) -> npt.NDArray[np.float64]:
    """By the formula of Rodrigues: v + 2 w (u x v) + 2 u x (u x v)."""
    axis, w = rotation[:3], rotation[3]
    across = np.cross(axis, vector)
    return np.asarray(vector + 2 * w * across + 2 * np.cross(axis, across), np.float64)


def test_a_hand_that_nobody_sees_stays_where_it_was(monado: Monado, person: RemoteDriver) -> None:
    with worn(OpenXR()) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        found = wearing.headset.hands
        assert found is not None
        before = found.poses[0].copy()
        person.set("left", active=False, hand_tracking_active=False)
        wearing.until(lambda: not found.tracked[0])
        np.testing.assert_array_equal(found.poses[0], before)
        assert not found.holding[0]
        assert found.tracked[1]
