"""How big a pipeline is once Kubeflow has compiled it."""

from __future__ import annotations

import json
from typing import Any

from couler_jupyter.engines.kubeflow.engine import Kubeflow
from couler_jupyter.engines.kubeflow.limits import size_on_cluster
from couler_jupyter.ir import EnvVar, SecretRef
from couler_jupyter.passes.facts import Context
from couler_jupyter.passes.fit import Fit
from couler_jupyter.testing.parts import container, flow, step


def test_all_that_is_kept_is_counted() -> None:
    """Each text is one of its object: quotes and all in it are escaped once more."""
    root: dict[str, Any] = {"dag": {"tasks": {"a": {}, "b": {}}}}
    made = {"executorLabel": "x"}
    runs = {"container": {"image": "é"}}
    pod = {"imagePullPolicy": "Always"}
    spec = {
        "root": root,
        "components": {"comp-a": made},
        "deploymentSpec": {"executors": {"x": runs}},
    }
    platform = {
        "platforms": {"kubernetes": {"deploymentSpec": {"executors": {"x": pod}}}}
    }
    texts = [_text(_text(one)).encode() for one in (root, made, runs, pod, {})]
    assert size_on_cluster((spec, platform)) == 1000 + sum(map(len, texts))


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def test_equal_steps_count_once_but_for_their_tasks() -> None:
    """As Kubeflow keeps the components that they share."""
    env = (EnvVar("KEY", SecretRef("s", "key")),)
    box = container("echo", "x" * 1000, env=env)
    sizes = [
        Kubeflow().sizes(flow("many", *(step(f"s{n:02}", box) for n in range(count))))
        for count in (10, 20)
    ]
    less, more = (one["bytes on the cluster"] for one in sizes)
    assert 5_000 < more - less < 10_000
    assert sizes[0]["steps"] == 10


def test_the_plan_says_what_is_too_big() -> None:
    """In words of the limit, before anybody submits."""
    boxes = [container("echo", f"{n} " + "x" * 200_000) for n in range(10)]
    big = flow("big", *(step(f"s{n}", one) for n, one in enumerate(boxes)))
    (told,) = Fit().run(big, Context(engine=Kubeflow())).decisions
    assert "bytes on the cluster, and kubeflow takes 1,572,864" in told.reason
