"""What a workflow will run and use, for people: asked before it runs, like an app's."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from couler_jupyter.ir import (
    Boxed,
    Constant,
    Container,
    EnvFrom,
    EnvSource,
    EnvVar,
    Foreign,
    Function,
    HostPath,
    Job,
    RawVolume,
    Script,
    SecretFiles,
    SecretRef,
    Step,
    VolumeSource,
    Workflow,
    places_in,
)
from couler_jupyter.nl.gate.shown import plain_text, texts_in, words_of

_HOST = re.compile(
    r"\b(?:https?|ftp|s3|gs|oss|hdfs|ssh|git|wss?)://([^\s/'\"@]+@)?([\w.:-]+)"
)
_INSTALL = re.compile(
    r"\b(?:pip3?|conda|apt|apt-get|apk|npm|yarn)\s+(?:-\S+\s+)*(?:install|add)\s+([^;&|\n]+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What a workflow asks for, each list in the order of its steps and once.

    Only what can be read off it is here: a program may do more than its text shows.

    Attributes:
        images: container images.
        commands: command lines, and the first line of scripts.
        functions: Python functions, by step.
        secrets: `name/key`, or `name` for all of its keys.
        volumes: what is mounted, in a few words.
        hosts: machines whose names stand in it, and storages.
        packages: what is installed for it, as pip or its commands say.
        objects: Kubernetes objects that are handed over, by kind.
        schedule: when it runs by itself; empty for never.
    """

    images: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    schedule: tuple[str, ...] = ()


def permissions(workflow: Workflow) -> Permissions:
    """Return what a workflow will run and use, those inside of it included."""
    places = list(places_in(workflow))
    steps = [(one, path) for one, path in places if isinstance(one, Step)]
    whole = [one for one, _ in places if isinstance(one, Workflow)]
    return Permissions(
        images=_once(image for step, _ in steps for image in _images(step)),
        commands=_once(line for step, _ in steps for line in _commands(step)),
        functions=_once(
            path for step, path in steps if isinstance(step.template, Function)
        ),
        secrets=_once(secret for one in whole for secret in _secrets(one)),
        volumes=_once(
            f"{volume.name}: {_volume(volume.source)}"
            for one in whole
            for volume in one.volumes
        ),
        hosts=_once(host for step, _ in steps for host in _hosts(step)),
        packages=_once(package for step, _ in steps for package in _packages(step)),
        objects=_once(kind for step, _ in steps for kind in _objects(step)),
        schedule=workflow.schedule.crons if workflow.schedule else (),
    )


def _once(found: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in found if one))


def _images(step: Step) -> Iterator[str]:
    template = step.template
    if isinstance(template, Container | Script | Function):
        yield template.image
    if isinstance(template, Boxed):
        yield from (one.image for one in (*template.pod.init, *template.pod.sidecars))
    if isinstance(template, Job):
        yield from re.findall(r"image[\"']?:\s*[\"']?([\w./:@-]+)", _manifest(step))


def _commands(step: Step) -> Iterator[str]:
    template = step.template
    match template:
        case Container():
            yield " ".join(words_of(template, step))
        case Script():
            source = plain_text(template.source, step).strip()
            yield f"{' '.join(template.interpreter)}: {source.partition(chr(10))[0]}"
        case _:
            pass
    if isinstance(template, Boxed):
        for side in (*template.pod.init, *template.pod.sidecars):
            yield " ".join(plain_text(word) for word in (*side.command, *side.args))


def _secrets(workflow: Workflow) -> Iterator[str]:
    for one in workflow.volumes:
        if isinstance(one.source, SecretFiles):
            yield one.source.secret
    for step in (*workflow.steps, *(one.step for one in workflow.exit_handlers)):
        for value in _values(step):
            match value:
                case SecretRef(name=name, key=key):
                    yield f"{name}/{key}"
                case EnvFrom(source=EnvSource.SECRET, name=name):
                    yield name
                case _:
                    continue


def _values(step: Step) -> Iterator[object]:
    """Yield the parts of a step that may be references to secrets."""
    template = step.template
    if isinstance(template, Boxed):
        env: list[EnvVar] = [*template.env]
        for side in (*template.pod.init, *template.pod.sidecars):
            env += side.env
        yield from (one.value for one in env)
        yield from template.env_from
    for one in (*step.arguments, *getattr(template, "outputs", ())):
        for holder in (getattr(one, "value", None), getattr(one, "storage", None)):
            yield from _parts(holder)


def _parts(holder: object) -> Iterator[object]:
    for name in getattr(type(holder), "__slots__", ()):
        part = getattr(holder, name)
        yield part
        if name == "source":
            yield from _parts(part)


def _volume(source: VolumeSource) -> str:
    match source:
        case HostPath(path=path):
            return f"{path} of the machine"
        case RawVolume(source=Constant(json=text)):
            return text
        case SecretFiles(secret=secret):
            return f"files of secret {secret}"
        case _:
            kind = type(source).__name__
            name = getattr(source, "name", "") or getattr(source, "config_map", "")
            return f"{kind} {name}".strip()


def _hosts(step: Step) -> Iterator[str]:
    template = step.template
    texts = [*texts_in(template, but=("source",)), *texts_in(step.arguments)]
    if isinstance(template, Function):
        texts += _constants(template.source)
    elif isinstance(template, Script):
        texts.append(plain_text(template.source, step))
    for text in texts:
        yield from (found[1] for found in _HOST.findall(text))
    kept = [getattr(one, "storage", None) for one in getattr(template, "outputs", ())]
    for storage in (*(one.value for one in step.arguments), *kept):
        for name in ("bucket", "container", "endpoint"):
            for holder in (storage, getattr(storage, "source", None)):
                part = getattr(holder, name, "")
                yield part if isinstance(part, str) else ""


def _constants(source: str) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(source)
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def _packages(step: Step) -> Iterator[str]:
    if isinstance(step.template, Function):
        yield from step.template.requirements
    for line in _commands(step):
        for found in _INSTALL.findall(line):
            words = found.replace('"', " ").replace("'", " ").split()
            yield from (word for word in words if not word.startswith("-"))


def _objects(step: Step) -> Iterator[str]:
    match step.template:
        case Job(action=action):
            kinds = re.findall(r"kind[\"']?:\s*[\"']?(\w+)", _manifest(step))
            yield f"{action} {kinds[0] if kinds else 'object'}"
        case Foreign(engine=engine, kind=kind):
            yield f"{engine}: {kind}"
        case _:
            return


def _manifest(step: Step) -> str:
    if not isinstance(step.template, Job):
        return ""
    return plain_text(step.template.manifest, step)
