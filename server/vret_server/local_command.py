"""`vret console`: the therapist's page, served by the therapist's own computer."""

import asyncio
from typing import Annotated, Literal

import msgspec

from vret.browser import open_page
from vret.link.address import Address, read_address
from vret.link.rest import RefusedError, Rest, StrangerError
from vret.settings import ALLOW_PLAIN_HTTP, CONSOLE_PORT, OPEN_PAGE, SERVER_URL
from vret.unreadable import UNREADABLE
from vret_server.listening import ListeningServer, StartError, listen
from vret_server.local import create_local
from vret_server.pages import NOT_COMPILED, read_pages

HOST = "127.0.0.1"


class _Health(msgspec.Struct):
    status: Literal["ok"]
    protocol: tuple[int, int]


def console(
    server_url: Annotated[str, SERVER_URL.option()] = SERVER_URL.default,
    port: Annotated[int, CONSOLE_PORT.option()] = CONSOLE_PORT.default,
    open_browser: Annotated[bool, OPEN_PAGE.option()] = OPEN_PAGE.default,
    allow_plain_http: Annotated[bool, ALLOW_PLAIN_HTTP.option()] = ALLOW_PLAIN_HTTP.default,
) -> None:
    """Open the therapist's page, which leads sessions at the clinic's server.

    The page comes from this computer and is the one that was installed with this program; only what it asks goes to
    the clinic. No other computer can open it. Sign in as you do at the clinic; Ctrl-C ends it and signs you out here.
    """
    address = read_address(server_url, allow_plain_http=allow_plain_http)
    if not read_pages():
        raise StartError(NOT_COMPILED)
    listener = listen(HOST, port, f"--port {port}")
    asyncio.run(_check(address))

    def ready(own_address: str) -> None:
        print(f"The console is at {own_address}, for the server {address.http}. Ctrl-C ends it.", flush=True)
        if open_browser:
            open_page(own_address)

    own_port: int = listener.getsockname()[1]
    try:
        ListeningServer(create_local(address, own_port), ready).run(sockets=[listener])
    except KeyboardInterrupt:
        print("The console has ended.", flush=True)


async def _check(address: Address) -> None:
    """Raises ServerError where no vret server answers."""
    try:
        async with Rest(address) as rest:
            answer = await rest.request("GET", "/api/health")
        msgspec.json.decode(answer.content, type=_Health)
    except (RefusedError, *UNREADABLE):
        raise StrangerError(address.http) from None
