"""Plans as they arrive: decoded strictly, since an ignored safety field would be a hazard."""

import msgspec

from vret.core.axes import AXES
from vret.core.plan import TRIAL_WITH_STAFF_ONLY, Plan
from vret_server.refusal import RefusedError


def read_plan(given: object) -> Plan:
    """A Plan of which every field was understood. Raises RefusedError("bad_plan") naming the field."""
    try:
        plan = msgspec.convert(given, Plan)
    except msgspec.ValidationError as error:
        raise RefusedError("bad_plan", detail=str(error)) from error
    if (path := unknown_field(given, msgspec.to_builtins(plan))) is not None:
        raise RefusedError("bad_plan", detail=f"there is no field {path}")
    if not plan.scenes:
        raise RefusedError("bad_plan", detail="scenes is empty, so nothing may be shown")
    for entry in plan.scenes:
        if wrong := sorted(set(entry.ceilings) - set(AXES)):
            raise RefusedError(
                "bad_plan", detail=f"scenes: {entry.scene} has a ceiling for {wrong[0]}, which is no axis"
            )
    if plan.mark != TRIAL_WITH_STAFF_ONLY:
        raise RefusedError("bad_plan", detail=f'mark must be "{TRIAL_WITH_STAFF_ONLY}" in this version')
    return plan


def unknown_field(given: object, understood: object, path: str = "$") -> str | None:
    """The path of the first field of `given` that is missing in what was understood of it."""
    if isinstance(given, dict) and isinstance(understood, dict):
        for name, value in given.items():
            if name not in understood:
                return f"{path}.{name}"
            if (found := unknown_field(value, understood[name], f"{path}.{name}")) is not None:
                return found
    elif isinstance(given, list) and isinstance(understood, list | tuple):
        for index, (value, known) in enumerate(zip(given, understood, strict=True)):
            if (found := unknown_field(value, known, f"{path}[{index}]")) is not None:
                return found
    return None
