"""One setting of the hyper-parameters: names and small values, frozen."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, TypeAlias

from couler_jupyter.errors import SpaceFault

Scalar: TypeAlias = str | int | float | bool | None
"""What a hyper-parameter may be."""

_EXACT = 2**53


@dataclass(frozen=True, slots=True, eq=False)
class Setting(Mapping[str, Scalar]):
    """One value for each hyper-parameter; equal by `key`, whatever the order.

    >>> Setting.of({"rate": 0.1, "depth": 3}) == Setting.of({"depth": 3.0, "rate": 0.1})
    True

    Attributes:
        pairs: names and values, `values` in files, in the order in which they are shown.

    Raises:
        SpaceFault: a name stands twice, or a value is no text, number, truth value or null.
    """

    KEYS: ClassVar[Mapping[str, str]] = MappingProxyType({"pairs": "values"})

    pairs: tuple[tuple[str, Scalar], ...] = ()

    def __post_init__(self) -> None:
        """Reject values that no file can hold."""
        for name, value in self.pairs:
            scalar_key(value, of=name)
        if len({name for name, _ in self.pairs}) < len(self.pairs):
            raise SpaceFault("a setting names a hyper-parameter twice")

    @classmethod
    def of(cls, values: Mapping[str, Scalar]) -> Setting:
        """Return the setting that has these values."""
        return cls(tuple(values.items()))

    @property
    def key(self) -> str:
        """The same text for equal settings, in every process."""
        texts = (f"{json.dumps(n)}:{scalar_key(v)}" for n, v in sorted(self.pairs))
        return f"{{{','.join(texts)}}}"

    def as_dict(self) -> dict[str, Scalar]:
        """Return the values by their names."""
        return dict(self.pairs)

    def __getitem__(self, name: str) -> Scalar:
        """Return the value of one hyper-parameter."""
        for one, value in self.pairs:
            if one == name:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        """Return the names."""
        return (name for name, _ in self.pairs)

    def __len__(self) -> int:
        """Return how many hyper-parameters are set."""
        return len(self.pairs)

    def __eq__(self, other: object) -> bool:
        """Tell whether both set the same."""
        return self.key == other.key if isinstance(other, Setting) else NotImplemented

    def __hash__(self) -> int:
        """Return the same for equal settings."""
        return hash(self.key)

    def __str__(self) -> str:
        """Return it as people read it: `rate=0.1, depth=3`."""
        return ", ".join(f"{name}={scalar_text(value)}" for name, value in self.pairs)


def scalar_key(value: object, *, of: str = "") -> str:
    """Return a value as JSON; 1 and 1.0 alike, but not `true`.

    Args:
        value: any value.
        of: the hyper-parameter to name in an error.

    Raises:
        SpaceFault: it is no text, finite number, truth value or null.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise SpaceFault(f"{_named(of)}: {value} is no finite number")
        if value.is_integer() and abs(value) < _EXACT:
            value = int(value)
    if value is None or isinstance(value, str | int | float):
        return json.dumps(value)
    kind = type(value).__name__
    raise SpaceFault(
        f"{_named(of)}: a {kind} is no text, number, truth value or null; "
        "of numpy's values take `.item()`"
    )


def scalar_text(value: Scalar) -> str:
    """Return a value as people read it; numbers with six digits.

    >>> scalar_text(0.1 + 0.2), scalar_text(None), scalar_text(1e-5), scalar_text("a")
    ('0.3', 'none', '1e-05', 'a')
    """
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _named(name: str) -> str:
    return f"hyper-parameter {name!r}" if name else "a hyper-parameter"
