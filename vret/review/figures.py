"""The plots of a report, as SVG that takes its colours from the page, with a text alternative each.

Colour is never the only sign: series differ by marker, hatch or label, and no hue says that more or less is better.
"""

import io
import re
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator
from matplotlib.typing import RcKeyType

from vret.core.effects import State
from vret.review.course import Course, intensity_at
from vret.review.dose import Dose
from vret.review.movement import StepMovement
from vret.review.presses import Press
from vret.review.ratings import RatingPoint
from vret.review.sickness import SicknessCourse
from vret.review.words import STATES, clock, duration

INK, RULE, BLUE, AMBER, PALE, MID = "#101113", "#d0d1d3", "#1f4e7a", "#8a4b09", "#dbe4ee", "#9db4cc"
_PAGE_COLOURS = {
    INK: "var(--ink)",
    RULE: "var(--rule)",
    BLUE: "var(--blue)",
    AMBER: "var(--amber)",
    PALE: "var(--pale)",
    MID: "var(--mid)",
    "#ffffff": "var(--paper)",
}
_STYLE: dict[RcKeyType, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "vret",
    "font.family": "sans-serif",
    "font.size": 10,
    "hatch.linewidth": 0.7,
    "hatch.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_STATE_LOOKS: dict[State, tuple[str, str]] = {
    State.WAITING: ("#ffffff", ""),
    State.CALM: (PALE, ""),
    State.EXPOSED: (MID, ""),
    State.HELD: ("#ffffff", "////"),
    State.PAUSED: ("#ffffff", "||||"),
    State.STOPPED: ("#ffffff", "xxxx"),
    State.ENDED: ("#ffffff", ""),
}
_MARKS = {"wait": "W", "less": "L", "stop": "S"}
SAMPLES = 600


@dataclass(frozen=True)
class Plot:
    """An SVG element without scripts or outside references; `description` says in words what it shows."""

    name: str
    title: str
    description: str
    svg: str


def course_plot(
    course: Course, points: tuple[RatingPoint, ...], sick: SicknessCourse, pressed: tuple[Press, ...]
) -> Plot:
    """SUDS, sickness, step and intensity over one time axis, with the states and the person's presses."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(9.6, 7.0), layout="constrained")
        suds, steps, intensity, states = figure.subplots(4, 1, sharex=True, height_ratios=(3.0, 3.2, 1.6, 0.55))
        _draw_suds(suds, course, points)
        if sick.points:
            _draw_sickness(suds.twinx(), course, sick)
        _draw_steps(steps, course, pressed)
        _draw_intensity(intensity, course)
        _draw_states(states, course)
        states.set_xlim(0.0, max(course.seconds(course.end_ns), 1.0))
        states.xaxis.set_major_locator(MultipleLocator(_tick_s(course.seconds(course.end_ns))))
        states.xaxis.set_major_formatter(FuncFormatter(lambda seconds, _: clock(seconds)))
        states.set_xlabel("minutes and seconds since the session was opened")
    given = [point.suds for point in points if point.suds is not None]
    missing = len(points) - len(given)
    said = f"Ratings lie between {min(given)} and {max(given)}." if given else "No rating was given."
    highest = max((session.step_index for session in course.sessions), default=-1)
    return Plot(
        name="course",
        title="Distress, step and intensity over time",
        description=(
            f"{len(given)} ratings given, {missing} asked and not answered. {said} "
            f"{_sickness_text(sick)}The highest step is number {highest + 1}. The tables below give every value."
        ),
        svg=_svg(figure, "course"),
    )


def dose_plot(course: Course, dose: Dose) -> Plot:
    """Bars of the time on each step."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(9.6, 1.2 + 0.34 * max(len(dose.steps), 1)), layout="constrained")
        axes = figure.subplots()
        rows = range(len(dose.steps))
        exposed = [step.exposed_s for step in dose.steps]
        held = [step.held_s for step in dose.steps]
        axes.barh(rows, exposed, height=0.62, color=MID, edgecolor=INK, linewidth=0.6, label="going on")
        paused = [row for row in rows if held[row] > 0.0]
        axes.barh(
            paused, [held[row] for row in paused], left=[exposed[row] for row in paused], height=0.62,
            color="#ffffff", edgecolor=INK, linewidth=0.6, hatch="////", label="on hold or paused",
        )  # fmt: skip
        for row, step in zip(rows, dose.steps, strict=True):
            axes.annotate(duration(step.total_s), (step.total_s, row), (5, 0), textcoords="offset points", va="center")
        axes.set_yticks(rows, [course.step_title(step.scene, step.step) for step in dose.steps])
        axes.set_xlim(0.0, max((step.total_s for step in dose.steps), default=1.0) * 1.15)
        axes.set_xlabel("seconds")
        figure.legend(*axes.get_legend_handles_labels(), frameon=False, loc="outside upper right", ncols=2)
    longest = max(dose.steps, key=lambda step: step.total_s, default=None)
    where = f" The longest time was on “{course.step_title(longest.scene, longest.step)}”." if longest else ""
    return Plot(
        name="dose",
        title="Time on each step",
        description=f"{duration(dose.in_scene_s)} in the scene on {len(dose.steps)} steps.{where}",
        svg=_svg(figure, "dose"),
    )


