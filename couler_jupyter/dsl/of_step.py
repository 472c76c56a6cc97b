"""Handles for one thing of a step: an output, or a fact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from couler_jupyter.dsl.anything import Given, Gives
from couler_jupyter.dsl.edges import before
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.kinds import output_type
from couler_jupyter.dsl.reach import as_seen_from
from couler_jupyter.ir import OutputRef, StepField, StepRef, Value, ValueType

if TYPE_CHECKING:
    from couler_jupyter.dsl.node import Node
    from couler_jupyter.dsl.scope import Scope


class OfStep(Handle):
    """Anything of a step: can be put in order with other steps."""

    __slots__ = ("_node",)

    def __init__(self, node: Node) -> None:
        self._node = node

    def _of(self, node: Node) -> OfStep:
        """Return the same of another step."""
        return type(self)(node)

    def __rshift__(self, others: Given) -> Gives:
        before(self, others)
        return others

    def __rrshift__(self, others: Given) -> Gives:
        before(others, self)
        return self

    def __lshift__(self, others: Given) -> Gives:
        before(others, self)
        return others

    def __rlshift__(self, others: Given) -> Gives:
        before(self, others)
        return self


class Output(OfStep):
    """One output of a step."""

    __slots__ = ("_name",)

    def __init__(self, node: Node, name: str) -> None:
        super().__init__(node)
        self._name = name

    def _of(self, node: Node) -> Output:
        return Output(node, self._name)

    def _value(self, scope: Scope) -> Value:
        node = self._node
        local = OutputRef(node.name, self._name)
        return local if node.scope is scope else as_seen_from(scope, self, node, local)

    def _type(self) -> ValueType | None:
        kind = output_type(self._node, self._name)
        return ValueType.LIST if kind is not None and self._node.loop else kind

    def _hint(self) -> str:
        name = self._node.name
        return name if self._name == "result" else f"{name}-{self._name}"

    def _what(self) -> str:
        return f"output {self._name!r} of step {self._node.name!r}"


class StepFact(OfStep):
    """A fact about a step, such as its exit code."""

    __slots__ = ("_field",)

    def __init__(self, node: Node, field: StepField) -> None:
        super().__init__(node)
        self._field = field

    def _of(self, node: Node) -> StepFact:
        return StepFact(node, self._field)

    def _value(self, scope: Scope) -> Value:
        local = StepRef(self._node.name, self._field)
        if self._node.scope is scope:
            return local
        return as_seen_from(scope, self, self._node, local)

    def _type(self) -> ValueType | None:
        return ValueType.STRING

    def _hint(self) -> str:
        return f"{self._node.name}-{self._field}"

    def _what(self) -> str:
        return f"the {self._field} of step {self._node.name!r}"
