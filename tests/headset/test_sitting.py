import pytest
from msgspec.structs import replace

from tests.core.drive import Drive
from vret.core import commands
from vret.core.events import SatDown, StoodUp
from vret.core.session import Session
from vret.headset.sitting import DOWN_M, LASTS_NS, UP_M, Sitting

FRAME_NS = 11_111_111
SEATED_M = 1.15


@pytest.fixture
def session() -> Session:
    drive = Drive()
    drive.practise()
    assert drive.refusal(commands.EnterSeated(is_seated=True)) is None
    return drive.session


def look(sitting: Sitting, session: Session | None, eyes_m: float, began_ns: int, duration_ns: int) -> list[type]:
    told = []
    for t_ns in range(began_ns, began_ns + duration_ns, FRAME_NS):
        told += [type(event) for event in sitting.see(session, eyes_m, t_ns)]
    return told


def test_who_rises_for_half_a_second_stands_and_who_sinks_sits(session: Session) -> None:
    sitting = Sitting()
    assert look(sitting, session, SEATED_M, 0, LASTS_NS) == []
    up_m = SEATED_M + UP_M + 0.01
    assert look(sitting, session, up_m, LASTS_NS, LASTS_NS - FRAME_NS) == []
    assert StoodUp in look(sitting, session, up_m, 2 * LASTS_NS - FRAME_NS, 4 * FRAME_NS)
    stands = replace(session, is_standing=True)
    assert look(sitting, stands, SEATED_M + UP_M - 0.05, 3 * LASTS_NS, 2 * LASTS_NS) == []
    assert SatDown in look(sitting, stands, SEATED_M + DOWN_M - 0.01, 6 * LASTS_NS, 2 * LASTS_NS)


def test_who_straightens_up_or_jumps_for_a_moment_does_not_stand(session: Session) -> None:
    sitting = Sitting()
    assert look(sitting, session, SEATED_M, 0, LASTS_NS) == []
    assert look(sitting, session, SEATED_M + 0.12, LASTS_NS, 4 * LASTS_NS) == []
    for beginning in range(6, 12):
        assert look(sitting, session, SEATED_M + 0.5, beginning * LASTS_NS, LASTS_NS // 2) == []
        assert look(sitting, session, SEATED_M, beginning * LASTS_NS + LASTS_NS // 2, LASTS_NS // 2) == []


def test_nobody_is_measured_who_was_not_said_to_sit(session: Session) -> None:
    sitting = Sitting()
    for seen in (None, replace(session, said_seated=False)):
        assert look(sitting, seen, SEATED_M, 0, LASTS_NS) == []
        assert look(sitting, seen, SEATED_M + 1, LASTS_NS, 4 * LASTS_NS) == []


def test_who_is_said_to_sit_anew_is_measured_from_there(session: Session) -> None:
    sitting = Sitting()
    look(sitting, session, SEATED_M, 0, LASTS_NS)
    look(sitting, replace(session, said_seated=False), SEATED_M, LASTS_NS, LASTS_NS)
    assert look(sitting, session, SEATED_M + 0.4, 2 * LASTS_NS, 4 * LASTS_NS) == []
