"""The clinic's server: accounts, sessions, rooms and finished logs."""
