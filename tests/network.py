"""Two networks and a line between that can be slow, lossy, narrow or cut: `with two_networks() as (near, far, line)`.

Each network is a namespace of the kernel, each end of the line a TUN device in one of them. The kernels at hand have no
`sch_netem`, so a process of its own (`python -m tests.network`) carries the packets across and does to them what the
conditions say. Needs root.
"""

import ctypes
import fcntl
import heapq
import os
import random
import select
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import msgspec
import pytest

NEAR, FAR, ELSEWHERE = "9.77.0.1", "9.77.0.2", "9.77.0.3"
"""Addresses in the near and in the far network, public ones as far as anybody there knows."""

_DEVICE: Final = "line"
_MTU: Final = 1400
_CLONE_NEWNET: Final = 0x40000000
_TUNSETIFF: Final = 0x400454CA
_IFF_TUN_NO_PI: Final = 0x0001 | 0x1000
_IDLE_S: Final = 0.05
QUEUE_S: Final = 0.3


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """Of either direction; of `deaf` one end gets nothing. `loss` is a share, `jitter_ms` the deviation of a normal
    distribution around `delay_ms`.

    A line of `bits_per_s`, 0 for any number, lets packets wait for up to QUEUE_S and loses what would wait longer.
    """

    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    loss: float = 0.0
    is_cut: bool = False
    deaf: Literal["", "near", "far"] = ""
    bits_per_s: int = 0


class Network:
    """A network namespace that lives as long as a process that sleeps in it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._holder = subprocess.Popen(["unshare", "--net", "sleep", "infinity"])
        end_s = time.monotonic() + 10
        own = os.readlink("/proc/self/ns/net")
        while os.readlink(f"/proc/{self._holder.pid}/ns/net") == own:
            assert time.monotonic() < end_s, "no network namespace came about"
            time.sleep(0.01)
        self.mend()

    @property
    def path(self) -> str:
        return f"/proc/{self._holder.pid}/ns/net"

    @property
    def within(self) -> list[str]:
        """Put before a command, it runs in this network."""
        return ["nsenter", f"--net={self.path}", "--"]

    def run(self, *command: str) -> str:
        return subprocess.run([*self.within, *command], check=True, capture_output=True, text=True).stdout

    def listen(self) -> socket.socket:
        """A socket of this process that listens in this network, at its address and a free port."""
        with _within(self.path):
            listening = socket.socket()
            listening.bind((self.address, 0))
            listening.listen()
        return listening

    def cut(self) -> None:
        """Nothing reaches anything in this network any more, as if its cable were pulled out."""
        self.run("ip", "link", "set", "lo", "down")

    def mend(self) -> None:
        self.run("ip", "link", "set", "lo", "up")

    def program(self, path: Path, command: str) -> Path:
        """A program at `path` that runs `command` in this network."""
        path.write_text(f'#!/bin/sh\nexec {" ".join(self.within)} {command} "$@"\n')
        path.chmod(0o755)
        return path

    def close(self) -> None:
        self._holder.kill()
        self._holder.wait()


class Line:
    """The line between two networks; good until something else is said."""

    def __init__(self, near: Network, far: Network) -> None:
        command = [sys.executable, "-m", "tests.network", near.path, far.path]
        self._carrier = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._carrier.stdout is not None
        assert self._carrier.stdout.readline() == "carries\n"
        for network in (near, far):
            network.run("ip", "address", "add", f"{network.address}/24", "dev", _DEVICE)
            network.run("ip", "link", "set", _DEVICE, "up", "mtu", str(_MTU))
            network.run("ip", "route", "replace", "default", "dev", _DEVICE)

    def set(self, conditions: Conditions) -> None:
        assert self._carrier.stdin is not None
        self._carrier.stdin.write(msgspec.json.encode(conditions).decode() + "\n")
        self._carrier.stdin.flush()

    def readdress(self, network: Network, address: str) -> None:
        """The network's end has another address from now on, and its programs are told nothing."""
        network.run("ip", "address", "flush", "dev", _DEVICE)
        network.run("ip", "address", "add", f"{address}/24", "dev", _DEVICE)
        network.run("ip", "route", "replace", "default", "dev", _DEVICE)
        network.address = address

    def close(self) -> None:
        self._carrier.kill()
        self._carrier.communicate()


