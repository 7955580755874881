"""What BlueZ, the Bluetooth service of Linux, shows on the system's bus of one adapter and one sensor of the heart.

There is no radio where tests run, so the service is a stand-in; the library above it, and the bus, are the real ones.
`python -m tests.link.bluez NAME BPM...` tells the rates one after the other, goes away after the last, and comes again.
"""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus

ADAPTER = "/org/bluez/hci0"
DEVICE = f"{ADAPTER}/dev_00_11_22_33_44_55"
SERVICE = f"{DEVICE}/service0001"
MEASUREMENT = f"{SERVICE}/char0002"
ADDRESS = "00:11:22:33:44:55"
HEART_RATE = "0000180d-0000-1000-8000-00805f9b34fb"
CONTACT = 0b110
PERIOD_S = 0.05


BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <listen>unix:path={path}</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>
"""


@contextmanager
def system_bus(folder: Path) -> Iterator[str]:
    """The address of a bus of its own, for DBUS_SYSTEM_BUS_ADDRESS; its files are in a folder that is made."""
    if sys.platform != "linux" or shutil.which("dbus-daemon") is None:
        pytest.skip("needs dbus-daemon: make setup-test")
    folder.mkdir()
    path, settings = folder / "socket", folder / "bus.conf"
    settings.write_text(BUS.format(path=path))
    daemon = ["dbus-daemon", f"--config-file={settings}", "--nofork", "--print-address"]
    with subprocess.Popen(daemon, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield f"unix:path={path}"
        process.terminate()


def _strings(**values: str) -> dict[str, Variant]:
    return {name: Variant("s", value) for name, value in values.items()}


class BlueZ:
    """`name` is the sensor's, `rates` what it tells while it is near."""

    def __init__(self, name: str, rates: list[int]) -> None:
        self._rates = rates
        self._device = _strings(Address=ADDRESS, Name=name, Alias=name, AddressType="public") | {
            "Adapter": Variant("o", ADAPTER),
            "UUIDs": Variant("as", [HEART_RATE]),
            "Connected": Variant("b", False),
            "Paired": Variant("b", False),
            "Bonded": Variant("b", False),
            "Trusted": Variant("b", False),
            "Blocked": Variant("b", False),
            "LegacyPairing": Variant("b", False),
            "ServicesResolved": Variant("b", False),
            "RSSI": Variant("n", -50),
        }

    async def run(self) -> None:
        self._bus = await MessageBus(bus_type=BusType.SYSTEM).connect()
        self._bus.add_message_handler(self._answer)
        await self._bus.request_name("org.bluez")
        print("ready", flush=True)
        await asyncio.Event().wait()

    def _objects(self) -> dict[str, dict[str, dict[str, Variant]]]:
        adapter = _strings(Address="AA:BB:CC:DD:EE:FF", Name="here", Alias="here") | {
            "Powered": Variant("b", True),
            "Discovering": Variant("b", False),
            "UUIDs": Variant("as", []),
            "Roles": Variant("as", ["central"]),
        }
        service = {
            "UUID": Variant("s", HEART_RATE),
            "Primary": Variant("b", True),
            "Device": Variant("o", DEVICE),
            "Handle": Variant("q", 1),
        }
        measurement = {
            "UUID": Variant("s", "00002a37-0000-1000-8000-00805f9b34fb"),
            "Service": Variant("o", SERVICE),
            "Value": Variant("ay", b""),
            "Flags": Variant("as", ["notify"]),
            "Notifying": Variant("b", False),
            "Handle": Variant("q", 2),
        }
        return {
            ADAPTER: {"org.bluez.Adapter1": adapter},
            DEVICE: {"org.bluez.Device1": self._device},
            SERVICE: {"org.bluez.GattService1": service},
            MEASUREMENT: {"org.bluez.GattCharacteristic1": measurement},
        }

    def _answer(self, message: Message) -> Message | None:
        if message.message_type is not MessageType.METHOD_CALL or not str(message.path).startswith(("/org/bluez", "/")):
            return None
        match message.member:
            case "GetManagedObjects":
                return Message.new_method_return(message, "a{oa{sa{sv}}}", [self._objects()])
            case "StartDiscovery":
                self._doing = asyncio.create_task(self._advertise())
            case "StopDiscovery":
                self._doing.cancel()
            case "Connect":
                self._connected(True)
            case "Disconnect":
                self._connected(False)
            case "StartNotify":
                self._doing = asyncio.create_task(self._tell())
            case "SetDiscoveryFilter" | "StopNotify":
                pass
            case _:
                return None
        return Message.new_method_return(message)

    async def _advertise(self) -> None:
        while True:
            await asyncio.sleep(PERIOD_S)
            self._change(DEVICE, "org.bluez.Device1", {"RSSI": Variant("n", -50)})

    def _connected(self, is_connected: bool) -> None:
        now = {"Connected": Variant("b", is_connected), "ServicesResolved": Variant("b", is_connected)}
        self._device |= now
        self._change(DEVICE, "org.bluez.Device1", now)

    async def _tell(self) -> None:
        for bpm in self._rates:
            await asyncio.sleep(PERIOD_S)
            told = {"Value": Variant("ay", bytes((CONTACT, bpm)))}
            self._change(MEASUREMENT, "org.bluez.GattCharacteristic1", told)
        self._connected(False)

    def _change(self, path: str, interface: str, changed: dict[str, Variant]) -> None:
        signal = Message.new_signal(
            path, "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as", [interface, changed, []]
        )
        self._bus.send(signal)


if __name__ == "__main__":
    asyncio.run(BlueZ(sys.argv[1], [int(word) for word in sys.argv[2:]]).run())
