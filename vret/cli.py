"""The command `vret`: one table of sub-commands, each imported only when it is asked for.

Exit status: 0 all is well; 1 the command found something wrong with what it looked at; 2 it could not do what was
asked, and one line says why; 130 Ctrl-C.
"""

import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any

import typer
import typer.core

from vret.errors import MissingExtraError, VretError


@dataclass(frozen=True)
class Mount:
    """A sub-command: where its typer app or function lives, and the extra that installs what it needs."""

    target: str
    extra: str
    help: str


MOUNTS = {
    "doctor": Mount(
        "vret.doctor.command:doctor", "headset", "Say what works on this computer, and what to do about what does not."
    ),
    "check": Mount("vret.doctor.check:check", "headset", "Check microphone, sound, line and headset before a session."),
    "headset": Mount(
        "vret.supervisor.command:headset", "headset", "Start the program for the person who wears the headset."
    ),
    "homework": Mount(
        "vret.supervisor.command:homework", "headset", "Do the homework that your therapist gave you, on your own."
    ),
    "console": Mount(
        "vret_server.local_command:console", "console", "Open the therapist's page for the clinic's server."
    ),
    "server": Mount("vret_server.command:app", "server", "Run the clinic's server, or add a therapist to it."),
    "replay": Mount("vret.recording.command:replay", "headset", "Check the log of a session by running it again."),
    "review": Mount("vret.review.command:review", "review", "Write a report with plots from the log of a session."),
    "scene": Mount("vret.scene.command:app", "headset", "Check a scene's files, or draw pictures of it."),
    "demo": Mount(
        "vret.testing.command:demo", "all", "Show a whole session with an acted therapist and an acted person."
    ),
}


def load(name: str) -> Any:
    """The click command of a sub-command. Raises MissingExtraError if its libraries are not installed."""
    mount = MOUNTS[name]
    module_name, _, attribute = mount.target.partition(":")
    try:
        target = getattr(importlib.import_module(module_name), attribute)
    except ModuleNotFoundError as missing:
        raise _explained(name, missing) from missing
    if not isinstance(target, typer.Typer):
        function: Callable[..., Any] = target
        target = typer.Typer(add_completion=False)
        target.command(name, help=_paragraphs(function.__doc__ or mount.help))(function)
    return typer.main.get_command(target)


def _paragraphs(docstring: str) -> str:
    """Without the line breaks of the source, which would show in the help."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in docstring.split("\n\n"))


def _explained(name: str, missing: ModuleNotFoundError) -> Exception:
    library = (missing.name or "").partition(".")[0]
    if library in ("vret", "vret_server", ""):
        return missing
    return MissingExtraError(f"vret {name}", MOUNTS[name].extra, library)


class LazyGroup(typer.core.TyperGroup):
    """Lists every sub-command from the table, and imports only the one that was asked for."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        if args[0] in MOUNTS:
            self.commands[args[0]] = load(args[0])
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            status = super().invoke(ctx)
        except VretError as problem:
            _say(str(problem))
            ctx.exit(problem.exit_status)
        except ModuleNotFoundError as missing:
            explained = _explained(ctx.invoked_subcommand, missing)
            if explained is missing:
                raise
            _say(str(explained))
            ctx.exit(VretError.exit_status)
        except OSError as problem:
            if problem.filename is None or problem.strerror is None:
                raise
            _say(f"{problem.filename}: {problem.strerror}")
            ctx.exit(VretError.exit_status)
        ctx.exit(status if isinstance(status, int) else 0)


def _say(sentence: str) -> None:
    print(f"vret: {sentence}", file=sys.stderr)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"vret {version('vret')}")
        raise typer.Exit


app = typer.Typer(
    name="vret",
    cls=LazyGroup,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)


@app.callback()
def vret(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Virtual-reality exposure therapy, steered by a remote therapist.

    Start with: vret doctor. To see everything at work without a headset: vret demo.
    """


def _listed(name: str) -> None:
    """An entry for the list of commands; `LazyGroup` puts the real one in its place before it runs."""

    def placeholder() -> None:
        raise AssertionError(f"vret {name} was run without being loaded")

    app.command(name, help=MOUNTS[name].help)(placeholder)


for _name in MOUNTS:
    _listed(_name)


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="vret")
