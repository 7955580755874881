"""`vret replay`: check the log of a session by running its events through the rules again, and show it again."""

from pathlib import Path
from typing import Annotated

import typer

from vret.paths import data_file
from vret.recording.identity import this_program
from vret.recording.verification import Verification, verify


def replay(
    log: Annotated[Path, typer.Argument(help="A session log: a file whose name ends in .mcap.")],
    show_it: Annotated[
        bool, typer.Option("--show", help="Also show the session again in a window, as the person saw it.")
    ] = False,
) -> None:
    """Check the log of a session: run its events through the rules again and compare every state."""
    found = verify(log, content_here)
    for line in summary(log, found):
        print(line)
    if show_it:
        from vret.headset.replaying import show

        print(f"{show(log)} frames were shown.")
    if not found.equal:
        raise typer.Exit(1)


def content_here(scene: str) -> str | None:
    """The content hash of a scene on this machine; None where it is missing or cannot be used."""
    from vret.scene.scene import SceneError, load_scene

    try:
        return load_scene(data_file(f"scenes/{scene}")).content_hash
    except SceneError:
        return None


def summary(log: Path, found: Verification) -> list[str]:
    """What `vret replay` prints."""
    identity = found.identity
    kind = "sealed" if found.sealed else "not sealed: the session goes on, or its program died"
    lines = [
        f"{log} ({kind})",
        f"session {identity.session_id}, {identity.mark}, begun {identity.started_utc}, recorded by {identity.program}",
        f"{found.records} records and {found.frames} frames over {found.duration_ns / 1e9:.1f} s; "
        f"at the end the session is {found.final.state}",
    ]
    lines += [
        f"scene {name} is not here as it was then: the states can be replayed, the pictures cannot"
        for name in found.missing_scenes
    ]
    if found.difference is None:
        lines.append("Every replayed state equals the recorded one.")
    else:
        lines.append(f"The replay differs at record {found.difference.sequence}: {found.difference.what}.")
        if identity.program != this_program():
            lines.append(
                f"The log was recorded by {identity.program} and replayed by {this_program()}: rules may differ."
            )
    return lines
