"""What it costs to find out what the head is turned to, ten times a second, and its share of a frame at 90 Hz.

Processor time of one call of `Areas.look` in the heights scene, at places with more and fewer regions. The last row has
256 regions, the most that a scene may have, all at one place.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from vret.paths import data_file
from vret.scene.animation import Animation
from vret.scene.bundle import Bundle
from vret.scene.compile import compile_scene
from vret.scene.moment import Moment
from vret.scene.pictures import moments
from vret.scene.scene import load_scene
from vret.scene.tables import BOUND, RANGE, REGION
from vret.testing.person import rotation_of

CALLS = 4000
FRAME_US = 1e6 / 90
DOWN_RAD = float(np.radians(-20))
MOST = 256


def crowd(bundle: Bundle) -> Bundle:
    """The same scene with as many boxes as areas may have, on the ground before the person."""
    chance = np.random.default_rng(1)
    regions = np.zeros(MOST, REGION)
    regions["instance"], regions["stimulus"], regions["places"] = -1, -1, 0xFFFFFFFF
    regions["centre"] = chance.uniform((-30, 0.9, -80), (30, 0.9, -5), (MOST, 3))
    regions["half_size"] = (0.25, 0.9, 0.25)
    tables = replace(bundle.tables, regions=regions, region_bounds=np.zeros(0, BOUND), region_ranges=np.zeros(0, RANGE))
    return replace(bundle, tables=tables)


def measure(bundle: Bundle, moment: Moment) -> tuple[float, float]:
    """Median and 99th percentile in microseconds of the thread's time."""
    animation = Animation(bundle)
    frame = animation.animate(moment)
    head = frame.in_scene((0.0, 1.6, 0.0), rotation_of(0.0, DOWN_RAD))
    spent_ns = np.zeros(CALLS)
    for call in range(CALLS):
        start_ns = time.thread_time_ns()
        animation.areas.look(frame, *head)
        spent_ns[call] = time.thread_time_ns() - start_ns
    return float(np.median(spent_ns)) / 1e3, float(np.percentile(spent_ns, 99)) / 1e3


def main() -> None:
    heights = compile_scene(load_scene(data_file("scenes/heights")))
    at = moments(heights)
    ball = replace(at["plank_wind"], stimuli=(("ball_drop", 2.0), ("bird", 1.0)))
    rows = {
        "on the square": (heights, at["plaza"]),
        "on the roof": (heights, at["roof"]),
        "on the plank, while a ball falls and a gull flies": (heights, ball),
        "256 regions, the most that a scene may have": (crowd(heights), at["plaza"]),
    }
    print("| | median, µs | p99, µs | share of the frame that does it |")
    print("|---|--:|--:|--:|")
    for name, (bundle, moment) in rows.items():
        median_us, p99_us = measure(bundle, moment)
        print(f"| {name} | {median_us:.0f} | {p99_us:.0f} | {100 * median_us / FRAME_US:.2f} % |", flush=True)


if __name__ == "__main__":
    main()
