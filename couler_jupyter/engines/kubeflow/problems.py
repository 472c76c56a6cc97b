"""What Kubeflow Pipelines cannot say of a workflow though it has the feature."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.kubeflow.steps import FACTS
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Boxed,
    Claim,
    ConfigFiles,
    Constant,
    Container,
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
    SubWorkflow,
    Text,
    Workflow,
    as_text,
    leaves,
    places_in,
    texts_of,
)

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
    if outermost and workflow.artifacts:
        yield "a run is given no files; read them in a step"
    if not outermost and (workflow.timeout is not None or workflow.ttl is not None):
        yield "only a whole run has a timeout or goes by itself"
    conditional = {one.name for one in workflow.steps if one.when is not None}
    users = [(one.name, one.references()) for one in workflow.steps]
    for user, references in users:
        for ref in references:
            if isinstance(ref, OutputRef) and ref.step in conditional:
                yield f"step {user!r} uses an output of {ref.step!r}, which may be skipped"
    for output in workflow.outputs:
        for leaf in leaves(output.value):
            if isinstance(leaf, OutputRef) and leaf.step in conditional:
                yield f"output {output.name!r} is of {leaf.step!r}, which may be skipped"
        yield from _of_leaves(output.value)
        if _is_artifact(output.value, workflow):
            yield f"output {output.name!r} is a file that no step of it made"
    for handler in workflow.exit_handlers:
        if len(_FAILED.intersection(handler.on)) == 1:
            yield "an exit handler is for failed and errored runs, or for neither"


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
        if isinstance(argument.value, Managed):
            yield f"input {argument.name!r}: Kubeflow alone knows where its files are"
    for value in step.values():
        yield from _of_leaves(value)
    yield from _of_reliability(step)


def _of_box(box: Boxed) -> Iterator[str]:
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
