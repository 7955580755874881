"""The life of an OpenXR session: what the runtime tells, what it asks for, and what the core must hear of it.

Pure: codes go in, requests and events come out. The states are those of XrSessionState (OpenXR 1.1, section 9.3):

    idle -> ready -> synchronized <-> visible <-> focused -> stopping -> idle -> exiting
                                                              anywhere -> loss pending

A session runs from `BEGIN` to `END`. Only in *focused* do presses arrive, so leaving it is losing focus (the system
menu is open, or the headset was taken off). Codes that this program does not know change nothing: a newer runtime may
tell more than there is here.
"""

from enum import IntEnum, StrEnum

from vret.core.events import (
    Event,
    FocusGained,
    FocusLost,
    HeadsetRemoved,
    HeadsetWorn,
    Recentred,
    TrackingFound,
    TrackingLost,
)


class SessionState(IntEnum):
    IDLE = 1
    READY = 2
    SYNCHRONIZED = 3
    VISIBLE = 4
    FOCUSED = 5
    STOPPING = 6
    LOSS_PENDING = 7
    EXITING = 8


class Request(StrEnum):
    """What a state asks the program to do."""

    BEGIN = "begin"
    END = "end"
    LET_GO = "let_go"
    CLOSE = "close"


_REQUESTS = {
    SessionState.READY: Request.BEGIN,
    SessionState.STOPPING: Request.END,
    SessionState.LOSS_PENDING: Request.LET_GO,
    SessionState.EXITING: Request.CLOSE,
}
_KNOWN = frozenset(SessionState)
SETTLED_NS = 250_000_000
"""So long the head must have been tracked again."""


class Lifecycle:
    """One person's headset over any number of sessions. `is_running` follows `BEGIN` and `END`."""

    def __init__(self) -> None:
        self.state = SessionState.IDLE
        self.is_running = False
        self.is_present = self.is_tracked = True
        self._is_placed_ever = False
        self._tracking_told = True
        self._untracked_ns = 0
        self._was_recentred = False
        self._focus_told: bool | None = None
        self._presence_told: bool | None = None

    @property
    def is_focused(self) -> bool:
        return self.is_running and self.state is SessionState.FOCUSED

    @property
    def is_worn(self) -> bool:
        """Whether the person looks at this program's pictures, as far as the runtime knows."""
        return self.is_focused and self.is_present

    @property
    def is_shown(self) -> bool:
        """Whether the person can see this program's pictures."""
        return self.is_running and self.state in (SessionState.VISIBLE, SessionState.FOCUSED)

    def change(self, code: int) -> Request | None:
        """The runtime says that the session is in another state."""
        if code not in _KNOWN:
            return None
        self.state = SessionState(code)
        request = _REQUESTS.get(self.state)
        if request is Request.BEGIN:
            self.is_running = True
        elif request is not None:
            self.is_running = False
        return request

    def see(self, is_present: bool) -> None:
        """The runtime says whether somebody wears the headset."""
        self.is_present = is_present

    def track(self, *, is_turned: bool, is_placed: bool) -> None:
        """The runtime says whether it tracks how the head is turned, and where it is.

        Where it is counts from when that was tracked first: there are headsets that never do.
        """
        self._is_placed_ever |= is_placed
        self.is_tracked = is_turned and (is_placed or not self._is_placed_ever)

    def recentre(self) -> None:
        """The runtime moves the space in which the person stands."""
        self._was_recentred = True

    def lose(self) -> None:
        """The session is gone, and what was known of its states with it. Who wore the headset is told anew."""
        self.state, self.is_running, self.is_present = SessionState.IDLE, False, True
        self.is_tracked, self._is_placed_ever = True, False

    def news(self, t_ns: int) -> list[Event]:
        """What the core has not heard yet. The first call tells focus and presence whatever they are."""
        events: list[Event] = []
        if self.is_present is not self._presence_told:
            self._presence_told = self.is_present
            events.append(HeadsetWorn(t_ns=t_ns) if self.is_present else HeadsetRemoved(t_ns=t_ns))
        if self.is_focused is not self._focus_told:
            self._focus_told = self.is_focused
            events.append(FocusGained(t_ns=t_ns) if self.is_focused else FocusLost(t_ns=t_ns))
        events += self._news_of_tracking(t_ns)
        if self._was_recentred:
            self._was_recentred = False
            events.append(Recentred(t_ns=t_ns))
        return events

    def _news_of_tracking(self, t_ns: int) -> list[Event]:
        """A loss at once; that it is over when it has been for a while, so that what flickers is lost."""
        if not self.is_tracked:
            self._untracked_ns = t_ns
            was_told, self._tracking_told = self._tracking_told, False
            return [TrackingLost(t_ns=t_ns)] if was_told else []
        if self._tracking_told or t_ns - self._untracked_ns < SETTLED_NS:
            return []
        self._tracking_told = True
        return [TrackingFound(t_ns=t_ns)]
