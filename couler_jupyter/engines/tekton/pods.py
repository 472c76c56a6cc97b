"""Where tasks run: `podTemplate` and what stands beside it in a PipelineRun.

Source: https://tekton.dev/docs/pipelines/podtemplates/
"""

from __future__ import annotations

from couler_jupyter.engines.kube.fields import Fields, said
from couler_jupyter.ir import Labels, Pod, Toleration


def whole_fields(pod: Pod) -> Fields:
    """Return what a run says of all its pods, but for their labels."""
    return said(serviceAccountName=pod.service_account, podTemplate=_pod_template(pod))


def task_fields(task: str, own: Pod, outer: Pod) -> Fields:
    """Return what a run says of one task's pod; nothing if that is what it says of all."""
    metadata = said(
        labels=_merged(outer.labels, own.labels),
        annotations=_merged(outer.annotations, own.annotations),
    )
    fields = said(
        metadata=metadata,
        serviceAccountName=own.service_account,
        podTemplate=_pod_template(own),
    )
    return {"pipelineTaskName": task, **fields} if fields else {}


def _pod_template(pod: Pod) -> Fields:
    secrets = [{"name": name} for name in pod.image_pull_secrets]
    return said(
        nodeSelector=dict(pod.node_selector),
        tolerations=[_toleration(one) for one in pod.tolerations],
        affinity=None if pod.affinity is None else pod.affinity.value,
        securityContext=None if pod.security is None else pod.security.value,
        schedulerName=pod.scheduler,
        priorityClassName=pod.priority_class,
        imagePullSecrets=secrets,
        hostNetwork=pod.host_network,
    )


def _toleration(one: Toleration) -> Fields:
    return {
        **said(key=one.key),
        "operator": one.operator,
        **said(value=one.value, effect=one.effect, tolerationSeconds=one.seconds),
    }


def _merged(outer: Labels, own: Labels) -> dict[str, str]:
    return dict(sorted((dict(outer) | dict(own)).items()))
