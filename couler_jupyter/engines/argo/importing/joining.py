"""Manifests with the templates of others in them, where they refer to those."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from couler_jupyter.engines.argo.importing.whole import spec_of, spec_path
from couler_jupyter.engines.argo.whole.bindings import REFERENCE
from couler_jupyter.engines.kube.placing import replace
from couler_jupyter.engines.kube.reading.fields import Object, object_at, text_at
from couler_jupyter.ir import Json

TEMPLATE_REF = "templateRef"
_LONGEST = 63
_BY_NAME = frozenset({"templates", "volumes", "parameters", "artifacts"})
"""Lists of a spec whose items are known by their names."""
Place: TypeAlias = tuple[str, str]
"""A task: the name of the template it stands in, and its own."""


class Shelf:
    """Manifests whose templates others may refer to."""

    def __init__(self, manifests: Iterable[Json] = ()) -> None:
        """Put the manifests up; the first of a name counts."""
        self._specs: dict[tuple[str, str], Object] = {}
        for one in manifests:
            kind = one.get("kind") if isinstance(one, dict) else None
            if kind in ("WorkflowTemplate", "ClusterWorkflowTemplate"):
                name = (one.get("metadata") or {}).get("name")
                spec = one.get("spec")
                if isinstance(name, str) and isinstance(spec, dict):
                    self._specs.setdefault((kind, name), spec)

    def spec(self, ref: Object) -> Object | None:
        """Return the spec of the manifest that a reference names, if it is here."""
        wide = ref.get("clusterScope") is True
        kind = "ClusterWorkflowTemplate" if wide else "WorkflowTemplate"
        return self._specs.get((kind, str(ref.get("name"))))

    def template(self, ref: Object) -> Object | None:
        """Return the template that a reference names, if it is here."""
        spec = self.spec(ref) or {}
        return next(
            (
                one
                for one in spec.get("templates") or ()
                if isinstance(one, dict) and one.get("name") == ref.get("template")
            ),
            None,
        )


@dataclass(slots=True)
class Joined:
    """A manifest that stands by itself.

    Attributes:
        manifest: with what it referred to in it.
        refs: tasks of its own templates that referred to others, with the references.
    """

    manifest: Object
    refs: dict[Place, Json] = field(default_factory=dict[Place, Json])


def merged(manifest: Object, shelf: Shelf) -> Object | None:
    """Return a manifest that runs all of another one with that in it.

    None where it runs templates of its own, or what it runs is not on the shelf, or runs
    another in its turn: Argo follows one reference only.
    """
    spec = spec_of(manifest)
    reference = object_at(spec, REFERENCE)
    base = shelf.spec(reference) if reference else None
    if base is None or REFERENCE in base:
        return None
    rest = {key: value for key, value in spec.items() if key != REFERENCE}
    head = spec_path(text_at(manifest, "kind"))
    return cast("Object", replace(manifest, head, _merged(base, rest)))


def join(manifest: Object, shelf: Shelf) -> Joined:
    """Return a manifest with what its tasks refer to in it, if that is on the shelf."""
    made = Joined(manifest)
    spec = spec_of(manifest)
    names = {
        str(one.get("name"))
        for one in spec.get("templates") or ()
        if isinstance(one, dict)
    }
    joining = _Joining(shelf, names)
    own = [
        joining.template(one, refs=made.refs) if isinstance(one, dict) else one
        for one in spec.get("templates") or ()
    ]
    if joining.added:
        head = (*spec_path(text_at(manifest, "kind")), "templates")
        templates = [*own, *joining.rest()]
        made.manifest = cast("Object", replace(manifest, head, templates))
    return made


class _Joining:
    """Takes templates of others in, each once, under names of their own."""

    def __init__(self, shelf: Shelf, taken: set[str]) -> None:
        self._shelf = shelf
        self._taken = taken
        self.added: dict[tuple[str, str, bool], str] = {}
        self._waiting: list[tuple[str, Object, Object]] = []

    def template(self, node: Object, refs: dict[Place, Json]) -> Object:
        """Return a template of the manifest itself whose tasks name what is taken in."""

        def joined(task: Object) -> Object:
            ref = task.get(TEMPLATE_REF)
            name = self._name(ref)
            if name is None:
                return task
            refs[text_at(node, "name"), text_at(task, "name")] = ref
            return _running(task, name)

        return _with_tasks(node, joined)

    def rest(self) -> list[Json]:
        """Return the templates that were taken in."""
        found: list[Json] = []
        while self._waiting:
            name, node, ref = self._waiting.pop(0)
            found.append({**self._of_other(node, ref), "name": name})
        return found

    def _of_other(self, node: Object, where: Object) -> Object:
        """Return a template of another manifest, in which names are of that one."""

        def named(user: Object) -> Object:
            own = user.get("template")
            ref = {**where, "template": own} if own else user.get(TEMPLATE_REF)
            name = self._name(ref)
            return user if name is None else _running(user, name)

        def joined(task: Object) -> Object:
            hooks = task.get("hooks")
            if isinstance(hooks, dict) and all(map(_is_object, hooks.values())):
                task = {**task, "hooks": {k: named(v) for k, v in hooks.items()}}
            return named(task)

        return _with_tasks(node, joined)

    def _name(self, ref: Json) -> str | None:
        """Return what a template that is referred to is called here."""
        node = self._shelf.template(ref) if isinstance(ref, dict) else None
        if node is None:
            return None
        key = (str(ref["name"]), str(ref["template"]), bool(ref.get("clusterScope")))
        if key not in self.added:
            self.added[key] = self._free(f"{key[0]}-{key[1]}")
            self._waiting.append((self.added[key], node, ref))
        return self.added[key]

    def _free(self, name: str) -> str:
        free = name if len(name) <= _LONGEST else ""
        while not free or free in self._taken:
            digest = hashlib.sha256(f"{name}{free}".encode()).hexdigest()[:6]
            free = f"{name[: _LONGEST - 7]}-{digest}"
        self._taken.add(free)
        return free


def _is_object(value: Json) -> bool:
    return isinstance(value, dict)


def _with_tasks(node: Object, joined: Callable[[Object], Object]) -> Object:
    """Return a template whose tasks or steps are what `joined` makes of them."""

    def made(task: Json) -> Json:
        return joined(task) if isinstance(task, dict) else task

    dag, groups = node.get("dag"), node.get("steps")
    if isinstance(dag, dict) and isinstance(dag.get("tasks"), list):
        return {**node, "dag": {**dag, "tasks": [made(one) for one in dag["tasks"]]}}
    if isinstance(groups, list) and all(isinstance(one, list) for one in groups):
        return {**node, "steps": [[made(one) for one in group] for group in groups]}
    return node


def _running(task: Object, name: str) -> Object:
    """Return a task that runs a template of this name, in the same place."""
    return {
        "template" if key == TEMPLATE_REF else key: (
            name if key in (TEMPLATE_REF, "template") else value
        )
        for key, value in task.items()
    }


def _merged(base: Json, over: Json, key: str = "") -> Json:
    """Return a spec with another laid over it, as Argo lays a run's over a template's."""
    if isinstance(base, Mapping) and isinstance(over, Mapping):
        rest = {k: v for k, v in over.items() if k not in base}
        return {
            k: _merged(v, over[k], str(k)) if k in over else v for k, v in base.items()
        } | rest
    if isinstance(base, list) and isinstance(over, list) and key in _BY_NAME:
        named = {one.get("name"): one for one in over if isinstance(one, dict)}
        known = {one.get("name") for one in base if isinstance(one, dict)}
        first = [
            _merged(one, named[one.get("name")])
            if isinstance(one, dict) and one.get("name") in named
            else one
            for one in base
        ]
        return [*first, *(one for one in over if one.get("name") not in known)]
    return over
