"""The relay: who is given credentials, and what a real coturn with the shipped configuration does with them."""

import asyncio
import ipaddress
import socket
import ssl
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from aioice import stun
from aioice.turn import TCP_TRANSPORT, TurnClientUdpProtocol

from vret.link.address import read_address
from vret.link.allocation import allocated
from vret.link.relay import TurnAddress, Way
from vret.link.rest import Rest, Ways
from vret_server.accounts import AccountRole
from vret_server.settings import ServerLimits, Settings
from vret_server.turn import (
    TurnCredential,
    TurnError,
    open_turn,
    read_turn_url,
    signed,
)

from .coturn import SHIPPED, Coturn
from .people import Console, Device, sign_in_link
from .programs import ServerProgram, free_port

WAYS = range(3)
LIFETIME_S = ServerLimits().turn_lifetime_s
STRANGE = {"Origin": "https://elsewhere.example"}

DENIED = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24
192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4
240.0.0.0/4
"""
DENIED_6 = """
::/128 ::1/128 ::ffff:0.0.0.0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001:db8::/32 2002::/16
2620:4f:8000::/48 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
"""The special-purpose registries of IANA (RFC 6890 and later), multicast, and what was site-local."""

ALLOWED = ("1.1.1.1", "9.9.9.9", "100.63.255.255", "100.128.0.1", "172.32.0.1", "198.20.0.1", "223.255.255.254")
ALLOWED_6 = ("2606:4700:4700::1111", "2001:200::1", "2a00:1450::1", "2400:cb00::1")


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    """As shipped: nothing is added to the marked places."""
    with Coturn(tmp_path_factory.mktemp("coturn")) as relay:
        yield relay


@pytest.fixture(scope="module")
def clinic(coturn: Coturn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProgram]:
    """A server that has this relay."""
    turn = "--turn-urls", ",".join(coturn.urls), "--turn-secret-file", str(coturn.secret_file)
    program = ServerProgram(tmp_path_factory.mktemp("clinic"), "", *turn)
    program.start()
    yield program
    assert program.stop() == 0
    assert "Traceback" not in program.complaints()


# -- settings


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("turn:turn.clinic.example", ("turn.clinic.example", 3478, Way.UDP)),
        ("turn:turn.clinic.example:80?transport=udp", ("turn.clinic.example", 80, Way.UDP)),
        ("turn:192.0.2.1?transport=tcp", ("192.0.2.1", 3478, Way.TCP)),
        ("TURNS:turn.clinic.example", ("turn.clinic.example", 5349, Way.TLS)),
        ("turns:[2001:db8::1]:443?transport=tcp", ("2001:db8::1", 443, Way.TLS)),
    ],
)
def test_an_address_is_read_as_rfc_7065_writes_it(url: str, address: tuple[str, int, Way]) -> None:
    assert read_turn_url(url) == TurnAddress(url, *address)


@pytest.mark.parametrize(
    ("urls", "secret", "words"),
    [
        (("turn:turn.clinic.example",), None, "--turn-urls wants --turn-secret-file"),
        ((), "s" * 32, "--turn-secret-file wants --turn-urls"),
        (("https://turn.clinic.example",), "s" * 32, "is no address of a TURN relay"),
        (("turn:turn.clinic.example:99999",), "s" * 32, "is no address of a TURN relay"),
        (("turn:user@turn.clinic.example",), "s" * 32, "is no address of a TURN relay"),
        (("turns:turn.clinic.example?transport=udp",), "s" * 32, "DTLS"),
        (("turn:turn.clinic.example",), "s" * 31, "at least 32 characters"),
        (("turn:turn.clinic.example",), "two words " * 4, "without spaces"),
        (("turn:turn.clinic.example",), "", "at least 32 characters"),
    ],
)
def test_settings_that_make_no_sense_are_named(
    tmp_path: Path, urls: tuple[str, ...], secret: str | None, words: str
) -> None:
    file = None if secret is None else tmp_path / "secret"
    if file is not None:
        file.write_text(str(secret))
    with pytest.raises(TurnError, match=words) as refused:
        open_turn(Settings(data=tmp_path, turn_urls=urls, turn_secret_file=file))
    assert not secret or secret not in str(refused.value)


def test_a_secret_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = Settings(data=tmp_path, turn_urls=("turn:a.example",), turn_secret_file=tmp_path / "none")
    with pytest.raises(TurnError, match="none cannot be read: No such file"):
        open_turn(missing)


# -- who is given credentials


