"""The person's own room after their stop: the calm room first, slowly then, and at once back where the room goes."""

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from tests.headset.exposure import Exposure
from tests.recording.story import told
from vret.core.effects import Cause, State
from vret.core.session import Session
from vret.headset.contract import ShowsRoom
from vret.headset.controls import Button
from vret.headset.offscreen import Offscreen
from vret.headset.own_room import CLEAR_NS, WHOLE, OwnRoom
from vret.memory import SessionMemory
from vret.recording.record import FrameRecord

_RECORD = msgspec.msgpack.Decoder(FrameRecord)
MS = 1_000_000
IN_SCENE = msgspec.structs.replace(told().session, state=State.EXPOSED, cause=None)
STOPPED = msgspec.structs.replace(IN_SCENE, state=State.STOPPED, cause=Cause.PERSON_STOP)


class Roomy(Offscreen):
    """Has the room from the frame after it was wanted, unless it is broken."""

    has_room = False
    is_broken = False
    wanted = False

    def want_room(self, is_wanted: bool) -> None:
        self.wanted = is_wanted

    def submit(self) -> None:
        super().submit()
        self.has_room = self.wanted and not self.is_broken


def turned(headset: Roomy, own_room: OwnRoom, session: Session, times_ns: range) -> list[int]:
    clear = []
    for t_ns in times_ns:
        clear.append(own_room.turn(session, t_ns))
        headset.has_room = headset.wanted and not headset.is_broken
    return clear


def test_the_picture_clears_slowly_after_the_calm_room_was_seen_and_comes_back_slowly() -> None:
    headset = Roomy()
    assert isinstance(headset, ShowsRoom)
    own_room = OwnRoom(headset)
    assert turned(headset, own_room, IN_SCENE, range(0, 100 * MS, 20 * MS)) == [0] * 5
    assert not headset.wanted
    clearing = turned(headset, own_room, STOPPED, range(100 * MS, 1300 * MS, 20 * MS))
    assert clearing[0] == 0, "the frame of the stop is the calm room's"
    assert clearing == sorted(clearing)
    assert max(after - before for before, after in pairwise(clearing)) <= 20 * MS * WHOLE // CLEAR_NS
    assert clearing[-1] == WHOLE
    back = turned(headset, own_room, IN_SCENE, range(1300 * MS, 2500 * MS, 20 * MS))
    assert back == sorted(back, reverse=True)
    assert 0 < back[10] < WHOLE
    assert back[-1] == 0
    assert not headset.wanted


@pytest.mark.parametrize("cause", sorted(set(Cause) - {Cause.PERSON_STOP}))
def test_only_the_persons_own_stop_shows_it(cause: Cause) -> None:
    headset = Roomy()
    session = msgspec.structs.replace(STOPPED, cause=cause)
    assert turned(headset, OwnRoom(headset), session, range(0, 2000 * MS, 20 * MS)) == [0] * 100
    assert not headset.wanted


def test_a_room_that_goes_away_or_never_comes_is_the_calm_room_in_the_same_frame() -> None:
    headset = Roomy()
    own_room = OwnRoom(headset)
    turned(headset, own_room, STOPPED, range(0, 1500 * MS, 20 * MS))
    headset.is_broken, headset.has_room = True, False
    assert turned(headset, own_room, STOPPED, range(1500 * MS, 2500 * MS, 20 * MS)) == [0] * 50
    headset.is_broken = False
    assert 0 < turned(headset, own_room, STOPPED, range(2500 * MS, 2900 * MS, 20 * MS))[-1] < WHOLE


@pytest.mark.parametrize("session", [IN_SCENE, STOPPED])
@pytest.mark.parametrize("after_stop", [False, True])
def test_while_somebody_is_there_it_is_shown_whether_it_was_wished_after_a_stop_or_not(
    session: Session, after_stop: bool
) -> None:
    headset = Roomy()
    own_room = OwnRoom(headset, after_stop=after_stop)
    hidden = msgspec.structs.replace(session, is_private=False)
    clearing = turned(headset, own_room, hidden, range(0, 1500 * MS, 20 * MS))
    assert (clearing[0], clearing[-1]) == (0, WHOLE)


def test_who_did_not_wish_for_it_never_sees_it_after_a_stop() -> None:
    headset = Roomy()
    assert turned(headset, OwnRoom(headset, after_stop=False), STOPPED, range(0, 2000 * MS, 20 * MS)) == [0] * 100
    assert not headset.wanted


def test_a_headset_without_it_is_never_asked() -> None:
    own_room = OwnRoom(Offscreen())
    assert {own_room.turn(STOPPED, t_ns) for t_ns in range(0, 2000 * MS, 20 * MS)} == {0}


def _roomy(memory: SessionMemory, period_ns: int) -> Roomy:
    return Roomy((32, 32), period_ns, wearer=memory.wearer)


class Recorded(Exposure):
    """Keeps how clear every frame was, and the scene that it showed."""

    def __init__(self, folder: Path) -> None:
        self.clear: list[tuple[str, int]] = []
        super().__init__(folder, 8, make=_roomy)

    def drain(self) -> None:
        records = [_RECORD.decode(payload) for payload in self.memory.telemetry.read()]
        self.clear += [(record.scene, record.cleared) for record in records]
        super().drain()


@pytest.mark.usefixtures("egl")
def test_in_a_session_the_log_says_how_clear_each_picture_was(tmp_path: Path) -> None:
    exposure = Recorded(tmp_path)
    exposure.clear.clear()
    exposure.press(Button.STOP)
    exposure.until(lambda: bool(exposure.clear) and exposure.clear[-1] == ("", WHOLE))
    of_calm = [clear for scene, clear in exposure.clear if scene == ""]
    assert of_calm[0] == 0
    assert all(clear == 0 for scene, clear in exposure.clear if scene)
    exposure.close()
