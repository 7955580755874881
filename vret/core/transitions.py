"""The state table: what each kind of event does in each state. `docs/clinical-safety.md` draws it from here.

Rows are what may happen, columns the states; a cell names the next state, `.` for no change. `step` looks the sets
below up; a test walks `step` through every cell.
"""

from vret.core.effects import State

W, C, E, H, P, S, X = State
IN_SCENE = frozenset({E, H, P})
HOLDABLE = frozenset({E, P})
STOPPABLE = frozenset({W, C, E, H, P, S})

STATES: tuple[State, ...] = (W, C, E, H, P, S, X)
TABLE: dict[str, tuple[State | None, ...]] = {
    #                           waiting calm exposed held paused stopped ended
    "admitted":                 (C, None, None, None, None, None, None),
    "person: wait":             (None, None, H, None, H, None, None),
    "person: less":             (None, None, None, None, None, None, None),
    "person: stop":             (S, S, S, S, S, None, None),
    "person: accepts":          (None, None, None, None, None, E, None),
    "person: someone came in":  (None, None, H, None, H, None, None),
    "person: private again":    (None, None, None, None, None, None, None),
    "headset off":              (None, None, S, S, S, None, None),
    "focus lost":               (None, None, S, S, S, None, None),
    "space recentred":          (None, None, H, None, H, None, None),
    "last stop input lost":     (None, None, H, None, H, None, None),
    "  ... for 5 s":            (None, None, S, S, S, None, None),
    "tracking lost for 1 s":    (None, None, H, None, H, None, None),
    "  ... for 3 s":            (None, None, S, S, S, None, None),
    "pictures slow for 3 s":    (None, None, H, None, H, None, None),
    "  ... for 9 s":            (None, None, S, S, S, None, None),
    "heart rate falls (1)":     (None, None, H, None, H, None, None),
    "stands up (1)":            (None, None, H, None, H, None, None),
    "feels very sick":          (None, None, S, S, S, None, None),
    "program restarted":        (None, None, S, S, S, None, None),
    "time gap over 250 ms":     (None, None, H, None, H, None, None),
    "lease over 3 s":           (None, None, H, None, H, None, None),
    "lease over 8 s":           (None, None, S, S, S, None, None),
    "therapist: rung":          (None, E, None, None, None, None, None),
    "therapist: one step down": (None, None, None, None, None, None, None),
    "therapist: pause":         (None, None, P, None, None, None, None),
    "therapist: calm":          (None, None, C, C, C, None, None),
    "therapist: stop":          (S, S, S, S, S, None, None),
    "therapist: continue":      (None, None, None, E, E, None, None),
    "therapist: resume (calm)": (None, None, None, None, None, C, None),
    "therapist: end":           (X, X, X, X, X, X, None),
}  # fmt: skip
ALONE_STATES: tuple[State, ...] = (C, E, H, S, X)
ALONE_TABLE: dict[str, tuple[State | None, ...]] = {
    #                            calm exposed held stopped ended
    "person: next step":         (E, None, E, None, None),
    "  ... after the last one":  (None, C, None, None, None),
    "  ... too soon after one":  (None, None, None, None, None),
    "person: ready":             (None, None, None, None, None),
    "  ... time is used up":     (None, None, None, C, None),
    "person: accepts":           (None, None, None, E, None),
    "person: finishes":          (X, X, X, X, None),
    "time is used up":           (None, C, C, None, None),
    "two questions unanswered":  (None, S, S, None, None),
    "great distress for long":   (None, S, S, None, None),
}  # fmt: skip
"""What homework does otherwise (`vret.core.alone`): no therapist, no lease. Distress steps down to the calm room."""
