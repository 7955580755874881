import numpy as np
import pytest
from msgspec.structs import replace

from tests.recording.story import SCENE, told
from vret.core.ladder import AreaRules
from vret.link.telemetry import (
    RATE_HZ,
    ROW,
    SLOW_BYTES,
    SLOW_HZ,
    SLOW_S,
    TelemetryError,
    Thinning,
    is_slow,
    pack,
    unpack,
)
from vret.recording.record import FrameRecord

SECOND_NS = 1_000_000_000


AREAS = (AreaRules("wall", "A wall"), AreaRules("dog", "A dog", feared=True))
SCENES = (replace(SCENE, name="hall", areas=AREAS[:1]), replace(SCENE, areas=AREAS))
VERSION_1 = (
    "5654010001000000"  # head: VT, version 1, one row
    "15cd5b07000000002a000000dc050000"  # 123456789 ns, frame 42, 1500 us
    "0000003fcdcccc3f0000a0be0000000000000000000000000000803ff4010000"  # head, veil 500
)


def frame(number: int, t_ns: int, area: str = "", feared_m: float | None = None) -> FrameRecord:
    position, rotation = (0.1, 1.6, -0.2), (0.0, 0.6, 0.0, 0.8)
    return FrameRecord(number, t_ns, t_ns, 2_000_000, position, rotation, "stairs", 250, area, feared_m)


def test_a_batch_gives_back_what_it_was_made_of() -> None:
    rows = unpack(pack([frame(7, 123), frame(8, 456)]))
    assert rows["t_ns"].tolist() == [123, 456]
    assert rows["frame"].tolist() == [7, 8]
    assert rows["cpu_us"].tolist() == [2000, 2000]
    assert rows["veil"].tolist() == [250, 250]
    np.testing.assert_allclose(rows["position_in_stage"][0], [0.1, 1.6, -0.2], rtol=1e-6)
    np.testing.assert_allclose(rows["rotation_in_stage"][1], [0.0, 0.6, 0.0, 0.8], rtol=1e-6)


def test_areas_are_counted_in_the_order_of_their_scenes_rules() -> None:
    looks = [("dog", 1.25), ("wall", 0.0), ("", None), ("gone", 3.0)]
    rows = unpack(pack([frame(number, number, *look) for number, look in enumerate(looks)], SCENES))
    assert rows["area"].tolist() == [2, 1, 0, 0]
    np.testing.assert_array_equal(rows["feared_m"], np.array([1.25, 0.0, np.nan, 3.0], np.float32))
    assert unpack(pack([frame(1, 1, "dog")]))["area"].tolist() == [0], "without rules there are no numbers"


def test_a_batch_of_version_1_is_still_read() -> None:
    [row] = unpack(bytes.fromhex(VERSION_1))
    assert (row["t_ns"], row["frame"], row["cpu_us"], row["veil"], row["area"]) == (123456789, 42, 1500, 500, 0)
    np.testing.assert_allclose(row["position_in_stage"], [0.5, 1.6, -0.3125], rtol=1e-6)
    assert row["rotation_in_stage"].tolist() == [0, 0, 0, 1]
    assert np.isnan(row["feared_m"])
    with pytest.raises(TelemetryError, match="1 rows do not make"):
        unpack(bytes.fromhex(VERSION_1) + bytes(4))


def test_the_layout_is_the_documented_one() -> None:
    assert ROW.itemsize == 52
    assert {name: ROW.fields[name][1] for name in ROW.names or ()} == {  # type: ignore[index]
        "t_ns": 0,
        "frame": 8,
        "cpu_us": 12,
        "position_in_stage": 16,
        "rotation_in_stage": 28,
        "veil": 44,
        "area": 46,
        "feared_m": 48,
    }
    assert pack([])[:8] == b"VT\x02\x00\x00\x00\x00\x00"


@pytest.mark.parametrize("batch", [b"", b"VT\x01", b"XX\x01\x00\x00\x00\x00\x00", b"VT\x03\x00\x00\x00\x00\x00"])
def test_something_else_is_refused(batch: bytes) -> None:
    with pytest.raises(TelemetryError):
        unpack(batch)


def test_a_cut_batch_is_refused() -> None:
    with pytest.raises(TelemetryError, match="2 rows do not make"):
        unpack(pack([frame(1, 1), frame(2, 2)])[:-1])


@pytest.mark.parametrize("frame_rate_hz", [20, 30, 72, 90, 120])
def test_frames_are_thinned_to_the_rate(frame_rate_hz: int) -> None:
    thinning = Thinning()
    frames = [frame(number, number * SECOND_NS // frame_rate_hz) for number in range(1, 10 * frame_rate_hz + 1)]
    kept = [one for at in range(0, len(frames), 7) for one in thinning.keep(frames[at : at + 7])]
    expected = 10 * min(frame_rate_hz, RATE_HZ)
    assert 0.9 * expected <= len(kept) <= 1.1 * expected


def test_over_a_slow_line_a_few_frames_are_kept() -> None:
    thinning = Thinning(SLOW_HZ)
    frames = [frame(number, number * SECOND_NS // RATE_HZ) for number in range(1, 10 * RATE_HZ + 1)]
    kept = [one for at in range(0, len(frames), 3) for one in thinning.keep(frames[at : at + 3])]
    assert len(kept) == pytest.approx(10 * SLOW_HZ, abs=1)


@pytest.mark.parametrize(
    ("round_trip_s", "waiting_bytes", "slow"),
    [(0.0, 0, False), (SLOW_S, SLOW_BYTES, False), (SLOW_S + 0.01, 0, True), (0.0, SLOW_BYTES + 1, True)],
)
def test_a_line_is_slow_by_its_round_trip_or_by_what_waits(round_trip_s: float, waiting_bytes: int, slow: bool) -> None:
    assert is_slow(round_trip_s, waiting_bytes) is slow


def test_a_stories_frames_survive() -> None:
    frames = told().frames
    assert unpack(pack(frames))["frame"].tolist() == [one.frame for one in frames]
