"""Running the server: the socket it listens on, and uvicorn around the application."""

import errno
import socket
import sys

import uvicorn

from vret.errors import VretError
from vret.link.address import is_loopback
from vret_server.app import create_app
from vret_server.settings import Settings
from vret_server.store import Store


class StartError(VretError):
    """The server cannot start; the message names the setting and says what to do."""


class ListeningServer(uvicorn.Server):
    """Says on standard output when it is ready; what started it may wait for that line."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and sockets:
            print(f"vret server listens on {_address(sockets[0])}", flush=True)


def serve(settings: Settings) -> ListeningServer:
    """A server that is ready to `run(sockets=[listen(settings)])`. Raises StartError or StoreError."""
    check_exposure(settings)
    limits = settings.limits
    config = uvicorn.Config(
        create_app(settings),
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=limits.frame_bytes,
        ws_ping_interval=limits.ping_interval_s,
        ws_ping_timeout=limits.ping_timeout_s,
        proxy_headers=settings.behind_tls_proxy,
        forwarded_allow_ips=settings.proxy_addresses,
        server_header=False,
        access_log=False,
        log_level="warning",
        timeout_graceful_shutdown=limits.shutdown_s,
    )
    return ListeningServer(config)


def check_exposure(settings: Settings) -> None:
    if not is_loopback(settings.host) and not settings.behind_tls_proxy:
        raise StartError(
            f"--host {settings.host} can be reached from other computers, and plain http is not safe there: put a "
            "proxy that does https in front and add --behind-tls-proxy, or listen on 127.0.0.1."
        )


def prepare(settings: Settings) -> None:
    """Make the data folder and bring the database to the newest schema. Raises StartError or StoreError."""
    try:
        settings.logs_folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"--data {settings.data} cannot be used: {error.strerror}.") from error
    Store(settings).upgrade()


def listen(settings: Settings) -> socket.socket:
    """Raises StartError if the address or port cannot be had."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family)
    try:
        if sys.platform != "win32":  # there it would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        where = f"--host {settings.host} --port {settings.port}"
        if error.errno == errno.EADDRINUSE:
            raise StartError(f"{where}: another program uses this port already; end it or choose another.") from error
        raise StartError(f"{where} cannot be used: {error.strerror}.") from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
