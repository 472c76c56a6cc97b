"""What tags name where they stand: in a template that runs something, in a DAG, at the end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from couler_jupyter.engines.argo.reading.tags import Tag
from couler_jupyter.ir import (
    GlobalRef,
    InputRef,
    ItemRef,
    OutputRef,
    ParameterRef,
    PathRef,
    RunField,
    RunRef,
    StepField,
    StepRef,
    Value,
)

_RUN = MappingProxyType(
    {
        "name": RunField.RUN,
        "uid": RunField.ID,
        "namespace": RunField.NAMESPACE,
        "serviceAccountName": RunField.SERVICE_ACCOUNT,
        "priority": RunField.PRIORITY,
        "scheduledTime": RunField.SCHEDULED,
    }
)
_AT_END = MappingProxyType(
    {
        "status": RunField.KUBE_STATUS,
        "duration": RunField.DURATION,
        "failures": RunField.KUBE_FAILURES,
    }
)
_FACTS = MappingProxyType(
    {
        "exitCode": StepField.EXIT_CODE,
        "ip": StepField.ADDRESS,
        "startedAt": StepField.STARTED,
        "finishedAt": StepField.FINISHED,
        "id": StepField.ID,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a tag may name that stands in one place.

    Attributes:
        parameters: parameters of the workflow as a whole.
        inputs: parameters that the template takes; `files`: artifacts it takes.
        made: outputs of the template that are files while it runs.
        steps: outputs of the other steps, by their names.
        daemons: steps that are daemons.
        items: whether there is an item.
        in_dag: whether it is a DAG or steps template, not one that runs something.
        at_end: whether the run's end is known.
    """

    parameters: Collection[str] = ()
    inputs: Collection[str] = ()
    files: Collection[str] = ()
    made: Collection[str] = ()
    steps: Mapping[str, Collection[str]] = field(
        default_factory=dict[str, Collection[str]]
    )
    daemons: Collection[str] = ()
    items: bool = False
    in_dag: bool = False
    at_end: bool = False

    def __call__(self, tag: Tag) -> Value | None:
        """Return the value that a tag names; None where the IR has no word for it."""
        if tag.expression:
            from couler_jupyter.engines.argo.reading.expressions import (
                read_expression,
            )

            return read_expression(tag.name, self.named)
        return self.named(tuple(tag.name.split(".")))

    def named(self, path: tuple[str, ...]) -> Value | None:
        """Return the value that a variable is, by the parts of its name."""
        match path:
            case ("item",) if self.items:
                return ItemRef()
            case ("item", key) if self.items:
                return ItemRef((key,))
            case ("inputs", *rest):
                return self._of_inputs(tuple(rest))
            case ("outputs", "artifacts" | "parameters", name, "path"):
                return PathRef(name, output=True) if name in self.made else None
            case ("workflow", *rest):
                return self._of_run(tuple(rest))
            case ("tasks" | "steps", step, *rest) if step in self.steps:
                return self._of_step(step, tuple(rest))
            case _:
                return None

    def _of_inputs(self, path: tuple[str, ...]) -> Value | None:
        match path:
            case ("parameters", name) if name in self.inputs:
                return ParameterRef(name) if self.in_dag else InputRef(name)
            case ("artifacts", name) if name in self.files and self.in_dag:
                return ParameterRef(name)
            case ("artifacts", name, "path") if name in self.files and not self.in_dag:
                return PathRef(name)
            case _:
                return None

    def _of_run(self, path: tuple[str, ...]) -> Value | None:
        match path:
            case ("parameters", name) if name in self.parameters:
                return ParameterRef(name, of_run=True)
            case ("outputs", "parameters" | "artifacts", name):
                return GlobalRef(name)
            case ("creationTimestamp", "RFC3339"):
                return RunRef(RunField.STARTED)
            case (word,) if word in _RUN:
                return RunRef(_RUN[word])
            case (word,) if word in _AT_END and self.at_end:
                return RunRef(_AT_END[word])
            case _:
                return None

    def _of_step(self, step: str, path: tuple[str, ...]) -> Value | None:
        outputs = self.steps[step]
        match path:
            case ("outputs", "result") if "result" in outputs:
                return OutputRef(step)
            case ("outputs", "parameters" | "artifacts", name) if name in outputs:
                return OutputRef(step, name)
            case ("ip",) if step not in self.daemons:
                return None
            case (word,) if word in _FACTS:
                return StepRef(step, _FACTS[word])
            case _:
                return None
