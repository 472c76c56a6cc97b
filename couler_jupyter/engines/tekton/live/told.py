"""Which step of the workflow a task of the pipeline is, and what its results mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from couler_jupyter.engines.following.kept import handle_of, kept_value, value_read
from couler_jupyter.engines.tekton.built import Built
from couler_jupyter.engines.tekton.drafts import FILES
from couler_jupyter.engines.tekton.flattening import Group
from couler_jupyter.engines.tekton.live.grouping import NotThere, outputs_of
from couler_jupyter.engines.tekton.names import port_names
from couler_jupyter.engines.tekton.scope import kept_at
from couler_jupyter.engines.tekton.texts import meant
from couler_jupyter.ir import (
    Constant,
    Json,
    Leaf,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    ParameterRef,
    Step,
    ValueType,
    Workflow,
    output_names,
    output_of,
)


@dataclass(slots=True)
class Told:
    """What is known of a pipeline beforehand.

    Attributes:
        built: what was made of the workflow.
        arguments: what the run was given.
    """

    built: Built
    arguments: Mapping[str, Json] = field(default_factory=dict[str, "Json"])
    _names: dict[str, Mapping[str, str]] = field(
        default_factory=dict[str, "Mapping[str, str]"]
    )

    def path(self, task: str) -> str:
        """Return the path of the step that a task is; empty for one of ours."""
        return self.built.steps[task].path if task in self.built.steps else ""

    def is_mapped(self, task: str) -> bool:
        """Whether a task runs once per item."""
        return task in self.built.steps and self.built.steps[task].step.loop is not None

    def outputs(self, task: str, found: Json, item: int | None) -> dict[str, Json]:
        """Return what a TaskRun left, by the names that its step gives its outputs."""
        if task not in self.built.steps:
            return {}
        step = self.built.steps[task].step
        called = self._called(task, step)
        texts = {
            one["name"]: one.get("value")
            for one in (found.get("status") or {}).get("results") or ()
        }
        made: dict[str, Json] = {}
        for name, port in called.items():
            output = output_of(step, name)
            if isinstance(output, OutputParameter) and port in texts:
                made[name] = _read(texts[port], output.type)
            elif isinstance(output, OutputArtifact):
                end = "" if item is None else f"/{found['metadata']['name']}"
                own = kept_at(output)
                path = meant(own) if own else f"{task}/{port}"
                if place := _place(found, path):
                    made[name] = handle_of(f"{place}{end}")
        return made

    def of_run(self, found: Json) -> dict[str, Json]:
        """Return what the workflow as a whole left, as a PipelineRun tells it."""
        texts = {
            one["name"]: one.get("value")
            for one in (found.get("status") or {}).get("results") or ()
        }
        workflow = self.built.flat.workflow
        names = port_names(one.name for one in workflow.outputs)
        made: dict[str, Json] = {}
        for one in workflow.outputs:
            if names[one.name] in texts:
                kind = _kind(workflow, one.value)
                made[one.name] = _read(texts[names[one.name]], kind)
        return made

    def of_group(
        self, group: Group, made: Mapping[str, Mapping[str, Json]]
    ) -> dict[str, Json]:
        """Return what a sub-workflow left, given what steps did, by path."""
        flat = self.built.flat

        def look_up(leaf: Leaf) -> Json:
            match leaf:
                case OutputRef(step=step, name=name):
                    path = flat.paths.get(step, step)
                    if name in made.get(path, {}):
                        return made[path][name]
                    output = output_of(flat.workflow.by_name[step], name)
                    default = getattr(output, "default", None)
                    if isinstance(default, Constant):
                        return default.value
                case ParameterRef(name=name):
                    if name in self.arguments:
                        return self.arguments[name]
                    for one in flat.workflow.parameters:
                        if one.name == name and one.default is not None:
                            return one.default.value
                case _:
                    pass
            raise NotThere

        return outputs_of(group.outputs, look_up)

    def _called(self, task: str, step: Step) -> Mapping[str, str]:
        if task not in self._names:
            self._names[task] = port_names(output_names(step.template))
        return self._names[task]


def _kind(workflow: Workflow, value: object) -> ValueType:
    if isinstance(value, OutputRef) and value.step in workflow.by_name:
        step = workflow.by_name[value.step]
        output = output_of(step, value.name)
        if isinstance(output, OutputParameter) and step.loop is None:
            return output.type
    return ValueType.JSON


def _read(found: Json, kind: ValueType) -> Json:
    if isinstance(found, list):
        return [_read(one, kind) for one in found]
    if not isinstance(found, str):
        return found
    return kept_value(value_read(meant(found), kind))


def _place(found: Json, path: str) -> str:
    """Return where a file lies on the volume of its run; empty if nobody can tell."""
    for one in (found.get("spec") or {}).get("workspaces") or ():
        claim = (one.get("persistentVolumeClaim") or {}).get("claimName")
        if one.get("name") == FILES and claim:
            return f"pvc://{claim}/{path}"
    return ""
