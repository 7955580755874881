"""`vret server` and what else is done at the server: `vret server --help` names it."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from vret.settings import (
    SERVER_BEHIND_TLS_PROXY,
    SERVER_DATA,
    SERVER_DATABASE,
    SERVER_DIRECT_CALLS,
    SERVER_EMERGENCY_NUMBER,
    SERVER_HOST,
    SERVER_ORIGINS,
    SERVER_PORT,
    SERVER_PROXY_ADDRESSES,
    SERVER_TURN_SECRET_FILE,
    SERVER_TURN_URLS,
)
from vret_server.settings import Settings

app = typer.Typer(add_completion=False, help="Run the clinic's server, add a therapist to it, or let one sign in.")

Role = Literal["therapist", "reviewer"]
"""`AccountRole`, spelt out so that asking for help does not load the database."""


@app.callback(invoke_without_command=True)
def server(
    context: typer.Context,
    host: Annotated[str, SERVER_HOST.option()] = SERVER_HOST.default,
    port: Annotated[int, SERVER_PORT.option()] = SERVER_PORT.default,
    database: Annotated[str | None, SERVER_DATABASE.option()] = SERVER_DATABASE.default,
    data: Annotated[Path, SERVER_DATA.option()] = SERVER_DATA.default,
    behind_tls_proxy: Annotated[bool, SERVER_BEHIND_TLS_PROXY.option()] = SERVER_BEHIND_TLS_PROXY.default,
    proxy_addresses: Annotated[str, SERVER_PROXY_ADDRESSES.option()] = SERVER_PROXY_ADDRESSES.default,
    origins: Annotated[str, SERVER_ORIGINS.option()] = SERVER_ORIGINS.default,
    emergency_number: Annotated[str, SERVER_EMERGENCY_NUMBER.option()] = SERVER_EMERGENCY_NUMBER.default,
    turn_urls: Annotated[str, SERVER_TURN_URLS.option()] = SERVER_TURN_URLS.default,
    turn_secret_file: Annotated[Path | None, SERVER_TURN_SECRET_FILE.option()] = SERVER_TURN_SECRET_FILE.default,
    direct_calls: Annotated[bool, SERVER_DIRECT_CALLS.option()] = SERVER_DIRECT_CALLS.default,
) -> None:
    """Run the server until Ctrl-C. Database and folders are made, or brought up to date, first."""
    settings = Settings(
        data=data,
        host=host,
        port=port,
        database=database,
        origins=tuple(origin.rstrip("/") for origin in _listed(origins)),
        behind_tls_proxy=behind_tls_proxy,
        proxy_addresses=proxy_addresses,
        emergency_number=emergency_number,
        turn_urls=tuple(_listed(turn_urls)),
        turn_secret_file=turn_secret_file,
        direct_calls=direct_calls,
    )
    if context.invoked_subcommand is not None:
        context.obj = settings
        return
    from vret_server.serve import open_port, prepare, serve

    instance = serve(settings)
    listener = open_port(settings)
    prepare(settings)
    try:
        instance.run(sockets=[listener])
    except KeyboardInterrupt:
        print("vret server has ended.", flush=True)


@app.command("add-user")
def add_user(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="E-mail address to sign in with.")],
    role: Annotated[Role, typer.Option(help="A therapist leads sessions; a reviewer reads their logs.")] = "therapist",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
    ] = False,
) -> None:
    """Add an account. The password is asked for, at least 12 characters; give --database and --data before add-user."""
    from vret_server.serve import prepare

    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    prepare(context.obj)
    account_id = asyncio.run(_add(context.obj, email, password, role))
    print(f"Added {role} {email} (account {account_id}).")


@app.command("sign-in-link")
def sign_in_link(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="E-mail address of the account.")],
    page: Annotated[
        str, typer.Option(help="Address at which the therapist opens the console.")
    ] = f"http://{SERVER_HOST.default}:{SERVER_PORT.default}",
    watch: Annotated[bool, typer.Option("--watch", help="Whoever opens it may look on and stop, not lead.")] = False,
) -> None:
    """Print an address that signs in without the password, once and within ten minutes.

    Give --database and --data before sign-in-link. Whoever has the address can open it: hand it over in person.
    """
    from vret_server.links import link_address
    from vret_server.serve import prepare

    prepare(context.obj)
    print(link_address(page, asyncio.run(_link(context.obj, email, watches=watch))))


@app.command()
def doctor(context: typer.Context) -> int:
    """Say whether the TURN relay carries voice and picture, and keeps strangers out.

    Give --turn-urls and --turn-secret-file before doctor. Run it where the ends of a session are, outside the clinic's
    network, too. Exit status 1 if something is wrong.
    """
    from vret_server.doctor import examine, report

    return asyncio.run(report(examine(context.obj)))


@app.command("turn-config")
def turn_config() -> None:
    """Print coturn's configuration for vret, to be completed at its marks: sudo tee /etc/turnserver.conf."""
    print((Path(__file__).parent / "turnserver.conf").read_text(encoding="utf-8"), end="")


def _listed(text: str) -> list[str]:
    return text.replace(",", " ").split()


async def _link(settings: Settings, email: str, *, watches: bool) -> str:
    from vret_server.accounts import Accounts
    from vret_server.store import Store

    store = Store(settings)
    try:
        accounts = Accounts(store, settings.limits.login_lifetime_s)
        return await accounts.link(email, settings.limits.link_lifetime_s, watches=watches)
    finally:
        await store.close()


async def _add(settings: Settings, email: str, password: str, role: Role) -> str:
    from vret_server.accounts import AccountRole, Accounts
    from vret_server.store import Store

    store = Store(settings)
    try:
        account = await Accounts(store, settings.limits.login_lifetime_s).add(email, password, AccountRole(role))
    finally:
        await store.close()
    return account.account_id
