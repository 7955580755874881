import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from tests.core.ladders import PLAN
from tests.link.rig import EMAIL, PASSWORD
from tests.server.programs import ServerProgram
from vret.link import rest as rest_module
from vret.link.address import read_address
from vret.link.rest import Redeemed, RefusedError, Rest, ServerError
from vret.link.therapist import TherapistLink
from vret.recording.seal import Sealed

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    path = tmp_path / "s-1.sealed.mcap"
    path.write_bytes(CONTENT)
    return Sealed(path, hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))


async def redeemed(therapist: TherapistLink, rest: Rest) -> Redeemed:
    await therapist.login(EMAIL, PASSWORD)
    session_id = await therapist.create_session(PLAN)
    return await rest.redeem(await therapist.code(session_id), "vret test")


def test_an_upload_goes_on_where_it_broke_off_and_twice_is_once(
    server: ServerProgram, sealed: Sealed, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lead() -> None:
        async with TherapistLink(server.url) as therapist, Rest(read_address(server.url)) as rest:
            device = await redeemed(therapist, rest)
            assert device.plan == PLAN
            arguments = (sealed, device.session_id, device.resume_token)
            assert await rest._announce(*arguments) == 0
            await rest.request(
                "PATCH",
                f"/api/logs/{sealed.sha256}",
                content=CONTENT[:4000],
                headers={"Authorization": f"Bearer {device.resume_token}", "Upload-Offset": "0"},
            )
            server.kill()
            with pytest.raises(ServerError, match="cannot be reached"):
                await rest.upload(*arguments)
            await asyncio.to_thread(server.start)
            assert await rest._announce(*arguments) == 4000
            await rest.upload(*arguments)
            await rest.upload(*arguments)
            assert await therapist.log(device.session_id) == CONTENT

    monkeypatch.setattr(rest_module, "CHUNK_BYTES", 1500)
    asyncio.run(lead())


def test_a_log_that_changed_after_it_was_sealed_is_not_taken(server: ServerProgram, sealed: Sealed) -> None:
    async def lead() -> None:
        async with TherapistLink(server.url) as therapist, Rest(read_address(server.url)) as rest:
            device = await redeemed(therapist, rest)
            sealed.path.write_bytes(CONTENT[::-1])
            with pytest.raises(ServerError, match=r"did not take the whole of s-1\.sealed\.mcap"):
                await rest.upload(sealed, device.session_id, device.resume_token)
            with pytest.raises(RefusedError, match="No finished log has arrived"):
                await therapist.log(device.session_id)

    asyncio.run(lead())


def test_another_devices_token_and_a_used_code_are_refused(server: ServerProgram, sealed: Sealed) -> None:
    async def lead() -> None:
        async with TherapistLink(server.url) as therapist, Rest(read_address(server.url)) as rest:
            await therapist.login(EMAIL, PASSWORD)
            session_id = await therapist.create_session(PLAN)
            code = await therapist.code(session_id)
            await rest.redeem(code, "vret test")
            with pytest.raises(RefusedError, match="used already"):
                await rest.redeem(code, "vret test")
            with pytest.raises(RefusedError) as refused:
                await rest.upload(sealed, session_id, "not a token")
            assert refused.value.code == "token_unknown"

    asyncio.run(lead())


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, b"<html>", "is no vret server"),
        (200, msgspec.json.encode({"session_id": "s"}), "is no vret server"),
        (502, b"Bad gateway", "answered 502"),
        (404, b"<html>", "is no vret server"),
    ],
)
def test_what_answers_like_no_vret_server_is_told(status: int, body: bytes, words: str) -> None:
    async def lead() -> None:
        answering = httpx.MockTransport(lambda request: httpx.Response(status, content=body))
        async with Rest(read_address("http://127.0.0.1:9"), answering) as rest:
            with pytest.raises(ServerError, match=words):
                await rest.redeem("222-222-2222", "vret test")

    asyncio.run(lead())


@asynccontextmanager
async def swallowing(server_url: str, lost: int) -> AsyncIterator[str]:
    """An address in front of the server on which the first `lost` connections are taken and never answered."""
    host, port = server_url.removeprefix("http://").split(":")
    taken: list[asyncio.StreamWriter] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken.append(writer)
        if len(taken) <= lost:
            return
        there, to_there = await asyncio.open_connection(host, int(port))
        await asyncio.gather(_pour(reader, to_there), _pour(there, writer))

    front = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{front.sockets[0].getsockname()[1]}"
    finally:
        front.close()
        for writer in taken:
            writer.close()


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while content := await reader.read(65536):
        writer.write(content)
    writer.close()


def test_ways_are_there_soon_though_a_request_went_through_a_network_that_is_left(server: ServerProgram) -> None:
    async def lead() -> None:
        async with TherapistLink(server.url) as therapist, Rest(read_address(server.url)) as rest:
            device = await redeemed(therapist, rest)
            async with swallowing(server.url, lost=2) as url, Rest(read_address(url)) as moved:
                ways = await moved.ways(device.session_id, device.resume_token)
            assert ways == await rest.ways(device.session_id, device.resume_token)

    asyncio.run(lead())


def test_ways_that_nobody_gives_are_given_up_and_a_refusal_is_final(
    server: ServerProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lead() -> None:
        async with TherapistLink(server.url) as therapist, Rest(read_address(server.url)) as rest:
            device = await redeemed(therapist, rest)
            async with swallowing(server.url, lost=100) as url, Rest(read_address(url)) as deaf:
                with pytest.raises(ServerError, match="does not answer"):
                    await deaf.ways(device.session_id, device.resume_token)
            with pytest.raises(RefusedError):
                await rest.ways(device.session_id, "no token")

    monkeypatch.setattr(rest_module, "WAYS_S", 0.9)
    asyncio.run(lead())
