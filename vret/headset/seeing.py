"""Seeing: the therapist's picture before the person, in the calm room and nowhere else.

In a scene nobody is seen: who is looked at there would become part of what is practised, or the sign that it is safe.
The picture comes softly, and goes with the veil when a scene begins. It goes at once when the camera is switched off,
when it stands still, and when somebody comes in.
"""

from typing import Final

from vret.core.session import Session
from vret.core.veil import VEIL_MAX
from vret.memory import SessionMemory
from vret.memory.therapist_picture import FRESH_NS, TherapistPictures
from vret.render.renderer import Renderer

WHOLE: Final = 1000
COMES_NS: Final = 500_000_000


class Seeing:
    """Where there is no picture a turn reads one word.

    A picture is read in one frame and handed to the GPU in the next, so that neither takes long.
    """

    def __init__(self, renderer: Renderer, memory: SessionMemory) -> None:
        self._video = renderer.video
        self._pictures = TherapistPictures(memory.therapist_picture)
        self._waits = False
        self._until_ns = self._come_ns = self._before_ns = 0

    def turn(self, session: Session | None, t_ns: int, veil: int) -> int:
        """How much of the picture there is in this frame, 0 to WHOLE; once a frame, before it is drawn."""
        past_ns, self._before_ns = t_ns - self._before_ns, t_ns
        may_be = session is not None and session.is_private and session.whereabouts_at(t_ns).is_calm
        if may_be:
            self._take()
        if not may_be or t_ns >= self._until_ns:
            self._come_ns = 0
            return 0
        self._come_ns = min(self._come_ns + past_ns, COMES_NS)
        return WHOLE * self._come_ns // COMES_NS * (VEIL_MAX - veil) // VEIL_MAX

    def _take(self) -> None:
        pictures, waits = self._pictures, self._waits
        if pictures.look():
            self._waits = pictures.size != (0, 0)
            if not self._waits:
                self._until_ns = 0
        if waits and self._waits:
            self._video.put(pictures.rgba, pictures.size)
            self._waits = False
            self._until_ns = pictures.t_ns + FRESH_NS
