"""What stands around the templates of a manifest."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.argo.names import label
from couler_jupyter.engines.argo.templates import Fields
from couler_jupyter.engines.argo.whole import (
    VolumeNames,
    document,
    kind_of,
    version_problems,
    whole_problems,
)
from couler_jupyter.ir import (
    Backoff,
    Claim,
    ConfigFiles,
    Constant,
    EmptyDir,
    Extra,
    FieldTest,
    HostPath,
    Inline,
    InputArtifact,
    InputParameter,
    Job,
    Mount,
    NewClaim,
    Operator,
    Overlap,
    Pod,
    RawVolume,
    Retry,
    Schedule,
    SecretFiles,
    Sidecar,
    Step,
    SubWorkflow,
    Suspend,
    TimeToLive,
    Volume,
    VolumeSource,
    Workflow,
)
from couler_jupyter.testing.parts import container, flow, sh, step
from tests.engines.argo.templates.test_boxes import BOTH, POD
from tests.engines.argo.templates.words import write

_TRUE = step("s", sh("true"))


def manifest(workflow: Workflow) -> Fields:
    return document(workflow, "main", [{"name": "main"}], "", write)


def spec(**more: Any) -> Fields:
    """What stands in the spec beside the entrypoint and the templates."""
    whole: Fields = manifest(flow("w", _TRUE, **more))["spec"]
    assert [*whole][:: len(whole) - 1] == ["entrypoint", "templates"]
    return {k: v for k, v in whole.items() if k not in ("entrypoint", "templates")}


def chosen(kind: str) -> Extra:
    return Extra(engine="argo", path="kind", value=Constant.of(kind), ignorable=True)


def test_a_plain_workflow() -> None:
    assert manifest(flow("pick_best", _TRUE)) == {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"generateName": f"{label('pick_best')}-"},
        "spec": {"entrypoint": "main", "templates": [{"name": "main"}]},
    }


def test_what_runs_at_the_end() -> None:
    whole = document(flow("w", _TRUE), "main", [], "exit", write)
    assert whole["spec"] == {"entrypoint": "main", "onExit": "exit", "templates": []}


@pytest.mark.parametrize("kind", ["WorkflowTemplate", "ClusterWorkflowTemplate"])
def test_templates_have_names_and_labels_for_their_runs(kind: str) -> None:
    labels = (("team", "ml"),)
    whole = manifest(flow("w", _TRUE, labels=labels, extras=(chosen(kind),)))
    assert whole["kind"] == kind
    assert whole["metadata"] == {"name": "w", "labels": {"team": "ml"}}
    assert whole["spec"]["workflowMetadata"] == {"labels": {"team": "ml"}}


@pytest.mark.parametrize(
    ("kind", "longest"),
    [("Workflow", 63 - 5), ("WorkflowTemplate", 63), ("CronWorkflow", 52)],
)
def test_names_leave_room_for_what_is_added(kind: str, longest: int) -> None:
    schedule = Schedule(crons=("@daily",)) if kind == "CronWorkflow" else None
    work = flow("w" * 200, _TRUE, schedule=schedule, extras=(chosen(kind),))
    (name,) = manifest(work)["metadata"].values()
    assert len(name) == longest


def test_labels_annotations_and_what_it_is_for() -> None:
    whole = manifest(
        flow(
            "w",
            _TRUE,
            labels=(("a", "1"),),
            annotations=(("b", "{x}"),),
            description="trains",
        )
    )
    assert whole["metadata"] == {
        "generateName": "w-",
        "labels": {"a": "1"},
        "annotations": {"b": "{x}", "workflows.argoproj.io/description": "trains"},
    }


def test_a_schedule_in_full() -> None:
    schedule = Schedule(
        crons=("0 7 * * *", "@daily"),
        timezone="Europe/Berlin",
        overlap=Overlap.REPLACE,
        suspended=True,
        deadline=0,
        keep_succeeded=0,
        keep_failed=5,
    )
    work = flow("w", _TRUE, schedule=schedule, labels=(("a", "1"),), parallelism=3)
    assert kind_of(work) == "CronWorkflow"
    assert manifest(work)["metadata"] == {"name": "w", "labels": {"a": "1"}}
    assert manifest(work)["spec"] == {
        "schedules": ["0 7 * * *", "@daily"],
        "timezone": "Europe/Berlin",
        "concurrencyPolicy": "Replace",
        "suspend": True,
        "startingDeadlineSeconds": 0,
        "successfulJobsHistoryLimit": 0,
        "failedJobsHistoryLimit": 5,
        "workflowMetadata": {"labels": {"a": "1"}},
        "workflowSpec": {
            "entrypoint": "main",
            "parallelism": 3,
            "templates": [{"name": "main"}],
        },
    }


def test_the_time_zone_is_always_said() -> None:
    work = flow("w", _TRUE, schedule=Schedule(crons=("@daily",)))
    assert manifest(work)["spec"]["timezone"] == "UTC"


def test_arguments() -> None:
    parameters = (
        InputParameter(name="needed", description="what"),
        InputParameter(name="n", default=Constant.of([1]), choices=(Constant.of([1]),)),
    )
    artifacts = (
        InputArtifact(name="data", default=Inline("x"), path="d", mode=0o600),
        InputArtifact(name="maybe", optional=True),
        InputArtifact(name="given"),
    )
    assert spec(parameters=parameters, artifacts=artifacts) == {
        "arguments": {
            "parameters": [
                {"name": "needed", "description": "what"},
                {"name": "n", "value": "[1]", "enum": ["[1]"]},
            ],
            "artifacts": [
                {"name": "data", "path": "d", "raw": {"data": "x"}, "mode": 384},
                {"name": "given"},
            ],
        }
    }


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({"timeout": 60}, {"activeDeadlineSeconds": 60}),
        ({"timeout": 0.5}, {"activeDeadlineSeconds": 1}),
        ({"parallelism": 2}, {"parallelism": 2}),
        ({"priority": 0}, {"priority": 0}),
        (
            {"ttl": TimeToLive(after_end=0, after_success=1, after_failure=2)},
            {
                "ttlStrategy": {
                    "secondsAfterCompletion": 0,
                    "secondsAfterSuccess": 1,
                    "secondsAfterFailure": 2,
                }
            },
        ),
        ({"ttl": TimeToLive()}, {}),
    ],
)
def test_bounds(more: dict[str, Any], fields: Fields) -> None:
    assert spec(**more) == fields


def test_the_pod_of_all_steps() -> None:
    assert spec(pod=POD) == {
        **BOTH,
        "podMetadata": {"labels": {"l": "1"}, "annotations": {"a": "2"}},
        "podPriorityClassName": "high",
        "imagePullSecrets": [{"name": "reg"}],
        "hostNetwork": True,
        "podSpecPatch": '{"hostname":"h","imagePullSecrets":[{"name":"own"}]}',
    }


VOLUMES: list[tuple[VolumeSource, Fields]] = [
    (EmptyDir(), {"emptyDir": {}}),
    (
        EmptyDir(size=2**20, in_memory=True),
        {"emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}},
    ),
    (HostPath("/srv"), {"hostPath": {"path": "/srv"}}),
    (
        HostPath("/srv", type="Directory"),
        {"hostPath": {"path": "/srv", "type": "Directory"}},
    ),
    (
        Claim("c", read_only=True),
        {"persistentVolumeClaim": {"claimName": "c", "readOnly": True}},
    ),
    (
        SecretFiles(secret="s", items=(("k", "f"),), mode=0, optional=True),
        {
            "secret": {
                "secretName": "s",
                "items": [{"key": "k", "path": "f"}],
                "defaultMode": 0,
                "optional": True,
            }
        },
    ),
    (ConfigFiles(config_map="c"), {"configMap": {"name": "c"}}),
    (
        RawVolume(Constant.of({"nfs": {"server": "x", "path": "/"}})),
        {"nfs": {"server": "x", "path": "/"}},
    ),
]


@pytest.mark.parametrize(("source", "fields"), VOLUMES)
def test_volumes(source: VolumeSource, fields: Fields) -> None:
    volumes = (Volume(name="v", source=source),)
    assert spec(volumes=volumes) == {"volumes": [{"name": "v", **fields}]}


def test_volumes_that_are_made_for_a_run() -> None:
    new = NewClaim(size=2**30, access_modes=("ReadWriteMany",), storage_class="fast")
    assert spec(volumes=(Volume(name="v", source=new),)) == {
        "volumeClaimTemplates": [
            {
                "metadata": {"name": "v"},
                "spec": {
                    "accessModes": ["ReadWriteMany"],
                    "storageClassName": "fast",
                    "resources": {"requests": {"storage": "1Gi"}},
                },
            }
        ]
    }


def test_volumes_of_sub_workflows_stand_with_the_others() -> None:
    def holds(*volumes: Volume) -> Workflow:
        return flow("inner", _TRUE, volumes=volumes)

    shared = Volume(name="data", source=NewClaim(size=1))
    other = Volume(name="data", source=EmptyDir())
    odd = Volume(name="couler-home", source=EmptyDir())
    one, two = holds(shared), holds(other, odd)
    root = flow(
        "w",
        step("one", SubWorkflow(workflow=one)),
        step("two", SubWorkflow(workflow=two)),
        volumes=(shared,),
    )
    names = VolumeNames(root)
    assert names.of(root) == names.of(one) == {"data": "data"}
    assert names.of(two) == {"data": "data-2", "couler-home": "couler-home-2"}
    assert names.fields()["volumes"] == [
        {"name": "data-2", "emptyDir": {}},
        {"name": "couler-home-2", "emptyDir": {}},
    ]


def told(one: Step, **more: Any) -> list[str]:
    return [problem.what for problem in whole_problems(flow("w", one, **more))]


_INNER = SubWorkflow(workflow=flow("inner", _TRUE))


@pytest.mark.parametrize(
    ("one", "what"),
    [
        (
            step("s", _INNER, timeout=5),
            "Argo bounds only what runs in a pod; its time-out is that of a sub-workflow",
        ),
        (
            step("s", Suspend(), timeout=5),
            "Argo bounds only what runs in a pod; its time-out is that of a wait",
        ),
        (
            step(
                "s",
                sh(""),
                retry=Retry(limit=1, backoff=Backoff(seconds=1, factor=1.5)),
            ),
            "its back-off grows by 1.5; Argo takes whole numbers from 1",
        ),
        (
            step(
                "s",
                Job(
                    manifest="a: b",
                    failure=(FieldTest("a b", Operator.EQUAL, Constant.of(1)),),
                ),
            ),
            "field 'a b' has characters that Argo's conditions cannot name",
        ),
        (
            step("s", container("x", pod=Pod(labels=(("a b", "c"),)))),
            "label 'a b' is no name that Kubernetes takes",
        ),
        (
            step("s", container("x", pod=Pod(labels=(("a", "c d"),)))),
            "label 'a' has value 'c d', which Kubernetes refuses",
        ),
        (
            step("s", container("x", pod=Pod(annotations=(("a/b/c", "c d"),)))),
            "annotation 'a/b/c' is no name that Kubernetes takes",
        ),
        (
            step("s", container("x", pod=Pod(patch=Constant.of([])))),
            "its patch is []; Kubernetes takes an object",
        ),
        (
            step("s", container("x", pod=Pod(init=(Sidecar(name="wait", image="i"),)))),
            "a container cannot be called 'wait'; write another name",
        ),
    ],
)
def test_what_would_be_refused(one: Step, what: str) -> None:
    assert told(one) == [what]
    assert told(step("outer", SubWorkflow(workflow=flow("inner", one)))) == [what]


def test_volumes_that_would_be_refused() -> None:
    raw = Volume(name="v", source=RawVolume(Constant.of(1)))
    twice = (Mount(volume="v", path="/a"), Mount(volume="v", path="/a"))
    assert told(step("s", container("x", mounts=twice)), volumes=(raw,)) == [
        "it mounts 2 volumes at /a",
        "volume 'v' is 1, no object",
    ]


@pytest.mark.parametrize(("version", "count"), [("3.6", 1), ("3.7", 0), ("v4.1.2", 0)])
def test_older_versions_know_less(version: str, count: int) -> None:
    retry = Retry(limit=1, backoff=Backoff(seconds=1, longest=5))
    work = flow("w", step("s", sh(""), retry=retry))
    assert len([*version_problems(work, version)]) == count


@pytest.mark.parametrize("version", ["3.5", "2", "x", "", "4"])
def test_versions_that_are_none(version: str) -> None:
    with pytest.raises(ValueError, match=r"version|too old"):
        list(version_problems(flow("w", _TRUE), version))
