"""Workflows written in Python with templates that only Argo has."""

from __future__ import annotations

import couler_jupyter as couler
from couler_jupyter.engines.argo import words as argo
from couler_jupyter.engines.argo.words.fields import Template
from couler_jupyter.engines.argo.words.fields.artifacts import ArtifactPaths
from couler_jupyter.engines.argo.words.fields.containers import ContainerNode
from couler_jupyter.ir import Workflow
from couler_jupyter.testing.case import compiles

_BOX: ContainerNode = {"image": "busybox:1", "command": ["echo"]}
_SAY: Template = {"container": _BOX}


@compiles
def argo_http() -> Workflow:
    """A request with all that it can have, and one with a body of bytes."""
    ask = argo.with_fields(
        argo.http(
            url="https://localhost/{{inputs.parameters.page}}",
            method="POST",
            body='{"ask": 1}',
            headers=[
                {"name": "Accept", "value": "application/json"},
                {
                    "name": "Authorization",
                    "valueFrom": {"secretKeyRef": {"name": "api", "key": "token"}},
                },
            ],
            timeoutSeconds=20,
            successCondition="response.statusCode == 200",
            insecureSkipVerify=True,
        ),
        inputs={"parameters": [{"name": "page"}]},
    )
    send = argo.http(url="https://localhost/", bodyFrom={"bytes": "Z28="})
    with couler.workflow("asks") as built:
        couler.run_foreign(
            "argo", "http", ask, inputs={"page": "health"}, step_name="ask"
        )
        couler.run_foreign("argo", "http", send, step_name="send")
    return built.workflow


@compiles
def argo_data() -> Workflow:
    """The files of a bucket as a list, for a step that does each."""
    files = argo.data(
        source={
            "artifactPaths": {
                "name": "files",
                "s3": {"bucket": "data", "key": "in/"},
            }
        },
        transformation=[{"expression": 'filter(data, {# endsWith ".csv"})'}],
    )
    with couler.workflow("lists") as built:
        couler.run_foreign(
            "argo",
            "data",
            files,
            outputs={"result": couler.from_stdout()},
            step_name="list",
        )
    return built.workflow


@compiles
def argo_data_of_every_store() -> Workflow:
    """Lists of files, wherever they are kept."""
    places: dict[str, ArtifactPaths] = {
        "gcs": {"gcs": {"bucket": "data", "key": "in/"}},
        "oss": {"oss": {"bucket": "b", "key": "in/", "endpoint": "oss.example.org"}},
        "azure": {
            "azure": {
                "container": "data",
                "blob": "in/",
                "endpoint": "https://store.example.org",
            }
        },
        "hdfs": {"hdfs": {"addresses": ["name.example.org:8020"], "path": "/in"}},
        "artifactory": {"artifactory": {"url": "https://example.org/in"}},
        "plugin": {"plugin": {"name": "store", "key": "in/"}},
        "git": {"git": {"repo": "https://example.org/in.git"}},
        "http": {"http": {"url": "https://example.org/in"}},
        "raw": {"raw": {"data": "a"}},
    }
    with couler.workflow("lists") as built:
        for name, place in places.items():
            files = argo.data(
                source={"artifactPaths": {"name": "files", **place}},
                transformation=[{"expression": "filter(data, {true})"}],
            )
            couler.run_foreign("argo", "data", files, step_name=name)
    return built.workflow


@compiles
def argo_data_in_full() -> Workflow:
    """A list of files with all that can be said of them."""
    files = argo.data(
        source={
            "artifactPaths": {
                "name": "files",
                "path": "/in",
                "s3": {"bucket": "data", "key": "in/"},
                "subPath": "raw",
                "archive": {"none": {}},
                "archiveLogs": False,
                "artifactGC": {"strategy": "Never"},
                "globalName": "files",
                "mode": 0o640,
                "recurseMode": True,
                "optional": True,
            }
        },
        transformation=[{"expression": "filter(data, {true})"}],
    )
    with couler.workflow("lists") as built:
        couler.run_foreign("argo", "data", files, step_name="list")
    return built.workflow


