"""What `workflow.*` may say.

Source: https://argo-workflows.readthedocs.io/en/latest/variables/#global
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from couler_jupyter.engines.argo.linting.fault import (
    UNKNOWN_GLOBAL,
    UNKNOWN_LABEL,
    UNKNOWN_OUTPUT,
    UNKNOWN_PARAMETER,
    Fault,
)
from couler_jupyter.engines.argo.linting.plain import Object, entries, has_tag, inside
from couler_jupyter.engines.argo.linting.report import meant, shown
from couler_jupyter.engines.argo.linting.subject import Subject, users_of

_PLAIN = frozenset(
    [
        "name",
        "namespace",
        "mainEntrypoint",
        "serviceAccountName",
        "uid",
        "status",
        "creationTimestamp",
        "duration",
        "scheduledTime",
        "priority",
        "failures",
    ]
)
_GROUPS = ("parameters", "labels", "annotations", "outputs")


class Globals:
    """The values of a workflow that every template of it sees."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        holder = subject.holder
        self._is_open = holder.is_reusable or subject.is_open
        self._parameters = subject.arguments("parameters")

    def fault(self, parts: tuple[str, ...]) -> Fault | None:
        """Return what is wrong with `workflow.` and these parts, or None."""
        if not parts:
            return None
        head, rest = parts[0], parts[1:]
        match head:
            case "parameters":
                return self._parameter(rest)
            case "labels" | "annotations":
                return self._label(head, ".".join(rest))
            case "outputs":
                return self._output(rest)
            case _ if head in _PLAIN:
                return self._late(head)
            case _:
                known = (*_PLAIN, *_GROUPS)
                return Fault(
                    UNKNOWN_GLOBAL, f"there is no workflow.{head}", meant(head, known)
                )

    def _late(self, name: str) -> Fault | None:
        """Return what is missing for a value that not every workflow has, or None."""
        spec = self._subject.spec
        if name == "priority" and not self._is_open and spec.get("priority") is None:
            right = "it has one where spec.priority is set"
        elif name == "failures" and not self._ends_with_handler():
            right = "it has one where spec.onExit or a hook is set"
        else:
            return None
        return Fault(UNKNOWN_GLOBAL, f"workflow.{name} has no value here", right)

    def _parameter(self, rest: tuple[str, ...]) -> Fault | None:
        name = ".".join(rest)
        if self._is_open or not rest or name in self._parameters or name == "json":
            return None
        what = f"the workflow has no parameter {shown(name)}"
        return Fault(UNKNOWN_PARAMETER, what, meant(name, self._parameters))

    def _label(self, group: str, key: str) -> Fault | None:
        if self._is_open or key in ("", "json") or "argoproj.io/" in key:
            return None
        known = self._labels[group]
        if key in known:
            return None
        what = f"the manifest has no {group.removesuffix('s')} {shown(key)}"
        return Fault(
            UNKNOWN_LABEL,
            what,
            meant(key, known)
            if known
            else "only defaults of the controller could add it",
        )

    @cached_property
    def _labels(self) -> dict[str, set[str]]:
        subject = self._subject
        found: dict[str, set[str]] = {"labels": set(), "annotations": set()}
        places: list[object] = [inside(subject.holder.body, "metadata")]
        places.append(inside(subject.holder.body, "spec", "workflowMetadata"))
        places.append(inside(subject.spec, "workflowMetadata"))
        if subject.base is not None:
            places.append(inside(subject.base.spec, "workflowMetadata"))
        for place in places:
            for group, keys in found.items():
                keys.update(inside(place, group))
            found["labels"].update(inside(place, "labelsFrom"))
        return found

    def _output(self, rest: tuple[str, ...]) -> Fault | None:
        if len(rest) < 2 or rest[0] not in ("parameters", "artifacts"):
            return None
        group, name = rest[0], ".".join(rest[1:])
        known, is_complete = self._outputs
        if name in known[group] or not is_complete or self._is_open:
            return None
        what = f"no template leaves {shown(name)} for the whole workflow"
        right = (
            meant(name, known[group])
            if known[group]
            else "an output does that by its globalName"
        )
        return Fault(UNKNOWN_OUTPUT, what, right)

    @cached_property
    def _outputs(self) -> tuple[dict[str, set[str]], bool]:
        """What is left for the whole workflow, and whether that is all there can be."""
        found: dict[str, set[str]] = {"parameters": set(), "artifacts": set()}
        is_complete = True
        for holder in self._subject.library.holders:
            for body in (one.body for one in holder.templates):
                for group, name in _global_names(body):
                    found[group].add(name)
                    is_complete = is_complete and not has_tag(name)
        for template in self._subject.all_templates:
            for group, name in _global_names(template.body):
                found[group].add(name)
            for _, user in users_of(template):
                target = self._subject.library.target(user, self._subject.holder)
                is_complete = is_complete and not target.unknown
        return found, is_complete

    def _ends_with_handler(self) -> bool:
        spec = self._subject.spec
        return self._is_open or any(
            spec.get(key) or (self._subject.base and self._subject.base.spec.get(key))
            for key in ("onExit", "hooks")
        )


def _global_names(body: Object) -> Iterator[tuple[str, str]]:
    for group in ("parameters", "artifacts"):
        for _, one in entries(inside(body, "outputs"), group):
            if isinstance(name := one.get("globalName"), str):
                yield group, name
