"""Training logs that nobody trained for: from a model, from past runs, from their beginning."""

from couler_jupyter.tuning.predicting.source import Source, Task

__all__ = ["Source", "Task"]
