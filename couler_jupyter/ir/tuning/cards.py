"""Data Card and Model Card of the paper's Algorithm 4, as values.

What both say beside that is Hugging Face's card metadata, kept as it is in `hub`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, TypeAlias

from couler_jupyter.errors import CardFault
from couler_jupyter.ir.constant import Constant
from couler_jupyter.ir.tuning.metric import Metric

_NOTHING = Constant("{}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """Labels that are one of some classes.

    Attributes:
        names: of the classes, in order.
        counts: rows of each, in the same order; empty if unknown.

    Raises:
        CardFault: there is none, one stands twice, or counts are not of the classes.
    """

    KEYS: ClassVar[Mapping[str, str]] = MappingProxyType({})

    names: tuple[str, ...]
    counts: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Reject what is no set of classes."""
        if not self.names:
            raise CardFault("a label space needs a class at least")
        if len(set(self.names)) < len(self.names):
            raise CardFault("a class stands twice in the label space")
        if self.counts and len(self.counts) != len(self.names):
            raise CardFault(
                f"the label space has {len(self.names)} classes "
                f"and counts of {len(self.counts)}"
            )
        if any(count < 0 for count in self.counts):
            raise CardFault("a class has fewer than 0 rows")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Labels that are numbers.

    Attributes:
        low: the least, `min` in files.
        high: the most, `max` in files.
        mean: of all; None if unknown.
        std: standard deviation; None if unknown.

    Raises:
        CardFault: there are no such numbers.
    """

    KEYS: ClassVar[Mapping[str, str]] = MappingProxyType({"low": "min", "high": "max"})

    low: float
    high: float
    mean: float | None = None
    std: float | None = None

    def __post_init__(self) -> None:
        """Reject what no numbers have."""
        for name in ("low", "high", "mean", "std"):
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise CardFault(f"the label space has {name} {value}")
        if self.low > self.high:
            raise CardFault(
                f"labels from {self.low:g} to {self.high:g}: min is above max"
            )
        if self.mean is not None and not self.low <= self.mean <= self.high:
            raise CardFault(f"mean label {self.mean:g} is outside of min and max")
        if self.std is not None and self.std < 0:
            raise CardFault(f"standard deviation {self.std:g} of the labels is below 0")


LabelSpace: TypeAlias = Classes | Interval
"""What labels may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCard:
    """What data is, without any of it.

    Attributes:
        name: of the data set, `pretty_name` of Hugging Face.
        input_type: `tabular`, `image`, `text` and the like.
        label_space: what labels may be.
        metric: what training on it is judged by.
        rows: how many examples; None if unknown.
        features: how many columns beside the label; None if unknown.
        types: how many of the features are of each type, such as `number`.
        missing_fraction: of all values, how many are missing, from 0 to 1.
        bytes: size in memory or on disk.
        fingerprint: of the content: the same for the same data; empty if unknown.
        file_set: where the data is kept, by name.
        file_set_version: which version of that.
        hub: the rest of Hugging Face's dataset metadata, a JSON object.

    Raises:
        CardFault: it lacks what the paper asks of it, or says what cannot be.
    """

    KEYS: ClassVar[Mapping[str, str]] = MappingProxyType({"metric": "default_metric"})

    name: str
    input_type: str
    label_space: LabelSpace
    metric: Metric
    rows: int | None = None
    features: int | None = None
    types: tuple[tuple[str, int], ...] = ()
    missing_fraction: float | None = None
    bytes: int | None = None
    fingerprint: str = ""
    file_set: str = ""
    file_set_version: str = ""
    hub: Constant = _NOTHING

    def __post_init__(self) -> None:
        """Reject a card that lacks a field, or whose numbers no data has."""
        _need_text("data card", name=self.name, input_type=self.input_type)
        where = f"data card {self.name!r}"
        _need_counts(where, rows=self.rows, features=self.features, bytes=self.bytes)
        _need_counts(where, **dict(self.types))
        share = self.missing_fraction
        if share is not None and not 0 <= share <= 1:
            raise CardFault(f"{where}: missing_fraction is {share:g}, not from 0 to 1")
        _need_object(where, self.hub)

    @property
    def task(self) -> str:
        """What is learned: `classification` or `regression`."""
        is_classes = isinstance(self.label_space, Classes)
        return "classification" if is_classes else "regression"

    @property
    def key(self) -> str:
        """The same text for the same data, judged by the same metric."""
        data = self.fingerprint or _digest(
            self.name, self.input_type, repr(self.label_space), self.rows, self.features
        )
        return f"{data}/{self.metric.name}/{self.metric.split}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What a model is, before it is trained.

    Attributes:
        name: of the model, `model_name` of Hugging Face.
        library: it is made with, `library_name` of Hugging Face.
        structure: its parts, from input to output.
        description: what it is good for, in a sentence or two.
        architecture_hyperparameters: what is fixed and not tuned, such as layers.
        parameters: numbers that are learned; None if unknown before training.
        log_unit: what a training log counts: `epoch`, `round`, `iteration`.
        max_units: of a full run; None if nothing says so.
        entrypoint: what makes it, as `package.module:Name`.
        hub: the rest of Hugging Face's model metadata, a JSON object.

    Raises:
        CardFault: it lacks what the paper asks of it, or says what cannot be.
    """

    KEYS: ClassVar[Mapping[str, str]] = MappingProxyType({})

    name: str
    library: str
    structure: str
    description: str
    architecture_hyperparameters: tuple[tuple[str, Constant], ...] = ()
    parameters: int | None = None
    log_unit: str = "epoch"
    max_units: int | None = None
    entrypoint: str = ""
    hub: Constant = _NOTHING

    def __post_init__(self) -> None:
        """Reject a card that lacks a field, or whose numbers no model has."""
        _need_text(
            "model card",
            name=self.name,
            structure=self.structure,
            description=self.description,
            log_unit=self.log_unit,
        )
        where = f"model card {self.name!r}"
        _need_counts(where, parameters=self.parameters)
        if self.max_units is not None and self.max_units < 1:
            raise CardFault(f"{where}: max_units is {self.max_units}; 1 at the least")
        names = [name for name, _ in self.architecture_hyperparameters]
        if len(set(names)) < len(names):
            raise CardFault(f"{where}: an architecture hyper-parameter stands twice")
        _need_object(where, self.hub)

    @property
    def key(self) -> str:
        """The same text for models that train alike, however they are described."""
        fixed = sorted((n, v.json) for n, v in self.architecture_hyperparameters)
        return _digest(
            self.name,
            self.library,
            self.structure,
            fixed,
            self.log_unit,
            self.max_units,
        )


def _need_text(of: str, **fields: str) -> None:
    for name, value in fields.items():
        if not value.strip():
            raise CardFault(f"a {of} needs {name}")


def _need_counts(where: str, **fields: int | None) -> None:
    for name, value in fields.items():
        if value is not None and value < 0:
            raise CardFault(f"{where}: {name} is {value}; 0 at the least")


def _need_object(where: str, hub: Constant) -> None:
    if not isinstance(hub.value, dict):
        raise CardFault(f"{where}: hub must be a JSON object")


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
