"""Training logs, predicted and real, and where they are kept."""

from couler_jupyter.tuning.logs.log import (
    Final,
    Point,
    PredictedLog,
    PredictedSource,
    Predictor,
    RealLog,
    RealSource,
    TrainingLog,
    real_log,
)
from couler_jupyter.tuning.logs.shelf import Kept, Shelf

__all__ = [
    "Final",
    "Kept",
    "Point",
    "PredictedLog",
    "PredictedSource",
    "Predictor",
    "RealLog",
    "RealSource",
    "Shelf",
    "TrainingLog",
    "real_log",
]
