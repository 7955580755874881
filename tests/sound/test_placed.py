"""A live voice at a place: what each ear gets, and that no change is heard as a click."""

import numpy as np
import pytest

from tests.sound.speaking import tone
from tests.sound.test_space import AHEAD, HEAD, delay_of_left, louder_right_db
from vret.sound.form import BLOCK, Samples
from vret.sound.placed import Placed
from vret.sound.space import BOTH_EARS, Ears, ears

RIGHT = ears((3.0, 1.6, 0.0), HEAD, AHEAD)
LEFT = ears((-3.0, 1.6, 0.0), HEAD, AHEAD)
TONE_JUMP = float(np.abs(np.diff(tone(0))).max())


def placed(places: list[Ears]) -> Samples:
    voice = Placed()
    return np.concatenate([voice.block(tone(number), place) for number, place in enumerate(places)])


def test_in_the_head_both_ears_get_the_voice_itself() -> None:
    samples = placed([BOTH_EARS] * 10)
    expected = np.concatenate([tone(number) for number in range(10)])
    np.testing.assert_array_equal(samples, np.stack([expected, expected], axis=1))


def test_at_a_place_the_nearer_ear_is_louder_and_earlier() -> None:
    samples = placed([RIGHT] * 50)[BLOCK:]
    assert louder_right_db(samples) == pytest.approx(9.0, abs=0.3)
    assert delay_of_left(samples) == round(RIGHT.delays[0])


@pytest.mark.parametrize("after", [LEFT, BOTH_EARS], ids=["other side", "head"])
def test_a_change_of_place_does_not_click(after: Ears) -> None:
    samples = placed([RIGHT] * 10 + [after] * 10 + [RIGHT] * 10)
    assert np.abs(np.diff(samples, axis=0)).max() < 2.5 * TONE_JUMP


def test_the_voice_is_in_the_head_after_one_block() -> None:
    samples = placed([RIGHT] * 10 + [BOTH_EARS] * 2)
    np.testing.assert_array_equal(samples[11 * BLOCK :], np.stack([tone(11), tone(11)], axis=1))
