"""The voice process: `python -m vret.voice.process MEMORY_FOLDER`. Microphone, echo cancelling, mirror and one call.

It is told of offers by the link process and hands decoded speech to the sound process; nothing waits for it. It dies
with the supervisor, which starts it again when it ends or stands still; the page then offers a new call.
"""

import asyncio
import secrets
import sys
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from vret.clock import now_ns
from vret.memory.audio import SPOKEN_SAMPLES_BYTES, Spoken, push_spoken, take_mixed
from vret.memory.call import (
    CallCamera,
    CallCandidate,
    CallEarshot,
    CallEnded,
    CallMirror,
    CallMuted,
    CallOffered,
    CallState,
    FromVoice,
    ToVoice,
    VoiceStatus,
)
from vret.memory.child import run_child
from vret.memory.config import ProgramConfig, read_config
from vret.memory.mapped import MemoryLayoutError
from vret.memory.messages import FrameStatus, Speech
from vret.memory.priority import put_forward
from vret.memory.privacy import Privacy
from vret.memory.session import SessionMemory
from vret.memory.therapist_picture import TherapistPicture
from vret.voice.earshot import Earshot
from vret.voice.engine import Engine, EngineError, Quality
from vret.voice.libwebrtc import Libwebrtc
from vret.voice.listening import Listening
from vret.voice.showing import Showing
from vret.voice.speaking import Said, Speaking
from vret.voice.watching import Watching

TURN_S: Final = 0.01
TELL_S: Final = 0.1
JUDGE_S: Final = 0.5
JUDGED: Final = 10
"""Looks over which losses are counted: five seconds."""
ANSWER_S: Final = 5.0
LISTENS_ON_NS: Final = 30_000_000_000
"""After a loss; then whoever offered has gone."""
LATE_BLOCKS: Final = 10

_UNSAID: Final = Said(bytes(SPOKEN_SAMPLES_BYTES), 0.0)

_encode = msgspec.msgpack.Encoder().encode
_TO_VOICE: Final = msgspec.msgpack.Decoder(ToVoice)
_FRAME_STATUS: Final = msgspec.msgpack.Decoder(FrameStatus)


