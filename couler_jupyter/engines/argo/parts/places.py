"""Where artifacts lie that go from part to part: at keys that are known before the run.

One of which nothing is said lies at `RUN/STEP/OUTPUT` in the artifact repository, and one
with a place of its own is taken from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from couler_jupyter.engines.argo.names import port_name, task_name
from couler_jupyter.engines.argo.structure.crossing import kept_at
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Archive,
    Constant,
    Foreign,
    InputArtifact,
    Json,
    Managed,
    OutputArtifact,
    OutputRef,
    ParameterRef,
    Step,
    Storage,
    SubWorkflow,
    Workflow,
    leaves,
    output_of,
)
from couler_jupyter.ir.step import storage_values
from couler_jupyter.ir.template import Input


@dataclass(slots=True)
class Places:
    """The places of artifacts that cross, found as they are asked for.

    Attributes:
        workflow: the whole.
        run: the parameter that holds the name of the run.
        kept: outputs that steps have to leave at such a key, by step.
        inside: the same of sub-workflows, with the key: their outputs by step.
        problems: what has no place that is known before the run.
    """

    workflow: Workflow
    run: str
    kept: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    inside: dict[str, dict[str, Managed]] = field(
        default_factory=dict[str, dict[str, Managed]]
    )
    problems: list[Problem] = field(default_factory=list[Problem])

    def of(self, ref: OutputRef) -> Storage:
        """Return where an artifact lies that a step of one part leaves for others."""
        maker = self.workflow.by_name[ref.step]
        place = kept_at(self.run, f"{task_name(ref.step)}/{port_name(ref.name)}")
        leaf = leaf_of(maker, ref.name)
        if leaf is None:
            self.refuse(ref, "it comes from a choice or from the workflow's own input")
            return place
        step, output = leaf
        if output.delete_after == "run":
            self.refuse(ref, "it is deleted when the part that makes it has ended")
        if output.storage != Managed():
            if any(not _is_known(one) for one in _leaves_of(output.storage)):
                self.refuse(ref, "its place is known only when the step runs")
                return place
            return output.storage
        if isinstance(step.template, Foreign):
            self.refuse(ref, "only Argo's own words say where it lies")
        elif step is maker:
            self.kept.setdefault(ref.step, set()).add(ref.name)
        else:
            self.inside.setdefault(ref.step, {})[ref.name] = place
        return place

    def beside(self, ref: OutputRef, port: Input) -> dict[str, Json]:
        """Return what an argument says of an artifact beside where it lies.

        Argo knows neither how one was packed that is taken by its key, nor that the
        input can do without.
        """
        said: dict[str, Json] = {}
        leaf = leaf_of(self.workflow.by_name[ref.step], ref.name)
        packed = None if leaf is None else leaf[1].archive
        if packed is not None and packed is not Archive.TAR:
            said["archive"] = {packed.value: {}}
        if isinstance(port, InputArtifact) and port.optional:
            said["optional"] = True
        return said

    def refuse(self, ref: OutputRef, why: str) -> None:
        """Note that an artifact cannot cross."""
        what = (
            f"artifact {ref.name!r} goes to another part, and {why}; put both steps into "
            "one part, or give it a storage with a key that is written out"
        )
        problem = Problem(f"step {ref.step!r}", what)
        if problem not in self.problems:
            self.problems.append(problem)


def leaf_of(maker: Step, name: str) -> tuple[Step, OutputArtifact] | None:
    """Return the step that makes an artifact, inside `maker` or itself, and the output.

    None where that is no single one.
    """
    output = output_of(maker, name)
    if isinstance(output, OutputArtifact):
        return maker, output
    value = getattr(output, "value", None)
    if not isinstance(value, OutputRef) or not isinstance(maker.template, SubWorkflow):
        return None
    return leaf_of(maker.template.workflow.by_name[value.step], value.name)


def with_places(step: Step, places: dict[str, Managed]) -> Step:
    """Return a step whose sub-workflow leaves some artifacts at known places."""
    for name, place in places.items():
        step = _with_place(step, name, place)
    return step


def _with_place(step: Step, name: str, place: Managed) -> Step:
    template = step.template
    if not isinstance(template, SubWorkflow):
        assert not isinstance(template, Foreign)
        outputs = tuple(
            replace(one, storage=place)
            if isinstance(one, OutputArtifact) and one.name == name
            else one
            for one in template.outputs
        )
        return replace(step, template=replace(template, outputs=outputs))
    inner = template.workflow
    output = next(one for one in inner.outputs if one.name == name)
    assert isinstance(output.value, OutputRef)
    made = _with_place(inner.by_name[output.value.step], output.value.name, place)
    steps = tuple(made if one.name == made.name else one for one in inner.steps)
    changed = replace(inner, steps=steps)
    return replace(step, template=SubWorkflow(workflow=changed))


def _leaves_of(storage: Storage) -> Iterator[object]:
    for value in storage_values(storage):
        yield from leaves(value)


def _is_known(leaf: object) -> bool:
    if isinstance(leaf, ParameterRef):
        return leaf.of_run
    return isinstance(leaf, Constant)
