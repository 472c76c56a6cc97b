"""What calling a step gives: a list of its outputs, as the open SDK has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.node import Node
from couler_jupyter.dsl.of_step import OfStep, Output
from couler_jupyter.dsl.scope import Scope
from couler_jupyter.dsl.step_output import StepOutput
from couler_jupyter.ir import FromStdout, OutputParameter, Value, ValueType


class StepResult(list[OfStep]):
    """The outputs of a step, in the order it names them.

    Where one value is wanted (in a condition, an argument), it is the first.
    """

    def __init__(self, node: Node, outputs: list[OfStep]) -> None:
        super().__init__(outputs)
        self.node = node

    @property
    def name(self) -> str:
        """The step's name."""
        return self.node.name


class Printed(Output):
    """What a program prints on standard output, as text."""

    __slots__ = ()

    def __init__(self, node: Node) -> None:
        super().__init__(
            node, "printed" if "result" in node.output_names() else "result"
        )

    def _of(self, node: Node) -> Output:
        return Printed(node) if node.body is None else Output(node, "result")

    def _value(self, scope: Scope) -> Value:
        node = self._node
        if node.body is None:
            source = FromStdout()
            wanted = OutputParameter(
                name=self._name, source=source, type=ValueType.STRING
            )
            node.scope.have(node, wanted)
        return super()._value(scope)

    def _type(self) -> ValueType | None:
        return ValueType.LIST if self._node.loop else ValueType.STRING


class JobOutput(StepOutput):
    """What a job leaves behind; as one value the name of the object it made."""

    __slots__ = ()

    @property
    def job_name(self) -> Output:
        """The name of the object."""
        return self.output("job-name")

    @property
    def job_id(self) -> Output:
        """The UID of the object."""
        return self.output("job-id")

    @property
    def job_obj(self) -> Output:
        """The whole object, as JSON."""
        return self.output("job-object")

    def _itself(self) -> Handle:
        return self.job_name


@dataclass(slots=True)
class Results:
    """The results of the steps of a workflow, by their names."""

    by_name: dict[str, StepResult] = field(default_factory=dict[str, StepResult])


def outputs_of(step: StepOutput, *, prints: bool) -> StepResult:
    """Return what a program gives: its outputs, and what it prints if that is one."""
    node = step._node
    found: list[OfStep] = [Output(node, name) for name in node.output_names()]
    if prints or not found:
        found.append(Printed(node))
    return StepResult(node, found)


def one(given: object) -> object:
    """Return the one value that something stands for: of a list the first."""
    if isinstance(given, list) and given:
        return cast("list[object]", given)[0]
    return given


def again(given: object) -> object:
    """Return what a loop or body gave as a result, if it is of a step."""
    if isinstance(given, StepResult) or not isinstance(given, OfStep):
        return given
    return StepResult(given._node, [given])


def key_of(output: object) -> tuple[Node, str] | None:
    """Return what tells outputs of steps apart; None for anything else."""
    if isinstance(output, Output):
        return output._node, output._name
    return (output._node, "") if isinstance(output, OfStep) else None
