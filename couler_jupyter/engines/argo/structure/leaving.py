"""What a DAG template leaves behind, taken from its tasks."""

from __future__ import annotations

from collections.abc import Iterable

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.terms import (
    Term,
    expression_of,
    tag_of,
    with_braces,
)
from couler_jupyter.engines.argo.texts import LookUp, text_expression
from couler_jupyter.ir import (
    FirstOf,
    Json,
    Leaf,
    Value,
    Workflow,
    leaves,
)


def outputs_of(workflow: Workflow, look_up: LookUp) -> Object:
    """Return the outputs of the template of a workflow."""
    return outputs_from(
        (
            (output.name, output.value, output.global_name, output.description)
            for output in workflow.outputs
        ),
        look_up,
    )


def outputs_from(
    wanted: Iterable[tuple[str, Value, str, str]], look_up: LookUp
) -> Object:
    """Return outputs, each of a name, a value, a global name and a description."""
    parameters: list[Json] = []
    artifacts: list[Json] = []
    for name, value, global_name, description in wanted:
        made: Object = {"name": port_name(name)}
        if is_artifact(value, look_up):
            made |= _artifact_source(value, look_up)
            artifacts.append(made)
        else:
            made["valueFrom"] = _parameter_source(value, look_up)
            if description:
                made["description"] = with_braces(description)
            parameters.append(made)
        if global_name:
            made["globalName"] = port_name(global_name)
    outputs: Object = {"parameters": parameters} if parameters else {}
    return outputs | ({"artifacts": artifacts} if artifacts else {})


def is_artifact(value: Value, look_up: LookUp) -> bool:
    """Whether a value is an artifact, or a choice of artifacts."""
    if isinstance(value, FirstOf):
        return any(look_up(leaf).artifact for leaf in leaves(value))
    return isinstance(value, Leaf) and look_up(value).artifact


def _artifact_source(value: Value, look_up: LookUp) -> Object:
    if isinstance(value, Leaf):
        return {"from": tag_of(look_up(value))}
    return {"fromExpression": text_expression(value, look_up)}


def _parameter_source(value: Value, look_up: LookUp) -> Object:
    if isinstance(value, Leaf):
        term = look_up(value)
        if term.path and term.path[0] in ("tasks", "steps"):
            return {"parameter": tag_of(term)}
    return {"expression": text_expression(value, _with_inputs(look_up))}


def _with_inputs(look_up: LookUp) -> LookUp:
    """Return what references are in the expression of an output.

    Only tasks are variables there; inputs are replaced before, as a quoted text.
    """

    def known(leaf: Leaf) -> Term:
        term = look_up(leaf)
        if term.path and term.path[0] == "inputs":
            text = f"{{{{=toJson({expression_of(term)})}}}}"
            return Term(expression=text, type=term.type)
        return term

    return known
