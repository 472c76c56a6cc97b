"""Where a step runs and what it finds there: its pod, variables and sidecars."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from couler_jupyter.ir import (
    Boxed,
    ConfigRef,
    EnvVar,
    Extra,
    FieldRef,
    Pod,
    SecretRef,
    Sidecar,
)
from couler_jupyter.nl.gate.found import Found, excerpt
from couler_jupyter.nl.gate.images import image_finds
from couler_jupyter.nl.gate.manifests import manifest_finds
from couler_jupyter.nl.gate.programs import words_finds
from couler_jupyter.nl.gate.secrets import sounds_secret
from couler_jupyter.nl.gate.shown import plain_text
from couler_jupyter.nl.gate.texts import told_finds


def boxed_finds(box: Boxed) -> Iterator[Found]:
    """Yield what is said of a step's place: pod, variables, resources."""
    yield from pod_finds(box.pod)
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
    return isinstance(value, SecretRef | ConfigRef | FieldRef)


def pod_finds(pod: Pod) -> Iterator[Found]:
    """Yield what is said of where a step runs."""
    for pair in (*pod.labels, *pod.annotations):
        for text in pair:
            yield from told_finds(text)
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
    yield from words_finds(words, side.env)


def extra_finds(extras: tuple[Extra, ...]) -> Iterator[Found]:
    """Yield what is said of one engine's own words."""
    for one in extras:
        what = f"{one.engine}'s own words at {one.path}: {excerpt(one.value.json)}"
        yield Found("policy-foreign", what)
        last = PurePosixPath(one.path.replace(".", "/")).name
        yield from manifest_finds({last: one.value.value})
