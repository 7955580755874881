"""The link process: the network, the recorder and the log of one session; and the therapist's side of the wire."""
