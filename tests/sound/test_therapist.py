"""The therapist's voice through a real ring, with a voice process that is late, missing, too fast, dead or mad."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.sound.speaking import BLOCK_NS, spoken, tone
from vret.memory.audio import push_spoken
from vret.memory.ring import Ring
from vret.sound.form import BLOCK, Samples, level_db
from vret.sound.therapist import BEHIND_MOST, CAUTION_NS, OLDEST_NS, SLACK_BLOCKS, TherapistVoice

SILENCE = np.zeros(BLOCK, np.float32)
TONE_JUMP = float(np.abs(np.diff(tone(0))).max())


class Line:
    """A voice process at one end and the device's beat at the other, on a clock of the test's own."""

    def __init__(self, path: Path) -> None:
        self.ring = Ring.create(path, 64 * 1024)
        self.voice = TherapistVoice(self.ring)
        self.t_ns = 0
        self.number = 0

    def push(self, count: int = 1) -> None:
        for _ in range(count):
            push_spoken(self.ring, spoken(self.t_ns, tone(self.number)))
            self.number += 1

    def hear(self) -> Samples | None:
        heard = self.voice.block(self.t_ns)
        self.t_ns += BLOCK_NS
        return heard

    def run(self, pushes: list[int]) -> Samples:
        """So many blocks are pushed before each block that is heard."""
        heard = []
        for count in pushes:
            self.push(count)
            block = self.hear()
            heard.append(SILENCE if block is None else block)
        return np.concatenate(heard)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path / "voice.ring")
    yield line
    line.ring.close()


def jump(samples: Samples) -> float:
    return float(np.abs(np.diff(samples)).max())


def test_a_steady_voice_is_heard_whole_10_ms_late(line: Line) -> None:
    heard = line.run([1] * 100)
    expected = np.concatenate([tone(number) for number in range(100)])
    assert np.abs(heard[:BLOCK]).max() == 0.0
    np.testing.assert_allclose(heard[2 * BLOCK :], expected[BLOCK:-BLOCK], atol=1e-4)
    assert (line.voice.gaps, line.voice.dropped) == (0, 0)
    assert jump(heard) < 1.5 * TONE_JUMP


def test_a_block_that_is_late_by_its_own_length_is_not_missed(line: Line) -> None:
    heard = line.run([1] * 10 + [0, 2] * 20)
    expected = np.concatenate([tone(number) for number in range(50)])
    np.testing.assert_allclose(heard[2 * BLOCK :], expected[BLOCK:-BLOCK], atol=1e-4)
    assert line.voice.gaps == 0


@pytest.mark.parametrize("missing", [1, 2, 3, 10, 40])
def test_a_gap_fades_and_never_clicks(line: Line, missing: int) -> None:
    heard = line.run([1] * 20 + [0] * missing + [1] * 20)
    assert jump(heard) < 2.5 * TONE_JUMP
    assert line.voice.gaps == (missing > 1)
    assert level_db(heard[-10 * BLOCK :]) > -15.0
    if missing == 40:
        assert np.abs(heard[25 * BLOCK : 55 * BLOCK]).max() == 0.0


def test_too_many_blocks_are_dropped_and_the_newest_are_heard(line: Line) -> None:
    heard = line.run([1] * 10 + [30] + [1] * 10)
    assert line.voice.dropped == 30 - BEHIND_MOST
    last = tone(line.number - 1 - BEHIND_MOST)
    np.testing.assert_allclose(heard[-BLOCK:], last, atol=1e-4)
    assert jump(heard) < 2.5 * TONE_JUMP


def test_no_voice_waits_longer_than_30_ms_behind_another(line: Line) -> None:
    """Pushes by chance, as many as are played in the mean."""
    chance = np.random.default_rng(1)
    for _ in range(3000):
        line.push(int(chance.poisson(1.0)))
        heard = line.hear()
        assert line.voice.waiting <= BEHIND_MOST or heard is None


def test_what_always_waits_too_long_is_taken_back(line: Line) -> None:
    """A faster clock, or a start after others waited: two seconds with one too many in hand, and one is left out."""
    line.run([1, 1, 1, 3] + [1] * (SLACK_BLOCKS - 10))
    assert line.voice.waiting == 3
    heard = line.run([1] * 3 * SLACK_BLOCKS)
    assert line.voice.waiting == 1
    assert line.voice.dropped == 2
    assert jump(heard) < 1.5 * TONE_JUMP


def test_a_device_that_asks_for_three_at_once_is_served(line: Line) -> None:
    line.run(([3, 0, 0]) * 100)
    assert line.voice.gaps == 0


def test_after_a_gap_one_more_is_kept_in_hand(line: Line) -> None:
    line.run([1] * 10 + [0] * 5)
    line.push(2)
    assert line.hear() is None
    line.push(1)
    assert line.hear() is not None
    assert line.voice.waiting == 2


def test_caution_ends(line: Line) -> None:
    line.run([1] * 10 + [0] * 5 + [1] * (CAUTION_NS // BLOCK_NS + 2 * SLACK_BLOCKS + 100))
    assert line.voice.waiting == 1
    assert line.voice.gaps == 1


def test_what_a_dead_voice_left_is_never_heard(line: Line) -> None:
    line.push(20)
    line.t_ns += 2 * OLDEST_NS
    restarted = TherapistVoice(line.ring)
    assert restarted.block(line.t_ns) is None
    line.run([1] * 10)
    line.push(1)
    line.t_ns += 2 * OLDEST_NS
    ended = line.hear()
    assert ended is not None
    assert abs(ended[-1]) == 0.0
    assert line.hear() is None


def test_one_block_alone_is_not_heard_later(line: Line) -> None:
    line.push(1)
    assert line.hear() is None
    line.t_ns += OLDEST_NS
    line.push(1)
    assert line.hear() is None
    assert line.voice.dropped == 1


@pytest.mark.parametrize("garbage", [b"", b"x", bytes(967), bytes(969), bytes(60_000)], ids=len)
def test_what_is_no_voice_is_silence_and_noted(line: Line, garbage: bytes) -> None:
    assert line.voice.faulty_ns is None
    line.ring.push(garbage)
    line.t_ns = 5
    assert line.hear() is None
    assert line.voice.faulty_ns == 5
    assert level_db(line.run([1] * 10)[5 * BLOCK :]) > -15.0


def test_stamps_beyond_sense_are_silence(line: Line) -> None:
    for t_ns in (OLDEST_NS + 1, 2**62):
        push_spoken(line.ring, spoken(t_ns, tone(0)))
    for _ in range(4):
        push_spoken(line.ring, spoken(-(2**62), tone(0)))
    assert line.hear() is None
    assert line.voice.faulty_ns == 0


@pytest.mark.parametrize("offset", [64, 71, 128, 135, 192, 196, 200, 700])
def test_a_ring_that_was_written_over_goes_on(line: Line, offset: int) -> None:
    """Any byte of indices, lengths, checks or samples."""
    line.run([1] * 3)
    line.push(2)
    content = bytearray(line.ring.path.read_bytes())
    content[offset] ^= 0x55
    with line.ring.path.open("r+b") as file:
        file.write(content)
    line.run([0] * 30)
    assert level_db(line.run([1] * 20)[15 * BLOCK :]) > -15.0


def test_the_ends_of_a_voice_are_silent_for_the_later_ear(line: Line) -> None:
    line.run([1] * 10 + [0])
    end = line.hear()
    assert end is not None
    assert np.abs(end[-40:]).max() == 0.0
