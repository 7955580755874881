"""Checks that call a driver or another native library run in a process of their own: a crash there is a finding."""

import importlib
import subprocess
import sys
from collections.abc import Callable

import msgspec

from vret.doctor.finding import Finding, Mark
from vret.unreadable import UNREADABLE

CHECK_S = 30.0

_FINDINGS = msgspec.json.Decoder(tuple[Finding, ...])


def in_child(
    check: Callable[..., tuple[Finding, ...]], about: str, *arguments: str, needed: bool, within_s: float = CHECK_S
) -> tuple[Finding, ...]:
    """What `check`, a function at the top of a module, finds. A crash or a hang becomes a finding itself."""
    command = [sys.executable, "-m", "vret.doctor.child", check.__module__, check.__name__, *arguments]
    try:
        ended = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=within_s,
            check=False,
            encoding="utf-8",
            errors="replace",
        )
    except subprocess.TimeoutExpired:
        return (_failed(about, f"no answer within {within_s:.0f} s", "", needed),)
    if ended.returncode == 0:
        try:
            return _FINDINGS.decode(ended.stdout.rpartition("\n")[2])
        except UNREADABLE:
            return (_failed(about, "the check said what cannot be read", ended.stdout.strip()[-200:], needed),)
    crash = f"the driver or its library crashed (signal {-ended.returncode})"
    what = crash if ended.returncode < 0 else f"the check ended early (status {ended.returncode})"
    return (_failed(about, what, ended.stderr.strip().rpartition("\n")[2], needed),)


def _failed(about: str, what: str, last: str, needed: bool) -> Finding:
    said = f" It last said: {last}" if last else ""
    return Finding(about, Mark.BAD, f"{what}.{said}", "Update the driver, restart the computer and try again.", needed)


def main() -> None:
    module, name, *arguments = sys.argv[1:]
    findings: tuple[Finding, ...] = getattr(importlib.import_module(module), name)(*arguments)
    sys.stdout.write("\n" + msgspec.json.encode(findings).decode())


if __name__ == "__main__":
    main()
