"""A private PulseAudio server for tests: null sinks, what they would play, and microphones to speak into."""

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tests.sound.stage import WAIT_S
from vret.clock import now_ns
from vret.sound.form import RATE_HZ, Samples

NEEDED = ("pulseaudio", "parec", "pacat", "pactl")


@dataclass
class Pulse:
    """A private PulseAudio server, and what its sink would play, with the time at which each piece was heard."""

    environment: dict[str, str]
    pieces: list[tuple[int, Samples]] = field(default_factory=list, repr=False)

    def pactl(self, *arguments: str) -> str:
        command = ["pactl", *arguments]
        return subprocess.run(
            command, env=os.environ | self.environment, check=True, capture_output=True, text=True
        ).stdout

    def microphone(self, name: str, title: str) -> None:
        """A microphone, which hears what is spoken into it; the newest is the default."""
        self.pactl("load-module", "module-null-sink", f"sink_name={name}_in", f"rate={RATE_HZ}", "channels=1")
        titled = f'source_properties=device.description="{title}"'.replace(" ", "\\ ")
        self.pactl("load-module", "module-remap-source", f"source_name={name}", f"master={name}_in.monitor", titled)
        self.pactl("set-default-source", name)

    def unplug(self, name: str) -> None:
        """Take a microphone away."""
        for line in self.pactl("list", "short", "modules").splitlines():
            number, module, *rest = line.split("\t")
            if module == "module-remap-source" and f"source_name={name} " in rest[0] + " ":
                self.pactl("unload-module", number)

    @contextmanager
    def speaking(self, name: str, samples: Samples) -> Iterator[None]:
        """Somebody speaks `samples`, (frames,), into a microphone again and again."""
        command = ["pacat", "--raw", "--format=float32le", f"--rate={RATE_HZ}", "--channels=1", f"--device={name}_in"]
        environment = os.environ | self.environment
        over = threading.Event()
        with subprocess.Popen([*command, "--latency-msec=20"], env=environment, stdin=subprocess.PIPE) as pacat:
            spoken = samples.astype("<f4").tobytes()

            def speak() -> None:
                assert pacat.stdin is not None
                try:
                    while not over.is_set():
                        pacat.stdin.write(spoken)
                except BrokenPipeError:
                    return

            thread = threading.Thread(target=speak)
            thread.start()
            try:
                yield
            finally:
                over.set()
                pacat.kill()
                thread.join()

    def loudest(self, since_ns: int) -> float:
        return max((float(np.abs(piece).max()) for t_ns, piece in list(self.pieces) if t_ns > since_ns), default=0.0)


def wait_for(condition: Callable[[], object], what: str) -> None:
    end_s = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end_s, f"waited {WAIT_S:.0f} s for {what}"
        time.sleep(0.01)


@contextmanager
def serving(folder: Path, *modules: str) -> Iterator[Pulse]:
    """A server with these modules, which records nothing."""
    socket = folder / "native"
    environment = {"PULSE_SERVER": f"unix:{socket}", "PULSE_RUNTIME_PATH": str(folder), "HOME": str(folder)}
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"]
    for module in (f"module-native-protocol-unix socket={socket} auth-anonymous=1", *modules):
        command += ["-L", module]
    with subprocess.Popen(command, env=os.environ | environment, stderr=subprocess.DEVNULL) as server:
        try:
            wait_for(socket.exists, "PulseAudio")
            yield Pulse(environment)
        finally:
            server.terminate()


@contextmanager
def pulse_server(folder: Path, microphone: tuple[str, str] | None = None) -> Iterator[Pulse]:
    """With a microphone of that name and title from the start.

    PulseAudio takes whoever records from the default source along when another becomes the default, and the first
    default is the output's monitor.
    """
    with serving(folder, f"module-null-sink sink_name=out rate={RATE_HZ}") as heard:
        if microphone is not None:
            heard.microphone(*microphone)
        with recording(heard):
            yield heard


class recording:  # noqa: N801
    """What a sink would play, into `pulse.pieces`, from its first piece on."""

    def __init__(self, pulse: Pulse, sink: str = "out") -> None:
        command = ["parec", "--raw", "--format=float32le", f"--rate={RATE_HZ}", "--channels=2"]
        command += [f"--device={sink}.monitor", "--latency-msec=10"]
        self._parec = subprocess.Popen(command, env=os.environ | pulse.environment, stdout=subprocess.PIPE)
        self._pulse = pulse
        self._thread = threading.Thread(target=self._read)

    def _read(self) -> None:
        assert self._parec.stdout is not None
        rest = b""
        while data := os.read(self._parec.stdout.fileno(), 65536):
            whole = len(rest + data) // 8 * 8
            piece, rest = (rest + data)[:whole], (rest + data)[whole:]
            if piece:
                self._pulse.pieces.append((now_ns(), np.frombuffer(piece, "<f4").reshape(-1, 2)))

    def __enter__(self) -> None:
        before = len(self._pulse.pieces)
        self._thread.start()
        wait_for(lambda: len(self._pulse.pieces) > before, "the recorder")

    def __exit__(self, *problem: object) -> None:
        self._parec.terminate()
        self._thread.join()
        self._parec.wait()
        assert self._parec.stdout is not None
        self._parec.stdout.close()
