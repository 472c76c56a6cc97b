"""The pass split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any, ClassVar

import pytest

from couler_jupyter.engines.argo import Argo
from couler_jupyter.errors import PassFailed, UsageFailed
from couler_jupyter.ir import (
    Ended,
    ExitHandler,
    Feature,
    Limit,
    ListOf,
    Map,
    Measured,
    Mount,
    NewClaim,
    Outcome,
    OutputRef,
    Over,
    PartMode,
    Parts,
    SubWorkflow,
    Volume,
    Workflow,
    part_ids,
)
from couler_jupyter.passes import (
    Budget,
    Context,
    Estimate,
    Word,
    parse_passes,
)
from couler_jupyter.passes.cutting import pieces_of
from couler_jupyter.passes.split import Mode, Split
from couler_jupyter.passes.splitting import Bounds
from couler_jupyter.passes.weighing import weights_of
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.graphs import FAMILIES
from couler_jupyter.testing.outcome import Outcome as RunOutcome
from couler_jupyter.testing.parts import echo, flow, over, python, sh, step
from couler_jupyter.testing.passes import PassContract
from tests.passes.engines import Facts
from tests.passes.running import RunsHere

OK = sh("true", outputs=())
ADD = python("def add(xs, y): return (sum(xs) + y) % 9973")


def tightest(workflow: Workflow) -> Context:
    """A budget that holds the largest of what stays together, and little more."""
    weights = weights_of(workflow, Context(), 1_000_000)
    work = pieces_of(workflow, weights, Bounds()).work
    budget = Budget(max_steps=max(2, *work.steps), max_pods=max(2, *work.pods))
    return Context(budget=budget)


class TestSplit(RunsHere, PassContract):
    @pytest.fixture
    def one(self) -> Split:
        return Split()

    def about(self, workflow: Workflow) -> Context:
        return tightest(workflow)


def of_graph(parents: list[list[int]], first: str) -> tuple[Any, ...]:
    """Steps that add up what those they wait for give."""
    return tuple(
        step(
            f"{first}{node}",
            ADD,
            takes={
                "xs": ListOf(tuple(OutputRef(f"{first}{one}") for one in before)),
                "y": node,
            },
        )
        for node, before in enumerate(parents)
    )


def order_only(parents: list[list[int]]) -> Workflow:
    return flow(
        "order",
        *(
            step(f"s{node}", OK, after=[f"s{one}" for one in before])
            for node, before in enumerate(parents)
        ),
    )


CHAIN = order_only([[], *([one] for one in range(9))])


def test_what_fits_is_left_alone() -> None:
    made = Split().run(CHAIN, Context())
    assert made.workflow is CHAIN
    assert not made.decisions


def test_what_does_not_fit_is_cut_and_told_step_by_step() -> None:
    made = Split(max_steps=4).run(CHAIN, Context())
    assert made.workflow.parts is not None
    assert made.workflow.parts.mode is PartMode.WINDOW
    assert len(made.workflow.parts.members) == 3
    first, *steps = made.decisions
    assert (first.word, first.step, first.to) == (Word.MOVED, "", "3 parts")
    assert "2 of 9 edges lead from part to part" in first.reason
    assert [one.step for one in steps] == [f"s{n}" for n in range(10)]
    crossing = [one for one in steps if "by a gate" in one.reason]
    assert len(crossing) == 2
    assert steps[0].reason == "it waits for no step"


def test_parts_that_somebody_wrote_are_kept_where_all_of_it_fits() -> None:
    parted = replace(CHAIN, parts=Parts(members=(CHAIN.order[:3], CHAIN.order[3:])))
    for context in (Context(), Context(engine=Argo())):
        made = Split().run(parted, context)
        assert made.workflow is parted
        (said,) = made.decisions
        assert said.word is Word.KEPT
        assert "already" in said.reason


class Whole(Facts):
    """An engine that takes no parts."""

    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - {Feature.PARTS}


def test_parts_go_where_all_of_it_fits_an_engine_that_takes_none() -> None:
    parted = replace(CHAIN, parts=Parts(members=(CHAIN.order[:3], CHAIN.order[3:])))
    made = Split().run(parted, Context(engine=Whole()))
    assert made.workflow == CHAIN
    (said,) = made.decisions
    assert said.word is Word.MERGED
    assert "takes no parts" in said.reason


def fan_in(count: int, *, data: bool) -> Workflow:
    """Steps of which one waits for all the others, with or without what they left."""
    names = [f"a-step-of-many-{number}" for number in range(count)]
    steps = [step(name, echo(), takes={"x": "x"}) for name in names]
    if not data:
        return flow("fan", *steps, step("join", sh("true"), after=names))
    all_ = ListOf(tuple(OutputRef(name, "result") for name in names))
    return flow("fan", *steps, step("join", echo(), takes={"x": all_}))


def test_a_step_that_only_waits_for_thousands_fits_by_the_gates_they_share() -> None:
    engine, workflow = Argo(), fan_in(1200, data=False)
    context = Context(engine=engine, measure=engine.measure)
    bounds = Split(max_bytes=150_000)
    made = bounds.run(workflow, context).workflow
    sizes = engine.part_sizes(made)
    assert made.parts is not None
    assert max(one["bytes"] for one in sizes) <= 150_000
    assert not engine.problems(made)
    with pytest.raises(PassFailed, match="'join' alone comes to"):
        bounds.run(fan_in(1200, data=True), context)


@pytest.mark.parametrize("mode", list(Mode)[:2])
def test_every_family_of_workflows(mode: Mode) -> None:
    for name, family in FAMILIES.items():
        workflow = order_only(family(150, Random(name)))
        made = Split(max_steps=20, mode=mode).run(workflow, Context()).workflow
        assert made.parts is not None
        assert all(len(part) <= 20 for part in made.parts.members)
        assert made.parts.mode.value == mode.value
        assert made.steps == workflow.steps


@pytest.mark.parametrize(("gate", "most"), [(0, 5), (40, 4)])
def test_bytes_of_gates_are_counted(gate: int, most: int) -> None:
    """100 bytes are in every part and 96 in each step; a gate and its edge are 60."""

    def measure(workflow: Workflow) -> Measured:
        steps = {one.name: 96 for one in workflow.steps}
        total = 96 * len(steps) + 100
        return Measured(total=total, steps=steps, gate=gate, edge=gate // 2)

    made = Split(max_bytes=600).run(CHAIN, Context(measure=measure)).workflow
    assert made.parts is not None
    assert max(len(part) for part in made.parts.members[1:]) == most


def test_what_all_share_counts_for_each_part_unless_it_is_much() -> None:
    """Four templates of which each is used twice are no base of every part."""
    big = [sh(f"echo {number} {'x' * 4_000}") for number in range(40)]
    workflow = flow("big", *(step(f"s{n}", big[n // 2]) for n in range(80)))
    made = Split(max_bytes=50_000).run(workflow, Context()).workflow
    assert made.parts is not None
    assert 5 < len(made.parts.members) < 12


@pytest.mark.parametrize(
    ("split", "said"),
    [
        (
            Split(max_pods=20),
            "step 'many' alone comes to 10,000 pods, 9,980 more than the 20 that a part",
        ),
        (Split(), "9,000 more than the 1,000 that a part may have; make it smaller or"),
        (Split(), "raise max-pods"),
    ],
)
def test_a_map_of_ten_thousand_items_is_named(split: Split, said: str) -> None:
    many = step("many", sh("true"), takes={}, loop=over(*range(10_000)))
    with pytest.raises(PassFailed) as caught:
        split.run(flow("wide", step("one", OK), many), Context())
    assert said in str(caught.value)


def test_a_map_over_what_is_not_known_counts_as_before() -> None:
    spread = python("def spread(): return list(range(5))")
    many = step("many", OK, loop=Map(over=Over(OutputRef("spread"))))
    workflow = flow("wide", step("spread", spread), many)
    assert not Split(max_pods=50).run(workflow, Context()).decisions
    past = {"many": Estimate(runs=3, times=60)}
    with pytest.raises(PassFailed, match="60 pods"):
        Split(max_pods=50).run(workflow, Context(past=past))


def test_a_large_sub_workflow_is_named() -> None:
    inner = SubWorkflow(workflow=order_only([[] for _ in range(30)]))
    workflow = flow("outer", step("tune", inner), step("last", OK, after=["tune"]))
    with pytest.raises(PassFailed, match="'tune' alone comes to 31 steps, 11 more"):
        Split(max_steps=20).run(workflow, Context())


def test_a_step_above_the_bytes_is_named_with_its_limit() -> None:
    workflow = flow("fat", step("fat", sh("x" * 5_000)), step("thin", OK))
    with pytest.raises(PassFailed, match=r"'fat' alone comes to .* raise max-bytes"):
        Split(max_bytes=4_000).run(workflow, Context())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("split{max-steps=0}", "max-steps is 0; it must be 1 or more"),
        ("split{max-bytes=-1}", "max-bytes is -1"),
        ("split{max-pods=0}", "max-pods is 0"),
        ("split{live=0}", "live is 0"),
        ("split{submit-seconds=-1}", "submit-seconds is -1; it must be 0 or more"),
        ("split{mode=door}", "choose one of window, barrier, literal, repaired"),
        ("split{steps=3}", "steps"),
    ],
)
def test_bad_options_are_named(text: str, said: str) -> None:
    with pytest.raises(UsageFailed) as caught:
        parse_passes(text)
    assert said in str(caught.value)


CROSSED = order_only([[], [], [0, 1], [0]])


def test_the_papers_algorithm_is_refused_where_its_parts_wait_in_a_ring() -> None:
    with pytest.raises(PassFailed) as caught:
        Split(mode=Mode.REPAIRED, max_steps=2).run(CROSSED, Context())
    said = str(caught.value)
    assert "2 of the 2 parts of Algorithm 3 wait for each other" in said
    assert "'s3' of part 2 for 's0' of part 1, and 's2' for 's1'" in said


def test_the_papers_algorithm_as_printed_is_refused_where_it_loses_steps() -> None:
    with pytest.raises(PassFailed, match=r"leaves 3 steps .* out and has 4 steps"):
        Split(mode=Mode.LITERAL, max_steps=4).run(CHAIN, Context())


def test_what_the_paper_cuts_well_is_taken() -> None:
    made = Split(mode=Mode.REPAIRED, max_steps=4).run(CHAIN, Context()).workflow
    assert made.parts is not None
    assert [len(part) for part in made.parts.members] == [4, 4, 2]


class _NoParts(Facts):
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - {Feature.PARTS}


class _Tiny(Facts):
    limits: ClassVar[tuple[Limit, ...]] = (
        Limit(of="steps", most=3, reason="it is tiny"),
    )


def test_an_engine_that_takes_no_parts_gets_none() -> None:
    made = Split(max_steps=4).run(CHAIN, Context(engine=_NoParts()))
    assert made.workflow is CHAIN
    [note] = made.decisions
    assert note.word is Word.NOTED
    assert note.reason == (
        "it has 10 steps, and a part may have 4; stub takes no parts"
    )


def test_limits_of_the_engine_count_too() -> None:
    made = Split().run(CHAIN, Context(engine=_Tiny())).workflow
    assert made.parts is not None
    assert max(len(part) for part in made.parts.members) == 3


def test_a_daemon_and_those_who_use_it_stay_together() -> None:
    serve = step("serve", sh("sleep 9", outputs=()), daemon=True)
    ready = Ended("serve", (Outcome.READY,))
    asking = [step(f"ask{n}", OK, after=[ready]) for n in range(3)]
    others = [step(f"other{n}", OK) for n in range(8)]
    workflow = flow("served", *others[:4], serve, *asking, *others[4:])
    made = Split(max_steps=5).run(workflow, Context())
    assert made.workflow.parts is not None
    numbers = made.workflow.parts.numbers()
    assert len({numbers[name] for name in ("serve", "ask0", "ask1", "ask2")}) == 1
    told = {one.step: one.reason for one in made.decisions}
    assert told["ask1"] == "daemon 'serve' runs as long as its part"
    with pytest.raises(PassFailed, match=r"'serve', 'ask0', 'ask1' and 1 more stay"):
        Split(max_steps=3).run(workflow, Context())


def test_a_claimed_volume_and_what_is_between_stay_together() -> None:
    """`between` mounts nothing, but one part would wait for itself without it."""
    mount = Mount(volume="disk", path="/disk")
    writes = step("writes", sh("true", mounts=(mount,)))
    between = step("between", OK, after=["writes"])
    reads = step("reads", sh("true", mounts=(mount,)), after=["between"])
    others = [step(f"other{n}", OK) for n in range(5)]
    volumes = (Volume(name="disk", source=NewClaim(size=1)),)
    workflow = flow("disk", *others, writes, between, reads, volumes=volumes)
    made = Split(max_steps=4).run(workflow, Context()).workflow
    assert made.parts is not None
    numbers = made.parts.numbers()
    assert numbers["writes"] == numbers["between"] == numbers["reads"]


def test_exit_handlers_are_in_no_part() -> None:
    bye = ExitHandler(step=step("bye", sh("true"), after=()))
    workflow = replace(CHAIN, exit_handlers=(bye,))
    made = Split(max_steps=4).run(workflow, Context()).workflow
    assert made.parts is not None
    assert "bye" not in made.parts.numbers()


def test_an_unchanged_part_keeps_its_id_when_another_changes() -> None:
    made = Split(max_steps=4).run(CHAIN, Context()).workflow
    other = replace(CHAIN["s9"], template=sh("echo other"))
    changed = replace(CHAIN, steps=(*CHAIN.steps[:-1], other))
    again = Split(max_steps=4).run(changed, Context()).workflow
    assert len(part_ids(made)) == 3
    assert part_ids(made)[:2] == part_ids(again)[:2]
    assert part_ids(made)[2] != part_ids(again)[2]
    assert part_ids(CHAIN) == ()


def test_an_id_is_of_what_is_in_the_part_and_around_it() -> None:
    made = Split(max_steps=4).run(CHAIN, Context()).workflow
    assert made.parts is not None
    swapped = replace(made, steps=made.steps[::-1])
    assert part_ids(swapped) == part_ids(made)
    renamed = replace(made, name="otherwise", outputs=(), timeout=9)
    assert part_ids(renamed) == part_ids(made)
    mapped = replace(CHAIN["s0"], loop=over(1, 2))
    assert (
        part_ids(replace(made, steps=(mapped, *made.steps[1:])))[0]
        != (part_ids(made)[0])
    )


def test_ids_do_not_depend_on_which_templates_are_shared() -> None:
    """A template that a step of another part shares too is still the same."""
    one = flow("one", step("a", sh("echo 1")), step("b", sh("echo 2"), after=["a"]))
    parted = replace(one, parts=Parts(members=(("a",), ("b",))))
    both = replace(
        parted, steps=(one["a"], replace(one["b"], template=one["a"].template))
    )
    assert part_ids(parted)[0] == part_ids(both)[0]
    assert part_ids(parted)[1] != part_ids(both)[1]


def test_an_id_tells_what_shared_templates_of_a_sub_workflow_say() -> None:
    def made(text: str) -> Workflow:
        twice = sh(text)
        inner = flow("inner", step("x", twice), step("y", twice))
        outer = step("in", SubWorkflow(workflow=inner))
        parts = Parts(members=(("in",),))
        return flow("outer", outer, parts=parts)

    assert part_ids(made("echo 1")) == part_ids(made("echo 1"))
    assert part_ids(made("echo 1")) != part_ids(made("echo 2"))


DAGS = 200
_AT_ONCE = 20


class TestRuns(RunsHere):
    """Parts on the local engine give what one piece gives: 200 random DAGs."""

    @pytest.mark.slow
    @pytest.mark.parametrize("batch", range(DAGS // _AT_ONCE))
    def test_outputs_are_the_same(
        self, batch: int, run: Callable[[Case, Workflow], RunOutcome]
    ) -> None:
        random = Random(batch)
        steps: list[Any] = []
        for number in range(_AT_ONCE):
            family = list(FAMILIES.values())[number % len(FAMILIES)]
            parents = family(random.randint(2, 14), random)
            steps += of_graph(parents, f"g{number}-s")
        workflow = flow("dags", *steps)
        split = Split(
            max_steps=random.randint(5, 25),
            mode=Mode.BARRIER if batch % 2 else Mode.WINDOW,
        )
        made = split.run(workflow, Context()).workflow
        assert made.parts is not None
        case = Case(name="dags", make=lambda: workflow)
        before, after = run(case, workflow), run(case, made)
        assert before.steps == after.steps
        assert dict(before.outputs) == dict(after.outputs)
        assert len(before.outputs) >= len(workflow.steps)


def test_a_new_step_leaves_other_parts_as_they_were() -> None:
    parents = FAMILIES["layered uniform"](200, Random(5))
    before = Split(max_steps=30).run(order_only(parents), Context()).workflow
    more = order_only([*parents, [3]])
    context = Context(parts=before.parts)
    after = Split(max_steps=30).run(more, context).workflow
    lost = {*part_ids(before)} - {*part_ids(after)}
    assert len(lost) <= 1
    again = Split(max_steps=30).run(replace(more, parts=None), context).workflow
    assert again == after


def test_a_step_that_goes_leaves_other_parts_as_they_were() -> None:
    parents = FAMILIES["layered uniform"](200, Random(5))
    before = Split(max_steps=30).run(order_only(parents), Context()).workflow
    fewer = order_only(parents[:-1])
    after = Split(max_steps=30).run(fewer, Context(parts=before.parts)).workflow
    assert len({*part_ids(before)} - {*part_ids(after)}) == 1
