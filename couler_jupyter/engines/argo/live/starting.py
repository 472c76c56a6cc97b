"""Where a run begins: with what is kept of earlier ones taken out of it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from couler_jupyter.engines.ahead import (
    HEAD_STARTS,
    WITNESSES,
    Errand,
    HeadStart,
    Place,
    Witness,
)
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.cache import NO_CACHE, Wish
from couler_jupyter.engines.following.kept import handle_of, kept_value, text_of
from couler_jupyter.errors import CoulerError
from couler_jupyter.ir import (
    Cache,
    Function,
    Json,
    Phase,
    RunEvent,
    Script,
    Step,
    SubWorkflow,
    Template,
    Workflow,
    from_json,
    to_json,
)
from couler_jupyter.runs import RunRecord, RunStore

_ASKED, _REST = "asked.json", "rest.json"
_AT_ONCE = 0.001
"""Seconds after which what Argo remembers of a step that is to be made anew is too old."""


def errand_for(
    run: str,
    engine: str,
    workflow: Workflow,
    arguments: Mapping[str, Json],
    options: LiveOptions,
) -> Errand:
    """Return what a cache is told of a run."""
    wish = Wish(run=run, engine=engine, workflow=workflow, refresh=options.refresh)
    return Errand(
        wish=wish,
        arguments=arguments,
        folder=Path(options.folder or "."),
        most_bytes=options.copy_limit,
        patience=options.copy_patience,
    )


def head_start_of(errand: Errand, options: LiveOptions) -> HeadStart:
    """Return what is left of a run; all of it where there is no cache that works."""
    whole = HeadStart(workflow=errand.wish.workflow, reuses=False)
    if options.cache in (NO_CACHE, "") or options.template:
        return whole
    try:
        return HEAD_STARTS.get(options.cache)(errand) or whole
    except (CoulerError, ImportError, OSError, ValueError) as error:
        return replace(whole, told=(f"nothing is reused: {error}",), reuses=True)


def witness_of(
    store: RunStore, record: RunRecord, options: LiveOptions
) -> Witness | None:
    """Return who is told how steps end; None where there is no cache that works."""
    path = store.folder(record.id) / _ASKED
    if options.cache in (NO_CACHE, "") or options.template or not path.exists():
        return None
    try:
        asked = from_json(path.read_text("utf-8"))
        arguments = json.loads(record.arguments)
        errand = errand_for(record.id, record.engine, asked, arguments, options)
        return WITNESSES.get(options.cache)(errand, settled_in(store, record.id))
    except (CoulerError, ImportError, OSError, ValueError) as error:
        sys.stderr.write(f"cache: {error}; nothing of this run is kept\n")
        return None


def write_down(store: RunStore, run: str, asked: Workflow, start: HeadStart) -> None:
    """Tell the run of what it does not have to run, and keep what it began with.

    Raises:
        StoreFailed: it cannot be written.
    """
    now = time.time()
    events = [
        RunEvent(step=one.path, phase=one.phase, time=now, message=one.message)
        for one in start.settled
        if one.path
    ]
    whole = next((one for one in start.settled if not one.path), None)
    if whole is not None:
        events.append(RunEvent(step="", phase=whole.phase, time=now))
    elif start.told:
        pending = RunEvent(
            step="", phase=Phase.PENDING, time=now, message=start.told[0]
        )
        events.append(pending)
    outputs = {
        one.path: text_of({name: _kept(value) for name, value in one.outputs.items()})
        for one in start.settled
        if one.outputs
    }
    if events or outputs:
        store.record(run, events, outputs=outputs)
    folder = store.folder(run)
    (folder / _ASKED).write_text(to_json(asked), "utf-8")
    if start.workflow is not None and start.settled:
        (folder / _REST).write_text(to_json(start.workflow), "utf-8")


def rest_of(store: RunStore, run: str) -> Workflow:
    """Return what of a run's workflow was handed over."""
    path = store.folder(run) / _REST
    text = path.read_text("utf-8") if path.exists() else store.get(run).document
    return from_json(text)


def settled_in(store: RunStore, run: str) -> frozenset[str]:
    """Return the paths that a run did not have to run."""
    steps = store.steps(run)
    return frozenset(
        path for path, one in steps.items() if is_settled(one.phase, one.attempt)
    )


def is_settled(phase: Phase, attempt: int) -> bool:
    """Whether a step was over before the run began: nothing was tried."""
    return phase is Phase.CACHED and not attempt


def with_images(workflow: Workflow, image: str) -> Workflow:
    """Return a workflow whose functions and scripts all name their image."""
    known: dict[int, Template] = {}

    def filled(template: Template) -> Template:
        match template:
            case Function(image="") | Script(image=""):
                return replace(template, image=image)
            case SubWorkflow(workflow=inner):
                within = with_images(inner, image)
                return template if within is inner else SubWorkflow(workflow=within)
            case _:
                return template

    def step_of(step: Step) -> Step:
        made = known.setdefault(id(step.template), filled(step.template))
        return step if made is step.template else replace(step, template=made)

    return _with_steps(workflow, {id(one): step_of(one) for one in _steps(workflow)})


def remembering(workflow: Workflow, options: LiveOptions) -> Workflow:
    """Return a workflow of which Argo remembers no more than the run's options allow."""
    off = options.cache == NO_CACHE

    def step_of(step: Step, path: str) -> Step:
        anew = bool({step.name, path}.intersection(options.refresh))
        if isinstance(step.template, SubWorkflow):
            inner = _walk(step.template.workflow, f"{path}/")
            if inner is not step.template.workflow:
                step = replace(step, template=SubWorkflow(workflow=inner))
        if step.cache is None or step.cache.key == "" or not (off or anew):
            return step
        kept = Cache(enabled=False) if off else replace(step.cache, max_age=_AT_ONCE)
        return replace(step, cache=kept)

    def _walk(within: Workflow, front: str) -> Workflow:
        made = {id(one): step_of(one, f"{front}{one.name}") for one in _steps(within)}
        return _with_steps(within, made)

    return _walk(workflow, "") if off or options.refresh else workflow


def _steps(workflow: Workflow) -> tuple[Step, ...]:
    return (*workflow.steps, *(one.step for one in workflow.exit_handlers))


def _with_steps(workflow: Workflow, made: Mapping[int, Step]) -> Workflow:
    if all(made[id(one)] is one for one in _steps(workflow)):
        return workflow
    return replace(
        workflow,
        steps=tuple(made[id(one)] for one in workflow.steps),
        exit_handlers=tuple(
            replace(one, step=made[id(one.step)]) for one in workflow.exit_handlers
        ),
    )


def _kept(value: Json | Place) -> Json:
    return handle_of(value.where) if isinstance(value, Place) else kept_value(value)
