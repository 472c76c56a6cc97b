"""Remote input that a run reads through a cache: which version, read once, read ahead."""
