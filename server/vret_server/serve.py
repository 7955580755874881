"""Running the server: where it may listen, what it needs first, and how it serves."""

import socket

from vret.link.address import is_loopback
from vret_server.app import create_app
from vret_server.gate import is_emergency_number
from vret_server.listening import ListeningServer, StartError, listen
from vret_server.settings import Settings
from vret_server.store import Store


def serve(settings: Settings) -> ListeningServer:
    """A server that is ready to `run(sockets=[open_port(settings)])`. Raises StartError, StoreError or TurnError."""
    check_exposure(settings)
    check_emergency_number(settings)
    limits = settings.limits
    return ListeningServer(
        create_app(settings),
        _say_ready,
        ws_max_size=limits.frame_bytes,
        ws_ping_interval=limits.ping_interval_s,
        ws_ping_timeout=limits.ping_timeout_s,
        proxy_headers=settings.behind_tls_proxy,
        forwarded_allow_ips=settings.proxy_addresses,
        timeout_graceful_shutdown=limits.shutdown_s,
    )


def check_exposure(settings: Settings) -> None:
    if not is_loopback(settings.host) and not settings.behind_tls_proxy:
        raise StartError(
            f"--host {settings.host} can be reached from other computers, and plain http is not safe there: put a "
            "proxy that does https in front and add --behind-tls-proxy, or listen on 127.0.0.1."
        )


def check_emergency_number(settings: Settings) -> None:
    """An empty one is allowed: then no number is suggested."""
    if settings.emergency_number and not is_emergency_number(settings.emergency_number):
        raise StartError(
            f"--emergency-number {settings.emergency_number} is not one number that can be dialled: give digits only, "
            "such as 112."
        )


def prepare(settings: Settings) -> None:
    """Make the data folder and bring the database to the newest schema. Raises StartError or StoreError."""
    try:
        settings.logs_folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"--data {settings.data} cannot be used: {error.strerror}.") from error
    Store(settings).upgrade()


def open_port(settings: Settings) -> socket.socket:
    """Raises StartError if the address or port cannot be had."""
    return listen(settings.host, settings.port, f"--host {settings.host} --port {settings.port}")


def _say_ready(address: str) -> None:
    """What started the server may wait for this line."""
    print(f"vret server listens on {address}", flush=True)
