"""The player against real blocks, on a clock of the test's own."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.sound.speaking import spoken, tone
from tests.sound.stage import EXPOSED, STOPPED, waiting
from tests.sound.test_mixer import mixer
from vret.core.effects import Cause, State
from vret.memory.audio import EARSHOT_WISH_NS, push_spoken, take_mixed, wish_earshot
from vret.memory.messages import Shown, Speech, VoiceFrom
from vret.memory.session import SessionMemory
from vret.sound.form import RATE_HZ, Samples, level_db
from vret.sound.limiter import Limiter
from vret.sound.player import Player

MS = 1_000_000


class Seat:
    """A player that is asked for samples while its clock runs along with them."""

    def __init__(self, memory: SessionMemory) -> None:
        self.t_ns = 0
        self.memory = memory
        self.player = Player(memory, mixer(), lambda: self.t_ns)

    def hear(self, shown: Shown | None, ms: int, asked: int = 480) -> Samples:
        """Publish what is shown before each piece, or leave the last one to grow old."""
        pieces = []
        for _ in range(ms * RATE_HZ // 1000 // asked):
            if shown is not None:
                now = msgspec.structs.replace(shown, t_ns=self.t_ns)
                self.memory.shown.publish(msgspec.msgpack.encode(now))
            pieces.append(self.player.frames(asked))
            self.t_ns += asked * 1_000_000_000 // RATE_HZ
        return np.concatenate(pieces)


@pytest.fixture
def seat(tmp_path: Path) -> Iterator[Seat]:
    memory = SessionMemory.create(tmp_path / "memory")
    yield Seat(memory)
    memory.remove()


def test_nothing_is_heard_before_the_first_frame(seat: Seat) -> None:
    assert level_db(seat.hear(None, 500)) == -200.0


def test_any_number_of_frames_may_be_asked_for(seat: Seat, tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "other")
    odd = Seat(memory).hear(EXPOSED, 2000, asked=100)
    memory.remove()
    even = seat.hear(EXPOSED, 2000, asked=480)
    assert odd.shape[1] == 2
    assert level_db(odd[RATE_HZ:]) == pytest.approx(level_db(even[RATE_HZ:]), abs=0.2)


def test_stop_is_silent_within_60_ms_of_samples(seat: Seat) -> None:
    seat.hear(EXPOSED, 2000)
    assert level_db(seat.hear(STOPPED, 300)[60 * 48 :]) < -70.0


def test_stalled_frame_falls_silent_within_350_ms_and_comes_back_softly(seat: Seat) -> None:
    seat.hear(EXPOSED, 2000)
    silence = seat.hear(None, 1000)
    assert level_db(silence[: RATE_HZ // 5]) > -40.0
    assert level_db(silence[350 * 48 :]) < -60.0
    back = seat.hear(EXPOSED, 1000)
    assert level_db(back[: RATE_HZ // 50]) < level_db(back[RATE_HZ // 2 :]) - 12.0


def test_state_change_in_the_report_is_said(seat: Seat) -> None:
    for told in (waiting(), msgspec.structs.replace(waiting(), state=State.STOPPED, cause=Cause.PERSON_STOP)):
        seat.memory.report.publish(msgspec.msgpack.encode(told))
        heard = seat.hear(STOPPED, 1500)
    assert -30.0 < level_db(heard) < -18.0


def test_voice_ducks_the_scene_through_its_block(seat: Seat) -> None:
    loud = level_db(seat.hear(EXPOSED, 3000)[RATE_HZ:])
    seat.memory.speech.publish(msgspec.msgpack.encode(Speech(level=0.5, t_ns=seat.t_ns + 300 * MS)))
    assert level_db(seat.hear(EXPOSED, 700)[RATE_HZ // 2 :]) < loud - 9.0


def test_asked_to_close_everything_fades(seat: Seat) -> None:
    seat.hear(EXPOSED, 1000)
    seat.memory.ask_to_close()
    assert level_db(seat.hear(EXPOSED, 300)[60 * 48 :]) < -70.0


def test_failure_in_the_callback_is_kept_for_the_main_thread(seat: Seat) -> None:
    seat.memory.shown.publish(b"no message")
    with pytest.raises(msgspec.MsgspecError):
        seat.player.frames(480)
    assert isinstance(seat.player.failure, msgspec.MsgspecError)


def told(seat: Seat, step_index: int) -> None:
    now = msgspec.structs.replace(waiting(), state=State.EXPOSED, cause=Cause.THERAPIST, step_index=step_index)
    seat.memory.report.publish(msgspec.msgpack.encode(now))


def speak(seat: Seat, shown: Shown | None, blocks: int, level: float = 0.3) -> Samples:
    pieces = []
    for _ in range(blocks):
        push_spoken(seat.memory.therapist_voice, spoken(seat.t_ns, tone(seat.t_ns // (10 * MS), level)))
        pieces.append(seat.hear(shown, 10))
    return np.concatenate(pieces)


def louder_right_db(samples: Samples) -> float:
    return level_db(samples[:, 1]) - level_db(samples[:, 0])


def test_therapist_is_heard_before_the_first_frame(seat: Seat) -> None:
    assert level_db(speak(seat, None, 50, 0.1)[RATE_HZ // 10 :]) == pytest.approx(20 * np.log10(0.1 / 2**0.5), abs=0.1)


def test_therapist_speaks_from_the_scene_until_a_step_down(seat: Seat) -> None:
    silent = msgspec.structs.replace(EXPOSED, veil=1000)
    chosen = msgspec.structs.replace(silent, voice_from=VoiceFrom(1, (3.0, 1.6, 0.0)))
    told(seat, 3)
    assert louder_right_db(speak(seat, silent, 20)[4800:]) == pytest.approx(0.0, abs=0.1)
    assert louder_right_db(speak(seat, chosen, 50)[4800:]) == pytest.approx(9.0, abs=0.3)
    told(seat, 2)
    lowered = speak(seat, chosen, 20)
    np.testing.assert_array_equal(lowered[480 + 96 :, 0], lowered[480 + 96 :, 1])


def test_the_mix_comes_back_stamped_on_the_devices_own_clock(seat: Seat) -> None:
    seat.player.latency_ns = 30 * MS
    seat.t_ns = 1000 * MS
    heard = seat.hear(EXPOSED, 300, asked=1440)
    mixed = take_mixed(seat.memory.mix)
    assert [block.frame for block in mixed] == list(range(0, 14400, 480))
    assert [block.t_ns for block in mixed] == [1000 * MS + number * 10 * MS for number in range(30)]
    assert {block.latency_ns for block in mixed} == {30 * MS}
    samples = np.concatenate([np.frombuffer(block.samples, "<i2").reshape(-1, 2) for block in mixed]) / 32767
    np.testing.assert_allclose(samples, heard, atol=1e-4)


def test_a_mix_that_nobody_reads_changes_nothing(seat: Seat, tmp_path: Path) -> None:
    memory = SessionMemory.create(tmp_path / "other")
    unread = Seat(memory)
    unread.hear(EXPOSED, 1000)
    for _ in range(100):
        seat.hear(EXPOSED, 10)
        take_mixed(seat.memory.mix)
    np.testing.assert_array_equal(unread.hear(EXPOSED, 500), seat.hear(EXPOSED, 500))
    memory.remove()


def overheard(seat: Seat) -> Samples:
    """What was handed over for the therapist's ears, (frames, 2)."""
    blocks = [np.frombuffer(mixed.samples, "<i2").reshape(-1, 2) / 32768 for mixed in take_mixed(seat.memory.earshot)]
    return np.concatenate(blocks).astype(np.float32) if blocks else np.zeros((0, 2), np.float32)


