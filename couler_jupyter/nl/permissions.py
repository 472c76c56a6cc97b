"""What a workflow will run and use, for people: asked before it runs, like an app's."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import TypeAlias

from couler_jupyter.ir import (
    Boxed,
    Container,
    EnvSource,
    Foreign,
    Function,
    HostPath,
    Job,
    Mount,
    RawVolume,
    Script,
    SecretFiles,
    SecretRef,
    Sidecar,
    Step,
    SubWorkflow,
    Volume,
    Workflow,
    places_in,
)
from couler_jupyter.nl.gate.shown import plain_text, texts_in, words_of

_HOST = re.compile(
    r"\b([a-z][a-z0-9+.-]{1,15})://(?:[^\s/'\"@]+@)?([^\s/\"'<>()]{1,200})",
    re.IGNORECASE,
)
_INSTALL = re.compile(
    r"\b(?:pip3?|conda|apt|apt-get|apk|npm|yarn)\s+(?:-\S+\s+)*(?:install|add)\s+([^;&|\n]+)"
)
_IMAGE = re.compile(r"image[\"']?:\s*[\"']?([\w./:@-]+)")
_OBJECT = re.compile(r"kind[\"']?:\s*[\"']?(\w+)")


class Use(StrEnum):
    """A way of using something; in the order in which people should see them."""

    IMAGE = "image"
    COMMAND = "command"
    FUNCTION = "function"
    SECRET = "secret"  # noqa: S105 (a word, not a password)
    VOLUME = "volume"
    NETWORK = "network"
    PACKAGE = "package"
    OBJECT = "object of the cluster"
    SCHEDULE = "schedule"
    OWN_WORDS = "own words"


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that a workflow uses.

    Only what can be read off it is here: a program may do more than its text shows.

    Attributes:
        use: as what.
        what: an image, a command line, `name/key` of a secret, a machine's address.
        steps: that use it, by their paths; empty where it is the whole workflow's.
    """

    use: Use
    what: str
    steps: tuple[str, ...] = ()


_Found: TypeAlias = Iterator[tuple[Use, str]]


def permissions(workflow: Workflow) -> tuple[Permission, ...]:
    """Return what a workflow will run and use, those inside of it included."""
    found: dict[tuple[Use, str], dict[str, None]] = {}
    for use, what, path in _uses(workflow):
        steps = found.setdefault((use, what), {})
        if path:
            steps[path] = None
    order = list(Use)
    listed = sorted(found.items(), key=lambda one: order.index(one[0][0]))
    return tuple(Permission(use, what, tuple(steps)) for (use, what), steps in listed)


def _uses(workflow: Workflow) -> Iterator[tuple[Use, str, str]]:
    for one, path in places_in(workflow):
        if isinstance(one, Step):
            yield from ((use, what, path) for use, what in _of_step(one) if what)
        else:
            yield from ((use, what, "") for use, what in _of_workflow(one))


def _of_workflow(workflow: Workflow) -> _Found:
    for volume in workflow.volumes:
        yield Use.VOLUME, _volume(volume)
        if isinstance(volume.source, SecretFiles):
            yield Use.SECRET, volume.source.secret
    for cron in workflow.schedule.crons if workflow.schedule else ():
        yield Use.SCHEDULE, cron
    yield from _secrets((workflow.pod, workflow.artifacts))
    yield from _beside((*workflow.pod.init, *workflow.pod.sidecars))


def _of_step(step: Step) -> _Found:
    template = step.template
    match template:
        case Container():
            yield Use.IMAGE, template.image
            yield from _command(" ".join(words_of(template, step)))
        case Script():
            source = plain_text(template.source, step)
            yield Use.IMAGE, template.image
            yield from _command(f"{' '.join(template.interpreter)}: {source}")
        case Function():
            yield Use.IMAGE, template.image
            yield Use.FUNCTION, template.entrypoint
            yield from ((Use.PACKAGE, one) for one in template.requirements)
        case Job():
            yield from _of_job(template)
        case Foreign():
            yield Use.OWN_WORDS, f"{template.engine} {template.kind}"
        case _:
            pass
    if isinstance(template, SubWorkflow):
        return
    if isinstance(template, Boxed):
        yield from ((Use.VOLUME, _mount(one)) for one in template.mounts)
        yield from _beside((*template.pod.init, *template.pod.sidecars))
        for env in template.env_from:
            if env.source is EnvSource.SECRET:
                yield Use.SECRET, env.name
    yield from _secrets((template, step.arguments))
    yield from _network(step)


def _of_job(job: Job) -> _Found:
    manifest = plain_text(job.manifest)
    kinds = _OBJECT.findall(manifest)
    yield Use.OBJECT, f"{job.action} {kinds[0] if kinds else 'object'}"
    yield from ((Use.IMAGE, image) for image in _IMAGE.findall(manifest))


def _beside(boxes: tuple[Sidecar, ...]) -> _Found:
    for box in boxes:
        yield Use.IMAGE, box.image
        words = (*box.command, *box.args)
        yield from _command(" ".join(plain_text(word) for word in words))


def _command(line: str) -> _Found:
    yield Use.COMMAND, line
    for found in _INSTALL.findall(line):
        words = found.replace('"', " ").replace("'", " ").split()
        yield from ((Use.PACKAGE, word) for word in words if word[0] != "-")


def _secrets(value: object) -> _Found:
    """Yield every secret that a value of the IR refers to."""
    match value:
        case SecretRef(name=name, key=key):
            yield Use.SECRET, f"{name}/{key}"
        case tuple():
            for one in value:
                yield from _secrets(one)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from _secrets(getattr(value, field.name))
        case _:
            pass


def _network(step: Step) -> _Found:
    template = step.template
    texts = [*texts_in((step.arguments, step.loop))]
    if isinstance(template, Function):
        texts += texts_in(template, but=("source",))
        texts += _constants(template.source)
    else:
        texts += texts_in(template)
    for text in texts:
        for url in _HOST.finditer(text):
            yield Use.NETWORK, f"{url[1]}://{url[2]}"
    kept = [getattr(one, "storage", None) for one in getattr(template, "outputs", ())]
    for storage in (*(one.value for one in step.arguments), *kept):
        for holder in (storage, getattr(storage, "source", None)):
            yield from _storage(holder)


def _storage(holder: object) -> _Found:
    for name in ("bucket", "container", "endpoint"):
        part = getattr(holder, name, "")
        if isinstance(part, str) and "://" not in part:
            yield Use.NETWORK, part


def _constants(source: str) -> list[str]:
    """Return the texts of a program, comments left out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def _volume(volume: Volume) -> str:
    match volume.source:
        case HostPath(path=path):
            what = f"{path} of the machine"
        case RawVolume(source=source):
            what = plain_text(source)
        case SecretFiles(secret=secret):
            what = f"files of secret {secret}"
        case source:
            name = getattr(source, "name", "") or getattr(source, "config_map", "")
            what = f"{type(source).__name__} {name}".strip()
    return f"{volume.name}: {what}"


def _mount(mount: Mount) -> str:
    return f"{mount.volume} at {mount.path}{' (read only)' if mount.read_only else ''}"
