"""Ready steps, used with the new interface."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import couler_jupyter as couler
from couler_jupyter.errors import BuildFailed
from couler_jupyter.ir import (
    Categorical,
    Direction,
    Float,
    Format,
    InputRef,
    Int,
    Job,
    Metric,
    OnlyWhere,
    Operator,
    Space,
)
from couler_jupyter.zoo import katib, mpi, pytorch, tensorflow
from couler_jupyter.zoo.katib import Range
from couler_jupyter.zoo.replica import Replica


def job(add: Callable[[], object]) -> Job:
    with couler.workflow("w") as block:
        add()
    template = block.workflow.steps[0].template
    assert isinstance(template, Job)
    return template


def manifest(found: Job) -> Any:
    assert isinstance(found.manifest, str)
    return json.loads(found.manifest)


def ends_of(found: Job) -> tuple[list[str], list[str]]:
    """Return when a job is done, and when it has failed."""
    done = [f"{one.path} {one.operator} {one.value.json}" for one in found.success]
    return done, [one.path for one in found.failure]


def test_tensorflow_with_workers_alone_waits_for_all_of_them() -> None:
    found = job(lambda: tensorflow.train("tf", "x", worker=Replica(count=4)))
    spec = manifest(found)["spec"]
    assert spec["successPolicy"] == "AllWorkers"
    assert list(spec["tfReplicaSpecs"]) == ["Worker"]
    assert ends_of(found) == (
        ["status.replicaStatuses.Worker.succeeded == 4"],
        ["status.replicaStatuses.Worker.failed"],
    )
    assert found.failure[0].operator is Operator.BIGGER


def test_tensorflow_with_a_chief_waits_for_it() -> None:
    found = job(
        lambda: tensorflow.train(
            "tf", "x", chief=Replica(), worker=Replica(count=2), ps=Replica(count=3)
        )
    )
    assert "successPolicy" not in manifest(found)["spec"]
    assert ends_of(found)[0] == ["status.replicaStatuses.Chief.succeeded == 1"]


def test_where_exit_codes_decide_a_bad_end_may_be_made_good() -> None:
    found = job(
        lambda: tensorflow.train(
            "tf", "x", worker=Replica(restart_policy="ExitCode"), chief=Replica()
        )
    )
    assert ends_of(found)[1] == ["status.replicaStatuses.Chief.failed"]


def test_pytorch_has_a_master() -> None:
    found = job(lambda: pytorch.train("pt", ["python", "t.py"], name="fit"))
    made = manifest(found)
    assert made["metadata"] == {"generateName": "fit-"}
    assert made["spec"]["runPolicy"] == {"cleanPodPolicy": "Running"}
    assert made["spec"]["pytorchReplicaSpecs"]["Master"] == {
        "replicas": 1,
        "template": {
            "spec": {
                "containers": [
                    {"name": "pytorch", "image": "pt", "command": ["python", "t.py"]}
                ]
            }
        },
        "restartPolicy": "Never",
    }


def test_mpi_has_no_restart_policy() -> None:
    found = job(lambda: mpi.train("h", "mpirun x", worker=Replica(count=2)))
    roles = manifest(found)["spec"]["mpiReplicaSpecs"]
    assert set(roles) == {"Launcher", "Worker"}
    assert all("restartPolicy" not in one for one in roles.values())


def test_all_of_a_replica() -> None:
    secret = couler.create_secret("hub", ["token"])
    replica = Replica(
        image="own",
        command="python a.py",
        resources={"cpu": 1, "memory": "1Gi"},
        env={"MODE": "fast"},
        secret=secret,
        node_selector={"pool": "gpu"},
        shared_memory="2Gi",
    )
    found = job(lambda: tensorflow.train("tf", worker=replica))
    [spec] = [
        one["template"]["spec"]
        for one in manifest(found)["spec"]["tfReplicaSpecs"].values()
    ]
    [main] = spec["containers"]
    assert main["image"] == "own"
    assert main["command"] == ["sh", "-c", "python a.py"]
    assert main["resources"]["requests"] == main["resources"]["limits"]
    assert main["env"] == [
        {"name": "MODE", "value": "fast"},
        {
            "name": "token",
            "valueFrom": {"secretKeyRef": {"name": "hub", "key": "token"}},
        },
    ]
    assert main["volumeMounts"][0]["mountPath"] == "/dev/shm"
    assert spec["volumes"][0]["emptyDir"] == {"medium": "Memory", "sizeLimit": "2Gi"}
    assert spec["nodeSelector"] == {"pool": "gpu"}


def test_values_known_later_stand_in_commands_and_variables() -> None:
    with couler.workflow("w") as block:
        rate = couler.run_script(source="echo 0.1", command="sh", step_name="rate")
        tensorflow.train(
            "tf",
            ["python", "t.py", rate],
            worker=Replica(env={"LR": rate}),
            step_name="fit",
        )
    step = block.workflow["fit"]
    assert block.workflow.dependencies["fit"] == ("rate",)
    assert isinstance(step.template, Job)
    assert isinstance(step.template.manifest, Format)
    references = [
        one for one in step.template.manifest.parts if isinstance(one, InputRef)
    ]
    assert len(references) == 2


def test_a_step_is_named_after_the_function_it_is_written_in() -> None:
    def fit() -> couler.StepOutput:
        return pytorch.train("pt", "x", timeout="2h", retry=1)

    with couler.workflow("w") as block:
        fit()
    [step] = block.workflow.steps
    assert (step.name, step.timeout) == ("fit", 7200)
    assert step.origin is not None
    assert step.origin.place.endswith("test_jobs.py")


def test_a_search() -> None:
    trial = {"kind": "Job", "args": ["--lr=${trialParameters.lr}"]}
    found = job(
        lambda: katib.tune(
            trial,
            {
                "lr": Range(0.01, 0.1),
                "depth": Range(2, 10, 2),
                "optimizer": ["sgd", "adam"],
                "batch": [32, 64],
            },
            metric="accuracy",
            until=0.99,
        )
    )
    spec = manifest(found)["spec"]
    assert spec["objective"] == {
        "type": "maximize",
        "objectiveMetricName": "accuracy",
        "goal": 0.99,
    }
    assert spec["trialTemplate"]["trialSpec"] == trial
    assert {one["name"]: one["parameterType"] for one in spec["parameters"]} == {
        "lr": "double",
        "depth": "int",
        "optimizer": "categorical",
        "batch": "discrete",
    }
    assert spec["parameters"][0]["feasibleSpace"] == {"min": "0.01", "max": "0.1"}
    assert ends_of(found) == (
        ['status.conditions.2.type == "Succeeded"'],
        ["status.conditions.2.type"],
    )


SPACE = Space.of(
    {
        "lr": Float(low=0.001, high=0.1, log=True),
        "dropout": Float(low=0.0, high=0.5, step=0.1),
        "depth": Int(low=2, high=10),
        "optimizer": Categorical(choices=("sgd", 2, True)),
    }
)


def test_a_search_of_the_space_that_is_tuned() -> None:
    loss = Metric(name="loss", direction=Direction.MINIMIZE)
    spec = manifest(job(lambda: katib.tune({}, SPACE, metric=loss)))["spec"]
    assert spec["objective"] == {"type": "minimize", "objectiveMetricName": "loss"}
    assert [one["name"] for one in spec["trialTemplate"]["trialParameters"]] == [
        *SPACE.names
    ]
    assert [
        (one["parameterType"], one["feasibleSpace"]) for one in spec["parameters"]
    ] == [
        ("double", {"min": "0.001", "max": "0.1", "distribution": "logUniform"}),
        ("double", {"min": "0.0", "max": "0.5", "step": "0.1"}),
        ("int", {"min": "2", "max": "10"}),
        ("categorical", {"list": ["sgd", "2", "true"]}),
    ]


CONDITIONED = Space.of(
    SPACE.by_name, OnlyWhere(name="lr", other="optimizer", among=("sgd",))
)
WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "no role": (lambda: tensorflow.train("tf"), "at least one of"),
    "no image": (lambda: tensorflow.train(worker=Replica()), "has no image"),
    "two chiefs": (
        lambda: tensorflow.train("tf", chief=Replica(count=2)),
        "there is one Chief",
    ),
    "nobody to wait for": (
        lambda: tensorflow.train("tf", ps=Replica()),
        "at least one Worker",
    ),
    "clean policy": (
        lambda: pytorch.train("pt", clean_pod_policy="Some"),
        "must be one of All",
    ),
    "count": (lambda: Replica(count=0), "1 or more"),
    "restarts": (lambda: Replica(restart_policy="Maybe"), "must be one of"),
    "no parameters": (lambda: katib.tune({}, {}, metric="m"), "no parameters"),
    "no values": (lambda: katib.tune({}, {"a": []}, metric="m"), "no values"),
    "conditions": (
        lambda: katib.tune({}, CONDITIONED, metric="m"),
        "'lr' of the space go only with values of others, which Katib",
    ),
    "range": (lambda: Range(2, 1), "no numbers"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_makes_no_sense_is_said(what: str) -> None:
    add, message = WRONG[what]
    with pytest.raises(BuildFailed, match=message), couler.workflow("w"):
        add()


def test_it_needs_a_workflow() -> None:
    with pytest.raises(BuildFailed, match="none is being written"):
        pytorch.train("pt")
