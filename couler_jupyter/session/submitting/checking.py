"""What comes of a form before anything is submitted: faults, plan, manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from couler_jupyter.engines import Engine
from couler_jupyter.engines.abilities import Suggester
from couler_jupyter.errors import CoulerError, Unsupported
from couler_jupyter.ir import Manifest, Workflow, from_json
from couler_jupyter.protocol import PlanView, one_line
from couler_jupyter.protocol.submit import ManifestView
from couler_jupyter.session.session import Session
from couler_jupyter.session.submitting.form import Form
from couler_jupyter.session.submitting.manifest import manifest_view
from couler_jupyter.session.submitting.reading import Order, Reading, read_form
from couler_jupyter.targets import Target

if TYPE_CHECKING:
    from couler_jupyter.planning import Plan

_MOST_ERRORS = 50
_NO_FAULTS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What is known of a form.

    Attributes:
        order: what would be submitted; None where a field is wrong.
        engine: of the chosen target; `target`: the chosen one.
        suggested: values for options of the engine.
        faults: what is wrong, by field.
        errors: what else is wrong, one line each.
        plan: what a run would do and take.
        manifest: what the engine would be handed.
    """

    order: Order | None = None
    engine: Engine | None = None
    target: Target | None = None
    suggested: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict[str, tuple[str, ...]]
    )
    faults: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: tuple[str, ...] = ()
    plan: PlanView | None = None
    manifest: ManifestView | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it can be submitted."""
        return self.order is not None and not self.errors


def check(
    session: Session,
    workflow: Workflow,
    form: Form,
    targets: Iterable[Target],
    *,
    is_wanted: Callable[[], bool],
    before: Checked | None = None,
) -> Checked:
    """Return what comes of a form; nothing is run, and nobody elsewhere is asked.

    Args:
        session: makes plans and manifests.
        workflow: what would run.
        form: what was filled in.
        targets: the places there are.
        is_wanted: whether anybody still waits for the answer; it is cut short if not.
        before: what came of the last form: arguments change no manifest.
    """
    read = read_form(session, workflow, form, targets)
    order = read.order
    found = Checked(
        order=order,
        engine=read.engine,
        target=read.target,
        suggested=_suggested(read),
        faults=read.faults,
    )
    if order is None or read.engine is None or not is_wanted():
        return found
    from couler_jupyter.planning import plan_view

    try:
        engine = session.engine_named(order.engine).configured(order.options)
        plan = _plan(session, order, engine)
        view = plan_view(plan)
        errors = tuple(view["refused"][:_MOST_ERRORS])
        manifest = None
        if not errors and is_wanted():
            manifest = _known(before, order) or _manifest(
                session, order, engine, plan.handed
            )
    except CoulerError as error:
        view, manifest, errors = None, None, error_lines(error)
    return replace(found, errors=errors, plan=view, manifest=manifest)


def error_lines(error: Exception) -> tuple[str, ...]:
    """Return what is wrong, one line for each thing."""
    if isinstance(error, Unsupported):
        return tuple(one_line(f"{one}") for one in error.problems[:_MOST_ERRORS])
    told = str(error) if isinstance(error, CoulerError) else ""
    return (one_line(told or f"{type(error).__name__}: {error}"),)


def _suggested(read: Reading) -> Mapping[str, tuple[str, ...]]:
    engine = read.engine
    if not isinstance(engine, Suggester):
        return {}
    return engine.suggested(read.options)


def _known(before: Checked | None, order: Order) -> ManifestView | None:
    """Return the manifest of the last form, if that differs in arguments alone."""
    if before is None or before.order is None:
        return None
    same = replace(before.order, arguments=order.arguments) == order
    return before.manifest if same else None


def _plan(session: Session, order: Order, engine: Engine) -> Plan:
    return session.plan(
        order.workflow,
        engine=engine,
        passes=order.passes,
        targets=order.targets,
        arguments=order.arguments,
    )


def _manifest(
    session: Session, order: Order, engine: Engine, planned: Workflow | None
) -> ManifestView:
    """Return what the engine would be handed.

    Args:
        session: makes workflows ready.
        order: what would be submitted.
        engine: to which; it remembers what it compiled last.
        planned: the workflow once it is ready, if the plan knows that.
    """
    prepared = planned or session.prepared(
        order.workflow, order.engine, passes=order.passes, targets=order.targets
    )
    now = engine.compile(prepared)
    run, before, note = _last(session, order, engine)
    return manifest_view(now, before, against=run, note=note)


def _last(
    session: Session, order: Order, engine: Engine
) -> tuple[str, Manifest | None, str]:
    """Return the last run of the workflow on the engine, its manifest, and why not."""
    runs = session.store.runs(
        limit=1, workflow=order.workflow.name, engine=order.engine
    )
    if not runs:
        return "", None, f"nothing of that name was submitted to {order.engine} yet"
    run = runs[0].id
    try:
        document = session.store.get(run).document
        return run, engine.compile(from_json(document)), ""
    except CoulerError as error:
        return (
            run,
            None,
            f"run {run} cannot be compared with: {one_line(f'{error}', 200)}",
        )
