import msgspec

from vret.link.wire import ErrorCode, Turned
from vret_server.outbox import SURE_BYTES_MAX, SURE_MESSAGES_MAX, TELEMETRY_MESSAGES_MAX, Outbox
from vret_server.rooms import Lane


def _all(outbox: Outbox) -> list[bytes]:
    taken = []
    while (item := outbox.take()) is not None:
        taken.append(item[0])
    return taken


def test_facts_stay_in_order_and_pictures_of_the_moment_are_replaced() -> None:
    outbox = Outbox()
    for number in range(20):
        outbox.put(b"sure%d" % number, Lane.SURE)
        outbox.put(b"report%d" % number, Lane.REPORT)
        outbox.put(b"telemetry%d" % number, Lane.TELEMETRY)
    kept = [b"telemetry%d" % number for number in range(20 - TELEMETRY_MESSAGES_MAX, 20)]
    assert _all(outbox) == [*(b"sure%d" % number for number in range(20)), b"report19", *kept]
    assert outbox.closing is None


def test_too_many_facts_close_the_connection_with_a_reason() -> None:
    for size, count in ((1, SURE_MESSAGES_MAX), (SURE_BYTES_MAX // 4, 4)):
        outbox = Outbox()
        for _ in range(count):
            outbox.put(bytes(size), Lane.SURE)
        assert outbox.closing is None
        outbox.put(b"x", Lane.SURE)
        assert outbox.closing is ErrorCode.TOO_SLOW
        (last,) = _all(outbox)
        assert msgspec.json.decode(last, type=Turned).code is ErrorCode.TOO_SLOW


def test_reading_makes_room_again() -> None:
    outbox = Outbox()
    for _ in range(3):
        for _ in range(SURE_MESSAGES_MAX):
            outbox.put(b"x", Lane.SURE)
        assert len(_all(outbox)) == SURE_MESSAGES_MAX
    assert outbox.closing is None


def test_what_was_said_before_a_close_is_still_sent_and_nothing_after() -> None:
    outbox = Outbox()
    outbox.put(b"before", Lane.SURE)
    outbox.put(b"report", Lane.REPORT)
    outbox.close(ErrorCode.SESSION_OVER)
    outbox.close(ErrorCode.TOO_SLOW, "not said: the first reason stands")
    outbox.put(b"after", Lane.SURE)
    assert _all(outbox) == [b"before"]
    assert outbox.closing is ErrorCode.SESSION_OVER
