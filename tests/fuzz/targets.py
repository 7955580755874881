"""Every parser of what comes from outside, by name."""

from tests.fuzz import clinic, disk, scenes, wire
from tests.fuzz.target import Target

TARGETS: dict[str, Target] = {
    target.name: target for target in (*wire.TARGETS, *disk.TARGETS, *scenes.TARGETS, *clinic.TARGETS)
}
