"""Tasks of Tekton's own: kept as they were written, given what the workflow says."""

from __future__ import annotations

from couler_jupyter.engines.as_read import WHOLE
from couler_jupyter.engines.tekton.names import port_names
from couler_jupyter.engines.tekton.scope import Scope
from couler_jupyter.engines.tekton.texts import Unsayable, literal
from couler_jupyter.ir import (
    Constant,
    Foreign,
    InputParameter,
    Json,
    Step,
    Value,
    ValueType,
    output_names,
)
from couler_jupyter.ir.step import storage_values

_LISTED = (ValueType.LIST, ValueType.OBJECT)


def own_values(step: Step, template: Foreign, scope: Scope) -> dict[str, Json]:
    """Return what the parameters of a task of Tekton's own are given.

    Raises:
        Unsayable: it is given, or leaves, what such a task has no word for.
    """
    if template.kind == WHOLE:
        raise Unsayable("it is a whole manifest, which is no task among others")
    if step.loop is not None:
        raise Unsayable("a task of Tekton's own that is mapped keeps its own matrix")
    for name, own in port_names(output_names(template)).items():
        if name != own:
            raise Unsayable(f"output {name!r} is no name of a result")
    ports = {one.name: one for one in template.inputs}
    found: dict[str, Json] = {}
    for argument in step.arguments:
        port = ports[argument.name]
        (value,) = storage_values(argument.value)
        listed = isinstance(port, InputParameter) and port.type in _LISTED
        found[port.name] = _listed(value, port.name) if listed else scope.text(value)
    return found


def _listed(value: Value, name: str) -> Json:
    """Return a list or an object of texts, as Tekton has them."""
    known: Json = value.value if isinstance(value, Constant) else None
    if isinstance(known, list):
        return [literal(str(one)) for one in known]
    if isinstance(known, dict):
        return {key: literal(str(one)) for key, one in known.items()}
    raise Unsayable(
        f"input {name!r} takes a list or an object, which is written out or not at all"
    )
