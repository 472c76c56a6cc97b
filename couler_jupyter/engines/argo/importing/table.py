"""The templates of a manifest, each read once, whoever runs it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from couler_jupyter.engines.argo.importing.dag import Dag
from couler_jupyter.engines.argo.importing.imported import Imported, foreign
from couler_jupyter.engines.argo.importing.inner_ending import with_handlers
from couler_jupyter.engines.argo.importing.leaf import KINDS, kind_of, read_leaf
from couler_jupyter.engines.argo.importing.marks import Marks
from couler_jupyter.engines.argo.importing.task import template_form
from couler_jupyter.engines.argo.importing.wrapping import wrapping_of
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    objects_at,
    text_at,
)
from couler_jupyter.ir import Extra, Json, SubWorkflow, Workflow

MOST_STEPS = 50_000
"""Steps of all workflows inside each other; beyond, one is kept as Argo's own."""
DEEPEST = 12
"""Workflows inside each other."""
_OUTPUT = re.compile(
    r"(?:tasks|steps)\.([A-Za-z0-9_-]+)\.outputs\.(parameters|artifacts)\.([A-Za-z0-9_-]+)"
)


@dataclass(slots=True)
class Table:
    """What the names of templates stand for.

    Attributes:
        nodes: the templates of the manifest, by name.
        parameters: names of the parameters of the whole workflow.
        marks: what is read otherwise: left to extras, or kept as Argo's own.
        volumes: names of the volumes that all templates may mount.
        recursive: templates that run themselves.
    """

    nodes: Mapping[str, Object]
    parameters: Collection[str]
    marks: Marks
    volumes: Collection[str] = ()
    recursive: Collection[str] = ()
    _read: dict[tuple[str, bool, bool], Imported] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the templates that run themselves."""
        self.recursive = recursive_names(self.nodes)

    def of_task(
        self, task: Object, dag: Object, *, keep: bool, at_end: bool = False
    ) -> Imported:
        """Return what a task runs; `dag` is where it stands.

        Raises:
            NoWord: there is no such template.
        """
        for kind in ("templateRef", "inline"):
            if kind in task:
                return _of_elsewhere(task, dag, kind)
        name = text_at(task, "template")
        if not keep and self.marks.reads_own(text_at(dag, "name")):
            wrapping = wrapping_of(text_at(task, "name"), self.node_of(name))
            if wrapping is not None:
                inner = self.named(text_at(wrapping.task, "template"), at_end=at_end)
                return replace(inner, wrapping=wrapping)
        return self.named(name, keep=keep, at_end=at_end)

    def named(self, name: str, *, keep: bool = False, at_end: bool = False) -> Imported:
        """Return what a template is, as Argo's own if it is to be kept.

        Raises:
            NoWord: there is no such template.
        """
        kept = keep or name in self.marks.kept
        key = (name, kept, at_end)
        if key not in self._read:
            if name not in self.nodes:
                raise NoWord(f"there is no template {name!r}")
            self._read[key] = self._imported(name, kept=kept, at_end=at_end)
        return self._read[key]

    def extras_of(self, dag: str, task: str) -> tuple[Extra, ...]:
        """Return what is added to a task of a template."""
        return self.marks.of_task(dag, task)

    def takes_raw(self, dag: str, task: str) -> bool:
        """Whether what a task is given is taken as it is written."""
        return (dag, task) in self.marks.raw

    def reads_own(self, dag: str) -> bool:
        """Whether a graph may hold what our own compiler adds."""
        return self.marks.reads_own(dag)

    def node_of(self, name: str) -> Object:
        """Return the object of a template; an empty one if there is none."""
        return self.nodes.get(name, {})

    def workflow(
        self, name: str, outermost: Mapping[str, Json] | None = None
    ) -> Workflow:
        """Return a dag or steps template as a workflow.

        Args:
            name: of the template.
            outermost: fields of the workflow, if it is the outermost one.

        Raises:
            NoWord: the IR has none such.
        """
        node = self.marks.readable(name, self.nodes[name])
        if name in self.recursive:
            raise NoWord("it runs itself")
        more = dict(outermost or {})
        more["extras"] = (*self.marks.of_dag(name), *more.get("extras", ()))
        dag = Dag(name, node, self, self.parameters)
        made = dag.read(**more)
        asks = any(
            not isinstance(one, str) for step in made.steps for one in step.after
        )
        if outermost is None and asks and dag.is_strict:
            made = with_handlers(made)
        if made.size > MOST_STEPS or made.depth > DEEPEST:
            raise NoWord("it is too big or too deep")
        return made

    def _imported(self, name: str, *, kept: bool, at_end: bool) -> Imported:
        node = self.nodes[name]
        forms = (template_form(name),)
        try:
            kind = kind_of(node)
        except NoWord:
            kind, kept = "unknown", True
        if not kept:
            try:
                if kind in KINDS:
                    leaf = read_leaf(
                        self.marks.readable(name, node),
                        self.parameters,
                        self.volumes,
                        at_end=at_end,
                    )
                    extras = (*forms, *self.marks.of_leaf(name))
                    return Imported(
                        template=leaf.template, part=leaf.part, extras=extras
                    )
                if kind in {"dag", "steps"}:
                    inner = self.workflow(name)
                    return Imported(template=SubWorkflow(workflow=inner))
            except NoWord:
                pass
        body = {key: value for key, value in node.items() if key != "name"}
        return Imported(template=foreign(kind, body, node), extras=forms)


def _of_elsewhere(task: Object, dag: Object, kind: str) -> Imported:
    """Return a template that stands in the task itself, or in another manifest."""
    body = {kind: task[kind]}
    if kind == "inline" and isinstance(task[kind], dict):
        return Imported(template=foreign(kind, body, task[kind]))
    return Imported(template=foreign(kind, body, _used_ports(task, dag)))


def _used_ports(task: Object, dag: Object) -> Object:
    """Return the inputs that a task is given, and the outputs that others use of it."""
    arguments = object_at(task, "arguments")
    inputs = {
        kind: [{"name": text_at(one, "name")} for one in objects_at(arguments, kind)]
        for kind in ("parameters", "artifacts")
    }
    outputs: dict[str, list[Object]] = {"parameters": [], "artifacts": []}
    for step, kind, name in _OUTPUT.findall(json.dumps(dag)):
        if step == task.get("name"):
            outputs[kind].append({"name": name})
    return {"inputs": inputs, "outputs": outputs}


def recursive_names(nodes: Mapping[str, Object]) -> frozenset[str]:
    """Return the templates that run themselves, through whatever others."""
    calls = {
        name: frozenset(_called(node)) & nodes.keys() for name, node in nodes.items()
    }
    free = set(calls)
    while leaves := {name for name in free if not calls[name] & free}:
        free -= leaves
    return frozenset(name for name in free if name in _reached(name, calls, free))


def _reached(
    start: str, calls: Mapping[str, frozenset[str]], among: Collection[str]
) -> set[str]:
    found: set[str] = set()
    waiting = list(calls[start])
    while waiting:
        name = waiting.pop()
        if name not in found and name in among:
            found.add(name)
            waiting.extend(calls[name])
    return found


def _called(node: Object) -> Iterator[str]:
    """Yield the templates that the tasks or steps of a template name."""
    dag: Json = node.get("dag")
    tasks: Json = dag.get("tasks") if isinstance(dag, dict) else None
    groups: Json = node.get("steps")
    every = [*tasks] if isinstance(tasks, list) else []
    for group in groups if isinstance(groups, list) else ():
        every += group if isinstance(group, list) else [group]
    for one in every:
        if isinstance(one, dict) and isinstance(one.get("template"), str):
            yield one["template"]
