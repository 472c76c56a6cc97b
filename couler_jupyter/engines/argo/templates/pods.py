"""Where a pod runs: words of one template, words of the whole manifest.

Argo has a word for most of it in both places; what a template has none for goes into
`podSpecPatch`, which Argo merges into the pod as Kubernetes merges a strategic patch.
"""

from __future__ import annotations

from couler_jupyter.engines.argo.templates.around import Around, Fields, Write, said
from couler_jupyter.ir import Json, Labels, Pod, Toleration, as_text

_NOWHERE = Pod()


def pod_fields(own: Pod, write: Write, around: Around) -> Fields:
    """Return the fields of a template that say where its pod runs."""
    if around.nested and around.pod != _NOWHERE:
        own = _inherited(own, around.pod)
    if own == _NOWHERE:
        return {}
    patch: Fields = said(
        imagePullSecrets=_pull_secrets(own), hostNetwork=own.host_network
    )
    return {
        **_both(own, write),
        **said(priorityClassName=own.priority_class),
        **_patch(patch, own, write),
    }


def spec_pod_fields(pod: Pod, write: Write) -> Fields:
    """Return the fields of a manifest's spec that say where all its pods run."""
    if pod == _NOWHERE:
        return {}
    fields = _both(pod, write)
    metadata = fields.pop("metadata", None)
    return {
        **fields,
        **said(
            podMetadata=metadata,
            podPriorityClassName=pod.priority_class,
            imagePullSecrets=_pull_secrets(pod),
            hostNetwork=pod.host_network,
        ),
        **_patch({}, pod, write),
    }


def _both(pod: Pod, write: Write) -> Fields:
    return said(
        metadata=said(
            labels=_names(pod.labels, write),
            annotations=_names(pod.annotations, write),
        ),
        serviceAccountName=pod.service_account,
        nodeSelector=_names(pod.node_selector, write),
        tolerations=[_toleration(one) for one in pod.tolerations],
        affinity=None if pod.affinity is None else pod.affinity.value,
        schedulerName=pod.scheduler,
        securityContext=None if pod.security is None else pod.security.value,
    )


def _names(labels: Labels, write: Write) -> dict[str, Json]:
    return {name: write(value) for name, value in labels}


def _pull_secrets(pod: Pod) -> list[Fields]:
    return [{"name": name} for name in pod.image_pull_secrets]


def _toleration(one: Toleration) -> Fields:
    return {
        **said(key=one.key),
        "operator": one.operator,
        **said(value=one.value, effect=one.effect, tolerationSeconds=one.seconds),
    }


def _patch(words: Fields, pod: Pod, write: Write) -> Fields:
    """Return `podSpecPatch`; where the pod's own patch says something, that holds."""
    own: dict[str, Json] = {} if pod.patch is None else pod.patch.value
    patch = {**words, **own}
    if "imagePullSecrets" in words and "imagePullSecrets" in own:
        patch["imagePullSecrets"] = [
            *words["imagePullSecrets"],
            *own["imagePullSecrets"],
        ]
    return {"podSpecPatch": write(as_text(patch))} if patch else {}


def _inherited(own: Pod, outer: Pod) -> Pod:
    """Return a pod with what its workflow says where it says nothing itself."""
    return Pod(
        service_account=own.service_account or outer.service_account,
        image_pull_secrets=own.image_pull_secrets or outer.image_pull_secrets,
        node_selector=own.node_selector or outer.node_selector,
        tolerations=own.tolerations or outer.tolerations,
        affinity=outer.affinity if own.affinity is None else own.affinity,
        priority_class=own.priority_class or outer.priority_class,
        scheduler=own.scheduler or outer.scheduler,
        labels=_merged(outer.labels, own.labels),
        annotations=_merged(outer.annotations, own.annotations),
        host_network=own.host_network or outer.host_network,
        security=outer.security if own.security is None else own.security,
        patch=outer.patch if own.patch is None else own.patch,
    )


def _merged(outer: Labels, own: Labels) -> Labels:
    return tuple(sorted((dict(outer) | dict(own)).items()))
