"""What a wish is taken apart into: typed modules (Algorithm 1, lines 2-3, of Couler)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a module is for. The first five are the paper's; the rest are what people ask for."""

    LOADING = "loading"
    CLEANING = "cleaning"
    FEATURES = "features"
    SPLIT = "split"
    TRAINING = "training"
    TUNING = "tuning"
    EVALUATION = "evaluation"
    COMPARISON = "comparison"
    SELECTION = "selection"
    REPORT = "report"
    DEPLOYMENT = "deployment"
    NOTIFICATION = "notification"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One part of what somebody wishes for.

    Attributes:
        name: of the step it becomes, as `train`.
        kind: what it is for.
        does: what it has to do, in one sentence of the wish's own words.
        needs: names of the modules it comes after or takes data from.
    """

    name: str
    kind: Kind
    does: str
    needs: tuple[str, ...] = ()
