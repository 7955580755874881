"""A turn: one call of `step` in the making, and everything that a rule may do to a session.

The rules themselves stand in `vret.core.step` (what happened) and `vret.core.orders` (what the therapist asked for);
here are the moves that they share, each of which keeps the session whole: a hold, a step down, the way into a scene
and out of it. A turn begins with the time that has passed (`vret.core.passing`) and ends with `vret.core.settling`.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from vret.core import effects
from vret.core.consent import RecordingEnd
from vret.core.effects import Cause, Effect, Refusal, State
from vret.core.heart import Tension
from vret.core.ladder import SceneRules
from vret.core.limits import LIMITS
from vret.core.measures import RatingMoment, RatingSource
from vret.core.preparation import Answer, Item
from vret.core.ramp import Ramp, still
from vret.core.session import CALM_ROOM, Cut, RatingRequest, Saying, Session, Whereabouts
from vret.core.sickness import SicknessRequest
from vret.core.transitions import HOLDABLE, IN_SCENE, STOPPABLE


class Turn:
    """One call of `step`: the session so far, and the effects so far in the order in which they follow."""

    def __init__(self, session: Session, t_ns: int) -> None:
        self.session = session
        self.t_ns = t_ns
        self.is_overtaken = False
        self.is_unknown = False
        self.is_late = False
        self.effects: list[Effect] = []

    # -- reading

    @property
    def scene(self) -> SceneRules:
        rules = self.session.rules(self.session.scene)
        if rules is None:
            raise AssertionError(f"the session is in scene {self.session.scene!r} without its rules")
        return rules

    @property
    def is_live(self) -> bool:
        """Whether a therapist is there now, and asks now: what was kept back on the way does not count."""
        return self.session.lease.is_fresh(self.t_ns) and not self.is_late

    def rise_refusal(self, into: SceneRules | None = None) -> Refusal | None:
        """With what is known of who asks: a command kept back, older than a press, or from one who holds other keys.

        `into` is the scene that is to be entered; without it, the one that the session is in.
        """
        refusal = self.session.rise_refusal_at(self.t_ns, into)
        if refusal is None and self.is_late:
            return Refusal.LEASE_STALE
        if refusal is None and self.is_unknown:
            return Refusal.WORDS_NOT_COMPARED
        return Refusal.OVERTAKEN if refusal is None and self.is_overtaken else refusal

    def is_rise(self, values: Mapping[str, int]) -> bool:
        now = self.session.axes_at(self.t_ns)
        return any(
            rules.is_rise(now[rules.axis], values[rules.axis]) for rules in self.scene.axes if rules.axis in values
        )

    # -- changing

    def change(self, **fields: Any) -> None:
        self.session = replace(self.session, **fields)

    def say(self, effect: Effect) -> None:
        self.effects.append(effect)

    def enter_state(self, state: State, cause: Cause) -> None:
        if (state, cause) != (self.session.state, self.session.cause):
            self.change(state=state, cause=cause)
            self.say(effects.StateChanged(state=state, cause=cause))

    def move(self, after: Whereabouts, veil_ns: int, *, rises: bool) -> int:
        """Go to `after` under a veil, or with `veil_ns` 0 by a cut; the time at which the picture switches.

        Out of the calm room every way rises, also that to a lower step than the one that was on its way. What rises
        takes its whole time, so that it can be taken back; what lowers is there as soon as the veil is black.
        """
        before = self.session.whereabouts_at(self.t_ns)
        rises = rises or (before.is_calm and not after.is_calm)
        same_veil = self.session.rising_cut_at(self.t_ns) and after == self.session.cut.after
        rises, veil = rises or same_veil, self.session.cut.veil
        switch_ns = self.t_ns + veil_ns if rises else veil.closes_ns(self.t_ns, veil_ns)
        veil = veil.closing(self.t_ns, veil_ns, switch_ns) if veil_ns else veil.cut(self.t_ns)
        step_before = self.session.cut.step_before if same_veil else self.session.step_index
        waiting = {
            axis: replace(ramp, start_ns=switch_ns)
            for axis, ramp in self.session.ramps.items()
            if ramp.start_ns > self.t_ns
        }
        self.change(
            cut=Cut(before, after, switch_ns, veil_ns, rises, step_before, veil),
            ramps={**self.session.ramps, **waiting},
        )
        self.say(effects.Moved(scene=after.scene, place=after.place))
        if not after.is_calm:
            self.set_variant(after)
        return switch_ns

    def ramp(self, targets: Mapping[str, int], *, rates: Mapping[str, int] | None = None, cut: bool = False) -> None:
        """Send axes to their targets; axes that only cut, or all with `cut`, switch under a veil."""
        now = self.session.axes_at(self.t_ns)
        moving = {axis: target for axis, target in targets.items() if target != self._destination(axis)}
        if not moving:
            return
        bound = {rules.axis: rules for rules in self.scene.axes}
        switch_ns = self.session.cut.switch_ns if cut else self.t_ns
        if not cut and any(bound[axis].rate == 0 and now[axis] != target for axis, target in moving.items()):
            rises = any(bound[axis].is_rise(now[axis], target) for axis, target in moving.items())
            switch_ns = self.move(self.session.cut.after, LIMITS.blink_ns, rises=rises)
        ramps = dict(self.session.ramps)
        for axis, target in moving.items():
            rate = 0 if cut else (rates or {}).get(axis, bound[axis].rate)
            ramps[axis] = Ramp(now[axis], target, switch_ns if rate == 0 else self.t_ns, rate)
            self.say(effects.AxisRamped(axis=axis, value=now[axis], target=target))
        self.change(ramps=ramps)

    def _destination(self, axis: str) -> int:
        return self.session.ramps[axis].target

    def set_step(self, step_index: int) -> None:
        if step_index != self.session.step_index:
            self.change(step_index=step_index)
            self.say(effects.StepChanged(scene=self.session.scene, step=step_index))

    def set_variant(self, shown: Whereabouts) -> None:
        if shown.variant != self.session.variant:
            self.change(variant=shown.variant)
            self.say(effects.VariantChanged(scene=shown.scene, variant=shown.variant))

    def enter_scene(self, rules: SceneRules, step_index: int, variant: str, cause: Cause) -> None:
        """Begin or resume an exposure: from the calm values, at the axes' rates."""
        place = Whereabouts(rules.name, rules.place_of(step_index), variant)
        switch_ns = self.move(place, LIMITS.enter_fade_ns, rises=True)
        targets = rules.values_of(step_index)
        ramps = {axis.axis: Ramp(axis.calm, targets[axis.axis], switch_ns, axis.rate) for axis in rules.axes}
        self.change(scene=rules.name, ramps=ramps, offer=None, ready=False)
        for name, ramp in ramps.items():
            if ramp.start != ramp.target:
                self.say(effects.AxisRamped(axis=name, value=ramp.start, target=ramp.target))
        self.change(step_index=step_index)
        self.say(effects.StepChanged(scene=rules.name, step=step_index))
        self.enter_state(State.EXPOSED, cause)

    def go_to_rung(self, step_index: int, variant: str, *, rises: bool) -> None:
        """To a rung of the scene that is shown."""
        rules = self.scene
        place = Whereabouts(rules.name, rules.place_of(step_index), variant)
        moves = place != self.session.cut.after
        if moves:
            self.move(place, LIMITS.blink_ns, rises=rises)
        self.ramp(rules.values_of(step_index), cut=moves)
        self.set_step(step_index)

    def go_to_calm_room(self, state: State, cause: Cause, veil_ns: int) -> None:
        """To the calm room: `veil_ns` 0 is a cut in this very frame. Stimuli and offers are over.

        A variant that was not seen yet is not gone back to.
        """
        shown = self.session.whereabouts_at(self.t_ns)
        is_seen = shown.is_calm and self.session.veil_at(self.t_ns) == 0
        if not shown.is_calm:
            self.set_variant(shown)
        if not self.session.cut.after.is_calm or (veil_ns == 0 and not is_seen):
            self.move(CALM_ROOM, veil_ns, rises=False)
        self.cancel_stimuli(everything=True)
        self.withdraw_offer()
        self.change(ramps={axis: still(ramp.at(self.t_ns), self.t_ns) for axis, ramp in self.session.ramps.items()})
        self.change(ready=False, can_wait_until_ns=0)
        self.enter_state(state, cause)

    def stop_rising(self, at_ns: int, cause: Cause) -> bool:
        """Freeze what rises at its value at `at_ns`, take back a cut towards more. Whether anything was rising then.

        An entry that is taken back ends in the calm room, where it came from.
        """
        cut, ramps, rose = self.session.cut, dict(self.session.ramps), False
        at_ns = min(at_ns, self.t_ns)
        takes_back = self.session.rising_cut_at(at_ns)
        if self.session.scene:
            for rules in self.scene.axes:
                ramp = ramps[rules.axis]
                value = ramp.at(at_ns)
                if (takes_back and ramp.start_ns > at_ns) or rules.is_rise(value, ramp.target):
                    rose = rose or value != ramp.target
                    ramps[rules.axis] = still(value, self.t_ns)
        if rose:
            self.change(ramps=ramps)
        if takes_back:
            veil = cut.veil.opening(self.t_ns, cut.veil_ns)
            self.change(cut=Cut(cut.before, cut.before, self.t_ns, cut.veil_ns, False, cut.step_before, veil))
            self.say(effects.Moved(scene=cut.before.scene, place=cut.before.place))
            if not cut.before.is_calm:
                self.set_variant(cut.before)
            self.set_step(min(cut.step_before, self.session.step_index) if cut.before.is_calm else cut.step_before)
            if cut.before.is_calm and self.session.state in IN_SCENE:
                self.enter_state(State.CALM, cause)
        return rose or takes_back

    def hold(self, cause: Cause) -> None:
        """Targets frozen, rising ramps stopped, pending stimuli cancelled, offers withdrawn."""
        self.stop_rising(self.t_ns, cause)
        self.cancel_stimuli()
        self.withdraw_offer()
        if self.session.state in HOLDABLE:
            self.enter_state(State.PAUSED if cause is Cause.THERAPIST else State.HELD, cause)

    def cancel_stimuli(self, *, everything: bool = False) -> None:
        for pending in self.session.pending:
            self.say(effects.StimulusCancelled(stimulus=pending.stimulus))
        if self.session.pending:
            self.change(pending=())
        if everything and self.session.active:
            for active in self.session.active:
                self.say(effects.StimulusEnded(stimulus=active.stimulus))
            self.change(active=())

    def stop(self, cause: Cause) -> None:
        """Calm in this very frame. A session that has ended stays ended, but its last fade is cut short."""
        if self.session.state in STOPPABLE:
            self.go_to_calm_room(State.STOPPED, cause, 0)
        else:
            self.go_to_calm_room(State.ENDED, Cause.ENDED, 0)

    def record_rating(self, suds: int, moment: RatingMoment, source: RatingSource) -> None:
        """An answer belongs to the moment that was asked about, if any was."""
        asked = self.session.rating
        if asked is not None:
            self.change(rating=None)
        told = moment if asked is None else asked.moment
        self.say(effects.RatingRecorded(suds=suds, moment=told, source=source))

    def add_line(self) -> None:
        """The conversation is one line longer."""
        self.change(lines=self.session.lines + 1)
        self.say(effects.LineAdded(number=self.session.lines))

    def close_question(self) -> None:
        """What was asked and not answered is missing."""
        asked = self.session.rating
        if asked is not None:
            self.change(rating=None)
            self.say(effects.RatingMissing(moment=asked.moment))

    def prepare(self, item: Item, *, is_well: bool = True, by_person: bool = True) -> None:
        """An item of the preparation has its answer, where there is a preparation and no exposure yet."""
        preparation, is_time = self.session.preparation, self.session.state in (State.CALM, State.STOPPED)
        if preparation is None or not is_time or self.session.scene:
            return
        if Answer(item, is_well) not in preparation.answers:
            self.change(preparation=preparation.with_answer(item, is_well))
            self.say(effects.Prepared(item=item, is_well=is_well, by_person=by_person))
            if item is Item.SEATED:
                self.seat(said=is_well)

    def seat(self, *, said: bool, is_standing: bool = False) -> None:
        """Whether it is said that the person sits, and whether the headset has seen them stand up since."""
        before = self.session.is_seated
        self.change(said_seated=said, is_standing=is_standing)
        if self.session.is_seated is not before:
            self.say(effects.SeatedChanged(is_seated=self.session.is_seated))

    def ask_rating(self, moment: RatingMoment) -> None:
        self.change(rating=RatingRequest(moment, self.t_ns + LIMITS.rating_ns))
        self.say(effects.RatingAsked(moment=moment))

    def want_sickness(self) -> None:
        """The therapist asks: now, or after what is asked already. Their question takes the place of another."""
        self.close_sickness()
        known = self.session.sickness
        request = SicknessRequest(known.moment, by_therapist=True)
        if self.session.may_ask_sickness_at(self.t_ns, by_therapist=True):
            self.ask_sickness(request)
        else:
            self.change(sickness=replace(known, request=request))

    def ask_sickness(self, request: SicknessRequest) -> None:
        self.change(sickness=self.session.sickness.asking(request, self.t_ns, self.t_ns + LIMITS.rating_ns))
        self.say(effects.SicknessAsked(moment=request.moment))

    def record_sickness(self, fms: int, source: RatingSource) -> None:
        """Who feels very sick is calm in this very frame, and nothing rises that was asked for before that was seen."""
        known = self.session.sickness
        told = known.moment if known.request is None else known.request.moment
        self.change(sickness=known.answered(fms, self.t_ns))
        self.say(effects.SicknessRecorded(fms=fms, moment=told, source=source))
        if not self.session.sickness.is_unwell:
            return
        self.overtake()
        self.withdraw_offer()
        if self.session.state in IN_SCENE:
            self.go_to_calm_room(State.STOPPED, Cause.UNWELL, 0)
        elif not self.session.whereabouts_at(self.t_ns).is_calm:
            self.move(CALM_ROOM, 0, rises=False)

    def close_sickness(self) -> None:
        """What was asked about sickness, or was to be, and not answered is missing."""
        request = self.session.sickness.request
        if request is not None:
            self.change(sickness=replace(self.session.sickness, request=None))
            self.say(effects.SicknessMissing(moment=request.moment))

    def show_text(self, text: str, *, is_here: bool = False) -> None:
        """For as long as it takes to read it."""
        until_ns = self.t_ns + LIMITS.say_ns + LIMITS.say_character_ns * len(text)
        self.change(saying=Saying(text, until_ns, is_here=is_here))
        self.say(effects.TextShown(until_ns=until_ns))

    def speak_as(self, voice: str) -> None:
        """Another choice of the same voice counts too: the sound has used the one before up."""
        if voice:
            self.change(voice_choice=self.session.voice_choice + 1)
        if voice != self.session.speaks_as:
            self.change(speaks_as=voice)
            self.say(effects.SpeakerChanged(scene=self.session.scene, voice=voice))

    def mute_scene(self, is_muted: bool) -> None:
        if is_muted != self.session.is_scene_muted:
            self.change(is_scene_muted=is_muted)
            self.say(effects.SceneSoundChanged(scene=self.session.scene, is_muted=is_muted))

    def end_recording(self, why: RecordingEnd) -> None:
        """The recording, or the question about it, if there is one."""
        recording = self.session.recording
        if recording is not None:
            self.change(recording=None)
            self.say(effects.RecordingEnded(number=recording.number, why=why))

    def begin_tension(self, *, by_therapist: bool) -> None:
        """From its start, also where it is under way."""
        self.change(tension=Tension(self.t_ns, by_therapist))
        self.say(effects.TensionBegan(by_therapist=by_therapist))

    def end_tension(self, *, by_therapist: bool) -> None:
        if self.session.tension is not None:
            self.change(tension=None)
            self.say(effects.TensionEnded(by_therapist=by_therapist))

    def withdraw_offer(self) -> None:
        if self.session.offer is not None:
            self.change(offer=None)
            self.say(effects.ResumeWithdrawn())

    def step_down(self, cause: Cause) -> bool:
        """One rung down without leaving the scene; no axis rises. False when there was nothing left to lower."""
        commanded = self.session.step_index
        self.cancel_stimuli()
        if self.stop_rising(self.t_ns, cause) and self.session.cut.after.is_calm:
            return True
        self.speak_as("")
        session, rules = self.session, self.scene
        below = max(min(commanded, session.step_index) - 1, -1)
        now = self.session.axes_at(self.t_ns)
        wanted = rules.values_of(below)
        targets = {
            axis.axis: axis.milder(axis.milder(now[axis.axis], self._destination(axis.axis)), wanted[axis.axis])
            for axis in rules.axes
        }
        place = Whereabouts(rules.name, rules.place_of(below), session.variant)
        lowers = below != session.step_index or any(targets[axis] != self._destination(axis) for axis in targets)
        moves = place != self.session.cut.after
        if moves:
            self.move(place, LIMITS.blink_ns, rises=False)
        self.ramp(targets, cut=moves)
        self.set_step(below)
        return lowers

    def issue_beacon(self) -> None:
        self.change(lease=self.session.lease.issue(self.t_ns))
        self.say(effects.BeaconIssued(number=self.session.lease.number))

    def overtake(self) -> None:
        """What a therapist asked for without having seen what happened now may not raise after it."""
        self.issue_beacon()
        self.change(pressed_beacon=self.session.lease.number)
