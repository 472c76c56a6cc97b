"""Workflows written in Python with what only Argo says of a step."""

from __future__ import annotations

import couler_jupyter as couler
from couler_jupyter.engines.argo import words as argo
from couler_jupyter.ir import Claim, Volume, Workflow
from couler_jupyter.testing.case import compiles

_IMAGE = "busybox:1"


@compiles
def argo_pod_of_a_step() -> Workflow:
    """Where the pod of one step runs, and how long it may wait to."""
    extras = argo.template(
        annotations={"shown-as": "say"},
        automountServiceAccountToken=False,
        executor={"serviceAccountName": "watcher"},
        failFast=True,
        hostAliases=[{"ip": "10.0.0.5", "hostnames": ["store"]}],
        pendingTimeout="5m",
        podResources={"requests": {"memory": "1Gi"}},
        resourceClaims=[{"name": "gpu", "resourceClaimName": "the-gpu"}],
        volumes=[{"name": "work", "emptyDir": {}}],
    )
    with couler.workflow("placed") as built:
        couler.run_container(_IMAGE, "echo", ["hi"], step_name="say", extras=extras)
    return built.workflow


@compiles
def argo_locks_and_memory_of_a_step() -> Workflow:
    """A step that waits for others, and is not done twice."""
    extras = argo.template(
        memoize={
            "key": "say",
            "maxAge": "1h",
            "cache": {"configMap": {"name": "remembered"}},
        },
        synchronization={
            "mutexes": [{"name": "one"}],
            "semaphores": [{"configMapKeyRef": {"name": "locks", "key": "few"}}],
        },
        metrics={
            "prometheus": [
                {"name": "said_total", "help": "said", "counter": {"value": "1"}}
            ]
        },
    )
    with couler.workflow("careful") as built:
        couler.run_container(_IMAGE, "echo", ["hi"], step_name="say", extras=extras)
    return built.workflow


@compiles
def argo_retries_of_a_step() -> Workflow:
    """A step that is tried again on another machine, with a cap on the wait."""
    extras = argo.template(
        retryStrategy={
            "limit": "3",
            "retryPolicy": "OnError",
            "expression": 'lastRetry.exitCode != "2"',
            "affinity": {"nodeAntiAffinity": {}},
            "backoff": {
                "duration": "5s",
                "factor": 2,
                "maxDuration": "5m",
                "cap": "1m",
            },
        }
    )
    with couler.workflow("stubborn") as built:
        couler.run_container(_IMAGE, "echo", ["hi"], step_name="say", extras=extras)
    return built.workflow


@compiles
def argo_hooks_of_a_step() -> Workflow:
    """What runs when a step starts, and when it has ended."""
    extras = argo.task(
        hooks={
            "exit": {
                "template": "work",
                "arguments": {"parameters": [{"name": "para-0", "value": "bye"}]},
            },
            "running": {
                "expression": 'tasks["work"].status == "Running"',
                "templateRef": {"name": "shared", "template": "tell"},
            },
        }
    )
    with couler.workflow("told") as built:
        said = couler.run_container(_IMAGE, "echo", ["hi"], step_name="say")
        couler.run_container(_IMAGE, "echo", [said], step_name="work", extras=extras)
    return built.workflow


@compiles
def argo_container_in_full() -> Workflow:
    """What Kubernetes says of a container beside what all engines say."""
    extras = argo.container(
        lifecycle={"postStart": {"exec": {"command": ["true"]}}},
        livenessProbe={"exec": {"command": ["true"]}},
        ports=[{"containerPort": 8080}],
        readinessProbe={"httpGet": {"port": 8080, "path": "/"}},
        securityContext={"runAsNonRoot": True},
        startupProbe={"tcpSocket": {"port": 8080}},
        terminationMessagePolicy="FallbackToLogsOnError",
        tty=True,
    )
    with couler.workflow("in-full") as built:
        couler.run_container(_IMAGE, "echo", ["hi"], step_name="say", extras=extras)
    return built.workflow


@compiles
def argo_script_in_full() -> Workflow:
    """A script with all that a container can have."""
    extras = argo.script(
        args=["-v"],
        envFrom=[{"configMapRef": {"name": "levels"}}],
        lifecycle={"postStart": {"exec": {"command": ["true"]}}},
        livenessProbe={"exec": {"command": ["true"]}},
        name="main",
        ports=[{"containerPort": 8080}],
        readinessProbe={"exec": {"command": ["true"]}},
        resizePolicy=[{"resourceName": "cpu", "restartPolicy": "NotRequired"}],
        securityContext={"runAsUser": 1000},
        startupProbe={"exec": {"command": ["true"]}},
        stdin=True,
        stdinOnce=True,
        terminationMessagePath="/end",
        terminationMessagePolicy="File",
        tty=True,
        volumeDevices=[{"name": "disk", "devicePath": "/dev/disk"}],
    )
    with couler.workflow("in-full") as built:
        couler.add_volume(Volume(name="disk", source=Claim("disk")))
        couler.run_script(
            _IMAGE, "sh", "echo hi", step_name="say", working_dir="/w", extras=extras
        )
    return built.workflow


@compiles
def argo_containers_beside_in_full() -> Workflow:
    """Containers before and beside that of a step, with all that they can have."""
    beside = argo.sidecar(
        0,
        envFrom=[{"configMapRef": {"name": "levels"}}],
        imagePullPolicy="Always",
        lifecycle={"preStop": {"exec": {"command": ["true"]}}},
        livenessProbe={"exec": {"command": ["true"]}},
        ports=[{"containerPort": 8080}],
        readinessProbe={"exec": {"command": ["true"]}},
        resizePolicy=[{"resourceName": "cpu", "restartPolicy": "NotRequired"}],
        securityContext={"runAsUser": 1000},
        startupProbe={"exec": {"command": ["true"]}},
        stdin=True,
        stdinOnce=True,
        terminationMessagePath="/end",
        terminationMessagePolicy="File",
        tty=True,
        volumeDevices=[{"name": "disk", "devicePath": "/dev/disk"}],
        workingDir="/w",
    )
    before = argo.init_container(
        0,
        restartPolicy="Always",
        restartPolicyRules=[
            {"action": "Restart", "exitCodes": {"operator": "In", "values": [3]}}
        ],
    )
    with couler.workflow("beside") as built:
        couler.add_volume(Volume(name="disk", source=Claim("disk")))
        couler.run_container(
            _IMAGE,
            "echo",
            ["hi"],
            step_name="say",
            sidecars=[couler.sidecar("server", _IMAGE, command=["sleep"])],
            init=[couler.sidecar("prepare", _IMAGE, command=["true"])],
            extras=(*beside, *before),
        )
    return built.workflow
