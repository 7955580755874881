import msgspec

from tests.recording.story import told
from vret.link.backlog import AGAIN_NS, RECORDS_MAX, Backlog
from vret.recording.record import Record

TEMPLATE = told().records[1]


def records(first: int, last: int) -> tuple[Record, ...]:
    return tuple(msgspec.structs.replace(TEMPLATE, sequence=number) for number in range(first, last + 1))


def test_records_are_taken_once_and_in_order() -> None:
    backlog = Backlog()
    backlog.add(records(1, 5))
    assert backlog.take(0, 3) == records(1, 3)
    assert backlog.take(0, 3) == records(4, 5)
    assert backlog.take(0, 3) == ()
    assert backlog.last_sequence == 5


def test_only_what_is_recent_is_taken_again() -> None:
    backlog = Backlog()
    backlog.add(records(1, 2))
    backlog.take(0, 9)
    backlog.add(records(3, 4))
    backlog.take(AGAIN_NS, 9)
    backlog.add(records(5, 5))
    backlog.again(AGAIN_NS + 1)
    assert backlog.take(AGAIN_NS + 1, 9) == records(3, 5)


def test_of_a_very_long_absence_the_newest_records_are_kept() -> None:
    backlog = Backlog(records(10, 10))
    assert backlog.last_sequence == 10
    backlog.add(records(11, RECORDS_MAX + 20))
    assert backlog.take(0, 1) == records(21, 21)
