"""What `make bench-gpu` measures, on small pictures and whatever card there is."""

import sys
from pathlib import Path

import pytest

from benchmarks.gpu.stereo_frame import Timing
from vret.paths import data_file


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: draws without a display")
def test_every_shot_of_a_scene_is_timed() -> None:
    timing = Timing((32, 32))
    costs = list(timing.costs(Path(data_file("scenes")) / "calm", frames=3))
    timing.close()
    assert len({(cost.variant, cost.shot) for cost in costs}) == len(costs) > 1
    assert all(0 < cost.median <= cost.p99 for cost in costs)
