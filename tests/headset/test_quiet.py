"""The real frame process in a session: nothing else runs in it, and it goes before other programs where it may."""

import gc
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.scene.shipped import shipped
from vret.core import events
from vret.core.plan import Plan, ScenePlan
from vret.headset import quiet
from vret.headset.process import CHOSEN, goes_first
from vret.memory import SessionMemory
from vret.memory.config import ProgramConfig, write_config
from vret.memory.messages import FrameStatus
from vret.memory.priority import IN_TURN
from vret.scene.bundle import write_bundle
from vret.settings import PriorityChoice
from vret.testing.memory_link import MemoryLink

FRAMES = 100
PATIENCE_S = 60.0
DRIVER_THREAD = re.compile(r":(gdrv|disk\$|gl|sh|shlo|traceq)\d*$")
"""Queues of Mesa, which names them: its threaded context, its caches and compilers. They are the driver's own work, and
the driver of a real card has as many."""

ENVIRONMENT = {"GALLIUM_NOOP": "1", "LP_NUM_THREADS": "0"}
"""The null driver, and no threads of a software renderer, some of which bear no name."""


@dataclass
class Watched:
    """What was seen of a frame process from outside while it drew, and what it told at its end."""

    threads: list[str]
    scheduler: int
    niceness: int
    printed: str
    printed_while_drawing: int
    told: dict[str, Any]


def watch(folder: Path, priority: PriorityChoice) -> Watched:
    """A session of FRAMES frames with a therapist who sends heartbeats."""
    memory = SessionMemory.create(folder / "memory")
    write_config(
        memory.folder,
        ProgramConfig(
            server_url="",
            data_folder="",
            headset="offscreen",
            view_width=64,
            view_height=64,
            priority=priority,
        ),
    )
    calm = shipped("calm")
    write_bundle(memory.bundle("calm"), calm)
    link, output = MemoryLink(memory), folder / "output"
    plan = Plan((ScenePlan("calm"),), surprises_consented=False)
    link.open(events.SessionOpened(t_ns=0, session_id="watched", plan=plan, scenes=(calm.rules,)))
    command = [sys.executable, "-m", "tests.headset.watched", str(memory.folder)]
    with output.open("w") as file:
        process = subprocess.Popen(command, env={**os.environ, **ENVIRONMENT}, stdout=file, stderr=file)
    with process:
        try:
            _until(lambda: _frame(memory, link) > 0, process, output)
            printed, first = output.stat().st_size, _frame(memory, link)
            _until(lambda: _frame(memory, link) > first + FRAMES, process, output)
            tasks = Path(f"/proc/{process.pid}/task")
            threads = [(task / "comm").read_text().strip() for task in tasks.iterdir() if int(task.name) != process.pid]
            scheduler, niceness = os.sched_getscheduler(process.pid), os.getpriority(os.PRIO_PROCESS, process.pid)
            printed_while_drawing = output.stat().st_size - printed
            memory.ask_to_close()
            assert process.wait(PATIENCE_S) == 0, output.read_text()
        finally:
            process.kill()
    memory.remove()
    lines = output.read_text().splitlines()
    return Watched(threads, scheduler, niceness, lines[0], printed_while_drawing, json.loads(lines[-1]))


def _frame(memory: SessionMemory, link: MemoryLink) -> int:
    """The number of the newest frame; the therapist and the recorder do theirs meanwhile."""
    link.beat()
    link.drain()
    memory.telemetry.release(len(memory.telemetry.read()))
    status = memory.frame_status.read()
    return 0 if status is None else msgspec.msgpack.decode(status, type=FrameStatus).frame


def _until(reached: Callable[[], bool], process: "subprocess.Popen[bytes]", output: Path) -> None:
    began = time.monotonic()
    while not reached():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() - began < PATIENCE_S, output.read_text()
        time.sleep(0.01)