def movement_plot(course: Course, movements: tuple[StepMovement, ...]) -> Plot:
    """Stacked bars of where the head pointed on each step."""
    looks = (("down", MID, ""), ("ahead", "#ffffff", ""), ("up", "#ffffff", "||||"), ("away", "#ffffff", "////"))
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(9.6, 1.2 + 0.34 * max(len(movements), 1)), layout="constrained")
        axes = figure.subplots()
        rows = range(len(movements))
        left = [0.0] * len(movements)
        for name, colour, hatch in looks:
            shares = [100.0 * getattr(movement, name) for movement in movements]
            label = {"down": "down", "ahead": "ahead", "up": "up", "away": "turned away"}[name]
            axes.barh(
                rows, shares, left=left, height=0.62, color=colour, edgecolor=INK, linewidth=0.6, hatch=hatch,
                label=label,
            )  # fmt: skip
            left = [before + share for before, share in zip(left, shares, strict=True)]
        axes.set_yticks(rows, [course.step_title(movement.scene, movement.step) for movement in movements])
        axes.set_xlim(0.0, 100.0)
        axes.set_xlabel("per cent of the time on the step")
        figure.legend(*axes.get_legend_handles_labels(), frameon=False, loc="outside upper right", ncols=4)
    return Plot(
        name="movement",
        title="Where the head pointed",
        description="Shares of the time looking down, ahead, up and turned away on each step; the table has them all.",
        svg=_svg(figure, "movement"),
    )


def _tick_s(length_s: float) -> float:
    """A round distance between ticks that gives at most a dozen of them."""
    return next((float(tick) for tick in (5, 10, 15, 30, 60, 120, 300, 600) if length_s / tick <= 12.0), 1200.0)


def _draw_suds(axes: Axes, course: Course, points: tuple[RatingPoint, ...]) -> None:
    given = [(course.seconds(point.t_ns), point.suds) for point in points if point.suds is not None]
    missing = [course.seconds(point.t_ns) for point in points if point.suds is None]
    run: list[tuple[float, int]] = []
    for point in (*points, None):
        if point is not None and point.suds is not None:
            run.append((course.seconds(point.t_ns), point.suds))
            continue
        axes.plot([t for t, _ in run], [suds for _, suds in run], color=BLUE, linewidth=1.2)
        run = []
    axes.plot([t for t, _ in given], [suds for _, suds in given], "o", color=BLUE, markersize=6)
    for t_s, rated in given:
        axes.annotate(str(rated), (t_s, rated), (0, 7), textcoords="offset points", ha="center", fontsize=9)
    if missing:
        axes.plot(missing, [-12.0] * len(missing), "x", color=AMBER, markersize=8, markeredgewidth=1.8, clip_on=False)
    axes.set_ylim(-18.0, 112.0)
    axes.set_yticks((-12, 0, 25, 50, 75, 100), ("no answer", "0", "25", "50", "75", "100"))
    axes.set_ylabel("SUDS")
    axes.grid(axis="y", color=RULE, linewidth=0.6)
    axes.axhline(0.0, color=INK, linewidth=0.6)


