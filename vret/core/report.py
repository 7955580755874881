"""The report: what the headset tells the console about the session, ten times a second and with every beacon."""

import msgspec

from vret.core.consent import SoundRecording
from vret.core.effects import Cause, Refusal, State
from vret.core.events import Input
from vret.core.preparation import Item, Preparation
from vret.core.session import ActiveStimulus, Agreement, Offer, PendingStimulus, RatingRequest, Saying, Session
from vret.core.sickness import Sickness, SicknessRequest


class AxisReport(msgspec.Struct, frozen=True, gc=False):
    """Micro-units: where the axis is and where it is going."""

    value: int
    target: int


class SicknessReport(msgspec.Struct, frozen=True, gc=False):
    """How sick the person felt when last asked, and since when without a break they have been in scenes."""

    request: SicknessRequest | None
    fms: int | None
    answered_ns: int | None
    is_unwell: bool
    is_break_due: bool
    unbroken_ns: int


class AloneReport(msgspec.Struct, frozen=True, gc=False):
    """Homework: why nothing may rise now, or None; the time in scenes that is left; and whether less is offered."""

    refusal: Refusal | None
    left_ns: int
    offers_less: bool


class Report(msgspec.Struct, frozen=True):
    """A snapshot at headset time `t_ns`. `beacon` is the number that the console must echo.

    `variant` is that of the scene shown; in the calm room it is the one to which a resume would lead. `prepares` is
    what the preparation asks now. `here_count` is how often the therapist has let it be said that they are here.
    `done` is the
    rung by scene up to which all were done with the therapist there, and may become homework.
    """

    t_ns: int
    beacon: int
    state: State
    cause: Cause | None
    scene: str
    place: str
    step_index: int
    veil: int
    axes: dict[str, AxisReport]
    lease_age_ns: int | None
    can_rise: bool
    pending: tuple[PendingStimulus, ...]
    active: tuple[ActiveStimulus, ...]
    inputs: tuple[Input, ...]
    practised: tuple[Input, ...]
    worn: bool
    focused: bool
    log_healthy: bool
    ready: bool
    offer: Offer | None
    rating: RatingRequest | None
    saying: Saying | None = None
    variant: str = ""
    agreement: Agreement | None = None
    words_asked: tuple[str, ...] = ()
    preparation: Preparation | None = None
    prepares: Item | None = None
    here_count: int = 0
    is_private: bool = True
    speaks_as: str = ""
    is_scene_muted: bool = False
    recording: SoundRecording | None = None
    sickness: SicknessReport | None = None
    done: dict[str, int] = {}
    alone: AloneReport | None = None


def report(session: Session, t_ns: int) -> Report:
    whereabouts = session.whereabouts_at(t_ns)
    return Report(
        t_ns=t_ns,
        beacon=session.lease.number,
        state=session.state,
        cause=session.cause,
        scene=whereabouts.scene,
        place=whereabouts.place,
        step_index=session.step_index,
        veil=session.veil_at(t_ns),
        axes={axis: AxisReport(ramp.at(t_ns), ramp.target) for axis, ramp in session.ramps.items()},
        lease_age_ns=session.lease.age_ns(t_ns),
        can_rise=session.rise_refusal_at(t_ns) is None,
        pending=session.pending,
        active=session.active,
        inputs=session.inputs,
        practised=session.practised,
        worn=session.worn,
        focused=session.focused,
        log_healthy=session.log_healthy,
        ready=session.ready,
        offer=session.offer,
        rating=session.rating,
        saying=session.saying,
        variant=session.variant,
        agreement=session.agreement,
        words_asked=session.words_asked,
        preparation=session.preparation,
        prepares=session.prepares,
        here_count=session.here_count,
        is_private=session.is_private,
        speaks_as=session.speaks_as,
        is_scene_muted=session.is_scene_muted,
        recording=session.recording,
        sickness=_sickness(session.sickness, t_ns),
        alone=_alone(session, t_ns),
        done={scene: session.done_up_to(scene) for scene in session.done},
    )


def _alone(session: Session, t_ns: int) -> AloneReport | None:
    if session.alone is None:
        return None
    left_ns = max(session.alone.homework.session_ns - session.sickness.exposed_at(t_ns), 0)
    return AloneReport(session.rise_refusal_at(t_ns), left_ns, session.alone.less_until_ns is not None)


def _sickness(known: Sickness, t_ns: int) -> SicknessReport:
    return SicknessReport(
        request=known.request,
        fms=known.fms,
        answered_ns=known.answered_ns,
        is_unwell=known.is_unwell,
        is_break_due=known.is_break_due,
        unbroken_ns=known.unbroken_at(t_ns),
    )
