"""Holding a session: the log is written, the line is kept, and what comes in goes to the frame process."""

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from vret.clock import now_ns
from vret.core.commands import GiveHomework, WithdrawHomework
from vret.core.device import Battery, Device
from vret.core.effects import State, StateChanged
from vret.core.events import Event, SessionOpened
from vret.core.report import Report
from vret.link.acquaintance import Acquaintances
from vret.link.address import Address
from vret.link.calling import Calling
from vret.link.checked import last_check
from vret.link.connection import HeadsetConnection, Received
from vret.link.homework import HomeworkError, HomeworkFolder
from vret.link.homework_done import mark_told, untold
from vret.link.keyring import KeyFile
from vret.link.line import Line
from vret.link.past import Past, homework_in
from vret.link.rest import Rest
from vret.link.saved import Saved, SavedSession
from vret.link.telemetry import Thinning
from vret.memory.config import ProgramConfig
from vret.memory.messages import Conversation, FrameStatus, LinkPhase
from vret.memory.session import SessionMemory
from vret.recording.identity import DEVICE, DisplayProfile
from vret.recording.live import LiveLog
from vret.recording.recorder import Recorder, Written

TURN_S: Final = 0.02
TOUCH_S: Final = 30.0
LAST_RECORDS_S: Final = 1.5
LOST_SESSION_S: Final = 12.0

_encode = msgspec.msgpack.Encoder().encode
_REPORT = msgspec.msgpack.Decoder(Report)
_FRAME_STATUS = msgspec.msgpack.Decoder(FrameStatus)


