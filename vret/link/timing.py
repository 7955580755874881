"""How far a console's clock is from the headset's, estimated from beacon echoes as in NTP (RFC 5905, section 8).

A beacon leaves at t1 on the headset's clock and comes at t2 on the console's; its echo leaves there at t3 and comes
back at t4. With offset = ((t2 - t1) + (t3 - t4)) / 2 and round trip = (t4 - t1) - (t3 - t2), the true offset lies
within half the round trip of the estimate, whatever the two ways took. Of the last echoes the one with the shortest
round trip counts. The estimate goes into the log; nothing in the session depends on it (the lease uses one clock only).
"""

from collections import OrderedDict, deque

from vret.recording.record import ClockEstimate

ECHOES = 16
BEACONS = 128
LOG_EVERY_NS = 5_000_000_000


class PeerClock:
    """The clock of one console. `drift` between two estimates is far below their uncertainty and is left out."""

    def __init__(self, peer: str) -> None:
        self._peer = peer
        self._echoes: deque[ClockEstimate] = deque(maxlen=ECHOES)
        self._logged: ClockEstimate | None = None

    def echo(self, t1_ns: int, t2_ns: int, t3_ns: int, t4_ns: int) -> ClockEstimate | None:
        """Count an echo; the new estimate when it should go into the log. Impossible times count for nothing."""
        round_trip_ns = (t4_ns - t1_ns) - (t3_ns - t2_ns)
        if t3_ns < t2_ns or t4_ns < t1_ns or round_trip_ns < 0:
            return None
        offset_ns = ((t2_ns - t1_ns) + (t3_ns - t4_ns)) // 2
        self._echoes.append(ClockEstimate(t4_ns, self._peer, offset_ns, (round_trip_ns + 1) // 2, round_trip_ns))
        best = min(self._echoes, key=lambda estimate: estimate.round_trip_ns)
        last = self._logged
        if last is None or best.round_trip_ns < last.round_trip_ns // 2 or t4_ns - last.t_ns >= LOG_EVERY_NS:
            self._logged = ClockEstimate(t4_ns, self._peer, best.offset_ns, best.uncertainty_ns, best.round_trip_ns)
            return self._logged
        return None


class SentBeacons:
    """When each of the last beacons was first sent, on the headset's clock."""

    def __init__(self) -> None:
        self._sent_ns: OrderedDict[int, int] = OrderedDict()

    def sent(self, beacon: int, t_ns: int) -> None:
        if beacon not in self._sent_ns:
            self._sent_ns[beacon] = t_ns
            if len(self._sent_ns) > BEACONS:
                self._sent_ns.popitem(last=False)

    def sent_ns(self, beacon: int) -> int | None:
        return self._sent_ns.get(beacon)
