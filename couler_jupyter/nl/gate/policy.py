"""The policy: what a workflow that is built would do, that a person should see first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

from couler_jupyter.ir import (
    Boxed,
    Constant,
    Container,
    Foreign,
    Function,
    HostPath,
    Items,
    Job,
    JobAction,
    LocalPath,
    Range,
    Raw,
    RawVolume,
    Remote,
    Script,
    Step,
    SubWorkflow,
    Workflow,
    leaves_in,
    places_in,
)
from couler_jupyter.nl.gate.commands import command_finds
from couler_jupyter.nl.gate.found import Found, as_risks, excerpt
from couler_jupyter.nl.gate.images import image_finds
from couler_jupyter.nl.gate.manifests import host_path_finds, manifest_finds
from couler_jupyter.nl.gate.places import is_root, is_system
from couler_jupyter.nl.gate.pods import boxed_finds, extra_finds, pod_finds
from couler_jupyter.nl.gate.programs import function_finds, script_finds, words_finds
from couler_jupyter.nl.gate.secrets import sounds_secret
from couler_jupyter.nl.gate.shown import plain_text, texts_in, words_of
from couler_jupyter.nl.gate.texts import anywhere_finds, told_finds
from couler_jupyter.nl.report import Risk

_HERE = frozenset({"", ".", "./"})
_PLAIN_HTTP = re.compile(r"http://(?!localhost|127\.)")
MANY_STEPS, MOST_STEPS = 1_000, 100_000


def policy(workflow: Workflow) -> tuple[Risk, ...]:
    """Return what a workflow would do that a person should see before it runs.

    Those that no honest workflow needs have `blocks`; they come first.
    """
    risks: dict[Risk, None] = {}
    for one, path in places_in(workflow):
        finds = _step_finds(one) if isinstance(one, Step) else _workflow_finds(one)
        for risk in as_risks(finds, path):
            risks[_with_line(risk, one)] = None
    for leaf, path in leaves_in(workflow):
        if isinstance(leaf, Raw):
            what = f"an expression of {leaf.engine} that is not checked: {excerpt(leaf.text)}"
            risks |= dict.fromkeys(as_risks([Found("policy-foreign", what)], path))
    for risk in as_risks(_size_finds(workflow)):
        risks[risk] = None
    return tuple(sorted(risks, key=lambda risk: not risk.blocks))


def _with_line(risk: Risk, one: Workflow | Step) -> Risk:
    if isinstance(one, Step) and one.origin is not None:
        return replace(risk, line=one.origin.line)
    return replace(risk, line=0)


def _workflow_finds(workflow: Workflow) -> Iterator[Found]:
    yield from pod_finds(workflow.pod)
    for volume in workflow.volumes:
        match volume.source:
            case HostPath(path=path):
                yield from host_path_finds(path)
            case RawVolume(source=source):
                what = f"volume {volume.name} is written as Kubernetes has it: {source.json}"
                yield Found("policy-foreign", what)
                yield from manifest_finds(source.value)
            case _:
                continue
    yield from extra_finds(workflow.extras)
    for cron in workflow.schedule.crons if workflow.schedule else ():
        minute = cron.split()[0] if cron.split() else ""
        if minute == "*" or re.fullmatch(r"\*/[1-9]", minute):
            yield Found("policy-often", f"starts by itself every few minutes: {cron}")
    for text in (
        workflow.name,
        workflow.description,
        *(one.description for one in workflow.parameters),
        *(one.description for one in workflow.artifacts),
        *(text for pair in (*workflow.labels, *workflow.annotations) for text in pair),
    ):
        yield from told_finds(text)
    for parameter in workflow.parameters:
        default = parameter.default.value if parameter.default else None
        if isinstance(default, str):
            yield from anywhere_finds(default)
            if default and sounds_secret(parameter.name):
                what = f"parameter {parameter.name} has a plain default; use a secret"
                yield Found("policy-password", what)


def _step_finds(step: Step) -> Iterator[Found]:
    template = step.template
    yield from told_finds(step.name)
    yield from extra_finds(step.extras)
    if isinstance(template, SubWorkflow):
        return
    if isinstance(template, Boxed):
        yield from boxed_finds(template)
    match template:
        case Container():
            yield from image_finds(template.image)
            yield from words_finds(words_of(template, step), template.env)
        case Script():
            yield from script_finds(template, step)
        case Function():
            yield from function_finds(template)
        case Job():
            yield from _job_finds(template, step)
        case Foreign(engine=engine, kind=kind, body=body):
            what = (
                f"a step in {engine}'s own words ({kind}), which is not checked further"
            )
            yield Found("policy-foreign", what)
            yield from manifest_finds(body.value)
        case _:
            pass
    yield from _given_finds(step)
    yield from _local_finds(step)
    for text in texts_in(template, but=("source",)):
        yield from anywhere_finds(text)
        yield from told_finds(text)
    if step.retry is not None and step.retry.limit > 100:
        yield Found("policy-big", f"is tried {step.retry.limit} times")
    if step.repeat is not None and step.repeat.limit > 10_000:
        yield Found("policy-big", f"is repeated up to {step.repeat.limit} times")


def _local_finds(step: Step) -> Iterator[Found]:
    """Yield what is said of files of the machine that a step takes or leaves."""
    outputs = getattr(step.template, "outputs", ())
    given: list[tuple[object, str]] = [(one.value, "reads") for one in step.arguments]
    given += [(getattr(one, "storage", None), "writes") for one in outputs]
    for storage, does in given:
        path = plain_text(storage.path) if isinstance(storage, LocalPath) else ""
        if path not in _HERE and (is_root(path) or is_system(path)):
            what = f"{does} {excerpt(path)}, which is the system's"
            yield Found("policy-host-root", what)
        elif path.startswith(("/", "~")) and does == "writes":
            yield Found("policy-host-path", f"writes {excerpt(path)} on the machine")
        elif isinstance(storage, get_args(Remote)) and does == "writes":
            what = " ".join(one for one in texts_in(storage) if one)
            yield Found("policy-uploads", f"keeps an output elsewhere: {excerpt(what)}")
        elif storage is not None and not isinstance(storage, Constant):
            for text in texts_in(storage):
                if _PLAIN_HTTP.match(text):
                    yield Found("policy-plain-http", f"reads {excerpt(text)}")


def _given_finds(step: Step) -> Iterator[Found]:
    """Yield what is said of the plain values a step is given, one by one."""
    for text in texts_in((step.arguments, step.loop)):
        yield from anywhere_finds(text)
    for one in step.arguments:
        if isinstance(one.value, Constant) and sounds_secret(one.name):
            value = one.value.value
            if isinstance(value, str) and value:
                what = f"{one.name} is given as plain text; use couler.create_secret"
                yield Found("policy-password", what)


def _job_finds(job: Job, step: Step) -> Iterator[Found]:
    text = plain_text(job.manifest, step)
    parsed = _parsed(text)
    kind = parsed.get("kind", "object") if isinstance(parsed, dict) else "object"
    yield Found("policy-job", f"{job.action}s a {excerpt(str(kind))} on the cluster")
    if job.action is JobAction.DELETE:
        yield Found("policy-deletes", f"deletes a {excerpt(str(kind))} of the cluster")
    if parsed is None:
        yield from command_finds(text)
    yield from manifest_finds(parsed)
    for flag in job.flags:
        if re.search(
            r"kubeconfig|--as\b|--token|--server|--force|--context|-n=?\s*kube-",
            plain_text(flag),
        ):
            what = f"gives kubectl the flag {excerpt(plain_text(flag))}"
            yield Found("policy-control", what)


def _parsed(text: str) -> Any:  # noqa: ANN401 (any YAML)
    import yaml

    from couler_jupyter.ir.safe_yaml import load

    try:
        return load(text)
    except yaml.YAMLError:
        return None


def _size_finds(workflow: Workflow) -> Iterator[Found]:
    count = _count(workflow)
    if count > MOST_STEPS:
        yield Found("policy-bomb", f"at least {count} steps; {MOST_STEPS} at the most")
    elif count > MANY_STEPS:
        yield Found("policy-big", f"at least {count} steps")


def _count(workflow: Workflow) -> int:
    """Return how many steps a run has at least, as far as that is known now."""
    total = 0
    for step in (*workflow.steps, *(one.step for one in workflow.exit_handlers)):
        inner = step.template
        own = _count(inner.workflow) if isinstance(inner, SubWorkflow) else 1
        total += own * _turns(step)
    return total


def _turns(step: Step) -> int:
    if step.loop is None:
        return 1
    match step.loop.over:
        case Items(items=items):
            return max(1, len(items))
        case Range(start=Constant() as start, end=Constant() as end, step=by):
            first, last = start.value, end.value
            if isinstance(first, int) and isinstance(last, int) and by:
                return max(1, (last - first) // by + 1)
            return 1
        case _:
            return 1
