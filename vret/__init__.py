"""Virtual-reality exposure therapy, steered by a remote therapist."""
