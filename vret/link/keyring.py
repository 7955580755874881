"""The keyrings: the messages of an agreement at either end, and the keys that came of it.

A console that joins is challenged. If it has keys of this session already (it was reloaded, or its connection was
lost), it answers with a MAC of the challenge; else an agreement begins (`vret.link.agreement`). With keys come the
signals of the call, each under a MAC (`vret.link.signalling`), and all that a console asks for. Into that MAC goes the
challenge too: what was signed for one connection is worth nothing in another, nor in another session.
"""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from vret.core.events import Event, KeysAgreed, KeysRecognised, WordsMatched
from vret.link.acquaintance import Acquaintances
from vret.link.agreement import (
    CERTIFICATE_BYTES,
    KEYS_KEPT,
    ORDERED,
    WORDS_MATCH,
    Agreed,
    AgreementError,
    Half,
    HeadsetSide,
    PageSide,
    mac_of,
    verify,
)
from vret.link.signalling import FromHeadset, from_headset, from_page, signed
from vret.link.wire import (
    Challenge,
    Commitment,
    HeadsetHalf,
    HeadsetSignal,
    Kept,
    PageSignal,
    Proven,
    Recognised,
    Reveal,
    Signed,
    WordsMatch,
)
from vret.memory.call import FromPage
from vret.unreadable import UNREADABLE

NONCE_BYTES: Final = 32
NO_CALL: Final = bytes(CERTIFICATE_BYTES)
"""The fingerprint of an end that takes no calls."""

ToKeyring = Commitment | Reveal | Kept | Recognised | WordsMatch | PageSignal
FromKeyring = Challenge | HeadsetHalf | Proven


@dataclass
class Turned:
    """What followed: messages to send, what the core has to know, and what is for the voice process."""

    messages: list[FromKeyring] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    signals: list[FromPage] = field(default_factory=list)


