"""Random workflows of tiny steps, with what their runs come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from couler_jupyter.ir import (
    After,
    AnyOf,
    Compare,
    Constant,
    Ended,
    FirstOf,
    InputRef,
    ItemRef,
    Map,
    Outcome,
    OutputRef,
    Over,
    ParameterRef,
    Phase,
    Repeat,
    Step,
    SubWorkflow,
    Template,
    TurnRef,
    Value,
    WorkflowOutput,
)
from couler_jupyter.testing.case import Case, Expected
from couler_jupyter.testing.parts import flow, inputs, over, python, sh, smaller, step
from couler_jupyter.testing.story import COMPARE, Made, Story

_A, _B = InputRef("a"), InputRef("b")
_ADD = python("def add(a, b): return (a + b) % 97")
_SHELL_ADD = sh("echo $(( (", _A, " + ", _B, ") % 97 ))", takes=("a", "b"))
_SPREAD = python("def spread(a): return list(range(a % 4))")
_TOTAL = python("def total(xs): return sum(xs) % 97")
_EVEN = python("def even(x):\n    assert x % 2 == 0, x\n    return x")
_SAME = python("def same(x): return x")
_FAIL = python("def fail(a): raise ValueError(a)")
_ENDS = (Outcome.SUCCEEDED, Outcome.FAILED, Outcome.SKIPPED, Outcome.OMITTED)
_ITEM_ENDS = (Outcome.ANY_SUCCEEDED, Outcome.ALL_FAILED)


@dataclass
class _Draft:
    """A story being drawn, and which of its steps give what.

    Attributes:
        numbers: steps that give a number; `lists`: a list of numbers.
        maybe: steps that give a number, or are skipped.
        nested: whether a step may be a workflow.
    """

    story: Story = field(default_factory=Story)
    numbers: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    maybe: list[str] = field(default_factory=list)
    nested: bool = True


@st.composite
def runnable_workflows(draw: st.DrawFn, max_steps: int = 8) -> Case:
    """Draw a workflow that runs anywhere within milliseconds, and what it comes to."""
    story = draw(_drafts(max_steps, nested=True)).story
    parallelism = draw(st.sampled_from([None, 1, 2]))
    workflow = flow("random", *story.steps, parallelism=parallelism)
    expected = Expected(
        run=story.run(),
        steps={**story.phases, **story.inner},
        outputs={name: {"result": value} for name, value in story.values.items()},
    )
    return Case(name="random", make=lambda: workflow, expected=expected)


@st.composite
def _drafts(draw: st.DrawFn, max_steps: int, *, nested: bool) -> _Draft:
    draft = _Draft(nested=nested)
    for index in range(draw(st.integers(1, max_steps))):
        kinds = [_add, _add, _fail, _spread, _map, _count]
        kinds += [_map_over, _total] if draft.lists else []
        kinds += [_choose] if draft.maybe or draft.numbers else []
        kinds += [_nest] if draft.nested else []
        draw(st.sampled_from(kinds))(draw, draft, f"s{index}")
    return draft


def _add(draw: st.DrawFn, draft: _Draft, name: str) -> None:
    in_shell = draw(st.integers(0, 3)) == 0
    template: Template = _SHELL_ADD if in_shell else _ADD
    takes = {"a": _number(draw, draft), "b": _number(draw, draft)}
    made = _made(lambda a, b: (a + b) % 97)
    _plain(draw, draft, step(name, template, takes=takes), made)


def _fail(draw: st.DrawFn, draft: _Draft, name: str) -> None:
    failing = step(name, _FAIL, takes={"a": _number(draw, draft)})
    _plain(draw, draft, failing, lambda _: None)


def _choose(draw: st.DrawFn, draft: _Draft, name: str) -> None:
    source = draw(st.sampled_from([*draft.maybe, *draft.numbers]))
    first = FirstOf((OutputRef(source), Constant.of(5)))
    _plain(draw, draft, step(name, _SAME, takes={"x": first}), _made(lambda x: x))


def _total(draw: st.DrawFn, draft: _Draft, name: str) -> None:
    xs = OutputRef(draw(st.sampled_from(draft.lists)))
    total = step(name, _TOTAL, takes={"xs": xs})
    _plain(draw, draft, total, _made(lambda xs: sum(xs) % 97))


def _nest(draw: st.DrawFn, draft: _Draft, name: str) -> None:
    inner = draw(_drafts(3, nested=False)).story
    takes: dict[str, Any] = {"a": ParameterRef("p"), "b": 1}
    inner.add(step("uses", _ADD), lambda _: 0)
    body = flow(
        "inner",
        *inner.steps[:-1],
        step("uses", _ADD, takes=takes),
        parameters=inputs("p"),
        outputs=(WorkflowOutput(name="result", value=OutputRef("uses")),),
    )
    good = inner.run() is Phase.SUCCEEDED
    nested = step(name, SubWorkflow(workflow=body), takes={"p": _number(draw, draft)})
    made = _made(lambda p: (p + 1) % 97 if good else None)
    if _plain(draw, draft, nested, made) in (Phase.SUCCEEDED, Phase.FAILED):
        draft.story.add_inside(name, inner)


def _spread(draw: st.DrawFn, draft: _Draft, name: str) -> None:
    spread = step(name, _SPREAD, takes={"a": _number(draw, draft)})
    draft.story.add(spread, _made(lambda a: list(range(a % 4))))
    draft.lists.append(name)


def _map(draw: st.DrawFn, draft: _Draft, name: str) -> None:
    items = draw(st.lists(st.integers(0, 9), min_size=1, max_size=3))
    loop = over(*items, parallelism=draw(st.sampled_from([None, 1])))
    even = step(name, _EVEN, takes={"x": ItemRef()}, loop=loop)
    draft.story.add_map(even, items, lambda item: bool(item % 2))
    draft.lists.append(name)


def _map_over(draw: st.DrawFn, draft: _Draft, name: str) -> None:
    source = OutputRef(draw(st.sampled_from(draft.lists)))
    same = step(name, _SAME, takes={"x": ItemRef()}, loop=Map(over=Over(source)))
    draft.story.add_map(same, draft.story.read(source), lambda _: False)
    draft.lists.append(name)


def _count(draw: st.DrawFn, draft: _Draft, name: str) -> None:
    wanted, limit = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    again = Repeat(condition=smaller(OutputRef(name), wanted), limit=limit)
    count = step(name, _SAME, takes={"x": TurnRef()}, repeat=again)
    draft.story.add_count(count, wanted, limit)
    draft.numbers.append(name)


def _plain(draw: st.DrawFn, draft: _Draft, one: Step, made: Made) -> Phase:
    """Add a step that gives a number, perhaps with a condition and an order."""
    when = None
    if draft.numbers and draw(st.integers(0, 3)) == 0:
        asked = OutputRef(draw(st.sampled_from(draft.numbers)))
        by = draw(st.sampled_from(list(COMPARE)))
        when = Compare(asked, by, Constant.of(draw(st.integers(0, 9))))
    one = replace(one, when=when)
    after = _order(draw, draft, set(one.data_dependencies))
    (draft.maybe if when else draft.numbers).append(one.name)
    return draft.story.add(replace(one, after=after), made)


def _order(draw: st.DrawFn, draft: _Draft, used: set[str]) -> tuple[After, ...]:
    """Draw what a step waits for beside its data; trees never name what it uses."""
    names = list(draft.story.phases)
    after: list[After] = []
    if names and draw(st.integers(0, 2)) == 0:
        after.append(draw(st.sampled_from(names)))
    free = [name for name in names if name not in used]
    if free and draw(st.integers(0, 2)) == 0:
        terms = tuple(_ended(draw, draft, free) for _ in range(draw(st.integers(1, 2))))
        after.append(terms[0] if len(terms) == 1 else AnyOf(terms))
    return tuple(after)


def _ended(draw: st.DrawFn, draft: _Draft, names: list[str]) -> Ended:
    name = draw(st.sampled_from(names))
    ends = (*_ENDS, *_ITEM_ENDS) if name in draft.story.items else _ENDS
    how = draw(st.lists(st.sampled_from(ends), min_size=1, max_size=2, unique=True))
    return Ended(name, tuple(how))


def _number(draw: st.DrawFn, draft: _Draft) -> Value:
    if len(draft.numbers) > 0 and draw(st.booleans()):
        return OutputRef(draw(st.sampled_from(draft.numbers)))
    return Constant.of(draw(st.integers(0, 9)))


def _made(function: Callable[..., Any]) -> Made:
    return lambda given: function(**given)
