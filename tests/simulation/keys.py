"""The keys of a simulated page: what `server/console/src/link/keyring.ts` does with WebCrypto, done by Python's own."""

import msgspec

from vret.link.agreement import ORDERED, Agreed, AgreementError, mac_of
from vret.link.keyring import NO_CALL, ConsoleKeyring, FromKeyring, ToKeyring
from vret.link.wire import Signed
from vret_server.rooms import encode


class Begin(msgspec.Struct, tag=True):
    """Agree on keys anew."""

    peer: str


class Match(msgspec.Struct, tag=True):
    """The words of these keys were found the same."""

    peer: str
    keys: str


class Shared(msgspec.Struct):
    """The keys as far as the page may see them."""

    name: str
    words: tuple[str, ...]
    isMatched: bool  # noqa: N815
    isKnown: bool = False  # noqa: N815


class Done(msgspec.Struct):
    """What came of a task."""

    reply: ToKeyring | None = None
    keys: Shared | None = None
    isRefused: bool = False  # noqa: N815


_TASK: msgspec.json.Decoder[FromKeyring | Begin | Match] = msgspec.json.Decoder(FromKeyring | Begin | Match)


class PageKeys:
    """Of one tab, also across reloads."""

    def __init__(self) -> None:
        self._keyring: ConsoleKeyring | None = None
        self._matched: set[str] = set()

    @property
    def _held(self) -> Agreed | None:
        return None if self._keyring is None else self._keyring.agreed

    def do(self, task: bytes) -> str:
        """What came of a task of the page's core, as JSON."""
        try:
            return encode(self._do(_TASK.decode(task))).decode()
        except AgreementError:
            return encode(Done(isRefused=True)).decode()

    def sign(self, content: str, nonce: str) -> bytes | None:
        """For the connection with this challenge; None without keys."""
        if self._held is None:
            return None
        said = msgspec.json.decode(f'"{nonce}"', type=bytes) + content.encode()
        return encode(Signed(content=content, mac=mac_of(self._held.commands_key, ORDERED, said)))

    def _do(self, task: FromKeyring | Begin | Match) -> Done:
        keyring = self._keyring = self._keyring or ConsoleKeyring("s", NO_CALL)
        if isinstance(task, Begin):
            return Done(reply=keyring.begin())
        if isinstance(task, Match):
            if keyring.agreed is None or keyring.agreed.name != task.keys:
                return Done()
            self._matched.add(task.keys)
            return self._told(keyring)
        reply = keyring.take(task)
        if not keyring.is_proved:
            return Done(reply=reply)
        told = self._told(keyring)
        return told if reply is None else Done(reply=reply, keys=told.keys)

    def _told(self, keyring: ConsoleKeyring) -> Done:
        assert keyring.agreed is not None
        is_matched = keyring.agreed.name in self._matched
        keys = Shared(keyring.agreed.name, tuple(keyring.agreed.phrase), is_matched)
        return Done(reply=keyring.words_match() if is_matched else None, keys=keys)
