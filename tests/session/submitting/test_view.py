"""What a form shows, as JSON that scripts read, kept in tests/golden."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.session.submitting import Form, submit_view
from couler_jupyter.targets import Target
from tests.protocol.golden import check
from tests.session.submitting.conftest import Shown

KUBECONFIG = """current-context: team
users: [{name: u, user: {token: hush-hush}}]
contexts:
- {name: team, context: {cluster: c, user: u, namespace: ml}}
- {name: prod, context: {cluster: c, user: u, namespace: live}}
"""
PLACES = (
    Target(name="local", engine="local"),
    Target(
        name="staging",
        engine="argo",
        options={"namespace": "ml"},
        secrets={"token": "env:STAGING_TOKEN"},
    ),
)


@pytest.fixture
def placed(shown: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    """A form with an id of its own that never changes, and places of its own."""
    (tmp_path / "kubeconfig").write_text(KUBECONFIG)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    shown.submission.targets = PLACES
    shown.submission.ticket = "ticket-1"
    return shown


def kept(name: str, shown: Shown) -> None:
    """Compare a view with its golden, without what few people ask for."""
    view = submit_view(shown.submission)
    view["options"] = [one for one in view["options"] if one["main"]]
    check(f"protocol/{name}.json", json.dumps(view, indent=2) + "\n")


def test_what_has_to_be_put_right(placed: Shown) -> None:
    placed.submission.change(
        Form(arguments={"second": "x"}, steps="ad", part="few"), "edit-1"
    )
    placed.later.do()
    kept("submit_editing", placed)


def test_what_is_ready_for_a_cluster(placed: Shown) -> None:
    form = Form(target="staging", arguments={"first": "1"}, options={"context": "prod"})
    placed.submission.change(form, "edit-2")
    placed.later.do()
    assert "hush" not in json.dumps(submit_view(placed.submission))
    kept("submit_ready", placed)


def test_suggestions_are_few_and_short(
    placed: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"c{number}" for number in range(300)] + ["x" * 300]
    many = {"contexts": [{"name": name, "context": {}} for name in names]}
    (tmp_path / "many").write_text(json.dumps(many))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "many"))
    form = replace(placed.submission.form, target="staging")
    placed.submission.change(form, "edit-3")
    placed.later.do()
    view = submit_view(placed.submission)
    (context,) = (one for one in view["options"] if one["name"] == "context")
    assert context["suggested"] == names[:200]
