import pytest

from vret.core.events import FocusGained, FocusLost, HeadsetRemoved, HeadsetWorn, Recentred, TrackingFound, TrackingLost
from vret.headset.openxr.lifecycle import SETTLED_NS, Lifecycle, Request, SessionState

WEARS = HeadsetWorn(t_ns=1)


def walk(*codes: int) -> Lifecycle:
    lifecycle = Lifecycle()
    for code in codes:
        lifecycle.change(code)
    return lifecycle


FOCUSED = (SessionState.IDLE, SessionState.READY, SessionState.SYNCHRONIZED, SessionState.VISIBLE, SessionState.FOCUSED)


def test_a_session_from_its_beginning_to_its_end() -> None:
    lifecycle = Lifecycle()
    codes = (*FOCUSED, SessionState.VISIBLE, SessionState.SYNCHRONIZED, SessionState.STOPPING, SessionState.IDLE)
    asked = [lifecycle.change(code) for code in (*codes, SessionState.EXITING)]
    assert asked == [None, Request.BEGIN, None, None, None, None, None, Request.END, None, Request.CLOSE]
    assert not lifecycle.is_running


def test_focus_and_presence_are_told_once_and_first_of_all_whatever_they_are() -> None:
    lifecycle = Lifecycle()
    assert lifecycle.news(1) == [WEARS, FocusLost(t_ns=1)]
    assert lifecycle.news(2) == []
    for code in FOCUSED:
        lifecycle.change(code)
    assert lifecycle.news(3) == [FocusGained(t_ns=3)]
    lifecycle.see(False)
    assert lifecycle.news(4) == [HeadsetRemoved(t_ns=4)]


@pytest.mark.parametrize("state", [SessionState.VISIBLE, SessionState.SYNCHRONIZED, SessionState.STOPPING])
def test_leaving_focus_in_any_way_is_losing_it(state: SessionState) -> None:
    lifecycle = walk(*FOCUSED)
    assert lifecycle.news(1) == [WEARS, FocusGained(t_ns=1)]
    lifecycle.change(state)
    assert lifecycle.news(2) == [FocusLost(t_ns=2)]
    assert lifecycle.is_shown is (state is SessionState.VISIBLE)


def test_focus_that_went_and_came_between_two_frames_is_not_news() -> None:
    lifecycle = walk(*FOCUSED)
    lifecycle.news(1)
    lifecycle.change(SessionState.VISIBLE)
    lifecycle.change(SessionState.FOCUSED)
    assert lifecycle.news(2) == []


@pytest.mark.parametrize("code", [0, -1, 9, 1_000_166_001])
def test_codes_of_another_version_change_nothing(code: int) -> None:
    lifecycle = walk(*FOCUSED)
    assert lifecycle.change(code) is None
    assert lifecycle.is_focused


def test_a_lost_session_has_no_focus_and_begins_anew() -> None:
    lifecycle = walk(*FOCUSED)
    lifecycle.see(False)
    lifecycle.news(1)
    assert lifecycle.change(SessionState.LOSS_PENDING) is Request.LET_GO
    lifecycle.lose()
    assert lifecycle.news(2) == [HeadsetWorn(t_ns=2), FocusLost(t_ns=2)]
    assert [lifecycle.change(code) for code in FOCUSED][1] is Request.BEGIN
    assert lifecycle.is_focused


def test_a_runtime_that_recentres_is_heard() -> None:
    lifecycle = walk(*FOCUSED)
    lifecycle.news(1)
    lifecycle.recentre()
    assert lifecycle.news(2) == [Recentred(t_ns=2)]
    assert lifecycle.news(3) == []


def known(*codes: int) -> Lifecycle:
    """One whose focus and presence were told."""
    lifecycle = walk(*codes)
    lifecycle.news(0)
    return lifecycle


def test_a_head_that_is_lost_is_told_at_once_and_one_that_is_found_when_that_lasts() -> None:
    lifecycle = known(*FOCUSED)
    lifecycle.track(is_turned=True, is_placed=True)
    assert lifecycle.news(1) == []
    lifecycle.track(is_turned=True, is_placed=False)
    assert lifecycle.news(2) == [TrackingLost(t_ns=2)]
    assert lifecycle.news(3) == []
    lifecycle.track(is_turned=True, is_placed=True)
    assert lifecycle.news(4) == []
    lifecycle.track(is_turned=False, is_placed=True)
    assert lifecycle.news(5) == []
    lifecycle.track(is_turned=True, is_placed=True)
    assert lifecycle.news(4 + SETTLED_NS) == []
    assert lifecycle.news(5 + SETTLED_NS) == [TrackingFound(t_ns=5 + SETTLED_NS)]
    assert lifecycle.news(6 + SETTLED_NS) == []


def test_a_headset_that_only_turns_is_tracked_as_long_as_it_is_known_how() -> None:
    lifecycle = known(*FOCUSED)
    for t_ns in range(1, 100):
        lifecycle.track(is_turned=True, is_placed=False)
        assert lifecycle.news(t_ns) == []
    lifecycle.track(is_turned=False, is_placed=False)
    assert lifecycle.news(100) == [TrackingLost(t_ns=100)]


def test_another_session_begins_as_tracked() -> None:
    lifecycle = known(*FOCUSED)
    lifecycle.track(is_turned=True, is_placed=True)
    lifecycle.track(is_turned=False, is_placed=False)
    assert TrackingLost(t_ns=1) in lifecycle.news(1)
    lifecycle.lose()
    assert TrackingFound(t_ns=1 + SETTLED_NS) in lifecycle.news(1 + SETTLED_NS)
    for code in FOCUSED:
        lifecycle.change(code)
    lifecycle.track(is_turned=True, is_placed=False)
    assert lifecycle.is_tracked
