"""Direction and distance of a point source."""

from dataclasses import replace
from math import pi, sqrt

import numpy as np
import pytest

from tests.sound.test_mixer import EXPOSED
from vret.scene.compiled import Quaternion, Vector
from vret.scene.sounds import Gain, SceneSound, SoundSource
from vret.sound.form import BLOCK, RATE_HZ, Samples, level_db
from vret.sound.layer import Layer
from vret.sound.space import ears

AHEAD: Quaternion = (0.0, 0.0, 0.0, 1.0)
LEFT: Quaternion = (0.0, sqrt(0.5), 0.0, sqrt(0.5))
HEAD: Vector = (0.0, 1.6, 0.0)


def layer_block(position: Vector, rotation: Quaternion) -> Samples:
    layer = Layer(SceneSound(sources=(SoundSource("fan", "ventilation", position, Gain()),)))
    cue = replace(EXPOSED, head_rotation_in_scene=rotation)
    return np.concatenate([layer.block(cue) for _ in range(100)])[RATE_HZ // 2 :]


def louder_right_db(samples: Samples) -> float:
    return level_db(samples[:, 1]) - level_db(samples[:, 0])


def delay_of_left(samples: Samples) -> int:
    """Frames by which the left ear lags."""
    lags = range(-60, 61)
    middle = slice(60, len(samples) - 60)
    match = [float(np.dot(samples[middle, 1], np.roll(samples[:, 0], -lag)[middle])) for lag in lags]
    return lags[int(np.argmax(match))]


def test_source_on_the_right_is_louder_and_earlier_on_the_right() -> None:
    samples = layer_block((3.0, 1.6, 0.0), AHEAD)
    assert louder_right_db(samples) == pytest.approx(9.0, abs=0.3)
    assert delay_of_left(samples) == pytest.approx(0.0875 / 343 * (pi / 2 + 1) * RATE_HZ, abs=1)


def test_source_ahead_is_in_the_middle() -> None:
    samples = layer_block((0.0, 1.6, -3.0), AHEAD)
    assert louder_right_db(samples) == pytest.approx(0.0, abs=0.01)
    assert delay_of_left(samples) == 0


def test_turning_the_head_moves_the_source() -> None:
    assert louder_right_db(layer_block((0.0, 1.6, -3.0), LEFT)) > 8.0
    assert louder_right_db(layer_block((3.0, 1.6, 0.0), LEFT)) == pytest.approx(0.0, abs=0.01)


def test_level_halves_with_twice_the_distance_and_not_nearer_than_1_m() -> None:
    gains = {distance: ears((0.0, 1.6, -distance), HEAD, AHEAD).gains[0] for distance in (0.2, 1.0, 2.0, 4.0)}
    assert gains[0.2] == gains[1.0] == 1.0
    assert gains[2.0] == 0.5
    assert gains[4.0] == 0.25


def test_moving_past_a_source_does_not_click() -> None:
    layer = Layer(SceneSound(sources=(SoundSource("fan", "room_tone", (0.0, 1.6, -0.5), Gain()),)))
    path = [replace(EXPOSED, head_position_in_scene=(x, 1.6, 0.0)) for x in np.linspace(-3.0, 3.0, 40)]
    passing = np.concatenate([layer.block(cue) for cue in path])
    still = np.concatenate([layer.block(path[20]) for _ in range(40)])
    assert np.abs(np.diff(passing, axis=0)).max() < 2.0 * np.abs(np.diff(still, axis=0)).max()
    assert len(passing) == 40 * BLOCK
