"""The policy: what a workflow that is built would do, that a person should see first."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from couler_jupyter.ir import (
    Boxed,
    Constant,
    Container,
    EnvVar,
    Extra,
    Foreign,
    Function,
    HostPath,
    Http,
    Items,
    Job,
    JobAction,
    Pod,
    Range,
    Raw,
    RawVolume,
    Script,
    SecretRef,
    Sidecar,
    Step,
    SubWorkflow,
    Workflow,
    leaves_in,
    places_in,
)
from couler_jupyter.nl.gate.bodies import body_finds
from couler_jupyter.nl.gate.commands import command_finds
from couler_jupyter.nl.gate.found import Found, as_risks, excerpt
from couler_jupyter.nl.gate.images import image_finds
from couler_jupyter.nl.gate.letters import unseen
from couler_jupyter.nl.gate.manifests import host_path_finds, manifest_finds
from couler_jupyter.nl.gate.packages import PACKAGES, lookalike
from couler_jupyter.nl.gate.program import program_of
from couler_jupyter.nl.gate.rules import RULES
from couler_jupyter.nl.gate.secrets import looks_like_key, sounds_secret
from couler_jupyter.nl.gate.shown import plain_text, texts_in, words_of
from couler_jupyter.nl.report import Risk

MANY_STEPS, MOST_STEPS = 1_000, 100_000
_ACTIVE = re.compile(
    r"<\s*(?:script|iframe|object|embed|svg|img|style|link|meta|form)\b"
    r"|\bon\w+\s*=\s*[\"']|javascript:|data:text/html",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<\s*/?\s*[a-zA-Z][^<>]*>")
_PYTHON = re.compile(r"(?:\S*/)?(?:i?python|pypy)[\d.]*")
_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)")


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
    yield from _pod_finds(workflow.pod)
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
    yield from _extra_finds(workflow.extras)
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
        yield from _told_finds(text)
    for parameter in workflow.parameters:
        default = parameter.default.value if parameter.default else None
        if isinstance(default, str):
            yield from _anywhere_finds(default)
            if default and sounds_secret(parameter.name):
                what = f"parameter {parameter.name} has a plain default; use a secret"
                yield Found("policy-password", what)


def _step_finds(step: Step) -> Iterator[Found]:
    template = step.template
    yield from _told_finds(step.name)
    yield from _extra_finds(step.extras)
    if isinstance(template, SubWorkflow):
        return
    if isinstance(template, Boxed):
        yield from _boxed_finds(template)
    match template:
        case Container():
            yield from image_finds(template.image)
            yield from _words_finds(words_of(template, step), template.env)
        case Script():
            yield from _script_finds(template, step)
        case Function():
            yield from _function_finds(template)
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
    if isinstance(step.loop and step.loop.over, Items) or step.arguments:
        yield from _given_finds(step)
    for text in texts_in(template, but=("source",)):
        yield from _anywhere_finds(text)
        yield from _told_finds(text)
    if step.retry is not None and step.retry.limit > 100:
        yield Found("policy-big", f"is tried {step.retry.limit} times")
    if step.repeat is not None and step.repeat.limit > 10_000:
        yield Found("policy-big", f"is repeated up to {step.repeat.limit} times")


def _given_finds(step: Step) -> Iterator[Found]:
    """Yield what is said of the plain values a step is given, one by one."""
    for text in texts_in((step.arguments, step.loop)):
        yield from _anywhere_finds(text)
    for one in step.arguments:
        if isinstance(one.value, Http) and str(one.value.url).startswith("http://"):
            yield Found("policy-plain-http", f"reads {excerpt(str(one.value.url))}")
        if isinstance(one.value, Constant) and sounds_secret(one.name):
            value = one.value.value
            if isinstance(value, str) and value:
                what = f"{one.name} is given as plain text; use couler.create_secret"
                yield Found("policy-password", what)


def _anywhere_finds(text: str) -> Iterator[Found]:
    """Yield what is blocked in any text of a workflow, whatever it is for."""
    if looks_like_key(text):
        what = "a key or token is written down; use couler.create_secret"
        yield Found("policy-secret-value", what)
    if len(text) > 6:
        yield from (one for one in command_finds(text) if RULES[one.rule].blocks)


def _told_finds(text: str) -> Iterator[Found]:
    """Yield what is said of a text that people are shown."""
    if _ACTIVE.search(text):
        yield Found("policy-active-markup", f"markup that would run: {excerpt(text)}")
    elif _MARKUP.search(text) and len(text) < 2_000:
        yield Found("policy-markup", f"markup: {excerpt(text)}")
    if names := unseen(text):
        yield Found("policy-invisible", f"has {names}, which cannot be seen")


def _boxed_finds(box: Boxed) -> Iterator[Found]:
    yield from _pod_finds(box.pod)
    yield from _env_finds(box.env)
    need = box.resources
    if (need.cpu or 0) > 64 or (need.memory or 0) > 2**40 or need.gpu > 16:
        what = f"asks for {need.cpu} cores, {need.memory} bytes, {need.gpu} GPUs"
        yield Found("policy-big", what)


def _env_finds(env: tuple[EnvVar, ...]) -> Iterator[Found]:
    for one in env:
        text = plain_text(one.value) if not _is_reference(one.value) else ""
        if text and sounds_secret(one.name):
            what = f"{one.name} is given as plain text; use couler.create_secret"
            yield Found("policy-password", what)


def _is_reference(value: object) -> bool:
    return type(value).__name__ in {"SecretRef", "ConfigRef", "FieldRef"}


def _pod_finds(pod: Pod) -> Iterator[Found]:
    for pair in (*pod.labels, *pod.annotations):
        for text in pair:
            yield from _told_finds(text)
    if pod.host_network:
        yield Found("policy-host-network", "uses the network of the machine it runs on")
    if pod.service_account:
        what = f"runs with the rights of {excerpt(pod.service_account)}"
        yield Found("policy-account", what)
    fields: dict[str, Any] = {
        "priorityClassName": pod.priority_class,
        "nodeSelector": dict(pod.node_selector),
        "tolerations": [
            {"key": one.key, "operator": one.operator} for one in pod.tolerations
        ],
    }
    yield from manifest_finds(fields)
    if any(one.operator == "Exists" and not one.key for one in pod.tolerations):
        yield Found("policy-placement", "puts up with every taint of a machine")
    for raw in (pod.security, pod.patch):
        if raw is not None:
            yield from manifest_finds(raw.value)
    if pod.patch is not None:
        yield Found("policy-foreign", f"a pod is patched: {excerpt(pod.patch.json)}")
    for side in (*pod.init, *pod.sidecars):
        yield from _sidecar_finds(side)


def _sidecar_finds(side: Sidecar) -> Iterator[Found]:
    yield from image_finds(side.image)
    yield from _env_finds(side.env)
    words = [plain_text(word) for word in (*side.command, *side.args)]
    yield from _words_finds(words, side.env)


def _extra_finds(extras: tuple[Extra, ...]) -> Iterator[Found]:
    for one in extras:
        what = f"{one.engine}'s own words at {one.path}: {excerpt(one.value.json)}"
        yield Found("policy-foreign", what)
        last = PurePosixPath(one.path.replace(".", "/")).name
        yield from manifest_finds({last: one.value.value})


def _words_finds(words: list[str], env: tuple[EnvVar, ...]) -> Iterator[Found]:
    """Yield what a command line of these words would do."""
    line = " ".join(words)
    yield from command_finds(line)
    secrets = [one.name for one in env if isinstance(one.value, SecretRef)]
    yield from _secret_finds(line, secrets)
    if words and _PYTHON.fullmatch(words[0]) and "-c" in words:
        yield from _python_finds(" ".join(words[words.index("-c") + 1 :]))


def _secret_finds(line: str, secrets: list[str]) -> Iterator[Found]:
    for name in secrets:
        used = re.search(rf"\$\{{?{re.escape(name)}\b", line)
        if used and re.search(r"\b(?:echo|printf|cat|tee|log)\b", line):
            yield Found("policy-secret-shown", f"prints ${name}, a secret")
        elif used:
            what = f"puts ${name}, a secret, into a command line"
            yield Found("policy-secret-in-command", what)


def _script_finds(script: Script, step: Step) -> Iterator[Found]:
    if script.image:
        yield from image_finds(script.image)
    source = plain_text(script.source, step)
    if _PYTHON.fullmatch(script.interpreter[0]):
        yield from _python_finds(source)
    else:
        yield from _words_finds([*script.interpreter, source], script.env)


def _python_finds(source: str) -> Iterator[Found]:
    """Yield what the gate says of Python that is carried as text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        yield from command_finds(source)
        return
    origins = program_of(tree).origins
    for one in body_finds(tree.body, origins, "it"):
        rule = "policy-python-blocked" if RULES[one.rule].blocks else "policy-python"
        yield Found(rule, one.what)


def _function_finds(function: Function) -> Iterator[Found]:
    if function.image:
        yield from image_finds(function.image)
    for one in function.requirements:
        match = _REQUIREMENT.match(one)
        name = match[1] if match else ""
        if near := lookalike(name, PACKAGES) if name else None:
            yield Found("policy-package-lookalike", f"package {name}: {near} is meant?")
        if not name or "://" in one or "@" in one or one.lstrip().startswith("-"):
            what = f"installs {excerpt(one)}, which is not a package by its name"
            yield Found("policy-package-source", what)


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
