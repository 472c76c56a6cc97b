"""Where each step of a run stands: tasks of the pipeline, read as steps of the workflow.

Around a step there may be DAGs (conditions, loops, turns, exit handlers) that are no
steps; which tasks they are is known from how the pipeline is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from couler_jupyter.engines.following.standing import Standing
from couler_jupyter.engines.kubeflow.book import Book
from couler_jupyter.engines.kubeflow.dag import Dag
from couler_jupyter.engines.kubeflow.live.left import left_by, left_by_workflow
from couler_jupyter.engines.kubeflow.live.seen import FAILED, SKIPPED, SUCCEEDED, Seen
from couler_jupyter.engines.kubeflow.live.standing import standing_of
from couler_jupyter.engines.kubeflow.steps import is_per_item
from couler_jupyter.engines.kubeflow.workflows import build, with_status
from couler_jupyter.ir import Json, Phase, Step, SubWorkflow, Workflow
from couler_jupyter.ir.given import outputs_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known of one step.

    Attributes:
        standing: where it stands.
        outputs: what it left behind, as the run store has it.
        pods: those that ran it, one for each attempt.
    """

    standing: Standing
    outputs: Mapping[str, Json] = field(default_factory=dict)
    pods: tuple[str, ...] = ()


class Paths:
    """Reads versions of one run."""

    def __init__(self, workflow: Workflow, image: str) -> None:
        """Prepare for runs of what a workflow compiles to.

        Args:
            workflow: as it was compiled.
            image: what functions and scripts run in that name none.
        """
        self._workflow = workflow
        self.dag = build(Book(), workflow, image)

    def told(self, root: Seen | None, *, over: bool) -> dict[str, Told]:
        """Return what is known of each step by its path; of the run under the empty one.

        Args:
            root: the outermost task; None before it is there.
            over: whether the run has ended.
        """
        found = _Found()
        found.workflow(self.dag, root, self._workflow, "", over)
        if root is not None and root.state == SUCCEEDED:
            left = left_by_workflow(root.outputs, self._workflow)
            found.told[""] = Told(standing=standing_of(root), outputs=left)
        return found.told


