"""Listening: one microphone while there is a call, the right one, and another when it is gone.

Nothing listens without a call. A microphone that has said nothing for LOST_NS is closed and chosen anew, the one that
was asked for or the headset's own first; while another than that listens it is looked for every CHOOSE_S.
"""

import time
from collections.abc import Callable
from typing import Final

from vret.clock import now_ns
from vret.sound.endpoints import LISTENS, Choice, choose, microphones
from vret.voice.microphone import Microphone, MicrophoneError

LOST_NS: Final = 500_000_000
RETRY_S: Final = 1.0
CHOOSE_S: Final = 10.0


class Listening:
    """`heard` is called in the microphone's own thread. `name` is empty and `message` says why while none is open."""

    def __init__(self, asked: str, heard: Callable[[bytes], None]) -> None:
        self.name = self.message = ""
        self._asked, self._heard = asked, heard
        self._microphone: Microphone | None = None
        self._choice = Choice()
        self._next_try_s = self._next_choice_s = 0.0

    def turn(self, headset: str) -> None:
        """Open what should listen, if it does not. `headset` is the headset's name as its software tells it."""
        now_s = time.monotonic()
        if self._microphone is not None and now_ns() - self._microphone.heard_ns > LOST_NS:
            self.close()
            self.message = "The microphone has fallen silent; it is looked for again."
        if self._microphone is None and now_s >= self._next_try_s:
            self._next_try_s = now_s + RETRY_S
            self._open(self._chosen(headset))
        elif self._microphone is not None and now_s >= self._next_choice_s:
            chosen = self._chosen(headset)
            if chosen.endpoint is not None and chosen.endpoint.name != self._microphone.endpoint_name:
                self.close()
                self._open(chosen)

    def close(self) -> None:
        if self._microphone is not None:
            self._microphone.close()
            self._microphone = None
        self.name = self.message = ""

    def _chosen(self, headset: str) -> Choice:
        self._next_choice_s = time.monotonic() + CHOOSE_S
        if not self._asked and not headset:
            return Choice()
        return choose(microphones(), self._asked, headset, LISTENS)

    def _open(self, choice: Choice) -> None:
        """The chosen one, else the default."""
        for endpoint in dict.fromkeys((choice.endpoint, None)):
            try:
                self._microphone = Microphone(endpoint, self._heard)
            except MicrophoneError as problem:
                self.message = str(problem)
            else:
                self.name, self.message = self._microphone.name, choice.message
                return
