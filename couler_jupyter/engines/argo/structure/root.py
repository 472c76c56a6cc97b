"""What every part of a manifest knows of the whole: the outermost workflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from couler_jupyter.engines.argo.structure.crossing import WHOLE, Crossing
from couler_jupyter.engines.argo.structure.ending import exports_of
from couler_jupyter.engines.argo.structure.ports import is_artifact_output
from couler_jupyter.ir import InputParameter, SubWorkflow, Workflow
from couler_jupyter.ir.given import outputs_of


@dataclass(frozen=True, slots=True)
class Root:
    """The outermost workflow, and what its run knows by name.

    Attributes:
        workflow: the workflow.
        parameters: of the run, by name.
        artifacts: global names that are artifacts.
        exports: global names for what exit handlers use, by step and output.
        crossing: what goes to and comes from other parts.
    """

    workflow: Workflow
    parameters: Mapping[str, InputParameter]
    artifacts: frozenset[str]
    exports: Mapping[str, Mapping[str, str]]
    crossing: Crossing = WHOLE

    @classmethod
    def of(cls, workflow: Workflow, crossing: Crossing = WHOLE) -> Root:
        """Return what is known of a workflow that is run by itself."""
        return cls(
            workflow,
            {one.name: one for one in workflow.parameters},
            frozenset(_artifact_names(workflow)),
            {} if crossing.run else exports_of(workflow),
            crossing,
        )


def _artifact_names(workflow: Workflow) -> Iterator[str]:
    seen: set[int] = set()
    for step in workflow.steps:
        template = step.template
        if id(template) in seen:
            continue
        seen.add(id(template))
        if isinstance(template, SubWorkflow):
            yield from _artifact_names(template.workflow)
        for output in outputs_of(step):
            if output.global_name and is_artifact_output(step, output):
                yield output.global_name
