"""The state of one session, and what can be read off it at a time.

Everything that moves is kept as a function of time (ramps, cuts), so that a tick on which nothing happens leaves the
very same object.
"""

import hashlib

import msgspec
from msgspec.structs import replace

from vret.core.consent import SoundRecording
from vret.core.display import DisplayProfile
from vret.core.effects import Cause, Refusal, State
from vret.core.events import Input, Phrase, SessionOpened
from vret.core.heart import Heart, Tension, is_fainting_scene
from vret.core.homework import Alone, HomeworkScene, scenes_of
from vret.core.ladder import SceneRules
from vret.core.lease import Lease
from vret.core.limits import LIMITS
from vret.core.measures import Anchors, RatingMoment, SicknessMoment
from vret.core.plan import TRIAL_WITH_STAFF_ONLY, Plan
from vret.core.preparation import Item, Preparation
from vret.core.ramp import Ramp
from vret.core.sickness import Sickness
from vret.core.veil import Veil

SAID_MAX = 64
"""Texts that are known when they come again. A console has far fewer of them on their way."""


class Whereabouts(msgspec.Struct, frozen=True, gc=False):
    """Where the person is shown to be; an empty scene is the calm room, which has no variants."""

    scene: str = ""
    place: str = ""
    variant: str = ""

    @property
    def is_calm(self) -> bool:
        return self.scene == ""


CALM_ROOM = Whereabouts()


class Cut(msgspec.Struct, frozen=True, gc=False):
    """A change of whereabouts at `switch_ns`, when the veil is black unless it is a cut; it needs `veil_ns` to open.

    A cut that `rises` and is taken back before it switches restores `step_before`. Every change of variant rises.
    """

    before: Whereabouts
    after: Whereabouts
    switch_ns: int
    veil_ns: int
    rises: bool
    step_before: int
    veil: Veil = Veil()

    def at(self, t_ns: int) -> Whereabouts:
        return self.before if t_ns < self.switch_ns else self.after


class PendingStimulus(msgspec.Struct, frozen=True, gc=False):
    stimulus: str
    fires_ns: int


class ActiveStimulus(msgspec.Struct, frozen=True, gc=False):
    stimulus: str
    start_ns: int
    end_ns: int


class RatingRequest(msgspec.Struct, frozen=True, gc=False):
    moment: RatingMoment
    until_ns: int


class Saying(msgspec.Struct, frozen=True, gc=False):
    """What the therapist wrote to the person, and until when it is shown. `is_here`: that they are here, no text."""

    text: str
    until_ns: int
    is_here: bool = False


class Answer(msgspec.Struct, frozen=True, gc=False):
    """The phrase that the person said last, and until when the panel confirms it."""

    phrase: Phrase
    until_ns: int


class Offer(msgspec.Struct, frozen=True, gc=False):
    """What the therapist proposed after a stop, and until when the person can accept it."""

    step: int
    until_ns: int


class Rest(msgspec.Struct, frozen=True, gc=False):
    """How long nothing has moved on a rung that is seen without a veil; `is_done` once it counts as done.

    `since_ns` is None while it is interrupted by a hold or a pause, `before_ns` what it came to before that.
    """

    scene: str
    step: int
    since_ns: int | None
    before_ns: int = 0
    is_done: bool = False

    def rested_at(self, t_ns: int) -> int:
        return self.before_ns + (0 if self.since_ns is None else t_ns - self.since_ns)

    def interrupted(self, t_ns: int) -> "Rest":
        """From then on; again it changes nothing."""
        if self.since_ns is None:
            return self
        return replace(self, since_ns=None, before_ns=self.rested_at(max(t_ns, self.since_ns)))

    def resumed(self, t_ns: int) -> "Rest":
        return replace(self, since_ns=t_ns) if self.since_ns is None else self


class Agreement(msgspec.Struct, frozen=True, gc=False):
    """Keys that a console and the headset share, and who has confirmed their words: the therapist, the person.

    A yes before `answerable_ns` was meant for other words, which these have taken the place of on the panel.
    """

    sender: str
    keys: str
    words: tuple[str, ...]
    matched: bool = False
    confirmed: bool = False
    answerable_ns: int = 0

    @property
    def is_compared(self) -> bool:
        return self.matched and self.confirmed


