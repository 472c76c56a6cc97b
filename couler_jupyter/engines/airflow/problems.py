"""Why Airflow would refuse a workflow, or run it in another way, beside whole features."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from couler_jupyter.engines.airflow.names import (
    LONGEST,
    dag_name,
    item_name,
    task_name,
)
from couler_jupyter.engines.airflow.ports import are_files
from couler_jupyter.engines.airflow.setting import Containers, Setting
from couler_jupyter.engines.airflow.stores import store_faults
from couler_jupyter.engines.airflow.unrolling import (
    MOST,
    known_items,
    unrolling_faults,
)
from couler_jupyter.errors import Problem
from couler_jupyter.ir import (
    GCS,
    S3,
    Azure,
    ConfigRef,
    Container,
    Dataset,
    FieldRef,
    FromFile,
    FromStdout,
    Function,
    Http,
    InputArtifact,
    LocalPath,
    OutputArtifact,
    Overlap,
    Pod,
    Script,
    SecretRef,
    Step,
    SubWorkflow,
    Suspend,
    Workflow,
)
from couler_jupyter.ir.everywhere import places_in
from couler_jupyter.ir.pod import RawVolume
from couler_jupyter.ir.template import Boxed

DEEPEST = 250
"""Characters of a task's id, that of its groups included."""


def workflow_problems(workflow: Workflow, setting: Setting) -> list[Problem]:
    """Return everything that stands in the way."""
    found: list[Problem] = []
    handlers: set[int] = set()
    around: dict[str, Workflow] = {}
    mapped: list[str] = []
    for one, path in places_in(workflow):
        inside = any(f"{path}/".startswith(each) for each in mapped)
        if isinstance(one, Step):
            where = f"step {path!r}"
            faults = [*_step_faults(one, setting), *_id_faults(path)]
            if id(one) in handlers:
                faults += _handler_faults(one)
            if one.loop is not None and (inside or id(one) in handlers):
                faults += unrolling_faults(one)
            if isinstance(one.template, SubWorkflow):
                faults += _files_faults(one, around[path.rpartition("/")[0]])
                mapped += [f"{path}/"] if one.loop is not None else []
        else:
            around[path] = one
            handlers |= {id(each.step) for each in one.exit_handlers}
            where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
            faults = [*_names_faults(one, inside)]
            faults += _inner_faults(one) if path else _outer_faults(one, setting)
        found += [Problem(where, what) for what in faults]
    return found


def _outer_faults(workflow: Workflow, setting: Setting) -> list[str]:
    found: list[str] = []
    for volume in workflow.volumes:
        source = volume.source
        if isinstance(source, RawVolume) and not isinstance(source.source.value, dict):
            found.append(f"volume {volume.name!r} is {source.source.json}, no object")
    schedule = workflow.schedule
    in_pods = setting.containers is Containers.KUBERNETES and _has_boxes(workflow)
    if workflow.pod != Pod() and not in_pods:
        found.append("it says where its pods run, and nothing of it runs in pods")
    found += _beside_faults(workflow.pod)
    for artifact in workflow.artifacts:
        default = artifact.default
        if default is not None and not (
            isinstance(default, LocalPath) and isinstance(default.path, str)
        ):
            what = f"the default of input {artifact.name!r}"
            found.append(f"{what} is no path; a parameter of a DAG is text")
    if schedule is None:
        return found
    if schedule.overlap is Overlap.REPLACE:
        found.append("its schedule replaces a run that goes on; Airflow lets it go on")
    if schedule.deadline is not None:
        found.append("its schedule has a deadline; Airflow has none for late runs")
    if len(schedule.crons) > 1 and setting.old:
        found.append("its schedule has several times; Airflow 2.10 takes one")
    missing = [one.name for one in workflow.parameters if one.default is None]
    missing += [one.name for one in workflow.artifacts if not _is_given(one)]
    if missing:
        names = ", ".join(missing)
        found.append(f"it has a schedule, so parameters need a default: {names}")
    return found


def _has_boxes(workflow: Workflow) -> bool:
    return any(
        isinstance(one, Step)
        and (
            isinstance(one.template, Container)
            or (isinstance(one.template, Script) and bool(one.template.image))
        )
        for one, _ in places_in(workflow)
    )


def _is_given(artifact: InputArtifact) -> bool:
    return artifact.optional or artifact.default is not None


def _inner_faults(workflow: Workflow) -> Iterator[str]:
    if workflow.parallelism is not None:
        yield "it has a parallelism of its own; a group of tasks has none"
    if workflow.timeout is not None:
        yield "it has a timeout of its own; a group of tasks has none"


def _names_faults(workflow: Workflow, inside: bool) -> Iterator[str]:
    taken: dict[str, str] = {}
    handlers = [one.step for one in workflow.exit_handlers]
    steps = (*workflow.steps, *handlers)
    wanted = [(task_name(one.name), one.name) for one in steps]
    wanted += [(f"{name}_items", f"items of {one}") for name, one in wanted]
    wanted += [
        (item_name(one.name, number), f"item {number} of {one.name}")
        for one in (steps if inside else handlers)
        for number in range(len(known_items(one) or ()))
    ]
    for name, one in wanted:
        if name in taken:
            yield f"{taken[name]!r} and {one!r} would both be task {name!r}"
        taken[name] = one
    if len(dag_name(workflow.name)) > LONGEST:
        yield "its name is too long for a DAG"


