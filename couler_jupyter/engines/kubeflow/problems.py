"""What Kubeflow Pipelines cannot say of a workflow though it has the feature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast, get_args

from couler_jupyter.engines.kubeflow.foreign import foreign_faults, used_in
from couler_jupyter.engines.kubeflow.joining import joining_faults
from couler_jupyter.engines.kubeflow.placing import placing_faults
from couler_jupyter.engines.kubeflow.schedules import schedule_problems
from couler_jupyter.engines.kubeflow.steps import is_per_item
from couler_jupyter.engines.kubeflow.stored import storage_faults
from couler_jupyter.engines.kubeflow.workflows import FACTS
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Boxed,
    Claim,
    ConfigFiles,
    Constant,
    Container,
    Foreign,
    Inline,
    InputArtifact,
    Leaf,
    Managed,
    Outcome,
    OutputArtifact,
    OutputRef,
    ParameterRef,
    RunField,
    RunRef,
    SecretFiles,
    Step,
    Storage,
    SubWorkflow,
    Text,
    Value,
    Workflow,
    as_text,
    leaves,
    places_in,
    texts_of,
)
from couler_jupyter.ir.step import storage_values

MOST_TURNS = 16
"""Turns of a repeat that are written out."""
_PLACEHOLDER = "{{$"
_ENDS = frozenset({RunField.STATUS, RunField.KUBE_STATUS})
_KNOWN = frozenset({*FACTS, RunField.WORKFLOW, *_ENDS})
_FAILED = frozenset({Outcome.FAILED, Outcome.ERRORED})


def own_problems(workflow: Workflow) -> Iterator[Problem]:
    """Yield what cannot be said, with the path of the step."""
    for one, path in places_in(workflow):
        where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
        found = _of_step(one) if isinstance(one, Step) else _of_workflow(one, not path)
        for what in found:
            yield Problem(where, what)


def _of_workflow(workflow: Workflow, outermost: bool) -> Iterator[str]:
    yield from placing_faults(workflow.pod)
    for artifact in workflow.artifacts:
        yield from _of_artifact(artifact, workflow, outermost)
    if not outermost and (workflow.timeout is not None or workflow.ttl is not None):
        yield "only a whole run has a timeout or goes by itself"
    if outermost and workflow.schedule is not None:
        yield from schedule_problems(workflow.schedule)
    limited = {one.name: one for one in workflow.steps if _leaves_little(one)}
    for user in workflow.steps:
        refs = [one for one in user.references() if isinstance(one, OutputRef)]
        others = [one for one in refs if one.step != user.name]
        yield from _of_uses(f"step {user.name!r}", others, limited)
        for value in user.values():
            yield from joining_faults(f"step {user.name!r}", value, workflow)
    for output in workflow.outputs:
        refs = [one for one in leaves(output.value) if isinstance(one, OutputRef)]
        yield from _of_uses(f"output {output.name!r}", refs, limited)
        yield from _of_leaves(output.value)
        yield from joining_faults(f"output {output.name!r}", output.value, workflow)
        if _is_artifact(output.value, workflow):
            yield f"output {output.name!r} is a file that no step of it made"
    used = used_in(workflow)
    for step in (*workflow.steps, *(one.step for one in workflow.exit_handlers)):
        if isinstance(step.template, Foreign):
            for what in foreign_faults(step, used):
                yield f"step {step.name!r}: {what}"
    for handler in workflow.exit_handlers:
        if len(_FAILED.intersection(handler.on)) == 1:
            yield "an exit handler is for failed and errored runs, or for neither"


def _of_artifact(
    artifact: InputArtifact, workflow: Workflow, outermost: bool
) -> Iterator[str]:
    named = f"artifact {artifact.name!r}"
    if artifact.default is None:
        if outermost:
            yield f"{named}: a run is given no files; give it a default, or read it in a step"
        return
    if outermost and workflow.exit_handlers:
        yield f"{named} comes in before all that exit handlers wait for; read it in a step"
    if any(not isinstance(leaf, Constant) for leaf in _leaves_of(artifact.default)):
        yield f"{named}: its default is known before the run here"
    yield from _of_storage(named, artifact.default)


def _leaves_of(storage: Storage) -> Iterator[Leaf]:
    for value in storage_values(storage):
        yield from leaves(value)


def _of_storage(named: str, storage: Storage) -> Iterator[str]:
    for what in storage_faults(storage):
        yield f"{named}: {what}"
    if isinstance(storage, Inline) and isinstance(storage.data, str):
        yield from _of_text(storage.data)
    for leaf in _leaves_of(storage):
        yield from _of_leaf(leaf)


def _leaves_little(step: Step) -> bool:
    """Whether a step may not run, or not once only, so that not all of it gets out."""
    return step.when is not None or step.repeat is not None


def _of_uses(
    user: str, refs: list[OutputRef], limited: Mapping[str, Step]
) -> Iterator[str]:
    for ref in refs:
        maker = limited.get(ref.step)
        if maker is None:
            continue
        if maker.when is not None and maker.loop is not None and not is_per_item(maker):
            yield f"{user} uses an output of {ref.step!r}, a map that may be skipped"
        elif _leaves_file(maker, ref.name):
            yield f"{user} uses a file of {ref.step!r}, which may be skipped or repeated"


def _leaves_file(step: Step, name: str) -> bool:
    template = step.template
    if isinstance(template, SubWorkflow):
        return any(
            one.name == name and _may_be_file(one.value, template.workflow)
            for one in template.workflow.outputs
        )
    return any(
        isinstance(one, OutputArtifact) and one.name == name for one in template.outputs
    )


def _may_be_file(value: Value, workflow: Workflow) -> bool:
    if not isinstance(value, OutputRef):
        return _is_artifact(value, workflow)
    return _leaves_file(workflow.by_name[value.step], value.name)


def _is_artifact(value: object, workflow: Workflow) -> bool:
    names = {one.name for one in workflow.artifacts}
    return isinstance(value, ParameterRef) and value.name in names


def _of_step(step: Step) -> Iterator[str]:
    template = step.template
    if isinstance(template, SubWorkflow):
        said = {"retry": step.retry, "timeout": step.timeout, "cache": step.cache}
        for word, there in said.items():
            if there is not None:
                yield f"a sub-workflow has no {word} of its own; say it of its steps"
    else:
        for text in texts_of(template):
            yield from _of_leaves(text)
    if isinstance(template, Container) and not template.command:
        yield "its launcher starts no image's own program; give a command"
    if isinstance(template, Boxed):
        yield from _of_box(template)
    for argument in step.arguments:
        if isinstance(argument.value, get_args(Storage)):
            stored = cast("Storage", argument.value)
            yield from _of_storage(f"input {argument.name!r}", stored)
    for value in step.values():
        yield from _of_leaves(value)
    yield from _of_reliability(step)
    if step.repeat is not None and step.repeat.limit > MOST_TURNS:
        yield (
            f"a repeat is written out turn by turn, {MOST_TURNS} at the most, since a "
            "pipeline has no loop of unknown length (kubeflow/pipelines #10748, #14092)"
        )


def _of_box(box: Boxed) -> Iterator[str]:
    yield from placing_faults(box.pod)
    for port in box.inputs:
        if isinstance(port, InputArtifact) and port.default is not None:
            yield from _of_storage(f"input {port.name!r}", port.default)
    for mount in box.mounts:
        if mount.read_only:
            yield f"volume {mount.volume!r} cannot be mounted for reading only"
    for output in box.outputs:
        if isinstance(output, OutputArtifact) and output.storage != Managed():
            yield f"output {output.name!r}: where files are kept is not for a step to say"


def mount_problems(workflow: Workflow) -> Iterator[Problem]:
    """Yield what cannot be said of volumes and where they are mounted."""
    for one, path in places_in(workflow):
        if isinstance(one, Workflow):
            where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
            for what in _of_volumes(one):
                yield Problem(where, what)


def _of_volumes(workflow: Workflow) -> Iterator[str]:
    claims = {one.name for one in workflow.volumes if isinstance(one.source, Claim)}
    for volume in workflow.volumes:
        match volume.source:
            case Claim(read_only=True):
                yield f"claim {volume.name!r} cannot be mounted for reading only"
            case (
                SecretFiles(items=items, mode=mode)
                | ConfigFiles(items=items, mode=mode)
            ):
                if items or mode is not None:
                    yield f"volume {volume.name!r} has all keys, with modes of their own"
            case _:
                pass
    for step in (*workflow.steps, *(one.step for one in workflow.exit_handlers)):
        for mount in step.template.mounts if isinstance(step.template, Boxed) else ():
            if mount.sub_path and mount.volume not in claims:
                yield f"step {step.name!r}: only of a claim a part can be mounted"


def _of_leaves(text: Text) -> Iterator[str]:
    if isinstance(text, str):
        yield from _of_text(text)
        return
    for part in getattr(text, "parts", ()):
        if isinstance(part, str):
            yield from _of_text(part)
    for leaf in leaves(text):
        yield from _of_leaf(leaf)


def _of_leaf(leaf: Leaf) -> Iterator[str]:
    if isinstance(leaf, Constant):
        yield from _of_text(as_text(leaf.value))
    if isinstance(leaf, RunRef) and leaf.field not in _KNOWN:
        yield f"a step is not told the {leaf.field} of its run"


def _of_text(text: str) -> Iterator[str]:
    if _PLACEHOLDER in text:
        yield f"{_PLACEHOLDER!r} in a text begins a placeholder of Kubeflow"


def _of_reliability(step: Step) -> Iterator[str]:
    if step.cache is not None:
        if step.cache.max_age is not None:
            yield "what is cached has no age here; leave out max_age"
        if not isinstance(step.cache.key, str):
            yield "the key of a cache is plain text here"
    backoff = step.retry.backoff if step.retry is not None else None
    if backoff is not None and backoff.total is not None:
        yield "attempts end after a number of them, not after a time; leave out total"
