"""Whether a leaf is what a task says of one of its steps; the first thing that is not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from couler_jupyter.ir import (
    Boxed,
    Claim,
    ConfigFiles,
    EnvSource,
    Job,
    Json,
    NewClaim,
    OutputArtifact,
    SecretFiles,
    SecretRef,
    Storage,
    VolumeSource,
    as_text,
    parse_bytes,
)
from couler_jupyter.ir.safe_yaml import load
from couler_jupyter.nl.bench.seen import Seen, squashed
from couler_jupyter.nl.bench.task import Facts

_HUB = ("docker.io/library/", "docker.io/", "index.docker.io/library/")


def fault_in(seen: Seen, facts: Facts, items: tuple[Json, ...]) -> str:
    """Return the first thing that a leaf is not, in one line; empty if there is none.

    Args:
        seen: the leaf, as a run with stand-ins shows it.
        facts: what it has to be.
        items: what of the maps it is in it has to be given.
    """
    return next(_faults(seen, facts, items), "")


def _faults(seen: Seen, facts: Facts, items: tuple[Json, ...]) -> Iterator[str]:
    image = _image(getattr(seen.leaf.step.template, "image", ""))
    if facts.image and image != _image(facts.image):
        yield f"its image is {image or 'not given'}, not {facts.image}"
    for words in facts.words:
        if f" {' '.join(words.split())} " not in seen.words:
            yield f"it does not run {words!r}"
    for value in (*facts.given, *items):
        if not _is_given(seen, value):
            yield f"it is not given {value!r}"
    if facts.hints and not any(squashed(one) in seen.telling for one in facts.hints):
        yield f"nothing in it says {' or '.join(facts.hints)}"
    for one in facts.takes:
        if not any(token.rstrip(".") == one for token in seen.tokens):
            yield f"it does not take {_told(one)}"
    if facts.reads and not any(_lies(one, facts.reads) for one in seen.storages):
        yield f"it does not read {_shown(facts.reads)}"
    yield from _box_faults(seen, facts)
    yield from _job_faults(seen, facts)


def _is_given(seen: Seen, value: Json) -> bool:
    if isinstance(value, list | tuple):
        return all(_is_given(seen, one) for one in value)
    if isinstance(value, int | float):
        return float(value) in seen.numbers
    return squashed(value) in seen.telling


def _box_faults(seen: Seen, facts: Facts) -> Iterator[str]:
    template = seen.leaf.step.template
    if not isinstance(template, Boxed):
        return
    secrets = set(_secrets(template))
    wanted = facts.secret
    if wanted and (wanted["env"], wanted["name"], wanted["key"]) not in secrets:
        yield f"variable {wanted['env']} is not {wanted['name']}/{wanted['key']}"
    if facts.no_secrets and secrets:
        yield "it has a secret that it must not have"
    if facts.one_secret and len({name for _, name, _ in secrets}) > 1:
        yield "it has more than the one secret"
    if facts.mount and not _mounted(seen, template, facts.mount):
        yield f"it does not mount {_shown(facts.mount)}"
    yield from _resource_faults(template, facts)
    kept = (one for one in template.outputs if isinstance(one, OutputArtifact))
    if facts.keeps and not any(_lies(one.storage, facts.keeps) for one in kept):
        yield f"it does not keep a file in {_shown(facts.keeps)}"
    nodes = {
        **dict(seen.leaf.workflow.pod.node_selector),
        **dict(template.pod.node_selector),
    }
    if any(nodes.get(key) != value for key, value in facts.node.items()):
        yield f"it is not bound to nodes with {_shown(facts.node)}"
    beside = {_image(one.image) for one in template.pod.sidecars}
    if facts.beside and _image(facts.beside) not in beside:
        yield f"nothing of {facts.beside} runs beside it"


def _resource_faults(template: Boxed, facts: Facts) -> Iterator[str]:
    asked = template.resources
    if facts.cpu is not None and asked.cpu != facts.cpu:
        yield f"it asks for {asked.cpu} cores, not {facts.cpu}"
    if facts.memory and asked.memory != parse_bytes(facts.memory):
        yield f"it asks for {asked.memory} bytes of memory, not {facts.memory}"
    if facts.gpu is not None and asked.gpu != facts.gpu:
        yield f"it asks for {asked.gpu} accelerators, not {facts.gpu}"


def _job_faults(seen: Seen, facts: Facts) -> Iterator[str]:
    template = seen.leaf.step.template
    if not isinstance(template, Job):
        return
    document = load(seen.texts[0]) if facts.manifest else {}
    for path, value in facts.manifest.items():
        if (found := _at(document, path)) != value:
            yield f"{path} of its manifest is {found!r}, not {value!r}"
    if facts.success and not any(one.path == facts.success for one in template.success):
        yield f"it does not wait for {facts.success}"


def _secrets(template: Boxed) -> Iterator[tuple[str, str, str]]:
    """Yield the variables that are secrets: their names, the secrets', the keys'."""
    for one in template.env:
        if isinstance(one.value, SecretRef):
            yield one.name, one.value.name, one.value.key
    for some in template.env_from:
        if some.source is EnvSource.SECRET:
            yield "*", some.name, "*"


def _mounted(seen: Seen, template: Boxed, wanted: Mapping[str, str]) -> bool:
    sources = {one.name: one.source for one in seen.leaf.workflow.volumes}
    return any(
        mount.path.rstrip("/") == wanted["path"].rstrip("/")
        and _is_source(sources.get(mount.volume), wanted)
        for mount in template.mounts
    )


def _is_source(source: VolumeSource | None, wanted: Mapping[str, str]) -> bool:
    match source:
        case Claim(name=name):
            return name == wanted.get("claim")
        case NewClaim(size=size):
            return "new" in wanted and size == parse_bytes(wanted["new"])
        case SecretFiles(secret=name):
            return name == wanted.get("secret")
        case ConfigFiles(config_map=name):
            return name == wanted.get("config")
        case _:
            return False


def _lies(storage: Storage, wanted: Mapping[str, str]) -> bool:
    source = getattr(storage, "source", storage)
    if type(source).__name__ != wanted["kind"]:
        return False
    rest = {key: value for key, value in wanted.items() if key != "kind"}
    return all(_field(source, key) == value for key, value in rest.items())


def _field(storage: object, name: str) -> str:
    value = getattr(storage, name, None)
    if isinstance(value, SecretRef):
        return f"{value.name}/{value.key}"
    value = value or ""
    return (
        value.strip()
        if isinstance(value, str)
        else as_text(getattr(value, "value", ""))
    )


def _at(document: Any, path: str) -> Json:  # noqa: ANN401 (a manifest holds anything)
    for key in path.split("."):
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _image(name: str) -> str:
    for front in _HUB:
        name = name.removeprefix(front)
    return name.removesuffix(":latest")


def _shown(wanted: Mapping[str, str]) -> str:
    return json.dumps(dict(wanted))


def _told(mark: str) -> str:
    kinds = {"$": "the workflow's input", "#": "the", "%": "the run's"}
    return f"{kinds[mark[0]]} {mark[1:]}"
