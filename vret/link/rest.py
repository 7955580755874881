"""What the headset asks the server over HTTP: to redeem a join code, for its relay, and to take a finished log."""

import asyncio
from functools import partial
from itertools import repeat
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import msgspec

from vret.core.plan import PLAN_BYTES_MAX, Plan
from vret.errors import VretError
from vret.link.address import Address, AddressError
from vret.link.reaching import reach
from vret.link.saved import require_token
from vret.link.strict import require_64_bits
from vret.memory.call import Relay
from vret.recording.seal import Sealed
from vret.unreadable import UNREADABLE

CHUNK_BYTES = 1024 * 1024
TIMEOUT_S = 15.0
WAYS_S = 4.0
"""Who calls offers again before an answer that comes later than this."""
WAYS_AGAIN_S = 0.7
"""So soon another attempt begins beside one that may have been lost with a line, or with the network that was left."""
ATTEMPTS = 3
ANSWER_BYTES_MAX = 64 * 1024
"""The longest answer of a vret server has a plan in it, which the server itself takes up to this size."""
SENTENCE_MAX = 300

_NOTHING_THERE = (404, 405)


class ServerError(VretError):
    """The server cannot be reached or made a mistake: trying again later may help."""


class StrangerError(ServerError):
    """Something answers at the address that is no vret server, such as the sign-in page of a hotel's network."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} answers, but it is no vret server: ask the clinic for the right address.")


class RefusedError(VretError):
    """The server refused, and will again: `code` is its name for the reason, the message its sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Redeemed(msgspec.Struct, frozen=True):
    """What a join code was good for."""

    session_id: str
    resume_token: str
    plan: Plan

    def __post_init__(self) -> None:
        require_token(self.resume_token)


class Ways(msgspec.Struct, frozen=True):
    """By which ways a call of the session may go: `turn` is None where the clinic has no relay."""

    turn: Relay | None
    direct: bool = False


