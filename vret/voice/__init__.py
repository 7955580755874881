"""The voice process: microphone, echo cancelling and WebRTC; young native code, apart from all that must live."""
