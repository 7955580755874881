"""The renderer beside its peers: thread CPU of one stereo frame in which every object has moved.

Each peer runs in an environment of its own in build/peers, made on the first run, on Mesa's null driver
(GALLIUM_NOOP=1), which is kept to one thread as vret's frame process keeps it; wgpu, which needs Vulkan, on lavapipe,
whose work is done by other threads. First all of them draw the same objects, and their pictures are compared. Of the
rounds of each the one with the lowest median counts.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from vret.headset.quiet import ONE_THREAD

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / "benchmarks" / "peers"
KEPT = ROOT / "build" / "peers"
COUNTS = ("100", "1000", "5000")
SAME_SHARE = 0.95
SEEN = 40


class Peer(NamedTuple):
    """`installs` empty: the project's own environment. `needs_vulkan`: it draws by Vulkan, in threads of its own."""

    title: str
    program: str
    arguments: tuple[str, ...] = ()
    installs: tuple[str, ...] = ()
    needs_vulkan: bool = False


class MissingError(Exception):
    """A peer cannot run here; the sentence says why."""


_MODERNGL = ("numpy==2.4.6", "moderngl==5.13.0")
RATED = Peer("vret: upload and submission", "with_vret.py", ("submission",))
PEERS_OF_OURS = (
    Peer("moderngl, the same passes, indirect", "with_moderngl_passes.py", installs=_MODERNGL),
    Peer("vret: one opaque pass alone", "with_vret.py", ("opaque",)),
    Peer("moderngl, one opaque pass alone, indirect", "with_moderngl_indirect.py", installs=_MODERNGL),
    Peer("vret: the whole draw, culling included", "with_vret.py"),
    Peer("moderngl, an object at a time", "with_moderngl.py", installs=_MODERNGL),
    Peer(
        "PyOpenGL, accelerated, unchecked, an object at a time",
        "with_pyopengl.py",
        installs=(*_MODERNGL, "PyOpenGL==3.1.10", "PyOpenGL-accelerate==3.1.10"),
    ),
    Peer("Panda3D, a node an object", "with_panda3d.py", installs=("numpy==2.4.6", "panda3d==1.10.16")),
    Peer(
        "pygfx, a mesh an object",
        "with_pygfx.py",
        installs=("numpy==2.4.6", "pygfx==0.17.0", "wgpu==0.32.0"),
        needs_vulkan=True,
    ),
    Peer("pyrender, a node an object", "with_pyrender.py", installs=("numpy==2.4.6", "pyrender==0.1.45")),
)


def python_of(peer: Peer) -> str:
    """The interpreter of a peer's environment, made if it is not there. Raises MissingError."""
    if not peer.installs:
        return sys.executable
    folder = KEPT / peer.program.removesuffix(".py")
    stamp, python = folder / "installed", folder / "bin" / "python"
    wanted = "\n".join(peer.installs)
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        done = subprocess.run(
            [str(python), "-m", "pip", "install", "-q", *peer.installs], capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise MissingError(f"cannot be installed: {done.stderr.strip().splitlines()[-1]}")
        stamp.write_text(wanted)
    return str(python)


def run(peer: Peer, *arguments: str, null_driver: bool) -> str:
    """What a peer's program printed. Raises MissingError."""
    environment = {**os.environ, "PYTHONPATH": str(PEERS)} | (
        {**ONE_THREAD, "GALLIUM_NOOP": "1"} if null_driver else {}
    )
    command = [python_of(peer), str(PEERS / peer.program), *arguments, *peer.arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=900, check=False)
    if done.returncode:
        raise MissingError(f"failed: {(done.stderr.strip() or 'without a word').splitlines()[-1]}")
    return done.stdout


def picture(peer: Peer) -> np.ndarray:
    """(2, height, width) bool: where an object is seen. The background is black."""
    path = KEPT / f"{peer.program.removesuffix('.py')}{''.join(peer.arguments)}.npy"
    run(peer, "picture", str(path), null_driver=False)
    seen: np.ndarray = np.load(path).max(axis=3) > SEEN
    return seen


def share_alike(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union of where something is seen, of the worse eye."""
    alike = [(a & b).sum() / max(1, (a | b).sum()) for a, b in zip(one, other, strict=True)]
    return float(min(alike))


def cells(measured: dict[str, dict[str, float]], rated: dict[str, dict[str, float]] | None) -> str:
    times = [f"{measured[count]['median_ms']:.3f} / {measured[count]['p99_ms']:.3f}" for count in COUNTS]
    ratios = [
        "1" if rated is None else f"{measured[count]['median_ms'] / rated[count]['median_ms']:,.1f}"
        for count in COUNTS[1:]
    ]
    return " | ".join([*times, *ratios])


def main() -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    ours = picture(RATED)
    assert ours.mean() > 0.05, "the own picture shows nothing"
    rated = json.loads(run(RATED, "measure", null_driver=True))
    print("Milliseconds, median / p99 of the least disturbed round, and how many times the first row's median.\n")
    print(f"| | {' | '.join(COUNTS)} | {' | '.join(f'times at {count}' for count in COUNTS[1:])} |")
    print("|---|--:|--:|--:|--:|--:|")
    print(f"| {RATED.title} | {cells(rated, None)} |", flush=True)
    for peer in PEERS_OF_OURS:
        try:
            alike = share_alike(ours, picture(peer))
            if alike < SAME_SHARE:
                raise MissingError(f"draws another picture: {alike:.0%} alike")
            measured = json.loads(run(peer, "measure", null_driver=not peer.needs_vulkan))
            print(f"| {peer.title} | {cells(measured, rated)} |", flush=True)
        except MissingError as reason:
            print(f"| {peer.title}: {reason} | | | | | |", flush=True)


if __name__ == "__main__":
    main()
