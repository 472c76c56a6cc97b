"""Comparing what was emitted for a draft with what was written, template by template.

What is missing becomes an extra; so does what is written otherwise but means the same.
What means something else must not be read as it was: it is hidden, and becomes an extra
itself, or the template that holds it is kept as Argo's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TypeAlias, cast

from couler_jupyter.engines.argo.importing.difference import (
    Difference,
    Sort,
    differences,
    put_all,
    same,
)
from couler_jupyter.engines.argo.importing.marks import WHOLE, Marks
from couler_jupyter.engines.argo.sameness import same_meaning
from couler_jupyter.engines.kube.path import Path
from couler_jupyter.engines.kube.reading.fields import NoWord, Object
from couler_jupyter.ir import Extra, Json

_ESSENTIAL = frozenset({"name", "template", "templateRef", "inline"})
_ORDER = frozenset({"dependencies", "depends"})
_GRAPHS = ("dag", "steps")
Placed: TypeAlias = tuple[Path, Mapping[str, Json]]
"""A task, and where it stands in its template."""


@dataclass(slots=True)
class Comparison:
    """One round of comparing, whose findings go into `marks`.

    Attributes:
        marks: what was learnt so far.
        at_end: name of the template that is written out as exit handlers; empty for none.
        changed: whether something is to be read otherwise from now on.
    """

    marks: Marks
    at_end: str = ""
    changed: bool = field(default=False)

    def template(self, name: str, emitted: Object, written: Object) -> None:
        """Compare a template that was emitted with the one that was written."""
        if same(emitted, written):
            return
        if name not in self.marks.kept and any(
            written.get(kind) is not None for kind in _GRAPHS
        ):
            self._graph(name, emitted, written)
            return
        extras = self._extras(name, "template", emitted, written)
        if extras is not None:
            self.marks.leaves[name] = extras

    def document(self, emitted: Object, written: Object) -> None:
        """Compare the manifests, whose templates were compared already."""
        extras = self._extras(WHOLE, "", emitted, written)
        if extras is not None:
            self.marks.whole = (*self.marks.whole, *extras)

    def _extras(
        self, name: str, head: str, emitted: Object, written: Object
    ) -> tuple[Extra, ...] | None:
        found = list(differences(emitted, written))
        heads: Path = (head,) if head else ()
        if same_meaning(emitted, written):
            return tuple(one.as_extra(heads, ignorable=True) for one in found)
        wrong = [one for one in found if _changes(emitted, one)]
        moved = _moved(emitted, wrong)
        wrong = [one for one in wrong if id(one) not in moved]
        hidden = [one for one in wrong if one.sort is not Sort.ADD]
        if hidden:
            self._hide(name, [_field(one.path) for one in hidden])
            return None
        plain = {id(one) for one in wrong}
        return tuple(
            one.as_extra(heads, ignorable=id(one) not in plain) for one in found
        )

    def _graph(self, name: str, emitted: Object, written: Object) -> None:
        ours, theirs = _tasks(emitted), _tasks(written)
        if [one.get("name") for _, one in ours] != [
            one.get("name") for _, one in theirs
        ]:
            self._keep(name)
            return
        head = "onExit" if name == self.at_end else "template"
        rest = self._extras(name, head, _bare(emitted), _bare(written))
        alike = same_meaning(_filled(emitted, ours, theirs), _only(written))
        hidden: list[Path] = []
        raw = self.marks.raw
        for (_, one), (path, other) in zip(ours, theirs, strict=True):
            found = list(differences(one, other))
            bad = [
                each
                for each in found
                if not (alike and _is_other_word(each))
                and _changes_task(one, each, emitted, written)
            ]
            wrongly = [_field(each.path, 1) for each in bad if _is_other(each)]
            if ("arguments",) in wrongly and (name, other["name"]) not in raw:
                raw.add((name, other["name"]))
                self.changed = True
                wrongly = [one for one in wrongly if one != ("arguments",)]
            hidden += [(*path, *one) for one in wrongly]
            wrong = {id(each) for each in bad}
            extras = tuple(
                each.as_extra(("task",), ignorable=id(each) not in wrong)
                for each in found
            )
            if extras:
                self.marks.tasks[name, other["name"]] = extras
        if hidden:
            self._hide(name, hidden)
        elif rest is not None and name == self.at_end:
            self.marks.whole = (*self.marks.whole, *rest)
        elif rest is not None:
            self.marks.dags[name] = rest

    def _hide(self, name: str, paths: Sequence[Path]) -> None:
        essential = any(path[-1] in _ESSENTIAL for path in paths)
        if essential or not self.marks.hide(name, paths):
            self._keep(name)
        self.changed = True

    def _keep(self, name: str) -> None:
        if name == WHOLE:
            raise NoWord("what stands around the templates cannot be had otherwise")
        if name in self.marks.literal:
            self.marks.kept.add(name)
        self.marks.literal.add(name)
        self.changed = True


def _changes(emitted: Object, *found: Difference) -> bool:
    put = put_all(emitted, found)
    return put is None or not same_meaning(emitted, put)


def _moved(emitted: Object, wrong: Sequence[Difference]) -> set[int]:
    """Return what goes and what takes its place, which mean the same together."""
    added = [one for one in wrong if one.sort is Sort.ADD]
    gone = [one for one in wrong if one.sort is not Sort.ADD]
    return {
        id(either)
        for old, new in product(gone, added)
        if not _changes(emitted, new, old)
        for either in (old, new)
    }


def _filled(
    emitted: Object, ours: Sequence[Placed], theirs: Sequence[Placed]
) -> Object:
    """Return the tasks that were emitted, with all that is missing in them."""
    made: Json = _only(emitted)
    for (path, one), (_, other) in zip(ours, theirs, strict=True):
        found = [d for d in differences(one, other) if d.sort is Sort.ADD]
        made = put_all(
            made, [Difference(d.sort, (*path, *d.path), d.value) for d in found]
        )
    return cast("Object", made)


def _is_other(one: Difference) -> bool:
    return one.sort is not Sort.ADD


def _is_other_word(one: Difference) -> bool:
    """Whether a difference only says the same otherwise, where all together does."""
    return one.sort is not Sort.ADD or one.path[0] in _ORDER


def _changes_task(
    task: Object, one: Difference, emitted: Object, written: Object
) -> bool:
    """Return whether a difference in a task makes it mean something else."""
    if one.path == ("continueOn",) and one.sort is Sort.ADD:
        name = task["name"]
        waits = (
            t.get("depends", t.get("dependencies", "")) for _, t in _tasks(emitted)
        )
        last = name in [step["name"] for step in _last_group(written)]
        return last or (
            written.get("dag") is not None and not any(name in one for one in waits)
        )
    alone = {"dag": {"tasks": [task]}}
    put = put_all(
        alone, [Difference(one.sort, ("dag", "tasks", 0, *one.path), one.value)]
    )
    return put is None or not same_meaning(alone, put)


def _last_group(template: Object) -> Sequence[Object]:
    groups = template.get("steps") or [[]]
    return cast("Sequence[Object]", groups[-1])


def _field(path: Path, depth: int = 0) -> Path:
    """Return the field of a template or task that a place is in.

    Of what runs in a container, and of what goes in and out, single fields.
    """
    if depth == 0 and path[:1] and path[0] in {"container", "script", "resource"}:
        return path[:2]
    if depth == 0 and path[:1] and path[0] in {"spec", "inputs", "outputs", "metadata"}:
        return path[:2]
    return path[:1]


def _tasks(template: Object) -> list[Placed]:
    if template.get("dag") is not None:
        tasks = template["dag"].get("tasks") or []
        return [(("dag", "tasks", i), one) for i, one in enumerate(tasks)]
    return [
        (("steps", group, index), step)
        for group, steps in enumerate(template.get("steps") or [])
        for index, step in enumerate(steps)
    ]


def _bare(template: Object) -> dict[str, Json]:
    """Return a template without its tasks."""
    bare = {k: v for k, v in template.items() if k != "steps" or v is None}
    if (dag := bare.get("dag")) is not None:
        bare["dag"] = {k: v for k, v in dag.items() if k != "tasks"}
    return bare


def _only(template: Object) -> dict[str, Json]:
    """Return the tasks of a template without the rest of it."""
    if template.get("dag") is not None:
        return {"dag": {"tasks": template["dag"].get("tasks") or []}}
    return {"steps": template.get("steps") or []}
