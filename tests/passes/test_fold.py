"""The pass fold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import (
    Constant,
    Ended,
    ExitHandler,
    Feature,
    Items,
    ListOf,
    Outcome,
    OutputParameter,
    OutputRef,
    RunField,
    RunRef,
    Step,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.ir.parameter import FromStdout
from couler_jupyter.passes import Budget, Context, Word, parse_passes
from couler_jupyter.passes.fold import Fold
from couler_jupyter.passes.split import Split
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.parts import echo, equal, flow, python, sh, step
from couler_jupyter.testing.passes import PassContract
from couler_jupyter.testing.runnable import runnable_workflows
from tests.passes.engines import Facts
from tests.passes.golden import check_pass
from tests.passes.running import RunsHere

SQUARE = python("def square(x): return x * x % 97")
TOTAL = python("def total(xs): return sum(xs)")
HERE = Fold(least=2, always=True)


@st.composite
def with_siblings(draw: st.DrawFn) -> Case:
    """Draw a workflow with steps that differ in constants, read in all sorts of ways."""
    case = draw(runnable_workflows(max_steps=3))
    workflow = case.make()
    steps: list[Step] = list(workflow.steps)
    before = [one.name for one in steps if one.when is None and one.loop is None]
    for group in range(draw(st.integers(1, 2))):
        after = draw(st.lists(st.sampled_from(before), max_size=1)) if before else []
        items = draw(st.lists(st.integers(0, 5), min_size=2, max_size=4))
        names = [f"g{group}-{number}" for number in range(len(items))]
        for name, item in zip(names, items, strict=True):
            steps.append(step(name, SQUARE, takes={"x": item}, after=after))
        kind = draw(st.sampled_from(["all", "some", "one", "after", "none"]))
        read = names if kind == "all" else names[:1]
        if kind in {"all", "some"}:
            xs = ListOf(tuple(OutputRef(name) for name in read))
            steps.append(step(f"t{group}", TOTAL, takes={"xs": xs}))
        elif kind == "one":
            steps.append(step(f"t{group}", SQUARE, takes={"x": OutputRef(names[0])}))
        elif kind == "after":
            steps.append(step(f"t{group}", SQUARE, takes={"x": 3}, after=names))
    made = replace(workflow, steps=tuple(steps))
    return Case(name="siblings", make=lambda: made)


class TestFold(RunsHere, PassContract):
    random: ClassVar[st.SearchStrategy[Case]] = with_siblings()

    @pytest.fixture
    def one(self) -> Fold:
        return HERE


def squares(count: int = 4, **more: Any) -> tuple[Step, ...]:
    return tuple(
        step(f"square-{n}", SQUARE, takes={"x": n}, **more) for n in range(count)
    )


def all_of(count: int = 4) -> ListOf:
    return ListOf(tuple(OutputRef(f"square-{n}") for n in range(count)))


def test_equal_steps_become_a_map_whose_list_is_read() -> None:
    workflow = flow(
        "squares",
        *squares(),
        step("total", TOTAL, takes={"xs": all_of()}, after=["square-0"]),
        outputs=(WorkflowOutput(name="all", value=all_of()),),
    )
    partly = HERE.run(workflow, Context())
    assert partly.workflow is workflow, "total waits for one of them by name"
    workflow = replace(
        workflow,
        steps=(*squares(), step("total", TOTAL, takes={"xs": all_of()})),
    )
    made = check_pass("equal steps become a map whose list is read", HERE, workflow)
    assert made.workflow.order == ("square", "total")
    loop = made.workflow["square"].loop
    assert loop is not None
    assert loop.over == Items(tuple(map(Constant.of, range(4))))
    assert made.workflow.outputs[0].value == OutputRef("square")
    assert [(one.word, one.step, one.to) for one in made.decisions] == [
        (Word.FOLDED, f"square-{n}", "square") for n in range(4)
    ]


def test_several_constants_become_items_with_names() -> None:
    add = python("def add(x, y, z): return x + y + z")
    steps = (
        step(f"add-{n}", add, takes={"x": n, "y": 2 * n, "z": 1}) for n in range(3)
    )
    made = HERE.run(flow("adds", *steps), Context()).workflow
    [one] = made.steps
    assert one.loop is not None
    assert isinstance(one.loop.over, Items)
    assert [item.value for item in one.loop.over.items] == [
        {"x": 0, "y": 0},
        {"x": 1, "y": 2},
        {"x": 2, "y": 4},
    ]
    assert one.arguments[2].value == Constant.of(1)


def test_steps_that_are_all_equal_are_counted() -> None:
    flips = (step(f"flip{n}", sh("echo $RANDOM")) for n in range(3))
    [one] = HERE.run(flow("flips", *flips), Context()).workflow.steps
    assert one.name == "flip"
    assert one.loop is not None
    assert one.loop.over == Items(tuple(map(Constant.of, range(3))))


def test_who_waits_for_all_of_them_waits_for_the_map() -> None:
    names = [f"square-{n}" for n in range(4)]
    last = step("last", SQUARE, takes={"x": 1}, after=names)
    made = HERE.run(flow("waits", *squares(), last), Context()).workflow
    assert made["last"].after == ("square",)


def test_levels_are_folded_one_after_the_other() -> None:
    """What waits for all steps of a level is alike only once that is a map."""
    names = [f"square-{n}" for n in range(4)]
    later = [
        step(f"later-{n}", SQUARE, takes={"x": n}, after=names[n % 2 :: -1] + names)
        for n in range(3)
    ]
    made = HERE.run(flow("levels", *squares(), *later), Context()).workflow
    assert made.order == ("square", "later")


ONE = step("one", SQUARE, takes={"x": OutputRef("square-1")})
SOME = step("some", SQUARE, takes={"x": 1}, after=["square-0", "square-1"])
ENDED = step(
    "ended", SQUARE, takes={"x": 1}, after=[Ended("square-0", (Outcome.FAILED,))]
)
TURNED = step("turned", TOTAL, takes={"xs": ListOf(all_of().items[::-1])})
TOLD = echo("x")


@pytest.mark.parametrize("reader", [ONE, SOME, ENDED, TURNED], ids=lambda one: one.name)
def test_what_is_read_by_name_is_not_folded(reader: Step) -> None:
    workflow = flow("read", *squares(), reader)
    assert HERE.run(workflow, Context()).workflow is workflow


@pytest.mark.parametrize(
    "more",
    [
        {"outputs": (WorkflowOutput(name="o", value=OutputRef("square-2")),)},
        {
            "exit_handlers": (
                ExitHandler(step=step("t", TOLD, takes={"x": OutputRef("square-2")})),
            )
        },
        {
            "exit_handlers": (
                ExitHandler(
                    step=step("t", TOLD, takes={"x": RunRef(RunField.FAILURES)})
                ),
            )
        },
    ],
    ids=["output", "exit handler", "failures"],
)
def test_what_is_asked_for_from_outside_is_not_folded(more: dict[str, Any]) -> None:
    workflow = flow("read", *squares(), **more)
    assert HERE.run(workflow, Context()).workflow is workflow


def test_targets_are_not_folded() -> None:
    made = HERE.run(flow("t", *squares()), Context(targets=("square-0",))).workflow
    assert set(made.by_name) == {"square-0", "square"}


@pytest.mark.parametrize(
    "more",
    [{"when": equal(1, 1)}, {"daemon": True}],
    ids=["condition", "daemon"],
)
def test_what_no_item_can_be_is_not_folded(more: dict[str, Any]) -> None:
    workflow = flow("plain", *squares(**more))
    assert HERE.run(workflow, Context()).workflow is workflow


def test_outputs_with_a_global_name_are_not_folded() -> None:
    output = OutputParameter(name="result", source=FromStdout(), global_name="g")
    steps = (step(f"s{n}", sh(f"echo {0}", outputs=(output,))) for n in range(3))
    workflow = flow("globals", *steps)
    assert HERE.run(workflow, Context()).workflow is workflow


def test_what_differs_in_more_than_constants_is_not_folded() -> None:
    other = replace(squares()[0], name="other", timeout=9)
    third = step("third", python("def other(x): return x"), takes={"x": 1})
    workflow = flow("differ", squares()[0], other, third)
    assert HERE.run(workflow, Context()).workflow is workflow


def test_within_the_budget_names_stay_unless_asked() -> None:
    workflow = flow("small", *squares(9))
    assert Fold().run(workflow, Context()).workflow is workflow
    tight = Context(budget=Budget(max_steps=5))
    assert len(Fold().run(workflow, tight).workflow.steps) == 1
    assert len(Fold(always=True).run(workflow, Context()).workflow.steps) == 1


def test_more_items_than_a_part_may_start_pods_are_no_map() -> None:
    workflow = flow("wide", *squares(30))
    tight = Context(budget=Budget(max_steps=10, max_pods=20))
    assert Fold().run(workflow, tight).workflow is workflow


def test_a_map_may_save_the_split() -> None:
    workflow = flow("many", *squares(300), step("t", TOTAL, takes={"xs": all_of(300)}))
    folded = Fold().run(workflow, Context()).workflow
    assert Split().run(folded, Context()).workflow is folded
    assert Split().run(workflow, Context()).workflow.parts is not None


class _NoMaps(Facts):
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - {Feature.MAP_ITEMS}


def test_an_engine_without_maps_gets_none() -> None:
    workflow = flow("maps", *squares())
    assert HERE.run(workflow, Context(engine=_NoMaps())).workflow is workflow


class _NoParts(Facts):
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - {Feature.PARTS}


def test_an_engine_that_takes_all_at_once_needs_none() -> None:
    workflow = flow("many", *squares(300))
    context = Context(engine=_NoParts())
    assert Fold().run(workflow, context).workflow is workflow
    assert len(Fold(always=True).run(workflow, context).workflow.steps) == 1


def test_a_name_that_is_taken_is_not_used() -> None:
    other = step("square", python("def f(x): return x"), takes={"x": 1})
    made = HERE.run(flow("taken", other, *squares()), Context()).workflow
    assert set(made.by_name) == {"square", "square-all"}


def test_bad_options_are_named() -> None:
    with pytest.raises(UsageFailed, match="least is 1; it must be 2 or more"):
        parse_passes("fold{least=1}")
    assert parse_passes("fold{always=true,least=3}") == (Fold(least=3, always=True),)


def test_it_is_pure_over_equal_workflows() -> None:
    def make() -> Workflow:
        return flow("p", *squares())

    assert HERE.run(make(), Context()) == HERE.run(make(), Context())
