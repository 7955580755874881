"""A door: carries TCP from an address of a network to a port of its loopback, `python -m tests.door ADDRESS PORT`.

The server lets nobody in by plain http who is not on its computer; in a network of tests there is no https.
"""

import asyncio
import sys
from contextlib import suppress
from functools import partial


async def carry(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, to a port of the loopback and back."""
    try:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        writer.close()
        return
    await asyncio.gather(_pass(reader, inner_writer), _pass(inner_reader, writer))


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


async def _open(address: str, port: int) -> None:
    door = await asyncio.start_server(partial(carry, port), address, port)
    print("open", flush=True)
    await door.serve_forever()


if __name__ == "__main__":
    asyncio.run(_open(sys.argv[1], int(sys.argv[2])))
