"""A workflow under construction: what the user's calls have added to it so far.

Every `with couler.workflow` has a scope of its own, and so has the body of a map, of a
repeat and of an exit handler until it becomes a step of the scope around it. Nothing
here outlives its block: an error undoes what the block had added.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Hashable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from types import CodeType
from typing import TYPE_CHECKING, Any, TypeVar

from couler_jupyter.dsl.names import Names, free
from couler_jupyter.dsl.predicate import joined
from couler_jupyter.ir import (
    After,
    Condition,
    Input,
    InputArtifact,
    InputParameter,
    Outcome,
    Output,
    ParameterRef,
    Template,
    Value,
    ValueType,
    Volume,
    Workflow,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.node import Node


AnyTemplate = TypeVar("AnyTemplate", bound=Template)


class State(Enum):
    """What has become of a scope."""

    OPEN = "open"
    CLOSED = "closed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeOutput:
    """What the workflow will leave behind; `type` is None for an artifact."""

    value: Value
    type: ValueType | None
    global_name: str = ""
    description: str = ""


@dataclass(slots=True)
class Shared:
    """What all scopes of one workflow under construction remember together.

    Attributes:
        remembered: worked out once and used by many steps.
        places: how files and cells are shown.
        edges: order that the user wrote between steps, maybe of different scopes.
    """

    remembered: dict[Hashable, Any] = field(default_factory=dict[Hashable, Any])
    places: dict[str, str] = field(default_factory=dict[str, str])
    edges: list[tuple[Node, Node]] = field(default_factory=list["tuple[Node, Node]"])


class Scope:
    """A workflow under construction.

    Attributes:
        title: what it is called so far.
        parent: the scope it will be a step of; None for a whole workflow.
        bodies: functions whose calls are the workflow and no steps.
        node: the step it became in its parent.
        nodes: its steps; `names` has them by name.
        handlers: its exit handlers and the ends each is for.
        inputs: what it takes; `captured` says which of them stands for what outside.
        outputs: what it leaves behind.
        when: what must hold for steps that are added now; `after` likewise.
        is_merging: whether a step called again is the same step.
        unused: blocks that were made and have not been entered yet.
        config: further fields of the workflow.
        made: workflows that blocks of their own wrote, where this is a cell or file.
        options: what was said of the workflow of such a cell or file as a whole.
    """

    def __init__(
        self,
        title: str,
        *,
        parent: Scope | None = None,
        bodies: Collection[CodeType] = (),
        shared: Shared | None = None,
    ) -> None:
        self.title = title
        self.parent = parent
        self.bodies: frozenset[CodeType] = frozenset(bodies).union(
            parent.bodies if parent is not None else ()
        )
        self.shared: Shared = shared or (
            parent.shared if parent is not None else Shared()
        )
        self.state = State.OPEN
        self.node: Node | None = None
        self.nodes: list[Node] = []
        self.handlers: list[tuple[Node, tuple[Outcome, ...]]] = []
        self.names = Names()
        self.inputs: dict[str, Input] = {}
        self.captured: dict[Value, str] = {}
        self.outputs: dict[str, ScopeOutput] = {}
        self.volumes: dict[str, Volume] = {}
        self.when: Condition | None = None
        self.after: tuple[After, ...] = ()
        self.is_merging = False
        self.unused: dict[object, str] = {}
        self.config: dict[str, Any] = {}
        self.made: list[Workflow] | None = None
        self.options: Mapping[str, Any] = {}
        self._asked: list[Node] = []
        self._heard: list[list[Node]] = []
        self._waits: list[tuple[Node, int]] = []

    def value(self, given: object) -> Value:
        """Return what the user gave as a value of the IR.

        Raises:
            BuildFailed: it is neither a handle nor JSON.
        """
        from couler_jupyter.dsl.values import value_of

        return value_of(given, self)

    def add(self, node: Node) -> Node:
        """Add a step, under its name or, if that is taken by chance, a numbered one.

        Returns:
            The step; where steps are merged, the one that was there before.

        Raises:
            BuildFailed: the user gave the name, and another step has it.
        """
        if self.is_merging and (same := self.names.same(node, self.nodes)) is not None:
            self._tell(same)
            return same
        self.names.give(node)
        self.nodes.append(node)
        self._tell(node)
        return node

    def once(self, template: AnyTemplate) -> AnyTemplate:
        """Return the template itself, or one equal to it that was there before."""
        same: AnyTemplate = self.shared.remembered.setdefault(template, template)
        return same

    def add_handler(self, node: Node, on: tuple[Outcome, ...]) -> None:
        """Add an exit handler, for runs that end so.

        Raises:
            BuildFailed: the user gave its name, and another step has it.
        """
        self.names.give(node)
        self.handlers.append((node, on))

    def ask(self, node: Node, name: str) -> bool:
        """Have `node` give the output `name`; return whether it can."""
        for asked in node.asked:
            if asked.name == name:
                return True
        for output in node.can_give():
            if output.name == name:
                return self.have(node, output)
        return False

    def have(self, node: Node, output: Output) -> bool:
        """Have `node` give `output`; return whether that name is free for it."""
        for asked in node.asked:
            if asked.name == output.name:
                return asked == output
        node.asked.append(output)
        self._asked.append(node)
        return True

    def wait(self, node: Node, named: Sequence[After]) -> None:
        """Have a step that is there wait for more."""
        self._waits.append((node, len(node.after)))
        node.after += [one for one in named if one not in node.after]

    def capture(self, outer: Value, hint: str, kind: ValueType | None) -> ParameterRef:
        """Return the input that stands here for `outer`, a value of the parent."""
        name = self.captured.get(outer)
        if name is None:
            name = free(hint, self.inputs)
            self.captured[outer] = name
            self.inputs[name] = (
                InputArtifact(name=name)
                if kind is None
                else InputParameter(name=name, type=kind)
            )
        return ParameterRef(name)

    def export(self, local: Value, hint: str, kind: ValueType | None) -> str:
        """Return the name of the output by which the parent knows a value of here."""
        for name, output in self.outputs.items():
            if output.value == local:
                return name
        name = free(hint, self.outputs)
        self.outputs[name] = ScopeOutput(value=local, type=kind)
        return name

    def has(self, other: Scope) -> bool:
        """Return whether `other` is this scope or stands somewhere inside it."""
        scope: Scope | None = other
        while scope is not None and scope is not self:
            scope = scope.parent
        return scope is self

    @contextmanager
    def undone_on_error(self) -> Generator[None]:
        """Take back all that the block added if it fails."""
        sizes = [len(each) for each in self._grown()]
        try:
            yield
        except BaseException:
            for node in self._asked[sizes[-2] :]:
                node.asked.pop()
            for node, size in reversed(self._waits[sizes[-1] :]):
                del node.after[size:]
            for each, size in zip(self._grown(), sizes, strict=True):
                _shrink(each, size)
            self.names.reconsider()
            raise

    @contextmanager
    def dropped_on_error(self) -> Generator[None]:
        """Have nobody use what stands here if the block fails."""
        try:
            yield
        except BaseException:
            self.state = State.DROPPED
            raise

    @contextmanager
    def hearing(self) -> Generator[list[Node]]:
        """Give the list of the steps that the block adds or, merged, names again."""
        heard: list[Node] = []
        self._heard.append(heard)
        try:
            yield heard
        finally:
            self._heard.pop()

    @contextmanager
    def under(
        self, when: Condition | None, after: tuple[After, ...] = ()
    ) -> Generator[None]:
        """Have the steps that the block adds run only under these conditions."""
        had = self.when, self.after
        self.when, self.after = joined(self.when, when), (*self.after, *after)
        try:
            yield
        finally:
            self.when, self.after = had

    @contextmanager
    def merging(self) -> Generator[None]:
        """Have a step that the block calls again be the same step."""
        had = self.is_merging
        self.is_merging = True
        try:
            yield
        finally:
            self.is_merging = had

    def content(self) -> Hashable:
        """Return all it does, to tell whether two bodies are the same."""
        return (
            self.title,
            tuple(
                (node.name, tuple(node.after), node.content()) for node in self.nodes
            ),
            tuple(self.inputs.items()),
            tuple(self.captured.items()),
            tuple(self.outputs.items()),
        )

    def _tell(self, node: Node) -> None:
        for heard in self._heard:
            heard.append(node)

    def _grown(self) -> tuple[list[Any] | dict[Any, Any], ...]:
        """Return all that only ever grows; what changes steps comes last."""
        return (
            self.shared.edges,
            self.nodes,
            self.handlers,
            self.names.known,
            self.inputs,
            self.captured,
            self.outputs,
            self.volumes,
            self.unused,
            self._asked,
            self._waits,
        )


def _shrink(each: list[Any] | dict[Any, Any], size: int) -> None:
    if isinstance(each, list):
        del each[size:]
        return
    while len(each) > size:
        each.popitem()
