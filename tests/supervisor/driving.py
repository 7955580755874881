"""A supervisor over stand-in programs, and a main program that runs one: `python -m tests.supervisor.driving ...`."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from vret.clock import now_ns
from vret.core.effects import State
from vret.core.events import Input, ReadyPressed, StopPressed
from vret.memory import Claim
from vret.memory.config import ProgramConfig
from vret.memory.platform import on_interrupt
from vret.supervisor.child import FRAME, LINK, SOUND, VOICE, Program, Programs
from vret.supervisor.stall import LONGEST_STEP_NS
from vret.supervisor.supervisor import Phase, Supervisor

NOTHING_TO_LOAD = {"calm": [sys.executable, "-c", ""]}
PATIENCE_S = 40.0


def stand_in(program: Program, habit: str = "") -> Program:
    arguments = ("-m", "tests.supervisor.stand_in", f"{program.name}:{habit}")
    return Program(program.name, arguments, program.gone, program.has_spare)


def start(
    tmp_path: Path,
    *,
    frame: str = "",
    link: str = "",
    sound: str = "",
    voice: str = "",
    loaders: dict[str, list[str]] = NOTHING_TO_LOAD,
) -> Supervisor:
    """A supervisor whose memory folder is in `tmp_path`/memory and whose data are in `tmp_path`/data."""
    base = tmp_path / "memory"
    base.mkdir(exist_ok=True)
    claim = Claim.take(base / "run")
    assert claim is not None
    config = ProgramConfig(server_url="http://127.0.0.1:1", data_folder=str(tmp_path / "data"))
    programs = Programs(stand_in(FRAME, frame), stand_in(LINK, link), stand_in(SOUND, sound), stand_in(VOICE, voice))
    return Supervisor(claim, config, lambda memory: loaders, programs)


def until(supervisor: Supervisor, reached: Callable[[], object], *, pace: float = 1.0) -> float:
    """Poll until `reached`; the seconds that it took, of which a standstill of this machine counts as one long step.

    `pace` lets the supervisor's clock run faster than the wall's.
    """
    began_ns = seen_ns = now_ns()
    took_ns = 0
    while not reached():
        wall_ns = now_ns() - began_ns
        assert wall_ns < PATIENCE_S * 1e9, (
            f"still {supervisor.phase}, {supervisor.report and supervisor.report.state}, {supervisor.fault!r}"
        )
        supervisor.poll(began_ns + int(wall_ns * pace))
        time.sleep(0.01)
        took_ns += min(now_ns() - seen_ns, LONGEST_STEP_NS)
        seen_ns = now_ns()
    return took_ns / 1e9


def state(supervisor: Supervisor) -> State | None:
    return None if supervisor.report is None else supervisor.report.state


def run_to_calm(supervisor: Supervisor) -> None:
    supervisor.enter_code("ab 12-cd")
    until(supervisor, lambda: state(supervisor) is State.CALM)


def run_to_scene(supervisor: Supervisor) -> None:
    """Through stop, ready and the therapist's offer into the scene."""
    run_to_calm(supervisor)
    supervisor.press(StopPressed(t_ns=0, input=Input.WINDOW))
    until(supervisor, lambda: state(supervisor) is State.STOPPED)
    supervisor.press(ReadyPressed(t_ns=0, input=Input.WINDOW))
    until(supervisor, lambda: state(supervisor) is State.EXPOSED)


def close(supervisor: Supervisor) -> int:
    supervisor.close()
    until(supervisor, lambda: supervisor.phase is Phase.OVER)
    return supervisor.exit_status


def main() -> int:
    """Run to the scene, print the children's process ids and the spare's, then go on until an interrupt."""
    supervisor = start(Path(sys.argv[1]), link=sys.argv[2])
    on_interrupt(supervisor.close)
    run_to_scene(supervisor)
    until(supervisor, lambda: supervisor.frame.spare_process_id)
    print(*(child.process_id for child in supervisor.children), supervisor.frame.spare_process_id, flush=True)
    while supervisor.phase is not Phase.OVER:
        supervisor.poll(now_ns())
        time.sleep(0.02)
    return supervisor.exit_status


if __name__ == "__main__":
    sys.exit(main())
