"""What would not run at a client's Windows machine stands in two modules or nowhere; no error is swallowed."""

import ast
import re

from tests.project.sources import ROOT, Module, modules, text_files

PLATFORM, PRIORITY = "vret.memory.platform", "vret.memory.priority"
POSIX_MODULES = {"fcntl", "pwd", "grp", "resource", "termios", "tty", "pty", "posix", "syslog"}
POSIX_OS = {"fork", "forkpty", "setsid", "killpg", "getuid", "geteuid", "setpgrp", "mkfifo", "register_at_fork", "nice"}
POSIX_OS |= {"setpriority", "sched_setscheduler", "sched_param", "sched_setaffinity"}
PORTABLE_SIGNALS = {"SIGINT", "SIGTERM", "SIGABRT", "SIGBREAK"}
START_METHODS = {"fork", "forkserver"}
MACHINE_PATHS = re.compile(r"(?<![\w./$}])/(?:work|root|farm|opt/pypi|opt/wheels)(?:/|\b)")


def violations(module: Module) -> list[str]:
    found = [f"{line}: imports {name}" for name, line in module.imports.items() if name.split(".")[0] in POSIX_MODULES]
    for node in ast.walk(module.tree):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in POSIX_OS:
                found.append(f"{node.lineno}: os.{name}")
            case ast.Attribute(value=ast.Name(id="signal"), attr=name) if _is_posix_signal(name):
                found.append(f"{node.lineno}: signal.{name}")
            case ast.Constant(value=str(text)) if "/dev/shm" in text and not _is_docstring(module, node):
                found.append(f"{node.lineno}: names /dev/shm")
            case ast.Call() if _called(node) in ("get_context", "set_start_method"):
                methods = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                found += [f"{node.lineno}: start method {method}" for method in methods if method in START_METHODS]
    return [f"{module.name}:{finding}" for finding in found]


def _is_posix_signal(name: str) -> bool:
    return name.startswith("SIG") and name[3:4].isalpha() and name not in PORTABLE_SIGNALS


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _is_docstring(module: Module, constant: ast.Constant) -> bool:
    return any(isinstance(node, ast.Expr) and node.value is constant for node in ast.walk(module.tree))


def test_nothing_that_only_posix_has() -> None:
    assert [
        finding for module in modules() if module.name not in (PLATFORM, PRIORITY) for finding in violations(module)
    ] == []


def test_the_ban_sees_what_it_bans() -> None:
    """The module that may do all of it is where every kind of finding can be tried."""
    platform = next(module for module in modules() if module.name == PLATFORM)
    assert violations(platform)


def test_no_error_is_swallowed() -> None:
    """Whatever catches everything raises in the end, or keeps the error in an attribute for another thread to raise."""
    found = []
    for module in modules():
        functions = [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        for function in functions:
            raises = any(isinstance(node, ast.Raise) for node in ast.walk(function))
            for node in ast.walk(function):
                if isinstance(node, ast.ExceptHandler) and _catches_everything(node) and not (raises or _keeps(node)):
                    found.append(f"{module.name}:{node.lineno}: catches everything and goes on")
    assert found == []


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or ast.unparse(handler.type) in ("Exception", "BaseException")


def _keeps(handler: ast.ExceptHandler) -> bool:
    return any(
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == handler.name
        for node in ast.walk(handler)
    )


def test_no_path_of_a_machine() -> None:
    here = {ROOT / "tests" / "project" / "test_bans.py"}
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in text_files()
        if path not in here
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), 1)
        if MACHINE_PATHS.search(line)
    ]
    assert found == []
