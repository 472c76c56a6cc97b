"""From what the calls have added to a workflow of the IR, which checks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from couler_jupyter.dsl.edges import order
from couler_jupyter.dsl.node import Node
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.scope import Scope
from couler_jupyter.errors import InvalidWorkflow, Problem
from couler_jupyter.ir import (
    ExitHandler,
    InputArtifact,
    InputParameter,
    Step,
    SubWorkflow,
    Template,
    Workflow,
    WorkflowOutput,
)


def finished(scope: Scope) -> Workflow:
    """Return the workflow that a scope, with all bodies inside it, has become.

    Raises:
        BuildFailed: a block was made and never used.
        InvalidWorkflow: it is not well formed; with all that is wrong.
    """
    return _Finishing(scope).workflow()


class _Finishing:
    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._order = order(scope.shared.edges)
        self._templates: dict[tuple[int, tuple[str, ...]], Template] = {}
        self._bodies: dict[int, SubWorkflow] = {}
        self._problems: list[Problem] = []

    def workflow(self) -> Workflow:
        for place in self._scope.unused.values():
            raise misused(place)
        for node in _bodied(self._scope):
            self._build_body(node)
        if self._problems:
            raise InvalidWorkflow(self._scope.title, self._problems)
        return self._built(self._scope)

    def _build_body(self, node: Node) -> None:
        """Build the workflow of a body whose own bodies are built; keep its faults."""
        body = node.body
        if body is None or any(id(each) not in self._bodies for each in _inner(body)):
            return
        try:
            self._bodies[id(body)] = SubWorkflow(workflow=self._built(body))
        except InvalidWorkflow as error:
            self._problems += [
                Problem(f"{one.where} in {node.name!r}", one.what, one.place)
                for one in error.problems
            ]

    def _built(self, scope: Scope) -> Workflow:
        inputs = scope.inputs.values()
        return Workflow(
            name=scope.title,
            steps=tuple(map(self._step, scope.nodes)),
            parameters=tuple(one for one in inputs if isinstance(one, InputParameter)),
            artifacts=tuple(one for one in inputs if isinstance(one, InputArtifact)),
            outputs=tuple(
                WorkflowOutput(
                    name=name,
                    value=output.value,
                    global_name=output.global_name,
                    description=output.description,
                )
                for name, output in scope.outputs.items()
            ),
            exit_handlers=tuple(
                ExitHandler(step=self._step(node), on=on) for node, on in scope.handlers
            ),
            volumes=tuple(scope.volumes.values()),
            **scope.config,
        )

    def _step(self, node: Node) -> Step:
        ordered = self._order.get(node)
        after = tuple(node.after) if node.after else ()
        return Step(
            name=node.name,
            template=self._template(node),
            arguments=node.arguments,
            after=after
            if ordered is None
            else tuple(dict.fromkeys((*after, *ordered))),
            when=node.when,
            loop=node.loop,
            repeat=node.repeat,
            retry=node.retry,
            timeout=node.timeout,
            cache=node.cache,
            daemon=node.daemon,
            tune=node.tune,
            extras=node.extras,
            origin=node.origin,
        )

    def _template(self, node: Node) -> Template:
        """Return what a step runs, with the outputs that were asked of it."""
        if node.body is not None:
            return self._bodies[id(node.body)]
        template = node.template
        if template is None:
            raise AssertionError(f"step {node.name!r} has neither template nor body")
        if not node.asked or isinstance(template, SubWorkflow):
            return template
        key = (id(template), tuple(output.name for output in node.asked))
        if key not in self._templates:
            fields: dict[str, Any] = {"outputs": (*template.outputs, *node.asked)}
            self._templates[key] = replace(template, **fields)
        return self._templates[key]


def _bodied(scope: Scope) -> Iterator[Node]:
    """Yield the steps that run a body, each after those inside it."""
    for node in (*scope.nodes, *(handler for handler, _ in scope.handlers)):
        if node.body is not None:
            yield from _bodied(node.body)
            yield node


def _inner(scope: Scope) -> list[Scope]:
    nodes = (*scope.nodes, *(handler for handler, _ in scope.handlers))
    return [node.body for node in nodes if node.body is not None]
