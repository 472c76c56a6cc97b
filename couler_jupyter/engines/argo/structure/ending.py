"""Exit handlers: the steps of a template that runs when all others have ended.

Such a template knows nothing of the tasks before it but what they made known to the whole
run, so the outputs that handlers use get global names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from couler_jupyter.engines.argo.conditions import when_text
from couler_jupyter.engines.argo.names import Taken, port_name
from couler_jupyter.engines.argo.structure.failed import (
    handler_condition_faults,
    with_failures,
)
from couler_jupyter.engines.argo.terms import expression_of, quoted, tag_of
from couler_jupyter.engines.argo.texts import LookUp
from couler_jupyter.ir import (
    Condition,
    ExitHandler,
    Outcome,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    RunField,
    RunRef,
    StepRef,
    Workflow,
    WorkflowOutput,
    leaves,
    output_of,
)

_ENDS = {
    Outcome.SUCCEEDED: "Succeeded",
    Outcome.FAILED: "Failed",
    Outcome.ERRORED: "Error",
}


def exports_of(workflow: Workflow) -> Mapping[str, Mapping[str, str]]:
    """Return the global names for the outputs that exit handlers use."""
    taken = Taken()
    found: dict[str, dict[str, str]] = {}
    for step in workflow.steps:
        for output in () if not workflow.exit_handlers else _named(workflow, step.name):
            taken.take(port_name(output))
    for ref in _outputs_used(workflow):
        names = found.setdefault(ref.step, {})
        if ref.name not in names:
            known = _own_name(workflow, ref)
            names[ref.name] = (
                port_name(known)
                if known
                else taken.take(port_name(f"{ref.step}-{ref.name}"))
            )
    return found


def handler_when(handler: ExitHandler, look_up: LookUp, task: Mapping[str, str]) -> str:
    """Return when an exit handler runs, as the text of `when`; empty for always.

    Args:
        handler: the handler.
        look_up: what references are in its task.
        task: what the steps of its workflow are called.
    """
    status = ""
    known = look_up(RunRef(RunField.KUBE_STATUS))
    if handler.on:
        ends = [_ENDS[one] for one in handler.on if one in _ENDS]
        if len(ends) == 1:
            status = f"{tag_of(known)} == {ends[0]}"
        else:
            listed = ", ".join(quoted(one) for one in ends)
            status = f"{{{{={expression_of(known)} in [{listed}]}}}}"
    step = handler.step
    asked: list[Condition] = [one for one in step.after if not isinstance(one, str)]
    if step.when is not None:
        asked.append(step.when)
    failures = expression_of(look_up(RunRef(RunField.FAILURES)))
    terms = [when_text(with_failures(one, task, failures), look_up) for one in asked]
    return " && ".join(term for term in (status, *terms) if term)


def with_failures_asked(
    handler: ExitHandler, look_up: LookUp, task: Mapping[str, str]
) -> ExitHandler:
    """Return a handler whose condition asks of failures what it asked of steps."""
    step = handler.step
    if step.when is None:
        return handler
    failures = expression_of(look_up(RunRef(RunField.FAILURES)))
    when = with_failures(step.when, task, failures)
    return replace(handler, step=replace(step, when=when))


def handler_faults(workflow: Workflow, *, outermost: bool) -> Iterator[tuple[str, str]]:
    """Yield what exit handlers ask that Argo does not tell them: step, and what."""
    for handler in workflow.exit_handlers:
        step = handler.step
        if not outermost:
            if step.after:
                yield (
                    step.name,
                    "an exit handler of a part knows not how single steps ended",
                )
            facts = step.values()
        else:
            for what in handler_condition_faults(step, workflow):
                yield step.name, what
            facts = replace(step, when=None).values()
        for value in facts:
            for leaf in leaves(value):
                if isinstance(leaf, StepRef):
                    what = f"knows not the {leaf.field} of step {leaf.step!r}"
                    yield step.name, f"an exit handler of Argo {what}"


def _outputs_used(workflow: Workflow) -> Iterator[OutputRef]:
    for handler in workflow.exit_handlers:
        for value in handler.step.values():
            for leaf in leaves(value):
                if isinstance(leaf, OutputRef) and leaf.step != handler.step.name:
                    yield leaf


def _own_name(workflow: Workflow, ref: OutputRef) -> str:
    output = output_of(workflow.by_name[ref.step], ref.name)
    if isinstance(output, OutputParameter | OutputArtifact | WorkflowOutput):
        return output.global_name
    return ""


def _named(workflow: Workflow, step: str) -> Iterator[str]:
    template = workflow.by_name[step].template
    outputs = getattr(template, "outputs", ())
    for output in outputs:
        if output.global_name:
            yield output.global_name
