"""What waits to be sent to one peer, pure and bounded: who stops reading loses pictures of the moment, never facts.

Commands, records and notices wait in order; reports and telemetry are replaced by newer ones. A peer for whom more
than the bound of the first kind waits is too slow to be told the truth, and is disconnected.
"""

from collections import deque

from vret.link.wire import ErrorCode
from vret_server.rooms import Lane, encode, turned

SURE_MESSAGES_MAX = 2000
SURE_BYTES_MAX = 8 * 1024 * 1024
TELEMETRY_MESSAGES_MAX = 8


class Outbox:
    """`closing` is why the connection is to be closed after the sure messages that wait."""

    def __init__(self) -> None:
        self._sure: deque[bytes] = deque()
        self._sure_bytes = 0
        self._report: bytes | None = None
        self._telemetry: deque[bytes] = deque(maxlen=TELEMETRY_MESSAGES_MAX)
        self.closing: ErrorCode | None = None

    def put(self, data: bytes, lane: Lane) -> None:
        if self.closing is not None:
            return
        match lane:
            case Lane.REPORT:
                self._report = data
            case Lane.TELEMETRY:
                self._telemetry.append(data)
            case Lane.SURE:
                self._sure.append(data)
                self._sure_bytes += len(data)
                if len(self._sure) > SURE_MESSAGES_MAX or self._sure_bytes > SURE_BYTES_MAX:
                    self._sure.clear()
                    self.close(ErrorCode.TOO_SLOW, "You read too slowly; connect again to be told the present state.")

    def close(self, code: ErrorCode, sentence: str | None = None) -> None:
        """With a sentence, a last `Turned` is added."""
        if self.closing is not None:
            return
        if sentence is not None:
            self._sure.append(encode(turned(code, sentence)))
        self.closing = code
        self._report = None
        self._telemetry.clear()

    def take(self) -> tuple[bytes, Lane] | None:
        """The next message, or None when nothing waits."""
        if self._sure:
            data = self._sure.popleft()
            self._sure_bytes -= len(data)
            return data, Lane.SURE
        if self._report is not None:
            report, self._report = self._report, None
            return report, Lane.REPORT
        if self._telemetry:
            return self._telemetry.popleft(), Lane.TELEMETRY
        return None
