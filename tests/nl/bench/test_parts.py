"""The parts of an oracle: shapes as text, flattened workflows, cron lines, estimates."""

from __future__ import annotations

from itertools import product

import pytest

from couler_jupyter.ir import (
    Constant,
    ItemRef,
    Items,
    Map,
    OutputRef,
    Over,
    Phase,
    Range,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.nl.bench import mcnemar, mean_interval, pass_at_k
from couler_jupyter.nl.bench.cron import times_of
from couler_jupyter.nl.bench.flat import TooMany, flat_of, without_turns
from couler_jupyter.nl.bench.playing import Act, play
from couler_jupyter.nl.bench.shape import Arrow, shape_of
from couler_jupyter.nl.bench.stand_ins import bare, loosened
from couler_jupyter.testing.parts import echo, flow, over, step


class TestShape:
    def test_chains_and_groups(self) -> None:
        shape = shape_of("a => b, c > d\nb > e ; f")
        assert shape.labels == ("a", "b", "c", "d", "e", "f")
        assert shape.arrows == (
            Arrow("a", "b", data=True),
            Arrow("a", "c", data=True),
            Arrow("b", "d"),
            Arrow("c", "d"),
            Arrow("b", "e"),
        )

    def test_an_output_can_be_named(self) -> None:
        assert shape_of("split:train => fit").arrows == (
            Arrow("split", "fit", data=True, output="train"),
        )

    @pytest.mark.parametrize("text", ["a >", "> a", "a > , b"])
    def test_arrows_need_ends(self, text: str) -> None:
        with pytest.raises(ValueError, match="no label"):
            shape_of(text)


def paths(workflow: Workflow) -> list[str]:
    return [one.path for one in flat_of(workflow).leaves]


def edges(workflow: Workflow) -> set[tuple[str, str]]:
    flat = flat_of(workflow)
    names = [one.path for one in flat.leaves]
    return {(names[a], names[b]) for a, b in flat.edges}


class TestFlat:
    def test_known_items_are_written_out(self) -> None:
        one = step("one", echo(), takes={"x": ItemRef()}, loop=over(1, 2))
        two = step("two", echo(), takes={"x": OutputRef("one")})
        assert paths(flow("f", one, two)) == ["one[0]", "one[1]", "two"]
        assert edges(flow("f", one, two)) == {("one[0]", "two"), ("one[1]", "two")}

    def test_a_range_is_known(self) -> None:
        source = Range(start=Constant("4"), end=Constant("0"), step=-2)
        one = step("one", echo(), takes={"x": ItemRef()}, loop=Map(over=source))
        assert paths(flow("f", one)) == ["one[0]", "one[1]", "one[2]"]

    def test_items_of_a_run_stay_one(self) -> None:
        some = step("some", echo(), takes={"x": 1})
        loop = Map(over=Over(OutputRef("some")))
        each = step("each", echo(), takes={"x": ItemRef()}, loop=loop)
        leaf = flat_of(flow("f", some, each)).leaves[1]
        assert (leaf.path, leaf.mapped) == ("each[*]", True)
        assert leaf.is_at("each[12]")
        assert not leaf.is_at("each")
        assert not leaf.is_at("each[1]/x")

    def test_workflows_in_workflows_are_opened(self) -> None:
        inner = flow(
            "inner",
            step("a", echo(), takes={"x": 1}),
            step("b", echo(), takes={"x": OutputRef("a")}),
        )
        outer = flow(
            "outer",
            step("first", echo(), takes={"x": 1}),
            step("group", SubWorkflow(workflow=inner), after=["first"]),
        )
        assert paths(outer) == ["first", "group/a", "group/b"]
        assert edges(outer) == {
            ("first", "group/a"),
            ("first", "group/b"),
            ("group/a", "group/b"),
        }

    def test_there_is_a_bound(self) -> None:
        many = step("m", echo(), takes={"x": ItemRef()}, loop=over(*range(201)))
        with pytest.raises(TooMany):
            flat_of(flow("f", many))

    def test_turns_are_no_part_of_a_place(self) -> None:
        assert without_turns("a#3/b[2]#14") == "a/b[2]"


class TestCron:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("*/15 * * * *", "0,15,30,45 * * * *"),
            ("0 6 * * 1-5", "0 6 * * MON-FRI"),
            ("0 6 * * 0", "0 6 * * 7"),
            ("0 6 * jan,dec *", "0 6 * 1,12 *"),
            ("5/20 * * * *", "5,25,45 * * * *"),
            ("0 8-18/5 * * *", "0 8,13,18 * * *"),
        ],
    )
    def test_the_same_in_other_words(self, one: str, other: str) -> None:
        assert times_of(one) == times_of(other)

    @pytest.mark.parametrize("text", ["* * * *", "x * * * *", "1-- * * * *"])
    def test_what_is_no_cron_line(self, text: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 (the parts say it in their words)
            times_of(text)


class TestPlaying:
    def test_stand_ins_leave_what_they_are_told(self) -> None:
        one = step("one", echo(), takes={"x": 1})
        two = step("two", echo(), takes={"x": OutputRef("one")})
        played = play(loosened(flow("f", one, two)), {}, lambda _p, _t: Act(gives=(5,)))
        assert played.phase is Phase.SUCCEEDED
        assert played.launches[1].inputs == {"x": 5}

    def test_a_run_without_an_end_is_ended(self) -> None:
        many = step("m", echo(), takes={"x": ItemRef()}, loop=over(*range(2_100)))
        played = play(loosened(flow("f", many)), {}, lambda _p, _t: Act())
        assert played.phase is None
        assert len(played.launches) == 2_100

    def test_bare_workflows_run_all_there_is(self) -> None:
        loop = Map(over=Items((Constant("1"),)))
        one = step("one", echo(), takes={"x": ItemRef()}, loop=loop)
        open_ = bare(flow("f", one))
        assert play(open_, {}, lambda _p, _t: Act()).ends["one[0]"] is Phase.SUCCEEDED


class TestEstimate:
    def test_pass_at_k_is_the_share_of_draws_with_one_that_is_right(self) -> None:
        """By all draws of k of n, for all n that are small."""
        from itertools import combinations

        for n, k in product(range(1, 7), range(1, 7)):
            for c in range(n + 1) if k <= n else ():
                draws = list(combinations([True] * c + [False] * (n - c), k))
                share = sum(map(any, draws)) / len(draws)
                assert pass_at_k(n, c, k) == pytest.approx(share)

    def test_no_more_draws_than_samples(self) -> None:
        with pytest.raises(ValueError, match="pass@3 of 2"):
            pass_at_k(2, 1, 3)

    def test_intervals_are_the_same_each_time_and_hold_the_mean(self) -> None:
        values = [0.0, 1.0, 1.0, 0.0, 1.0, 0.5] * 10
        one = mean_interval(values)
        assert one == mean_interval(values)
        assert one.low < one.mean < one.high
        assert one.high - one.low == pytest.approx(0.22, abs=0.04)

    def test_intervals_leave_the_common_generator_alone(self) -> None:
        import random

        state = random.getstate()
        mean_interval([0.0, 1.0])
        assert random.getstate() == state

    def test_nothing_has_no_mean(self) -> None:
        with pytest.raises(ValueError, match="nothing"):
            mean_interval([])

    @pytest.mark.parametrize(
        ("one", "other", "chance"),
        [(0, 0, 1.0), (1, 1, 1.0), (0, 5, 0.0625), (10, 2, 0.0386), (3, 12, 0.0352)],
    )
    def test_mcnemar(self, one: int, other: int, chance: float) -> None:
        assert mcnemar(one, other) == pytest.approx(chance, abs=0.0001)
        assert mcnemar(other, one) == mcnemar(one, other)
