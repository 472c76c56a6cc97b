"""A submission as a state machine, without a browser and without threads."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.errors import SubmitFailed, UsageFailed
from couler_jupyter.ir import Workflow
from couler_jupyter.session import Session
from couler_jupyter.session.submitting import Form, submit_view
from couler_jupyter.session.submitting.places import places_here
from couler_jupyter.session.submitting.view import web_page
from couler_jupyter.targets import Target, save_target
from couler_jupyter.testing.kube import Cluster
from tests.session.submitting.conftest import Shown

GOOD = Form(arguments={"first": "1"})


def filled(shown: Shown, form: Form = GOOD, edit: str = "e1") -> Shown:
    """Fill in the form and have it checked."""
    shown.submission.change(form, edit)
    shown.later.do()
    return shown


def test_it_begins_with_what_is_missing(shown: Shown) -> None:
    assert shown.state == "checking"
    shown.later.do()
    view = submit_view(shown.submission)
    assert view["state"] == "editing"
    assert "has no default" in view["faults"]["argument:first"]
    assert [one["kind"] for one in view["fields"]] == [
        "integer", "integer", "text", "choice", "boolean", "json", "file",
    ]  # fmt: skip
    assert {one["name"] for one in view["options"]} >= {"slots", "dask", "runtime"}
    assert json.loads(json.dumps(view)) == view


def test_it_is_ready_with_plan_and_manifest(shown: Shown, session: Session) -> None:
    filled(shown)
    one = shown.submission
    assert (shown.state, one.checked_edit) == ("ready", "e1")
    assert one.checked.plan is not None
    assert one.checked.plan["after"]["steps"] == 2
    assert one.checked.manifest is not None
    assert '"adding"' in one.checked.manifest["text"]
    assert "nothing of that name was submitted" in one.checked.manifest["note"]
    assert not session.store.runs()


def test_arguments_alone_compile_nothing_anew(
    shown: Shown, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(shown)
    first = shown.submission.checked.manifest
    with monkeypatch.context() as patch:
        patch.delattr(Session, "prepared")
        filled(shown, replace(GOOD, arguments={"first": "7"}), "e2")
        assert shown.submission.checked.manifest is first
    filled(shown, replace(GOOD, steps="add"), "e3")
    assert shown.submission.checked.manifest is not first
    assert session.store.runs() == ()


def test_only_the_newest_change_is_answered(shown: Shown) -> None:
    shown.later.do()
    shown.submission.change(GOOD, "e1")
    shown.submission.change(replace(GOOD, part="x"), "e2")
    shown.submission.change(replace(GOOD, reuse=False), "e3")
    assert len(shown.later.work) == 1
    shown.told.clear()
    shown.later.do()
    assert shown.told == ["ready"]
    assert shown.submission.checked_edit == "e3"
    assert shown.submission.checked.order is not None
    assert shown.submission.checked.order.options == {"cache": "none"}


def test_every_engine_can_be_chosen_and_every_target(shown: Shown) -> None:
    names = [one.name for one in shown.submission.targets]
    assert names == ["local", "airflow", "argo", "kubeflow", "tekton"]
    others = ["local", "airflow", "kubeflow", "tekton"]
    save_target(Target(name="kube", engine="argo", options={"version": "4.1"}))
    assert [one.name for one in places_here()] == ["kube", *others]


def test_options_are_those_of_the_engine(shown: Shown) -> None:
    one = shown.submission
    one.targets = (*one.targets, Target(name="kube", engine="argo"))
    filled(shown, replace(GOOD, target="kube", arguments={"first": "1", "rows": "r"}))
    view = submit_view(one)
    assert view["engine"] == "argo"
    assert {"namespace", "context", "server"} <= {
        one["name"] for one in view["options"] if one["main"]
    }


def test_it_is_submitted_once_and_followed_to_its_end(
    shown: Shown, session: Session
) -> None:
    filled(shown)
    ticket = shown.submission.ticket
    shown.submission.submit(ticket)
    assert shown.state == "submitting"
    for again in (ticket, shown.submission.ticket, ""):
        with pytest.raises(UsageFailed, match="it is being submitted already"):
            shown.submission.submit(again)
    assert len(shown.later.work) == 1
    shown.later.do()
    assert shown.told[-3:] == ["submitting", "following", "ended"]
    (run,) = session.store.runs()
    with pytest.raises(UsageFailed, match=f"already, as run {run.id}"):
        shown.submission.submit(ticket)
    with pytest.raises(UsageFailed, match="it was submitted already"):
        shown.submission.change(GOOD, "e9")
    view = submit_view(shown.submission)
    assert (view["run"], view["phase"], view["rerun"]) == (run.id, "succeeded", True)
    assert view["steps"] == ["add", "after"]
    assert session.run().output("add") == 3


def test_a_ticket_of_what_is_not_shown_any_more_starts_nothing(shown: Shown) -> None:
    with pytest.raises(UsageFailed, match="still being checked"):
        shown.submission.submit(shown.submission.ticket)
    shown.later.do()
    with pytest.raises(UsageFailed, match="put right"):
        shown.submission.submit(shown.submission.ticket)
    filled(shown)
    with pytest.raises(UsageFailed, match="not the newest"):
        shown.submission.submit("another")
    assert not shown.later.work


def test_what_the_engine_refuses_can_be_tried_again(
    shown: Shown, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(shown)
    first = shown.submission.ticket

    def refuse(*_: object, **__: object) -> None:
        raise SubmitFailed("cluster x:\nit says no")

    with monkeypatch.context() as patch:
        patch.setattr(session, "submit", refuse)
        shown.submission.submit(first)
        shown.later.do()
    assert shown.state == "ready"
    assert submit_view(shown.submission)["errors"] == ["cluster x: it says no"]
    with pytest.raises(UsageFailed, match="not the newest"):
        shown.submission.submit(first)
    shown.submission.submit(shown.submission.ticket)
    shown.later.do()
    assert shown.state == "ended"


def test_a_dry_run_starts_nothing(shown: Shown, session: Session) -> None:
    filled(shown)
    shown.submission.rehearse()
    with pytest.raises(UsageFailed, match="goes on already"):
        shown.submission.rehearse()
    shown.later.do()
    view = submit_view(shown.submission)
    assert view["rehearsal"] == [
        "this machine can run all 2 steps",
        "the arguments fit",
    ]
    assert not view["rehearsing"]
    assert not session.store.runs()
    shown.submission.change(replace(GOOD, reuse=False), "e2")
    assert submit_view(shown.submission)["rehearsal"] == []


def test_a_dry_run_of_what_was_changed_meanwhile_is_not_shown(shown: Shown) -> None:
    filled(shown)
    shown.submission.rehearse()
    shown.submission.change(replace(GOOD, reuse=False), "e2")
    shown.later.do()
    assert submit_view(shown.submission)["rehearsal"] == []


def test_it_runs_again_from_a_step(shown: Shown, session: Session) -> None:
    filled(shown)
    shown.submission.submit(shown.submission.ticket)
    shown.later.do()
    shown.submission.retry_from("after")
    with pytest.raises(UsageFailed, match="asked for already"):
        shown.submission.retry_from("after")
    shown.later.do()
    assert shown.state == "ended"
    steps = session.run().steps
    assert (steps["add"].attempt, steps["after"].attempt) == (1, 2)
    shown.submission.retry()
    shown.later.do()
    assert "nothing to run again" in submit_view(shown.submission)["errors"][0]
    assert shown.state == "ended"


def test_the_next_one_is_compared_with_the_last(shown: Shown) -> None:
    filled(shown)
    shown.submission.submit(shown.submission.ticket)
    shown.later.do()
    run = shown.submission.run
    assert run is not None
    shown.submission.anew()
    shown.later.do()
    assert (shown.state, shown.submission.run) == ("ready", None)
    manifest = shown.submission.checked.manifest
    assert manifest is not None
    assert (manifest["against"], manifest["diff"]) == (run.id, [])
    filled(shown, replace(GOOD, steps="add"), "e5")
    manifest = shown.submission.checked.manifest
    assert manifest is not None
    assert manifest["removed"] > 0


def test_what_is_not_there_cannot_be_asked(shown: Shown) -> None:
    filled(shown)
    with pytest.raises(UsageFailed, match="no run that is following"):
        shown.submission.cancel()
    with pytest.raises(UsageFailed, match="no run that is ended"):
        shown.submission.retry()
    with pytest.raises(UsageFailed, match="goes on"):
        shown.submission.anew()


def test_a_run_on_argo_has_its_page(
    session: Session, shown: Shown, tmp_path: Path, adding: Workflow
) -> None:
    with Cluster() as cluster:
        target = Target(
            name="server",
            engine="argo",
            options={"server": cluster.url, "namespace": "ml", "logs": False},
        )
        one = shown.submission
        one.targets = (target,)
        form = replace(GOOD, target="server")
        filled(shown, form)
        assert shown.state == "ready"
        one.rehearse()
        shown.later.do()
        assert one.rehearsal[-1].endswith("answers and lets you in")
        one.submit(one.ticket)
        one._follow = lambda run: None
        shown.later.do()
        name = cluster.workflow()["metadata"]["name"]
        view = submit_view(one)
        assert view["page"] == f"{cluster.url}/workflows/ml/{name}"
        assert view["rerun"]
        cluster.tell(phase="Succeeded")
        session.run().wait(timeout=60)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://user:pass@example.org/",
        "ftp://example.org/",
        "http://[::1",
        "",
    ],
)
def test_only_pages_of_the_web_are_linked(url: str) -> None:
    assert web_page(url) == ""
