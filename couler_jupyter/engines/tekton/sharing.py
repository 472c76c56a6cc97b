"""Tasks that are alike as one Task object, where a pipeline is too big for one object.

Texts in which nothing is replaced (programs, plans, paths on the run's volume) become
parameters, so that tasks of which only these differ have one spec. It stands beside the
pipeline.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.kube.names import label
from couler_jupyter.engines.tekton.drafts import IN_FILES
from couler_jupyter.engines.tekton.names import OWN
from couler_jupyter.ir import Json

LARGEST = 3 * 2**19
"""Bytes of one object in etcd, which is what keeps it."""
_TEXT = f"{OWN}text"
_SHORT = 40
"""Characters of a text that is not worth a parameter."""
_TAIL = 8
"""Characters of the number of a Task in its name."""


@dataclass(slots=True)
class _Shape:
    """What several tasks have in common.

    Attributes:
        spec: with parameters in place of texts.
        members: the tasks, by name, with the texts of each, by parameter.
    """

    spec: Fields
    members: dict[str, dict[str, str]] = field(
        default_factory=dict[str, "dict[str, str]"]
    )


def size_of(found: Json) -> int:
    """Return how many bytes an object has as JSON."""
    return len(json.dumps(found, separators=(",", ":")).encode())


def shared(pipeline: Fields) -> tuple[Fields, list[Fields]]:
    """Return a pipeline without the specs that several of its tasks share, and these.

    One that is small enough stays as it is.
    """
    if size_of(pipeline) <= LARGEST:
        return pipeline, []
    shapes: dict[str, _Shape] = {}
    own: dict[str, _Shape] = {}
    for task in _tasks(pipeline):
        spec, texts = _without_texts(task["taskSpec"])
        shape = shapes.setdefault(json.dumps(spec), _Shape(spec))
        shape.members[task["name"]] = texts
        own[task["name"]] = shape
    common = [_narrowed(one) for one in shapes.values() if len(one.members) > 1]
    own |= {name: one for one in common for name in one.members}
    base = label(pipeline["metadata"]["name"], 63 - _TAIL)
    names = {id(one): f"{base}-t{number}" for number, one in enumerate(common)}
    made = dict(pipeline["spec"])
    for part in ("tasks", "finally"):
        if part in made:
            made[part] = [
                _referring(one, own.get(one["name"]), names) for one in made[part]
            ]
    head = {"apiVersion": pipeline["apiVersion"], "kind": "Task"}
    tasks = [
        {**head, "metadata": {"name": names[id(one)]}, "spec": one.spec}
        for one in common
    ]
    return {**pipeline, "spec": made}, tasks


def renamed(
    pipeline: Fields, tasks: list[Fields], name: str
) -> tuple[Fields, list[Fields]]:
    """Return a pipeline and its Tasks with other names for these.

    Args:
        pipeline: that refers to them.
        tasks: the Tasks.
        name: what the new names begin with.
    """
    names = {
        one["metadata"]["name"]: f"{name}-t{number}" for number, one in enumerate(tasks)
    }
    spec = dict(pipeline["spec"])
    for part in ("tasks", "finally"):
        if part in spec:
            spec[part] = [_renamed(one, names) for one in spec[part]]
    made = [
        {**one, "metadata": {"name": names[one["metadata"]["name"]]}} for one in tasks
    ]
    return {**pipeline, "spec": spec}, made


def _tasks(pipeline: Fields) -> Iterator[Fields]:
    for part in ("tasks", "finally"):
        yield from (
            one for one in pipeline["spec"].get(part) or () if "taskSpec" in one
        )


def _referring(task: Fields, shape: _Shape | None, names: dict[int, str]) -> Fields:
    if shape is None or id(shape) not in names:
        return task
    texts = shape.members[task["name"]]
    given = [{"name": name, "value": text} for name, text in texts.items()]
    rest = {key: one for key, one in task.items() if key != "taskSpec"}
    params = [*(task.get("params") or ()), *given]
    return {**rest, "params": params, "taskRef": {"name": names[id(shape)]}}


def _renamed(task: Fields, names: dict[str, str]) -> Fields:
    name = (task.get("taskRef") or {}).get("name")
    return {**task, "taskRef": {"name": names[name]}} if name in names else task


def _without_texts(spec: Fields) -> tuple[Fields, dict[str, str]]:
    """Return a spec with parameters in place of texts, and the texts by parameter."""
    texts: dict[str, str] = {}

    def out(text: str) -> str:
        head = IN_FILES if text.startswith(IN_FILES) else ""
        rest = text[len(head) :]
        if "$(" in rest or not (head or len(rest) >= _SHORT):
            return text
        name = f"{_TEXT}-{len(texts)}"
        texts[name] = rest
        return f"{head}$(params.{name})"

    return _changed(spec, out), texts


def _narrowed(shape: _Shape) -> _Shape:
    """Return a shape that says itself what its members' texts have in common."""
    names = list(next(iter(shape.members.values())))
    parts = {
        name: _ends([texts[name] for texts in shape.members.values()]) for name in names
    }
    differ = [name for name in names if parts[name] is not None]

    def filled(text: str) -> str:
        for name in names:
            reference = f"$(params.{name})"
            if reference in text:
                return text.replace(reference, common[name])
        return text

    common: dict[str, str] = {}
    members: dict[str, dict[str, str]] = {one: {} for one in shape.members}
    for name in names:
        ends = parts[name]
        if ends is None:
            common[name] = next(iter(shape.members.values()))[name]
            continue
        head, tail = ends
        common[name] = f"{head}$(params.{name}){tail}"
        for one, texts in shape.members.items():
            members[one][name] = texts[name][len(head) : len(texts[name]) - len(tail)]
    spec = _changed(shape.spec, filled)
    params = [{"name": name, "type": "string"} for name in differ]
    return _Shape({**spec, "params": [*(spec.get("params") or ()), *params]}, members)


def _ends(texts: list[str]) -> tuple[str, str] | None:
    """Return what texts begin and end with; None if they are all the same."""
    low, high = min(texts), max(texts)
    if low == high:
        return None
    head = _start(low, high).rstrip("$")
    backwards = [text[len(head) :][::-1] for text in texts]
    tail = _start(min(backwards), max(backwards))[::-1].lstrip("$")
    return head, tail


def _start(one: str, other: str) -> str:
    """Return what two texts both begin with.

    >>> _start("train", "trace")
    'tra'
    """
    at = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        at += 1
    return one[:at]


def _changed(spec: Fields, change: Callable[[str], str]) -> Fields:
    """Return a spec in which programs and arguments are changed."""
    steps: list[Fields] = []
    for step in spec["steps"]:
        made = dict(step)
        if "script" in made:
            made["script"] = change(made["script"])
        if "args" in made:
            made["args"] = [change(one) for one in made["args"]]
        steps.append(made)
    return {**spec, "steps": steps}