@pytest.fixture(scope="module")
def watched(egl: None, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    if sys.platform != "linux":
        pytest.skip("needs Linux: threads are counted in /proc")
    return watch(tmp_path_factory.mktemp("watched"), "normal")


def test_no_library_has_a_thread_but_the_driver(watched: Watched) -> None:
    assert [name for name in watched.threads if not DRIVER_THREAD.search(name)] == []
    assert watched.told["threads"] == ["MainThread"]


def test_what_was_loaded_is_frozen_and_nothing_is_collected(watched: Watched) -> None:
    assert not watched.told["collects"]
    assert watched.told["frozen"] > 50_000


def test_nothing_that_waits_logs_or_opens_a_window_is_loaded(watched: Watched) -> None:
    assert not {*quiet.FOREIGN, "glfw", "tkinter", "socket", "ssl"}.intersection(watched.told["modules"])
    assert not watched.told["logs"]


def test_while_it_draws_it_opens_imports_starts_and_prints_nothing(watched: Watched) -> None:
    assert watched.told["done"] == []
    assert watched.printed_while_drawing == 0


def test_a_spare_has_loaded_whatever_a_frame_process_needs(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / CHOSEN).write_text("offscreen")
    program = (
        "import sys; from pathlib import Path; from vret.headset.process import prepare; "
        f"prepare(Path({str(tmp_path)!r})); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    needed = {name for name in watched.told["modules"] if name.startswith("vret.") or name in ("numpy", "OpenGL.GL")}
    assert len(needed) > 50
    assert sorted(needed.difference(done.stdout.split())) == []


def test_a_thread_that_comes_after_all_gets_its_turn_quickly(watched: Watched) -> None:
    assert watched.told["switch_s"] == pytest.approx(quiet.SWITCH_S)


def test_in_turn_it_is_scheduled_like_any_program(watched: Watched) -> None:
    assert watched.printed == f"The picture is made {IN_TURN.words}."
    assert (watched.scheduler, watched.niceness) == (os.SCHED_OTHER, os.getpriority(os.PRIO_PROCESS, 0))


def test_high_priority_is_real_time_or_what_else_is_allowed(watched: Watched, tmp_path: Path) -> None:
    seen = watch(tmp_path, "high")
    assert seen.printed.startswith("The picture is made ")
    if _allows("os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))"):
        assert seen.scheduler == os.SCHED_RR | os.SCHED_RESET_ON_FORK
        assert "real time" in seen.printed
    elif _allows("os.setpriority(os.PRIO_PROCESS, 0, -1)"):
        assert seen.niceness < 0
        assert "niceness" in seen.printed
    else:
        assert seen.scheduler == watched.scheduler
        assert IN_TURN.words in seen.printed


def _allows(statement: str) -> bool:
    done = subprocess.run([sys.executable, "-c", f"import os; {statement}"], stderr=subprocess.DEVNULL, check=False)
    return done.returncode == 0


@pytest.mark.parametrize(
    ("wish", "headset", "driver", "first"),
    [
        ("auto", "openxr: SteamVR, Index", "NVIDIA GeForce RTX 4070, OpenGL 4.5", True),
        ("auto", "openxr: Monado, Simulated", "llvmpipe (LLVM 19.1.7, 256 bits), OpenGL 4.5", False),
        ("auto", "window", "NVIDIA GeForce RTX 4070, OpenGL 4.5", False),
        ("high", "offscreen", "llvmpipe", True),
        ("normal", "openxr: SteamVR, Index", "NVIDIA GeForce RTX 4070, OpenGL 4.5", False),
    ],
)
def test_by_itself_only_a_picture_by_a_graphics_card_for_a_headset_goes_first(
    wish: PriorityChoice, headset: str, driver: str, first: bool
) -> None:
    assert goes_first(wish, headset, driver) is first


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("", ""),
        ("gc.enable()", "The garbage collector is on."),
        ("gc.unfreeze()", "What was loaded is not frozen."),
        ("logging.disable(0)", "Log messages are written."),
        ("import asyncio", "asyncio"),
        ("threading.Thread(target=time.sleep, args=(9,), name='worker', daemon=True).start()", "worker"),
    ],
)
def test_what_disturbs_is_named(before: str, told: str) -> None:
    program = (
        "import gc, logging, sys, threading, time; from vret.headset.quiet import disturbances, settle; "
        f"settle(); {before or 'pass'}; print(*disturbances(), sep='|')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    sentences = [sentence for sentence in done.stdout.strip().split("|") if sentence]
    assert bool(sentences) is bool(told)
    assert told in "".join(sentences)


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux: threads are counted in /proc")
def test_threads_of_numpys_linear_algebra_are_seen_where_they_are_let() -> None:
    """A library that the frame process keeps to one thread by its environment, left to itself."""
    environment = {**os.environ, **dict.fromkeys(quiet.ONE_THREAD, "3")}
    program = "import numpy; from vret.headset.quiet import disturbances, settle; settle(); print(*disturbances())"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60, env=environment
    )
    if (os.cpu_count() or 1) > 1:
        assert "threads of libraries" in done.stdout
    assert gc.isenabled(), "this process is left as it was"
