"""What references are in a template made around one step, which is given all it uses."""

from __future__ import annotations

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.structure.aggregate import aggregated
from couler_jupyter.engines.argo.structure.lifting import Lift
from couler_jupyter.engines.argo.structure.ports import (
    is_artifact_output,
    output_path,
)
from couler_jupyter.engines.argo.structure.scope import TURN, Scope
from couler_jupyter.engines.argo.terms import Term
from couler_jupyter.ir import (
    InputRef,
    Leaf,
    OutputRef,
    Step,
    TurnRef,
    ValueType,
    output_of,
)
from couler_jupyter.ir.given import given_by_output


class Within:
    """What references are in a template around `step`.

    Attributes:
        step: the step, which stands there as one task.
        task: what it is called there.
        lift: what the template is given.
    """

    def __init__(self, step: Step, task: str, lift: Lift, around: Scope) -> None:
        self.step = step
        self.task = task
        self.lift = lift
        self._around = around

    def __call__(self, leaf: Leaf) -> Term:
        """Return what `leaf` is in the template."""
        match leaf:
            case InputRef(name=name):
                return self.lift.term(name)
            case OutputRef(step=step, name=name) if step == self.step.name:
                return self.output(name, ("tasks", self.task))
            case TurnRef():
                return Term(path=("inputs", "parameters", TURN), type=ValueType.INTEGER)
            case _:
                return self._around(leaf)

    def output(self, name: str, head: tuple[str, str]) -> Term:
        """Return what an output of the step is that task `head` has run."""
        output = output_of(self.step, name)
        if output is None:
            raise AssertionError(f"step {self.step.name!r} has no output {name!r}")
        wrapped = self.step.name in self._around.gathered
        path = (*head, *output_path(self.step, output, wrapped=wrapped))
        if is_artifact_output(self.step, output):
            return Term(path=path, artifact=True)
        if self.step.loop is not None:
            return aggregated(self.step, output, path)
        kind = given_by_output(self.step, name)
        known = kind if isinstance(kind, ValueType) else ValueType.JSON
        return Term(path=path, type=known)

    def left(self, name: str, head: tuple[str, str]) -> Term:
        """Return what an output is that a template like this one has left."""
        term = self.output(name, head)
        kind = "artifacts" if term.artifact else "parameters"
        return Term(
            path=(*head, "outputs", kind, port_name(name)),
            type=term.type,
            artifact=term.artifact,
        )
