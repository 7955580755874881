"""The heart rate of a sensor, from its radio to the therapist and into the log."""

import asyncio
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.rig import HeadsetProgram, Therapist, until
from tests.link.bluez import system_bus
from tests.server.people import add_account
from tests.server.programs import ServerProgram
from vret.core.commands import End, EndTension, EnterSeated, StartTension
from vret.core.effects import TensionBegan, TensionEnded
from vret.core.events import HeartRateRead
from vret.core.heart import Tension
from vret.core.measures import EndedHow
from vret.core.report import HeartReport
from vret.recording.log import read_records
from vret.recording.verification import verify
from vret_server.accounts import AccountRole

BPM = 88
READINGS = 1200


def test_a_heart_rate_reaches_the_therapist_and_the_log(sqlite_server: ServerProgram, tmp_path: Path) -> None:
    add_account(sqlite_server, "t@clinic.example", AccountRole.THERAPIST)
    with system_bus(tmp_path / "bus") as address:
        environment = {"DBUS_SYSTEM_BUS_ADDRESS": address, "HEART_RATE_SENSOR": "polar"}
        headset = HeadsetProgram(tmp_path, sqlite_server.url, environment)
        asyncio.run(_session(sqlite_server, headset, environment))
    (log,) = headset.logs()
    assert verify(log).equal
    records = read_records(log)
    readings = [record.event for record in records if isinstance(record.event, HeartRateRead)]
    assert {reading.bpm for reading in readings if reading.has_contact} == {BPM}
    told = [effect for record in records for effect in record.effects]
    assert TensionBegan(by_therapist=True) in told
    assert TensionEnded(by_therapist=True) in told


async def _session(server: ServerProgram, headset: HeadsetProgram, environment: dict[str, str]) -> None:
    therapist = Therapist(server.url)

    def heart() -> HeartReport | None:
        return None if therapist.report is None else therapist.report.heart

    def tension() -> Tension | None:
        return None if therapist.report is None else therapist.report.tension

    words = [sys.executable, "-m", "tests.link.bluez", "Polar H10", *[str(BPM)] * READINGS]
    with subprocess.Popen(words, env={**headset.environment, **environment}, stdout=subprocess.DEVNULL) as radio:
        async with therapist.link:
            try:
                await headset.start(await therapist.prepare("t@clinic.example"))
                await therapist.admit()
                await until(lambda: (known := heart()) is not None and known.bpm == BPM, "the rate")
                await therapist.insist(EnterSeated(is_seated=True))
                await until(lambda: (known := heart()) is not None and known.is_seated, "who sits")
                await therapist.insist(StartTension())
                await until(tension, "the exercise")
                await therapist.insist(EndTension())
                await until(lambda: tension() is None, "the end of the exercise")
                await therapist.insist(End(how=EndedHow.CHOSEN_STEP))
                assert await headset.ended() == 0, headset.output()
            finally:
                radio.kill()
                if headset.process is not None and headset.process.poll() is None:
                    headset.process.kill()
