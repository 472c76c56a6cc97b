"""Affinity and security context in the words of the platform document.

Affinity to nodes is taken as Kubernetes writes it, that to pods term by term. Of a
security context only who the program runs as can be said.

Source: kubernetes_platform/proto/kubernetes_executor_config.proto of
https://github.com/kubeflow/pipelines
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from couler_jupyter.engines.kubeflow.book import Object
from couler_jupyter.ir import Pod

_RUN_AS = frozenset({"runAsUser", "runAsGroup", "runAsNonRoot"})
_ONLY = ", ".join(sorted(_RUN_AS))
_KINDS: Mapping[str, bool] = {"podAffinity": False, "podAntiAffinity": True}
_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_TERM = frozenset({"labelSelector", "topologyKey", "namespaces", "namespaceSelector"})
_SELECTOR = frozenset({"matchLabels", "matchExpressions"})
_Term: TypeAlias = tuple[Mapping[str, Any], int | None, bool]


def placing_of(pod: Pod) -> Object:
    """Return what the platform document says; there are no `placing_faults`."""
    affinity = _said(pod.affinity and pod.affinity.value)
    nodes = affinity.get("nodeAffinity")
    found: Object = {
        "podAffinity": [_term(*one) for one in _terms(affinity)],
        "securityContext": dict(_said(pod.security and pod.security.value)),
    }
    if nodes:
        found["nodeAffinity"] = [
            {"nodeAffinityJson": {"runtimeValue": {"constant": nodes}}}
        ]
    return found


def placing_faults(pod: Pod) -> Iterator[str]:
    """Yield what there is no word for."""
    for name, given in (("affinity", pod.affinity), ("security", pod.security)):
        if given is not None and not isinstance(given.value, dict):
            yield f"{name} is an object, as Kubernetes writes it"
            return
    security = _said(pod.security and pod.security.value)
    if more := sorted(security.keys() - _RUN_AS):
        yield f"of a security context it has no word for {more[0]}, only for {_ONLY}"
    affinity = _said(pod.affinity and pod.affinity.value)
    if more := sorted(affinity.keys() - {"nodeAffinity", *_KINDS}):
        yield f"affinity has no {more[0]}"
    for term, _, _ in _terms(affinity):
        for part, words in (
            (term, _TERM),
            (term.get("labelSelector"), _SELECTOR),
            (term.get("namespaceSelector"), _SELECTOR),
        ):
            if more := sorted(_said(part).keys() - words):
                yield f"of affinity to pods it has no word for {more[0]}"


def _terms(affinity: Mapping[str, Any]) -> Iterator[_Term]:
    """Yield each term of affinity to pods, with its weight, and whether it is against."""
    for kind, anti in _KINDS.items():
        said = _said(affinity.get(kind))
        for one in said.get(_REQUIRED) or ():
            yield _said(one), None, anti
        for one in said.get(_PREFERRED) or ():
            yield (
                _said(_said(one).get("podAffinityTerm")),
                _said(one).get("weight"),
                anti,
            )


def _term(term: Mapping[str, Any], weight: int | None, anti: bool) -> Object:
    pods, spaces = (
        _said(term.get("labelSelector")),
        _said(term.get("namespaceSelector")),
    )
    found: Object = {
        "matchPodLabels": pods.get("matchLabels"),
        "matchPodExpressions": pods.get("matchExpressions"),
        "topologyKey": term.get("topologyKey"),
        "namespaces": term.get("namespaces"),
        "matchNamespaceLabels": spaces.get("matchLabels"),
        "matchNamespaceExpressions": spaces.get("matchExpressions"),
        "weight": weight,
        "anti": anti,
    }
    return {key: one for key, one in found.items() if one}


def _said(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
