"""People: who is there, with which body, what they do, and where they look."""
