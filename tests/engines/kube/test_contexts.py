"""Names in a kubeconfig; what is secret in it is never among what is found."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.kube.contexts import contexts_in

TEXT = """apiVersion: v1
kind: Config
current-context: team
clusters:
- name: c
  cluster: {server: "https://k8s.example.org", certificate-authority-data: U0VDUkVU}
users:
- name: u
  user: {token: SECRET, client-key-data: SECRET}
contexts:
- {name: prod, context: {cluster: c, user: u, namespace: live}}
- {name: team, context: {cluster: c, user: u, namespace: ml}}
- {name: bare, context: {cluster: c, user: u}}
"""
OTHER = """current-context: elsewhere
contexts:
- {name: elsewhere, context: {cluster: d, namespace: far}}
- {name: prod, context: {cluster: d, namespace: not-this-one}}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "config"
    made.write_text(TEXT)
    monkeypatch.setenv("KUBECONFIG", str(made))
    return made


def test_names_are_found_in_their_order_and_nothing_else(file: Path) -> None:
    found = contexts_in()
    assert dict(found.namespaces) == {"prod": "live", "team": "ml", "bare": ""}
    assert found.current == "team"
    assert "SECRET" not in repr(found)
    assert contexts_in(str(file)) == found


def test_the_namespace_of_the_context_comes_first(file: Path) -> None:
    found = contexts_in(str(file))
    assert found.namespaces_for("") == ("ml", "live")
    assert found.namespaces_for("prod") == ("live", "ml")
    assert found.namespaces_for("bare") == ("live", "ml")


def test_of_several_files_the_first_counts(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    other.write_text(OTHER)
    gone = tmp_path / "gone"
    monkeypatch.setenv("KUBECONFIG", os.pathsep.join(map(str, (file, gone, other))))
    found = contexts_in()
    assert dict(found.namespaces) == {
        "prod": "live",
        "team": "ml",
        "bare": "",
        "elsewhere": "far",
    }
    assert found.current == "team"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "contexts: 3",
        "contexts: [3, {name: 4}, {name: ''}]",
        "a: [",
        "contexts: !!python/object/apply:os.system [true]",
        "\x00",
    ],
)
def test_what_is_no_kubeconfig_has_no_names(tmp_path: Path, text: str) -> None:
    bad = tmp_path / "bad"
    bad.write_text(text)
    assert not contexts_in(str(bad)).namespaces


def test_what_is_odd_in_it_is_passed_over(tmp_path: Path) -> None:
    odd = tmp_path / "odd"
    odd.write_text(
        json.dumps({"contexts": [{"name": "a"}, {"name": "b", "context": 1}]})
    )
    assert dict(contexts_in(str(odd)).namespaces) == {"a": "", "b": ""}


def test_argo_suggests_them_where_it_asks_the_cluster_itself(file: Path) -> None:
    argo = Argo()
    assert argo.suggested({}) == {
        "context": ("prod", "team", "bare"),
        "namespace": ("ml", "live"),
    }
    assert argo.suggested({"context": "prod"})["namespace"] == ("live", "ml")
    assert argo.suggested({"kubeconfig": f"{file}-gone"}) == {
        "context": (),
        "namespace": (),
    }
    assert not argo.suggested({"server": "https://argo.example.org"})
