from pathlib import Path

import pytest

from vret.memory import MemoryLayoutError, SessionMemory
from vret.memory.audio import (
    MIXED_SAMPLES_BYTES,
    SPOKEN_SAMPLES_BYTES,
    Mixed,
    Spoken,
    push_mixed,
    push_spoken,
    spoken_of,
    take_mixed,
)
from vret.memory.session import RING_BYTES

VOICE = bytes(range(240)) * (SPOKEN_SAMPLES_BYTES // 240)
MIX = bytes(range(240)) * (MIXED_SAMPLES_BYTES // 240)


def test_a_block_of_voice_is_taken_as_it_was_pushed(tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "run")
    assert push_spoken(memory.therapist_voice, Spoken(-7, VOICE))
    message = memory.therapist_voice.pop()
    assert message is not None
    assert spoken_of(message) == Spoken(-7, VOICE)
    memory.remove()


@pytest.mark.parametrize("size", [0, 7, 8, 967, 969, 5000])
def test_what_is_no_block_of_voice_is_told_apart(size: int) -> None:
    assert spoken_of(bytes(size)) is None


def test_a_block_of_another_size_is_the_senders_mistake(tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "run")
    with pytest.raises(ValueError, match="960 bytes of samples, not 961"):
        push_spoken(memory.therapist_voice, Spoken(0, VOICE + b"\0"))
    memory.remove()


def test_the_mix_comes_back_in_order_and_a_step_shows_what_was_dropped(tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "run")
    pushed = [push_mixed(memory.mix, Mixed(number, 30, 480 * number, MIX)) for number in range(200)]
    room = RING_BYTES["mix"] // (8 + 24 + MIXED_SAMPLES_BYTES)
    assert pushed == [True] * room + [False] * (200 - room)
    assert push_mixed(memory.mix, Mixed(-1, 30, 0, MIX)) is False
    taken = take_mixed(memory.mix)
    assert taken == [Mixed(number, 30, 480 * number, MIX) for number in range(room)]
    assert take_mixed(memory.mix) == []
    push_mixed(memory.mix, Mixed(200, 30, 96000, MIX))
    assert [block.frame for block in take_mixed(memory.mix)] == [96000]
    memory.remove()


def test_a_damaged_ring_is_mended_by_its_reader(tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "run")
    push_spoken(memory.therapist_voice, Spoken(1, VOICE))
    content = bytearray(memory.therapist_voice.path.read_bytes())
    content[300] ^= 1
    with memory.therapist_voice.path.open("r+b") as file:
        file.write(content)
    with pytest.raises(MemoryLayoutError):
        memory.therapist_voice.read()
    memory.therapist_voice.clear()
    assert memory.therapist_voice.read() == []
    push_spoken(memory.therapist_voice, Spoken(2, VOICE))
    assert len(memory.therapist_voice.read()) == 1
    memory.remove()
