"""The witness: an account of its own of what the two people did, and what may then be seen and never be.

It sees what the therapists' pages really said and what the core made of every event, and believes nobody else.
Invariants, each by its name in `Broken`:

- `rise`: nothing more dreaded is shown than before unless a page that a therapist sits before has seen a beacon which
  the headset sent no longer ago than the lease allows.
- `late`: what was asked for leads to no more than before when the beacon that its page had seen was sent longer ago
  than that, however well others came through.
- `unasked`: what is accepted was asked for on a page, in these words, and is accepted once.
- `stop`: a press of stop is calm in the very same frame; back leads ready, a therapist's offer and the person's yes.
- `abandoned`: without a sign of a therapist nothing goes on after the hold, and soon after the person is calm.
- `entry`: into a scene leads nothing but a therapist's step, continue, or the person's yes.
- `unwell`: who said that they feel very sick is calm in the very same frame and stays it until a later answer is lower.
- `order`: what is in the log has no gaps, and each page hears it in order, each record once.
- `answer`: one answer a command.
- `text`: what a therapist wrote is in the log once, in the order of writing.
- `lost`: when the world is well again, contact, keys, log and conversation are whole within seconds.
- `leads`: then one page leads.
"""

from typing import TYPE_CHECKING

from vret.core import commands, effects, events
from vret.core.axes import dread_of
from vret.core.commands import Command, Lowering
from vret.core.conversation import line_of
from vret.core.effects import State
from vret.core.events import Event
from vret.core.limits import LIMITS
from vret.core.session import Session
from vret.core.sickness import FMS_UNWELL
from vret.recording.record import Record

if TYPE_CHECKING:
    from tests.simulation.page import PageEnd

NEVER_NS = -(10**18)
BEHIND_MOST = 5
SLACK_NS = 250_000_000
"""A frame of the simulation, and a beacon on its way to be looked at."""


class Broken(AssertionError):  # noqa: N818
    """An invariant that did not hold; `rule` is its name."""

    def __init__(self, rule: str, what: object) -> None:
        super().__init__(f"{rule}: {what}")
        self.rule = rule


