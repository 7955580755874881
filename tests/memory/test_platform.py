import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from vret.memory.platform import memory_folder

CHILD = """
import os, sys, threading, time
from pathlib import Path
from vret.memory.platform import end_with_parent, ignore_interrupt, on_parent_death

if sys.argv[1] == "told":
    told = threading.Event()
    on_parent_death(told.set)
    print("ready", flush=True)
    told.wait()
    Path(sys.argv[2]).write_text("told")
else:
    end_with_parent()
    ignore_interrupt()
    print("ready", flush=True)
    while True:
        time.sleep(60)
"""
PARENT = """
import os, subprocess, sys, time
environment = {**os.environ, "VRET_SUPERVISOR_PID": str(os.getpid())}
child = subprocess.Popen([sys.executable, "-c", *sys.argv[1:]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""  # noqa: E501


@pytest.mark.parametrize("how", ["ends", "told"])
def test_a_child_does_not_outlive_a_killed_parent(tmp_path: Path, how: str) -> None:
    mark = tmp_path / "mark"
    command = [sys.executable, "-c", PARENT, CHILD, how, str(mark)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        assert child.is_running()
        parent.kill()
    psutil.wait_procs([child], timeout=10)
    assert not psutil.pid_exists(child.pid) or child.status() == psutil.STATUS_ZOMBIE
    assert mark.exists() is (how == "told")


def test_a_child_whose_parent_died_before_it_began_ends(tmp_path: Path) -> None:
    environment = {**os.environ, "VRET_SUPERVISOR_PID": "1"}
    done = subprocess.run([sys.executable, "-c", CHILD, "ends"], env=environment, timeout=20, check=False)
    assert done.returncode == 1


def test_a_child_ignores_the_interrupt_of_the_terminal() -> None:
    with subprocess.Popen([sys.executable, "-c", CHILD, "ends"], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(0.3)
        child.kill()


def test_the_memory_folder_is_this_users_own() -> None:
    folder = memory_folder()
    assert folder.is_dir()
    assert folder.stat().st_mode & 0o077 == 0
    assert folder == memory_folder()
