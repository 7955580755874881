"""What every request passes before it is looked at: https, origin and size; and the headers of every answer."""

import re
from urllib.parse import urlsplit

import msgspec
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vret.link.address import is_loopback
from vret_server.refusal import RefusedError
from vret_server.settings import Settings

_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_NO_SOCKET: Message = {"type": "websocket.close", "code": 1008, "reason": "bad_request"}
_LENGTH = re.compile(r"[0-9]{1,18}")
_HSTS = "max-age=63072000"


def https_refusal(connection: HTTPConnection, settings: Settings) -> RefusedError | None:
    """Behind a proxy, whoever is not on this computer must have come by https."""
    client = connection.client.host if connection.client else ""
    is_plain = connection.scope["scheme"] in ("http", "ws")
    if settings.behind_tls_proxy and is_plain and not is_loopback(client):
        return RefusedError("https_required")
    return None


def origin_refusal(connection: HTTPConnection, settings: Settings) -> RefusedError | None:
    """A browser names the page that asks; it must be ours. Programs that are not browsers send no origin."""
    origin = connection.headers.get("origin")
    if origin is None or origin in settings.origins:
        return None
    scheme = {"ws": "http", "wss": "https"}.get(connection.scope["scheme"], connection.scope["scheme"])
    if origin == f"{scheme}://{connection.headers.get('host', '')}":
        return None
    return RefusedError("bad_origin", origin=_named(origin))


def _named(origin: str) -> str:
    """As far as it is an address at all."""
    try:
        return urlsplit(origin)._replace(path="").geturl()[:200] or "unknown"
    except ValueError:
        return "unknown"


class Guard:
    """ASGI middleware. Bodies of `/api/logs/...` may be as large as a chunk, all others are small."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_text = scope["type"] == "lifespan" or scope["query_string"].isascii()
        if scope["type"] != "http":
            await (self._app(scope, receive, send) if is_text else send(_NO_SOCKET))
            return
        is_https = scope["scheme"] == "https"
        sent_headers = False

        async def send_guarded(message: Message) -> None:
            nonlocal sent_headers
            if message["type"] == "http.response.start":
                sent_headers = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if is_https:
                    headers["Strict-Transport-Security"] = _HSTS
            await send(message)

        try:
            if not is_text:
                raise RefusedError("bad_request", detail="The address asked for is not written in ASCII.")
            limit = self._check(HTTPConnection(scope))
            await self._app(scope, _limited(receive, limit), send_guarded)
        except RefusedError as refused:
            if sent_headers:
                raise
            await _answer(refused, send_guarded)

    def _check(self, connection: HTTPConnection) -> int:
        """The body's size limit. Raises RefusedError."""
        settings = self._settings
        refusal = https_refusal(connection, settings)
        if refusal is None and connection.scope["method"] in _UNSAFE:
            refusal = origin_refusal(connection, settings)
        if refusal is not None:
            raise refusal
        is_chunk = connection.scope["path"].startswith("/api/logs/")
        limit = settings.limits.chunk_bytes if is_chunk else settings.limits.body_bytes
        length = Headers(scope=connection.scope).get("content-length", "0")
        if not _LENGTH.fullmatch(length) or int(length) > limit:
            raise RefusedError("too_large", limit=limit)
        return limit


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def receive_limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise RefusedError("too_large", limit=limit)
        return message

    return receive_limited


async def _answer(refused: RefusedError, send: Send) -> None:
    body = msgspec.json.encode({"code": refused.code, "message": refused.message})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