class Witness:
    """`rises` counts ways into a scene."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.rises = 0
        self._sent_ns: dict[int, int] = {}
        self._ever_sent_ns: dict[int, int] = {}
        self._contact_ns = self._ever_contact_ns = NEVER_NS
        self._asked: dict[str, list[Command]] = {}
        self._seen_ns: dict[str, int] = {}
        self._accepted: set[str] = set()
        self._awake_ns = 0
        self._fms = 0
        self._before: tuple[int, int, dict[str, int], str, bool] | None = None

    # -- at the pages

    def beat(self, beacon: int) -> None:
        """A page said that it has seen this beacon."""
        self._contact_ns = max(self._contact_ns, self._sent_ns.get(beacon, NEVER_NS))
        self._ever_contact_ns = max(self._ever_contact_ns, self._ever_sent_ns.get(beacon, NEVER_NS))

    def asked(self, command_id: str, command: Command, beacon: int) -> None:
        self.beat(beacon)
        self._asked.setdefault(command_id, []).append(command)
        self._seen_ns[command_id] = self._sent_ns.get(beacon, NEVER_NS)

    def wrote(self, text: str) -> None:
        self.texts.append(text)

    def heard(self, page: str, missed: int) -> None:
        """What came to a page, and how many records went by."""
        if missed:
            raise Broken("order", f"{page} missed {missed} records")

    # -- at the core

    def stepped(self, before: Session, event: Event, after: Session, follows: tuple[effects.Effect, ...]) -> None:
        if isinstance(event, events.Tick) and event.gap_ns > LIMITS.tick_gap_ns:
            self._forget()
        for effect in follows:
            if isinstance(effect, effects.BeaconIssued):
                self._sent_ns[effect.number] = self._ever_sent_ns[effect.number] = event.t_ns
        if isinstance(event, events.ProgramRestarted):
            self._forget()
        self._check_command(event, follows)
        self._check_late(before, event, after)
        self._check_stop(before, event, after)
        self._check_entry(before, event, after)
        self._check_unwell(event, after, follows)

    def _forget(self) -> None:
        """What was sent before counts no more."""
        self._sent_ns.clear()
        self._contact_ns = NEVER_NS

    def _check_command(self, event: Event, follows: tuple[effects.Effect, ...]) -> None:
        answers = [e for e in follows if isinstance(e, effects.CommandAccepted | effects.CommandRefused)]
        if not isinstance(event, events.CommandReceived):
            if answers:
                raise Broken("answer", f"{answers} to {event}")
            return
        if len(answers) != 1:
            raise Broken("answer", f"{answers} to {event}")
        if isinstance(answers[0], effects.CommandRefused) or isinstance(event.command, Lowering):
            return
        if event.command not in self._asked.get(event.command_id, ()):
            raise Broken("unasked", event)
        if event.command_id in self._accepted:
            raise Broken("unasked", f"twice: {event}")
        self._accepted.add(event.command_id)

    def _check_late(self, before: Session, event: Event, after: Session) -> None:
        if not isinstance(event, events.CommandReceived) or isinstance(event.command, Lowering):
            return
        if _is_more(before, after):
            late_ns = event.t_ns - self._seen_ns.get(event.command_id, NEVER_NS)
            if late_ns > LIMITS.lease_rise_ns + SLACK_NS:
                raise Broken("late", f"{event} was asked for {late_ns / 1e9:.1f} s ago")

    def _check_stop(self, before: Session, event: Event, after: Session) -> None:
        if isinstance(event, events.StopPressed) and before.state is not State.ENDED:
            is_calm = after.whereabouts_at(event.t_ns).is_calm and after.veil_at(event.t_ns) == 0
            if after.state is not State.STOPPED or not is_calm or after.ready:
                raise Broken("stop", f"{event} led to {after.state}")
        if before.state is State.STOPPED and after.state is State.EXPOSED:
            is_agreed = before.offer is not None and before.ready
            if not (isinstance(event, events.ResumeAccepted) and is_agreed):
                raise Broken("stop", f"out of it by {event}")

    def _check_entry(self, before: Session, event: Event, after: Session) -> None:
        if before.state is after.state or after.state is not State.EXPOSED:
            return
        self.rises += 1
        if isinstance(event, events.ResumeAccepted):
            return
        asked = event.command if isinstance(event, events.CommandReceived) else None
        if not isinstance(asked, commands.SetRung | commands.Continue):
            raise Broken("entry", event)

    def _check_unwell(self, event: Event, after: Session, follows: tuple[effects.Effect, ...]) -> None:
        if isinstance(event, events.SicknessGiven):
            self._fms = event.fms
        elif isinstance(event, events.CommandReceived) and isinstance(event.command, commands.EnterSickness):
            is_taken = any(isinstance(effect, effects.CommandAccepted) for effect in follows)
            self._fms = event.command.fms if is_taken else self._fms
        is_calm = after.whereabouts_at(event.t_ns).is_calm and after.cut.after.is_calm
        if self._fms >= FMS_UNWELL and not is_calm:
            raise Broken("unwell", f"{event} with a sickness of {self._fms}")

    # -- before the person's eyes

    def shown(self, session: Session, t_ns: int) -> None:
        """In every frame, when all that came has been stepped."""
        whereabouts = session.whereabouts_at(t_ns)
        now = (t_ns, self._contact_ns, _dreads(session, t_ns), whereabouts.variant, whereabouts.is_calm)
        if self._before is not None:
            self._check_rise(self._before, now)
        slept_ns = 0 if self._before is None else max(0, t_ns - self._before[0] - SLACK_NS)
        self._awake_ns = t_ns if slept_ns else self._awake_ns
        self._before = now
        silent_ns = t_ns - self._ever_contact_ns
        fading_ns = LIMITS.lost_fade_ns + SLACK_NS
        if silent_ns > LIMITS.lease_hold_ns + SLACK_NS and session.state is State.EXPOSED:
            raise Broken("abandoned", f"no sign of a therapist for {silent_ns / 1e9:.1f} s")
        is_late = silent_ns > LIMITS.lease_calm_ns + fading_ns and t_ns > self._awake_ns + fading_ns
        if is_late and not whereabouts.is_calm:
            raise Broken("abandoned", f"no sign of a therapist for {silent_ns / 1e9:.1f} s, and no calm")

    def _check_rise(
        self, before: tuple[int, int, dict[str, int], str, bool], now: tuple[int, int, dict[str, int], str, bool]
    ) -> None:
        before_ns, _, dreads_before, variant_before, was_calm = before
        _, contact_ns, dreads, variant, _ = now
        if contact_ns + LIMITS.lease_rise_ns + SLACK_NS >= before_ns:
            return
        more = [axis for axis, dread in dreads.items() if dread > dreads_before.get(axis, dread)]
        if more or (was_calm and dreads) or variant not in (variant_before, ""):
            raise Broken("rise", f"{more or 'a scene'} without a therapist")

    # -- when all is well again

    def settled(self, session: Session, log: list[Record], pages: list["PageEnd"]) -> None:
        """Some time after everything was mended."""
        if [record.sequence for record in log] != list(range(1, len(log) + 1)):
            raise Broken("order", "the log has gaps")
        open_pages = [page for page in pages if not page.is_closed]
        leading = [page.name for page in open_pages if page.look().leads]
        if len(leading) != 1:
            raise Broken("leads", f"{leading or 'nobody'} leads of {[page.name for page in open_pages]}")
        if session.state is not State.ENDED and not session.lease.is_fresh(log[-1].event.t_ns):
            raise Broken("lost", f"no fresh lease with {leading} in the lead")
        said = [record for record in log if line_of(record.event, record.effects) is not None]
        for page in pages:
            self._check_texts(page, said)
        for page in open_pages:
            if not page.look().isReached:
                raise Broken("lost", f"{page.name} has no contact")
            self._check_past(page, log, said)

    def _check_texts(self, page: "PageEnd", said: list[Record]) -> None:
        """What waits in a page that does not lead waits on; nothing is in the log twice, nothing out of order.

        A page that was closed may not have heard that its newest text arrived.
        """
        look = page.look()
        if look.refused:
            raise Broken("text", f"{page.name} was refused: {look.refused}")
        mine = [text for text in map(_text_of, said) if text.startswith(page.name)]
        waiting = look.waiting[1:] if page.is_closed and look.waiting[:1] == mine[-1:] else look.waiting
        if [*mine, *waiting] != [text for text in self.texts if text.startswith(page.name)]:
            raise Broken("text", f"{page.name} wrote {self.texts}, said {mine}, and {waiting} waits")
        if look.leads and look.waiting and not page.is_closed:
            raise Broken("lost", f"{page.name} has not delivered {look.waiting}")

    def _check_past(self, page: "PageEnd", log: list[Record], said: list[Record]) -> None:
        """From when it came on, the page shows every record that matters and every line, in order and once."""
        for shown, all_of_them in zip(page.past(), (list(filter(_is_noteworthy, log)), said), strict=True):
            since = [record.sequence for record in all_of_them if shown and record.sequence >= shown[0]]
            if shown != since[: len(shown)] or len(since) - len(shown) > BEHIND_MOST:
                raise Broken("order", f"{page.name} shows {shown} of {since}")


def _is_noteworthy(record: Record) -> bool:
    is_routine = isinstance(record.event, events.Tick | events.HeartbeatReceived)
    return not is_routine or any(not isinstance(effect, effects.BeaconIssued) for effect in record.effects)


def _text_of(record: Record) -> str:
    asked = record.event.command if isinstance(record.event, events.CommandReceived) else None
    return asked.text if isinstance(asked, commands.Say) else ""


def _is_more(before: Session, after: Session) -> bool:
    """Whether it leads to more than was to come before."""
    if len(after.pending) > len(before.pending) or (after.offer is not None and before.offer is None):
        return True
    if after.state is State.EXPOSED and (before.state is not State.EXPOSED or after.variant != before.variant):
        return True
    rules = after.rules(after.scene)
    return rules is not None and any(
        axis.is_rise(before.ramps[axis.axis].target, after.ramps[axis.axis].target)
        for axis in rules.axes
        if axis.axis in before.ramps
    )


def _dreads(session: Session, t_ns: int) -> dict[str, int]:
    """How dreaded is what is shown, by axis; empty in the calm room."""
    if session.whereabouts_at(t_ns).is_calm:
        return {}
    rules = session.rules(session.scene)
    assert rules is not None, "what is shown is one of the session's scenes"
    now = session.axes_at(t_ns)
    return {axis.axis: dread_of(axis.dread, axis.calm, now[axis.axis]) for axis in rules.axes}
