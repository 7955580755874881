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
from vret.link.rest import Redeemed, RefusedError, Rest, ServerError, StrangerError
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


def _answering(*bodies: bytes) -> httpx.MockTransport:
    """One after the other, then the last for ever."""
    left = list(bodies)
    return httpx.MockTransport(lambda request: httpx.Response(200, content=left.pop(0) if left[1:] else left[0]))


@pytest.mark.parametrize(
    "offsets", [(0, 0), (0, 4, 4), (-1,), (0, -1), (len(CONTENT) + 1,), (0, 10**30)], ids=lambda told: str(len(told))
)
def test_a_server_that_takes_nothing_is_not_sent_the_log_for_ever(sealed: Sealed, offsets: tuple[int, ...]) -> None:
    asked: list[int] = []

    def answer(_request: httpx.Request) -> httpx.Response:
        asked.append(offsets[min(len(asked), len(offsets) - 1)])
        assert len(asked) < 20, "the same is sent again and again"
        return httpx.Response(200, json={"offset": asked[-1]})

    async def lead() -> None:
        async with Rest(read_address("http://127.0.0.1:9"), httpx.MockTransport(answer)) as rest:
            with pytest.raises(ServerError, match=r"does not take|cannot read"):
                await rest.upload(sealed, "s-1", "token")

    asyncio.run(lead())


@pytest.mark.parametrize(
    "body",
    [
        b'{"session_id":"\xff","resume_token":"t","plan":{"scenes":[]}}',
        b'{"session_id":"s","resume_token":"a\\nb","plan":{"scenes":[]}}',
        b'{"session_id":"s","resume_token":"\xc3\xbc","plan":{"scenes":[]}}',
        b"[" * 50_000,
        b"x" * (rest_module.ANSWER_BYTES_MAX + 1),
    ],
    ids=["no UTF-8", "token of two lines", "token that fits no header", "nested without end", "longer than any"],
)
def test_what_cannot_be_read_is_no_vret_server(body: bytes) -> None:
    async def lead() -> None:
        async with Rest(read_address("http://127.0.0.1:9"), _answering(body)) as rest:
            with pytest.raises(StrangerError):
                await rest.redeem("222-222-2222", "vret test")

    asyncio.run(lead())


def test_an_answer_without_end_is_left_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_module, "TIMEOUT_S", 0.05)

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            while True:
                yield b" "
                await asyncio.sleep(0)

    async def lead() -> None:
        endless = httpx.MockTransport(lambda request: httpx.Response(200, stream=Endless()))
        async with Rest(read_address("http://127.0.0.1:9"), endless) as rest:
            with pytest.raises(ServerError):
                await rest.redeem("222-222-2222", "vret test")

    asyncio.run(lead())


def test_a_plan_that_the_programs_could_not_tell_each_other_is_refused() -> None:
    scenes = [{"scene": f"scene-{number:04}-{'x' * 20}"} for number in range(1300)]
    body = msgspec.json.encode({"session_id": "s", "resume_token": "t", "plan": {"scenes": scenes}})

    async def lead() -> None:
        async with Rest(read_address("http://127.0.0.1:9"), _answering(body)) as rest:
            with pytest.raises(RefusedError, match="too large for this program"):
                await rest.redeem("222-222-2222", "vret test")

    asyncio.run(lead())


def test_a_refusal_is_a_sentence_and_no_book() -> None:
    async def lead() -> None:
        book = httpx.MockTransport(lambda _: httpx.Response(400, json={"code": "x", "message": "y" * 50_000}))
        async with Rest(read_address("http://127.0.0.1:9"), book) as rest:
            with pytest.raises(RefusedError) as refused:
                await rest.redeem("222-222-2222", "vret test")
        assert len(str(refused.value)) == rest_module.SENTENCE_MAX

    asyncio.run(lead())
