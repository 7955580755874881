"""The therapist's own copy of the console: its pages from this computer, everything else through to the server.

So the code that steers is the therapist's, and a broken server can at worst end an exposure.

1. It listens on the loopback alone and answers only to the names that it gave itself: a foreign page that lets its own
   name point here is refused by its Host, any other page by its Origin.
2. The server's cookie stays in this program. The browser holds one of this program's own, which is worth nothing
   anywhere else and nothing after its end: a browser shows cookies of 127.0.0.1 to every port there.
3. What the page asks is passed on unread; only calls and the therapist's socket lead through.
"""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http.cookiejar import CookieJar, DefaultCookiePolicy
from http.cookies import CookieError, SimpleCookie

import httpx
from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from vret.link.address import Address
from vret.link.rest import reason_of
from vret.link.wire import MESSAGE_BYTES_MAX
from vret_server.guard import HEADERS
from vret_server.pages import page_routes, read_pages
from vret_server.refusal import RefusedError

CALL_S = 60.0
OPEN_S = 5.0
PING_S = 1.0
_SECONDS = re.compile(r"[0-9]{1,9}")
PONG_S = 3.0
TRY_LATER = 1013
POLICY = 1008
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_ASKED = ("accept", "content-type", "if-none-match")
_ANSWERED = ("content-type", "content-length", "content-disposition", "cache-control", "etag")
_NOT_SENT = frozenset({1005, 1006, 1015})  # close codes that stand for the lack of one


def create_local(address: Address, port: int) -> ASGIApp:
    """The application for a server at `address`, reached by the browser at this port of the loopback."""
    through = _Through(address, _Logins(f"vret_console_{port}"))
    app = Starlette(
        routes=[
            *page_routes(read_pages()),
            Route("/api/{path:path}", through.call, methods=_METHODS),
            WebSocketRoute("/ws/therapist/{session_id}", through.socket),
        ],
        lifespan=through.lifespan,
    )
    return _OwnPageOnly(app, frozenset({f"127.0.0.1:{port}", f"localhost:{port}"}))


class _OwnPageOnly:
    """ASGI middleware: whom this program answers, and the headers of every answer."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refusal(HTTPConnection(scope))
        if refused is None:
            await self._app(scope, receive, send_guarded)
        elif scope["type"] == "http":
            await _answer(refused)(scope, receive, send_guarded)
        else:
            await send({"type": "websocket.close", "code": POLICY, "reason": refused.code})

    def _refusal(self, connection: HTTPConnection) -> RefusedError | None:
        host, origin = connection.headers.get("host", ""), connection.headers.get("origin")
        if host not in self._hosts:
            return RefusedError("bad_host", address=f"http://{min(self._hosts)}")
        if origin not in (None, f"http://{host}"):
            return RefusedError("bad_origin_here")
        return None


class _Logins:
    """The server's cookies, by the cookies that the browser holds for them."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._cookies: dict[str, str] = {}

    def header(self, connection: HTTPConnection) -> dict[str, str]:
        """What the server is to see of it."""
        cookie = self._cookies.get(connection.cookies.get(self._name, ""))
        return {} if cookie is None else {"Cookie": cookie}

    def pass_on(self, answer: httpx.Response, connection: HTTPConnection, given: Response) -> None:
        """Keep a cookie that the server set and give the browser one of ours; or take both away."""
        for line in answer.headers.get_list("set-cookie"):
            for cookie in _read(line).values():
                self._cookies.pop(connection.cookies.get(self._name, ""), None)
                lasts_s = int(cookie["max-age"]) if _SECONDS.fullmatch(cookie["max-age"]) else 0
                if not cookie.value or lasts_s <= 0:
                    given.delete_cookie(self._name, path="/", httponly=True, samesite="strict")
                    continue
                own = secrets.token_urlsafe(32)
                self._cookies[own] = f"{cookie.key}={cookie.value}"
                given.set_cookie(self._name, own, max_age=lasts_s, path="/", httponly=True, samesite="strict")


def _read(line: str) -> SimpleCookie:
    try:
        return SimpleCookie(line)
    except CookieError:
        return SimpleCookie()


class _Through:
    """The way to the server."""

    def __init__(self, address: Address, logins: _Logins) -> None:
        self._address = address
        self._logins = logins
        self._client = httpx.AsyncClient(
            timeout=CALL_S,
            trust_env=not address.is_here,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # else one browser would speak as another
        )

    @asynccontextmanager
    async def lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with self._client:
            yield

    async def call(self, request: Request) -> Response:
        """One call; a large answer is not kept here, but passed on as it comes."""
        path, query = request.scope["raw_path"].decode("latin-1"), request.scope["query_string"].decode("latin-1")
        content = await request.body() or None
        try:
            asked = self._client.build_request(
                request.method,
                self._address.http + path + (f"?{query}" if query else ""),
                headers={
                    "Accept-Encoding": "identity",
                    **{name: request.headers[name] for name in _ASKED if name in request.headers},
                    **self._logins.header(request),
                },
                content=content,
            )
            answer = await self._client.send(asked, stream=True)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = reason_of(error)
            return _answer(RefusedError("server_unreachable", server=self._address.http, reason=reason))
        given = StreamingResponse(
            answer.aiter_raw(),
            answer.status_code,
            {name: answer.headers[name] for name in _ANSWERED if name in answer.headers},
            background=BackgroundTask(answer.aclose),
        )
        self._logins.pass_on(answer, request, given)
        return given

    async def socket(self, socket: WebSocket) -> None:
        """The therapist's socket, until one end closes; the other is closed with the same words."""
        await socket.accept()
        try:
            async with connect(
                f"{self._address.ws}{socket.scope['raw_path'].decode('latin-1')}",
                additional_headers=self._logins.header(socket),
                compression=None,
                proxy=None if self._address.is_here else True,
                open_timeout=OPEN_S,
                close_timeout=1.0,
                ping_interval=PING_S,
                ping_timeout=PONG_S,
                max_size=2 * MESSAGE_BYTES_MAX,
            ) as server:
                await _converse(socket, server)
                code, reason = server.close_code or TRY_LATER, server.close_reason
        except (OSError, TimeoutError, WebSocketException):
            code, reason = TRY_LATER, "server_unreachable"
        if socket.client_state is not WebSocketState.DISCONNECTED:
            with suppress(WebSocketDisconnect):
                await socket.close(TRY_LATER if code in _NOT_SENT else code, reason)


async def _converse(socket: WebSocket, server: ClientConnection) -> None:
    tasks = [asyncio.create_task(_up(socket, server)), asyncio.create_task(_down(socket, server))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, ConnectionClosed | WebSocketDisconnect):
            raise result


async def _up(socket: WebSocket, server: ClientConnection) -> None:
    while (message := await socket.receive())["type"] != "websocket.disconnect":
        text = message.get("text")
        await server.send(message["bytes"] if text is None else text)


async def _down(socket: WebSocket, server: ClientConnection) -> None:
    async for message in server:
        if isinstance(message, bytes):
            await socket.send_bytes(message)
        else:
            await socket.send_text(message)


def _answer(refused: RefusedError) -> Response:
    return JSONResponse({"code": refused.code, "message": refused.message}, refused.status)
