"""The link process: `python -m vret.link.process MEMORY_FOLDER`. Network, recorder and log of one session.

It finds a session (a code, or a token kept by a run before), holds it (records, connects, relays) and finishes it
(records the rest, seals, uploads). It goes on without the network, without the frame process and, for as long as
finishing takes, without the supervisor.
"""

import asyncio
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from vret.clock import now_ns
from vret.core.events import SessionOpened
from vret.core.homework import Homework
from vret.core.ladder import SceneRules
from vret.errors import VretError
from vret.link.address import Address, read_address
from vret.link.backoff import backoff
from vret.link.finishing import leftovers, upload_leftovers, upload_until_done
from vret.link.holding import Holding
from vret.link.homework import HomeworkFolder
from vret.link.homework_done import done_in
from vret.link.orders import Orders
from vret.link.past import Past, past_of
from vret.link.power import computer_battery
from vret.link.rest import SENTENCE_MAX, RefusedError, Rest, ServerError, StrangerError
from vret.link.saved import Saved, SavedSession, saved_sessions, session_folder
from vret.memory.child import run_child
from vret.memory.claim import Claim
from vret.memory.config import ProgramConfig, read_config
from vret.memory.messages import LinkPhase, LinkStatus
from vret.memory.session import SessionMemory
from vret.recording.identity import this_program
from vret.recording.live import LiveLog
from vret.recording.recover import log_path_of, open_log
from vret.recording.seal import seal, sealed_path
from vret.scene.bundle import BundleError, read_bundle

QUIET_S: Final = 0.3
POWER_S: Final = 30.0
PULSE_S: Final = 0.1

_encode = msgspec.msgpack.Encoder().encode


class DiskError(VretError):
    """The session cannot be kept on this computer's disk; the message names the file."""


