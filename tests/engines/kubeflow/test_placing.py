"""Affinity and security contexts."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from couler_jupyter.engines.kubeflow.engine import Kubeflow
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import Constant, Pod
from couler_jupyter.testing.parts import container, flow, step

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_ZONE = "topology.kubernetes.io/zone"


def _said(pod: Pod, shared: Pod) -> Any:
    made = flow("one", step("work", container("true", pod=pod)), pod=shared)
    _, platform = yaml.safe_load_all(Kubeflow().compile(made).documents[0].text)
    found = platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"]
    return found["exec-work"]


def test_affinity() -> None:
    key = {"key": "disk", "operator": "In", "values": ["ssd"]}
    nodes = {_REQUIRED: {"nodeSelectorTerms": [{"matchExpressions": [key]}]}}
    term = {"labelSelector": {"matchLabels": {"app": "x"}}, "topologyKey": _ZONE}
    spaces = {"matchExpressions": [key]}
    other = {
        "labelSelector": {"matchExpressions": [key]},
        "topologyKey": "rack",
        "namespaces": ["a"],
        "namespaceSelector": spaces,
    }
    affinity = {
        "nodeAffinity": nodes,
        "podAffinity": {_REQUIRED: [term]},
        "podAntiAffinity": {_PREFERRED: [{"weight": 7, "podAffinityTerm": other}]},
    }
    found = _said(Pod(affinity=Constant.of(affinity)), Pod())
    assert found == {
        "nodeAffinity": [{"nodeAffinityJson": {"runtimeValue": {"constant": nodes}}}],
        "podAffinity": [
            {"matchPodLabels": {"app": "x"}, "topologyKey": _ZONE},
            {
                "matchPodExpressions": [key],
                "topologyKey": "rack",
                "namespaces": ["a"],
                "matchNamespaceExpressions": [key],
                "weight": 7,
                "anti": True,
            },
        ],
    }


def test_who_a_program_runs_as() -> None:
    """Said of all steps, or of one."""
    all_of_them = Pod(security=Constant.of({"runAsUser": 0, "runAsNonRoot": False}))
    said = {"runAsUser": 0, "runAsNonRoot": False}
    assert _said(Pod(), all_of_them) == {"securityContext": said}
    own = Pod(security=Constant.of({"runAsGroup": 5}))
    assert _said(own, all_of_them) == {"securityContext": {"runAsGroup": 5}}


@pytest.mark.parametrize(
    ("pod", "why"),
    [
        (Pod(security=Constant.of({"fsGroup": 1})), "no word for fsGroup"),
        (Pod(security=Constant.of([1])), "security is an object"),
        (Pod(affinity=Constant.of({"near": {}})), "affinity has no near"),
        (
            Pod(
                affinity=Constant.of(
                    {"podAffinity": {_REQUIRED: [{"matchLabelKeys": ["a"]}]}}
                )
            ),
            "no word for matchLabelKeys",
        ),
    ],
)
def test_what_has_no_word(pod: Pod, why: str) -> None:
    plain = container("true")
    for made in (
        flow("one", step("work", container("true", pod=pod))),
        flow("one", step("work", plain), pod=pod),
    ):
        with pytest.raises(Unsupported, match=why):
            Kubeflow().compile(made)
