"""The sounds themselves."""

import numpy as np
import pytest

from vret.scene.sounds import SOUND_KINDS
from vret.sound.form import RATE_HZ, Samples, level_db
from vret.sound.synthesis import KINDS, LOOP_S, REFERENCE_DB, UnknownSoundError, sound

LOOPS = [kind for kind, made in KINDS.items() if made.loops]
SINGLES = [kind for kind, made in KINDS.items() if not made.loops]


def test_every_kind_that_a_scene_may_name_is_made() -> None:
    assert list(KINDS) == list(SOUND_KINDS)


@pytest.mark.parametrize("kind", LOOPS)
def test_loop_has_its_level_and_no_seam(kind: str) -> None:
    samples = sound(kind, 2)
    assert samples.shape == (LOOP_S * RATE_HZ, 2)
    assert level_db(samples) == pytest.approx(REFERENCE_DB, abs=0.01)
    assert np.abs(samples[0] - samples[-1]).max() <= np.abs(np.diff(samples, axis=0)).max()


@pytest.mark.parametrize("kind", SINGLES)
def test_single_sound_is_no_louder_than_the_reference_and_ends_softly(kind: str) -> None:
    samples = sound(kind)[:, 0]
    windows = samples[: len(samples) // 480 * 480].reshape(-1, 480)
    assert max(level_db(window) for window in np.lib.stride_tricks.sliding_window_view(samples, 4800)[::480]) < -19.5
    assert level_db(windows[-1]) < -55.0


def test_the_same_everywhere_and_every_time() -> None:
    np.testing.assert_array_equal(sound.__wrapped__("wind"), sound.__wrapped__("wind"))


def test_two_ears_of_a_bed_hear_different_details() -> None:
    left, right = sound("wind", 2).T
    assert abs(float(np.corrcoef(left, right)[0, 1])) < 0.2


def test_unknown_kind_is_told_with_the_known_ones() -> None:
    with pytest.raises(UnknownSoundError, match=r"no sound 'brass band': take one of room_tone, city"):
        sound("brass band")


def centre_hz(samples: Samples) -> float:
    power = np.abs(np.fft.rfft(samples[:, 0])) ** 2
    return float(np.sum(np.fft.rfftfreq(len(samples), 1 / RATE_HZ) * power) / np.sum(power))


def test_kinds_differ_in_what_they_are() -> None:
    """A room hums low, a railing whistles above the wind, birds are highest."""
    centres = [centre_hz(sound(kind)) for kind in ("room_tone", "wind", "railing", "birds")]
    assert centres == sorted(centres)