@compiles
def argo_container_set() -> Workflow:
    """Containers of one pod, one after the other, that share a folder."""
    both = argo.container_set(
        containers=[
            {
                "name": "main",
                **_BOX,
                "args": ["one"],
                "restartPolicy": "Never",
                "restartPolicyRules": [
                    {
                        "action": "Restart",
                        "exitCodes": {"operator": "In", "values": [3]},
                    }
                ],
                "volumeDevices": [{"name": "disk", "devicePath": "/dev/disk"}],
            },
            {
                "name": "after",
                **_BOX,
                "args": ["two"],
                "dependencies": ["main"],
                "env": [{"name": "LEVEL", "value": "3"}],
                "envFrom": [{"secretRef": {"name": "api"}}],
                "imagePullPolicy": "IfNotPresent",
                "lifecycle": {"preStop": {"exec": {"command": ["true"]}}},
                "livenessProbe": {"exec": {"command": ["true"]}},
                "ports": [{"containerPort": 8080}],
                "readinessProbe": {"httpGet": {"port": 8080, "path": "/"}},
                "resizePolicy": [
                    {"resourceName": "cpu", "restartPolicy": "NotRequired"}
                ],
                "resources": {"requests": {"cpu": "1"}},
                "securityContext": {"runAsUser": 1000},
                "startupProbe": {"tcpSocket": {"port": 8080}},
                "stdin": True,
                "stdinOnce": True,
                "terminationMessagePath": "/end",
                "terminationMessagePolicy": "File",
                "tty": True,
                "workingDir": "/work",
            },
        ],
        volumeMounts=[{"name": "work", "mountPath": "/work"}],
        retryStrategy={"retries": "2", "duration": "10s"},
    )
    body = argo.with_fields(
        both,
        volumes=[
            {"name": "work", "emptyDir": {}},
            {"name": "disk", "persistentVolumeClaim": {"claimName": "disk"}},
        ],
    )
    with couler.workflow("together") as built:
        couler.run_foreign("argo", "container-set", body, step_name="both")
    return built.workflow


@compiles
def argo_template_ref() -> Workflow:
    """Templates that stand in other objects of the cluster."""
    with couler.workflow("borrows") as built:
        near = argo.template_ref(name="shared", template="say")
        far = argo.template_ref(name="all", template="say", clusterScope=True)
        couler.run_foreign("argo", "templateRef", near, step_name="near")
        couler.run_foreign("argo", "templateRef", far, step_name="far")
    return built.workflow


@compiles
def argo_resource_from_a_file() -> Workflow:
    """A Kubernetes object whose manifest is an artifact."""
    made = argo.with_fields(
        argo.resource(
            action="create",
            manifestFrom={"artifact": {"name": "job", "path": "/job"}},
            setOwnerReference=True,
        ),
        inputs={
            "artifacts": [
                {"name": "job", "path": "/job", "raw": {"data": "kind: ConfigMap"}}
            ]
        },
    )
    with couler.workflow("applies") as built:
        couler.run_foreign("argo", "resource", made, step_name="apply")
    return built.workflow


@compiles
def argo_dag_in_argos_words() -> Workflow:
    """A DAG with tasks as Argo writes them."""
    tasks = argo.dag(
        failFast=False,
        target="last",
        tasks=[
            {"name": "first", "inline": _SAY},
            {
                "name": "each",
                "inline": _SAY,
                "depends": "first",
                "withItems": ["a", "b"],
            },
            {
                "name": "listed",
                "inline": _SAY,
                "depends": "first",
                "withParam": '["a", "b"]',
                "when": "{{workflow.name}} != other",
            },
            {
                "name": "last",
                "templateRef": {"name": "shared", "template": "say"},
                "arguments": {
                    "parameters": [{"name": "x", "value": "1"}],
                    "artifacts": [{"name": "file", "raw": {"data": "hi"}}],
                },
                "depends": "each.Succeeded && listed.Succeeded",
                "withSequence": {"count": "2", "format": "n-%d"},
            },
        ],
    )
    with couler.workflow("by-hand") as built:
        couler.run_foreign("argo", "dag", tasks, step_name="tasks")
    return built.workflow


@compiles
def argo_dag_that_goes_on() -> Workflow:
    """A DAG whose tasks go on after one that fails."""
    tasks = argo.dag(
        tasks=[
            {
                "name": "first",
                "inline": _SAY,
                "continueOn": {"failed": True, "error": True},
            },
            {"name": "next", "inline": _SAY, "dependencies": ["first"]},
        ]
    )
    with couler.workflow("goes-on") as built:
        couler.run_foreign("argo", "dag", tasks, step_name="tasks")
    return built.workflow


@compiles
def argo_steps_in_argos_words() -> Workflow:
    """Groups of steps as Argo writes them."""
    groups = argo.steps(
        [
            [{"name": "first", "inline": _SAY}],
            [
                {
                    "name": "each",
                    "inline": _SAY,
                    "withItems": [1, 2],
                    "continueOn": {"failed": True},
                },
                {
                    "name": "listed",
                    "inline": _SAY,
                    "withParam": "[1, 2]",
                    "when": "{{workflow.name}} != other",
                },
                {
                    "name": "counted",
                    "templateRef": {"name": "shared", "template": "say"},
                    "arguments": {"parameters": [{"name": "x", "value": "1"}]},
                    "withSequence": {"start": "1", "end": "3"},
                    "hooks": {
                        "running": {
                            "expression": 'steps["counted"].status == "Running"',
                            "templateRef": {"name": "shared", "template": "tell"},
                        }
                    },
                },
            ],
        ]
    )
    with couler.workflow("by-hand") as built:
        couler.run_foreign("argo", "steps", groups, step_name="groups")
    return built.workflow
