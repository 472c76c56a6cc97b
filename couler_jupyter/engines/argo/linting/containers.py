"""Templates that run programs: images, mounts, volumes, side by side containers."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.argo.linting.library import Template
from couler_jupyter.engines.argo.linting.names import check_names, label_fault
from couler_jupyter.engines.argo.linting.order import Order
from couler_jupyter.engines.argo.linting.plain import (
    Object,
    entries,
    has_tag,
    inside,
    text,
    words,
)
from couler_jupyter.engines.argo.linting.report import Report, meant, shown
from couler_jupyter.engines.argo.linting.subject import Subject
from couler_jupyter.engines.finding import Rule, Severity
from couler_jupyter.engines.kube.places import Path

NO_IMAGE = Rule("ARGO341", "no-image", "a program has an image to run in")
MOUNTED_TWICE = Rule("ARGO342", "mounted-twice", "one thing stands at one path")
NO_VOLUME = Rule("ARGO343", "no-volume", "volumes that are mounted are declared")
UNSEEN_VOLUME = Rule(
    "ARGO344",
    "unseen-volume",
    "volumes that whoever uses a template must declare are told",
    Severity.NOTE,
)
LONG_ARGUMENT = Rule(
    "ARGO345", "long-argument", "one argument or variable is up to 128 KiB long"
)
CONTAINER_SET = Rule(
    "ARGO346", "bad-container-set", "a containerSet can be run in order"
)
NO_MAIN = Rule(
    "ARGO347",
    "no-main-container",
    "inputs and outputs are those of a container named main",
)
CONTAINER_NAME = Rule(
    "ARGO348", "container-name", "containers beside the main one have names"
)

_MOST_ARGUMENT = 128 * 2**10
_BESIDE = ("initContainers", "sidecars")


def check_containers(template: Template, subject: Subject) -> None:
    """Look at the programs of a template."""
    body, report = template.body, subject.report
    for key in ("container", "script"):
        if isinstance(body.get(key), dict):
            _check_main(key, template, subject)
    for key in _BESIDE:
        for at, one in entries(body, key):
            _check_beside(one, (*template.path, key, at), report)
    if isinstance(body.get("containerSet"), dict):
        _check_set(template, report)
    declared = _volumes(subject, template)
    for one, path in _containers(template):
        _check_lengths(one, path, report)
        _check_mounts(one, path, declared, subject)


def _containers(template: Template) -> Iterator[tuple[Object, Path]]:
    body, path = template.body, template.path
    for key in ("container", "script", "containerSet"):
        if isinstance(body.get(key), dict):
            yield inside(body, key), (*path, key)
    for key in _BESIDE:
        for at, one in entries(body, key):
            yield one, (*path, key, at)
    for at, one in entries(inside(body, "containerSet"), "containers"):
        yield one, (*path, "containerSet", "containers", at)


def _check_main(key: str, template: Template, subject: Subject) -> None:
    body, path, report = (
        inside(template.body, key),
        (*template.path, key),
        subject.report,
    )
    if not text(body, "image") and not text(
        inside(subject.spec, "templateDefaults", key), "image"
    ):
        report.add(
            NO_IMAGE, (*path, "image"), f"{key} {shown(template.name)} has no image"
        )
    taken: dict[str, str] = {}
    for at, mount in entries(body, "volumeMounts"):
        _take(
            text(mount, "mountPath"),
            "a volume",
            (*path, "volumeMounts", at, "mountPath"),
            taken,
            report,
        )
    for at, artifact in entries(inside(template.body, "inputs"), "artifacts"):
        where = (*template.path, "inputs", "artifacts", at, "path")
        _take(text(artifact, "path"), "an artifact", where, taken, report)


def _take(
    place: str, what: str, path: Path, taken: dict[str, str], report: Report
) -> None:
    if place and place in taken:
        report.add(MOUNTED_TWICE, path, f"{taken[place]} is at {shown(place)} already")
    elif place:
        taken[place] = what


def _check_beside(one: Object, path: Path, report: Report) -> None:
    name = text(one, "name")
    if not name:
        report.add(
            CONTAINER_NAME, (*path, "name"), f"this one of {path[-2]} has no name"
        )
    elif (fault := label_fault(name)) and not has_tag(name):
        report.add(
            CONTAINER_NAME, (*path, "name"), f"{shown(name)} is no good name", fault
        )


def _check_set(template: Template, report: Report) -> None:
    path = (*template.path, "containerSet", "containers")
    containers = list(entries(inside(template.body, "containerSet"), "containers"))
    if not containers:
        report.add(CONTAINER_SET, path, "this containerSet has no containers")
    check_names((((*path, at), one) for at, one in containers), "container", report)
    waits = {
        text(one, "name"): [name for _, name in words(one, "dependencies")]
        for _, one in containers
    }
    for at, one in containers:
        for n, name in words(one, "dependencies"):
            if name not in waits:
                where = (*path, at, "dependencies", n)
                report.add(
                    CONTAINER_SET,
                    where,
                    f"there is no container {shown(name)}",
                    meant(name, waits),
                )
    for cycle in Order(waits).cycles:
        at = next(at for at, one in containers if text(one, "name") == cycle[0])
        what = f"containers wait for each other: {' -> '.join((*cycle, cycle[0]))}"
        report.add(CONTAINER_SET, (*path, at, "dependencies"), what)
    uses = (
        template.input_artifacts
        or template.output_parameters
        or template.output_artifacts
    )
    if uses and "main" not in waits and containers:
        what = "none of these containers is named main"
        report.add(
            NO_MAIN, path, what, "inputs and outputs are those of main", key=True
        )
    _check_own_mounts(template, report)


def _check_own_mounts(template: Template, report: Report) -> None:
    path, taken = (*template.path, "containerSet", "volumeMounts"), dict[str, str]()
    for at, mount in entries(inside(template.body, "containerSet"), "volumeMounts"):
        _take(
            text(mount, "mountPath"),
            "a volume",
            (*path, at, "mountPath"),
            taken,
            report,
        )


def _check_lengths(container: Object, path: Path, report: Report) -> None:
    long = [
        ((*path, key, at), value)
        for key in ("command", "args")
        for at, value in words(container, key)
    ]
    long += [
        ((*path, "env", at, "value"), text(one, "value"))
        for at, one in entries(container, "env")
    ]
    for where, value in long:
        if (
            len(value) > _MOST_ARGUMENT // 4
            and (size := len(value.encode("utf-8", "replace"))) > _MOST_ARGUMENT
        ):
            what = f"it is {size:,} bytes long, {size - _MOST_ARGUMENT:,} too many"
            report.add(
                LONG_ARGUMENT,
                where,
                what,
                "what is long goes into an artifact or a script's source",
            )


def _volumes(subject: Subject, template: Template) -> set[str] | None:
    """Return the volumes that a template can mount; None if more can be added to it."""
    spec, defaults = subject.spec, inside(subject.spec, "templateDefaults")
    places = [spec, defaults, template.body]
    if subject.base is not None:
        places.append(subject.base.spec)
    if subject.is_open or any(text(one, "podSpecPatch") for one in places):
        return None
    named = {
        text(one, "name") for place in places for _, one in entries(place, "volumes")
    }
    for place in places:
        for _, claim in entries(place, "volumeClaimTemplates"):
            named.add(text(inside(claim, "metadata"), "name"))
    return named


def _check_mounts(
    container: Object, path: Path, declared: set[str] | None, subject: Subject
) -> None:
    for at, mount in entries(container, "volumeMounts") if declared is not None else ():
        name = text(mount, "name")
        if not name or has_tag(name) or name in (declared or ()):
            continue
        where = (*path, "volumeMounts", at, "name")
        if subject.holder.is_reusable:
            what = f"volume {shown(name)} is not declared here"
            subject.report.add(
                UNSEEN_VOLUME,
                where,
                what,
                "the workflow that uses this template must declare it",
            )
        else:
            what = f"there is no volume {shown(name)}"
            subject.report.add(NO_VOLUME, where, what, meant(name, declared or ()))
