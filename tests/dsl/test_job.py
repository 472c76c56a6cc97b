"""`run_job`: manifests, their conditions and outputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.ir import (
    Constant,
    FieldTest,
    Format,
    FromManifest,
    InputRef,
    Job,
    JobAction,
    Operator,
    OutputParameter,
    Step,
    as_text,
)
from tests.dsl.refusal import loose
from tests.dsl.samples import number, numbers, use

POD = {
    "apiVersion": "batch/v1",
    "kind": "Job",
    "spec": {"template": {"spec": {"containers": [{"name": "main", "image": "py"}]}}},
}


def job_of(step: Step) -> Job:
    assert isinstance(step.template, Job)
    return step.template


def one_job(*args: object, **kwargs: Any) -> Step:
    with couler.workflow("w") as wf:
        loose.run_job(*args, **kwargs)
    return wf.workflow.steps[0]


def test_text_and_conditions_in_the_order_of_the_sdk() -> None:
    step = one_job("kind: Job", "status.succeeded > 0", "status.failed > 3")
    assert step.name == "job"
    assert job_of(step) == Job(
        manifest="kind: Job",
        success=(FieldTest("status.succeeded", Operator.BIGGER, Constant("0")),),
        failure=(FieldTest("status.failed", Operator.BIGGER, Constant("3")),),
        own=True,
    )


@pytest.mark.parametrize("action", [*JobAction, "apply"])
def test_the_action_is_kept(action: JobAction | str) -> None:
    assert job_of(one_job("x: 1", action=action)).action == action


def test_an_unknown_action() -> None:
    with pytest.raises(
        couler.BuildFailed, match="action='make' must be one of create, apply"
    ):
        one_job("x: 1", action="make")


@pytest.mark.parametrize(
    ("text", "tests"),
    [
        ("status.phase == Succeeded", [("status.phase", Operator.EQUAL, "Succeeded")]),
        ("status.phase = Done", [("status.phase", Operator.EQUAL, "Done")]),
        (
            "a!=1,b<=2.5",
            [("a", Operator.NOT_EQUAL, 1), ("b", Operator.SMALLER_EQUAL, 2.5)],
        ),
        (
            "a >= 1 && b < 2",
            [("a", Operator.BIGGER_EQUAL, 1), ("b", Operator.SMALLER, 2)],
        ),
        ("x.y[0].z == true", [("x.y[0].z", Operator.EQUAL, True)]),
        ("p in (A, B)", [("p", Operator.IN, ["A", "B"])]),
        ("p notin (A)", [("p", Operator.NOT_IN, ["A"])]),
        ("p == 'a b'", [("p", Operator.EQUAL, "a b")]),
    ],
)
def test_conditions_as_text(
    text: str, tests: list[tuple[str, Operator, object]]
) -> None:
    wanted = tuple(FieldTest(path, op, Constant.of(value)) for path, op, value in tests)
    assert job_of(one_job("x: 1", text)).success == wanted
    assert job_of(one_job("x: 1", None, wanted)).failure == wanted
    assert job_of(one_job("x: 1", None, wanted[0])).failure == wanted[:1]


@pytest.mark.parametrize(
    "text", ["status.succeeded", "> 0", "a > 0 b > 1", "a ~ 1", "a > 0,"]
)
def test_what_is_no_condition(text: str) -> None:
    with pytest.raises(couler.BuildFailed, match="success_condition="):
        one_job("x: 1", text)


def rendered(step: Step, values: Mapping[str, object]) -> Any:
    """Return the manifest with each input put in as an engine would."""
    manifest = job_of(step).manifest
    parts = manifest.parts if isinstance(manifest, Format) else (manifest,)
    texts = [
        part if isinstance(part, str) else as_text(values[part.name])
        for part in parts
        if isinstance(part, str | InputRef)
    ]
    return json.loads("".join(texts))


def test_a_mapping_may_hold_values_anywhere() -> None:
    with couler.workflow("w") as wf:
        text = couler.run_script(source="print(1)", step_name="text")
        couler.run_job(
            {
                "kind": "Job",
                "n": number(),
                "all": numbers(),
                "name": text,
                "label": couler.format('a "{}" b', text),
                "list": [1, {"x": None}, text],
            },
            step_name="run",
        )
    step = wf.workflow["run"]
    values = dict(zip([a.name for a in step.arguments], [3, [1], "x"], strict=True))
    assert rendered(step, values) == {
        "kind": "Job",
        "n": 3,
        "all": [1],
        "name": "x",
        "label": 'a "x" b',
        "list": [1, {"x": None}, "x"],
    }


@pytest.mark.parametrize("manifest", [POD, json.dumps(POD)])
def test_env_goes_to_all_containers(manifest: object) -> None:
    with couler.workflow("w") as wf:
        couler.run_job(
            manifest,  # type: ignore[arg-type]
            env={"A": 1, "N": number(), "S": couler.create_secret("s", ["k"])},
        )
    step = wf.workflow["job"]
    spec = rendered(step, {"para-0": 7})["spec"]["template"]["spec"]
    assert spec["containers"][0]["env"] == [
        {"name": "A", "value": "1"},
        {"name": "N", "value": "7"},
        {"name": "S", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
    ]
    assert "env" not in POD["spec"]["template"]["spec"]["containers"][0]  # type: ignore[index]


def test_env_without_containers() -> None:
    with pytest.raises(couler.BuildFailed, match="env has no use"):
        one_job("kind: Job", env={"A": "1"})
    with pytest.raises(couler.BuildFailed, match="the manifest is no YAML"):
        one_job("a: [", env={"A": "1"})


def test_facts_of_the_object_are_outputs() -> None:
    with couler.workflow("w") as wf:
        job = couler.run_job(
            "x: 1", outputs={"done": couler.from_manifest("{.status.done}", int)}
        )
        plain = couler.run_job("x: 2")
        use([job, plain, plain.output("job-id")])
    done = OutputParameter(
        name="done",
        source=FromManifest("{.status.done}"),
        type=couler.ValueType.INTEGER,
    )
    assert job_of(wf.workflow["job"]).outputs == (done,)
    assert [one.name for one in job_of(wf.workflow["job-2"]).outputs] == [
        "job-id",
        "job-name",
    ]


def test_options_of_programs_are_refused() -> None:
    with pytest.raises(couler.BuildFailed, match="run_job has no option 'cpu'"):
        one_job("x: 1", cpu=1)
