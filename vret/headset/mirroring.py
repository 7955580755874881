"""Mirroring: what the person sees, given out while somebody asks for it (`vret.memory.mirrored`)."""

from typing import Final

import msgspec

from vret.headset.contract import Target
from vret.memory import SessionMemory
from vret.memory.mirrored import HEAD, LARGEST, MIRRORED_PER_S, MIRRORED_PER_S_MOST, WISH_NS, MirrorWish
from vret.render.renderer import Renderer

_SECOND_NS: Final = 1_000_000_000


class Mirroring:
    """The mirror, its wish and its rate. Off, a turn reads one word.

    A copy that is due waits up to half a period for a frame that draws no shadow maps: what is seldom comes one after
    the other.
    """

    def __init__(self, renderer: Renderer, memory: SessionMemory) -> None:
        self._renderer = renderer
        self._mirror = renderer.make_mirror(LARGEST, HEAD.size)
        self._wish, self._pictures = memory.mirror_wish, memory.mirror
        self._decode = msgspec.msgpack.Decoder(MirrorWish).decode
        self._wishes = 0
        self._until_ns = self._due_ns = 0
        self._period_ns = _SECOND_NS // MIRRORED_PER_S

    def turn(self, t_ns: int, frame: int, target: Target | None, *, is_private: bool = True) -> None:
        """Once a frame, after it was drawn into `target`; None when it was not drawn.

        While somebody else is there nothing is given out, also nothing that was copied before.
        """
        target = target if is_private else None
        if self._wish.sequence != self._wishes:
            self._wishes = self._wish.sequence
            if (content := self._wish.read()) is not None:
                wish = self._decode(content)
                self._until_ns = min(wish.t_ns, t_ns) + WISH_NS
                self._period_ns = _SECOND_NS // min(max(wish.per_s, 1), MIRRORED_PER_S_MOST)
        patience_ns = self._period_ns // 2
        due_ns = self._due_ns + (patience_ns if self._renderer.has_cast else 0)
        is_due = target is not None and due_ns <= t_ns < self._until_ns
        head = b""
        if is_due:
            self._due_ns = max(self._due_ns, t_ns - patience_ns) + self._period_ns
            head = HEAD.pack(t_ns, frame, *self._mirror.size)
        if (picture := self._mirror.turn(target if is_due else None, head)) is not None and is_private:
            self._pictures.publish(picture)
