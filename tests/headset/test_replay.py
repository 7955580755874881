import numpy as np
import pytest

from vret.headset.body import make_eyes
from vret.headset.contract import Headset
from vret.headset.offscreen import Offscreen
from vret.headset.replay import Replay
from vret.recording.record import FrameRecord

pytestmark = pytest.mark.usefixtures("egl")


def frame(number: int, x_m: float) -> FrameRecord:
    return FrameRecord(
        frame=number,
        t_ns=number * 10,
        display_ns=number * 10 + 5,
        cpu_ns=0,
        head_position_in_stage=(x_m, 1.5, 0.0),
        head_rotation_in_stage=(0.0, 1.0, 0.0, 0.0),
        scene="calm",
        veil=0,
    )


def test_the_head_is_where_the_log_says_frame_by_frame() -> None:
    headset: Headset = Replay(Offscreen((32, 32), 0), [frame(1, 0.5), frame(2, 0.75)])
    headset.open()
    eyes, seen = make_eyes(2), []
    while not headset.wants_to_close:
        timing = headset.wait_frame()
        assert headset.poll(0) == ()
        headset.locate(timing.display_ns, eyes)
        seen.append((timing.display_ns, timing.should_render, float(eyes.head[0])))
    assert seen == [(15, True, 0.5), (25, True, 0.75)]
    np.testing.assert_array_equal(eyes.head[3:], (0, 1, 0, 0))
    assert not headset.wait_frame().should_render
    headset.close()
