"""The manifest of a child: what it says beside that of a workflow in one piece."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from couler_jupyter.engines.argo.built import Built
from couler_jupyter.engines.argo.names import LONGEST
from couler_jupyter.engines.argo.parts.annotations import (
    annotations_of,
    labels_of,
)
from couler_jupyter.engines.argo.parts.children import AT_END, Child, Overview
from couler_jupyter.engines.argo.parts.keys import used_arguments
from couler_jupyter.engines.argo.parts.limit import LIMIT_KEY, limit_name
from couler_jupyter.engines.argo.scripts.moving import json_text, size_of
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Json

_IN_PODS = ("container", "script", "resource", "containerSet", "data")
"""Fields of a template that runs in a pod."""
_DIGITS = 32
_MADE_UP = 6
"""Characters that Kubernetes adds to a name it makes up, and the hyphen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dress:
    """Makes the manifest of a workflow that of a child.

    Attributes:
        child: without its digest; parameters that it may ask for count as asked.
        overview: what is said of all children.
        run: the parameter that holds the name of the run.
    """

    child: Child
    overview: Overview
    run: str

    def __call__(self, built: Built) -> Built:
        """Return what was made of the part, as a child."""
        document: dict[str, Any] = dict(built.document)
        spec = document["spec"] = dict(document["spec"])
        spec.pop("ttlStrategy", None)
        problems: list[Problem] = []
        if self.overview.parallelism is not None and self.child.part != AT_END:
            spec["templates"] = [
                self._bounded(one, problems) for one in spec["templates"]
            ]
        child = self._with_used(spec)
        child = replace(child, digest=_digest(document, built.maps))
        document["metadata"] = _metadata(document["metadata"], child, self.overview)
        return Built(
            document,
            (*built.problems, *problems),
            built.maps,
            size_of(json_text(document)),
        )

    def _bounded(self, template: dict[str, Json], problems: list[Problem]) -> Json:
        """Return a template of which all children run only so many at once."""
        where = f"template {template['name']!r}"
        problems += (Problem(where, what) for what in _unbounded(template))
        made = bounded(template, self.run)
        if made is not template and "synchronization" in template:
            what = "it has a lock of its own, and the bound on pods would be another"
            problems.append(Problem(where, what))
        return made

    def _with_used(self, spec: dict[str, Any]) -> Child:
        """Return the child with what it really asks for; take the rest away."""
        rest = json.dumps({key: one for key, one in spec.items() if key != "arguments"})
        beside = json.dumps((spec.get("arguments") or {}).get("artifacts") or ())
        unused = {
            one.parameter
            for one in self.child.asked
            if one.parameter not in rest and one.parameter not in beside
        }
        arguments = dict(spec.get("arguments") or {})
        parameters = arguments.pop("parameters", ())
        kept = [one for one in parameters if one["name"] not in unused]
        if kept:
            arguments = {"parameters": kept, **arguments}
        spec["arguments"] = arguments
        if not arguments:
            del spec["arguments"]
        asked = tuple(one for one in self.child.asked if one.parameter not in unused)
        return replace(self.child, asked=asked)


def called(child: Child) -> str:
    """Return the end of a child's name.

    >>> called(Child(part=2, steps=()))
    'p2'
    """
    return "end" if child.part == AT_END else f"p{child.part}"


def bounded(template: dict[str, Json], run: str) -> dict[str, Json]:
    """Return a template that runs only while the semaphore of the run has room.

    Args:
        template: what runs in no pod stays as it is.
        run: the parameter that holds the name of the run.
    """
    if not any(kind in template for kind in _IN_PODS):
        return template
    name = limit_name(f"{{{{workflow.parameters.{run}}}}}")
    reference = {"name": name, "key": LIMIT_KEY}
    lock = {"semaphores": [{"configMapKeyRef": reference}]}
    return {**template, "synchronization": lock}


def _unbounded(template: dict[str, Any]) -> Iterator[str]:
    """Yield what of a template runs in pods that no semaphore can be put on."""
    tasks = [*(template.get("dag") or {}).get("tasks", ())]
    for group in template.get("steps") or ():
        tasks += group if isinstance(group, list) else [group]
    for task in tasks:
        if task.get("templateRef") or task.get("inline"):
            yield (
                f"its task {task.get('name')!r} runs what stands elsewhere, so the bound "
                "on the pods of all parts cannot be put on it"
            )


def _metadata(found: Json, child: Child, overview: Overview) -> Json:
    end = f"-{called(child)}"
    made = dict(found)
    for key, longest, after in (
        ("name", LONGEST, ""),
        ("generateName", LONGEST - _MADE_UP, "-"),
    ):
        if key in made:
            base = str(made[key]).rstrip("-")[: longest - len(end)].rstrip("-")
            made[key] = f"{base}{end}{after}"
    made["labels"] = {**(made.get("labels") or {}), **labels_of(child)}
    noted = annotations_of(child, overview)
    made["annotations"] = {**(made.get("annotations") or {}), **noted}
    return made


def _digest(document: dict[str, Any], maps: tuple[dict[str, Json], ...]) -> str:
    """Return a digest of what a child does, but for its name and what it has no use for."""
    metadata = {
        key: one
        for key, one in document["metadata"].items()
        if key not in ("name", "generateName")
    }
    spec = {**document["spec"], "arguments": used_arguments(document["spec"])}
    text = json.dumps([{**document, "metadata": metadata, "spec": spec}, *maps])
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
