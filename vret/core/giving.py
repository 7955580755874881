"""Giving homework: what a therapist may leave to a person alone. Only what both have just done together.

That nothing but this very text was signed is for the link to find out, before the command is here
(`vret.link.homework`); here is what it says.
"""

from vret.core import commands, effects
from vret.core.effects import Refusal, State
from vret.core.homework import Homework, HomeworkScene, has_fainting_risk, homework_of
from vret.core.session import Session
from vret.core.turn import Turn


def give_homework(turn: Turn, command: commands.GiveHomework) -> Refusal | None:
    """No rise, but it allows some: so a therapist asks who is there now, whose words were compared, and whom the
    newest press did not overtake."""
    session = turn.session
    if session.state not in (State.CALM, State.STOPPED):
        return Refusal.WRONG_STATE
    if not session.is_private:
        return Refusal.NOT_PRIVATE
    if turn.is_unknown or not session.is_compared:
        return Refusal.WORDS_NOT_COMPARED
    if not turn.is_live:
        return Refusal.LEASE_STALE
    if turn.is_overtaken:
        return Refusal.OVERTAKEN
    homework = homework_of(command.homework)
    if homework is None:
        return Refusal.HOMEWORK_UNFIT
    if refusal := _refusal_of(session, homework):
        return refusal
    turn.say(effects.HomeworkGiven(homework_id=homework.homework_id))
    return None


def _refusal_of(session: Session, homework: Homework) -> Refusal | None:
    if homework.mark != session.plan.mark:
        return Refusal.HOMEWORK_UNFIT
    for entry in homework.scenes:
        if refusal := _refusal_of_scene(session, homework, entry):
            return refusal
    return None


def _refusal_of_scene(session: Session, homework: Homework, entry: HomeworkScene) -> Refusal | None:
    rules = session.rules(entry.scene)
    if rules is None:
        return Refusal.UNKNOWN_SCENE
    top = rules.rung_index(entry.top_rung)
    if top is None:
        return Refusal.UNKNOWN_RUNG
    if rules.content_hash != entry.content_hash or any(rules.axis(axis) is None for axis in entry.ceilings):
        return Refusal.HOMEWORK_UNFIT
    if has_fainting_risk(rules, entry.top_rung):
        return Refusal.HOMEWORK_FAINTING
    if top > session.done_up_to(entry.scene):
        return Refusal.HOMEWORK_NOT_DONE
    if not all(session.plan.permits(rules, step, rules.values_of(step)) for step in range(top + 1)):
        return Refusal.OUTSIDE_PLAN
    return None if homework.plan.permits(rules, 0, rules.values_of(0)) else Refusal.HOMEWORK_UNFIT


def withdraw_homework(turn: Turn, command: commands.WithdrawHomework) -> None:
    turn.say(effects.HomeworkWithdrawn())
