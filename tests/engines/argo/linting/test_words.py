"""What stands in texts: conditions, `depends`, expressions, schedules, amounts."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.engines.argo.linting.conditions import condition_fault
from couler_jupyter.engines.argo.linting.cron import schedule_fault, zone_fault
from couler_jupyter.engines.argo.linting.depends import waits_of
from couler_jupyter.engines.argo.linting.durations import is_duration, is_go_duration
from couler_jupyter.engines.argo.linting.expressions import expression_fault, words_of
from couler_jupyter.engines.argo.linting.order import Order
from couler_jupyter.engines.kube.quantity import is_quantity


@pytest.mark.parametrize(
    "text",
    [
        "{{a}} == b",
        "{{a}}==b",
        "!{{a}}",
        "({{a}} == 'x y') || !(b != c) && d",
        "{{a}} in ('x', 'y')",
        "{{a}} > -1",
        "{{a}} - 1 > 2",
        "{{a}} {{b}}",
        "{{=x ? 'a' : 'b'}} == a",
        "{{a}}-{{b}} == c-d",
        "'{{a}}' =~ '^x.*$'",
        "true",
        "{{workflow.status}} != Succeeded",
        "[a b] == 3",
        "a ? b : c",
    ],
)
def test_conditions_that_can_be_read(text: str) -> None:
    assert condition_fault(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{{a}} = b", "'=' means nothing there"),
        ("{{a}} ==", "it ends where a value must stand"),
        ("== b", "a value must stand before '=='"),
        ("(a == b", "'(' is never closed"),
        ("a == b)", "')' closes nothing"),
        ("a == b c", "a sign such as == must stand before 'c'"),
        ("'a", "the text that starts with ' never ends"),
        ("a && && b", "a value must stand before '&&'"),
        ("()", "a value must stand before ')'"),
        ("'a' (b)", "a sign such as == must stand before '('"),
    ],
)
def test_conditions_that_cannot(text: str, fault: str) -> None:
    assert condition_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a && (b.Failed || !c)", None),
        ("a.Succeeded&&b", None),
        ("", "it ends where a task must stand"),
        ("a b", "&& or || must stand before 'b'"),
        ("a && || b", "a task must stand before '||'"),
        ("(a", "'(' is never closed"),
        ("a)", "')' closes nothing"),
        ("a & b", "'&' stands alone; right is '&&'"),
        ("a and b", "&& or || must stand before 'and'"),
        ("a ^ b", "'^' means nothing there; right are && || ! ( )"),
        ("a !b", "&& or || must stand before '!'"),
    ],
)
def test_depends(text: str, fault: str | None) -> None:
    assert waits_of(text)[1] == fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a.b['c-d'] == \"x\" ? [1, 2] : {a: 1}", None),
        ("map([1, 2], { # * 2 })", None),
        ("a ?? b /* c ( */ // )", None),
        ("1..3", None),
        ("(a", "'(' is never closed"),
        ("a]", "']' closes nothing"),
        ("(a]", "']' closes nothing"),
        ("'a", "the text that starts with ' never ends"),
        ("a @ b", "'@' means nothing there"),
        (" ", "there is nothing in it"),
    ],
)
def test_expressions(text: str, fault: str | None) -> None:
    assert expression_fault(text) == fault


def test_names_in_expressions() -> None:
    text = "let z = a['b-c'].d; len(x?.y) + z + {k: v}.k + sprig.trim('q') + filter(l, .m > 1)"
    assert list(words_of(text)) == [
        ("a", "b-c", "d"),
        ("x", "y"),
        ("v",),
        ("sprig", "trim"),
        ("l",),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "* * * * *",
        "*/5 0-23/2 1,15 jan-dec MON-fri",
        "5/10 ? * * 0",
        "@daily",
        "@every 1h30m",
        "TZ=Asia/Tokyo 0 5 * * *",
        "CRON_TZ=Europe/Berlin @hourly",
    ],
)
def test_schedules(text: str) -> None:
    assert schedule_fault(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("* * * *", "it has 4 fields, not 5"),
        ("* * * * * *", "it has 6 fields, not 5"),
        ("60 * * * *", "its minute, 60, is not within 0 and 59"),
        ("* 5-3 * * *", "its hour ends before it begins: 5-3"),
        ("* * 0 * *", "its day of the month, 0, is not within 1 and 31"),
        ("* * * foo *", "its month has 'foo', which is no number"),
        ("* * * * 7", "its day of the week, 7, is not within 0 and 6"),
        ("*/0 * * * *", "its minute has the step '0', which is no number above 0"),
        ("1-2-3 * * * *", "its minute, '1-2-3', is no number, range or step"),
        ("@dayly", "there is no schedule named '@dayly'"),
        ("@every day", "'day' is no length of time"),
        (
            "CRON_TZ=Nowhere/Land * * * * *",
            "there is no time zone named 'Nowhere/Land'",
        ),
        ("", "it has 0 fields, not 5"),
    ],
)
def test_schedules_that_are_none(text: str, fault: str) -> None:
    assert schedule_fault(text) == fault


def test_zones() -> None:
    assert zone_fault("UTC") is None
    assert zone_fault("Local") is None
    assert zone_fault("Europe/Paris") is None
    assert zone_fault("CEST+1") == "there is no time zone named 'CEST+1'"


def test_lengths_of_time_and_amounts() -> None:
    assert [
        one for one in ("1h", "1.5h30m", "0", "300ms", "-2s") if not is_go_duration(one)
    ] == []
    assert [
        one for one in ("", "1", "1d", "1 h", "h", "1hour") if is_go_duration(one)
    ] == []
    assert [one for one in ("90", "2m", "3d") if not is_duration(one)] == []
    good = (
        "1",
        "0.5",
        ".5",
        "1.",
        "+1",
        "100m",
        "1Gi",
        "1e3",
        "12E6",
        "5k",
        "1Ei",
        "2u",
        "3n",
    )
    assert [one for one in good if not is_quantity(one)] == []
    assert [
        one for one in ("", "1GB", "1gi", "Gi", "1 Gi", "1,5", "1K") if is_quantity(one)
    ] == []


edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20)


@given(edges)
def test_order_is_that_of_the_graph(pairs: list[tuple[int, int]]) -> None:
    waits: dict[str, list[str]] = {str(n): [] for n in range(8)}
    for a, b in pairs:
        waits[str(a)].append(str(b))
    graph = nx.DiGraph((str(b), str(a)) for a, b in pairs)
    graph.add_nodes_from(waits)
    order = Order(waits)
    is_dag = nx.is_directed_acyclic_graph(graph)
    assert (order.cycles == []) is is_dag
    if is_dag:
        for name in waits:
            ended = {one for one in waits if one in order.before(name)}
            assert ended == nx.ancestors(graph, name)
    for ring in order.cycles:
        for one, other in zip(ring, (*ring[1:], ring[0]), strict=True):
            assert other in waits[one]


def test_a_long_chain_is_no_deep_recursion() -> None:
    waits = {str(n): [str(n + 1)] for n in range(20_000)}
    order = Order(waits)
    assert order.cycles == []
    assert "19999" in order.before("0")
