import asyncio
import os
import time
from pathlib import Path

from tests.core.ladders import PLAN
from tests.link.rig import EMAIL, PASSWORD
from tests.recording.story import OPENED, told
from tests.server.programs import ServerProgram
from vret.link.address import read_address
from vret.link.finishing import leftovers, upload_leftovers, upload_until_done
from vret.link.rest import Rest
from vret.link.saved import RESUME_WITHIN_S, Saved, SavedSession, session_folder
from vret.link.therapist import TherapistLink
from vret.recording.identity import identity_of
from vret.recording.live import LiveLog
from vret.recording.seal import seal


def left_behind(data: Path, saved: Saved, *, age_s: float = 0.0) -> SavedSession:
    """A session whose program died: a live log and a token."""
    kept = session_folder(data, saved.session_id)
    kept.write(saved)
    log = LiveLog.create(kept.next_log(), identity_of(OPENED))
    log.append(told().records)
    log.close()
    then_s = time.time() - age_s
    os.utime(kept.folder / "resume.json", (then_s, then_s))
    return kept


def test_only_what_nobody_goes_on_with_is_left(tmp_path: Path) -> None:
    def saved(session_id: str, ended: bool = False) -> Saved:
        return Saved("https://clinic.example", session_id, "t", PLAN, ended)

    now = left_behind(tmp_path, saved("now"), age_s=2 * RESUME_WITHIN_S)
    left_behind(tmp_path, saved("recent"))
    left_behind(tmp_path, saved("old"), age_s=2 * RESUME_WITHIN_S)
    left_behind(tmp_path, saved("over", ended=True))
    assert [entry.session_id for _, entry in leftovers(now, tmp_path)] == ["old", "over"]


def test_what_an_earlier_run_left_is_sealed_handed_in_and_forgotten(tmp_path: Path, server: ServerProgram) -> None:
    async def lead() -> None:
        async with TherapistLink(server.url) as therapist, Rest(read_address(server.url)) as rest:
            await therapist.login(EMAIL, PASSWORD)
            session_id = await therapist.create_session(PLAN)
            device = await rest.redeem(await therapist.code(session_id), "vret test")
            good = Saved(server.url, session_id, device.resume_token, PLAN)
            lost = Saved(server.url, "nobody", "no token", PLAN)
            kept, other = left_behind(tmp_path, good), left_behind(tmp_path, lost)
            await upload_leftovers([(other, lost), (kept, good)], allow_plain_http=False)
            assert kept.read() is None
            assert other.read() == lost, "what was refused is kept"
            assert await therapist.log(session_id) == kept.sealed_logs()[0].read_bytes()

    asyncio.run(lead())


def test_an_upload_without_a_server_is_tried_until_the_program_closes(tmp_path: Path) -> None:
    async def lead() -> None:
        closing = asyncio.Event()
        said: list[str] = []

        def say(sentence: str) -> None:
            said.append(sentence)
            if len(said) == 2:
                closing.set()

        saved = Saved("http://127.0.0.1:9", "s-1", "t", PLAN)
        kept = left_behind(tmp_path, saved)
        for path in kept.live_logs():
            seal(path)
        async with Rest(read_address(saved.server_url)) as rest:
            assert await upload_until_done(kept, saved, rest, closing, say) is False
        assert len(said) == 2
        assert said[0].startswith("The log is kept on this computer and sent when the server can be reached.")
        assert kept.read() == saved

    asyncio.run(lead())