class VoiceProcess:
    """One life of the process; the engine's listener."""

    def __init__(self, memory: SessionMemory, config: ProgramConfig) -> None:
        self._memory = memory
        self._has_sound = config.sound == "auto"
        self._loop = asyncio.get_running_loop()
        self._listening = Listening(config.microphone, self._heard_by_microphone)
        self._speaking = Speaking()
        self._showing = Showing(memory, self._send)
        self._earshot = Earshot(memory, self._send)
        self._privacy = Privacy(memory.shown)
        self._watching = Watching(memory.therapist_picture, self._privacy)
        self._blocks: asyncio.Queue[bytes] = asyncio.Queue()
        self._looks: deque[Quality] = deque(maxlen=JUDGED)
        self._held_back: list[CallCandidate] | None = None
        self._up_ns = 0
        self._status = VoiceStatus(t_ns=0, run=secrets.token_hex(8), certificate=b"")

    async def run(self) -> None:
        """Until the program closes."""
        self._memory.to_voice.clear()
        engine: Engine = await Libwebrtc.start(self)
        self._say(certificate=engine.certificate)
        tasks = [
            asyncio.create_task(task)
            for task in (
                self._obey(engine),
                self._listen(),
                self._speak(engine),
                self._showing.run(engine),
                self._earshot.run(engine),
                self._judge(engine),
                self._tell(),
            )
        ]
        closing = asyncio.create_task(self._until_closing())
        try:
            await asyncio.wait((*tasks, closing), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (*tasks, closing):
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            self._listening.close()
            await engine.end()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    # -- the engine's listener

    def heard(self, block: bytes) -> None:
        push_spoken(self._memory.therapist_voice, Spoken(now_ns(), block))

    def seen(self, picture: TherapistPicture) -> None:
        self._watching.seen(picture)

    def found(self, candidate: CallCandidate) -> None:
        """An answer goes before what was found while it was made."""
        if self._held_back is None:
            self._send(candidate)
        else:
            self._held_back.append(candidate)

    def changed(self, state: CallState) -> None:
        self._showing.connected(state is CallState.CONNECTED)
        self._earshot.connected(state is CallState.CONNECTED)
        self._say(state=state)

    # -- what it is told

    async def _obey(self, engine: Engine) -> None:
        while True:
            for signal in self._told():
                try:
                    async with asyncio.timeout(ANSWER_S):
                        await self._do(engine, signal)
                except EngineError as error:
                    print(error, flush=True)
            await asyncio.sleep(TURN_S)

    def _told(self) -> list[ToVoice]:
        messages = self._memory.to_voice.read()
        self._memory.to_voice.release(len(messages))
        return [_TO_VOICE.decode(message) for message in messages]

    async def _do(self, engine: Engine, signal: ToVoice) -> None:
        match signal:
            case CallOffered():
                await self._answer(engine, signal)
            case CallCandidate():
                await engine.add(signal)
            case CallMuted() if signal.call == self._status.call:
                self._say(therapist_muted=signal.is_muted)
            case CallMirror():
                self._showing.ask(signal.call, signal.per_s)
            case CallEarshot():
                self._earshot.ask(signal.call, signal.is_wanted)
            case CallCamera() if signal.call == self._status.call:
                self._watching.turn(signal.is_on)
                await engine.watch(signal.is_on)
            case CallEnded() if signal.call == self._status.call:
                await engine.end()
                self._showing.begin("")
                self._earshot.begin("")
                self._watching.turn(False)
                self._say(call="", state=CallState.NONE, therapist_muted=False)
            case CallMuted() | CallCamera() | CallEnded():
                pass

    async def _answer(self, engine: Engine, offered: CallOffered) -> None:
        if offered.offer.call != self._status.call:
            self._looks.clear()
            self._memory.mix.clear()
            self._showing.begin(offered.offer.call)
            self._earshot.begin(offered.offer.call)
            self._watching.turn(False)
            self._say(call=offered.offer.call, state=CallState.CONNECTING, heard_ns=None, therapist_muted=False)
        self._held_back = []
        try:
            self._send(await engine.answer(offered))
        finally:
            found, self._held_back = self._held_back, None
        for candidate in found:
            self._send(candidate)

    def _send(self, signal: FromVoice) -> None:
        self._memory.from_voice.push(_encode(signal))

    # -- the person's voice

    def _heard_by_microphone(self, block: bytes) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._blocks.put_nowait, block)

    async def _speak(self, engine: Engine) -> None:
        """What was heard too long ago is left out: nobody is helped by hearing it late.

        While somebody else is with the person silence goes out: what they say is not the therapist's to hear.
        """
        while True:
            block = await self._blocks.get()
            while self._blocks.qsize() > LATE_BLOCKS:
                block = self._blocks.get_nowait()
            said = self._speaking.block(block, take_mixed(self._memory.mix))
            if not self._privacy.is_private:
                said = _UNSAID
            self._memory.speech.publish(_encode(Speech(level=said.level, t_ns=now_ns())))
            await engine.speak(said.block)

    async def _listen(self) -> None:
        """In a thread, since a device may take seconds to open."""
        while True:
            if self._is_called:
                await asyncio.to_thread(self._listening.turn, self._headset())
            elif self._listening.name:
                await asyncio.to_thread(self._listening.close)
            await asyncio.sleep(TELL_S)

    @property
    def _is_called(self) -> bool:
        """Whether somebody may want to hear the person."""
        if self._status.state in (CallState.CONNECTING, CallState.CONNECTED):
            self._up_ns = now_ns()
        return self._has_sound and self._status.call != "" and now_ns() - self._up_ns < LISTENS_ON_NS

    def _headset(self) -> str:
        try:
            content = self._memory.frame_status.read()
        except MemoryLayoutError:
            return ""
        return "" if content is None else _FRAME_STATUS.decode(content).device.headset

    # -- how it stands

    async def _tell(self) -> None:
        while True:
            self._watching.look()
            self._say(microphone=self._listening.name, message=self._listening.message)
            await asyncio.sleep(TELL_S)

    async def _judge(self, engine: Engine) -> None:
        while True:
            await asyncio.sleep(JUDGE_S)
            if not self._status.call:
                continue
            quality = await engine.quality()
            if self._looks and quality.packets > self._looks[-1].packets:
                self._say(heard_ns=now_ns())
            self._showing.judge(quality)
            self._earshot.judge(quality)
            self._looks.append(quality)
            first = self._looks[0]
            packets, lost = quality.packets - first.packets, max(quality.lost - first.lost, 0)
            played, concealed = quality.played - first.played, quality.concealed - first.concealed
            self._say(
                lost_per_mille=1000 * lost // (packets + lost) if packets > 0 else None,
                concealed_per_mille=1000 * concealed // played if played > 0 else None,
                round_trip_ms=quality.round_trip_ms,
            )

    def _say(self, **news: object) -> None:
        self._status = msgspec.structs.replace(self._status, t_ns=now_ns(), **news)
        self._memory.voice_status.publish(_encode(self._status))

    async def _until_closing(self) -> None:
        while not self._memory.is_closing:
            await asyncio.sleep(TELL_S)


async def _run(memory: SessionMemory, config: ProgramConfig) -> None:
    await VoiceProcess(memory, config).run()


def run(folder: Path) -> None:
    """The voice process from its start to its end. Raises VretError."""
    put_forward()
    memory = SessionMemory.attach(folder)
    try:
        asyncio.run(_run(memory, read_config(folder)))
    finally:
        memory.close()


if __name__ == "__main__":
    sys.exit(run_child(run))
