"""The call: what the link process hands to the voice process and back, one noun for both and for the wire.

The therapist's page always offers (RFC 8829); a further offer of the same call restarts ICE. `call` is the page's name
for one RTCPeerConnection. `run` names one life of the voice process: with another one the call before is gone, and the
page offers a new one.
"""

from enum import StrEnum

import msgspec


class _Signal(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    pass


class CallOffer(_Signal, frozen=True, kw_only=True):
    """`sdp` of a new call, or of one that goes on by other ways.

    `number` counts the offers of a call from 1, so that an answer to an earlier one is known; an offer that is said
    again keeps its own. Only for a program whose `CallReady` counts them; 0 is not counted.
    """

    call: str
    sdp: str
    number: int = 0


class CallAnswer(_Signal, frozen=True, kw_only=True):
    """To the offer of this `number`."""

    call: str
    sdp: str
    number: int = 0


class CallCandidate(_Signal, frozen=True, kw_only=True):
    """One address at which an end of the call may be reached (RFC 8838), for the media section `mid`."""

    call: str
    candidate: str
    mid: str


class CallMuted(_Signal, frozen=True, kw_only=True):
    """The therapist's microphone is off, or on again."""

    call: str
    is_muted: bool


class CallMirror(_Signal, frozen=True, kw_only=True):
    """The therapist wants to see what the person sees, `per_s` pictures a second; 0 not any more. The newest holds."""

    call: str
    per_s: int


class CallMirrored(_Signal, frozen=True, kw_only=True):
    """So many pictures a second are sent for the wish of `asked_per_s`: fewer while the line is narrow, even none."""

    call: str
    asked_per_s: int
    per_s: int


class CallEarshot(_Signal, frozen=True, kw_only=True):
    """The therapist wants to hear what the person hears, or not any more. The newest holds."""

    call: str
    is_wanted: bool


class CallEarshotGiven(_Signal, frozen=True, kw_only=True):
    """Whether what the person hears is sent, for the newest wish: not while the line is narrow."""

    call: str
    is_wanted: bool
    is_given: bool


class CallCamera(_Signal, frozen=True, kw_only=True):
    """Pictures of the therapist's camera come, or none do any more: then the last one is not to be seen either.

    Off when a call begins. Only a program whose `CallReady` says so takes it.
    """

    call: str
    is_on: bool


class CallEnded(_Signal, frozen=True, kw_only=True):
    """The page ended the call."""

    call: str


class Relay(msgspec.Struct, frozen=True, kw_only=True):
    """The clinic's TURN relay, for one session and minutes; ask anew for every offer."""

    urls: tuple[str, ...]
    username: str
    credential: str


class CallOffered(_Signal, frozen=True, kw_only=True):
    """An offer that came from the therapist, and the ways that the call may take.

    Without `direct` only what passes through `relay` may.
    """

    offer: CallOffer
    relay: Relay | None
    direct: bool


FromPage = CallOffer | CallCandidate | CallMuted | CallMirror | CallEarshot | CallCamera | CallEnded
ToVoice = CallOffered | CallCandidate | CallMuted | CallMirror | CallEarshot | CallCamera | CallEnded
FromVoice = CallAnswer | CallCandidate | CallMirrored | CallEarshotGiven


class CallState(StrEnum):
    NONE = "none"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    LOST = "lost"


class VoiceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How the voice process stands, published ten times a second: that it goes on is how it is known to live.

    `certificate` is the SHA-256 fingerprint that the call's certificate has in this run. `heard_ns` is when something
    last came from the therapist, `t_ns` clock; None for never. `lost_per_mille` (of the packets), `concealed_per_mille`
    (of the sound, made up in place of what had not come) and `round_trip_ms` are of the last seconds, None while not
    known. `microphone` is empty where there is none, and `message` then says what to do.
    """

    t_ns: int
    run: str
    certificate: bytes
    state: CallState = CallState.NONE
    call: str = ""
    heard_ns: int | None = None
    therapist_muted: bool = False
    lost_per_mille: int | None = None
    concealed_per_mille: int | None = None
    round_trip_ms: int | None = None
    microphone: str = ""
    message: str = ""
