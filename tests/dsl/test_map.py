"""`map_`: a step per item, over lists, ranges and outputs, nested and with others' data."""

from __future__ import annotations

from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.ir import (
    Argument,
    Compare,
    Constant,
    ItemRef,
    Items,
    ListOf,
    Map,
    Operator,
    OutputRef,
    Over,
    ParameterRef,
    Range,
    SubWorkflow,
    Workflow,
    WorkflowOutput,
)
from tests.dsl.refusal import loose, refused
from tests.dsl.samples import best, load, number, numbers, publish, split, train, use


def body_of(workflow: Workflow, name: str) -> Workflow:
    template = workflow[name].template
    assert isinstance(template, SubWorkflow)
    return template.workflow


def test_one_step_per_item() -> None:
    with couler.workflow("w") as wf:
        data = load()
        scores = couler.map_(
            lambda model: train(model, data), ["a", "b"], parallelism=1
        )
        best(scores)
    step = wf.workflow["train"]
    assert step.loop == Map(
        over=Items((Constant('"a"'), Constant('"b"'))), parallelism=1
    )
    assert step.arguments == (
        Argument("model", ItemRef()),
        Argument("data", OutputRef("load")),
    )
    assert wf.workflow["best"].arguments[0].value == OutputRef("train")


def test_a_step_itself_is_a_function_to_map() -> None:
    with couler.workflow("w") as wf:
        couler.map_(use, [1])
        couler.map_(train, ["a"], ["x.csv"])
    assert wf.workflow["use"].loop is not None
    assert wf.workflow["train"].arguments == (
        Argument("model", ItemRef(("model",))),
        Argument("data", couler.LocalPath(ItemRef(("data",)))),
    )


@pytest.mark.parametrize(
    ("items", "over"),
    [
        (range(3), Range(start=Constant("0"), end=Constant("2"))),
        (range(10, 0, -3), Range(start=Constant("10"), end=Constant("1"), step=-3)),
        (range(0), Items(())),
        ([], Items(())),
        ((1, "a", None), Items((Constant("1"), Constant('"a"'), Constant("null")))),
        ({3}, Items((Constant("3"),))),
        (
            couler.sequence(4, start=1, step=2, format="%02d"),
            Range(start=Constant("1"), end=Constant("4"), step=2, format="%02d"),
        ),
    ],
)
def test_what_is_mapped_over(items: object, over: object) -> None:
    with couler.workflow("w") as wf:
        couler.map_(use, items)
    loop = wf.workflow["use"].loop
    assert loop is not None
    assert loop.over == over


def test_over_what_is_known_later() -> None:
    with couler.workflow("w", parameters={"n": 3, "models": ["a"]}) as wf:
        one = number()
        couler.map_(use, numbers(), step_name="output")
        couler.map_(use, [one, 2], step_name="list")
        couler.map_(use, couler.sequence(couler.parameter("n")), step_name="range")
        couler.map_(use, couler.parameter("models"), step_name="parameter")
    overs = {s.name: s.loop.over for s in wf.workflow.steps if s.loop is not None}
    assert overs == {
        "output": Over(OutputRef("numbers")),
        "list": Over(ListOf((OutputRef("number"), Constant("2")))),
        "range": Range(end=ParameterRef("n")),
        "parameter": Over(ParameterRef("models")),
    }


def test_parts_of_items() -> None:
    configs = [{"model": "a", "lr": 0.1}, {"model": "b", "lr": 0.2}]
    with couler.workflow("w") as wf:
        couler.map_(lambda c: train(c.model, "x", lr=c["lr"]), configs)
        couler.map_(lambda pair: use(pair[0]), [[1, 2]])
    assert wf.workflow["train"].arguments[0].value == ItemRef(("model",))
    assert wf.workflow["train"].arguments[2].value == ItemRef(("lr",))
    assert wf.workflow["use"].arguments[0].value == ItemRef((0,))


