"""Drawing samples: each wording of each task through what proposes, and the oracle's word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from couler_jupyter.errors import ModelFailed, SpendingLimit
from couler_jupyter.ir import Workflow
from couler_jupyter.nl.bench.oracle import Verdict, judge
from couler_jupyter.nl.bench.result import Sample
from couler_jupyter.nl.bench.task import Task
from couler_jupyter.nl.checking import Tryer
from couler_jupyter.nl.progress import Checked, Listener, Progress
from couler_jupyter.nl.proposal import Proposal, Question, Wish
from couler_jupyter.nl.trying import Tried, try_program

_LONGEST = 300
"""Characters of a question that are kept."""


class Proposer(Protocol):
    """What makes a proposal of a wish."""

    def __call__(
        self, wish: Wish, *, listener: Listener, try_program: Tryer
    ) -> Proposal | Question:
        """Return a proposal, or a question back.

        Args:
            wish: what is asked for.
            listener: is told of each attempt that was checked.
            try_program: builds the workflow of an attempt.
        """
        ...


def sample_all(
    tasks: Iterable[Task], proposer: Proposer, *, samples: int = 1
) -> Iterator[Sample]:
    """Yield samples for all wordings of some tasks, as they are drawn.

    Raises:
        SpendingLimit: the limit is reached; what was yielded so far stands.
    """
    for task in tasks:
        for wording, text in enumerate(task.wishes):
            for number in range(samples):
                yield _sample(task, wording, number, text, proposer)


@dataclass(slots=True)
class _Watch:
    """Remembers what the first attempt came to."""

    last: Workflow | None = None
    attempts: int = 0
    first: Workflow | None = None
    first_passed: bool = False

    def listen(self, event: Progress) -> None:
        if isinstance(event, Checked):
            self.attempts += 1
            if self.attempts == 1:
                self.first, self.first_passed = self.last, event.report.passed

    def try_(self, code: str, name: str = "") -> Tried:
        tried = try_program(code, name)
        self.last = tried.workflow
        return tried


def _sample(
    task: Task, wording: int, number: int, text: str, proposer: Proposer
) -> Sample:
    watch = _Watch()
    try:
        wish = Wish(text=text, engine=task.engine)
        found = proposer(wish, listener=watch.listen, try_program=watch.try_)
    except SpendingLimit:
        raise
    except ModelFailed as error:
        return _broken(task, wording, number, str(error))
    except Exception as error:  # noqa: BLE001 (hours of samples are worth more; it is told)
        told = f"{type(error).__name__}: {error}"
        return _broken(task, wording, number, told)
    workflow = found.workflow if isinstance(found, Proposal) else None
    verdict = judge(task, workflow)
    return Sample(
        task=task.name,
        kind=task.kind,
        difficulty=task.difficulty,
        held_out=task.held_out,
        wording=wording,
        number=number,
        passed=verdict.passed,
        graph=verdict.graph,
        unaided=_unaided(task, watch, found, verdict),
        asked=workflow is None,
        why=_why(verdict, found),
        attempts=watch.attempts or len(found.attempts),
        prompt_tokens=found.spent.prompt_tokens,
        answer_tokens=found.spent.answer_tokens,
        dollars=found.spent.dollars,
    )


def _why(verdict: Verdict, found: Proposal | Question) -> str:
    if verdict.passed or isinstance(found, Proposal):
        return verdict.why
    return f"{verdict.why}: {' '.join(found.text.split())[:_LONGEST]}"


def _unaided(
    task: Task, watch: _Watch, found: Proposal | Question, verdict: Verdict
) -> bool:
    """Whether it was right before anything went back to the model."""
    if watch.attempts < 2:
        return verdict.passed
    if not watch.first_passed or watch.first is None:
        return False
    if isinstance(found, Proposal) and found.workflow == watch.first:
        return verdict.passed
    return judge(task, watch.first).passed


def _broken(task: Task, wording: int, number: int, error: str) -> Sample:
    return Sample(
        task=task.name,
        kind=task.kind,
        difficulty=task.difficulty,
        held_out=task.held_out,
        wording=wording,
        number=number,
        passed=False,
        graph=False,
        unaided=False,
        why=" ".join(error.split()),
        dollars=None,
        broken=True,
    )
