"""The person's own room instead of the calm one: after their stop, where they asked for that beforehand, and while
somebody else is there, so that they see who.

The calm room is what a stop shows, at once and always; it stays resident and is drawn in every frame. Only after a
frame of it was shown is the headset asked for the room; only while the headset has it does the picture clear, slowly.
Where the room goes away again, by a failure or by going on, the calm room is back: in the same frame, or slowly.
"""

from typing import Final

from vret.core.effects import Cause, State
from vret.core.session import Session
from vret.headset.contract import Headset, ShowsRoom

CLEAR_NS: Final = 1_000_000_000
"""How long the picture takes to clear, and to come back: nothing may startle who has just stopped."""
WHOLE: Final = 1000


class OwnRoom:
    """Joins the session's state and the headset that may have the room; without such a headset it costs nothing."""

    def __init__(self, headset: Headset, *, after_stop: bool = True) -> None:
        self._after_stop = after_stop
        self._headset = headset if isinstance(headset, ShowsRoom) else None
        self._cleared_ns = 0
        self._before_ns = 0

    def turn(self, session: Session | None, t_ns: int) -> int:
        """How clear this frame's picture is, 0 to WHOLE; once a frame, before it is drawn."""
        headset = self._headset
        if headset is None:
            return 0
        is_wanted = session is not None and (not session.is_private or (self._after_stop and _is_stopped(session)))
        past_ns, self._before_ns = t_ns - self._before_ns, t_ns
        if not headset.has_room:
            self._cleared_ns = 0
        elif is_wanted:
            self._cleared_ns = min(self._cleared_ns + past_ns, CLEAR_NS)
        else:
            self._cleared_ns = max(self._cleared_ns - past_ns, 0)
        headset.want_room(is_wanted or self._cleared_ns > 0)
        return self._cleared_ns * WHOLE // CLEAR_NS


def _is_stopped(session: Session) -> bool:
    return session.state is State.STOPPED and session.cause is Cause.PERSON_STOP
