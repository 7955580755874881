"""The session core: what one step costs, and its share of a frame at 90 Hz."""

import time
from collections.abc import Callable

import msgspec

from vret.core import commands, events
from vret.core.axes import MICRO
from vret.core.events import Input
from vret.core.measures import RatingMoment
from vret.core.report import report
from vret.core.session import Session, open_session
from vret.core.step import step
from vret.testing.ladders import heights_plan, heights_rules

FRAME_NS = 1_000_000_000 // 90
ROUNDS = 5_000


def exposed() -> Session:
    """A session on a rung in the middle of the ladder, with the lease fresh."""
    opened = events.SessionOpened(t_ns=0, session_id="bench", plan=heights_plan(), scenes=(heights_rules(),))
    session = open_session(opened)
    rung = commands.SetRung(scene="heights", rung="roof")
    for event in (
        events.InputGained(t_ns=0, input=Input.KEYBOARD),
        events.Admitted(t_ns=1, therapist="t"),
        events.StopPressed(t_ns=2, input=Input.KEYBOARD),
        events.ReadyPressed(t_ns=3, input=Input.KEYBOARD),
        events.Tick(t_ns=4, gap_ns=1),
    ):
        session, _ = step(session, event)
    orders: tuple[commands.Command, ...] = (commands.Resume(level=commands.ResumeLevel.CALM), rung)
    for sequence, wanted in enumerate(orders, 1):
        session, _ = step(session, command(session, 4 + sequence, wanted, sequence))
    assert session.state.value == "exposed"
    return session


def command(session: Session, t_ns: int, wanted: commands.Command, sequence: int) -> events.CommandReceived:
    """From a therapist who has seen the newest beacon."""
    return events.CommandReceived(
        t_ns=t_ns, sender="t", command_id="c", sequence=sequence, beacon=session.lease.number, command=wanted
    )


def cost_ns(act: Callable[[], object]) -> float:
    """Processor time of one call, the best of five rounds."""
    best = float("inf")
    for _ in range(5):
        began = time.thread_time_ns()
        for _ in range(ROUNDS):
            act()
        best = min(best, (time.thread_time_ns() - began) / ROUNDS)
    return best


def main() -> None:
    session = exposed()
    lower = commands.SetAxis(axis="wind_mps", target=MICRO)
    told = report(session, 7)
    encoder = msgspec.msgpack.Encoder()
    acts: dict[str, Callable[[], object]] = {
        "a tick on which nothing happens": lambda: step(session, events.Tick(t_ns=7, gap_ns=FRAME_NS)),
        "a stop": lambda: step(session, events.StopPressed(t_ns=7, input=Input.KEYBOARD)),
        "a command that moves an axis": lambda: step(session, command(session, 7, lower, sequence=3)),
        "a rating that is asked for": lambda: step(
            session, command(session, 7, commands.AskRating(moment=RatingMoment.STEP), 3)
        ),
        "the report, built": lambda: report(session, 7),
        "the report, encoded": lambda: encoder.encode(told),
        "the state, named by its digest": session.digest,
    }
    print("| | µs | share of a frame at 90 Hz |\n|---|---|---|")
    for name, act in acts.items():
        took_ns = cost_ns(act)
        print(f"| {name} | {took_ns / 1000:.1f} | {100 * took_ns / FRAME_NS:.2f} % |")


if __name__ == "__main__":
    main()