def test_what_the_person_hears_is_handed_over_while_wished_and_without_the_therapist(seat: Seat) -> None:
    seat.hear(EXPOSED, 1000)
    assert not len(overheard(seat)), "nobody has asked"
    wish_earshot(seat.memory.earshot_wish, seat.t_ns)
    np.testing.assert_allclose(overheard_beside(seat, seat.hear(EXPOSED, 300)), 0.0, atol=0.03)
    heard = speak(seat, STOPPED, 60, 0.3)
    assert level_db(heard[RATE_HZ // 2 :]) > -20.0
    assert -200.0 < level_db(overheard(seat)[RATE_HZ // 2 :]) < -40.0, "the calm room, and not the voice in it"
    seat.hear(EXPOSED, EARSHOT_WISH_NS // MS)
    take_mixed(seat.memory.earshot)
    seat.hear(EXPOSED, 100)
    assert not len(overheard(seat)), "the asker is gone"


def overheard_beside(seat: Seat, heard: Samples) -> Samples:
    """What was handed over less what was heard, after the limiter's delay at its beginning."""
    return overheard(seat)[Limiter.DELAY :] - heard[Limiter.DELAY :]


def test_what_the_person_hears_while_somebody_is_there_is_nothing(seat: Seat) -> None:
    seat.hear(EXPOSED, 1000)
    wish_earshot(seat.memory.earshot_wish, seat.t_ns)
    seat.hear(msgspec.structs.replace(EXPOSED, is_private=False), 300)
    assert level_db(overheard(seat)[RATE_HZ // 5 :]) == -200.0


def test_what_the_voice_process_gets_wrong_raises_nothing(seat: Seat) -> None:
    seat.memory.speech.publish(b"no message")
    seat.memory.earshot_wish.publish(b"no wish")
    seat.memory.therapist_voice.push(b"no voice")
    assert level_db(seat.hear(EXPOSED, 1000)[RATE_HZ // 2 :]) > -30.0
    assert seat.player.failure is None
    assert seat.player.voice.faulty_ns == 0
    assert seat.player.speech_faulty_ns == 990 * MS
    seat.memory.speech.publish(msgspec.msgpack.encode(Speech(level=float("nan"), t_ns=seat.t_ns)))
    seat.hear(EXPOSED, 10)
    assert seat.player.speech_faulty_ns == 990 * MS


def test_a_level_from_the_far_future_does_not_duck_for_ever(seat: Seat) -> None:
    loud = level_db(seat.hear(EXPOSED, 3000)[RATE_HZ:])
    seat.memory.speech.publish(msgspec.msgpack.encode(Speech(level=0.5, t_ns=2**62)))
    assert level_db(seat.hear(EXPOSED, 1000)[RATE_HZ // 2 :]) == pytest.approx(loud, abs=1.5)
