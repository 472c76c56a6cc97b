"""What a DAG or steps template leaves behind."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.argo.importing.lists import read_json_value
from couler_jupyter.engines.argo.importing.lookup import Known
from couler_jupyter.engines.argo.reading.tags import Tag, read_value
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    objects_at,
    text_at,
)
from couler_jupyter.ir import Raw, Value, WorkflowOutput


def read_workflow_outputs(node: Object, known: Known) -> Iterator[WorkflowOutput]:
    """Yield the outputs that a DAG or steps template declares.

    Raises:
        NoWord: one comes from where no workflow's output does.
    """
    outputs = object_at(node, "outputs")
    for one in objects_at(outputs, "parameters"):
        taken = object_at(one, "valueFrom")
        if "parameter" in taken:
            text = text_at(taken, "parameter")
            value = read_json_value(text, known) or read_value(text, known)
        elif "expression" in taken:
            value = _expression(text_at(taken, "expression"), known)
        else:
            raise NoWord("an output is taken from no step")
        yield _output(one, value)
    for one in objects_at(outputs, "artifacts"):
        if "from" in one:
            value = read_value(text_at(one, "from"), known)
        elif "fromExpression" in one:
            value = _expression(text_at(one, "fromExpression"), known)
        else:
            raise NoWord("an artifact is taken from no step")
        yield _output(one, value)


def _output(node: Object, value: Value) -> WorkflowOutput:
    return WorkflowOutput(
        name=text_at(node, "name"),
        value=value,
        global_name=text_at(node, "globalName"),
        description=text_at(node, "description"),
    )


def _expression(text: str, known: Known) -> Value:
    tag = Tag(text.strip(), True, f"{{{{={text}}}}}")
    return known(tag) or Raw("argo", tag.text)
