"""Finishing a session: its logs are sealed and go to the server, now or at a later start of the program."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from vret.errors import VretError
from vret.link.address import read_address
from vret.link.backoff import backoff
from vret.link.rest import RefusedError, Rest, ServerError
from vret.link.saved import Saved, SavedSession, saved_sessions
from vret.recording.seal import seal


async def seal_all(kept: SavedSession) -> None:
    """Seal what is left of the session's earlier runs as well. Raises LogError."""
    for path in kept.live_logs():
        await asyncio.to_thread(seal, path)


async def upload_all(kept: SavedSession, saved: Saved, rest: Rest) -> None:
    """Send every sealed log, oldest first; then nothing has to be kept. Raises ServerError, RefusedError, LogError."""
    for path in kept.sealed_logs():
        sealed = await asyncio.to_thread(seal, path)
        await rest.upload(sealed, saved.session_id, saved.resume_token)
    kept.forget()


async def upload_until_done(
    kept: SavedSession, saved: Saved, rest: Rest, closing: asyncio.Event, say: Callable[[str], None]
) -> bool:
    """Try until it is done (True), the server refuses for good, or the program closes: then the next start tries."""
    for delay_s in backoff():
        try:
            await upload_all(kept, saved, rest)
        except RefusedError as error:
            say(f"The server does not take the log: {error} It is kept in {kept.folder}.")
            return False
        except ServerError as error:
            say(f"The log is kept on this computer and sent when the server can be reached. {error}")
        else:
            return True
        if closing.is_set():
            return False
        try:
            async with asyncio.timeout(delay_s):
                await closing.wait()
        except TimeoutError:
            continue
    raise AssertionError("the delays never run out")


async def upload_leftovers(left: list[tuple[SavedSession, Saved]], *, allow_plain_http: bool) -> None:
    """One attempt for every earlier session whose logs have not reached their server. What fails is tried next time."""
    for kept, saved in left:
        try:
            async with Rest(read_address(saved.server_url, allow_plain_http=allow_plain_http)) as rest:
                await seal_all(kept)
                await upload_all(kept, saved, rest)
        except VretError as error:
            print(f"session {saved.session_id}: {error}", flush=True)


def leftovers(kept_now: SavedSession, data_folder: Path) -> list[tuple[SavedSession, Saved]]:
    """The other sessions that nobody goes on with: over, or too old to be resumed."""
    return [
        (kept, saved)
        for kept, saved in saved_sessions(data_folder)
        if kept.folder != kept_now.folder and (saved.ended or not kept.is_recent)
    ]
