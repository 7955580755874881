"""The compiled console as files to give out: by `vret server` at its own address, by `vret console` on the loopback.

Everything is read when the program starts, so that an address of a request is only ever looked up in a table and
reaches no disk. The policy allows the console's own code and nothing else: no inline code, no other host.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

FOLDER = Path(__file__).parent / "console"
ENTRY = "/index.html"
ENTRY_ADDRESSES = ("/", "/sessions", "/sessions/{rest:path}")
FIXED = "/assets/"
NOT_COMPILED = "The console is not compiled in this checkout: run make setup, then start this program again."

# Not from `mimetypes`, which asks the machine: Windows machines are known to call a script text/plain.
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "media-src blob:",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One file. What lies in `assets` carries the hash of its content in its name and never changes under it."""

    content: bytes
    media_type: str
    is_fixed: bool

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'

    async def answer(self, request: Request) -> Response:
        headers = {
            **_HEADERS,
            "Cache-Control": "public, max-age=31536000, immutable" if self.is_fixed else "no-cache",
            "ETag": self.etag,
        }
        if self.etag in _etags(request):
            return Response(status_code=304, headers=headers)
        return Response(self.content, media_type=self.media_type, headers=headers)


def read_pages(folder: Path = FOLDER) -> dict[str, Page]:
    """Every file of the compiled console by its address; nothing where it was not compiled."""
    return {
        address: Page(path.read_bytes(), _MEDIA_TYPES[path.suffix], address.startswith(FIXED))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _MEDIA_TYPES
        for address in (f"/{path.relative_to(folder).as_posix()}",)
    }


def page_routes(pages: dict[str, Page]) -> list[Route]:
    """A route for each file, and for the addresses within the console, which its own code tells apart."""
    entry = pages.get(ENTRY)
    routes = [Route(address, page.answer) for address, page in pages.items()]
    return routes + [Route(address, entry.answer if entry else _not_compiled) for address in ENTRY_ADDRESSES]


async def _not_compiled(_request: Request) -> Response:
    return PlainTextResponse(NOT_COMPILED + "\n", 503)


def _etags(request: Request) -> list[str]:
    return [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
