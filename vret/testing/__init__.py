"""What ships for trying it out: a synthetic person, an acted therapist, a cable that can be cut, the demonstration."""
