"""What a run's view may ask about one of its steps."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.errors import StoreFailed, UnknownName, UsageFailed
from couler_jupyter.ir import Step, SubWorkflow, Workflow
from couler_jupyter.protocol import StepDetail, node_of, step_detail
from couler_jupyter.session.run_handle import RunHandle


def told_of(run: RunHandle, path: str) -> StepDetail:
    """Return all about one step of a run: what it is, and why it ran or was reused.

    Args:
        run: whose.
        path: of the step, in the workflow or in the run.

    Raises:
        UnknownName: there is none.
    """
    plain = node_of(path)
    return step_detail(_at(run.workflow, plain), plain, _decision(run, plain))


def _at(workflow: Workflow, path: str) -> Step:
    name, _, rest = path.partition("/")
    handlers = {one.step.name: one.step for one in workflow.exit_handlers}
    found = workflow.by_name.get(name) or handlers.get(name)
    if found is None:
        raise UnknownName("step", name, [*workflow.by_name, *handlers])
    if rest and isinstance(found.template, SubWorkflow):
        return _at(found.template.workflow, rest)
    return found


def _decision(run: RunHandle, path: str) -> Iterator[str]:
    """Yield what the cache's history says of a step; nothing where there is none."""
    from couler_jupyter.reusing import load_config, open_store
    from couler_jupyter.reusing.why import why_lines

    try:
        config = load_config()
        if not config.enabled:
            yield "the cache is switched off"
            return
        store = open_store(config)
    except (StoreFailed, UsageFailed) as error:
        yield f"{error}"
        return
    try:
        yield from why_lines(store, run.workflow.name, path, None)
    finally:
        store.close()
