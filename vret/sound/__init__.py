"""The sound process: what is heard, from what is shown."""
