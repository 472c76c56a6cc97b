"""What references are in a pipeline: its parameters, results of tasks, facts of the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from couler_jupyter.engines.tekton.choosing import Choosing
from couler_jupyter.engines.tekton.drafts import IN_FILES
from couler_jupyter.engines.tekton.names import Names, port_names
from couler_jupyter.engines.tekton.reckoning import Kept, Reckoner
from couler_jupyter.engines.tekton.texts import Unsayable, known_value, literal, text_of
from couler_jupyter.ir import (
    FirstOf,
    ItemRef,
    Leaf,
    Managed,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    ParameterRef,
    RunField,
    RunRef,
    Step,
    Value,
    ValueType,
    Workflow,
    as_text,
    output_names,
    output_of,
)

_OF_RUN: Mapping[RunField, str] = MappingProxyType(
    {
        RunField.RUN: "name",
        RunField.ID: "uid",
        RunField.NAMESPACE: "namespace",
    }
)


@dataclass(slots=True)
class Scope:
    """What can be referred to in one pipeline.

    Attributes:
        workflow: what is compiled.
        image: that has Python.
        names: of its tasks.
        tasks: what its steps are called; exit handlers are not among them.
        params: what its parameters are called.
        choosing: what may be missing.
        reckoner: makes tasks for what must be reckoned.
    """

    workflow: Workflow
    image: str
    names: Names = field(default_factory=Names)
    tasks: Mapping[str, str] = field(init=False)
    params: Mapping[str, str] = field(init=False)
    choosing: Choosing = field(init=False)
    reckoner: Reckoner = field(init=False)
    _results: dict[str, Mapping[str, str]] = field(
        default_factory=dict[str, "Mapping[str, str]"]
    )

    def __post_init__(self) -> None:
        """Name what there is."""
        steps = self.workflow.steps
        self.tasks = {step.name: self.names.take(step.name) for step in steps}
        self.params = port_names(one.name for one in self.workflow.parameters)
        self.choosing = Choosing(self.workflow)
        self.reckoner = Reckoner(
            self.names, self.image, self.look_up, self.type_of, self.kept
        )

    def results(self, step: Step) -> Mapping[str, str]:
        """Return what the outputs of a step are called."""
        if step.name not in self._results:
            self._results[step.name] = port_names(output_names(step.template))
        return self._results[step.name]

    def names_of_outputs(self) -> Mapping[str, str]:
        """Return what the outputs of the workflow are called."""
        return port_names(one.name for one in self.workflow.outputs)

    def text(self, value: Value) -> str:
        """Return a value as it stands in the pipeline."""
        return text_of(value, self.look_up, self.reckoner.value)

    def look_up(self, leaf: Leaf) -> str:
        """Return what a reference is in the pipeline."""
        match leaf:
            case OutputRef(step=maker, name=name):
                return self._output(self.workflow.by_name[maker], name)
            case ParameterRef(name=name):
                if name not in self.params:
                    raise Unsayable(f"{name!r} is no parameter that a run is given")
                return f"$(params.{self.params[name]})"
            case RunRef(field=RunField.WORKFLOW):
                return literal(self.workflow.name)
            case RunRef(field=known) if known in _OF_RUN:
                return f"$(context.pipelineRun.{_OF_RUN[known]})"
            case RunRef(field=unknown):
                raise Unsayable(f"Tekton tells no task the {unknown} of its run")
            case ItemRef():
                raise Unsayable(
                    "Tekton knows an item only where it is given to an input"
                )
            case _:
                raise Unsayable("it holds what only other engines know")

    def kept(self, ref: OutputRef) -> Kept | None:
        """Return where an output is kept that may be missing; None for one that is not.

        Raises:
            Unsayable: nobody can look for it.
        """
        if ref not in self.choosing.kept:
            return None
        maker = self.workflow.by_name[ref.step]
        if maker.loop is not None:
            raise Unsayable(f"nobody looks which items of {ref.step!r} are there")
        self.check_order(ref.step)
        task = self.tasks[ref.step]
        return Kept(task, f"{IN_FILES}{task}/{self.results(maker)[ref.name]}.text")

    def check_order(self, name: str) -> None:
        """Refuse what is to come behind a step, if that is skipped with it.

        Raises:
            Unsayable: it would be.
        """
        if self.choosing.may_miss(name):
            raise Unsayable(
                f"step {name!r} takes an output of a step that may be skipped; Tekton "
                "then skips it and all that comes behind it"
            )

    def type_of(self, leaf: Leaf) -> ValueType:
        """Return what kind of value a reference gives; any, where nothing says."""
        match leaf:
            case OutputRef(step=maker, name=name):
                made = self.workflow.by_name[maker]
                found = output_of(made, name)
                if made.loop is not None:
                    return ValueType.LIST
                return found.type if isinstance(found, OutputParameter) else _ANY
            case ParameterRef(name=name):
                ports = {one.name: one.type for one in self.workflow.parameters}
                return ports.get(name, _ANY)
            case RunRef():
                return ValueType.STRING
            case _:
                return _ANY

    def artifact(self, ref: OutputRef) -> str:
        """Return where a file lies on the run's volume that a step leaves."""
        maker = self.workflow.by_name[ref.step]
        found = output_of(maker, ref.name)
        if isinstance(found, OutputArtifact) and (own := kept_at(found)):
            return own
        return f"{self.tasks[ref.step]}/{self.results(maker)[ref.name]}"

    def is_artifact(self, value: Value) -> bool:
        """Whether a value is a file."""
        match value:
            case OutputRef(step=maker, name=name):
                found = output_of(self.workflow.by_name[maker], name)
                return isinstance(found, OutputArtifact)
            case ParameterRef(name=name):
                ports = {one.name for one in self.workflow.artifacts}
                return name in ports
            case _:
                return False

    def _output(self, maker: Step, name: str) -> str:
        found = output_of(maker, name)
        if not isinstance(found, OutputParameter):
            raise Unsayable(
                f"output {name!r} of step {maker.name!r} is a file, no text"
            )
        ref = OutputRef(maker.name, name)
        if found.default is not None and self.choosing.has_default(ref):
            return self.reckoner.value(FirstOf((ref, found.default)))
        result = f"$(tasks.{self.tasks[maker.name]}.results.{self.results(maker)[name]}"
        if maker.loop is None:
            return f"{result})"
        return self.reckoner.gather(f"{result}[*])", found.type)


_ANY = ValueType.JSON


def kept_at(output: OutputArtifact) -> str:
    """Return where a file that has a key lies on the run's volume; empty without one.

    Raises:
        Unsayable: only the run knows the key, or it leads out of the volume.
    """
    key = output.storage.key if isinstance(output.storage, Managed) else ""
    if not isinstance(key, str):
        key = as_text(known.value) if (known := known_value(key)) else ".."
    if ".." in key.split("/"):
        raise Unsayable(
            f"output {output.name!r} has a key that leads nowhere known; "
            "write it out, without .."
        )
    return f"keys/{literal(key.strip('/'))}" if key else ""
