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

__all__ = [
    "Final",
    "Point",
    "PredictedLog",
    "PredictedSource",
    "Predictor",
    "RealLog",
    "RealSource",
    "TrainingLog",
    "real_log",
]
