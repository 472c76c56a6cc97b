"""Handles: what stands, while a workflow is written, for a value of its runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.predicate import Comparison, Predicate
from couler_jupyter.ir import Operator, Value, ValueType

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope


def _refuse(advice: str) -> Callable[..., NoReturn]:
    def refuse(self: Handle, *_: object) -> NoReturn:
        raise misused(f"{self._what()} is known only when the workflow runs; {advice}")

    return refuse


_compute = _refuse("compute with it in a step")


class Handle:
    """A value that is known only when the workflow runs.

    Give it to steps as an argument; compare it (`>`, `==`, ...) for a condition; put
    it into texts with `couler.format`.
    """

    __slots__ = ()

    def _value(self, scope: Scope) -> Value:
        """Return what it is in the IR, for a step that stands in `scope`."""
        raise NotImplementedError

    def _itself(self) -> Handle:
        """Return what stands for one value: of a step, the output it gives."""
        return self

    def _type(self) -> ValueType | None:
        """Return what kind of parameter it is; None for an artifact."""
        return ValueType.JSON

    def _hint(self) -> str:
        """Return what to call an input that takes it."""
        return "value"

    def _what(self) -> str:
        """Return what messages call it."""
        return "this value"

    def _is_true(self) -> Predicate:
        return Comparison(self, Operator.EQUAL, True)

    def __repr__(self) -> str:
        return f"<{self._what()}>"

    def __eq__(self, other: object) -> Predicate:  # type: ignore[override]
        return Comparison(self, Operator.EQUAL, other)

    def __ne__(self, other: object) -> Predicate:  # type: ignore[override]
        return Comparison(self, Operator.NOT_EQUAL, other)

    def __gt__(self, other: object) -> Predicate:
        return Comparison(self, Operator.BIGGER, other)

    def __ge__(self, other: object) -> Predicate:
        return Comparison(self, Operator.BIGGER_EQUAL, other)

    def __lt__(self, other: object) -> Predicate:
        return Comparison(self, Operator.SMALLER, other)

    def __le__(self, other: object) -> Predicate:
        return Comparison(self, Operator.SMALLER_EQUAL, other)

    __hash__ = object.__hash__

    def __iter__(self) -> Iterator[Any]:
        raise misused(
            f"{self._what()} is known only when the workflow runs; to run a step for each "
            "of its items, use couler.map_"
        )

    __bool__ = _refuse("compare it and give the condition to couler.when")
    __contains__ = _refuse("couler.is_in makes a condition of it")
    __len__ = __getitem__ = _refuse("take it apart in a step")
    __int__ = __float__ = __index__ = __complex__ = _compute
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _compute
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = _compute
    __mod__ = __rmod__ = __pow__ = __rpow__ = __matmul__ = __rmatmul__ = _compute
    __neg__ = __pos__ = __abs__ = __round__ = _compute
    __str__ = __format__ = __fspath__ = _refuse(
        "put it into a text with couler.format('... {}', it)"
    )
