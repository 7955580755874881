"""The session log: written, recovered, sealed, read and verified."""
