"""What must hold of any workflow that the interface writes."""

# pyright: reportUnusedExpression=false

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import couler_jupyter as couler
from couler_jupyter.dsl.depends import OUTCOMES, parse_depends
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Condition,
    Constant,
    Ended,
    Not,
    SubWorkflow,
    Workflow,
    from_json,
    negate,
    to_json,
)
from tests.dsl.samples import use

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(JSON)
def test_any_json_passes_unchanged(value: Any) -> None:
    with couler.workflow("w") as wf:
        use(value)
        couler.map_(use, [value])
    given_to = wf.workflow["use"].arguments[0].value
    assert isinstance(given_to, Constant)
    assert given_to.value == value
    assert from_json(to_json(wf.workflow)) == wf.workflow


@given(st.data())
def test_order_is_what_was_written(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 8))
    pairs = [(a, b) for b in range(count) for a in range(b)]
    edges = data.draw(
        st.lists(st.sampled_from(pairs), unique=True) if pairs else st.just([])
    )
    with couler.workflow("w") as wf:
        steps = [couler.run_container("py", step_name=f"s{n}") for n in range(count)]
        for a, b in edges:
            match data.draw(st.integers(0, 3)):
                case 0:
                    steps[a] >> steps[b]
                case 1:
                    steps[b] << [steps[a]]
                case 2:
                    couler.set_dependencies(steps[b], dependencies=[f"s{a}"])
                case _:
                    couler.dag([[steps[a], steps[b]]])
    found = {(a, step.name) for step in wf.workflow.steps for a in step.dependencies}
    assert found == {(f"s{a}", f"s{b}") for a, b in edges}


NAMES = st.sampled_from(["a", "a-2", "b", "é", "x.y"])


@given(st.lists(st.tuples(NAMES, st.booleans())))
def test_names_are_unique_and_what_they_were_before(
    calls: list[tuple[str, bool]],
) -> None:
    def write() -> tuple[list[str], list[bool]]:
        refused: list[bool] = []
        with couler.building(optional=True) as built:
            for name, chosen in calls:
                call = use if chosen else use.with_options(name=name)
                try:
                    call(1, **({"step_name": name} if chosen else {}))
                    refused.append(False)
                except couler.BuildFailed:
                    refused.append(True)
        steps = () if built.workflow is None else built.workflow.steps
        return [step.name for step in steps], refused

    names, refused = write()
    assert (names, refused) == write()
    assert len(set(names)) == len(names) == refused.count(False)
    assert not any(
        no for no, (_, chosen) in zip(refused, calls, strict=True) if not chosen
    )


TREES: st.SearchStrategy[Condition] = st.recursive(
    st.builds(
        lambda name, word: Ended(name, OUTCOMES[word]),
        st.sampled_from(["a", "b-2", "c_3"]),
        st.sampled_from(sorted(OUTCOMES)),
    ),
    lambda inner: (
        st.builds(
            lambda terms: AllOf(tuple(terms)), st.lists(inner, min_size=2, max_size=3)
        )
        | st.builds(
            lambda terms: AnyOf(tuple(terms)), st.lists(inner, min_size=2, max_size=3)
        )
        | st.builds(negate, inner)
    ),
    max_leaves=6,
)
WORDS = {how: word for word, how in OUTCOMES.items()}


def as_text(tree: Condition) -> str:
    match tree:
        case Ended(step=step, how=how):
            return f"{step}.{WORDS[how]}"
        case AllOf(terms=terms):
            return f"({' && '.join(map(as_text, terms))})"
        case AnyOf(terms=terms):
            return f"({'||'.join(map(as_text, terms))})"
        case Not(term=term):
            return f"!{as_text(term)}"
        case _:
            raise AssertionError(tree)


@given(TREES)
def test_dependencies_are_read_as_they_are_written(tree: Condition) -> None:
    parsed = parse_depends(as_text(tree))
    wanted = tree.terms if isinstance(tree, AllOf) else (tree,)
    assert parsed == wanted


class Stop(Exception):
    """Ends a block early."""


PROGRAM = st.recursive(
    st.just("step"),
    lambda inner: st.tuples(
        st.sampled_from(["when", "map", "while", "concurrent", "subtasks", "block"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=10,
)


def play(program: Any, known: list[Any]) -> Any:
    """Do what a program says; each step uses some step before it."""
    if program == "step":
        known.append(use(known[len(known) // 2]))
        return known[-1]
    kind, parts = program

    def body(*extra: Any) -> Any:
        inner = [*known, *extra]
        results = [play(part, inner) for part in parts]
        return use([one for one in results if one is not None])

    match kind:
        case "map":
            couler.map_(body, [1, 2])
        case "while":
            couler.exec_while(couler.equal("x"), body, limit=2)
        case "concurrent":
            couler.concurrent([body, body])
        case "subtasks":
            couler.concurrent([body, body], subtasks=True)
        case "block":
            with couler.workflow("inner"):
                body()
        case _:
            couler.when(couler.equal(known[0], 1), body)
    return None


@given(st.lists(PROGRAM, min_size=1, max_size=4), st.integers(0, 4))
def test_whatever_is_nested_is_well_formed_and_undone(
    programs: list[Any], failing: int
) -> None:
    def write(*, with_failure: bool) -> Workflow:
        with couler.workflow("w") as wf:
            known: list[Any] = [use(0)]
            for number, program in enumerate(programs):
                if with_failure and number == failing % len(programs):
                    fail_after(program, known)
                play(program, known)
        return wf.workflow

    plain = write(with_failure=False)
    assert write(with_failure=True) == plain
    assert from_json(to_json(plain)) == plain
    for inner in inner_workflows(plain):
        assert len({step.name for step in inner.steps}) == len(inner.steps)


def fail_after(program: Any, known: list[Any]) -> None:
    def body() -> None:
        play(program, [*known])
        raise Stop

    try:
        couler.concurrent([body])
    except Stop:
        return
    raise AssertionError


def inner_workflows(workflow: Workflow) -> list[Workflow]:
    found = [workflow]
    for step in workflow.steps:
        if isinstance(step.template, SubWorkflow):
            found += inner_workflows(step.template.workflow)
    return found
