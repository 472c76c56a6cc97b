"""What the items of a map gave, as one list.

Argo gathers what steps printed as a JSON list whose items it reads as JSON where it can,
and output parameters as a list of texts, unless all of them are lists or objects
(https://argo-workflows.readthedocs.io/en/latest/walk-through/loops/).
"""

from __future__ import annotations

from couler_jupyter.engines.argo.terms import Term, expression_of, quoted, variable
from couler_jupyter.engines.argo.texts import READS_AS_JSON
from couler_jupyter.ir import (
    Items,
    OutputParameter,
    Step,
    ValueType,
)
from couler_jupyter.ir.given import AnyOutput


def aggregated(maker: Step, output: AnyOutput, path: tuple[str, ...]) -> Term:
    """Return the list of what the items of a mapped step gave as `output`."""
    if maker.loop is not None and maker.loop.over == Items(()):
        return Term(literal="[]", type=ValueType.LIST)
    printed = path[-1] == "result" and path[-2] == "outputs"
    made = listed(output, path, printed=printed)
    if _may_be_empty(maker):
        there = f"'outputs' in {variable(path[:2])}"
        whole = f"({there} ? {expression_of(made)} : '[]')"
        return Term(expression=whole, type=ValueType.LIST)
    return made


def listed(output: AnyOutput, path: tuple[str, ...], *, printed: bool) -> Term:
    """Return a list that Argo gathered, each item by its type.

    Args:
        output: of each item.
        path: of the variable that holds what Argo gathered.
        printed: whether that is what items printed, and not a parameter of each.
    """
    kind = output.type if isinstance(output, OutputParameter) else ValueType.JSON
    items = variable(path)
    typed = _printed(items, kind) if printed else _collected(items, kind)
    if typed:
        return Term(expression=typed, type=ValueType.LIST)
    return Term(path=path, type=ValueType.LIST)


def _printed(items: str, kind: ValueType) -> str:
    """Return the list of what was printed by type; empty where it is right as it is."""
    if kind is not ValueType.STRING:
        return ""
    part = "type(#) == 'string' ? # : toJson(#)"
    return f"toJson(map(fromJSON({items}), {{{part}}}))"


def _collected(items: str, kind: ValueType) -> str:
    """Return the list of parameters by type; empty where it is right as it is."""
    match kind:
        case ValueType.STRING | ValueType.LIST | ValueType.OBJECT | ValueType.PYTHON:
            return ""
        case ValueType.INTEGER | ValueType.NUMBER | ValueType.BOOLEAN:
            part = "type(#) == 'string' ? fromJSON(#) : #"
        case ValueType.JSON:
            reads = f"type(#) == 'string' && # matches {quoted(READS_AS_JSON)}"
            part = f"{reads} ? fromJSON(#) : #"
    return f"toJson(map(fromJSON({items}), {{{part}}}))"


def _may_be_empty(maker: Step) -> bool:
    return maker.loop is not None and (
        not isinstance(maker.loop.over, Items) or maker.when is not None
    )
