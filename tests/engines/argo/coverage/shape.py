"""What may stand in a field of the Argo API, told apart as far as values differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias


class Kind(StrEnum):
    """What a value is, as JSON sees it."""

    TEXT = "text"
    QUANTITY = "quantity"
    WHOLE = "whole number"
    TEXT_OR_WHOLE = "text or whole number"
    NUMBER = "number"
    TRUTH = "truth value"
    ANY = "anything"
    LIST = "list"
    MAP = "map"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value is; `of` is what a list or map holds, `type` an object's type."""

    kind: Kind
    of: Shape | None = None
    type: str = ""

    @property
    def object_type(self) -> str:
        """The type of the objects in it, at whatever depth; empty for none."""
        return self.of.object_type if self.of is not None else self.type


class Pair(NamedTuple):
    """A field and the type that owns it; types of Kubernetes begin with `k8s.`."""

    owner: str
    field: str

    @property
    def is_argos(self) -> bool:
        """Whether Argo owns the type; otherwise it is handed on to Kubernetes."""
        return not self.owner.startswith("k8s.")

    def __str__(self) -> str:
        return f"{self.owner}.{self.field}"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: what stands there, and whether an object is not valid without it."""

    shape: Shape
    required: bool = False


Types: TypeAlias = Mapping[str, Mapping[str, Field]]
"""Fields by the name of their type, and by their own as it is written in YAML."""
