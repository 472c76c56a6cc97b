"""Manifests that refer to others, or run themselves, in words of the IR where they go.

What is referred to is taken in, and what runs itself becomes one turn; that manifest is
read as any other. Then the steps that were references are marked as written so, those
that were one turn are repeated, and all of it must compile to what was given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from couler_jupyter.engines.argo.extras import form
from couler_jupyter.engines.argo.importing.completing import (
    arranged,
    by_name,
    workflow_of,
)
from couler_jupyter.engines.argo.importing.difference import same
from couler_jupyter.engines.argo.importing.emitting import emitted_for
from couler_jupyter.engines.argo.importing.fixed_inputs import without_fixed_inputs
from couler_jupyter.engines.argo.importing.joining import (
    TEMPLATE_REF,
    Joined,
    Place,
    Shelf,
    join,
    merged,
)
from couler_jupyter.engines.argo.importing.leaf import kind_of
from couler_jupyter.engines.argo.importing.table import recursive_names
from couler_jupyter.engines.argo.importing.task import template_form
from couler_jupyter.engines.argo.importing.turns import Turn, turn_of
from couler_jupyter.engines.argo.importing.whole import (
    spec_of,
    spec_path,
    template_nodes,
)
from couler_jupyter.engines.argo.reach import reached_from
from couler_jupyter.engines.argo.whole.bindings import BINDING
from couler_jupyter.engines.argo.written import written_step, written_workflow
from couler_jupyter.engines.kube.path import path_text
from couler_jupyter.engines.kube.placing import replace as put
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    text_at,
)
from couler_jupyter.errors import InvalidWorkflow, Unsupported
from couler_jupyter.ir import Constant, ExitHandler, Json, Step, SubWorkflow, Workflow

_LEVELS = 100
"""Argo goes less deep: templates in templates, the entrypoint being the first."""


def resolved(manifest: Object, shelf: Shelf) -> Workflow:
    """Return the workflow that a manifest is; compiled, it is the manifest again.

    Args:
        manifest: what was written.
        shelf: manifests that it may refer to.

    Raises:
        NoWord: there is none.
    """
    if manifest.get("kind") != BINDING:
        for attempt in (_of_another, _with_all, _with_turns, _joined):
            try:
                if (made := attempt(manifest, shelf)) is not None:
                    return made
            except (NoWord, InvalidWorkflow, Unsupported):
                continue
    return workflow_of(manifest)


@dataclass(frozen=True, slots=True)
class _Apart:
    """A manifest that neither refers to others nor runs itself.

    Attributes:
        manifest: all of it.
        nodes: the templates as they were written.
        refs: tasks that are references, with these.
        turns: templates that are one turn, by name.
        calls: tasks that run a template which is one turn, or has less in it than was
            written; the entrypoint stands in no template.
    """

    manifest: Object
    nodes: Mapping[str, Object]
    refs: Mapping[Place, Json]
    turns: Mapping[str, Turn] = field(default_factory=dict[str, Turn])
    calls: Mapping[Place, str] = field(default_factory=dict[Place, str])


def _of_another(manifest: Object, shelf: Shelf) -> Workflow | None:
    """Return a workflow that runs all of another manifest."""
    whole = merged(manifest, shelf)
    if whole is None:
        return None
    made = written_workflow(resolved(whole, shelf), manifest["spec"])
    return _checked(made, manifest)


def _with_all(manifest: Object, shelf: Shelf) -> Workflow | None:
    """Return a workflow of which a part ran itself, or had inputs that never differ."""
    joined = join(manifest, shelf)
    spec = spec_of(joined.manifest)
    nodes = template_nodes(spec)
    tasks = [task for _, task in _tasks(nodes)]
    fixed = without_fixed_inputs(nodes, tasks, object_at(spec, "arguments"))
    if not fixed:
        return None
    return _changed(manifest, joined, nodes, {**nodes, **fixed}, fixed)


def _with_turns(manifest: Object, shelf: Shelf) -> Workflow | None:
    """Return a workflow of which a part ran itself."""
    joined = join(manifest, shelf)
    nodes = template_nodes(spec_of(joined.manifest))
    return _changed(manifest, joined, nodes, nodes, ())


def _changed(
    manifest: Object,
    joined: Joined,
    nodes: Mapping[str, Object],
    simpler: Mapping[str, Object],
    others: Collection[str],
) -> Workflow | None:
    """Return a workflow of which some templates are read otherwise.

    Args:
        manifest: what was written.
        joined: the same with what it refers to in it.
        nodes: the templates in that.
        simpler: these with less in them.
        others: those with less in them.
    """
    turns = dict(_turns(simpler))
    changed = {*turns, *others}
    if not changed:
        return None
    once = [turns[name].once if name in turns else simpler[name] for name in nodes]
    path = (*spec_path(text_at(manifest, "kind")), "templates")
    apart = cast("Object", put(joined.manifest, path, once))
    calls = {
        (dag, str(task.get("name"))): name
        for dag, task in _tasks(nodes)
        if (name := str(task.get("template"))) in changed
        and not (name == dag and name in turns)
    }
    entry = text_at(spec_of(joined.manifest), "entrypoint")
    if entry in changed:
        calls["", entry] = entry
    written = {**nodes, **template_nodes(spec_of(manifest))}
    return _together(manifest, _Apart(apart, written, joined.refs, turns, calls))


def _joined(manifest: Object, shelf: Shelf) -> Workflow | None:
    """Return a workflow of which a part stands elsewhere."""
    joined = join(manifest, shelf)
    if not joined.refs:
        return None
    nodes = template_nodes(spec_of(joined.manifest))
    return _together(manifest, _Apart(joined.manifest, nodes, joined.refs))


def _turns(nodes: Mapping[str, Object]) -> Iterator[tuple[str, Turn]]:
    for name in recursive_names(nodes):
        try:
            yield name, turn_of(nodes[name])
        except NoWord:
            continue


def _tasks(nodes: Mapping[str, Object]) -> Iterator[tuple[str, Object]]:
    """Yield the tasks and steps of templates, with the names of these."""
    for name, node in nodes.items():
        tasks: list[Json] = [*(object_at(node, "dag").get("tasks") or ())]
        for group in node.get("steps") or ():
            tasks += group if isinstance(group, list) else ()
        for task in tasks:
            if isinstance(task, dict):
                yield name, task


def _together(manifest: Object, apart: _Apart) -> Workflow:
    """Return the workflow of a manifest that was taken apart.

    Raises:
        NoWord: it does not compile to what was written.
    """
    entry = text_at(spec_of(apart.manifest), "entrypoint")
    plain = _rearranged(workflow_of(apart.manifest, alone=("", entry) in apart.calls))
    first = _Marking(apart, {})
    drawn = first.workflow(plain)
    if first.left:
        raise NoWord("a part of it is kept as it was")
    ours = by_name(spec_of(emitted_for(drawn, whatever=True)))
    theirs = by_name(spec_of(manifest))
    beside = {
        name: {one for one in reached_from(apart.nodes, [name]) if one not in ours}
        for name in {*apart.calls.values()}
    }
    needed = frozenset().union(*beside.values())
    extras = arranged(ours, theirs, manifest, without=needed)
    head = (*spec_path(text_at(manifest, "kind")), "templates")
    at = {name: index for index, name in enumerate(theirs)}
    nodes = {
        turn: {
            path_text((*head, at.get(one, len(at)))): {**apart.nodes[one]}
            for one in names
        }
        for turn, names in beside.items()
    }
    plain = replace(plain, extras=(*plain.extras, *extras))
    return _checked(_Marking(apart, nodes).workflow(plain), manifest)


def _rearranged(workflow: Workflow) -> Workflow:
    """Return a workflow without what is said of the order of its templates."""
    kept = (
        one
        for one in workflow.extras
        if one.path != "order" and ".templates[" not in one.path
    )
    return replace(workflow, extras=tuple(kept))


def _checked(made: Workflow, manifest: Object) -> Workflow:
    if not same(emitted_for(made), manifest):
        raise NoWord("it is not written again as it was")
    return made


class _Marking:
    """Marks the steps that were written otherwise.

    Attributes:
        left: tasks that are still to be found among the steps.
    """

    def __init__(self, apart: _Apart, beside: Mapping[str, Mapping[str, Json]]) -> None:
        """Prepare for a workflow, whose turns need templates `beside` them."""
        self._apart = apart
        self._beside = beside
        self.left = {*apart.refs, *apart.calls}
        self._made: dict[tuple[int, int], Workflow] = {}

    def workflow(self, workflow: Workflow, depth: int = 1) -> Workflow:
        """Return a workflow with its steps marked; `depth` is that of its template."""
        key = (id(workflow), depth)
        if key not in self._made:
            self._made[key] = self._workflow(workflow, depth)
        return self._made[key]

    def _workflow(self, workflow: Workflow, depth: int) -> Workflow:
        dag = str(form(workflow.extras, "entrypoint") or "")
        if form(workflow.extras, "layout") == "template":
            dag, depth = "", depth - 1
        at_end = form(workflow.extras, "onExit")
        last = str(at_end.get("template")) if isinstance(at_end, dict) else ""
        return replace(
            workflow,
            steps=tuple(self._step(one, dag, depth) for one in workflow.steps),
            exit_handlers=tuple(
                ExitHandler(step=self._step(one.step, last, 1), on=one.on)
                for one in workflow.exit_handlers
            ),
        )

    def _step(self, step: Step, dag: str, depth: int) -> Step:
        place = (dag, step.name)
        if isinstance(step.template, SubWorkflow):
            inner = self.workflow(step.template.workflow, depth + 1)
            step = replace(step, template=SubWorkflow(workflow=inner))
        self.left.discard(place)
        called = self._apart.calls.get(place)
        first = self._first(step, called)
        if called is not None and called in self._apart.turns:
            step = self._repeated(step, called, depth)
        if place in self._apart.refs:
            body = {TEMPLATE_REF: self._apart.refs[place]}
            return written_step(step, TEMPLATE_REF, body, **first)
        if called is None:
            return step
        node = self._apart.nodes[called]
        body = {key: value for key, value in node.items() if key != "name"}
        kind = kind_of(body)
        rest = (one for one in step.extras if one.path != "template")
        named = replace(step, extras=(*rest, template_form(called)))
        beside = {**self._beside.get(called, {})}
        more = {**first, **({"beside": beside} if beside else {})}
        return written_step(named, kind, body, **more)

    def _first(self, step: Step, called: str | None) -> Object:
        """Return what arguments that count turns are given for the first."""
        turn = self._apart.turns.get(called or "")
        counted = {
            one.name: one.value.value
            for one in step.arguments
            if turn is not None
            and one.name in turn.used
            and isinstance(one.value, Constant)
        }
        return {"first": counted} if counted else {}

    def _repeated(self, step: Step, name: str, depth: int) -> Step:
        if not isinstance(step.template, SubWorkflow):
            raise NoWord("a turn is no graph of steps")
        inside = step.template.workflow.depth
        most = _LEVELS - 1 - depth - inside
        return self._apart.turns[name].repeated(step, most)
