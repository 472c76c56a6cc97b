"""A container of a task, or one beside it, in words of the IR: all of it or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from couler_jupyter.engines.kube.reading.containers import (
    ReadText,
    read_env,
    read_env_from,
    read_mounts,
    read_pull_policy,
    read_resources,
    read_words,
)
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    objects_at,
    only,
    text_at,
)
from couler_jupyter.ir import (
    Json,
    Mount,
    PullPolicy,
    Resources,
    Sidecar,
    Text,
    parse_bytes,
)

_BOTH = frozenset({"name", "image", "command", "args", "env", "volumeMounts"})
_STEP = _BOTH | {
    *("script", "envFrom", "workingDir", "computeResources", "imagePullPolicy")
}
_SIDECAR = _BOTH | {"computeResources"}
_TEMPLATE = _STEP - {"name", "script", "volumeMounts"}
_ENV = frozenset({"name", "value", "valueFrom"})
_ENV_KINDS = frozenset({"secretKeyRef", "configMapKeyRef", "fieldRef"})
_ENV_FROM = frozenset({"prefix", "secretRef", "configMapRef"})
_MOUNT = frozenset({"name", "mountPath", "subPath", "readOnly"})
_AMOUNTS = frozenset({"cpu", "memory", "ephemeral-storage"})
_TWICE = re.compile(r"\$\$\((?:params|tasks|context|workspaces|results)[.\[]")
_SHEBANG = re.compile(r"#![ \t]*(\S+)(?:[ \t]+([^\n]*?))?[ \t]*\r?(?:\n|\Z)")
_SH = ("/bin/sh", "-e")
"""What Tekton runs a script with that does not say: `#!/bin/sh` and `set -e`."""


@dataclass(frozen=True, slots=True)
class Program:
    """What a script is run with, and the rest of it."""

    interpreter: tuple[str, ...]
    source: Text


def merged_step(step: Object, template: Object) -> Object:
    """Return a step with what its task says of all its steps.

    Raises:
        NoWord: the task says more than can be put together here.
    """
    only(template, _TEMPLATE)
    named = {text_at(one, "name") for one in objects_at(step, "env")}
    env = [
        *(one for one in objects_at(template, "env") if one.get("name") not in named),
        *objects_at(step, "env"),
    ]
    return {**template, **step, **({"env": env} if env else {})}


def check_step(step: Object) -> None:
    """Accept a step of which the IR can say all.

    Raises:
        NoWord: it cannot.
    """
    only(step, _STEP)
    _check_box(step)
    for one in objects_at(step, "envFrom"):
        only(one, _ENV_FROM)
    policy = text_at(step, "imagePullPolicy")
    if policy and policy not in set(PullPolicy):
        raise NoWord(f"{policy!r} is no rule when an image is fetched")


def _check_box(node: Object) -> None:
    if _TWICE.search(json.dumps({k: v for k, v in node.items() if k != "script"})):
        raise NoWord("a value is put behind a $, which is read once more")
    for one in objects_at(node, "env"):
        only(one, _ENV)
        only(object_at(one, "valueFrom"), _ENV_KINDS)
    for one in objects_at(node, "volumeMounts"):
        only(one, _MOUNT)
        if "$(" in json.dumps(one):
            raise NoWord("where a volume is mounted only the run knows")


def box_words(
    step: Object, read: ReadText, mounts: tuple[Mount, ...]
) -> dict[str, Any]:
    """Return what a step says beside its program, as fields of a template."""
    return {
        "env": read_env(step, read),
        "env_from": tuple(read_env_from(step)),
        "mounts": (*mounts, *read_mounts(step)),
        "working_dir": _plain(step, "workingDir"),
        "resources": resources_of(step),
        "pull_policy": read_pull_policy(step),
    }


def words_of(step: Object, key: str, read: ReadText) -> tuple[Text, ...]:
    """Return the words of a command or of its arguments."""
    return read_words(step, key, read)


def program_of(script: str, read: ReadText) -> Program:
    r"""Return what runs a script, and its source.

    >>> program_of("#!/usr/bin/env python3\nprint(1)", str).interpreter
    ('python3',)
    """
    match = _SHEBANG.match(script)
    if match is None:
        return Program(_SH, read(script))
    path, argument = match[1], match[2] or ""
    if "$(" in match[0]:
        raise NoWord("what runs a script only the run knows")
    words = (path, argument) if argument else (path,)
    if path.endswith("/env") and argument:
        split = argument.removeprefix("-S").split()
        if argument.startswith("-") and not argument.startswith("-S"):
            raise NoWord(f"{argument!r} is no interpreter")
        words = tuple(split)
    return Program(words, read(script[match.end() :]))


def resources_of(node: Object) -> Resources:
    """Return what a container asks for.

    Raises:
        NoWord: it asks for something else than the IR has amounts of.
    """
    whole = object_at(node, "computeResources")
    only(whole, frozenset({"limits", "requests"}))
    found = read_resources(node, "computeResources")
    most, asked = object_at(whole, "limits"), object_at(whole, "requests")
    known = {*_AMOUNTS, found.gpu_kind} if found.gpu else _AMOUNTS
    only(most, known)
    only(asked, known)
    alone = {key: value for key, value in asked.items() if key not in most}
    changes: dict[str, Any] = {}
    try:
        if "cpu" in alone:
            changes["cpu"] = read_resources(
                {"r": {"limits": alone, "requests": alone}}, "r"
            ).cpu
        if "memory" in alone:
            changes["memory"] = parse_bytes(alone["memory"])
        if "ephemeral-storage" in alone:
            changes["ephemeral"] = parse_bytes(alone["ephemeral-storage"])
    except ValueError as why:
        raise NoWord(str(why)) from None
    return replace(found, **changes)


def sidecars_of(spec: Object, read: ReadText) -> Iterator[Sidecar]:
    """Yield the containers that run beside the steps.

    Raises:
        NoWord: one says more than the IR has words for.
    """
    for one in objects_at(spec, "sidecars"):
        only(one, _SIDECAR)
        _check_box(one)
        yield Sidecar(
            name=text_at(one, "name"),
            image=_plain(one, "image"),
            command=read_words(one, "command", read),
            args=read_words(one, "args", read),
            env=read_env(one, read),
            mounts=tuple(read_mounts(one)),
            resources=resources_of(one),
        )


def image_of(step: Object) -> str:
    """Return the image of a step.

    Raises:
        NoWord: only the run knows it.
    """
    return _plain(step, "image")


def _plain(node: Object, key: str) -> str:
    text: Json = text_at(node, key)
    if "$(" in text:
        raise NoWord(f"{key} is known only when it runs")
    return str(text)