class Link:
    """One run of the process in one memory folder."""

    def __init__(self, memory: SessionMemory, config: ProgramConfig) -> None:
        self._memory, self._config = memory, config
        self._address: Address = read_address(config.server_url, allow_plain_http=config.allow_plain_http)
        self._data_folder = Path(config.data_folder)
        self._orders = Orders(memory.to_link)
        self._claim: Claim | None = None
        self._status = LinkStatus(t_ns=now_ns(), phase=LinkPhase.STARTING)

    async def run(self) -> None:
        """Returns when everything is done. Raises VretError or OSError when the session cannot be held."""
        watching = [
            asyncio.create_task(doing) for doing in (self._orders.watch(), self._watch_power(), self._go_on_pulsing())
        ]
        try:
            if self._config.homework:
                await self._hold_homework()
                return
            async with Rest(self._address) as rest:
                found = await self._find(rest)
                if found is not None:
                    await self._hold(rest, *found)
        finally:
            for task in watching:
                task.cancel()

    @property
    def is_orphaned(self) -> bool:
        return self._orders.is_orphaned

    # -- finding the session

    async def _find(self, rest: Rest) -> tuple[SavedSession, Saved, Path] | None:
        """The session, and where its log goes; None when the program closes first."""
        log_path = log_path_of(self._memory)
        if log_path is not None:
            kept = SavedSession(log_path.parent)
            saved = kept.read()
            return None if saved is None else (kept, saved, log_path)
        every = list(saved_sessions(self._data_folder))
        self._orders.poll()
        going_on = [(kept, saved) for kept, saved in every if self._can_go_on(kept, saved)]
        if going_on and self._orders.codes.empty():
            kept, saved = going_on[-1]
        else:
            redeemed = await self._redeem(rest)
            if redeemed is None:
                return None
            kept, saved = redeemed
        return kept, saved, kept.next_log()

    def _can_go_on(self, kept: SavedSession, saved: Saved) -> bool:
        return kept.is_recent and not saved.ended and saved.server_url == self._address.http

    async def _redeem(self, rest: Rest) -> tuple[SavedSession, Saved] | None:
        """Ask for a code until one is good."""
        self._say(LinkPhase.NEEDS_CODE, "")
        code = await self._orders.code()
        tried, delays = "", backoff()
        while code is not None:
            if code != tried:
                self._say(LinkPhase.CONNECTING, "")
                tried, delays = code, backoff()
            try:
                redeemed = await rest.redeem(code, this_program())
                kept = session_folder(self._data_folder, redeemed.session_id)
            except (RefusedError, StrangerError) as error:
                self._say(LinkPhase.NEEDS_CODE, str(error))
                code, tried = await self._orders.code(), ""
            except ServerError as error:
                self._say(LinkPhase.CONNECTING, f"{error} It is tried again by itself.")
                code = await self._orders.code(next(delays)) or (None if self._orders.closing.is_set() else code)
            else:
                saved = Saved(self._address.http, redeemed.session_id, redeemed.resume_token, redeemed.plan)
                kept.write(saved)
                return kept, saved
        return None

    # -- homework

    async def _hold_homework(self) -> None:
        """From its beginning, or where a link that died here left it, to its sealed log. Raises HomeworkError."""
        homework_folder = HomeworkFolder(self._data_folder)
        log_path = log_path_of(self._memory)
        if log_path is None:
            homework = await asyncio.to_thread(homework_folder.ready)
            folder = await asyncio.to_thread(homework_folder.begin, homework)
            log_path = SavedSession(folder).next_log()
        else:
            homework = await asyncio.to_thread(homework_folder.under_way)
        name = log_path.parent.name
        self._status = msgspec.structs.replace(
            self._status, session_id=name, log_path=str(log_path), plan=homework.plan, homework=homework
        )
        self._say(LinkPhase.CONNECTED, "")
        if log_path.exists() or not sealed_path(log_path).exists():
            past = await asyncio.to_thread(past_of, log_path)
            if not past.ended and not await self._record_alone(name, homework, log_path, past):
                return
            await asyncio.to_thread(seal, log_path)
        if self._orders.is_orphaned:
            return
        done = await asyncio.to_thread(done_in, log_path.parent)
        await asyncio.to_thread(homework_folder.ended, counts=done is None or bool(done.scene))
        self._say(LinkPhase.ENDED, "It is saved on this computer. Your therapist is told in your next session.")

    async def _record_alone(self, name: str, homework: Homework, log_path: Path, past: Past) -> bool:
        """See `_record`."""
        opened = past.opened or SessionOpened(
            t_ns=0,
            session_id=name,
            plan=homework.plan,
            scenes=tuple(_readable(self._memory.bundles())),
            watches_sickness=True,
            homework=homework,
        )
        log = await asyncio.to_thread(open_log, log_path, opened)
        holding = Holding(
            self._memory, self._config, opened, log, past, this_program(), self._say, lambda: self._status.battery
        )
        if past.opened is None and not self._is_open():
            holding.open(opened)
        try:
            await holding.run_alone(self._orders.closing)
        finally:
            await asyncio.to_thread(holding.recorder.pause)
        return await self._stop_recording(holding, log)

    async def _stop_recording(self, holding: Holding, log: LiveLog) -> bool:
        if self._orders.is_orphaned and not await self._until_quiet():
            log.close()
            return False
        await asyncio.to_thread(holding.recorder.stop)
        return True

    # -- holding and finishing it

    async def _hold(self, rest: Rest, kept: SavedSession, saved: Saved, log_path: Path) -> None:
        self._status = msgspec.structs.replace(
            self._status, session_id=saved.session_id, log_path=str(log_path), plan=saved.plan
        )
        if log_path.exists() or not sealed_path(log_path).exists():
            past = await asyncio.to_thread(past_of, log_path)
            if not past.ended and not await self._record(kept, saved, log_path, past, rest):
                return
            await asyncio.to_thread(seal, log_path)
        if self._orders.is_orphaned:
            return
        saved = msgspec.structs.replace(saved, ended=True)
        kept.write(saved)
        self._say(LinkPhase.ENDED, "")
        uploaded = await upload_until_done(
            kept, saved, rest, self._orders.closing, lambda sentence: self._say(LinkPhase.ENDED, sentence)
        )
        self._status = msgspec.structs.replace(self._status, uploaded=uploaded)
        self._say(LinkPhase.ENDED, "" if uploaded else self._status.message)

    async def _record(self, kept: SavedSession, saved: Saved, log_path: Path, past: Past, rest: Rest) -> bool:
        """Hold the session until it is over and all of it is in the log; False when somebody else finishes the log."""
        opened = past.opened or self._opened(saved)
        log = await asyncio.to_thread(open_log, log_path, opened)
        self._say(LinkPhase.CONNECTING, "")
        holding = Holding(
            self._memory,
            self._config,
            opened,
            log,
            past,
            this_program(),
            self._say,
            lambda: self._status.battery,
        )
        if past.opened is None and not self._is_open():
            holding.open(opened)
        uploading = asyncio.create_task(self._upload_leftovers(kept))
        try:
            await holding.run(rest, self._address, saved, kept, self._orders.closing)
        finally:
            uploading.cancel()
            await asyncio.gather(uploading, return_exceptions=True)
            await asyncio.to_thread(holding.recorder.pause)
        await holding.finish()
        return await self._stop_recording(holding, log)

    def _opened(self, saved: Saved) -> SessionOpened:
        return SessionOpened(
            t_ns=0,
            session_id=saved.session_id,
            plan=saved.plan,
            scenes=tuple(_readable(self._memory.bundles())),
            compares_words=True,
            watches_sickness=True,
        )

    def _is_open(self) -> bool:
        """Whether a link that died here told the frame process of the session already."""
        waiting = [msgspec.msgpack.decode(payload) for payload in self._memory.from_link.read()]
        return (
            self._memory.snapshot.newest is not None
            or self._memory.records.fill > 0.0
            or any(event.get("type") == SessionOpened.__name__ for event in waiting)
        )

    async def _upload_leftovers(self, kept: SavedSession) -> None:
        left = await asyncio.to_thread(leftovers, kept, self._data_folder)
        await upload_leftovers(left, allow_plain_http=self._config.allow_plain_http)

    def _say(self, phase: LinkPhase, message: str) -> None:
        message = message[:SENTENCE_MAX]
        self._status = msgspec.structs.replace(self._status, t_ns=now_ns(), phase=phase, message=message)
        self._memory.link_status.publish(_encode(self._status))

    async def _watch_power(self) -> None:
        while True:
            battery = await asyncio.to_thread(computer_battery)
            if battery != self._status.battery:
                self._status = msgspec.structs.replace(self._status, t_ns=now_ns(), battery=battery)
                self._memory.link_status.publish(_encode(self._status))
            await asyncio.sleep(POWER_S)

    async def _go_on_pulsing(self) -> None:
        while True:
            self._memory.link_pulse.publish(b"")
            await asyncio.sleep(PULSE_S)

    # -- without a supervisor

    async def _until_quiet(self) -> bool:
        """The supervisor died, and the others with it: wait until nothing comes. False if a new one took over."""
        self._claim = await asyncio.to_thread(Claim.inherit, self._memory.folder)
        if self._claim is None:
            return False
        fill = -1.0
        while fill != self._memory.records.fill:
            fill = self._memory.records.fill
            await asyncio.sleep(QUIET_S)
        return True

    def remove_memory(self) -> None:
        """What a dead supervisor can no longer remove; a new one that has the claim does it itself."""
        claim = self._claim or Claim.inherit(self._memory.folder)
        self._memory.close()
        if claim is not None:
            claim.remove()


def _readable(bundles: Iterable[Path]) -> Iterator[SceneRules]:
    """The rules of the scenes that can be shown; why others cannot is said."""
    for path in bundles:
        try:
            yield read_bundle(path).rules
        except BundleError as problem:
            print(problem, flush=True)


def run(folder: Path) -> None:
    """The link process from its start to its end. Raises VretError."""
    memory = SessionMemory.attach(folder)
    try:
        link = Link(memory, read_config(folder))
        asyncio.run(link.run())
        if link.is_orphaned:
            link.remove_memory()
    except OSError as error:
        raise DiskError(f"{error.filename or 'The disk'}: {error.strerror}") from error


if __name__ == "__main__":
    sys.exit(run_child(run, outlives_supervisor=True))