class _Found:
    def __init__(self) -> None:
        self.told: dict[str, Told] = {}

    def workflow(
        self, dag: Dag, seen: Seen | None, workflow: Workflow, prefix: str, over: bool
    ) -> None:
        over = over or _ended(seen)
        if not dag.last:
            self._steps(dag, seen, workflow.steps, prefix, over)
            return
        inside, last = _child(seen, dag.body), _child(seen, dag.last)
        inner_over = over or _ended(inside)
        self._steps(dag.inside[dag.body], inside, workflow.steps, prefix, inner_over)
        handlers = [with_status(one) for one in workflow.exit_handlers]
        last_over = over or _ended(last)
        self._steps(dag.inside[dag.last], last, handlers, prefix, last_over)

    def _steps(
        self,
        dag: Dag,
        seen: Seen | None,
        steps: Iterable[Step],
        prefix: str,
        over: bool,
    ) -> None:
        for step in steps:
            task = dag.placed[step.name]
            self._step(dag.inside.get(task), _child(seen, task), step, prefix, over)

    def _step(
        self, dag: Dag | None, seen: Seen | None, step: Step, prefix: str, over: bool
    ) -> None:
        path = f"{prefix}{step.name}"
        if step.when is not None and not is_per_item(step):
            assert dag is not None
            self._guarded(dag, seen, step, path, over)
        else:
            self._looped(dag, seen, step, path, over)

    def _guarded(
        self, outer: Dag, seen: Seen | None, step: Step, path: str, over: bool
    ) -> Told:
        """Tell of a step that runs only if its condition holds."""
        branch, inner = _child(seen, outer.body), outer.inside[outer.body]
        task = inner.body
        if branch is None or branch.state == SKIPPED or seen is None:
            return self._put(path, _not_taken(seen, branch, over))
        child, over = _child(branch, task), over or branch.ended
        if is_per_item(step):
            return self._repeated(inner.inside.get(task), child, step, path, over)
        return self._looped(inner.inside.get(task), child, step, path, over)

    def _looped(
        self, dag: Dag | None, seen: Seen | None, step: Step, path: str, over: bool
    ) -> Told:
        if step.loop is None:
            return self._repeated(dag, seen, step, path, over)
        assert dag is not None
        self._put(path, _group(seen, over))
        over = over or _ended(seen)
        items = {} if seen is None else seen.items
        each = [
            self._item(dag, items[number], step, f"{path}[{number}]", over)
            for number in sorted(items)
        ]
        good = [one for one in each if one.standing.phase.good]
        lists: dict[str, Json] = {
            name: [one.outputs[name] for one in good if name in one.outputs]
            for name in (one.name for one in outputs_of(step))
        }
        return self._leaves(path, lists)

    def _item(self, body: Dag, item: Seen, step: Step, path: str, over: bool) -> Told:
        over = over or item.ended
        if is_per_item(step):
            return self._guarded(body, item, step, path, over)
        task = body.body
        child = _child(item, task)
        return self._repeated(body.inside.get(task), child, step, path, over)

    def _repeated(
        self, dag: Dag | None, seen: Seen | None, step: Step, path: str, over: bool
    ) -> Told:
        if step.repeat is None:
            return self._core(dag, seen, step, path, over)
        self._put(path, _group(seen, over))
        outputs: Mapping[str, Json] = {}
        turn = 1
        while dag is not None and seen is not None and seen.state != SKIPPED:
            task = dag.body
            ended = over or seen.ended
            child = _child(seen, task)
            one = self._core(dag.inside.get(task), child, step, f"{path}#{turn}", ended)
            outputs = one.outputs
            seen, dag = _child(seen, dag.again), dag.inside.get(dag.again)
            turn += 1
        return self._leaves(path, outputs)

    def _core(
        self, dag: Dag | None, seen: Seen | None, step: Step, path: str, over: bool
    ) -> Told:
        told = _group(seen, over)
        if seen is not None:
            told = replace(told, outputs=left_by(seen.outputs, step), pods=seen.pods)
        told = self._put(path, told)
        if dag is not None and isinstance(step.template, SubWorkflow):
            self.workflow(dag, seen, step.template.workflow, f"{path}/", over)
        return told

    def _put(self, path: str, told: Told) -> Told:
        self.told[path] = told
        return told

    def _leaves(self, path: str, outputs: Mapping[str, Json]) -> Told:
        told = self.told[path]
        if not told.standing.phase.good:
            return told
        return self._put(path, replace(told, outputs=outputs))


def _group(seen: Seen | None, over: bool) -> Told:
    """Return how a task stands; one that is not there waits, or was left out."""
    if seen is None:
        return _missing(over)
    if seen.state == SKIPPED:  # none of these has a condition of its own
        return Told(standing=Standing(phase=Phase.OMITTED))
    return Told(standing=standing_of(seen))


def _missing(over: bool) -> Told:
    return Told(standing=Standing(phase=Phase.OMITTED if over else Phase.PENDING))


def _not_taken(seen: Seen | None, branch: Seen | None, over: bool) -> Told:
    """Return how a step stands whose own branch does not run, or not yet."""
    if seen is None or seen.state == SKIPPED:
        return _missing(over or seen is not None)
    if seen.state == FAILED:  # what computes the condition failed
        return Told(standing=standing_of(seen))
    if branch is not None or seen.state == SUCCEEDED:
        return Told(standing=Standing(phase=Phase.SKIPPED))
    return _missing(over)


def _child(seen: Seen | None, task: str) -> Seen | None:
    return None if seen is None else seen.inside.get(task)


def _ended(seen: Seen | None) -> bool:
    return seen is not None and seen.ended
