"""What happens around a session that goes on: servers, the headset's computer, its clock, its sensors."""

import asyncio
import os
import shutil
import signal
import subprocess
from collections.abc import Awaitable
from pathlib import Path
from typing import Final

import pytest

from tests.end_to_end.rig import until
from tests.faults.exposure import Exposure, Trouble, exposed, through
from tests.faults.measured import Measured
from tests.faults.reading import Mark
from tests.server.programs import ServerProgram
from vret.clock import now_ns
from vret.core.effects import State

SUSPENDED_S: Final = 2.0
SETTLES_S: Final = 1.0
STEP_S: Final = 3600
WATCHED_S: Final = 2.0
"""For so long each step of a clock is looked at."""

_CLOCK: Final = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
static long step_s(void) {
    long step = 0;
    FILE *file = fopen(getenv("STEP_FILE"), "r");
    if (file) { if (fscanf(file, "%ld", &step) != 1) step = 0; fclose(file); }
    return step;
}
int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(clock, now);
    if (!failed && clock == CLOCK_REALTIME) now->tv_sec += step_s();
    return failed;
}
int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *kept) {
    struct timespec exact;
    clock_gettime(CLOCK_REALTIME, &exact);
    if (kept) *kept = exact.tv_sec;
    return exact.tv_sec;
}
"""
"""The time of day as the headset's programs read it, and nobody else: as many seconds off as a file says."""

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def stepping(tmp_path: Path) -> dict[str, str]:
    """With what the headset's programs start so that their clock can be set."""
    compiler = shutil.which("gcc")
    if compiler is None:
        pytest.skip("needs a C compiler: apt install gcc libc6-dev")
    source, library, step = tmp_path / "clock.c", tmp_path / "clock.so", tmp_path / "step"
    source.write_text(_CLOCK)
    step.write_text("0")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "STEP_FILE": str(step)}


def test_one_session_through_what_happens_around_it(
    sqlite_server: ServerProgram, stepping: dict[str, str], tmp_path: Path, measured: Measured
) -> None:
    """One after the other, each from a scene that goes on; the log says afterwards what came when."""

    def steps(exposure: Exposure) -> Awaitable[Mark]:
        return _clock_stepped(exposure, Path(stepping["STEP_FILE"]))

    troubles: tuple[Trouble, ...] = (
        steps,
        _tracking_lost,
        _headset_removed,
        _suspended,
        _rolling_restart,
        _server_killed,
    )

    async def play() -> None:
        async with exposed(sqlite_server, tmp_path, environment=stepping) as exposure:
            await through(exposure, troubles, measured)

    asyncio.run(play())


async def _clock_stepped(exposure: Exposure, step: Path) -> Mark:
    began_ns = now_ns()
    for step_s in (STEP_S, -STEP_S, 0):
        step.write_text(str(step_s))
        await asyncio.sleep(WATCHED_S)
    return Mark("headset_clock_stepped", began_ns, now_ns())


async def _tracking_lost(exposure: Exposure) -> Mark:
    began_ns = now_ns()
    exposure.headset.wear(tracked=False)
    await exposure.calms()
    await asyncio.sleep(SETTLES_S)
    ended_ns = now_ns()
    exposure.headset.wear(tracked=True)
    return Mark("tracking_lost", began_ns, ended_ns)


async def _headset_removed(exposure: Exposure) -> Mark:
    began_ns = now_ns()
    exposure.headset.wear(worn=False)
    await exposure.calms()
    await asyncio.sleep(SETTLES_S)
    ended_ns = now_ns()
    exposure.headset.wear(worn=True)
    return Mark("headset_removed", began_ns, ended_ns)


async def _suspended(exposure: Exposure) -> Mark:
    """Every program of the headset stands still at once, and the clock goes on."""
    assert exposure.headset.process is not None
    programs = [exposure.headset.process.pid, *exposure.headset.children()]
    began_ns = now_ns()
    for pid in programs:
        os.kill(pid, signal.SIGSTOP)
    asking = asyncio.create_task(exposure.asks_too_late(SUSPENDED_S / 2))
    await asyncio.sleep(SUSPENDED_S)
    ended_ns = now_ns()
    for pid in programs:
        os.kill(pid, signal.SIGCONT)
    await until(lambda: exposure.state in (State.HELD, State.STOPPED), "the hold")
    await asyncio.gather(asking, exposure.contact())
    return Mark("laptop_suspended", began_ns, ended_ns)


async def _rolling_restart(exposure: Exposure) -> Mark:
    began_ns = now_ns()
    assert await asyncio.to_thread(exposure.server.stop) == 0
    await asyncio.to_thread(exposure.server.start)
    ended_ns = now_ns()
    await exposure.contact()
    return Mark("rolling_restart", began_ns, ended_ns)


async def _server_killed(exposure: Exposure) -> Mark:
    began_ns = now_ns()
    await asyncio.to_thread(exposure.server.kill)
    await exposure.calms()
    await asyncio.sleep(2 * SETTLES_S)
    await asyncio.to_thread(exposure.server.start)
    ended_ns = now_ns()
    await exposure.contact()
    return Mark("server_killed", began_ns, ended_ns)
