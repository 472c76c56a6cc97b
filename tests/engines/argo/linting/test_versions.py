"""What is right for one version of Argo may be wrong for another."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest

from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.argo.linting.schema import types
from couler_jupyter.engines.finding import Source
from tests.engines.argo.linting.broken import CRON_WORKFLOW, HEAD, MAIN

CHANGES: dict[str, Any] = json.loads(
    (files("couler_jupyter.engines.argo.linting") / "versions.json").read_text()
)
VERSIONS = {"3.6": (3, 6), "3.7": (3, 7), "4.0": (4, 0), "4.1": (4, 1)}
CRON = """\
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: a}
spec:
"""
CAPPED = "    retryStrategy: {limit: 2, backoff: {duration: 1s, cap: 1m}}\n"
PENDING = "    pendingTimeout: 5m\n"
PLUGIN = "    inputs: {artifacts: [{name: a, path: /a, plugin: {name: p, key: k}}]}\n"
LOCK = "  synchronization: {mutex: {name: a}}\n"
PRIORITY = "  podPriority: 5\n"
LESS = "  tolerations: [{key: a, operator: Lt, value: '1'}]\n"
MANY = (
    HEAD
    + "  templates:\n  - {name: main, suspend: {}}\n"
    + "".join(f"  - {{name: t{at}, suspend: {{}}}}\n" for at in range(200))
)


def found(version: str, text: str) -> list[str]:
    return [one.rule.id for one in ArgoLinter(version).lint([Source("0", text)])]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (HEAD + MAIN + CAPPED, {"3.6": "ARGO108"}),
        (HEAD + MAIN + PLUGIN, {"3.6": "ARGO108", "3.7": "ARGO108"}),
        (
            HEAD + MAIN + PENDING,
            {"3.6": "ARGO108", "3.7": "ARGO108", "4.0": "ARGO108"},
        ),
        (HEAD + LESS + MAIN, {"3.6": "ARGO105", "3.7": "ARGO105", "4.0": "ARGO105"}),
        (HEAD + LOCK + MAIN, {"4.0": "ARGO102", "4.1": "ARGO102"}),
        (
            HEAD + PRIORITY + MAIN,
            {"3.7": "ARGO102", "4.0": "ARGO102", "4.1": "ARGO102"},
        ),
        (
            CRON + "  schedule: 0 1 * * *\n" + CRON_WORKFLOW,
            {"4.0": "ARGO102", "4.1": "ARGO102"},
        ),
        (
            HEAD
            + MAIN
            + "    memoize: {key: a, maxAge: 1h, cache: {configMap: {name: b, key: c}}}\n",
            {"4.0": "ARGO101", "4.1": "ARGO101"},
        ),
        (MANY, {"4.0": "ARGO305", "4.1": "ARGO305"}),
        (HEAD + MAIN, {}),
    ],
)
def test_each_version_has_its_own(text: str, rules: dict[str, str]) -> None:
    assert {
        version: ids[0] for version in VERSIONS if (ids := found(version, text))
    } == rules
    assert all(len(found(version, text)) < 2 for version in VERSIONS)


def test_4_is_the_newest() -> None:
    assert found("4", HEAD + MAIN + PENDING) == []
    assert ArgoLinter() == ArgoLinter("4.1")


def test_a_mutex_and_a_schedule_alone_are_looked_at() -> None:
    lock = LOCK.replace("name: a", "namespace: a")
    assert found("3.6", HEAD + lock + MAIN) == ["ARGO611"]
    bad = CRON + "  schedule: 0 1 * *\n" + CRON_WORKFLOW
    assert found("3.7", bad) == ["ARGO712"]


@pytest.mark.parametrize("version", ["3.5", "2.1", "x", "", "4.x"])
def test_what_is_no_version_is_told(version: str) -> None:
    with pytest.raises(ValueError, match=r"no version|too old"):
        ArgoLinter(version)


@pytest.mark.parametrize("name", CHANGES["since"])
def test_later_fields_are_there_in_the_newest(name: str) -> None:
    kind, _, key = name.partition(".")
    assert key in types((4, 1))[kind].fields
    assert key not in types((3, 6))[kind].fields


@pytest.mark.parametrize("name", CHANGES["until"])
def test_fields_that_are_gone_say_what_stands_for_them(name: str) -> None:
    kind, _, key = name.partition(".")
    assert key in types((3, 6))[kind].fields
    assert key in types((4, 1))[kind].gone


def test_rules_of_versions_exist() -> None:
    assert set(CHANGES["rules"]) <= {rule.id for rule in ArgoLinter().rules}
