"""Values as tasks are given them; what a PipelineSpec cannot say is computed by a task."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path
from typing import cast

from couler_jupyter.engines.kubeflow import evaluating
from couler_jupyter.engines.kubeflow.book import Object
from couler_jupyter.engines.kubeflow.dag import (
    ENDED,
    Dag,
    Known,
    constant,
    output_of,
)
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    DictOf,
    FirstOf,
    Format,
    ItemRef,
    Items,
    Json,
    Leaf,
    ListOf,
    Map,
    Not,
    Over,
    Range,
    Text,
    Value,
    as_text,
)

_OUT = "Output"
"""What Kubeflow calls an output that is the only one; its local runner knows no other."""


def given(dag: Dag, value: Value, *, near: str, image: str) -> Known:
    """Return a value as a task of `dag` is given it.

    Args:
        dag: where the task stands.
        value: the value.
        near: name of the task, for the one that computes the value.
        image: what that runs in.
    """
    if isinstance(value, Constant):
        return Known(constant(as_text(value.value)))
    if not isinstance(value, Format | ListOf | DictOf | FirstOf) and not _is_part(
        value
    ):
        found = dag.find(cast("Leaf", value))
        if not found.each and found.kind not in ENDED:
            return found
    whole = Expression(dag)
    kind = "string" if isinstance(value, Format) else "json"
    return whole.computed(whole.node(value), near=near, image=image, kind=kind)


def made(dag: Dag, value: Value, *, near: str, image: str) -> Known:
    """Return a value as an output of a task of `dag`, as outputs of a DAG must be."""
    found = given(dag, value, near=near, image=image)
    if any(word.startswith("taskOutput") for word in found.given):
        return found
    whole = Expression(dag)
    return whole.computed(whole.node(value), near=near, image=image, kind=found.kind)


def items_of(dag: Dag, loop: Map, *, near: str, image: str) -> Object | Known:
    """Return what a map goes over: raw items, or a list that a task computes.

    All items are texts, so that whole numbers in them stay whole.
    """
    whole = Expression(dag)
    match loop.over:
        case Items(items=items):
            return _raw([as_text(one.value) for one in items])
        case Range(start=Constant() as start, end=Constant() as end) as over:
            ends = (whole.node(start), whole.node(end))
            known = [*ends, over.step, over.format]
            return _raw(cast("list[str]", evaluating.holds("range", known, ())))
        case Range(start=start, end=end) as over:
            ends = (whole.node(start), whole.node(end))
            node = ["range", *ends, over.step, over.format]
        case Over(value=value):
            node = ["items", whole.node(value)]
    return whole.computed(node, near=near, image=image, each=True)


class Expression:
    """A value as a tree, and the texts that it is made of."""

    def __init__(self, dag: Dag) -> None:
        self._dag = dag
        self._numbers: dict[Leaf, int] = {}
        self._given: list[Known] = []

    def node(self, value: Text | Condition) -> Json:
        """Return the node for a value or a condition, as `evaluating` reads it."""
        match value:
            case str():
                return ["constant", value]
            case Constant():
                return ["constant", value.value]
            case Format(parts=parts):
                return ["format", [self.node(one) for one in parts]]
            case ListOf(items=items):
                return ["list", [self.node(one) for one in items]]
            case DictOf(items=pairs):
                return ["object", [[key, self.node(one)] for key, one in pairs]]
            case FirstOf(options=options):
                return ["first", [self.node(one) for one in options]]
            case ItemRef(path=path) if path:
                return ["part", self.node(ItemRef()), list(path)]
            case AllOf(terms=terms):
                return ["all", [self.node(one) for one in terms]]
            case AnyOf(terms=terms):
                return ["any", [self.node(one) for one in terms]]
            case Not(term=term):
                return ["not", self.node(term)]
            case Compare(left=left, operator=operator, right=right):
                return ["compare", self.node(left), str(operator), self.node(right)]
            case _:
                return self._leaf(cast("Leaf", value))

    def computed(
        self,
        node: Json,
        *,
        near: str,
        image: str,
        kind: str = "json",
        each: bool = False,
    ) -> Known:
        """Return what a new task computes from a node."""
        ports = {f"v{number}": one for number, one in enumerate(self._given)}
        definitions = {name: one.definition for name, one in ports.items()}
        left = {_OUT: {"parameterType": "LIST" if each else "STRING"}}
        container: Object = {
            "image": image,
            "command": ["python3", "-c", _program()],
            "args": [
                f"{{{{$.outputs.parameters['{_OUT}'].output_file}}}}",
                _safe(node),
                *(f"{{{{$.inputs.parameters['{name}']}}}}" for name in ports),
            ],
        }
        inputs = {"inputDefinitions": {"parameters": definitions}} if ports else {}
        spec: Object = {**inputs, "outputDefinitions": {"parameters": left}}
        component = self._dag.book.container(f"{near}-value", spec, container, {})
        takes = {name: one.given for name, one in ports.items()}
        task = self._dag.add(f"{near}-value", component, given={"parameters": takes})
        return output_of(task, _OUT, kind, each=each)

    def _leaf(self, leaf: Leaf) -> Json:
        found = self._dag.find(leaf)
        number = self._numbers.setdefault(leaf, len(self._given))
        if number == len(self._given):
            self._given.append(found)
        if found.kind in ENDED:
            return [found.kind, number]
        return ["gathered" if found.each else "text", number, found.kind]


def _raw(items: list[str]) -> Object:
    return {"raw": json.dumps(items, ensure_ascii=False)}


def _is_part(value: Value) -> bool:
    return isinstance(value, ItemRef) and bool(value.path)


def _safe(node: Json) -> str:
    """Return JSON in which neither Kubeflow nor Kubernetes finds anything to replace."""
    text = json.dumps(node, ensure_ascii=False, separators=(",", ":"))
    return text.replace("{{", "{\\u007b").replace("$", "\\u0024")


@cache
def _program() -> str:
    text = Path(evaluating.__file__).read_text("utf-8")
    start = ast.parse(text).body[0].end_lineno or 0
    lines = [one for one in text.splitlines()[start:] if not one.startswith("# ruff")]
    return "\n".join((*lines, "", "main(*sys.argv[1:])")).strip() + "\n"
