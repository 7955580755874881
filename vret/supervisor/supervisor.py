"""The supervisor: shared memory, the child programs, and their orderly end. It shows nothing and never waits.

`poll` is called about twenty times a second from the one main thread (a timer of the desktop window, or a plain loop):
the kernel ties the children's lives to that thread. A run goes through these phases, never back:

    loading   scenes are compiled, one after another
    running   children live; a dead one is started again, a hung one is ended so that it starts again
    calming   the program closes: if a scene is shown, stop is pressed on the person's behalf, and homework is finished
    ending    frame, sound and voice processes are asked to end, then ended
    sealing   the link is asked to record, seal and upload what is left
    over      the memory folder is gone; `exit_status` tells how it went
"""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from vret.core.effects import State
from vret.core.events import Event, Finished, Input, PhraseSaid, StopPressed, Wrote
from vret.core.report import Report
from vret.core.transitions import IN_SCENE
from vret.link.checked import last_check, told
from vret.memory import Claim, SessionMemory
from vret.memory.child import EXIT_HOPELESS
from vret.memory.config import ProgramConfig, write_config
from vret.memory.hearing import Hearing
from vret.memory.messages import Conversation, EnterCode, FrameStatus, LinkPhase, LinkStatus, Quit, ToLink
from vret.memory.quality import Verdict, judge
from vret.supervisor.child import PROGRAMS, Child, Programs
from vret.supervisor.loading import Loading, LoadingError
from vret.supervisor.recovery import recover_claimed
from vret.supervisor.slowness import Slowness
from vret.supervisor.watch import Watch

POLL_S: Final = 0.05
CODE_MAX: Final = 64
"""Letters of a join code that the server looks at."""

_S: Final = 1_000_000_000
FRAME_START_NS: Final = 60 * _S
FRAME_HANG_NS: Final = 2 * _S
FRAME_HANG_AFTER_STOP_NS: Final = 1 * _S
VOICE_HANG_NS: Final = 700_000_000
LINK_HANG_NS: Final = 1_800_000_000
SOUND_HANG_NS: Final = 1_800_000_000
CALM_WAIT_NS: Final = 1 * _S
END_WAIT_NS: Final = 3 * _S
SEAL_WAIT_NS: Final = 60 * _S
IMPATIENT_SEAL_WAIT_NS: Final = 2 * _S
TERMINATE_S: Final = 2.0

_encode = msgspec.msgpack.Encoder().encode
_CONVERSATION: Final = msgspec.msgpack.Decoder(Conversation)
_REPORT: Final = msgspec.msgpack.Decoder(Report)
_FRAME_STATUS: Final = msgspec.msgpack.Decoder(FrameStatus)
_LINK_STATUS: Final = msgspec.msgpack.Decoder(LinkStatus)


class Phase(StrEnum):
    LOADING = "loading"
    RUNNING = "running"
    CALMING = "calming"
    ENDING = "ending"
    SEALING = "sealing"
    OVER = "over"