def test_both_ends_are_given_credentials_that_coturn_takes(clinic: ServerProgram, coturn: Coturn) -> None:
    console = Console(clinic)
    session_id = console.new_session()
    device = Device(clinic, console.code(session_id))
    for end in (console.http, device.http):
        before_s = int(time.time())
        given = end.post(f"/api/sessions/{session_id}/turn").json()["turn"]
        assert tuple(given["urls"]) == coturn.urls
        expires_s = given["expires_unix_ms"] // 1000
        assert given["username"] == f"{expires_s}:{session_id}"
        assert before_s + LIFETIME_S <= expires_s <= time.time() + LIFETIME_S
        for way in WAYS:
            assert _is_let_in(coturn, TurnCredential(**given), way)


def test_the_headset_program_asks_for_them_again_and_again(clinic: ServerProgram, coturn: Coturn) -> None:
    console = Console(clinic)
    device = Device(clinic, console.code(console.new_session()))

    async def ask() -> TurnCredential:
        async with Rest(read_address(clinic.url)) as rest:
            given = (await rest.ways(device.session_id, device.token)).turn
            assert given is not None
            expires_unix_ms = int(given.username.split(":")[0]) * 1000
            return TurnCredential(given.urls, given.username, given.credential, expires_unix_ms)

    first = asyncio.run(ask())
    _wait_until(first.expires_unix_ms // 1000 - LIFETIME_S + 1)
    second = asyncio.run(ask())
    assert second.expires_unix_ms > first.expires_unix_ms
    assert second.credential != first.credential
    assert _is_let_in(coturn, second)


def test_a_server_without_a_relay_says_so(console: Console, session_id: str, device: Device) -> None:
    path = f"/api/sessions/{session_id}/turn"
    for end in (console.http, device.http):
        answer = end.post(path)
        assert (answer.status_code, answer.json()) == (200, {"turn": None, "direct": False})

    async def ask() -> Ways:
        async with Rest(read_address(console.server.url)) as rest:
            return await rest.ways(device.session_id, device.token)

    assert asyncio.run(ask()) == Ways(turn=None, direct=False)


def test_nobody_else_is_given_any(clinic: ServerProgram) -> None:
    console = Console(clinic)
    session_id = console.new_session()
    path = f"/api/sessions/{session_id}/turn"
    replaced = Device(clinic, console.code(session_id))
    device = Device(clinic, console.code(session_id))
    other = Console(clinic)
    elsewhere = Device(clinic, other.code(other.new_session()))
    watcher = httpx.Client(base_url=clinic.url)
    with watcher:
        link = sign_in_link(clinic, console.email, watches=True)
        assert watcher.post("/api/login/link", json={"token": link}).json()["watches"]
        assert _refusal(watcher.post(path)) == (403, "only_watching")
    assert _refusal(httpx.post(clinic.url + path)) == (401, "not_signed_in")
    assert _refusal(httpx.post(clinic.url + path, headers={"Authorization": "Bearer x"})) == (401, "token_unknown")
    assert _refusal(other.http.post(path)) == (404, "no_such_session")
    assert _refusal(elsewhere.http.post(path)) == (404, "no_such_session")
    assert _refusal(replaced.http.post(path)) == (401, "token_replaced")
    assert _refusal(Console(clinic, AccountRole.REVIEWER).http.post(path)) == (403, "wrong_role")
    assert _refusal(console.http.post(path, headers=STRANGE)) == (403, "bad_origin")
    assert _refusal(console.http.post("/api/sessions/none/turn")) == (404, "no_such_session")
    console.http.post(f"/api/sessions/{session_id}/end").raise_for_status()
    assert _refusal(console.http.post(path)) == (409, "session_over")
    assert _refusal(device.http.post(path)) == (409, "session_over")


def _refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


# -- what coturn takes


def _wait_until(unix_s: int) -> None:
    """Of the calendar clock, which is what credentials expire by."""
    while time.time() < unix_s:
        time.sleep(0.05)


async def _code_of(asking: Awaitable[object]) -> int:
    """0 if the relay does what it is asked, else its error code (RFC 8656, section 19)."""
    try:
        await asking
    except stun.TransactionFailed as failed:
        return failed.response.error_code or -1
    return 0


def _is_let_in(relay: Coturn, credential: TurnCredential, way: int = 0) -> bool:
    async def enter() -> None:
        async with allocated(relay.turn.addresses[way], credential, relay.trusted):
            pass

    code = asyncio.run(_code_of(enter()))
    assert code in (0, 401)
    return code == 0


def _with(credential: TurnCredential, username: str | None = None, password: str | None = None) -> TurnCredential:
    return TurnCredential(
        credential.urls,
        credential.username if username is None else username,
        credential.credential if password is None else password,
        credential.expires_unix_ms,
    )


@pytest.mark.parametrize("way", WAYS)
def test_expired_forged_and_foreign_credentials_are_refused(coturn: Coturn, tmp_path: Path, way: int) -> None:
    good = coturn.turn.mint("s1")
    assert _is_let_in(coturn, good, way)
    assert not _is_let_in(coturn, coturn.turn.credential("s1", int(time.time()) - 2), way), "expired"
    assert not _is_let_in(coturn, _with(good, password="A" * 27 + "="), way), "forged"
    assert not _is_let_in(coturn, _with(good, password=""), way), "without a password"
    assert not _is_let_in(coturn, _with(good, username=""), way), "without a name"
    later = str(int(good.username.partition(":")[0]) + 3600)
    assert not _is_let_in(coturn, _with(good, username=f"{later}:s1"), way), "made to last longer"
    assert not _is_let_in(coturn, _with(good, username=good.username.replace("s1", "s2")), way), "another session's"
    elsewhere = Coturn(tmp_path)
    assert not _is_let_in(coturn, elsewhere.turn.mint("s1"), way), "another relay's"
    assert not _is_let_in(coturn, _with(good, password=signed("", good.username)), way), "an empty secret"


def test_without_its_secret_the_relay_lets_nobody_in(tmp_path: Path) -> None:
    """The line that an operator forgot to complete."""
    relay = Coturn(tmp_path, instead={"#static-auth-secret=": "#static-auth-secret="})
    with relay:
        assert not _is_let_in(relay, relay.turn.mint("s1"))
        assert not _is_let_in(relay, relay.turn_with("").mint("s1"))


def test_an_allocation_outlives_its_credential(coturn: Coturn) -> None:
    """So a session may last an hour, and credentials ten minutes."""

    async def stay() -> None:
        short = coturn.turn.credential("s1", int(time.time()) + 2)
        async with allocated(coturn.turn.addresses[0], short) as allocation:
            _wait_until(short.expires_unix_ms // 1000 + 1)
            await allocation.send(b"", ("9.9.9.9", 9))
            refresh = stun.Message(stun.Method.REFRESH, stun.Class.REQUEST, attributes={"LIFETIME": 600})
            answer, _ = await allocation._client.request_with_retry(refresh)
            assert answer.attributes["LIFETIME"] == 600
            assert not await asyncio.to_thread(_is_let_in, coturn, short)

    asyncio.run(stay())


# -- where to it relays


def test_every_special_purpose_range_is_denied_and_no_other(coturn: Coturn) -> None:
    async def knock() -> dict[str, int]:
        async with allocated(coturn.turn.addresses[0], coturn.turn.mint("s1")) as allocation:
            return {host: await _code_of(allocation.send(b"", (host, 9))) for host in (*_edges(DENIED), *ALLOWED)}

    codes = asyncio.run(knock())
    assert {host for host, code in codes.items() if code == 403} == set(_edges(DENIED))
    assert {host for host, code in codes.items() if code == 0} == set(ALLOWED)


def test_every_special_purpose_range_of_ipv6_is_denied_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.socket(socket.AF_INET6)) as probe:
        try:
            probe.bind(("::1", 0))
        except OSError:
            pytest.skip("needs IPv6 on the loopback")
    _know_address_family(monkeypatch)

    async def knock(relay: Coturn) -> dict[str, int]:
        client, answer = await _allocate(relay, {"REQUESTED-ADDRESS-FAMILY": 2 << 24})
        assert answer.attributes["XOR-RELAYED-ADDRESS"][0] == "::1"
        codes: dict[str, int] = {}
        for host in (*_edges(DENIED_6), *ALLOWED_6):
            codes[host] = await _code_of(client.channel_bind(0x4000 + len(codes), (host, 9)))
        client.transport.abort()
        return codes

    with Coturn(tmp_path, more=["relay-ip=::1"]) as relay:
        codes = asyncio.run(knock(relay))
    assert {host for host, code in codes.items() if code != 0} == set(_edges(DENIED_6))
    assert {host for host, code in codes.items() if code == 0} == set(ALLOWED_6)


def _edges(networks: str) -> list[str]:
    """First and last address of each."""
    found = [ipaddress.ip_network(network) for network in networks.split()]
    return list(dict.fromkeys(str(network[edge]) for network in found for edge in (0, -1)))


def _know_address_family(monkeypatch: pytest.MonkeyPatch) -> None:
    """An attribute that aioice does not know, since it asks for IPv4 alone (RFC 8656, section 18.6)."""
    entry = (0x0017, "REQUESTED-ADDRESS-FAMILY", stun.pack_unsigned, stun.unpack_unsigned)
    monkeypatch.setitem(stun.ATTRIBUTES_BY_NAME, entry[1], entry)


async def _allocate(relay: Coturn, attributes: dict[str, Any]) -> tuple[TurnClientUdpProtocol, stun.Message]:
    """By UDP, with attributes that no program of ours sends."""
    address, credential = relay.turn.addresses[0], relay.turn.mint("s1")
    at = address.host, address.port
    make: Callable[[], TurnClientUdpProtocol] = lambda: TurnClientUdpProtocol(  # noqa: E731
        at, credential.username, credential.credential, 600, 500
    )
    _, client = await asyncio.get_running_loop().create_datagram_endpoint(make, remote_addr=at)
    wanted = {"LIFETIME": 600, "REQUESTED-TRANSPORT": 0x11000000, **attributes}
    try:
        answer, _ = await client.request_with_retry(
            stun.Message(stun.Method.ALLOCATE, stun.Class.REQUEST, attributes=wanted)
        )
    except stun.TransactionFailed:
        client.transport.abort()
        raise
    return client, answer


def test_tcp_connections_are_not_relayed(coturn: Coturn) -> None:
    refused = _code_of(_allocate(coturn, {"REQUESTED-TRANSPORT": TCP_TRANSPORT}))
    assert asyncio.run(refused) in (403, 442)


# -- how much, and what else answers


def test_a_session_has_a_quota_and_another_is_not_touched_by_it(coturn: Coturn) -> None:
    """It holds for all credentials of the session together."""
    quota = int(_shipped("user-quota"))
    now_s = int(time.time())

    async def fill() -> tuple[int, int, int]:
        async def enter(session_id: str, number: int) -> None:
            credential = coturn.turn.credential(session_id, now_s + 300 + number)
            await stack.enter_async_context(allocated(coturn.turn.addresses[0], credential))

        async with AsyncExitStack() as stack:
            codes = [await _code_of(enter("greedy", number)) for number in range(quota + 1)]
            return codes.count(0), codes[-1], await _code_of(enter("another", 0))

    assert asyncio.run(fill()) == (quota, 486, 0)


def test_the_relay_has_a_quota(tmp_path: Path) -> None:
    async def fill(relay: Coturn) -> list[int]:
        async with AsyncExitStack() as stack:

            async def enter(session_id: str) -> None:
                await stack.enter_async_context(allocated(relay.turn.addresses[0], relay.turn.mint(session_id)))

            return [await _code_of(enter(f"s{number}")) for number in range(4)]

    with Coturn(tmp_path, instead={f"total-quota={_shipped('total-quota')}": "total-quota=3"}) as relay:
        assert asyncio.run(fill(relay)) == [0, 0, 0, 486]


def _shipped(key: str) -> str:
    (value,) = [line.partition("=")[2] for line in SHIPPED.read_text().splitlines() if line.startswith(f"{key}=")]
    return value


def test_nothing_but_the_relay_listens(tmp_path: Path) -> None:
    """No DTLS, and no port for its administration even where that has a password, without which coturn opens none."""
    with Coturn(tmp_path, more=["cli-password=opened", f"cli-port={free_port()}"]) as relay:
        assert _is_let_in(relay, relay.turn.mint("s1"), way=1)
        connections = psutil.Process(relay.pid).net_connections("inet")
        ports = relay.port, relay.tls_port
    streams = {each.laddr.port for each in connections if each.status == psutil.CONN_LISTEN}
    datagrams = {each.laddr.port for each in connections if each.type == socket.SOCK_DGRAM}
    assert streams == set(ports)
    assert datagrams & set(ports) == {ports[0]}


@pytest.mark.parametrize(
    ("version", "works"),
    [(ssl.TLSVersion.TLSv1, False), (ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True)],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1:DeprecationWarning")
def test_old_tls_is_refused(tmp_path: Path, version: ssl.TLSVersion, works: bool) -> None:
    """Also where the system's OpenSSL would still take it. coturn refuses by silence."""
    context = ssl.create_default_context()
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    with Coturn(tmp_path, more=["cipher-list=DEFAULT:@SECLEVEL=0"]) as relay:
        relay.authority.configure_trust(context)
        at = relay.host, relay.tls_port
        with closing(socket.create_connection(at, timeout=30 if works else 2)) as plain:
            try:
                with context.wrap_socket(plain, server_hostname=relay.host):
                    took = True
            except (ssl.SSLError, OSError):
                took = False
    assert took is works


def test_the_configuration_is_printed_for_the_operator() -> None:
    from tests.server.test_command import _vret

    printed = _vret("server", "turn-config")
    assert printed.returncode == 0
    assert printed.stdout == SHIPPED.read_text()