def _id_faults(path: str) -> Iterator[str]:
    whole = ".".join(item_name(one, MOST) for one in path.split("/"))
    if len(whole) > DEEPEST - len(".ending"):
        yield f"the id of its task has {len(whole)} characters; Airflow takes {DEEPEST}"


def _files_faults(step: Step, workflow: Workflow) -> list[str]:
    return [
        f"input {one.name!r} is given files of all items, and it is a workflow; "
        "only a single step can take them"
        for one in step.arguments
        if are_files(one.value, workflow)
    ]


def _handler_faults(step: Step) -> Iterator[str]:
    if isinstance(step.template, SubWorkflow):
        yield "it is a workflow that runs at the end; only a single task can"


def _step_faults(step: Step, setting: Setting) -> Iterator[str]:
    for argument in step.arguments:
        yield from _storage_faults(argument.name, argument.value)
    backoff = step.retry.backoff if step.retry else None
    if backoff is not None and backoff.total is not None:
        yield "its retries have a time in total; Airflow counts only how many"
    if backoff is not None and setting.old and backoff.factor not in {1, 2}:
        yield "its waits grow by another factor than 2; Airflow 2.10 has no other"
    if isinstance(step.template, SubWorkflow):
        yield from _group_faults(step)
    elif isinstance(step.template, Suspend) and step.template.seconds is None:
        yield from _asking_faults(step, setting)
    elif isinstance(step.template, Boxed):
        yield from _box_faults(step.template, setting)


def _asking_faults(step: Step, setting: Setting) -> Iterator[str]:
    if not setting.since(3, 1):
        yield "it waits for a person, which Airflow asks since 3.1"
    if step.repeat is not None:
        yield "it waits for a person and is repeated; a task is asked once"


def _group_faults(step: Step) -> Iterator[str]:
    asked = {
        "is repeated": step.repeat,
        "is retried": step.retry,
        "has a timeout": step.timeout,
        "has words of Airflow's": [
            one for one in step.extras if one.engine == "airflow"
        ],
        "is mapped with a parallelism": step.loop and step.loop.parallelism,
    }
    for what, there in asked.items():
        if there:
            yield f"it {what}, and is a workflow; a group of tasks has no word for that"


def _box_faults(template: Boxed, setting: Setting) -> Iterator[str]:
    boxed = isinstance(template, Container) or (
        isinstance(template, Script) and bool(template.image)
    )
    pods = boxed and setting.containers is Containers.KUBERNETES
    for port in template.inputs:
        if isinstance(port, InputArtifact):
            yield from _default_faults(port)
            yield from _path_faults(port.path, boxed, pods)
    for output in template.outputs:
        if isinstance(output, OutputArtifact):
            yield from _path_faults(output.path, boxed, pods)
            yield from _storage_faults(output.name, output.storage)
            if isinstance(output.storage, Http):
                yield f"output {output.name!r} is put to a URL, which is not done yet"
        elif isinstance(output.source, FromFile):
            yield from _path_faults(output.source.path, boxed, pods)
        elif isinstance(output.source, FromStdout) and isinstance(template, Function):
            continue
    if not pods:
        for what in _pod_words(template):
            yield (
                f"it has {what}, a word of pods; {'choose' if boxed else 'run it in'} "
                + ("containers='kubernetes'" if boxed else "an image, in a pod")
            )
    else:
        yield from _beside_faults(template.pod)
    absolute = template.working_dir.startswith("/")
    if absolute and not boxed:
        yield "its working folder is absolute; on the worker it is its own folder"


def _beside_faults(pod: Pod) -> Iterator[str]:
    for each in (*pod.init, *pod.sidecars):
        texts = (*each.command, *each.args, *(one.value for one in each.env))
        if not all(
            isinstance(one, str | SecretRef | ConfigRef | FieldRef) for one in texts
        ):
            yield f"container {each.name!r} holds values that only a run knows"


def _pod_words(template: Boxed) -> Iterator[str]:
    """Yield what of a template only a pod can have."""
    for one in fields(Pod):
        if (
            one.name != "host_network"
            and getattr(template.pod, one.name) != one.default
        ):
            yield f"pod.{one.name}"
    if template.env_from:
        yield "env_from"
    if template.mounts:
        yield "mounts"
    if any(isinstance(one.value, FieldRef) for one in template.env):
        yield "a field of the pod in its environment"


def _path_faults(path: str, boxed: bool, pods: bool) -> Iterator[str]:
    if pods:
        yield "files of pods are not moved yet; choose containers='docker'"
    elif boxed and path.startswith("/") and not path.startswith("/couler/"):
        yield f"path {path} is outside the folder that is mounted; write a relative one"
    elif path.startswith("/") and not boxed and not path.startswith("/tmp/"):  # noqa: S108
        yield f"path {path} is outside the step's own folder; write a relative one"


def _default_faults(port: InputArtifact) -> Iterator[str]:
    yield from _storage_faults(port.name, port.default)


def _storage_faults(name: str, storage: object) -> Iterator[str]:
    source = storage.source if isinstance(storage, Dataset) else storage
    if isinstance(source, Http) and (source.username or source.password):
        yield f"input {name!r} is fetched with a password, which is not sent yet"
    if isinstance(source, S3 | GCS | Azure):
        yield from (f"{name!r} {fault}" for fault in store_faults(source))
