"""Programs for one wish, tried until one passes its checks or the rounds are over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from couler_jupyter.errors import ModelFailed, SpendingLimit
from couler_jupyter.ir import Workflow
from couler_jupyter.llm import Message
from couler_jupyter.nl.asking import Talk
from couler_jupyter.nl.generating import Written, ask_code
from couler_jupyter.nl.progress import Checked, Listener, Scored
from couler_jupyter.nl.prompting import fenced, prompt
from couler_jupyter.nl.proposal import Attempt, Wish
from couler_jupyter.nl.report import Check, Fault, Report
from couler_jupyter.nl.scoring import BASELINE, MOST_REWRITES, Score, score

_CUT = "the answer was cut off before the program ended; write the program shorter"


@dataclass(slots=True, eq=False)
class _Try:
    """One attempt and the workflow it builds, None where it does not pass."""

    attempt: Attempt
    workflow: Workflow | None


@dataclass(kw_only=True, slots=True)
class Attempting:
    """The attempts at one wish.

    Attributes:
        wish: what is wished for.
        talk: with the model.
        task: the messages that begin the talk when a program is to be changed; without
            examples, which it has been written by already.
        judge: checks a program.
        listener: is told what comes of each attempt.
        question: what the model asked back in place of a program.
        note: why it ended early; empty where it did not.
    """

    wish: Wish
    talk: Talk
    task: Sequence[Message]
    judge: Callable[[str], tuple[Report, Workflow | None]]
    listener: Listener | None = None
    question: str = ""
    note: str = ""
    _tries: list[_Try] = field(default_factory=list["_Try"])

    def run(self, first: Callable[[], Written], most_rounds: int) -> None:
        """Try programs: repair what fails, and write again what scores low.

        What came before a model that fails, or a limit that is reached, is kept.

        Raises:
            ModelFailed: before there was any program.
            SpendingLimit: likewise.
        """
        try:
            self._until_one_passes(first(), most_rounds)
            self._calibrate()
        except (ModelFailed, SpendingLimit) as error:
            if not self._tries:
                raise
            self.note = " ".join(str(error).split())

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """All of them, the best last."""
        best = self._best()
        others = [one.attempt for one in self._tries if one is not best]
        return (*others, best.attempt) if best is not None else ()

    @property
    def workflow(self) -> Workflow | None:
        """What the best attempt builds; None if none passes."""
        best = self._best()
        return None if best is None else best.workflow

    def _until_one_passes(self, written: Written, most_rounds: int) -> None:
        last = self._take(written)
        for _ in range(most_rounds):
            if last is None or last.workflow is not None:
                return
            again = self._again(last, "repair", faults=told(last.attempt.report))
            if again.code == last.attempt.code:
                return
            last = self._take(again)

    def _calibrate(self) -> None:
        current = self._best()
        for left in range(MOST_REWRITES, -1, -1):
            if current is None or current.workflow is None:
                return
            judged = self._scored(current)
            if judged.value >= BASELINE or not judged.critique or not left:
                return
            again = self._again(current, "rewrite", critique=judged.critique)
            if again.question or again.code == current.attempt.code:
                return
            current = self._take(again)

    def _scored(self, one: _Try) -> Score:
        judged = score(self.wish, one.attempt.code, self.talk)
        one.attempt = replace(one.attempt, score=judged.value)
        if self.listener is not None:
            self.listener(Scored(self._tries.index(one) + 1, judged.value))
        return judged

    def _again(self, last: _Try, name: str, **values: str) -> Written:
        code = fenced(last.attempt.code)
        said = (Message("assistant", code), Message("user", prompt(name, **values)))
        return ask_code(self.talk, (*self.task, *said))

    def _take(self, written: Written) -> _Try | None:
        """Check a program and keep it; None for a question."""
        if written.question:
            self.question = written.question
            return None
        report, workflow = self._judged(written)
        taken = _Try(Attempt(code=written.code, report=report), workflow)
        self._tries.append(taken)
        if self.listener is not None:
            self.listener(Checked(len(self._tries), report))
        return taken

    def _judged(self, written: Written) -> tuple[Report, Workflow | None]:
        if not written.cut:
            return self.judge(written.code)
        fault = Fault(check=Check.PARSE, rule="parse-cut", what=_CUT)
        return Report(done=(Check.PARSE,), faults=(fault,)), None

    def _best(self) -> _Try | None:
        """Return the best attempt: one that passes, then by score, then how far it got."""
        return max(self._tries, key=_worth, default=None)


def _worth(one: _Try) -> tuple[bool, float, int, int]:
    report = one.attempt.report
    rated = -1.0 if one.attempt.score is None else one.attempt.score
    return one.workflow is not None, rated, len(report.done), -len(report.faults)


def told(report: Report) -> str:
    """Return the faults as they are sent back, each on its line."""
    return "\n".join(f"- {fault}" for fault in report.faults)