class Session(msgspec.Struct, frozen=True):
    """One session. `step_index` counts rungs of `scene`, -1 is the foot of the ladder; axis values are micro-units.

    `pressed_beacon` is the first beacon that told of the person's newest wait, less, stop or somebody who came in, or
    of the therapist's newest lowering. `slow_ns` is since when pictures come too slowly.
    `variant` outlives a stop: who resumes goes back to it. `said` are the command ids of the newest texts, `lines`,
    `here_count` and `recordings`, those that were asked for, count. `speaks_as` is one of the scene's voices, chosen
    for the `voice_choice`-th time, or empty for the therapist's own. `done` are the rungs by scene that were done with
    the therapist there; `alone` is there in homework, and nowhere else. `said_seated` is what was entered,
    `is_standing` what the headset sees.
    """

    session_id: str
    plan: Plan
    scenes: tuple[SceneRules, ...]
    state: State = State.WAITING
    cause: Cause | None = None
    admitted: bool = False
    scene: str = ""
    step_index: int = -1
    cut: Cut = Cut(CALM_ROOM, CALM_ROOM, 0, 0, False, -1)
    ramps: dict[str, Ramp] = {}
    lease: Lease = Lease()
    pressed_beacon: int = 0
    can_wait_until_ns: int = 0
    pending: tuple[PendingStimulus, ...] = ()
    active: tuple[ActiveStimulus, ...] = ()
    inputs: tuple[Input, ...] = ()
    practised: tuple[Input, ...] = ()
    input_in_use: Input | None = None
    inputs_lost_ns: int | None = None
    worn: bool = True
    focused: bool = True
    tracking_lost_ns: int | None = None
    display: DisplayProfile | None = None
    slow_ns: int | None = None
    log_healthy: bool = True
    ready: bool = False
    offer: Offer | None = None
    rating: RatingRequest | None = None
    anchors: Anchors | None = None
    saying: Saying | None = None
    sequences: dict[str, int] = {}
    variant: str = ""
    missing: tuple[str, ...] = ()
    compares_words: bool = False
    agreement: Agreement | None = None
    preparation: Preparation | None = None
    said: tuple[str, ...] = ()
    lines: int = 0
    here_count: int = 0
    answer: Answer | None = None
    is_private: bool = True
    speaks_as: str = ""
    voice_choice: int = 0
    is_scene_muted: bool = False
    recording: SoundRecording | None = None
    recordings: int = 0
    sickness: Sickness = Sickness()
    rest: Rest | None = None
    done: dict[str, tuple[int, ...]] = {}
    alone: Alone | None = None
    heart: Heart = Heart()
    tension: Tension | None = None
    said_seated: bool = False
    is_standing: bool = False

    def rules(self, scene: str) -> SceneRules | None:
        return next((rules for rules in self.scenes if rules.name == scene), None)

    def whereabouts_at(self, t_ns: int) -> Whereabouts:
        return self.cut.at(t_ns)

    def variant_seen_at(self, t_ns: int) -> str:
        """The variant without a change to another that is still behind the veil."""
        whereabouts = self.whereabouts_at(t_ns)
        return self.variant if whereabouts.is_calm else whereabouts.variant

    def rising_cut_at(self, t_ns: int) -> bool:
        """Whether a change towards more is under way that has not been seen yet."""
        return self.cut.rises and t_ns < self.cut.switch_ns

    def rise_refusal_at(self, t_ns: int, into: SceneRules | None = None) -> Refusal | None:
        """Why no rise is allowed now, or None; state, range and plan are each command's own business.

        `into` is the scene that is to be entered from the calm room, which has no dangers of its own.
        All of it holds in homework too, but for what makes a therapist: there what `_refusal_alone_at` lists does.
        """
        if not self.is_private:
            return Refusal.NOT_PRIVATE
        if self.sickness.is_unwell:
            return Refusal.UNWELL
        if self.preparation is not None and self.preparation.is_not_today:
            return Refusal.NOT_TODAY
        if self.alone is None and not self.lease.is_fresh(t_ns):
            return Refusal.LEASE_STALE
        if self.cut.after.is_calm and not self.whereabouts_at(t_ns).is_calm:
            return Refusal.FADING
        if not (self.worn and self.focused) or self.tracking_lost_ns is not None:
            return Refusal.HEADSET_NOT_READY
        if self.slow_ns is not None:
            return Refusal.FRAME_RATE_LOW
        if self.display is not DisplayProfile.HEADSET and self.plan.mark != TRIAL_WITH_STAFF_ONLY:
            return Refusal.SOFTWARE_DISPLAY
        if not self.inputs:
            return Refusal.NO_STOP_INPUT
        if self.input_in_use not in self.practised:
            return Refusal.STOP_NOT_PRACTISED
        if not self.is_compared:
            return Refusal.WORDS_NOT_COMPARED
        if not self.log_healthy:
            return Refusal.LOG_UNHEALTHY
        rules = self.rules(self.scene) if into is None and self.state is not State.CALM else into
        if rules is not None and (refusal := self._fainting_refusal_at(rules, t_ns)):
            return refusal
        return None if self.alone is None else self._refusal_alone_at(self.alone, t_ns)

    def _refusal_alone_at(self, alone: Alone, t_ns: int) -> Refusal | None:
        """What a rise needs besides where nobody watches: see rules 2 and 3 of `vret.core.alone`."""
        if self.preparation is None or self.preparation.asked is not None:
            return Refusal.NOT_PREPARED
        left_ns = alone.homework.session_ns - self.sickness.exposed_at(t_ns)
        if left_ns < LIMITS.homework_rung_ns or (self.state is State.CALM and self.homework_scene is None):
            return Refusal.HOMEWORK_OVER
        if self.rating is not None or alone.less_until_ns is not None:
            return Refusal.TOO_SOON
        if self.state is State.EXPOSED and not self.has_rested_at(t_ns):
            return Refusal.TOO_SOON
        return None

    @property
    def is_seated(self) -> bool:
        return self.said_seated and not self.is_standing

    def _fainting_refusal_at(self, rules: SceneRules, t_ns: int) -> Refusal | None:
        """Why nothing may rise in a scene, or into it, for fear of fainting; see `vret.core.heart`."""
        if not is_fainting_scene(rules):
            return None
        if not self.is_seated:
            return Refusal.NOT_SEATED
        return Refusal.HEART_FALLING if self.heart.has_fallen_at(t_ns) else None

    def watches_heart_at(self, t_ns: int) -> bool:
        """Whether a heart rate that falls may be somebody who faints: in such a scene, and for a while after it."""
        rules = self.rules(self.scene) if self.scene else None
        if rules is None or not is_fainting_scene(rules) or self.state is State.ENDED:
            return False
        left_ns = self.sickness.left_ns
        return left_ns is None or t_ns - left_ns < LIMITS.fainting_after_ns

    def has_rested_at(self, t_ns: int) -> bool:
        """Whether the person has been on the rung for long enough, nothing moving."""
        return self.rest is not None and self.rest.rested_at(t_ns) >= LIMITS.homework_rung_ns

    def is_at_rest_at(self, t_ns: int) -> bool:
        """Whether a scene is seen without a veil, as every entry shows it first, and nothing of it moves."""
        is_seen = self.state is State.EXPOSED and t_ns >= self.cut.switch_ns and self.veil_at(t_ns) == 0
        return is_seen and self.is_still_at(t_ns)

    def is_still_at(self, t_ns: int) -> bool:
        """Whether a scene is as its rungs have it, with its sound, and nothing of it moves."""
        rules = self.rules(self.scene)
        if rules is None or self.is_scene_muted or self.variant != rules.base_variant:
            return False
        return all(ramp.at(t_ns) == ramp.target for ramp in self.ramps.values())

    @property
    def homework_scene(self) -> HomeworkScene | None:
        """In homework the scene to which the way out of the calm room leads; None when all are finished."""
        return None if self.alone is None else self.alone.scene_next({rules.name for rules in self.scenes})

    def done_up_to(self, scene: str) -> int:
        """The highest rung up to which all were done; -1 where the lowest was not."""
        done, step = self.done.get(scene, ()), -1
        while step + 1 in done:
            step += 1
        return step

    @property
    def is_compared(self) -> bool:
        """Whether both people have compared the words, or need not."""
        return not self.compares_words or (self.agreement is not None and self.agreement.is_compared)

    @property
    def words_asked(self) -> tuple[str, ...]:
        """The words that the person is asked to read out now: in calm, and when stop has been practised; else none."""
        if not self.is_private:
            return ()
        if self.agreement is None or self.agreement.confirmed or not self.practised or self.rating is not None:
            return ()
        is_time = self.state is State.CALM or (self.state is State.STOPPED and self.ready and self.offer is None)
        return self.agreement.words if is_time else ()

    @property
    def prepares(self) -> Item | None:
        """What the preparation asks now: in the calm room before the first exposure, else nothing."""
        if self.preparation is None or self.state is not State.CALM or self.scene:
            return None
        if self.words_asked or not self.is_private or self.asks_recording:
            return None
        return None if self.preparation.is_not_today else self.preparation.asked

    @property
    def asks_recording(self) -> bool:
        """Whether the person is asked for their consent to a recording now."""
        return self.recording is not None and not self.recording.is_on

    @property
    def asks_dial(self) -> bool:
        """Whether a number is asked of the person now."""
        return self.rating is not None or self.sickness.is_asked

    def may_ask_sickness_at(self, t_ns: int, *, by_therapist: bool) -> bool:
        """Whether nothing comes before the question how sick the person feels; for what comes by itself more does."""
        is_free = self.rating is None and self.offer is None and not (self.words_asked or self.asks_recording)
        if by_therapist or not is_free:
            return is_free and self.is_private
        reads = self.saying is not None and t_ns < self.saying.until_ns
        is_time = self.state is not State.HELD and self.prepares is None and not reads
        return is_time and self.is_private and self.worn and self.focused

    def sickness_due_at(self, t_ns: int, *, is_rated: bool) -> SicknessMoment | None:
        """What is to be asked by itself; `is_rated`: distress has just been asked. Rule 1 of `vret.core.sickness`."""
        sickness = self.sickness
        if not sickness.is_watched or sickness.request is not None:
            return None
        match sickness.moment:
            case SicknessMoment.BEFORE:
                is_time = self.state is State.CALM and self.input_in_use in self.practised
                is_due = is_time and sickness.asked_ns is None
            case SicknessMoment.DURING:
                is_due = sickness.unasked_at(t_ns) >= LIMITS.sickness_interval_ns
            case SicknessMoment.AFTER:
                assert sickness.left_ns is not None, "out of a scene again, which was never left"
                is_time = is_rated or t_ns - sickness.left_ns >= LIMITS.sickness_after_ns
                is_due = is_time and sickness.is_after_due
        return sickness.moment if is_due else None

    def axes_at(self, t_ns: int) -> dict[str, int]:
        """The value of every axis of the scene, in micro-units."""
        return {axis: ramp.at(t_ns) for axis, ramp in self.ramps.items()}

    def veil_at(self, t_ns: int) -> int:
        """How dark the veil before the eyes is, from 0 (open) to 1000 (black)."""
        return self.cut.veil.at(t_ns)

    def digest(self) -> str:
        """Eight bytes that name this state; replay compares them."""
        return hashlib.blake2b(_ENCODER.encode(self), digest_size=8).hexdigest()


_ENCODER = msgspec.msgpack.Encoder()


def open_session(event: SessionOpened) -> Session:
    """In the waiting room; in homework, which nobody lets anybody into, in the calm room."""
    if event.homework is not None:
        return Session(
            session_id=event.session_id,
            plan=event.homework.plan,
            scenes=scenes_of(event.homework, event.scenes),
            state=State.CALM,
            cause=Cause.HOMEWORK,
            admitted=True,
            anchors=event.homework.anchors,
            preparation=Preparation(is_alone=True),
            sickness=Sickness(is_watched=event.watches_sickness),
            alone=Alone(event.homework, asked_ns=event.t_ns),
        )
    return Session(
        session_id=event.session_id,
        plan=event.plan,
        scenes=event.scenes,
        compares_words=event.compares_words,
        sickness=Sickness(is_watched=event.watches_sickness),
    )
