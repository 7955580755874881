"""Hiding: while somebody else is there the calm room is shown, open, whatever the session's veil does beneath.

It is there in the very next frame. What was hidden comes back out of the dark, slowly, since nothing may startle.
"""

from typing import Final

from vret.core.session import Session
from vret.core.veil import VEIL_MAX

OPEN_NS: Final = 1_000_000_000


class Hiding:
    def __init__(self) -> None:
        self._open_ns = 0

    def veil(self, session: Session | None, t_ns: int) -> int:
        """How dark this frame is, 0 to VEIL_MAX; once a frame."""
        if session is None:
            return 0
        if not session.is_private:
            self._open_ns = t_ns + OPEN_NS
            return 0
        left_ns = self._open_ns - t_ns
        if left_ns <= 0 or session.whereabouts_at(t_ns).is_calm:
            return session.veil_at(t_ns)
        return max(session.veil_at(t_ns), VEIL_MAX * left_ns // OPEN_NS)
