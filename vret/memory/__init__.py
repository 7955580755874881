"""Shared memory of the headset program: mapped files in a memory-backed folder, written so that any process may die."""

from vret.memory.block import Block
from vret.memory.claim import Claim
from vret.memory.mapped import MemoryLayoutError, PayloadTooLargeError
from vret.memory.ring import Ring
from vret.memory.session import SessionMemory
from vret.memory.snapshot import Snapshot

__all__ = ["Block", "Claim", "MemoryLayoutError", "PayloadTooLargeError", "Ring", "SessionMemory", "Snapshot"]
