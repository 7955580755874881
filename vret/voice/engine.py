"""The contract of a WebRTC engine, so that it can be exchanged: one end of one call at a time, which always answers.

Sound is in blocks as `vret.memory.audio` has them: BLOCK samples of one channel, of two in the earshot, signed 16 bit,
at RATE_HZ. Pictures are as `vret.memory.mirrored` has them, those of the therapist's camera as
`vret.memory.therapist_picture` has them.
"""

from typing import Literal, NamedTuple, Protocol

from vret.errors import VretError
from vret.memory.call import CallAnswer, CallCandidate, CallOffered, CallState
from vret.memory.mirrored import Mirrored
from vret.memory.therapist_picture import TherapistPicture

Extra = Literal["pictures", "earshot"]
"""What goes beside the voice."""


class EngineError(VretError):
    """The engine cannot do what an offer asks for; the message says why."""


class Quality(NamedTuple):
    """Sums since the call began, and the last round trip; None where the engine does not know yet.

    Of the `played` samples of the therapist's voice, at the rate of the decoder, `concealed` were made up in place of
    what had not come. `missed_per_mille` is the share of this end's voice that the other end missed, as it told last;
    `open_bits_per_s` what the engine thinks the line carries from here, voice and pictures together.
    """

    packets: int
    lost: int
    round_trip_ms: int | None
    played: int
    concealed: int
    missed_per_mille: int | None = None
    open_bits_per_s: int | None = None


class Listener(Protocol):
    """Whom the engine tells, always from the loop's own thread."""

    def heard(self, block: bytes) -> None:
        """The therapist's voice, decoded: a block every 10 ms while the call stands, whatever was lost."""
        ...

    def seen(self, picture: TherapistPicture) -> None:
        """A picture of the therapist's camera, as soon as it is decoded; only while they are watched."""
        ...

    def found(self, candidate: CallCandidate) -> None:
        """An address at which this end may be reached. Without `direct` only the relay's."""
        ...

    def changed(self, state: CallState) -> None: ...


class Engine(Protocol):
    """All of it is called from one asyncio loop."""

    @property
    def certificate(self) -> bytes:
        """SHA-256 of the certificate of all calls of this engine, 32 bytes."""
        ...

    async def answer(self, offered: CallOffered) -> CallAnswer:
        """Take the offer: a new call in place of the one before, or new ways of the same. Raises EngineError."""
        ...

    async def add(self, candidate: CallCandidate) -> None:
        """An address of the other end; those of other calls are passed over. Raises EngineError."""
        ...

    async def speak(self, block: bytes) -> None:
        """A block of the person's voice; nobody hears it while there is no call."""
        ...

    async def show(self, picture: Mirrored) -> None:
        """What the person sees; nobody sees it while there is no call, or one without a place for pictures."""
        ...

    async def share(self, block: bytes) -> None:
        """What the person hears, left and right; nobody hears it while no call, or none with a place for it, is up."""
        ...

    async def spend(self, extra: Extra, bits_per_s: int) -> None:
        """The most that it takes of the line, in this call; 0 turns it off, as it is at first. Raises EngineError."""
        ...

    async def watch(self, is_watched: bool) -> None:
        """Whether the pictures of the therapist's camera are wanted; in a new call they are not."""
        ...

    async def quality(self) -> Quality: ...

    async def end(self) -> None:
        """End the call, if there is one."""
        ...
