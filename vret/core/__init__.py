"""The rules of a session, pure: vocabulary (commands, events, effects), state, and `step`."""