@contextmanager
def one_network() -> Iterator[Network]:
    """Skips with the reason where this machine lets nobody make networks."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("needs root")
    network = Network("127.0.0.1")
    try:
        yield network
    finally:
        network.close()


@contextmanager
def two_networks() -> Iterator[tuple[Network, Network, Line]]:
    """Skips with the reason where this machine lets nobody make networks."""
    if sys.platform != "linux" or os.geteuid() != 0 or not Path("/dev/net/tun").exists():
        pytest.skip("needs root and /dev/net/tun")
    near, far = Network(NEAR), Network(FAR)
    try:
        line = Line(near, far)
        try:
            yield near, far, line
        finally:
            line.close()
    finally:
        far.close()
        near.close()


def _open_tun(namespace: str) -> int:
    """A TUN device in a namespace."""
    with _within(namespace):
        device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", _DEVICE.encode(), _IFF_TUN_NO_PI))
    return device


@contextmanager
def _within(namespace: str) -> Iterator[None]:
    """This thread makes its sockets and devices in another network: each belongs to the one that it was made in.

    `os.setns` is in Python since 3.12 only.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    own, other = os.open("/proc/thread-self/ns/net", os.O_RDONLY), os.open(namespace, os.O_RDONLY)
    try:
        _enter(libc, other)
        try:
            yield
        finally:
            _enter(libc, own)
    finally:
        os.close(own)
        os.close(other)


def _enter(libc: ctypes.CDLL, namespace: int) -> None:
    if libc.setns(namespace, _CLONE_NEWNET):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def _carry(near: int, far: int) -> None:
    """For ever: what comes in at one end goes out at the other, if and when the conditions let it."""
    ends, named = {near: far, far: near}, {"near": near, "far": far}
    conditions, chance = Conditions(), random.Random(7)
    waiting: list[tuple[float, int, int, bytes]] = []
    number = 0
    free_s = dict.fromkeys(ends, 0.0)
    while True:
        patience_s = min(max(waiting[0][0] - time.monotonic(), 0.0), _IDLE_S) if waiting else _IDLE_S
        ready, _, _ = select.select([*ends, sys.stdin.fileno()], [], [], patience_s)
        for source in ready:
            if source == sys.stdin.fileno():
                conditions = msgspec.json.decode(sys.stdin.readline(), type=Conditions)
                continue
            for packet in _packets(source):
                if conditions.is_cut or ends[source] == named.get(conditions.deaf):
                    continue
                if chance.random() < conditions.loss:
                    continue
                delay_ms = chance.gauss(conditions.delay_ms, conditions.jitter_ms)
                number += 1
                now_s = time.monotonic()
                sent_s = max(now_s, free_s[source])
                if sent_s - now_s > QUEUE_S:
                    continue
                if conditions.bits_per_s:
                    sent_s += 8 * len(packet) / conditions.bits_per_s
                free_s[source] = sent_s
                due_s = sent_s + max(0.0, delay_ms) / 1000
                heapq.heappush(waiting, (due_s, number, ends[source], packet))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, end, packet = heapq.heappop(waiting)
            try:
                os.write(end, packet)
            except OSError:
                continue  # the device is down or its queue full: a line loses such packets


def _packets(end: int) -> Iterator[bytes]:
    while True:
        try:
            yield os.read(end, 2 * _MTU)
        except OSError:
            return


if __name__ == "__main__":
    near_end, far_end = map(_open_tun, sys.argv[1:3])
    print("carries", flush=True)
    _carry(near_end, far_end)