def test_several_lists_go_side_by_side() -> None:
    with couler.workflow("w") as wf:
        couler.map_(lambda m, r: train(m, "x", lr=r), ["a", "b"], [0.1, 0.2])
        couler.map_(lambda m, r: train(m, "x", lr=r), ["a"], [number()])
    one, other = wf.workflow["train"], wf.workflow["train-2"]
    assert one.loop is not None
    assert other.loop is not None
    assert one.loop.over == Items(
        (Constant('{"m":"a","r":0.1}'), Constant('{"m":"b","r":0.2}'))
    )
    assert isinstance(other.loop.over, Over)
    assert one.arguments[2].value == ItemRef(("r",))


def test_several_steps_are_a_workflow_of_their_own() -> None:
    with couler.workflow("w") as wf:
        data = load()

        def fit(model: Any) -> Any:
            score = train(model, data)
            return use(score)

        texts = couler.map_(fit, ["a", "b"])
        publish(texts)
    step = wf.workflow["fit"]
    inner = body_of(wf.workflow, "fit")
    assert step.arguments == (
        Argument("item", ItemRef()),
        Argument("load", OutputRef("load")),
    )
    assert inner["train"].arguments == (
        Argument("model", ParameterRef("item")),
        Argument("data", ParameterRef("load")),
    )
    assert [one.name for one in inner.parameters] == ["item"]
    assert [one.name for one in inner.artifacts] == ["load"]
    assert inner.outputs == (WorkflowOutput(name="result", value=OutputRef("use")),)
    assert wf.workflow["publish"].arguments[0].value == OutputRef("fit")


def test_maps_inside_maps() -> None:
    with couler.workflow("w") as wf:
        data = load()
        grid = couler.map_(
            lambda model: couler.map_(
                lambda rate: train(model, data, lr=rate), [0.1, 0.2]
            ),
            ["a", "b"],
        )
        use(grid)
    inner = body_of(wf.workflow, "map")
    assert wf.workflow["map"].loop is not None
    assert inner["train"].loop == Map(over=Items((Constant("0.1"), Constant("0.2"))))
    assert inner["train"].arguments == (
        Argument("model", ParameterRef("item")),
        Argument("data", ParameterRef("load")),
        Argument("lr", ItemRef()),
    )


def test_three_deep_over_items() -> None:
    with couler.workflow("w") as wf:
        couler.map_(
            lambda a: couler.map_(
                lambda b: couler.map_(lambda c: use([a, b, c]), b), a
            ),
            [[[1]]],
        )
    inner = body_of(body_of(wf.workflow, "map"), "map")
    assert inner["use"].arguments[0].value == ListOf(
        (ParameterRef("item-2"), ParameterRef("item"), ItemRef())
    ) or inner["use"].arguments[0].value == ListOf(
        (ParameterRef("item"), ParameterRef("item-2"), ItemRef())
    )


def twice(x: Any) -> None:
    use(x)
    use(x)


def test_what_the_function_returns_comes_back() -> None:
    with couler.workflow("w") as wf:

        def both(x: Any) -> Any:
            one, two = use(x), use(x)
            return one, {"two": two}["two"]

        def named(x: Any) -> Any:
            return {"loss": use(x), "data": load()}

        def parts(x: Any) -> Any:
            use(x)
            return split(x)

        first, second = couler.map_(both, [1])
        table = couler.map_(named, [1])
        halves = couler.map_(parts, [1])
        nothing = couler.map_(twice, [1], step_name="nothing")
        use([first, second, table["loss"], halves.rows])
        train("a", table["data"])
        assert nothing.name == "nothing"
    value = wf.workflow["use"].arguments[0].value
    assert value == ListOf(
        (
            OutputRef("both", "result-1"),
            OutputRef("both", "result-2"),
            OutputRef("named", "loss"),
            OutputRef("parts", "rows"),
        )
    )
    assert wf.workflow["train"].arguments[1].value == OutputRef("named", "data")


