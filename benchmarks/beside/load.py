"""What runs beside the frame process in a session, in processes of their own: `load.py link` and `load.py voice`.

Each goes on until its standard input closes. `link`: asyncio, JSON and a socket, 200 messages a second each way.
`voice`: every 10 ms a block of 48 kHz sound through two transforms, as an echo canceller does.
"""

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from os import _exit

import numpy as np

MESSAGES_HZ = 200
BLOCK_S, RATE_HZ = 0.01, 48_000
MESSAGE = json.dumps({"type": "shown", "axes": {f"axis_{number}": number / 7 for number in range(40)}})


async def link() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(json.dumps(json.loads(line)).encode() + b"\n")
            await writer.drain()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    while True:
        writer.write(MESSAGE.encode() + b"\n")
        json.loads(await reader.readline())
        await asyncio.sleep(1 / MESSAGES_HZ)


def voice() -> None:
    chance = np.random.default_rng(1)
    sound, filters = chance.normal(size=int(RATE_HZ * BLOCK_S) * 4), chance.normal(size=(16, 961))
    due_s = time.monotonic()
    while True:
        for _ in range(2):
            sound = np.fft.irfft(np.fft.rfft(sound) * filters.mean(0), len(sound))
            sound /= np.abs(sound).max()
        due_s += BLOCK_S
        time.sleep(max(0.0, due_s - time.monotonic()))


@contextmanager
def running() -> Iterator[None]:
    """Both of them, from here to the end of the block."""
    with ExitStack() as stack:
        for name in ("link", "voice"):
            program = stack.enter_context(subprocess.Popen([sys.executable, __file__, name], stdin=subprocess.PIPE))
            assert program.stdin is not None
            stack.callback(program.stdin.close)
        yield


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    _exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_input, daemon=True).start()
    if sys.argv[1] == "link":
        asyncio.run(link())
    else:
        voice()
