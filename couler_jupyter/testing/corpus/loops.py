"""Steps that run once per item, or again and again."""

from __future__ import annotations

from couler_jupyter.ir import (
    AtLimit,
    Constant,
    InputArtifact,
    InputRef,
    ItemRef,
    Map,
    OutputArtifact,
    OutputRef,
    Over,
    ParameterRef,
    PathRef,
    Phase,
    Range,
    Repeat,
    SubWorkflow,
    TurnRef,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.case import runs
from couler_jupyter.testing.parts import (
    echo,
    equal,
    exits,
    flow,
    inputs,
    over,
    python,
    sh,
    smaller,
    step,
    text,
)

_DOUBLE = python("def double(x): return 2 * x")
_SUM = python("def add_up(xs): return sum(xs)")


@runs(
    steps="each:succeeded each[0]:succeeded each[1]:succeeded each[2]:succeeded",
    outputs={"each": {"result": ["a", "b", "c"]}},
)
def map_items() -> Workflow:
    """Once per item of a list."""
    return flow(
        "items", step("each", echo(), takes={"x": ItemRef()}, loop=over("a", "b", "c"))
    )


@runs(
    steps="count:succeeded",
    outputs={"count": {"result": ["n03", "n05", "n07"]}},
)
def map_range() -> Workflow:
    """Once per number, both ends included."""
    numbers = Range(start=Constant.of(3), end=Constant.of(8), step=2, format="n%02d")
    return flow(
        "range",
        step("count", echo(), takes={"x": ItemRef()}, loop=Map(over=numbers)),
    )


@runs(
    steps="list:succeeded each:succeeded",
    outputs={"each": {"result": [2, 4, 6]}},
)
def map_output() -> Workflow:
    """Once per item of a list that a step made."""
    return flow(
        "output",
        step("list", sh("echo '[1, 2, 3]'")),
        step(
            "each",
            _DOUBLE,
            takes={"x": ItemRef()},
            loop=Map(over=Over(OutputRef("list"))),
        ),
    )


@runs(
    steps="each:succeeded total:succeeded",
    outputs={"total": {"result": 12}},
)
def map_fan_in() -> Workflow:
    """What the items gave comes as a list, in their order."""
    return flow(
        "fan-in",
        step("each", _DOUBLE, takes={"x": ItemRef()}, loop=over(1, 2, 3)),
        step("total", _SUM, takes={"xs": OutputRef("each")}),
    )


@runs(
    steps="rows:succeeded rows[1]/cells:succeeded rows[1]/cells[1]:succeeded",
    outputs={"rows": {"sums": [[11, 21], [12, 22]]}},
)
def map_nested() -> Workflow:
    """A map of a sub-workflow that has a map itself."""
    cells = flow(
        "row",
        step(
            "cells",
            python("def add(a, b): return a + b"),
            takes={"a": ParameterRef("n"), "b": ItemRef()},
            loop=over(10, 20),
        ),
        parameters=inputs("n"),
        outputs=(WorkflowOutput(name="sums", value=OutputRef("cells")),),
    )
    return flow(
        "nested",
        step(
            "rows",
            SubWorkflow(workflow=cells),
            takes={"n": ItemRef()},
            loop=over(1, 2),
        ),
    )


@runs(
    steps="each:succeeded each[3]:succeeded", outputs={"each": {"result": [1, 2, 3, 4]}}
)
def map_parallelism() -> Workflow:
    """No more than two items at once."""
    return flow(
        "two-lanes",
        step(
            "each", echo(), takes={"x": ItemRef()}, loop=over(1, 2, 3, 4, parallelism=2)
        ),
    )


@runs(
    steps="each:succeeded each[0]:skipped each[1]:succeeded each[2]:skipped",
    outputs={"each": {"result": ["b"]}},
)
def when_per_item() -> Workflow:
    """A condition on the item skips some; they leave nothing in the list."""
    return flow(
        "some",
        step(
            "each",
            echo(),
            takes={"x": ItemRef()},
            loop=over("a", "b", "c"),
            when=equal(ItemRef(), "b"),
        ),
    )


@runs(
    steps="each:succeeded total:succeeded",
    outputs={"each": {"result": []}, "total": {"result": 0}},
)
def map_empty() -> Workflow:
    """No items: done at once, with empty lists."""
    return flow(
        "none",
        step("each", _DOUBLE, takes={"x": ItemRef()}, loop=over()),
        step("total", _SUM, takes={"xs": OutputRef("each")}),
    )


@runs(steps="each:succeeded", outputs={"each": {"result": ["a=1", "b=2"]}})
def map_item_parts() -> Workflow:
    """Items that are objects or lists are taken apart."""
    pair = text(ItemRef(("name",)), "=", ItemRef(("of", 0)))
    items = over({"name": "a", "of": [1]}, {"name": "b", "of": [2]})
    return flow("parts", step("each", echo(), takes={"x": pair}, loop=items))


@runs(
    run=Phase.FAILED,
    steps="each:failed each[0]:succeeded each[1]:failed each[2]:succeeded next:omitted",
)
def map_item_fails() -> Workflow:
    """A failed item stops no other, but fails the step."""
    return flow(
        "one-bad",
        step("each", exits(), takes={"x": ItemRef()}, loop=over(0, 1, 0)),
        step("next", sh("true"), after=["each"]),
    )


@runs(
    steps="each:succeeded all:succeeded",
    outputs={"all": {"result": "ab"}},
)
def map_artifact_fan_in() -> Workflow:
    """Files of the items come as a list of paths."""
    letter = OutputArtifact(name="file", path="letter.txt")
    target = PathRef("file", output=True)
    write = sh("printf ", InputRef("x"), " > ", target, takes="x", outputs=(letter,))
    join = python(
        "def join(files): return ''.join(open(one).read() for one in files)",
        inputs=(InputArtifact(name="files"),),
    )
    return flow(
        "files",
        step("each", write, takes={"x": ItemRef()}, loop=over("a", "b")),
        step("all", join, takes={"files": OutputRef("each", "file")}),
    )


@runs(
    steps="grow:succeeded grow#1:succeeded grow#3:succeeded",
    outputs={"grow": {"result": 3}},
)
def repeat() -> Workflow:
    """Again while its output is too small; the last turn's output counts."""
    again = Repeat(condition=smaller(OutputRef("grow"), 3), limit=9)
    return flow("again", step("grow", echo(), takes={"x": TurnRef()}, repeat=again))


@runs(
    run=Phase.FAILED,
    steps="never:failed never#2:succeeded next:omitted",
)
def repeat_to_the_limit() -> Workflow:
    """Still not enough after the last turn: the step has failed."""
    again = Repeat(condition=smaller(OutputRef("never"), 3), limit=2)
    return flow(
        "in-vain",
        step("never", echo(), takes={"x": TurnRef()}, repeat=again),
        step("next", sh("true"), after=["never"]),
    )


@runs(
    steps="enough:succeeded enough#2:succeeded",
    outputs={"enough": {"result": 2}},
)
def repeat_accepted_at_the_limit() -> Workflow:
    """What the last turn gave is good enough."""
    again = Repeat(
        condition=smaller(OutputRef("enough"), 3),
        limit=2,
        at_limit=AtLimit.ACCEPT,
        pause="0.01",
    )
    return flow(
        "good-enough", step("enough", echo(), takes={"x": TurnRef()}, repeat=again)
    )
