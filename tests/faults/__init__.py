"""Real faults on real processes: what the person in the headset is in for when something around them fails."""
