"""The lease: how the headset knows that a therapist is really there, now.

The headset numbers its state reports (beacons). The console echoes the newest number it has seen. The age of the lease
is the time since the newest echoed beacon *was sent*, on the headset's own clock, so a delay anywhere can only make
the lease look older than it is, never fresher (design.md 2.4). The echo's MAC is checked before the core sees it.

A command echoes a beacon too, and is as old as that beacon: heartbeats that come by in time make no command fresh that
somebody on the way has kept back.
"""

import msgspec
from msgspec.structs import replace

from vret.core.limits import LIMITS


class Lease(msgspec.Struct, frozen=True):
    """`sent` holds (number, send time in ns) of the beacons that may still be echoed, oldest first.

    `contact_ns` is the send time of the newest echoed beacon. `confirmed` is false until the first echo, and after a
    gap in time until a beacon sent after it comes back.
    """

    number: int = 0
    due_ns: int = 0
    sent: tuple[tuple[int, int], ...] = ()
    contact_ns: int | None = None
    confirmed: bool = False

    def age_ns(self, t_ns: int) -> int | None:
        """Age at a headset time; None when nobody has ever answered."""
        return None if self.contact_ns is None else t_ns - self.contact_ns

    def rise_until_ns(self) -> int | None:
        """The last instant at which a rise is still allowed; None when none is."""
        return self.contact_ns + LIMITS.lease_rise_ns if self.confirmed and self.contact_ns is not None else None

    def is_fresh(self, t_ns: int) -> bool:
        until_ns = self.rise_until_ns()
        return until_ns is not None and t_ns <= until_ns

    def is_recent(self, number: int, t_ns: int) -> bool:
        """Whether who echoes `number` may have seen it so late that what they ask for is fresh."""
        return any(known == number and t_ns - sent_ns <= LIMITS.lease_rise_ns for known, sent_ns in self.sent)

    def issue(self, t_ns: int) -> "Lease":
        """Send the next beacon at `t_ns` and forget those too old to count."""
        number = self.number + 1
        kept = tuple(entry for entry in self.sent if t_ns - entry[1] <= LIMITS.beacon_memory_ns)
        return replace(self, number=number, due_ns=t_ns + LIMITS.beacon_period_ns, sent=(*kept, (number, t_ns)))

    def echo(self, number: int) -> "Lease":
        """Count an echo. Unknown, forgotten and older numbers change nothing."""
        sent_ns = next((sent for known, sent in reversed(self.sent) if known == number), None)
        if sent_ns is None or (self.confirmed and self.contact_ns is not None and sent_ns <= self.contact_ns):
            return self
        return replace(self, contact_ns=sent_ns, confirmed=True)

    def void(self) -> "Lease":
        """After a gap in time no beacon sent before it counts."""
        return replace(self, sent=(), confirmed=False)