class Rest:
    """One server. Raises ServerError or RefusedError from every request.

    Each request has a connection of its own: one that is kept may have died with the network that it went through.
    `transport` replaces the network, for tests of what a broken server answers; who takes logs from a server asks for
    larger answers.
    """

    def __init__(
        self,
        address: Address,
        transport: httpx.AsyncBaseTransport | None = None,
        *,
        answer_bytes_max: int = ANSWER_BYTES_MAX,
    ) -> None:
        self._address, self._answer_bytes_max = address, answer_bytes_max
        try:
            base = httpx.URL(address.http)
        except httpx.InvalidURL as error:
            raise AddressError(f"{address.http} is not a server's address ({error}): enter another.") from None
        self._client = httpx.AsyncClient(
            base_url=base,
            timeout=TIMEOUT_S,
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=not address.is_here,
            follow_redirects=False,
            headers={"Accept-Encoding": "identity"},
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    @property
    def cookie_header(self) -> str:
        """The cookies that the server set, for a WebSocket to the same server."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._client.cookies.jar)

    async def redeem(self, code: str, program: str) -> Redeemed:
        """Use up a join code."""
        answer = await self.request("POST", "/api/redeem", json={"code": code, "program": program})
        try:
            redeemed = msgspec.json.decode(answer.content, type=Redeemed)
            require_64_bits(redeemed)
        except UNREADABLE:
            raise StrangerError(self._address.http) from None
        if len(msgspec.msgpack.encode(redeemed.plan)) > PLAN_BYTES_MAX:
            raise RefusedError("plan_too_large", "The plan is too large for this program: ask your therapist.")
        return redeemed

    async def ways(self, session_id: str, token: str) -> Ways:
        """Where a call may go now, with fresh credentials for the relay; ask anew for every offer."""
        path, troubles = f"/api/sessions/{session_id}/turn", list[Exception]()
        ask = partial(self.request, "POST", path, headers=_bearer(token), timeout=WAYS_S)
        try:
            async with asyncio.timeout(WAYS_S):
                answer = await reach(ask, repeat(WAYS_AGAIN_S), troubles.append, (ServerError,))
        except TimeoutError:
            raise (troubles or [ServerError(f"{self._address.http} does not answer.")])[-1] from None
        try:
            return msgspec.json.decode(answer.content, type=Ways)
        except UNREADABLE:
            raise StrangerError(self._address.http) from None

    async def check_ways(self, code: str) -> Ways:
        """The same before any session, by a check code or by a join code, which stays good."""
        answer = await self.request("POST", "/api/check", json={"code": code})
        try:
            return msgspec.json.decode(answer.content, type=Ways)
        except UNREADABLE:
            raise StrangerError(self._address.http) from None

    async def upload(self, sealed: Sealed, session_id: str, token: str) -> None:
        """Send a sealed log, from wherever an earlier attempt broke off. Returns when the server has verified it.

        A server that says of what was sent that nothing of it came, or more than there is, would be sent it for ever.
        """
        for _ in range(ATTEMPTS):
            offset = await self._announce(sealed, session_id, token)
            try:
                await self._send_from(offset, sealed, token)
            except RefusedError as error:
                if error.code not in ("log_offset", "log_corrupt"):
                    raise
            else:
                return
        raise ServerError(f"{self._address.http} did not take the whole of {sealed.path.name}.")

    async def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """One request; an answer that is no success is raised with the server's own sentence."""
        try:
            answer = await self._answered(self._client.build_request(method, path, **arguments))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServerError(f"{self._address.http} cannot be reached ({reason_of(error)}).") from None
        if answer.is_success:
            return answer
        refusal = _refusal_of(answer)
        if refusal is None and (answer.has_redirect_location or answer.status_code in _NOTHING_THERE):
            raise StrangerError(self._address.http)
        if refusal is None or answer.status_code >= 500:
            raise ServerError(f"{self._address.http} answered {answer.status_code} to {path}.")
        raise refusal

    async def _answered(self, asked: httpx.Request) -> httpx.Response:
        """The whole answer. One without end is left off where it is longer, or takes longer, than a server's is."""
        answer = await self._client.send(asked, stream=True)
        try:
            async with asyncio.timeout(TIMEOUT_S):
                content = bytearray()
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > self._answer_bytes_max:
                        raise StrangerError(self._address.http)
        except TimeoutError:
            raise httpx.ReadTimeout("its answer has no end") from None
        finally:
            await answer.aclose()
        return httpx.Response(answer.status_code, headers=_plain(answer.headers), content=bytes(content), request=asked)

    async def _announce(self, sealed: Sealed, session_id: str, token: str) -> int:
        body = {"session_id": session_id, "sha256": sealed.sha256, "size": sealed.size}
        answer = await self.request("POST", "/api/logs", json=body, headers=_bearer(token))
        return self._offset_of(answer, sealed, 0)

    async def _send_from(self, offset: int, sealed: Sealed, token: str) -> None:
        with Path(sealed.path).open("rb") as file:
            while offset < sealed.size:
                file.seek(offset)
                answer = await self.request(
                    "PATCH",
                    f"/api/logs/{sealed.sha256}",
                    content=file.read(CHUNK_BYTES),
                    headers={
                        **_bearer(token),
                        "Upload-Offset": str(offset),
                        "Content-Type": "application/offset+octet-stream",
                    },
                )
                offset = self._offset_of(answer, sealed, offset + 1)

    def _offset_of(self, answer: httpx.Response, sealed: Sealed, least: int) -> int:
        """How much of the log is there by now: `least` bytes, or the server takes nothing."""
        try:
            offset = msgspec.json.decode(answer.content, type=_Offset).offset
        except UNREADABLE as error:
            raise ServerError(f"{answer.url} gave an answer that this program cannot read: {error}.") from None
        if not least <= offset <= sealed.size:
            raise ServerError(f"{self._address.http} does not take {sealed.path.name}: it says it has {offset} bytes.")
        return offset


class _Refusal(msgspec.Struct):
    code: str
    message: str


class _Offset(msgspec.Struct):
    offset: int


def _refusal_of(answer: httpx.Response) -> RefusedError | None:
    try:
        found = msgspec.json.decode(answer.content, type=_Refusal)
    except UNREADABLE:
        return None
    return RefusedError(found.code, found.message[:SENTENCE_MAX])


def _plain(headers: httpx.Headers) -> httpx.Headers:
    """Without what tells of a compression, which is not asked for and not undone."""
    return httpx.Headers([(name, value) for name, value in headers.multi_items() if name != "content-encoding"])


def reason_of(error: httpx.HTTPError | httpx.InvalidURL) -> str:
    """The words of the system or of the TLS library are kept only where they help who reads them."""
    said = str(error)
    if "CERTIFICATE_VERIFY_FAILED" in said:
        return "its certificate is not trusted; check this computer's date, then ask the clinic"
    if "SSL" in said:
        return "nothing speaks https there; check the address"
    return said or type(error).__name__


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
