"""A value that returns is made of what it was first made of, not of itself."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from couler_jupyter.caching import Artifact, Course
from couler_jupyter.caching.lineage import Lineage
from couler_jupyter.caching.shelf import Shelf
from couler_jupyter.caching.value import Value
from couler_jupyter.engines.cache import (
    Answer,
    Content,
    Ended,
    Kind,
    Outline,
    Question,
    Wish,
)
from couler_jupyter.ir import (
    Argument,
    Constant,
    FromReturn,
    Function,
    InputParameter,
    OutputParameter,
    OutputRef,
    Phase,
    Step,
    Workflow,
)
from couler_jupyter.ir import (
    Value as Given,
)
from couler_jupyter.reusing.keeping import Keeping
from couler_jupyter.reusing.past import past_runs
from couler_jupyter.reusing.store_cache import StoreCache
from couler_jupyter.store import Store

NAMES = ("up", "down", "up-again", "down-again")
NUMBERS = ("0", "1", "0", "1")


def change(name: str, by: int, given: Given) -> Step:
    template = Function(
        source=f"def f(x):\n    return x + {by}\n",
        entrypoint="f",
        inputs=(InputParameter(name="x"),),
        outputs=(OutputParameter(name="result", source=FromReturn()),),
    )
    return Step(name=name, template=template, arguments=(Argument("x", given),))


def back_and_forth() -> Workflow:
    steps = [change("up", 1, Constant.of(0))]
    for before, name in pairwise(NAMES):
        by = 1 if name.startswith("up") else -1
        steps.append(change(name, by, OutputRef(before, "result")))
    return Workflow(name="rings", steps=tuple(steps))


class Heard(Keeping):
    """Remembers what a policy would be told."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, Value)
        self.courses: list[Course] = []

    def begin(self, course: Course) -> None:
        self.courses.append(course)
        super().begin(course)


def questions(workflow: Workflow) -> list[Question]:
    return [
        Question(path=step.name, step=step, inputs={"x": number})
        for step, number in zip(workflow.steps, NUMBERS, strict=True)
    ]


def outline(answers: list[Answer]) -> Outline:
    """The steps as they follow each other."""
    before: list[tuple[str, ...]] = [(), *((name,) for name in NAMES[:-1])]
    return Outline(
        answers=tuple(zip(answers, before, strict=True)),
        runs=frozenset(NAMES),
        reads=dict.fromkeys(NAMES, 1),
        targets=frozenset({"down-again"}),
    )


def made_of(artifacts: tuple[Artifact, ...]) -> dict[str, tuple[str, ...]]:
    return {one.step: one.parents for one in artifacts}


def test_what_is_expected_leads_back_to_the_start(tmp_path: Path) -> None:
    store, workflow = Store.open(tmp_path), back_and_forth()
    keeping = Heard(store)
    cache = StoreCache(store, Wish(run="r", engine="local", workflow=workflow), keeping)
    answers = [cache.ask(one) for one in questions(workflow)]
    up, down = answers[0].fingerprint, answers[1].fingerprint
    assert [one.fingerprint for one in answers] == [up, down, up, down]
    cache.expect(outline(answers))
    (course,) = keeping.courses
    assert made_of(course.artifacts) == {"up": (), "down": (up,)}
    assert course.reads == {up: 2, down: 2}
    lineage = Lineage()
    lineage.update(course, ())
    for number, one in enumerate(course.artifacts, 1):
        lineage.learn(
            Artifact(
                key=one.key,
                workflow=one.workflow,
                step=one.step,
                own=one.own,
                parents=one.parents,
                seconds=10.0**number,
            )
        )
    assert lineage.rebuild_seconds(up, ()) == 10.0
    assert lineage.rebuild_seconds(down, ()) == 110.0
    cache.end(finished=True)


def test_what_is_told_leads_back_to_the_start(tmp_path: Path) -> None:
    store, workflow = Store.open(tmp_path), back_and_forth()
    cache = StoreCache(
        store, Wish(run="r", engine="local", workflow=workflow), Keeping(store, Value)
    )
    keys = []
    for question in questions(workflow):
        answer = cache.ask(question)
        keys.append(answer.fingerprint)
        content = Content(kind=Kind.JSON, text="1", value=1)
        cache.tell(
            answer,
            Ended(
                phase=Phase.SUCCEEDED,
                outputs={"result": (content, None)},
                started=0.0,
                seconds=1.0,
            ),
        )
    cache.end(finished=True)
    store = Store.open(tmp_path)
    (run,) = past_runs(store)
    assert made_of(run.artifacts) == {"up": (), "down": (keys[0],)}
    store.close()


def test_a_policy_scores_what_returns(tmp_path: Path) -> None:
    """The same artifacts, through the default policy: no score is endless or lost."""
    store, workflow = Store.open(tmp_path), back_and_forth()
    keeping = Heard(store)
    cache = StoreCache(store, Wish(run="r", engine="local", workflow=workflow), keeping)
    answers = [cache.ask(one) for one in questions(workflow)]
    cache.expect(outline(answers))
    shelf, policy = Shelf(100), Value()
    policy.begin(keeping.courses[0], shelf)
    for one in keeping.courses[0].artifacts:
        shelf.add(one)
        policy.added(one, shelf)
    assert all(policy.score(key, shelf) >= 0 for key in shelf)
    cache.end(finished=True)
