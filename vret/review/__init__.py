"""What a session's log says: measures, and the report for people."""
