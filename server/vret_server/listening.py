"""A web program of ours on this computer: the socket it listens on, and uvicorn around its application."""

import errno
import socket
import sys
from collections.abc import Callable
from typing import Any

import uvicorn

from vret.errors import VretError

FRAME_BYTES = 2 * 1024 * 1024
SHUTDOWN_S = 3


class StartError(VretError):
    """The program cannot start; the message names the setting and says what to do."""


class ListeningServer(uvicorn.Server):
    """Calls `ready` with its address when it answers there."""

    def __init__(self, app: Any, ready: Callable[[str], None], **options: Any) -> None:
        common = {
            "ws": "websockets-sansio",
            "ws_per_message_deflate": False,
            "ws_max_size": FRAME_BYTES,
            "server_header": False,
            "access_log": False,
            "log_level": "warning",
            "timeout_graceful_shutdown": SHUTDOWN_S,
        }
        super().__init__(uvicorn.Config(app, **{**common, **options}))
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            self._ready(address_of(sockets[0]))


def listen(host: str, port: int, asked_as: str) -> socket.socket:
    """Port 0 takes a free one. Raises StartError, which quotes how it was asked for, if it cannot be had."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        if sys.platform != "win32":  # there it would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise StartError(
                f"{asked_as}: another program uses this port already; end it or choose another."
            ) from error
        raise StartError(f"{asked_as} cannot be used: {error.strerror}.") from error
    return listener


def address_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