def test_a_step_of_a_body_may_be_used_outside() -> None:
    kept: list[Any] = []

    def keep(step: Any) -> Any:
        kept.append(step)
        return step

    with couler.workflow("w") as wf:

        def body(x: Any) -> None:
            keep(use(x))
            couler.map_(lambda y: [keep(train(y, "d")), use(y)], x)

        couler.map_(body, [["a"]])
        publish(kept[0])
        publish(kept[1])
    inner = body_of(wf.workflow, "body")
    assert [one.name for one in inner.outputs] == ["use", "train"]
    innermost = body_of(inner, "map")
    assert OutputRef("train") in [one.value for one in innermost.outputs]
    assert wf.workflow["publish"].arguments[0].value == OutputRef("body", "use")
    assert wf.workflow["publish-2"].arguments[0].value == OutputRef("body", "train")


def test_files_are_mapped_over_as_files() -> None:
    with couler.workflow("w", parameters={"path": "a.csv"}) as wf:
        files = couler.map_(lambda _: load(), [1, 2])
        couler.map_(lambda file: train("a", file), files)
        couler.map_(lambda file: train("a", file), [load(), load()])
        couler.map_(lambda file: [train("a", file), train("b", file)], files)
        train("a", couler.parameter("path"))
    data = [
        step.arguments[1].value for step in wf.workflow.steps if "train" in step.name
    ]
    assert data == [ItemRef(), ItemRef(), couler.LocalPath(ParameterRef("path"))]
    inner = body_of(wf.workflow, "map")
    assert [one.name for one in inner.artifacts] == ["item"]


def test_conditions_per_item() -> None:
    def only_big(x: Any) -> None:
        couler.when(x > 1, lambda: use(x))

    with couler.workflow("w") as wf:
        go = number()
        couler.when(go == 1, lambda: couler.map_(only_big, [1, 2]))
    step = wf.workflow["use"]
    assert step.loop is not None
    assert step.when is not None
    terms = getattr(step.when, "terms", ())
    assert terms == (
        Compare(OutputRef("number"), Operator.EQUAL, Constant("1")),
        Compare(ItemRef(), Operator.BIGGER, Constant("1")),
    )


def test_containers_are_mapped_too() -> None:
    with couler.workflow("w") as wf:
        couler.map_(lambda x: couler.run_container("py", args=[x]), ["a", "b"])
    assert wf.workflow["py"].arguments == (Argument("para-0", ItemRef()),)


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: loose.map_(use), "map_ has nothing to map over"),
        (lambda: loose.map_(use, "abc"), "map_ runs over a list, not a str"),
        (lambda: loose.map_(use, {"a": 1}), r"not a dict; write list\(d.items\(\)\)"),
        (lambda: loose.map_(use, 3), "not an int"),
        (lambda: loose.map_(3, [1]), "map_ takes a function, not an int"),
        (
            lambda: loose.map_(lambda x: None, [1]),
            "'map' adds no step; call a step in it",
        ),
        (lambda: loose.map_(train, [1], [1, 2]), "lists of 1, 2 items"),
        (lambda: loose.map_(train, ["a"], numbers()), "needs to know them all"),
        (lambda: loose.map_(use(1), [1]), "and that step runs already"),
        (
            lambda: loose.map_(list, [[1]]),
            "or run a step for each part",
        ),
        (
            lambda: loose.map_(lambda x: (use(x), use(x) > 1), [1]),
            "a Comparison cannot be",
        ),
    ],
)
def test_misuse(call: Any, what: str) -> None:
    with pytest.raises(couler.BuildFailed, match=what), couler.workflow("w"):
        call()


def test_an_item_is_known_only_inside() -> None:
    kept: list[Any] = []
    with refused("the item of a map is known only inside"):

        def body(x: Any) -> Any:
            kept.append(x)
            return use(x)

        couler.map_(body, [1])
        use(kept[0])


def test_no_list_is_told_when_the_workflow_is_checked() -> None:
    with refused("no list", couler.InvalidWorkflow):
        couler.map_(use, number())
