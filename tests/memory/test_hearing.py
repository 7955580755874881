"""When a voice that was there counts as lost."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from vret.memory.block import Block
from vret.memory.call import CallState, VoiceStatus
from vret.memory.hearing import AWAY_NS, POOR_STAYS_NS, QUIET_NS, Hearing

S = 1_000_000_000
UP = VoiceStatus(t_ns=0, run="r1", certificate=b"", state=CallState.CONNECTED, call="c1", heard_ns=0)


class Voice:
    """A voice process's block, and who looks at it."""

    def __init__(self, folder: Path) -> None:
        self.block = Block.create(folder / "voice_status.block", 4096)
        self.hearing = Hearing(self.block)

    def says(self, t_ns: int, status: VoiceStatus = UP, **changes: object) -> bool:
        """Whether the voice counts as lost when this is the newest that was said."""
        self.block.publish(msgspec.msgpack.encode(msgspec.structs.replace(status, t_ns=t_ns, **changes)))
        return self.hearing.is_lost(t_ns)


@pytest.fixture
def voice(tmp_path: Path) -> Iterator[Voice]:
    made = Voice(tmp_path)
    yield made
    made.block.close()


def test_nothing_is_lost_before_there_was_a_call(voice: Voice) -> None:
    assert not voice.hearing.is_lost(S)
    for state in (CallState.NONE, CallState.CONNECTING, CallState.LOST):
        assert not voice.says(S, state=state, call="" if state is CallState.NONE else "c1")
    assert not voice.hearing.is_lost(9 * S)


def test_a_call_without_packets_is_lost_and_one_with_them_is_not(voice: Voice) -> None:
    assert not voice.says(S, heard_ns=S)
    assert not voice.says(S + QUIET_NS, heard_ns=S)
    assert voice.says(S + QUIET_NS + 1, heard_ns=S)
    assert not voice.says(8 * S, heard_ns=8 * S)


def test_a_voice_process_that_says_nothing_any_more_is_lost(voice: Voice) -> None:
    assert not voice.says(S)
    assert not voice.hearing.is_lost(S + AWAY_NS)
    assert voice.hearing.is_lost(S + AWAY_NS + 1)


def test_it_is_lost_until_the_next_life_of_the_process_has_a_call(voice: Voice) -> None:
    assert not voice.says(S)
    assert voice.says(2 * S, run="r2", state=CallState.NONE, call="")
    assert voice.says(3 * S, run="r2", state=CallState.CONNECTING, call="c2")
    assert not voice.says(4 * S, run="r2", heard_ns=4 * S, call="c2")


def test_a_line_that_was_cut_is_lost_and_a_call_that_was_ended_is_not(voice: Voice) -> None:
    assert not voice.says(S)
    assert voice.says(2 * S, state=CallState.LOST)
    assert not voice.says(3 * S, state=CallState.NONE, call="")
    assert not voice.says(4 * S, state=CallState.CONNECTING, call="c2")


def test_what_cannot_be_read_is_nothing_said(voice: Voice) -> None:
    assert not voice.says(S)
    voice.block.publish(b"\xff")
    assert not voice.hearing.is_lost(S)
    assert voice.hearing.is_lost(S + AWAY_NS + 1)


def test_a_therapist_is_muted_only_while_the_call_is_up(voice: Voice) -> None:
    assert not voice.hearing.is_therapist_muted
    voice.says(S, therapist_muted=True, heard_ns=S)
    assert voice.hearing.is_therapist_muted
    voice.says(2 * S, therapist_muted=True, heard_ns=S, state=CallState.LOST)
    assert not voice.hearing.is_therapist_muted
    voice.says(3 * S, heard_ns=3 * S)
    assert not voice.hearing.is_therapist_muted


def test_how_a_call_is_measured_is_told_while_it_is_up_and_since_when_nothing_came(voice: Voice) -> None:
    assert (voice.hearing.measured, voice.hearing.silent_s(S)) == (None, 0)
    voice.says(S, lost_per_mille=12)
    assert voice.hearing.measured is None
    voice.says(S, lost_per_mille=12, round_trip_ms=40, heard_ns=S)
    assert voice.hearing.measured == (12, 40)
    assert voice.hearing.silent_s(3 * S + S // 2) == 2
    voice.says(4 * S, state=CallState.LOST, lost_per_mille=12, round_trip_ms=40, heard_ns=S)
    assert voice.hearing.measured is None
    assert voice.hearing.silent_s(9 * S) == 8


def test_a_poor_call_is_told_until_it_has_been_better_for_a_while(voice: Voice) -> None:
    def is_poor(t_ns: int, lost_per_mille: int | None, round_trip_ms: int = 40) -> bool:
        voice.says(t_ns, lost_per_mille=lost_per_mille, round_trip_ms=round_trip_ms, heard_ns=t_ns)
        return voice.hearing.is_poor(t_ns)

    assert not is_poor(S, None)
    assert not is_poor(S, 100)
    assert is_poor(2 * S, 101)
    assert is_poor(2 * S + POOR_STAYS_NS - 1, 0)
    assert not is_poor(2 * S + POOR_STAYS_NS, 0)
    assert is_poor(9 * S, 0, round_trip_ms=601)
    voice.says(9 * S, state=CallState.LOST)
    assert not voice.hearing.is_poor(9 * S)