class Supervisor:
    """One run of the headset program. `loaders` are the loader's command lines by scene name."""

    def __init__(
        self,
        claim: Claim,
        config: ProgramConfig,
        loaders: Callable[[SessionMemory], dict[str, list[str]]],
        programs: Programs = PROGRAMS,
    ) -> None:
        self.phase = Phase.LOADING
        self.exit_status = 0
        self.fault = ""
        self.notice = ""
        self.trouble = ""
        self.report: Report | None = None
        self.link_status: LinkStatus | None = None
        self.is_session_over = False
        self.is_voice_lost = self.is_therapist_muted = False
        self.voice_verdict: Verdict | None = None
        self.voice_silent_s = 0
        self.checked = told(last_check(Path(config.data_folder)))
        self.conversation = Conversation()
        self.memory = SessionMemory.create(claim.folder)
        write_config(claim.folder, config)
        self._claim = claim
        self._data_folder = Path(config.data_folder)
        logs = self._data_folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self.loading = Loading(loaders(self.memory), logs / "loader.log")
        self.frame, self.link, self.sound, self.voice = (
            Child(program, claim.folder, logs / f"{program.name}.log") for program in programs
        )
        self._is_homework = config.homework
        if config.homework:
            self.voice.start_at_ns = None
        self._code = ""
        self._close_asked = 0
        self._deadline_ns = 0
        self._watches = {
            self.frame: Watch(self.frame, lambda: self.memory.frame_status.sequence),
            self.link: Watch(self.link, lambda: self.memory.link_pulse.sequence),
            self.sound: Watch(self.sound, lambda: self.memory.sound_pulse.sequence),
            self.voice: Watch(self.voice, lambda: self.memory.voice_status.sequence),
        }
        self._slowness = Slowness()
        self._hearing = Hearing(self.memory.voice_status)
        self._conversations_seen = 0
        self._stop_waits = False
        self._link_failed = False

    @property
    def children(self) -> tuple[Child, ...]:
        return self.frame, self.link, self.sound, self.voice

    @property
    def slow_frame_ns(self) -> int:
        """How long a frame takes where that is too long for a session, else 0."""
        return self._slowness.frame_ns

    # -- what the person asks

    def press(self, event: Event) -> None:
        """Hand a press on the desktop window to the frame process. A ring full of unread presses takes no more."""
        self.memory.from_window.push(_encode(event))
        if isinstance(event, StopPressed):
            self._stop_waits = True

    def write(self, event: Wrote | PhraseSaid) -> bool:
        """Hand what the person says to their therapist to the frame process; False when it takes no more just now."""
        return self.memory.from_window.push(_encode(event))

    def enter_code(self, code: str) -> None:
        """Give the link the join code, without the spaces and marks that people add."""
        self._code = "".join(letter for letter in code if letter.isalnum()).upper()[:CODE_MAX]
        self._send_link(EnterCode(self._code))

    def close(self) -> None:
        """End the program in order. Asked a second time, it does not wait long for the upload. Safe in a signal."""
        self._close_asked += 1

    # -- polling

    def poll(self, t_ns: int) -> None:
        """Look after everything once. `t_ns` is `vret.clock.now_ns()`."""
        self._read_blocks(t_ns)
        match self.phase:
            case Phase.LOADING:
                self._load(t_ns)
            case Phase.RUNNING:
                self._run(t_ns)
            case Phase.CALMING:
                self._calm(t_ns)
            case Phase.ENDING:
                self._end(t_ns)
            case Phase.SEALING:
                self._seal(t_ns)
            case Phase.OVER:
                pass

    def _read_blocks(self, t_ns: int) -> None:
        if self.phase is Phase.OVER:
            return
        self.is_voice_lost = self._hearing.is_lost(t_ns)
        self.is_therapist_muted = self._hearing.is_therapist_muted
        self.voice_silent_s = self._hearing.silent_s(t_ns)
        measured = self._hearing.measured
        self.voice_verdict = None if measured is None else judge(measured[0] / 1000, measured[1])
        if (content := self.memory.report.read()) is not None:
            self.report = _REPORT.decode(content)
        if (content := self.memory.link_status.read()) is not None:
            self.link_status = _LINK_STATUS.decode(content)
        if self.memory.conversation.sequence != self._conversations_seen:
            self._conversations_seen = self.memory.conversation.sequence
            if (content := self.memory.conversation.read()) is not None:
                self.conversation = _CONVERSATION.decode(content)
        if (content := self.memory.frame_status.read()) is not None:
            status = _FRAME_STATUS.decode(content)
            self._slowness.see(status.frame, status.t_ns)
            self.trouble = status.trouble
        if not self._shows_scene:
            self._stop_waits = False

    @property
    def _shows_scene(self) -> bool:
        return self.report is not None and self.report.state in IN_SCENE

    def _load(self, t_ns: int) -> None:
        if self._close_asked:
            self.loading.end()
            self._finish()
            return
        try:
            loaded = self.loading.poll()
        except LoadingError as problem:
            self.give_up(str(problem), EXIT_HOPELESS)
            self._finish()
            return
        if loaded:
            self.phase = Phase.RUNNING
            self._run(t_ns)

    def _run(self, t_ns: int) -> None:
        for child in self.children:
            status = child.poll()
            if status is not None:
                self._died(child, status, t_ns)
        if self._close_asked:
            self._begin_calming(t_ns)
            return
        for child in self.children:
            if child.start_at_ns is not None and child.start_at_ns <= t_ns:
                self._start(child)
        frame_hang_ns = FRAME_HANG_AFTER_STOP_NS if self._stop_waits else FRAME_HANG_NS
        self._watches[self.frame].see(t_ns, frame_hang_ns, FRAME_START_NS)
        if not self._is_finishing:
            self._watches[self.link].see(t_ns, LINK_HANG_NS)
        self._watches[self.sound].see(t_ns, SOUND_HANG_NS)
        self._watches[self.voice].see(t_ns, VOICE_HANG_NS)

    def _start(self, child: Child) -> None:
        self._watches[child].begin()
        if child is self.link and self._code and self.memory.to_link.fill == 0.0 and not self._has_session:
            self._send_link(EnterCode(self._code))
        child.start()

    @property
    def _is_finishing(self) -> bool:
        """The session has ended: nobody is led any more, and the link takes what time it needs to go."""
        return self.link_status is not None and self.link_status.phase is LinkPhase.ENDED

    @property
    def _has_session(self) -> bool:
        return self.link_status is not None and self.link_status.session_id != ""

    def _died(self, child: Child, status: int, t_ns: int) -> None:
        """Start it again, or say why not. The frame process ends with 0 when the person closed its window."""
        if child is self.frame and status == 0:
            self.close()
            return
        if child is self.link and status == 0 and self._is_finishing:
            self.is_session_over = True
            return
        if status != EXIT_HOPELESS:
            child.start_at_ns = child.restarts.start_after_death(t_ns)
            if child.start_at_ns is not None:
                return
        reason = child.last_words() if status == EXIT_HOPELESS else f"The reason is in {child.output}."
        if child in (self.sound, self.voice):
            self.notice = f"{child.program.gone} {reason}"
            return
        sentence = reason if status == EXIT_HOPELESS and self.report is None else f"{child.program.gone} {reason}"
        self._link_failed = self._link_failed or child is self.link
        self.give_up(sentence, status if status == EXIT_HOPELESS else 1)

    def give_up(self, sentence: str, exit_status: int) -> None:
        """End the program in order, for the reason that `sentence` tells."""
        self.fault = sentence
        self.exit_status = exit_status
        self.close()

    # -- closing

    def _begin_calming(self, t_ns: int) -> None:
        if self._shows_scene and self.frame.is_running:
            self.press(StopPressed(t_ns=0, input=Input.WINDOW))
        if self._is_homework and self.frame.is_running:
            self.press(Finished(t_ns=0))
        self.phase, self._deadline_ns = Phase.CALMING, t_ns + CALM_WAIT_NS
        self._calm(t_ns)

    def _calm(self, t_ns: int) -> None:
        self.frame.poll()
        if self._is_calm or not self.frame.is_running or t_ns >= self._deadline_ns:
            self.memory.ask_to_close()
            self.phase, self._deadline_ns = Phase.ENDING, t_ns + END_WAIT_NS

    @property
    def _is_calm(self) -> bool:
        """Nobody has to be led out of a scene any more; homework is told to have ended, where it had begun."""
        has_ended = self.report is None or self.report.state is State.ENDED or not self._is_homework
        return has_ended and not self._shows_scene

    def _end(self, t_ns: int) -> None:
        for child in (self.frame, self.sound, self.voice):
            child.poll()
            if child.is_running and t_ns >= self._deadline_ns:
                child.end(TERMINATE_S)
        if not any(child.is_running for child in (self.frame, self.sound, self.voice)):
            self._send_link(Quit())
            self.phase, self._deadline_ns = Phase.SEALING, t_ns + SEAL_WAIT_NS

    def _seal(self, t_ns: int) -> None:
        if self._close_asked > 1:
            self._deadline_ns = min(self._deadline_ns, t_ns + IMPATIENT_SEAL_WAIT_NS)
        status = self.link.poll()
        if status is not None:
            self._link_failed = status != 0
        elif self.link.is_running and t_ns >= self._deadline_ns:
            self.link.end(TERMINATE_S)
            self._link_failed = True
        if not self.link.is_running:
            self._finish()

    def _finish(self) -> None:
        """Nothing runs any more: what the link left goes into the log, and the memory folder goes.

        After the end of the session the log is sealed, and what the calm room still told is not part of it.
        """
        left = not self.is_session_over and (self._link_failed or self.memory.records.fill > 0.0)
        self.memory.close()
        if left:
            self.notice = recover_claimed(self._claim, self._data_folder)
        else:
            self._claim.remove()
        self.phase = Phase.OVER

    def _send_link(self, message: ToLink) -> None:
        self.memory.to_link.push(_encode(message))
