"""The heart rate of a sensor on the person's chest, by Bluetooth Low Energy.

Heart Rate Service 1.0 (0x180D), characteristic Heart Rate Measurement (0x2A37). A sensor that cannot tell whether it
has contact is taken to have it as long as it tells a rate: an alarm too many is a pause, one too few somebody who
faints. Only the sensor that was named is listened to, since another may be somebody else's heart.
"""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakError

from vret.link.backoff import backoff

SERVICE = "0000180d-0000-1000-8000-00805f9b34fb"
MEASUREMENT = "00002a37-0000-1000-8000-00805f9b34fb"
SEARCH_S = 20.0
_WIDE, _CONTACT, _TELLS_CONTACT = 1, 2, 4
_FAULTS = (BleakError, OSError, EOFError, TimeoutError)


class Reading(NamedTuple):
    bpm: int
    has_contact: bool


def read(measurement: bytes) -> Reading | None:
    """A Heart Rate Measurement: flags, then the rate in one byte or two, little-endian. None for what is none."""
    if len(measurement) < 2 or (measurement[0] & _WIDE and len(measurement) < 3):
        return None
    flags = measurement[0]
    bpm = int.from_bytes(measurement[1:3], "little") if flags & _WIDE else measurement[1]
    has_contact = bool(flags & _CONTACT) if flags & _TELLS_CONTACT else bpm > 0
    return Reading(bpm, has_contact)


async def listen(sensor: str, take: Callable[[Reading], None], tell: Callable[[str], None]) -> None:
    """Hand every reading of a sensor to `take`, for ever. It is looked for by its name, its beginning, or its address.

    `tell` hears what is new of it, in a sentence. A sensor that goes away is looked for again.
    """
    delays, told = backoff(), ""
    while True:
        try:
            found = await BleakScanner.find_device_by_filter(
                lambda device, seen: is_named(sensor, device, seen), SEARCH_S, service_uuids=[SERVICE]
            )
            if found is None:
                news = f"The heart rate sensor {sensor} is not in sight. Is it worn, and near?"
            else:
                await _listen_to(found, take, tell)
                news, delays = f"The heart rate sensor {sensor} went away.", backoff()
        except _FAULTS as error:
            news = f"The heart rate sensor {sensor} cannot be read: {error or type(error).__name__}"
        if news != told:
            tell(news)
            told = news
        take(Reading(0, has_contact=False))
        await asyncio.sleep(next(delays))


def is_named(sensor: str, device: BLEDevice, seen: AdvertisementData) -> bool:
    name = seen.local_name or device.name or ""
    return device.address.casefold() == sensor.casefold() or name.casefold().startswith(sensor.casefold())


async def _listen_to(device: BLEDevice, take: Callable[[Reading], None], tell: Callable[[str], None]) -> None:
    """Until it goes away."""
    gone = asyncio.Event()

    def notified(_: object, measurement: bytearray) -> None:
        reading = read(bytes(measurement))
        if reading is not None:
            take(reading)

    async with BleakClient(device, disconnected_callback=lambda _: gone.set()) as client:
        await client.start_notify(MEASUREMENT, notified)
        tell(f"The heart rate comes from {device.name or device.address}.")
        await gone.wait()
