"""Drawing samples, results as files and as tables, and two results side by side."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.errors import (
    InvalidDocument,
    ModelFailed,
    SpendingLimit,
    UsageFailed,
)
from couler_jupyter.llm import Message, Spent
from couler_jupyter.llm.transcript import Replayed, Transcript
from couler_jupyter.nl.bench import (
    Result,
    Sample,
    Task,
    asking,
    compare,
    drafting,
    failures,
    lines_of,
    rate,
    read_tasks,
    reference,
    sample_all,
)
from couler_jupyter.nl.checking import Tryer
from couler_jupyter.nl.progress import Listener
from couler_jupyter.nl.proposal import Proposal, Question, Wish
from couler_jupyter.testing.models import QueueModel

CHAIN = read_tasks(["chain"])
SALES = CHAIN[0]
FRONT = "import couler_jupyter as couler\n\n"


def fenced(code: str) -> str:
    return f"```python\n{code}\n```"


def plan(question: str = "") -> str:
    modules = [
        {"name": "load", "kind": "loading", "does": "Load the sales", "needs": []},
        {"name": "clean", "kind": "cleaning", "does": "Clean them", "needs": ["load"]},
        {"name": "total", "kind": "custom", "does": "Sum them", "needs": ["clean"]},
    ]
    listed = [] if question else modules
    return json.dumps({"question": question, "name": "sales", "modules": listed})


class Knowing:
    """Proposes the solution of whichever task it is asked for, but for some."""

    def __init__(self, tasks: Sequence[Task], wrong: Sequence[str] = ()) -> None:
        self.tasks = {text: one for one in tasks for text in one.wishes}
        self.wrong, self.engines = wrong, set[str]()

    def __call__(
        self, wish: Wish, *, listener: Listener, try_program: Tryer
    ) -> Proposal | Question:
        del listener, try_program
        self.engines.add(wish.engine)
        task = self.tasks[wish.text]
        spent = Spent(calls=1, prompt_tokens=100, answer_tokens=20, dollars=0.01)
        if task.asks or task.name in self.wrong:
            return Question(wish=wish, text="which\none?", spent=spent)
        workflow = reference(task)
        return Proposal(wish=wish, name="w", code="", workflow=workflow, spent=spent)


def drawn(wrong: Sequence[str] = (), *, samples: int = 1, name: str = "one") -> Result:
    tasks = [*CHAIN[:4], *read_tasks(["impossible"])[:2]]
    found = tuple(sample_all(tasks, Knowing(tasks, wrong), samples=samples))
    return Result(model=name, options={"samples": samples}, samples=found)


class TestSampling:
    def test_each_wording_is_drawn_as_often(self) -> None:
        result = drawn(samples=2)
        assert len(result.samples) == 6 * 3 * 2
        assert all(one.passed and one.unaided and one.graph for one in result.samples)
        one = result.samples[-1]
        assert (one.wording, one.number, one.tokens, one.asked) == (2, 1, 120, True)

    def test_what_a_question_said_is_kept(self) -> None:
        result = drawn([SALES.name])
        assert result.samples[0].why.endswith("nothing is unclear: which one?")
        assert next(failures(result.samples)).startswith("chain-sales (0.0): it was")

    def test_a_task_for_another_engine_is_checked_for_that(self) -> None:
        tasks = read_tasks(["engines"])
        knowing = Knowing(tasks)
        assert all(one.passed for one in sample_all(tasks, knowing))
        assert knowing.engines == {"local", "argo"}

    def test_a_model_that_breaks_off_counts_as_wrong(self) -> None:
        model = QueueModel([ModelFailed("no\nluck")] * 3)
        samples = tuple(sample_all([SALES], asking(model)))
        assert [one.broken for one in samples] == [True] * 3
        assert samples[0].why == "no luck"
        told = "\n".join(lines_of(Result(model="m", options={}, samples=samples)))
        assert "3 of 3 broke off, and count as wrong" in told

    def test_a_pipeline_that_fails_spoils_one_sample(self) -> None:
        def failing(
            wish: Wish, *, listener: Listener, try_program: Tryer
        ) -> Proposal | Question:
            del listener, try_program
            if wish.text == SALES.wishes[1]:
                raise KeyError("A")
            return Question(wish=wish, text="what?")

        samples = list(sample_all([SALES], failing))
        assert [one.broken for one in samples] == [False, True, False]
        assert samples[1].why == "KeyError: 'A'"

    def test_a_limit_ends_it_with_what_there_is(self) -> None:
        model = QueueModel([plan("which one?"), SpendingLimit("too much")])
        samples = sample_all([SALES], asking(model))
        assert next(samples).asked
        with pytest.raises(SpendingLimit):
            next(samples)

    def test_feedback_is_told_apart(self) -> None:
        """The first program is wrong and comes back; the second draw is right at once."""
        right = FRONT + SALES.solution
        wrong = right.replace("load_sales())", "lode_sales())")
        score = json.dumps({"score": 1.0, "critique": ""})
        first = [plan(), fenced(wrong), fenced(right), score]
        second = [plan(), fenced(right), score]
        task = replace(SALES, wishes=SALES.wishes[:1])
        model = QueueModel([*first, *second])
        one, other = sample_all([task], asking(model), samples=2)
        assert (one.passed, one.unaided, one.attempts) == (True, False, 2), one.why
        assert (other.passed, other.unaided, other.attempts) == (True, True, 1)
        assert one.tokens > other.tokens > 0

    def test_drafts_are_the_same_each_time_and_cost_nothing(self) -> None:
        task = replace(SALES, wishes=SALES.wishes[:1])
        one, other = (list(sample_all([task], drafting())) for _ in range(2))
        assert one == other
        assert (one[0].tokens, one[0].dollars, one[0].attempts) == (0, 0.0, 1)

    def test_without_rounds_nothing_goes_back(self) -> None:
        wrong = FRONT + SALES.solution.replace("load_sales())", "lode_sales())")
        task = replace(SALES, wishes=SALES.wishes[:1])
        model = QueueModel([plan(), fenced(wrong)])
        (one,) = sample_all([task], asking(model, most_rounds=0))
        assert (one.passed, one.asked, one.attempts) == (False, True, 1)


class TestReplay:
    def test_a_transcript_gives_the_same_result_byte_for_byte(
        self, tmp_path: Path
    ) -> None:
        record(tmp_path / "t.jsonl")
        texts = {measure(tmp_path / "t.jsonl").to_json() for _ in range(2)}
        assert len(texts) == 1
        assert rate(Result.from_json(texts.pop())).mean == 1.0


def record(path: Path) -> None:
    model = QueueModel([asks_back] * 27, name="some-model")
    tasks = read_tasks(["impossible"])
    replayed = Replayed(model.name, Transcript(path), model)
    assert len(list(sample_all(tasks, asking(replayed)))) == 27


def asks_back(messages: Sequence[Message]) -> str:
    return plan(f"what is meant by {len(messages[-1].text)}?")


def measure(path: Path) -> Result:
    model = Replayed("some-model", Transcript(path))
    samples = tuple(sample_all(read_tasks(["impossible"]), asking(model)))
    return Result(model=model.name, options={}, samples=samples)


class TestResult:
    def test_json_and_back(self) -> None:
        result = drawn(["chain-sales"])
        assert Result.from_json(result.to_json()) == result

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", '{"format": "couler-nl-bench/9"}', "null"]
    )
    def test_what_is_no_result(self, text: str) -> None:
        with pytest.raises(InvalidDocument):
            Result.from_json(text)

    def test_a_sample_with_more_than_is_known(self) -> None:
        whole = json.loads(drawn().to_json())
        whole["samples"][0]["luck"] = 1
        with pytest.raises(InvalidDocument, match="luck"):
            Result.from_json(json.dumps(whole))


class TestTable:
    def test_classes_parts_and_costs(self) -> None:
        lines = list(lines_of(drawn(["chain-shell"], samples=3)))
        rows = {line.split()[0]: line for line in lines if line}
        assert lines[0] == "one: 6 tasks, 3 wordings, 3 draws of each"
        assert " 75.0% (" in rows["chain"]
        assert "100.0% (100%-100%)" in rows["impossible"]
        assert " 83.3% (" in rows["all"]
        assert "pass@3: 83.3%" in "\n".join(lines)
        assert "120 tokens and 0.00 attempts for one wish" in lines
        assert "$0.0100 for one wish, $0.54 in all" in lines

    def test_unknown_prices_are_not_made_up(self) -> None:
        samples = tuple(replace(one, dollars=None) for one in drawn().samples)
        lines = list(lines_of(Result(model="m", options={}, samples=samples)))
        assert lines[-1] == "what that costs is not known: no price was given"

    def test_wordings_count_the_same(self) -> None:
        base = sample(passed=True)
        some = [
            base,
            replace(base, wording=1, passed=False),
            replace(base, wording=1, passed=True, number=1),
        ]
        result = Result(model="m", options={}, samples=tuple(some))
        assert rate(result).mean == pytest.approx(0.75)


def sample(*, passed: bool, task: str = "t") -> Sample:
    return Sample(
        task=task,
        kind="chain",
        difficulty="easy",
        held_out=False,
        wording=0,
        number=0,
        passed=passed,
        graph=passed,
        unaided=passed,
    )


class TestComparing:
    def test_tasks_are_paired(self) -> None:
        one, other = drawn(["chain-sales", "chain-texts"]), drawn(["chain-shell"])
        found = compare(one, other)
        assert (found.tasks, found.only_one, found.only_other) == (6, 1, 2)
        assert found.chance == 1.0
        assert found.gain.mean == pytest.approx(1 / 6)
        assert "6 tasks: 1 only the first" in str(found)
        assert "+16.7%" in str(found)

    def test_a_difference_that_is_none_by_chance(self) -> None:
        names = [f"t{n}" for n in range(20)]
        bad, good = (
            Result(
                model="m",
                options={},
                samples=tuple(sample(passed=p, task=n) for n in names),
            )
            for p in (False, True)
        )
        assert compare(bad, good).chance < 0.001
        assert compare(bad, bad).chance == 1.0

    def test_nothing_in_common(self) -> None:
        empty = drawn().only(())
        with pytest.raises(UsageFailed):
            compare(empty, drawn())
