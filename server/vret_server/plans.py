"""Plans as they arrive: decoded strictly, since an ignored safety field would be a hazard."""

import msgspec

from vret.core.axes import AXES
from vret.core.plan import PLAN_BYTES_MAX, TRIAL_WITH_STAFF_ONLY, Plan
from vret.link.strict import require_64_bits, unknown_field
from vret_server.refusal import RefusedError


def read_plan(given: object) -> Plan:
    """A Plan of which every field was understood. Raises RefusedError("bad_plan") naming the field."""
    try:
        plan = msgspec.convert(given, Plan)
        require_64_bits(plan)
    except msgspec.ValidationError as error:
        raise RefusedError("bad_plan", detail=str(error)) from error
    except UnicodeEncodeError as error:
        raise RefusedError("bad_plan", detail="a text in it has half of a character") from error
    if (path := unknown_field(given, msgspec.to_builtins(plan))) is not None:
        raise RefusedError("bad_plan", detail=f"there is no field {path}")
    if len(msgspec.msgpack.encode(plan)) > PLAN_BYTES_MAX:
        raise RefusedError("bad_plan", detail=f"it has more than {PLAN_BYTES_MAX} bytes; name fewer scenes in it")
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