def _draw_sickness(axes: Axes, course: Course, sick: SicknessCourse) -> None:
    """Open squares on the height of distress, ten for a hundred, with a scale of their own at the right."""
    given = [(course.seconds(point.t_ns), point.fms) for point in sick.points if point.fms is not None]
    axes.plot(
        [t for t, _ in given], [fms for _, fms in given], "s", color=AMBER, markersize=7, markerfacecolor="none",
        markeredgewidth=1.5,
    )  # fmt: skip
    missing = [course.seconds(point.t_ns) for point in sick.points if point.fms is None]
    axes.plot(missing, [-1.2] * len(missing), "+", color=AMBER, markersize=8, markeredgewidth=1.8, clip_on=False)
    axes.set_ylim(-1.8, 11.2)
    axes.set_yticks((0, 5, 10))
    axes.set_ylabel("sickness □")
    axes.spines["right"].set_visible(True)


def _sickness_text(sick: SicknessCourse) -> str:
    if not sick.points:
        return ""
    worst = f", the highest {sick.worst} of 10" if sick.answers else ""
    return f"{len(sick.answers)} answers about sickness{worst}, {sick.missing} missing. "


def _draw_steps(axes: Axes, course: Course, pressed: tuple[Press, ...]) -> None:
    times: list[float] = []
    levels: list[float] = []
    for stay in course.stays:
        level = stay.step + 1.0 if stay.scene else -1.0
        times += [course.seconds(stay.start_ns), course.seconds(stay.end_ns)]
        levels += [level, level]
    top = max((len(rules.rungs) for rules in course.scenes), default=1)
    axes.plot(times, levels, color=BLUE, linewidth=1.8)
    for press in pressed:
        mark = _MARKS.get(press.control)
        if mark is not None:
            level = press.step + 1.0 if press.scene else -1.0
            box = {"boxstyle": "circle,pad=0.25", "facecolor": "#ffffff", "edgecolor": AMBER, "linewidth": 1.4}
            axes.annotate(
                mark, (course.seconds(press.t_ns), level), (0, 12), textcoords="offset points", ha="center",
                fontsize=8, fontweight="bold", color=AMBER, bbox=box, annotation_clip=False,
            )  # fmt: skip
    ticks = [-1, *range(1, top + 1)]
    axes.set_yticks(ticks, ["calm room", *(str(tick) for tick in ticks[1:])], fontsize=9)
    axes.set_ylim(-1.8, top + 1.4)
    axes.set_ylabel("step")
    axes.grid(axis="y", color=RULE, linewidth=0.6)


def _draw_intensity(axes: Axes, course: Course) -> None:
    span_ns = course.end_ns - course.start_ns
    times_ns = [course.start_ns + span_ns * index // SAMPLES for index in range(SAMPLES + 1)]
    shares = [100.0 * intensity_at(course, t_ns) for t_ns in times_ns]
    seconds = [course.seconds(t_ns) for t_ns in times_ns]
    axes.fill_between(seconds, shares, color=PALE, linewidth=0.0)
    axes.plot(seconds, shares, color=BLUE, linewidth=1.2)
    axes.set_ylim(0.0, 105.0)
    axes.set_yticks((0, 50, 100))
    axes.set_ylabel("intensity, %")
    axes.grid(axis="y", color=RULE, linewidth=0.6)


def _draw_states(axes: Axes, course: Course) -> None:
    seen: set[State] = set()
    for state, same in groupby(course.stays, key=lambda stay: stay.state):
        stays = list(same)
        start_s, end_s = course.seconds(stays[0].start_ns), course.seconds(stays[-1].end_ns)
        colour, hatch = _STATE_LOOKS[state]
        axes.barh(
            0, end_s - start_s, left=start_s, height=0.9, color=colour, hatch=hatch, edgecolor=INK, linewidth=0.5,
            label=None if state in seen else STATES[state],
        )  # fmt: skip
        seen.add(state)
    axes.set_yticks((0,), ("state",))
    axes.set_ylim(-0.55, 0.55)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(0.0, -1.3), ncols=6, borderaxespad=0.0, fontsize=9)


def _svg(figure: Figure, name: str) -> str:
    """The figure's <svg> with the page's colours and with identifiers that cannot meet another plot's."""
    out = io.StringIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'href="#', f'href="#{name}-', text)
    text = re.sub(r"url\(#", f"url(#{name}-", text)
    for colour, variable in _PAGE_COLOURS.items():
        text = text.replace(colour, variable)
    return re.sub(
        r"<svg",
        f'<svg role="img" aria-labelledby="{name}-plot-title" aria-describedby="{name}-plot-text" focusable="false"',
        text,
        count=1,
    )
