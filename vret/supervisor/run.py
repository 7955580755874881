"""`run`: the headset program from its start to its end, with a desktop window or without."""

import os
import sys
import tempfile
import time
from pathlib import Path

from vret.clock import now_ns
from vret.errors import VretError
from vret.link.address import read_address
from vret.link.homework import HomeworkFolder
from vret.memory import Claim
from vret.memory.child import EXIT_HOPELESS
from vret.memory.config import ProgramConfig
from vret.memory.messages import LinkPhase
from vret.memory.platform import memory_folder, on_interrupt
from vret.supervisor.child import PROGRAMS, Programs
from vret.supervisor.loading import loader_commands, scene_folders
from vret.supervisor.recovery import recover_abandoned
from vret.supervisor.supervisor import POLL_S, Phase, Supervisor
from vret.supervisor.words import view


class StartError(VretError):
    """The program cannot start; the message says what is missing."""


def run(
    config: ProgramConfig,
    code: str | None,
    window: bool,
    *,
    base: Path | None = None,
    programs: Programs = PROGRAMS,
) -> int:
    """Run the program until it is over; the exit status: 0, or 1 and 2 after a fault that was told on stderr.

    Call it from the main thread. Without a display the window is left out, and that is said. The memory folder is made
    in `base`, by default this user's own (`vret.memory.platform`). Raises StartError, AddressError, HomeworkError
    or LoadingError before anything is started.
    """
    address = read_address(config.server_url, allow_plain_http=config.allow_plain_http)
    if config.acted_person and not address.is_here:
        raise StartError(
            "--acted-person: nobody but the person in the headset may press in a session with "
            f"{address.http}. Leave the option out; it is for a demonstration on this computer."
        )
    data_folder = _data_folder(config)
    if config.homework:
        HomeworkFolder(data_folder).ready()
    base = memory_folder() if base is None else base
    for sentence in recover_abandoned(base, data_folder):
        _say(sentence)
    folders = scene_folders()
    supervisor = Supervisor(
        _new_claim(base), config, lambda memory: loader_commands(folders, memory, config.scene_cache), programs
    )
    on_interrupt(supervisor.close)
    if code is not None:
        supervisor.enter_code(code)
    if window and (problem := _window_problem()):
        _say(f"There is no desktop window: {problem} The program goes on without it; Ctrl-C ends it.")
        window = False
    if window:
        from vret.supervisor.window import show

        show(supervisor)
        for sentence in (supervisor.notice, supervisor.fault):
            if sentence:
                _say(sentence)
    else:
        _run_without_window(supervisor, code_given=code is not None)
    return supervisor.exit_status


def _data_folder(config: ProgramConfig) -> Path:
    """Made if need be, and tried: nothing may be shown that cannot be recorded."""
    folder = Path(config.data_folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        raise StartError(
            f"The folder {folder} cannot be written ({error.strerror}): mend that, or choose another with --data."
        ) from None


def _new_claim(base: Path) -> Claim:
    """A claim on `run-PROCESS_ID-TIME` in `base`: who started this program finds its memory by the process id."""
    claim = Claim.take(base / f"run-{os.getpid()}-{now_ns()}")
    if claim is None:
        raise StartError(f"{base} is being cleared by another start of the program: start it again")
    return claim


def _run_without_window(supervisor: Supervisor, *, code_given: bool) -> None:
    """What the window would show, line by line; the note of a line is said once, not after every change."""
    told = noted = ""
    while supervisor.phase is not Phase.OVER:
        supervisor.poll(now_ns())
        status = supervisor.link_status
        if status is not None and status.phase is LinkPhase.NEEDS_CODE and (not code_given or status.message):
            supervisor.give_up(status.message or "Give the join code with --code.", EXIT_HOPELESS)
        shown = view(supervisor)
        if (sentence := f"{shown.title}. {shown.text}") != told:
            told = sentence
            _say(sentence)
        if shown.note and shown.note != noted:
            _say(shown.note)
        noted = shown.note
        if supervisor.is_session_over:
            supervisor.close()
        time.sleep(POLL_S)


def _window_problem() -> str:
    """Why no window can be opened here, or nothing. Qt ends the whole process when it finds no display."""
    from vret.supervisor.display import display_problem

    return display_problem()


def _say(sentence: str) -> None:
    print(f"vret headset: {sentence}", file=sys.stderr, flush=True)
