"""What tests measure of faults: held against the table, and kept when pytest is run with `--measured FILE`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
import pytest

from tests.faults.table import checked

LONG: Final = "minutes long: make faults, or make soak"


class Measurement(msgspec.Struct, frozen=True):
    """One line of that file."""

    fault: str
    values: dict[str, float]
    date: str
    test: str


class Measured:
    """`measured("server_killed", hold_s=2.9, ...)`: a row of the table, measured whole and inside its bounds."""

    def __init__(self, file: Path | None, test: str, *, is_busy: bool) -> None:
        self._file, self._test, self._is_busy = file, test, is_busy

    def __call__(self, fault: str, /, **values: float) -> None:
        """Raises AssertionError as `checked` does; then nothing is kept."""
        print(f"{fault}: {', '.join(f'{figure} {value:.2f}' for figure, value in values.items())}")
        checked(fault, values, is_busy=self._is_busy)
        if self._file is not None:
            said = Measurement(fault, values, f"{datetime.now(UTC):%Y-%m-%d}", self._test)
            with self._file.open("ab") as file:
                file.write(msgspec.json.encode(said) + b"\n")


def measurements(file: Path) -> list[Measurement]:
    """What such a file holds."""
    return [msgspec.json.decode(line, type=Measurement) for line in file.read_bytes().splitlines()]


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Measured:
    """Where a test hands in what it measured of a fault."""
    named = request.config.getoption("--measured")
    test = request.node.nodeid.partition("[")[0]
    return Measured(Path(named) if named else None, test, is_busy=not request.config.getoption("--full"))
