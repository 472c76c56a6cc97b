"""The brain of the local engine: what a run does next, as a pure state machine."""
