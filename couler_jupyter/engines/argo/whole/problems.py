"""What Argo or Kubernetes would refuse of what templates and manifests say in detail."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from couler_jupyter.engines.argo.templates.selectors import selector_fault
from couler_jupyter.engines.argo.whole.bindings import BINDING, binding_problems
from couler_jupyter.engines.argo.whole.document import kind_of
from couler_jupyter.engines.argo.whole.walk import all_steps
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    Boxed,
    Constant,
    Job,
    Labels,
    Pod,
    RawVolume,
    Step,
    SubWorkflow,
    Suspend,
    Template,
    Workflow,
)

_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
_KEY = re.compile(rf"(?:[a-z0-9](?:[a-z0-9.-]{{0,251}}[a-z0-9])?/)?{_NAME}")
_VALUE = re.compile(f"(?:{_NAME})?")
_CONTAINER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_ARGO_OWN = ("main", "init", "wait")


def whole_problems(workflow: Workflow) -> Iterator[Problem]:
    """Yield what cannot be written as it is, of the workflow and of all its steps."""
    where = f"workflow {workflow.name!r}"
    for what in _label_faults(workflow.labels, workflow.annotations):
        yield Problem(where, what)
    yield from (Problem(where, what) for what in _pod_faults(workflow.pod))
    if kind_of(workflow) == BINDING:
        yield from binding_problems(workflow)
    seen: dict[int, tuple[str, ...]] = {}
    for path, step in all_steps(workflow):
        key = id(step.template)
        if key not in seen:
            seen[key] = tuple(_template_faults(step.template))
        for what in (*_step_faults(step), *seen[key]):
            yield Problem(f"step {path!r}", what)
    for one in _workflows(workflow):
        yield from (Problem(where, what) for what in _volume_faults(one))


def _workflows(workflow: Workflow) -> Iterator[Workflow]:
    yield workflow
    for _, step in all_steps(workflow):
        if isinstance(step.template, SubWorkflow):
            yield step.template.workflow


def _step_faults(step: Step) -> Iterator[str]:
    template = step.template
    if step.timeout is not None and isinstance(template, SubWorkflow | Suspend):
        kind = "a sub-workflow" if isinstance(template, SubWorkflow) else "a wait"
        yield f"Argo bounds only what runs in a pod; its time-out is that of {kind}"
    if step.retry is not None and step.retry.backoff is not None:
        factor = step.retry.backoff.factor
        if not float(factor).is_integer() or factor < 1:
            yield f"its back-off grows by {factor}; Argo takes whole numbers from 1"


def _template_faults(template: Template) -> Iterator[str]:
    if isinstance(template, Job):
        for test in (*template.success, *template.failure):
            if fault := selector_fault(test):
                yield fault
    if isinstance(template, Boxed):
        yield from _pod_faults(template.pod)
        yield from _mount_faults(template)


def _pod_faults(pod: Pod) -> Iterator[str]:
    yield from _label_faults(pod.labels, pod.annotations)
    parts = {"affinity": pod.affinity, "security": pod.security, "patch": pod.patch}
    for name, part in parts.items():
        if part is not None and not _is_object(part):
            yield f"its {name} is {part.json[:40]}; Kubernetes takes an object"
    for one in (*pod.init, *pod.sidecars):
        if _CONTAINER.fullmatch(one.name) is None or one.name in _ARGO_OWN:
            yield f"a container cannot be called {one.name!r}; write another name"


def _mount_faults(template: Boxed) -> Iterator[str]:
    found = Counter(mount.path for mount in template.mounts)
    for path, count in found.items():
        if count > 1:
            yield f"it mounts {count} volumes at {path}"


def _label_faults(labels: Labels, annotations: Labels) -> Iterator[str]:
    for key, value in labels:
        if _KEY.fullmatch(key) is None:
            yield f"label {key!r} is no name that Kubernetes takes"
        elif _VALUE.fullmatch(value) is None:
            yield f"label {key!r} has value {value[:70]!r}, which Kubernetes refuses"
    for key, _ in annotations:
        if _KEY.fullmatch(key) is None:
            yield f"annotation {key!r} is no name that Kubernetes takes"


def _volume_faults(workflow: Workflow) -> Iterator[str]:
    for volume in workflow.volumes:
        source = volume.source
        if isinstance(source, RawVolume) and not _is_object(source.source):
            yield f"volume {volume.name!r} is {source.source.json[:40]}, no object"


def _is_object(value: Constant) -> bool:
    return value.json.startswith("{")
