"""Signalling of the call between the therapist's page and the headset, which the server relays and cannot change.

Each signal of `vret.memory.call` travels as text under a MAC of the agreement (`vret.link.agreement`). So the
fingerprints of the certificates that stand in it are those of the two who compared words, and nobody can answer the
call in between. What comes with a wrong MAC is turned away unread.
"""

from typing import Final

import msgspec

from vret.link.agreement import mac_of, verify
from vret.link.strict import decode_strict
from vret.link.wire import NAME_MAX
from vret.memory.call import CallAnswer, CallCandidate, CallEarshotGiven, CallMirrored, FromPage

SAID_IN_CALL: Final = "call"


class CallReady(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The voice program takes offers; `run` is empty while there is none.

    `network` counts the networks that the headset's computer was in: with another one a call needs other ways.
    `takes_camera`: it knows `CallCamera`; `counts_offers`: it says which offer it answers. Older programs do not.
    """

    run: str
    network: int = 0
    takes_camera: bool = False
    counts_offers: bool = False


FromHeadset = CallReady | CallAnswer | CallCandidate | CallMirrored | CallEarshotGiven

_encode = msgspec.json.Encoder().encode
_FROM_PAGE: msgspec.json.Decoder[FromPage] = msgspec.json.Decoder(FromPage)
_FROM_HEADSET: msgspec.json.Decoder[FromHeadset] = msgspec.json.Decoder(FromHeadset)


def signed(signal: FromPage | FromHeadset, key: bytes) -> tuple[str, bytes]:
    """The text and its MAC; `key` is the agreement's for this direction."""
    content = _encode(signal)
    return content.decode(), mac_of(key, SAID_IN_CALL, content)


def from_page(content: str, mac: bytes, key: bytes) -> FromPage:
    """Raises AgreementError for a wrong MAC, then msgspec.DecodeError or UnknownFieldError."""
    verify(mac_of(key, SAID_IN_CALL, content.encode()), mac)
    signal = decode_strict(content.encode(), _FROM_PAGE)
    if len(signal.call) > NAME_MAX:
        raise msgspec.ValidationError(f"the name of a call has at most {NAME_MAX} characters")
    return signal


def from_headset(content: str, mac: bytes, key: bytes) -> FromHeadset:
    """Raises AgreementError for a wrong MAC, then msgspec.DecodeError."""
    verify(mac_of(key, SAID_IN_CALL, content.encode()), mac)
    return _FROM_HEADSET.decode(content)