class KeyFile:
    """Where a session's keys outlive the process that agreed on them: in the memory that ends with the program.

    Only this account may read it. Nothing that can be read is nothing known: the words are compared again then.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, session_id: str) -> list[Agreed]:
        try:
            known = msgspec.msgpack.decode(self._path.read_bytes(), type=_Known)
        except (FileNotFoundError, *UNREADABLE):
            return []
        return known.agreed if known.session_id == session_id else []

    def write(self, session_id: str, agreed: list[Agreed]) -> None:
        written = self._path.with_suffix(".new")
        with open(os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(msgspec.msgpack.encode(_Known(session_id, agreed)))
        written.replace(self._path)


class _Known(msgspec.Struct):
    session_id: str
    agreed: list[Agreed]


class HeadsetKeyring:
    """Of one session, for as long as the program holds it. Messages for a console name it, since all hear them."""

    def __init__(
        self, session_id: str, certificate: bytes, kept: KeyFile | None = None, met: Acquaintances | None = None
    ) -> None:
        self._session_id, self._file = session_id, kept
        self._met = met or Acquaintances()
        self._recognised: set[str] = set()
        self._side = HeadsetSide(session_id, certificate)
        self._nonces: dict[str, bytes] = {}
        self._unanswered: set[str] = set()
        self._answered = ""
        self._agreed = {} if kept is None else {agreed.name: agreed for agreed in kept.read(session_id)}
        self._held: dict[str, Agreed] = {}

    @property
    def holders(self) -> tuple[str, ...]:
        """The consoles that have proved keys."""
        return tuple(self._held)

    def use(self, certificate: bytes) -> None:
        """Calls have this certificate from now on. Raises AgreementError."""
        self._side.use(certificate)

    def signal(self, peer: str, signal: FromHeadset) -> HeadsetSignal | None:
        """The message that carries a signal; None for a console that has no keys."""
        agreed = self._held.get(peer)
        if agreed is None:
            return None
        content, mac = signed(signal, agreed.reports_key)
        return HeadsetSignal(peer=peer, content=content, mac=mac)

    def challenge(self, peer: str) -> Challenge:
        """To a console that has joined."""
        self._nonces[peer] = secrets.token_bytes(NONCE_BYTES)
        self._unanswered.add(peer)
        return Challenge(peer=peer, nonce=self._nonces[peer])

    def left(self, peer: str) -> None:
        self._nonces.pop(peer, None)
        self._unanswered.discard(peer)
        self._held.pop(peer, None)

    def is_proven(self, sender: str, message: Signed) -> bool:
        """Whether a console signed it with its keys, and for its connection."""
        agreed, nonce = self._held.get(sender), self._nonces.get(sender)
        if agreed is None or nonce is None:
            return False
        expected = mac_of(agreed.commands_key, ORDERED, nonce + message.content.encode())
        return hmac.compare_digest(expected, message.mac)

    def take(self, sender: str, message: ToKeyring) -> Turned:
        """Raises AgreementError for what does not fit; for a signal also what `vret.link.signalling.from_page` does."""
        match message:
            case PageSignal():
                key = self._keys_of(sender).commands_key
                return Turned(signals=[from_page(message.content, message.mac, key)])
            case Commitment():
                half = self._side.answer(message.digest)
                self._answered = sender
                return Turned([HeadsetHalf(peer=sender, key=half.key, certificate=half.certificate)])
            case Reveal():
                return self._reveal(sender, message)
            case Kept():
                return self._kept(sender, message)
            case WordsMatch():
                agreed = self._keys_of(sender)
                verify(mac_of(agreed.commands_key, WORDS_MATCH), message.mac)
                return Turned(events=[WordsMatched(t_ns=0, sender=sender, keys=agreed.name)])
            case Recognised():
                agreed = self._keys_of(sender)
                self._met.recognise(message.met, agreed)
                self._recognised.add(agreed.name)
                return Turned(events=[KeysRecognised(t_ns=0, sender=sender, keys=agreed.name)])

    def compared(self, name: str) -> None:
        """Both people have compared the words of these keys: the next session needs none."""
        agreed = self._agreed.get(name)
        if agreed is not None and name not in self._recognised:
            self._recognised.add(name)
            self._met.remember(name, agreed.acquaintance_key)

    def _reveal(self, sender: str, message: Reveal) -> Turned:
        if sender != self._answered:
            raise AgreementError("A key came from another console than the one that was answered. Begin again.")
        agreed = self._side.agree(Half(message.key, message.certificate))
        verify(agreed.proof_of_page, message.proof)
        self._agreed[agreed.name] = self._held[sender] = agreed
        if self._file is not None:
            self._file.write(self._session_id, list(self._agreed.values()))
        proven = Proven(peer=sender, proof=agreed.proof_of_headset, met=self._met.told(agreed))
        return Turned([proven], [_told(sender, agreed)])

    def _kept(self, sender: str, message: Kept) -> Turned:
        """A challenge is answered once, and by the console that it was sent to."""
        if sender not in self._unanswered:
            raise AgreementError("This console was not asked for its keys. Open the session again.")
        self._unanswered.discard(sender)
        nonce = self._nonces[sender]
        for agreed in self._agreed.values():
            if secrets.compare_digest(mac_of(agreed.commands_key, KEYS_KEPT, nonce), message.mac):
                self._held[sender] = agreed
                return Turned([Proven(peer=sender, proof=agreed.proof_of_headset)], [_told(sender, agreed)])
        raise AgreementError("The headset does not know these keys any more: compare the words again.")

    def _keys_of(self, sender: str) -> Agreed:
        agreed = self._held.get(sender)
        if agreed is None:
            raise AgreementError("This console has no keys yet.")
        return agreed


class ConsoleKeyring:
    """Of one session, across a console's connections.

    `agreed` is None until the headset has proved its keys, `is_proved` whether it has in this connection.
    """

    def __init__(self, session_id: str, certificate: bytes, met: Acquaintances | None = None) -> None:
        self.agreed: Agreed | None = None
        self.is_proved = False
        self._met = met or Acquaintances()
        self._session_id, self._certificate = session_id, certificate
        self._side: PageSide | None = None
        self._unproven: Agreed | None = None
        self._nonce = b""

    def take(self, message: FromKeyring) -> ToKeyring | None:
        """What to answer a message that is for this console. Raises AgreementError for what does not fit."""
        if isinstance(message, Challenge):
            self._nonce, self.is_proved = message.nonce, False
        match message:
            case Challenge() if self.agreed is not None:
                self._unproven = self.agreed
                return Kept(mac=mac_of(self.agreed.commands_key, KEYS_KEPT, message.nonce))
            case Challenge():
                return self.begin()
            case HeadsetHalf():
                if self._side is None:
                    raise AgreementError("The headset sent a key that nobody asked for: somebody may be in between.")
                half, self._unproven = self._side.reveal(Half(message.key, message.certificate))
                return Reveal(key=half.key, certificate=half.certificate, proof=self._unproven.proof_of_page)
            case Proven():
                if self._unproven is None:
                    raise AgreementError("The headset proved what nobody asked for: somebody may be in between.")
                verify(self._unproven.proof_of_headset, message.proof)
                met = self._met.answer(message.met, self._unproven)
                self.agreed, self._unproven, self._side = self._unproven, None, None
                self.is_proved = True
                return None if met is None else Recognised(met=met)

    def begin(self) -> Commitment:
        """Agree anew, with a new pair."""
        self.agreed = self._unproven = None
        self.is_proved = False
        self._side = PageSide(self._session_id, self._certificate)
        return Commitment(digest=self._side.commitment)

    def lost(self) -> None:
        """The headset, or the way to it, is gone."""
        self.is_proved = False

    def sign(self, content: str) -> Signed:
        """What the console asks for, as text. Raises AgreementError without keys."""
        return Signed(content=content, mac=mac_of(self._keys().commands_key, ORDERED, self._nonce + content.encode()))

    def signal(self, signal: FromPage) -> PageSignal:
        """The message that carries a signal. Raises AgreementError without keys."""
        content, mac = signed(signal, self._keys().commands_key)
        return PageSignal(content=content, mac=mac)

    def signal_of(self, message: HeadsetSignal) -> FromHeadset:
        """Raises AgreementError without keys or for a wrong MAC, msgspec.DecodeError for what cannot be read."""
        return from_headset(message.content, message.mac, self._keys().reports_key)

    def words_match(self) -> WordsMatch:
        """For the therapist who has heard the words. Raises AgreementError without keys."""
        keys = self._keys()
        self._met.remember(keys.name, keys.acquaintance_key)
        return WordsMatch(mac=mac_of(self._keys().commands_key, WORDS_MATCH))

    def _keys(self) -> Agreed:
        if self.agreed is None:
            raise AgreementError("The headset has not proved its keys yet.")
        return self.agreed


def _told(sender: str, agreed: Agreed) -> KeysAgreed:
    return KeysAgreed(t_ns=0, sender=sender, keys=agreed.name, words=agreed.phrase)
