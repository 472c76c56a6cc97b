"""Containers and scripts, and what they have around their command."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.argo.templates import Around, Fields, leaf_fields
from couler_jupyter.engines.argo.templates.expansion import unexpanded
from couler_jupyter.ir import (
    Archive,
    ConfigRef,
    Constant,
    Container,
    EnvFrom,
    EnvSource,
    EnvVar,
    FieldRef,
    Format,
    FromFile,
    FromStdout,
    Inline,
    InputArtifact,
    InputParameter,
    InputRef,
    Mount,
    OutputArtifact,
    OutputParameter,
    Pod,
    PullPolicy,
    Resources,
    Script,
    SecretRef,
    Sidecar,
    Text,
    Toleration,
    ValueType,
)
from tests.engines.argo.templates.words import write

HOME = {
    "volumes": [{"name": "couler-home", "emptyDir": {}}],
    "mount": {"name": "couler-home", "mountPath": "/couler"},
}


def box(around: Around | None = None, **more: Any) -> Fields:
    return leaf_fields(Container(image="i", **more), write, around)


def inside(**more: Any) -> Fields:
    """What stands in the container beside its image."""
    fields = box(**more)
    assert fields.keys() == {"container"}
    return {k: v for k, v in fields["container"].items() if k != "image"}


def test_a_container_of_plain_words() -> None:
    assert box() == {"container": {"image": "i"}}
    words: dict[str, Any] = {"command": ("a", InputRef("x")), "args": ("b",)}
    whole = box(**words, inputs=(InputParameter(name="x"),))
    assert whole == {
        "inputs": {"parameters": [{"name": "x"}]},
        "container": {
            "image": "i",
            "command": ["a", "{{inputs.parameters.x}}"],
            "args": ["b"],
        },
    }


def test_a_script() -> None:
    script = Script(source="echo hi\n", interpreter=("sh", "-e"), image="i")
    assert leaf_fields(script, write) == {
        "script": {"image": "i", "command": ["sh", "-e"], "source": "echo hi\n"}
    }


def test_a_script_without_an_image_gets_that_of_the_engine() -> None:
    fields = leaf_fields(Script(source=""), write, Around(image="mine"))
    assert fields["script"] == {"image": "mine", "command": ["sh"], "source": ""}


def test_environment_variables_are_references_or_text() -> None:
    env = (
        EnvVar("A", "a"),
        EnvVar("E", ""),
        EnvVar("B", SecretRef("s", "k", optional=True)),
        EnvVar("C", ConfigRef("c", "k", optional=True)),
        EnvVar("D", FieldRef("status.hostIP")),
    )
    sets = (
        EnvFrom(source=EnvSource.SECRET, name="s", prefix="S_", optional=True),
        EnvFrom(source=EnvSource.CONFIG_MAP, name="c"),
    )
    key = {"key": "k", "optional": True}
    assert inside(env=env, env_from=sets) == {
        "env": [
            {"name": "A", "value": "a"},
            {"name": "E", "value": ""},
            {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", **key}}},
            {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "c", **key}}},
            {"name": "D", "valueFrom": {"fieldRef": {"fieldPath": "status.hostIP"}}},
        ],
        "envFrom": [
            {"prefix": "S_", "secretRef": {"name": "s", "optional": True}},
            {"configMapRef": {"name": "c"}},
        ],
    }


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("$HOME ${A} $", "$HOME ${A} $"),
        ("$(date)", "$(date)"),
        ("$(A)", "$$(A)"),
        ("$$", "$$$$"),
        ("$$(A)", "$$$$(A)"),
        ("$(A", "$(A"),
        (Constant.of("$(A)"), "$$(A)"),
        (Constant.of(["$(A)"]), Constant.of(["$(A)"])),
        (InputRef("x"), InputRef("x")),
    ],
)
def test_plain_text_is_what_kubernetes_makes_of_it(text: Text, written: Text) -> None:
    assert unexpanded(text, {"A"}) == written


def test_variables_that_are_not_all_known_may_be_any() -> None:
    assert unexpanded("$(date)", None) == "$$(date)"


def test_commands_arguments_and_variables_keep_their_dollars() -> None:
    text = Format(("$(A) ", InputRef("x")))
    fields = inside(command=(text,), args=("$(A)", "$(B)"), env=(EnvVar("A", "$$"),))
    assert fields == {
        "command": ["$$(A) {{inputs.parameters.x}}"],
        "args": ["$$(A)", "$(B)"],
        "env": [{"name": "A", "value": "$$$$"}],
    }


def test_what_is_asked_for_is_also_the_limit() -> None:
    assert inside(resources=Resources(cpu=0.5, memory=2**30, gpu=2)) == {
        "resources": {
            "requests": {"cpu": "500m", "memory": "1Gi"},
            "limits": {"cpu": "500m", "memory": "1Gi", "nvidia.com/gpu": "2"},
        }
    }


def test_limits_of_their_own() -> None:
    wanted = Resources(
        cpu=1,
        cpu_limit=2,
        memory_limit=2**20,
        ephemeral=10**9,
        ephemeral_limit=2 * 10**9,
        gpu=1,
        gpu_kind="amd.com/gpu",
    )
    assert inside(resources=wanted)["resources"] == {
        "requests": {"cpu": "1", "ephemeral-storage": "1G"},
        "limits": {
            "cpu": "2",
            "memory": "1Mi",
            "ephemeral-storage": "2G",
            "amd.com/gpu": "1",
        },
    }


def test_mounts_by_the_names_that_the_manifest_has() -> None:
    mounts = (
        Mount(volume="My Data", path="/d", sub_path="in", read_only=True),
        Mount(volume="b", path="/b"),
    )
    fields = box(Around(volumes={"My Data": "my-data"}), mounts=mounts)
    assert fields["container"]["volumeMounts"] == [
        {"name": "my-data", "mountPath": "/d", "subPath": "in", "readOnly": True},
        {"name": "b", "mountPath": "/b"},
    ]


def test_when_an_image_is_fetched_and_where_its_program_starts() -> None:
    fields = inside(pull_policy=PullPolicy.ALWAYS, working_dir="/srv")
    assert fields == {"workingDir": "/srv", "imagePullPolicy": "Always"}


def test_inputs() -> None:
    inputs = (
        InputParameter(
            name="n",
            type=ValueType.INTEGER,
            default=Constant.of(2),
            choices=(Constant.of(2), Constant.of(3)),
            description="how many",
        ),
        InputParameter(name="t", default=Constant.of("")),
        InputArtifact(
            name="a", path="/a", default=Inline("x"), mode=0o644, recurse_mode=True
        ),
        InputArtifact(name="b.c", optional=True),
    )
    assert box(inputs=inputs)["inputs"] == {
        "parameters": [
            {
                "name": "n",
                "default": "2",
                "enum": ["2", "3"],
                "description": "how many",
            },
            {"name": "t", "default": ""},
        ],
        "artifacts": [
            {
                "name": "a",
                "path": "/a",
                "raw": {"data": "x"},
                "mode": 420,
                "recurseMode": True,
            },
            {"name": "b-c-b476cc", "path": "/mnt/couler/b-c-b476cc", "optional": True},
        ],
    }


def test_outputs() -> None:
    outputs = (
        OutputParameter(name="printed", source=FromStdout()),
        OutputParameter(
            name="size",
            source=FromFile("/size"),
            default=Constant.of(0),
            choices=(Constant.of(0), Constant.of(1)),
            global_name="the-size",
            description="bytes",
        ),
        OutputArtifact(
            name="m",
            path="/m",
            optional=True,
            archive=Archive.NONE,
            mode=0o600,
            recurse_mode=True,
            global_name="model",
            delete_after="run",
        ),
        OutputArtifact(
            name="l", path="/l", archive=Archive.ZIP, delete_after="workflow"
        ),
    )
    assert box(outputs=outputs)["outputs"] == {
        "parameters": [
            {
                "name": "size",
                "valueFrom": {"path": "/size", "default": "0"},
                "enum": ["0", "1"],
                "description": "bytes",
                "globalName": "the-size",
            }
        ],
        "artifacts": [
            {
                "name": "m",
                "path": "/m",
                "optional": True,
                "archive": {"none": {}},
                "mode": 384,
                "recurseMode": True,
                "globalName": "model",
                "artifactGC": {"strategy": "OnWorkflowCompletion"},
            },
            {
                "name": "l",
                "path": "/l",
                "archive": {"zip": {}},
                "artifactGC": {"strategy": "OnWorkflowDeletion"},
            },
        ],
    }


def test_relative_paths_are_in_a_folder_of_its_own() -> None:
    outputs = (
        OutputArtifact(name="m", path="out/deep/m"),
        OutputParameter(name="p", source=FromFile("p.txt")),
    )
    inputs = (InputArtifact(name="i", path="in.csv"),)
    fields = box(inputs=inputs, outputs=outputs)
    assert fields["inputs"]["artifacts"] == [{"name": "i", "path": "/couler/in.csv"}]
    assert fields["outputs"] == {
        "parameters": [{"name": "p", "valueFrom": {"path": "/couler/p.txt"}}],
        "artifacts": [{"name": "m", "path": "/couler/out/deep/m"}],
    }
    assert fields["container"]["workingDir"] == "/couler"
    assert fields["container"]["volumeMounts"] == [
        HOME["mount"],
        {
            "name": "couler-home",
            "mountPath": "/couler/out/deep",
            "subPath": "out/deep",
        },
    ]
    assert fields["volumes"] == HOME["volumes"]


@pytest.mark.parametrize(
    ("folder", "start", "path", "home"),
    [("/srv", "/srv", "/srv/m", False), ("sub", "/couler/sub", "/couler/sub/m", True)],
)
def test_relative_paths_begin_where_the_program_starts(
    folder: str, start: str, path: str, home: bool
) -> None:
    fields = box(working_dir=folder, outputs=(OutputArtifact(name="m", path="m"),))
    assert fields["container"]["workingDir"] == start
    assert fields["outputs"]["artifacts"][0]["path"] == path
    assert ("volumes" in fields) is home


POD = Pod(
    service_account="sa",
    image_pull_secrets=("reg",),
    node_selector=(("disk", "ssd"),),
    tolerations=(
        Toleration(key="a", operator="Exists", effect="NoExecute", seconds=0),
        Toleration(value="v"),
    ),
    affinity=Constant.of({"podAffinity": {}}),
    priority_class="high",
    scheduler="volcano",
    labels=(("l", "1"),),
    annotations=(("a", "2"),),
    host_network=True,
    security=Constant.of({"runAsUser": 1}),
    patch=Constant.of({"hostname": "h", "imagePullSecrets": [{"name": "own"}]}),
)
BOTH = {
    "serviceAccountName": "sa",
    "nodeSelector": {"disk": "ssd"},
    "tolerations": [
        {
            "key": "a",
            "operator": "Exists",
            "effect": "NoExecute",
            "tolerationSeconds": 0,
        },
        {"operator": "Equal", "value": "v"},
    ],
    "affinity": {"podAffinity": {}},
    "schedulerName": "volcano",
    "securityContext": {"runAsUser": 1},
}


def test_a_pod_in_full() -> None:
    fields = box(pod=POD)
    del fields["container"]
    assert fields == {
        "metadata": {"labels": {"l": "1"}, "annotations": {"a": "2"}},
        **BOTH,
        "priorityClassName": "high",
        "podSpecPatch": (
            '{"imagePullSecrets":[{"name":"reg"},{"name":"own"}],"hostNetwork":true,'
            '"hostname":"h"}'
        ),
    }


def test_the_pod_of_the_outermost_workflow_stands_in_the_spec() -> None:
    assert box(Around(pod=POD)) == {"container": {"image": "i"}}


def test_the_pod_of_a_sub_workflow_is_that_of_its_steps() -> None:
    own = Pod(service_account="mine", labels=(("k", "0"), ("l", "9")))
    fields = box(Around(pod=POD, nested=True), pod=own)
    assert fields["serviceAccountName"] == "mine"
    assert fields["nodeSelector"] == {"disk": "ssd"}
    assert fields["metadata"]["labels"] == {"k": "0", "l": "9"}
    assert box(Around(pod=POD, nested=True))["metadata"]["labels"] == {"l": "1"}


def test_what_runs_beside_and_before() -> None:
    one = Sidecar(
        name="redis",
        image="r",
        command=("a", "$$"),
        args=("b",),
        env=(EnvVar("P", SecretRef("s", "k")),),
        mounts=(Mount(volume="v", path="/v"),),
        resources=Resources(cpu=1),
        mirror_mounts=True,
    )
    fields = box(pod=Pod(sidecars=(one,), init=(Sidecar(name="i", image="i"),)))
    assert fields["initContainers"] == [{"name": "i", "image": "i"}]
    assert fields["sidecars"] == [
        {
            "name": "redis",
            "image": "r",
            "command": ["a", "$$$$"],
            "args": ["b"],
            "env": [
                {
                    "name": "P",
                    "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}},
                }
            ],
            "resources": {"requests": {"cpu": "1"}, "limits": {"cpu": "1"}},
            "volumeMounts": [{"name": "v", "mountPath": "/v"}],
            "mirrorVolumeMounts": True,
        }
    ]


def test_what_runs_beside_all_steps_of_a_workflow() -> None:
    around = Around(pod=Pod(sidecars=(Sidecar(name="s", image="s"),)))
    assert box(around)["sidecars"] == [{"name": "s", "image": "s"}]
    own = Pod(sidecars=(Sidecar(name="o", image="o"),))
    assert box(around, pod=own)["sidecars"] == [{"name": "o", "image": "o"}]
