"""The scripted headset keeps the contract and hands out its events in time."""

import numpy as np
import pytest

from vret.core.events import Input, StopPressed, WaitPressed
from vret.headset.contract import Eyes, Headset
from vret.testing.clock import FakeClock
from vret.testing.scripted import PERIOD_NS, ScriptedHeadset


def eyes() -> Eyes:
    return Eyes(np.zeros(7, np.float32), np.zeros((2, 7), np.float32), np.zeros((2, 4), np.float32))


def test_it_runs_a_loop_and_then_wants_to_close() -> None:
    clock = FakeClock(100)
    headset: Headset = ScriptedHeadset(clock, frames=3)
    headset.open()
    submitted = 0
    while not headset.wants_to_close:
        timing = headset.wait_frame()
        assert timing.display_ns > clock.now_ns()
        seen = eyes()
        headset.locate(timing.display_ns, seen)
        assert seen.poses[0, 0] < seen.head[0] < seen.poses[1, 0]
        assert headset.begin().layers == headset.view_count
        headset.submit()
        submitted += 1
    headset.close()
    assert submitted == 3
    assert clock.now_ns() == 100 + 3 * PERIOD_NS


def test_events_come_once_in_order_and_stamped_with_the_poll() -> None:
    clock = FakeClock()
    script = (
        (2 * PERIOD_NS, StopPressed(t_ns=0, input=Input.KEYBOARD)),
        (0, WaitPressed(t_ns=0, input=Input.KEYBOARD)),
    )
    headset = ScriptedHeadset(clock, script, frames=9)
    seen = []
    for _ in range(4):
        headset.wait_frame()
        seen.append(headset.poll(clock.now_ns()))
    assert seen == [
        (WaitPressed(t_ns=PERIOD_NS, input=Input.KEYBOARD),),
        (StopPressed(t_ns=2 * PERIOD_NS, input=Input.KEYBOARD),),
        (),
        (),
    ]


def test_a_frame_that_is_not_handed_over_is_noticed() -> None:
    headset = ScriptedHeadset(FakeClock(), frames=1)
    headset.begin()
    with pytest.raises(AssertionError, match="without submit"):
        headset.begin()


def test_the_fake_clock_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="back"):
        FakeClock().advance(-1)
