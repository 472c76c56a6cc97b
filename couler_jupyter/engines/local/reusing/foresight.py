"""Where a run leads, worked out on paper: every attempt that the cache knows is answered.

What stays unanswered will run. From there it is traced back which bytes are read: a step
whose bytes were given up is still as good as done if nobody reads them, and has to be
made again, with what it reads in turn, if somebody does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from couler_jupyter.engines.cache import Answer, Cache, Outline, plain_path
from couler_jupyter.engines.local.reusing.asking import Asking
from couler_jupyter.engines.local.reusing.owing import files_in
from couler_jupyter.engines.local.scheduling.data import Data, Kept, Pickled
from couler_jupyter.engines.local.scheduling.orders import Launch, Result
from couler_jupyter.engines.local.scheduling.scheduler import Scheduler
from couler_jupyter.ir import OutputRef, Phase, Step, SubWorkflow, Workflow
from couler_jupyter.ir.everywhere import leaves_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """What a run will do.

    Attributes:
        outline: for the cache.
        answers: what the cache says, by path.
        unread: paths of reused steps whose bytes nobody reads, kept or given up.
    """

    outline: Outline
    answers: Mapping[str, Answer]
    unread: frozenset[str]


@dataclass(slots=True)
class _Paper:
    launches: dict[str, Launch] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    makers: dict[str, str] = field(default_factory=dict)


def foresee(scheduler: Scheduler, asking: Asking, cache: Cache) -> Foresight:
    """Run a run on paper.

    Raises:
        CoulerError, ValueError, OSError: the cache, or an input, cannot be used.
    """
    paper = _Paper()
    scheduler.start(0.0)
    while starts := scheduler.take().starts:
        for launch in starts:
            answer = cache.ask(asking.question(launch))
            paper.launches[launch.path] = launch
            paper.answers[launch.path] = answer
            if answer.found is not None:
                outputs = _outputs(paper, asking, launch, answer)
                result = Result(phase=Phase.CACHED, outputs=outputs)
                scheduler.ended(launch.path, result, 0.0)
    return _traced_back(paper)


def _outputs(
    paper: _Paper, asking: Asking, launch: Launch, answer: Answer
) -> dict[str, Data]:
    assert answer.found is not None
    outputs: dict[str, Data] = {}
    for name, content in answer.found.outputs.items():
        outputs[name] = value = asking.stand_in(launch, name, content)
        if isinstance(value, Pickled | Kept):
            paper.makers[value.path] = launch.path
    return outputs


def _traced_back(paper: _Paper) -> Foresight:
    parents = {
        path: tuple(dict.fromkeys(_read_by(paper, launch)))
        for path, launch in paper.launches.items()
    }
    open_ = _read_later(paper)
    runs = {path for path, answer in paper.answers.items() if answer.found is None}
    reads: dict[str, int] = dict.fromkeys(open_, 1)
    waiting = [*runs, *(path for path in open_ if _is_lost(paper, path))]
    runs.update(waiting)
    while waiting:
        for parent in parents[waiting.pop()]:
            reads[parent] = reads.get(parent, 0) + 1
            if _is_lost(paper, parent) and parent not in runs:
                runs.add(parent)
                waiting.append(parent)
    read = {parent for some in parents.values() for parent in some}
    outline = Outline(
        answers=tuple((paper.answers[path], parents[path]) for path in parents),
        runs=frozenset(runs),
        reads=reads,
        targets=frozenset(paper.answers.keys() - read),
    )
    return Foresight(
        outline=outline,
        answers=paper.answers,
        unread=frozenset(paper.answers.keys() - runs - reads.keys()),
    )


def _read_by(paper: _Paper, launch: Launch) -> Iterator[str]:
    for value in launch.inputs.values():
        for path in files_in(value):
            if path in paper.makers:
                yield paper.makers[path]


def _is_lost(paper: _Paper, path: str) -> bool:
    found = paper.answers[path].found
    return found is not None and not found.held


def _read_later(paper: _Paper) -> set[str]:
    """Return the paths that what is not on paper may read: people, or later steps."""
    found: set[str] = set()
    readers: dict[int, Mapping[str, tuple[Step, ...]]] = {}
    known = {plain_path(path) for path in paper.launches}
    # of a loop with something left to run, not all items or turns are on paper
    known -= {
        plain
        for path, answer in paper.answers.items()
        if answer.found is None and (plain := plain_path(path)) != path
    }
    for path, launch in paper.launches.items():
        workflow = launch.workflow
        if id(workflow) not in readers:
            readers[id(workflow)] = _readers_in(workflow)
        above = path.rpartition("/")[0]
        names = readers[id(workflow)].get(launch.step.name, ())
        if not names or not all(
            not isinstance(step.template, SubWorkflow)
            and plain_path(f"{above}/{step.name}".lstrip("/")) in known
            for step in names
        ):
            found.add(path)
    return found


def _readers_in(workflow: Workflow) -> Mapping[str, tuple[Step, ...]]:
    """Return who reads each step, by its name; none where the workflow passes it on."""
    found: dict[str, dict[str, Step]] = {}
    for step in workflow.steps:
        for leaf in leaves_of(step, {}):
            if isinstance(leaf, OutputRef):
                found.setdefault(leaf.step, {})[step.name] = step
    for leaf in leaves_of(workflow, {}):
        if isinstance(leaf, OutputRef):
            found.pop(leaf.step, None)
    return {name: tuple(steps.values()) for name, steps in found.items()}
