from itertools import pairwise

import pytest

from vret.headset.lingering import STAYS_NS, Lingering
from vret.headset.page import Page

S = 1_000_000_000
FRAME_NS = S // 90
HOLD, RATING = Page(title="On hold"), Page(title="Rating")


def test_it_comes_at_once_and_goes_at_once_when_it_has_been_there() -> None:
    lingering = Lingering()
    assert lingering.page(None, S) is None
    assert lingering.page(HOLD, 2 * S) is HOLD
    assert lingering.page(HOLD, 3 * S) is HOLD
    assert lingering.page(None, 3 * S + 1) is None


def test_another_page_takes_its_place_at_once() -> None:
    lingering = Lingering()
    lingering.page(HOLD, S)
    assert lingering.page(RATING, S + 1) is RATING
    assert lingering.page(None, S + 2) is RATING


def test_one_that_comes_again_was_never_away() -> None:
    lingering = Lingering()
    lingering.page(HOLD, S)
    assert lingering.page(None, S + STAYS_NS // 2) is HOLD
    assert lingering.page(HOLD, S + STAYS_NS // 2 + 1) is HOLD
    assert lingering.page(None, S + STAYS_NS) is None


@pytest.mark.parametrize("frames_each", [1, 2, 5, 11, 30])
def test_however_fast_it_is_asked_for_it_comes_twice_a_second_at_most(frames_each: int) -> None:
    lingering = Lingering()
    shown = [lingering.page(HOLD if frame // frames_each % 2 else None, frame * FRAME_NS) for frame in range(360)]
    comes = [frame for frame, (before, now) in enumerate(pairwise(shown)) if before is None and now is not None]
    assert comes
    assert all((later - earlier) * FRAME_NS >= STAYS_NS - FRAME_NS for earlier, later in pairwise(comes))
