"""Made-up runs: what a store holds after a while, told as engines tell it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from couler_jupyter.ir import (
    FromPerson,
    FromStdout,
    OutputParameter,
    Phase,
    RunEvent,
    Script,
    Step,
    SubWorkflow,
    Suspend,
    Workflow,
    to_json,
)
from couler_jupyter.runs import RunRecord, RunStore

BEGUN = 1_700_000_000.0


def pair(source: str = "echo done") -> Workflow:
    """Return a workflow of two steps, one after the other."""
    said = OutputParameter(name="result", source=FromStdout())
    return Workflow(
        name="pair",
        steps=(
            Step(name="load", template=Script(source="echo loaded", outputs=(said,))),
            Step(name="train", template=Script(source=source), after=("load",)),
        ),
    )


def nested() -> Workflow:
    """Return a workflow of one step that runs another workflow."""
    return Workflow(
        name="nested",
        steps=(Step(name="both", template=SubWorkflow(workflow=pair())),),
    )


def asking() -> Workflow:
    """Return a workflow that waits for a person."""
    said = OutputParameter(name="verdict", source=FromPerson())
    return Workflow(
        name="asking",
        steps=(Step(name="approve", template=Suspend(outputs=(said,))),),
    )


def told(
    store: RunStore,
    *phases: tuple[str, Phase],
    workflow: Workflow | None = None,
    engine: str = "local",
    remote: bool = False,
    notebook: str = "work.ipynb",
    outputs: Mapping[str, Mapping[str, object]] | None = None,
    messages: Sequence[str] = (),
) -> RunRecord:
    """Add a run and tell it: pairs of a step's path (empty for the run) and a phase."""
    made = workflow or pair()
    run = store.create(
        workflow=made.name,
        engine=engine,
        document=to_json(made),
        notebook=notebook,
        remote=remote,
    )
    events = [
        RunEvent(
            step=step,
            phase=phase,
            time=BEGUN + number,
            attempt=1 if step else 0,
            message=messages[number] if number < len(messages) else "",
        )
        for number, (step, phase) in enumerate(phases)
    ]
    kept = {step: json.dumps(one) for step, one in (outputs or {}).items()}
    store.record(run.id, events, outputs=kept)
    return store.get(run.id)


def succeeded(store: RunStore, **more: object) -> RunRecord:
    """Add a run that went well."""
    return told(
        store,
        ("", Phase.RUNNING),
        ("load", Phase.RUNNING),
        ("load", Phase.SUCCEEDED),
        ("train", Phase.RUNNING),
        ("train", Phase.SUCCEEDED),
        ("", Phase.SUCCEEDED),
        **more,  # type: ignore[arg-type]
    )


def failed(store: RunStore, **more: object) -> RunRecord:
    """Add a run whose second step failed."""
    return told(
        store,
        ("", Phase.RUNNING),
        ("load", Phase.RUNNING),
        ("load", Phase.SUCCEEDED),
        ("train", Phase.RUNNING),
        ("train", Phase.FAILED),
        ("", Phase.FAILED),
        **more,  # type: ignore[arg-type]
    )