class Holding:
    """One session from its opening to its end. `say` publishes a phase and a sentence for the person.

    `past` is what the log holds already, `battery` tells this computer's.
    """

    def __init__(
        self,
        memory: SessionMemory,
        config: ProgramConfig,
        opened: SessionOpened,
        log: LiveLog,
        past: Past,
        program: str,
        say: Callable[[LinkPhase, str], None],
        battery: Callable[[], Battery | None],
    ) -> None:
        self._memory, self._config, self._say, self._battery = memory, config, say, battery
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self._waiting: deque[Event] = deque()
        keys = KeyFile(memory.folder / "keys")
        met = Acquaintances(Path(config.data_folder) / "acquaintances.json")
        self._connection = HeadsetConnection(opened, program, past.recent, keys, met, past.transcript)
        self._homework = HomeworkFolder(Path(config.data_folder))
        self._given = past.homework
        self._doing: set[asyncio.Task[None]] = set()
        self._conversation: Conversation | None = None
        self._thinning = Thinning()
        self._line: Line | None = None
        self._calling: Calling | None = None
        self._reports_seen = 0
        self._device: Device | None = None
        self._checked = last_check(Path(config.data_folder))
        self._profile: DisplayProfile | None = None
        self.recorder = Recorder(
            log,
            memory.records,
            memory.telemetry,
            written=lambda written: self._on_loop(self._take_written, written),
            health=lambda change: self._on_loop(self._put, change),
        )

    async def run(self, rest: Rest, address: Address, saved: Saved, kept: SavedSession, closing: asyncio.Event) -> None:
        """Until the session has ended, the server has ended it, or the program closes. The recorder goes on."""
        await self._look_after_homework()
        self._calling = Calling(self._memory, self._connection, lambda: rest.ways(saved.session_id, saved.resume_token))
        self._line = Line(
            address, saved.resume_token, self._connection, received=self._take_received, connected=self._connected
        )
        self.recorder.start()
        await self._until_first(
            self._keep_line(self._line),
            self._turn_for_ever(self._calling),
            self._calling.run(),
            self._touch_for_ever(kept),
            self._over.wait(),
            closing.wait(),
        )

    async def run_alone(self, closing: asyncio.Event) -> None:
        """The same without anybody at the other end: no line, no call."""
        self.recorder.start()
        await self._until_first(self._turn_for_ever(None), self._over.wait(), closing.wait())

    async def _until_first(self, *doing: Coroutine[Any, Any, object]) -> None:
        tasks = [asyncio.create_task(one) for one in doing]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def open(self, opened: SessionOpened) -> None:
        """The session begins: the frame process hears of it."""
        self._put(opened)

    # -- from the recorder's thread

    def _on_loop(self, call: Callable[..., None], argument: object) -> None:
        with suppress(RuntimeError):  # the loop has ended; what was recorded stays recorded
            self._loop.call_soon_threadsafe(call, argument)

    def _take_written(self, written: Written) -> None:
        self._connection.recorded(written.records)
        if self._line is not None:
            self._line.telemetry.extend(self._thinning.keep(written.frames))
            self._line.wake.set()
        for record in written.records:
            if (given := homework_in(record)) is not None:
                self._soon(self._keep_homework(given))
        changes = (effect for record in written.records for effect in record.effects)
        if any(isinstance(effect, StateChanged) and effect.state is State.ENDED for effect in changes):
            self._end_in(LAST_RECORDS_S)

    # -- homework

    async def _look_after_homework(self) -> None:
        """What an earlier life of this process may not have kept is kept now; and what was done is read."""
        if self._given is not None:
            await self._keep_homework(self._given)
        self._connection.homework = await asyncio.to_thread(self._homework.kept)
        self._connection.homework_done = await asyncio.to_thread(untold, Path(self._config.data_folder))

    async def _keep_homework(self, given: GiveHomework | WithdrawHomework) -> None:
        try:
            if isinstance(given, GiveHomework):
                await asyncio.to_thread(self._homework.keep, given)
            else:
                await asyncio.to_thread(self._homework.withdraw)
        except (HomeworkError, OSError) as problem:
            print(f"homework: {problem}", flush=True)
        self._connection.homework = await asyncio.to_thread(self._homework.kept)

    def _soon(self, doing: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(doing)
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)

    async def finish(self) -> None:
        """With a therapist: what they were told is not told again."""
        await asyncio.gather(*self._doing)
        if self._connection.has_told:
            await asyncio.to_thread(mark_told, Path(self._config.data_folder), self._connection.homework_done)

    # -- from the server

    def _take_received(self, received: Received) -> None:
        for event in received.events:
            self._put(event)
        for estimate in received.estimates:
            self.recorder.note(estimate)
        for signal in received.signals:
            if self._calling is not None:
                self._calling.take(signal)
        if received.turned is not None:
            print(f"server: {received.turned.code}: {received.turned.message}", flush=True)

    def _connected(self, is_up: bool, reason: str) -> None:
        if is_up:
            self._say(LinkPhase.CONNECTED, "")
        else:
            print(f"line lost: {reason}", flush=True)
            self._say(LinkPhase.LOST, "The connection is lost. This is technical. It is tried again by itself.")

    async def _keep_line(self, line: Line) -> None:
        """When the server lets this device in no more, the core still has to see its lease run out: a while yet."""
        turned = await line.run()
        self._say(LinkPhase.LOST, turned.message)
        await asyncio.sleep(LOST_SESSION_S)

    # -- to and from the frame process

    def _put(self, event: Event) -> None:
        self._waiting.append(event)
        self._push_waiting()

    def _push_waiting(self) -> None:
        """In order and never left out; a full ring (the frame process is away) is tried again."""
        while self._waiting and self._memory.from_link.push(_encode(self._waiting[0])):
            self._waiting.popleft()

    async def _turn_for_ever(self, calling: Calling | None) -> None:
        while True:
            self._push_waiting()
            self._take_report()
            self._publish_conversation()
            if calling is not None and calling.turn(now_ns()) and self._line is not None:
                self._line.wake.set()
            if self.recorder.failure is not None:
                raise self.recorder.failure
            await asyncio.sleep(TURN_S)

    def _take_report(self) -> None:
        published = self._memory.report.sequence
        if published == self._reports_seen or (content := self._memory.report.read()) is None:
            return
        self._reports_seen = published
        status = self._frame_status()
        if status is not None:
            self._device = status.device
            self._describe(status)
        self._connection.reported(_REPORT.decode(content), self._completed(self._device))
        if self._line is not None:
            self._line.wake.set()

    def _publish_conversation(self) -> None:
        conversation = self._connection.conversation
        if conversation != self._conversation:
            self._conversation = conversation
            self._memory.conversation.publish(_encode(conversation))

    def _completed(self, device: Device | None) -> Device | None:
        """The device with what only this process knows."""
        if device is None:
            return None
        battery = self._battery()
        batteries = device.batteries if battery is None else (battery, *device.batteries)
        return msgspec.structs.replace(device, batteries=batteries, checked=self._checked)

    def _frame_status(self) -> FrameStatus | None:
        content = self._memory.frame_status.read()
        return None if content is None else _FRAME_STATUS.decode(content)

    def _describe(self, status: FrameStatus) -> None:
        """Into the log, again whenever more is known of the device; the newest holds."""
        profile = DisplayProfile(
            headset=status.headset,
            device=status.device.headset,
            runtime=status.device.runtime,
            floor=status.device.floor or "",
            renderer=status.renderer,
            view_width=self._config.view_width,
            view_height=self._config.view_height,
            frame_rate_hz=self._config.frame_rate_hz,
        )
        if profile != self._profile:
            self._profile = profile
            self.recorder.describe(DEVICE, profile.to_metadata())

    async def _touch_for_ever(self, kept: SavedSession) -> None:
        while True:
            await asyncio.to_thread(kept.touch)
            await asyncio.sleep(TOUCH_S)

    def _end_in(self, seconds: float) -> None:
        self._loop.call_later(seconds, self._over.set)
