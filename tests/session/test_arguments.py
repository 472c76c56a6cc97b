from __future__ import annotations

from dataclasses import replace

import pytest

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import (
    Constant,
    InputArtifact,
    InputParameter,
    Json,
    LocalPath,
    Script,
    Step,
    ValueType,
    Workflow,
)
from couler_jupyter.session import check_arguments, read_pairs


def workflow(*parameters: InputParameter) -> Workflow:
    step = Step(name="a", template=Script(source="true"))
    return Workflow(name="w", steps=(step,), parameters=parameters)


TYPED = workflow(
    InputParameter(name="n", type=ValueType.INTEGER),
    InputParameter(name="rate", type=ValueType.NUMBER, default=Constant.of(0.1)),
    InputParameter(name="text", type=ValueType.STRING, default=Constant.of("x")),
    InputParameter(name="on", type=ValueType.BOOLEAN, default=Constant.of(True)),
    InputParameter(name="sizes", type=ValueType.LIST, default=Constant.of([])),
    InputParameter(
        name="mode",
        type=ValueType.STRING,
        default=Constant.of("fast"),
        choices=(Constant.of("fast"), Constant.of("slow")),
    ),
)


TAKING = replace(
    workflow(InputParameter(name="n", type=ValueType.INTEGER)),
    artifacts=(
        InputArtifact(name="data"),
        InputArtifact(name="maybe", optional=True),
        InputArtifact(name="known", default=LocalPath("known.csv")),
    ),
)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (["n=3"], {"n": 3}),
        (["n=3", "rate=2"], {"n": 3, "rate": 2}),
        (["n=3", "text=7"], {"n": 3, "text": "7"}),
        (["n=3", "text=a=b"], {"n": 3, "text": "a=b"}),
        (["n=3", "on=false"], {"n": 3, "on": False}),
        (["n=3", 'sizes=[1, "b"]'], {"n": 3, "sizes": [1, "b"]}),
        (["n=3", "mode=slow"], {"n": 3, "mode": "slow"}),
    ],
)
def test_pairs_become_values_of_the_parameters_types(
    pairs: list[str], expected: dict[str, Json]
) -> None:
    assert read_pairs(TYPED, pairs) == expected


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([], "parameter 'n' (integer) has no default; give it"),
        (["n"], "'n' must be written name=value"),
        (["n=3", "rte=1"], "w has no parameter 'rte'; did you mean 'rate'?"),
        (["n=three"], "parameter 'n' is an integer, not \"three\""),
        (["n=3", "on=1"], "parameter 'on' is a boolean, not 1"),
        (["n=3", "mode=medium"], "parameter 'mode' must be one of"),
    ],
)
def test_what_does_not_fit_is_one_line(pairs: list[str], message: str) -> None:
    with pytest.raises(UsageFailed) as caught:
        read_pairs(TYPED, pairs)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(UsageFailed) as caught:
        check_arguments(TYPED, {"n": "x", "rate": "y", "nothing": 1})
    assert all(name in str(caught.value) for name in ("'n'", "'rate'", "'nothing'"))


def test_files_are_given_by_their_paths() -> None:
    assert read_pairs(TAKING, ["n=3", "data=12"]) == {"n": 3, "data": "12"}
    given = {"n": 3, "data": "a/b.csv", "maybe": "c"}
    assert check_arguments(TAKING, given) == given


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"n": 3}, "artifact 'data' has no default; give it"),
        (
            {"n": 3, "data": 5},
            "artifact 'data' is a file or folder; give its path as text",
        ),
        ({"n": 3, "data": ""}, "artifact 'data' is a file or folder"),
        ({"n": 3, "date": "x"}, "w has no parameter 'date'; did you mean 'data'?"),
    ],
)
def test_what_is_no_path_is_told(given: dict[str, Json], message: str) -> None:
    with pytest.raises(UsageFailed) as caught:
        check_arguments(TAKING, given)
    assert message in str(caught.value)


def test_what_is_no_json_is_told() -> None:
    with pytest.raises(UsageFailed, match="parameter 'n': set is not a JSON value"):
        check_arguments(TYPED, {"n": {1}})
