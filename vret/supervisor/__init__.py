"""The program that starts, watches and ends the others, and its desktop window."""
