"""A manifest as a draft of a workflow, as far as what was learnt of it allows."""

from __future__ import annotations

from typing import Any

from couler_jupyter.engines.argo.importing.ending import read_handlers
from couler_jupyter.engines.argo.importing.marks import WHOLE, Marks
from couler_jupyter.engines.argo.importing.referring import (
    listening,
    of_reference,
    refers,
)
from couler_jupyter.engines.argo.importing.table import Table
from couler_jupyter.engines.argo.importing.whole import (
    at_end_of,
    read_whole,
    spec_of,
    template_nodes,
)
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    list_at,
    object_at,
    text_at,
)
from couler_jupyter.ir import (
    Argument,
    Constant,
    Extra,
    InputParameter,
    Json,
    ParameterRef,
    Step,
    Workflow,
    name_fault,
)
from couler_jupyter.ir.template import Input, inputs_of


def draft_of(manifest: Object, marks: Marks) -> Workflow:
    """Return the workflow that a manifest is.

    Raises:
        NoWord: the IR has none such.
        InvalidWorkflow: it would not be well formed.
    """
    readable = marks.readable(WHOLE, manifest)
    spec = spec_of(manifest)
    around = read_whole(readable)
    around["name"] = name_of(manifest)
    nodes = template_nodes(spec)
    table = Table(
        nodes,
        {one.name for one in around["parameters"]},
        marks,
        {one.name for one in around["volumes"]},
    )
    entry = text_at(spec, "entrypoint")
    forms: tuple[Extra, ...] = (form_extra("kind", text_at(manifest, "kind")),)
    if (at_end := at_end_of(spec)) and not refers(spec):
        handlers, chosen = read_handlers(at_end, table)
        around["exit_handlers"] = handlers
        forms += chosen
    extras = (*forms, *marks.whole)
    if refers(spec):
        return of_reference(spec, around, (*listening(manifest), *extras))
    node = nodes.get(entry, {})
    outermost = _is_outermost(node, spec) and not marks.alone
    if outermost and entry not in marks.kept:
        if "inputs" not in node:
            around["artifacts"] = ()
        try:
            return table.workflow(entry, outermost={**around, "extras": extras})
        except NoWord:
            marks.kept.add(entry)
    return _of_one_step(entry, table, around, extras)


def _is_outermost(node: Object, spec: Object) -> bool:
    """Whether a template is a graph that takes only what the run is given anyway."""
    if "dag" not in node and "steps" not in node:
        return False
    inputs = object_at(node, "inputs")
    if not inputs:
        return True
    given = list_at(object_at(spec, "arguments"), "artifacts")
    return set(inputs) == {"artifacts"} and inputs["artifacts"] == given


def _of_one_step(
    entry: str, table: Table, around: dict[str, Any], extras: tuple[Extra, ...]
) -> Workflow:
    """Return the workflow whose one step is the entrypoint."""
    imported = table.named(entry)
    wanted: list[InputParameter] = []
    known = {one.name for one in (*around["parameters"], *around["artifacts"])}
    arguments: list[Argument] = []
    for port in inputs_of(imported.template):
        if port.name in known:
            arguments.append(Argument(port.name, ParameterRef(port.name)))
        elif _is_required(port):
            wanted.append(InputParameter(name=port.name))
            arguments.append(Argument(port.name, ParameterRef(port.name)))
    part = imported.part
    step = Step(
        name=entry,
        template=imported.template,
        arguments=tuple(arguments),
        retry=part.retry,
        timeout=part.timeout,
        cache=part.cache,
        daemon=part.daemon,
        extras=imported.extras,
    )
    around = {**around, "parameters": (*around["parameters"], *wanted)}
    layout = form_extra("layout", "template")
    return Workflow(**around, steps=(step,), extras=(layout, *extras))


def _is_required(port: Input) -> bool:
    if isinstance(port, InputParameter):
        return port.default is None
    return False


def form_extra(name: str, value: Json) -> Extra:
    """Return the extra that keeps a choice."""
    return Extra(engine="argo", path=name, value=Constant.of(value), ignorable=True)


def name_of(manifest: Object) -> str:
    """Return what the workflow of a manifest is called."""
    metadata: Json = manifest.get("metadata")
    given: Json = {} if not isinstance(metadata, dict) else metadata
    for key in ("name", "generateName"):
        name = given.get(key)
        if isinstance(name, str):
            plain = name.rstrip("-") if key == "generateName" else name
            if name_fault(plain) is None:
                return plain
    return "workflow"
