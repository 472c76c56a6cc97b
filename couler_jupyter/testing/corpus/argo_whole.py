"""Workflows written in Python with what only Argo says of a workflow as a whole."""

from __future__ import annotations

import couler_jupyter as couler
from couler_jupyter.dsl import StepOutput
from couler_jupyter.engines.argo import words as argo
from couler_jupyter.ir import Workflow
from couler_jupyter.testing.case import compiles

_IMAGE = "busybox:1"
_LABELS = {"team": "ml"}


def _say(name: str = "say", **options: object) -> StepOutput:
    """A step that prints something."""
    return couler.run_container(
        _IMAGE,
        "echo",
        ["hi"],
        step_name=name,
        **options,  # type: ignore[arg-type]
    )


@compiles
def argo_cleaning_up() -> Workflow:
    """What is kept of a run: pods, logs, files, volumes."""
    extras = argo.spec(
        archiveLogs=True,
        podGC={
            "strategy": "OnPodSuccess",
            "deleteDelayDuration": "30s",
            "labelSelector": {"matchLabels": _LABELS},
        },
        artifactGC={
            "strategy": "OnWorkflowDeletion",
            "serviceAccountName": "cleaner",
            "forceFinalizerRemoval": True,
            "podSpecPatch": '{"priorityClassName": "low"}',
            "podMetadata": {"labels": _LABELS, "annotations": {"why": "clean"}},
        },
        artifactRepositoryRef={"configMap": "stores", "key": "main"},
        volumeClaimGC={"strategy": "OnWorkflowCompletion"},
    )
    with couler.workflow("clean", extras=extras) as built:
        _say()
    return built.workflow


@compiles
def argo_pods_of_a_workflow() -> Workflow:
    """Where all pods of a workflow run, and what they find there."""
    extras = argo.spec(
        automountServiceAccountToken=False,
        dnsConfig={"nameservers": ["10.0.0.10"]},
        dnsPolicy="None",
        executor={"serviceAccountName": "watcher"},
        hostAliases=[{"ip": "10.0.0.5", "hostnames": ["store"]}],
        podDisruptionBudget={"minAvailable": 1},
        podMetadata={"labels": _LABELS, "annotations": {"who": "us"}},
        podResources={"limits": {"cpu": "4"}},
        resourceClaims=[{"name": "gpu", "resourceClaimTemplateName": "any-gpu"}],
        retryStrategy={"limit": "2"},
        templateDefaults={"activeDeadlineSeconds": 600},
    )
    with couler.workflow("everywhere", extras=extras) as built:
        _say()
    return built.workflow


@compiles
def argo_stopped_before_it_starts() -> Workflow:
    """A workflow that waits for a person first, or is not to go on."""
    extras = argo.spec(suspend=True, shutdown="Stop")
    with couler.workflow("waits", extras=extras) as built:
        _say()
    return built.workflow


@compiles
def argo_labels_of_a_run() -> Workflow:
    """Labels that a run gets from its parameters."""
    extras = argo.spec(
        workflowMetadata={
            "labels": _LABELS,
            "annotations": {"why": "nightly"},
            "labelsFrom": {"model": {"expression": 'workflow.parameters["model"]'}},
        }
    )
    given = {"model": "forest"}
    with couler.workflow("labelled", parameters=given, extras=extras) as built:
        _say()
    return built.workflow


@compiles
def argo_locks_of_a_workflow() -> Workflow:
    """Runs that wait for each other, in one cluster and in several."""
    extras = argo.spec(
        synchronization={
            "mutexes": [
                {"name": "deploy", "namespace": "ml"},
                {"name": "world", "database": True},
            ],
            "semaphores": [
                {
                    "configMapKeyRef": {"name": "locks", "key": "wide"},
                    "namespace": "ml",
                },
                {"database": {"key": "ml/wide"}},
            ],
        }
    )
    with couler.workflow("locked", extras=extras) as built:
        _say()
    return built.workflow


