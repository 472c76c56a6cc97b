"""What hyper-parameters are chosen by, as plain values: cards, and the space of settings."""

from couler_jupyter.ir.tuning.cards import (
    Classes,
    DataCard,
    Interval,
    LabelSpace,
    ModelCard,
)
from couler_jupyter.ir.tuning.dimension import Categorical, Dimension, Float, Int
from couler_jupyter.ir.tuning.metric import Direction, Metric
from couler_jupyter.ir.tuning.setting import Scalar, Setting, scalar_text
from couler_jupyter.ir.tuning.space import OnlyWhere, Space
from couler_jupyter.ir.tuning.tune import Tune

__all__ = [
    "Categorical",
    "Classes",
    "DataCard",
    "Dimension",
    "Direction",
    "Float",
    "Int",
    "Interval",
    "LabelSpace",
    "Metric",
    "ModelCard",
    "OnlyWhere",
    "Scalar",
    "Setting",
    "Space",
    "Tune",
    "scalar_text",
]
