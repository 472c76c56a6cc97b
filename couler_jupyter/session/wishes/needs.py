"""What a workflow uses when it runs, as far as it says so: images, commands, secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from couler_jupyter.ir import (
    Boxed,
    Container,
    EnvSource,
    Foreign,
    Function,
    Job,
    Mount,
    Script,
    SecretFiles,
    SecretRef,
    Step,
    SubWorkflow,
    Volume,
    Workflow,
    places_in,
)
from couler_jupyter.nl.gate.shown import plain_text, texts_in, words_of
from couler_jupyter.protocol import one_line
from couler_jupyter.protocol.nl import NeedView

_HOST = re.compile(
    r"\b([a-z][a-z0-9+.-]{1,15})://([^\s/\"'<>()]{1,200})", re.IGNORECASE
)
_LONGEST = 300
_FIRST = ("image", "command", "function", "secret", "volume", "network")


def needs_of(workflow: Workflow) -> list[NeedView]:
    """Return what a workflow uses, each with the steps that use it.

    It is what stands in the workflow: addresses that a program makes up while it
    runs are not in it.
    """
    found: dict[tuple[str, str], dict[str, None]] = {}
    for kind, what, step in _uses(workflow):
        steps = found.setdefault((kind, one_line(what, _LONGEST)), {})
        if step:
            steps[one_line(step)] = None
    return [
        {"kind": kind, "what": what, "steps": list(steps)}
        for (kind, what), steps in sorted(found.items(), key=_place)
    ]


def _uses(workflow: Workflow) -> Iterator[tuple[str, str, str]]:
    for one, path in places_in(workflow):
        if isinstance(one, Step):
            yield from ((kind, what, path) for kind, what in _of_step(one))
        else:
            yield from ((kind, what, "") for kind, what in _of_workflow(one))


def _place(found: tuple[tuple[str, str], object]) -> tuple[int, str]:
    kind, _ = found[0]
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST), kind


def _of_workflow(workflow: Workflow) -> Iterator[tuple[str, str]]:
    for volume in workflow.volumes:
        yield "volume", _volume(volume)
        if isinstance(volume.source, SecretFiles):
            yield "secret", volume.source.secret
    yield from _secrets((workflow.pod, workflow.artifacts))
    for side in (*workflow.pod.init, *workflow.pod.sidecars):
        yield "image", side.image


def _of_step(step: Step) -> Iterator[tuple[str, str]]:
    template = step.template
    match template:
        case Container():
            yield "image", template.image
            yield "command", " ".join(words_of(template, step))
        case Script():
            if template.image:
                yield "image", template.image
            yield (
                "command",
                f"{' '.join(template.interpreter)}: {_script(template, step)}",
            )
        case Function():
            if template.image:
                yield "image", template.image
            yield "function", template.entrypoint
            yield from (("package", one) for one in template.requirements)
        case Job():
            yield "object of the cluster", f"{template.action}"
        case Foreign():
            yield "own words", f"{template.engine} {template.kind}"
        case _:
            pass
    if isinstance(template, Boxed):
        yield from (("volume", _mount(one)) for one in template.mounts)
        yield from (
            ("image", one.image) for one in (*template.pod.init, *template.pod.sidecars)
        )
        for one in template.env_from:
            if one.source is EnvSource.SECRET:
                yield "secret", one.name
    if isinstance(template, SubWorkflow):
        return
    yield from _secrets((template, step.arguments))
    for text in texts_in((template, step.arguments, step.loop)):
        yield from (("network", f"{url[1]}://{url[2]}") for url in _HOST.finditer(text))


def _secrets(value: object) -> Iterator[tuple[str, str]]:
    """Yield every secret that a value of the IR refers to."""
    match value:
        case SecretRef(name=name, key=key):
            yield "secret", f"{name}/{key}"
        case tuple():
            for one in value:
                yield from _secrets(one)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from _secrets(getattr(value, field.name))
        case _:
            pass


def _volume(volume: Volume) -> str:
    kind = type(volume.source).__name__
    where = next(
        (
            str(getattr(volume.source, name))
            for name in ("path", "name", "secret", "config_map")
            if hasattr(volume.source, name)
        ),
        "",
    )
    return f"{volume.name}: {kind} {where}".rstrip()


def _mount(mount: Mount) -> str:
    return f"{mount.volume} at {mount.path}{' (read only)' if mount.read_only else ''}"


def _script(script: Script, step: Step) -> str:
    return plain_text(script.source, step)