@compiles
def argo_metrics_of_a_workflow() -> Workflow:
    """A counter, a gauge and a histogram."""
    extras = argo.spec(
        metrics={
            "prometheus": [
                {
                    "name": "runs_total",
                    "help": "runs that failed",
                    "when": "{{workflow.status}} == Failed",
                    "labels": [{"key": "of", "value": "ml"}],
                    "counter": {"value": "1"},
                },
                {
                    "name": "run_seconds",
                    "help": "how long it has run",
                    "gauge": {
                        "realtime": True,
                        "operation": "Set",
                        "value": "{{workflow.duration}}",
                    },
                },
                {
                    "name": "run_seconds_spread",
                    "help": "how long runs take",
                    "histogram": {
                        "buckets": [1.0, 10.0, 100.0],
                        "value": "{{workflow.duration}}",
                    },
                },
            ]
        }
    )
    with couler.workflow("counted", extras=extras) as built:
        _say()
    return built.workflow


@compiles
def argo_hooks_of_a_workflow() -> Workflow:
    """What runs when a run starts, or when it fails."""
    tell = argo.spec(
        hooks={
            "running": {
                "expression": 'workflow.status == "Running"',
                "template": "say",
            },
            "failed": {
                "expression": 'workflow.status == "Failed"',
                "templateRef": {
                    "name": "shared",
                    "template": "tell",
                    "clusterScope": True,
                },
                "arguments": {"parameters": [{"name": "whom", "value": "us"}]},
            },
        }
    )
    with couler.workflow("told", extras=tell) as built:
        _say()
    return built.workflow


@compiles
def argo_plugins_of_a_workflow() -> Workflow:
    """A plugin that the workflow brings along, and a step that it does."""
    extras = argo.spec(
        executorPlugins=[
            {
                "spec": {
                    "sidecar": {
                        "automountServiceAccountToken": True,
                        "container": {"name": "hello", "image": "hello-plugin:1"},
                    }
                }
            }
        ]
    )
    with couler.workflow("brings-its-own", extras=extras) as built:
        couler.run_foreign("argo", "plugin", argo.plugin("hello", {"who": "you"}))
    return built.workflow


@compiles
def argo_workflow_template() -> Workflow:
    """A workflow that others run by its name, in one namespace."""
    extras = (argo.kind("WorkflowTemplate"), *argo.metadata(namespace="ml"))
    with couler.workflow("shared", extras=extras) as built:
        _say()
    return built.workflow


@compiles
def argo_cluster_workflow_template() -> Workflow:
    """A workflow that others run by its name, in all namespaces."""
    extras = argo.kind("ClusterWorkflowTemplate")
    with couler.workflow("shared", extras=extras) as built:
        _say()
    return built.workflow


@compiles
def argo_schedule() -> Workflow:
    """A workflow that runs by itself, until that failed too often."""
    extras = (
        *argo.schedule(
            when="{{= cronworkflow.lastScheduledTime == nil }}",
            stopStrategy={"expression": "cronworkflow.failed >= 3"},
            workflowMetadata={"labels": _LABELS},
        ),
        *argo.scheduled_spec(podGC={"strategy": "OnPodCompletion"}),
    )
    nightly = couler.cron(
        "30 2 * * *",
        timezone="Europe/Berlin",
        overlap="Forbid",
        suspended=True,
        deadline=60,
        keep_succeeded=2,
        keep_failed=3,
    )
    with couler.workflow("nightly", schedule=nightly, extras=extras) as built:
        _say()
    return built.workflow


@compiles
def argo_run_of_a_template() -> Workflow:
    """A run of all of a workflow that the cluster has, with a parameter."""
    reference = argo.workflow_template_ref(name="shared", clusterScope=True)
    with couler.workflow("again") as built:
        size = couler.parameter("size", 3)
        couler.run_foreign(
            "argo", "workflowTemplateRef", reference, inputs={"size": size}
        )
    return built.workflow


@compiles
def argo_event() -> Workflow:
    """A workflow of the cluster that runs whenever an event comes."""
    extras = (
        argo.kind("WorkflowEventBinding"),
        *argo.event(selector='payload.branch == "main"'),
        *argo.submit(metadata={"generateName": "on-push-", "labels": _LABELS}),
        *argo.submit_parameter(0, valueFrom={"event": "payload.commit"}),
    )
    reference = argo.workflow_template_ref(name="build")
    with couler.workflow("on-push", extras=extras) as built:
        commit = couler.parameter("commit")
        couler.run_foreign(
            "argo", "workflowTemplateRef", reference, inputs={"commit": commit}
        )
    return built.workflow
