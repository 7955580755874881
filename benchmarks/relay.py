"""How much the relay costs: messages a second and CPU per message, on one server process with real sockets.

    python benchmarks/relay.py --rooms 8 --seconds 5

Each room has one headset and one console. The headset sends reports (10 Hz), records (10 Hz) and telemetry (30 Hz) at
`--speed` times their real pace, the console heartbeats (4 Hz). Counted is what arrives. The delay is measured from the
headset's send to the console's receipt, on one clock in one process, so it includes the clients' own work.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import msgspec
import psutil
from websockets.asyncio.client import ClientConnection, connect

from vret.core.axes import AXIS_VOCABULARY_VERSION
from vret.core.events import HeadsetWorn, SessionOpened
from vret.core.plan import Plan, ScenePlan
from vret.core.report import report
from vret.core.session import open_session
from vret.link.wire import PROTOCOL, Heartbeat, Hello, RecordsMessage, ReportMessage, Role, Signed
from vret.recording.record import Record

PASSWORD = "benchmark password"
REPORT_HZ, RECORDS_HZ, TELEMETRY_HZ, HEARTBEAT_HZ = 10, 10, 30, 4
TELEMETRY_BYTES = 200


class Room:
    """A headset and a console; `arrived` counts messages at both ends, `delays_s` are of telemetry."""

    def __init__(self, headset: ClientConnection, console: ClientConnection) -> None:
        self.headset, self.console = headset, console
        self.arrived = 0
        self.delays_s: list[float] = []

    async def send(self, speed: float, until_s: float) -> None:
        session = open_session(SessionOpened(t_ns=0, session_id="b", plan=Plan((ScenePlan("s"),)), scenes=()))
        report_text = msgspec.json.encode(ReportMessage(report=report(session, 0))).decode()
        records = RecordsMessage(records=(Record(1, HeadsetWorn(t_ns=1), (), "0" * 16),))
        records_text = msgspec.json.encode(records).decode()
        beating = msgspec.json.encode(Heartbeat(sequence=1, beacon=1, beacon_received_ns=1, sent_ns=1)).decode()
        beat = msgspec.json.encode(Signed(content=beating, mac=bytes(32))).decode()

        async def pace(hz: float, socket: ClientConnection, text: str | None) -> None:
            period_s, due_s = 1 / (hz * speed), time.perf_counter()
            while (now_s := time.perf_counter()) < until_s:
                stamp = msgspec.msgpack.encode(now_s).ljust(TELEMETRY_BYTES, b"\0")
                await socket.send(text if text is not None else stamp)
                due_s += period_s
                await asyncio.sleep(max(0.0, due_s - time.perf_counter()))

        await asyncio.gather(
            pace(REPORT_HZ, self.headset, report_text),
            pace(RECORDS_HZ, self.headset, records_text),
            pace(TELEMETRY_HZ, self.headset, None),
            pace(HEARTBEAT_HZ, self.console, beat),
        )

    async def receive(self, socket: ClientConnection) -> None:
        async for data in socket:
            self.arrived += 1
            if isinstance(data, bytes):
                self.delays_s.append(time.perf_counter() - msgspec.msgpack.decode(data[:9], type=float))


async def open_room(url: str, http: httpx.AsyncClient) -> Room:
    session = await http.post("/api/sessions", json={"plan": {"scenes": [{"scene": "heights"}]}})
    session_id = session.json()["session_id"]
    code = (await http.post(f"/api/sessions/{session_id}/code")).json()["code"]
    token = (await http.post("/api/redeem", json={"code": code, "program": "benchmark"})).json()["resume_token"]
    sockets = url.replace("http", "ws", 1)
    cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
    headset = await connect(
        f"{sockets}/ws/headset", additional_headers={"Authorization": f"Bearer {token}"}, compression=None
    )
    console = await connect(
        f"{sockets}/ws/therapist/{session_id}", additional_headers={"Cookie": cookie}, compression=None
    )
    for socket, role in ((headset, Role.HEADSET), (console, Role.THERAPIST)):
        hello = Hello(role=role, protocol=PROTOCOL, axis_vocabulary=AXIS_VOCABULARY_VERSION, program="benchmark")
        await socket.send(msgspec.json.encode(hello).decode())
        await socket.recv()
    return Room(headset, console)


async def measure(url: str, server: psutil.Process, rooms: int, seconds: float, speed: float) -> None:
    async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as http:
        (await http.post("/api/login", json={"email": "b@benchmark.example", "password": PASSWORD})).raise_for_status()
        opened = [await open_room(url, http) for _ in range(rooms)]
    readers = [asyncio.create_task(room.receive(socket)) for room in opened for socket in (room.headset, room.console)]
    before, start_s = server.cpu_times(), time.perf_counter()
    await asyncio.gather(*(room.send(speed, start_s + seconds) for room in opened))
    wall_s, after = time.perf_counter() - start_s, server.cpu_times()
    for room in opened:
        await asyncio.gather(room.headset.close(), room.console.close())
    await asyncio.gather(*readers)
    cpu_s = after.user + after.system - before.user - before.system
    arrived = sum(room.arrived for room in opened)
    delays_ms = sorted(1000 * delay_s for room in opened for delay_s in room.delays_s)
    print(f"{rooms} rooms, {speed:g} times the real pace, {wall_s:.1f} s.\n\n| figure | value |\n|---|--:|")
    for name, value in (
        ("messages relayed a second", f"{arrived / wall_s:.0f}"),
        ("server CPU, of one core", f"{100 * cpu_s / wall_s:.1f} %"),
        ("CPU a message", f"{1e6 * cpu_s / arrived:.1f} µs"),
        ("CPU a room at real pace, of one core", f"{100 * cpu_s / wall_s / rooms / speed:.2f} %"),
        ("delay, median", f"{statistics.median(delays_ms):.2f} ms"),
        ("delay, p99", f"{delays_ms[len(delays_ms) * 99 // 100]:.2f} ms"),
    ):
        print(f"| {name} | {value} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--speed", type=float, default=1.0)
    arguments = parser.parse_args()
    vret = [sys.executable, "-c", "from vret.cli import main; main()", "server", "--data"]
    with tempfile.TemporaryDirectory() as data:
        add = ["add-user", "b@benchmark.example", "--password-stdin"]
        subprocess.run([*vret, data, *add], input=PASSWORD, text=True, check=True, stdout=subprocess.DEVNULL)
        command = [*vret, data, "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(data)) as program:
            assert program.stdout is not None
            url = program.stdout.readline().strip().rpartition(" ")[2]
            try:
                process = psutil.Process(program.pid)
                asyncio.run(measure(url, process, arguments.rooms, arguments.seconds, arguments.speed))
            finally:
                program.terminate()


if __name__ == "__main__":
    main()
