"""How often a frame calls the runtime: the same number every frame, and few, whatever the hands hold."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.headset.openxr.wearing import worn
from tests.monado import Monado
from vret.clock import now_ns
from vret.core.events import FocusGained
from vret.headset.body import make_eyes
from vret.headset.openxr.api import Functions
from vret.headset.openxr.hand_poses import BARE
from vret.headset.openxr.headset import OpenXR
from vret.headset.profiles import PROFILES

MOST = 30
FIRST_FRAMES = 10
"""Until the session is focused and the profiles have been asked for."""


class Counted:
    """Makes functions of an instance that count themselves."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def __call__(self, instance: int) -> Functions:
        functions = Functions(instance)
        for name, call in vars(functions).items():
            if call is not None:
                setattr(functions, name, self._counted(name, call))
        return functions

    def _counted(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any) -> Any:
            self.counts[name] += 1
            return call(*arguments)

        return counted


def counts_of_frames(headset: OpenXR, counted: Counted, frames: int) -> list[Counter[str]]:
    """The calls of each of some frames in which everything is done but the drawing."""
    eyes, counts = make_eyes(headset.view_count), []
    for _ in range(FIRST_FRAMES + frames):
        counted.counts.clear()
        timing = headset.wait_frame()
        headset.poll(now_ns())
        headset.locate(timing.display_ns, eyes)
        if timing.should_render:
            headset.begin()
        headset.submit()
        counts.append(counted.counts.copy())
    return counts[FIRST_FRAMES:]


@pytest.mark.usefixtures("constant")
def test_depth_is_three_calls_more_and_none_where_it_is_not_wanted() -> None:
    counts = []
    for tells_depth in (False, True):
        counted = Counted()
        headset = OpenXR(tells_depth=tells_depth, functions=counted)
        headset.open()
        assert headset.takes_depth is tells_depth
        counts.append(counts_of_frames(headset, counted, 3)[-1])
        headset.close()
    lent = {"xrAcquireSwapchainImage": 1, "xrWaitSwapchainImage": 1, "xrReleaseSwapchainImage": 1}
    assert counts[1] - counts[0] == Counter(lent)
    assert counts[1].total() <= MOST


@pytest.mark.usefixtures("constant")
@pytest.mark.parametrize("path", PROFILES)
def test_a_frame_calls_the_runtime_seldom(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the controllers seen, and with hands seen that hold none, which takes a call more for each."""
    monkeypatch.setenv("CONSTANT_PROFILE", path)
    for hidden in (False, True):
        if hidden:
            monkeypatch.setenv("CONSTANT_HANDS", "1")
        counted = Counted()
        headset = OpenXR(functions=counted)
        headset.open()
        counts = counts_of_frames(headset, counted, 5)
        headset.close()
        assert all(count == counts[0] for count in counts)
        assert counts[0]["xrEndFrame"] == counts[0]["xrLocateViews"] == counts[0]["xrAcquireSwapchainImage"] == 1
        assert counts[0]["xrLocateHandJointsEXT"] == (2 if hidden or path in BARE else 0)
        bound = PROFILES[path].bindings.values()
        assert counts[0]["xrGetActionStateFloat"] == sum(len(paths) for paths in bound) > 0
        assert counts[0].total() <= MOST, counts[0]


def test_with_a_real_runtime_it_is_as_seldom(monado: Monado) -> None:
    counted = Counted()
    with worn(OpenXR(functions=counted)) as wearing:
        wearing.until(lambda: wearing.told(FocusGained))
        counts = counts_of_frames(wearing.headset, counted, 5)
    assert max(count.total() for count in counts) <= MOST
    assert counts[-1]["xrEndFrame"] == 1
