"""What the script of the form for submitting makes of it, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest

from couler_jupyter.drawing import plan_table_view
from couler_jupyter.ir import Document, Manifest
from couler_jupyter.planning import plan_view
from couler_jupyter.protocol.plan_table import PlanTableView
from couler_jupyter.protocol.submit import FieldView, ManifestView, SubmitView
from couler_jupyter.session.submitting import Form, form_view
from couler_jupyter.session.submitting.manifest import manifest_view
from couler_jupyter.widgets import SubmitWidget
from tests.drawing.graphs import HOSTILE
from tests.protocol.golden import FOLDER
from tests.protocol.plans import plan
from tests.widgets.conftest import Staged
from tests.widgets.looks import dress, kept_out, needs_axe, shots

pytestmark = [pytest.mark.browser]

OLD = """apiVersion: argoproj.io/v1alpha1
kind: Workflow
spec:
  entrypoint: train
  parallelism: 3"""


@pytest.fixture
def page(staged: Staged) -> Any:
    """An empty page with the script in it."""
    return staged(SubmitWidget)


def field(name: str, kind: Any = "integer", **more: Any) -> FieldView:
    made: FieldView = {
        "name": name,
        "kind": kind,
        "required": False,
        "default": "2",
        "choices": [],
        "suggested": [],
        "help": "",
        "main": True,
    }
    return {**made, **more}  # type: ignore[typeddict-item]


FIELDS = [
    field("factor", required=True, default="", help="times the score"),
    field("rate", "number", default="0.5"),
    field("word", "text", default="x"),
    field("speed", "choice", default="slow", choices=["slow", "fast"]),
    field("deep", "boolean", default="true"),
    field("more", "json", default='{"a": 1}'),
    field("rows", "file", default=""),
]
OPTIONS = [
    field("namespace", "text", default="", help="where it runs"),
    field("logs", "boolean", default="true", main=False),
]


def view(**more: Any) -> SubmitView:
    made: SubmitView = {
        "type": "submit",
        "version": 1,
        "workflow": "train",
        "engine": "argo",
        "state": "ready",
        "submission": "t1",
        "edit": "",
        "checked": "",
        "form": form_view(Form(target="staging", arguments={"factor": "3"})),
        "fields": FIELDS,
        "options": OPTIONS,
        "targets": [
            {"name": "local", "engine": "local", "told": ""},
            {"name": "staging", "engine": "argo", "told": "namespace=ml"},
        ],
        "faults": {},
        "errors": [],
        "rehearsal": [],
        "rehearsing": False,
        "run": "",
        "page": "",
        "phase": "",
        "rerun": False,
        "steps": [],
    }
    return {**made, **more}  # type: ignore[typeddict-item]


def ended(**more: Any) -> SubmitView:
    return view(
        **{
            "state": "ended",
            "run": "20261122-train",
            "phase": "failed",
            "rerun": True,
            "steps": ["load", "fit"],
            "submission": "",
            "page": "https://argo.example.org/workflows/ml/train-x",
            **more,
        }
    )


def manifest(new: str = OLD.replace("3", "4")) -> ManifestView:
    def made(text: str) -> Manifest:
        return Manifest("argo", (Document("train.yaml", text),))

    return manifest_view(made(new), made(OLD), against="20261121-train")


def golden(name: str) -> SubmitView:
    """Return a view as Python makes it."""
    found: SubmitView = json.loads((FOLDER / f"protocol/{name}.json").read_text())
    return found


def table() -> PlanTableView:
    return plan_table_view(plan_view(plan()))


def start(page: Any, given: SubmitView, **more: Any) -> None:
    traits = {"plan": table(), "manifest": manifest(), "follower": "", **more}
    page.evaluate(
        "([view, more]) => start(view, more)", json.loads(json.dumps([given, traits]))
    )


def change(page: Any, given: SubmitView) -> None:
    page.evaluate("(view) => change('view', view)", json.loads(json.dumps(given)))


def sent(page: Any, count: int) -> list[dict[str, Any]]:
    """Return what was sent, once there are so many messages."""
    page.wait_for_function("(count) => sent.length >= count", arg=count)
    found: list[dict[str, Any]] = page.evaluate("sent")
    return found


def reply(page: Any, request: dict[str, Any], error: str = "") -> None:
    answer = {"type": "reply", "id": request["id"], "ok": not error, "error": error}
    page.evaluate("tell", answer)


def hears(page: Any, request: dict[str, Any], **more: Any) -> SubmitView:
    """Have the kernel take in a change and answer it."""
    edit = request["edit"]
    now = view(form=request["form"], edit=edit, checked=edit, **more)
    change(page, now)
    reply(page, request)
    return now


def test_fields_are_of_their_types_and_named(page: Any) -> None:
    start(page, view())
    assert page.get_by_label("factor").input_value() == "3"
    assert page.get_by_label("factor").get_attribute("aria-required") == "true"
    assert page.get_by_label("rate").get_attribute("placeholder") == "0.5"
    assert page.get_by_label("word", exact=True).input_value() == "x"
    assert page.get_by_label("speed").input_value() == "slow"
    assert page.get_by_label("deep").is_checked()
    assert (
        page.get_by_label("more", exact=True).evaluate("one => one.localName")
        == "textarea"
    )
    assert page.get_by_label("where").input_value() == "staging"
    groups = page.locator("optgroup").evaluate_all("all => all.map((one) => one.label)")
    assert groups == ["local", "argo"]
    unnamed = "all => all.filter((one) => !one.labels?.length && !one.ariaLabel).length"
    assert page.locator("input, select, textarea").evaluate_all(unnamed) == 0


def test_keys_are_told_once_when_they_pause(page: Any) -> None:
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    start(page, view())
    page.get_by_label("factor").press_sequentially("45")
    page.get_by_label("deep").uncheck()
    assert page.evaluate("sent") == []
    assert page.get_by_role("button", name="Submit").is_disabled()
    assert page.locator(".couler-state").text_content() == "checking"
    page.clock.run_for(300)
    (request,) = page.evaluate("sent")
    assert request["type"] == "change"
    assert request["form"]["arguments"] == {"factor": "453", "deep": "false"}
    hears(page, request)
    assert page.locator(".couler-state").text_content() == "ready"
    assert page.get_by_role("button", name="Submit").is_enabled()


def test_what_is_typed_meanwhile_is_not_overwritten(page: Any) -> None:
    start(page, view())
    factor = page.get_by_label("factor")
    factor.fill("5")
    (first,) = sent(page, 1)
    factor.fill("56")
    hears(page, first)
    assert factor.input_value() == "56"
    assert page.locator(".couler-state").text_content() == "checking"
    second = sent(page, 2)[1]
    assert second["form"]["arguments"]["factor"] == "56"
    hears(page, second)
    assert page.locator(".couler-state").text_content() == "ready"


def test_an_older_answer_is_not_taken_for_the_newest(page: Any) -> None:
    start(page, view())
    page.get_by_label("factor").fill("5")
    (request,) = sent(page, 1)
    change(page, view(form=request["form"], edit=request["edit"], checked="older"))
    reply(page, request)
    assert page.locator(".couler-state").text_content() == "checking"
    assert page.get_by_role("button", name="Submit").is_disabled()
    assert "couler-stale" in page.locator(".couler-preview").get_attribute("class")


def test_what_another_page_changed_is_shown(page: Any) -> None:
    start(page, view())
    form = form_view(Form(target="local", arguments={"factor": "9"}, reuse=False))
    change(page, view(form=form, edit="other", checked="other"))
    assert page.get_by_label("factor").input_value() == "9"
    assert page.get_by_label("where").input_value() == "local"
    assert not page.get_by_label("reuse what earlier runs made").is_checked()


def test_faults_stand_beside_their_fields(page: Any) -> None:
    faults = {
        "argument:factor": "is an integer, not x",
        "part": "no number",
        "option:logs": "no",
    }
    start(page, view(state="editing", faults=faults, errors=["too big", "and odd"]))
    factor = page.get_by_label("factor")
    assert factor.get_attribute("aria-invalid") == "true"
    told = factor.get_attribute("aria-describedby").split()
    texts = [page.locator(f"#{one}").text_content() for one in told]
    assert texts == ["times the score", "is an integer, not x"]
    assert page.get_by_label("steps in a part").get_attribute("aria-invalid") == "true"
    assert page.get_by_label("logs").is_visible()
    assert page.locator(".couler-state").text_content() == "5 things to put right"
    assert page.locator(".couler-actions .couler-errors li").all_text_contents() == [
        "too big",
        "and odd",
    ]
    change(page, view())
    assert factor.get_attribute("aria-invalid") == "false"


def test_another_target_has_options_of_its_own(page: Any) -> None:
    start(
        page, view(form=form_view(Form(target="staging", options={"namespace": "x"})))
    )
    page.get_by_label("where").select_option("local")
    (request,) = sent(page, 1)
    assert request["form"]["target"] == "local"
    assert request["form"]["options"] == {}
    hears(page, request, engine="local", options=[field("slots", "number", default="")])
    assert page.get_by_label("slots").is_visible()
    assert page.get_by_label("namespace").count() == 0


def test_two_clicks_submit_once(page: Any) -> None:
    start(page, view())
    page.evaluate(
        "() => { const b = document.querySelector('.couler-go'); b.click(); b.click(); b.click(); }"
    )
    (request,) = page.evaluate("sent")
    assert (request["type"], request["submission"]) == ("submit", "t1")
    button = page.locator(".couler-go")
    assert button.is_disabled()
    assert button.text_content() == "Submitting…"
    reply(page, request, "it was submitted already, as run r1")
    assert (
        page.locator(".couler-note").text_content()
        == "it was submitted already, as run r1"
    )
    assert button.is_enabled()


def test_while_the_kernel_is_busy_it_says_so(page: Any) -> None:
    page.clock.install()
    start(page, view())
    page.get_by_label("factor").fill("5")
    page.clock.run_for(2_500)
    note = page.locator(".couler-note")
    assert "the kernel is busy" in note.text_content()
    page.clock.run_for(20_000)
    assert "no answer from the kernel; if it was restarted" in note.text_content()
    (request,) = page.evaluate("sent")
    hears(page, request)
    assert note.text_content() == ""


def test_a_dry_run_says_what_is_good(page: Any) -> None:
    start(page, view())
    page.get_by_role("button", name="Dry run").click()
    assert page.evaluate("sent")[0]["type"] == "rehearse"
    change(page, view(rehearsing=True))
    reply(page, page.evaluate("sent")[0])
    assert page.locator(".couler-state").text_content() == "dry run goes on"
    assert page.get_by_role("button", name="Submit").is_disabled()
    change(page, view(rehearsal=["2 objects", "the server lets you in"]))
    assert page.locator(".couler-good li").all_text_contents() == [
        "2 objects",
        "the server lets you in",
    ]


def test_plan_manifest_and_changes_are_shown(page: Any) -> None:
    start(page, view())
    assert (
        page.locator(".couler-heading")
        .text_content()
        .startswith("plan of train on argo")
    )
    assert page.locator("tbody tr").count() == 7
    changes = page.locator("summary", has_text="+1 −1 lines since run 20261121-train")
    changes.click()
    assert page.locator(".couler-new").text_content() == "+   parallelism: 4\n"
    assert page.locator(".couler-old").text_content() == "-   parallelism: 3\n"
    page.locator("summary", has_text="the manifest").click()
    assert "kind: Workflow" in page.get_by_label("the manifest").text_content()


def test_without_a_plan_there_is_none(page: Any) -> None:
    start(page, view(state="editing"), plan={}, manifest={})
    assert not page.locator(".couler-heading").is_visible()
    assert page.locator("details:visible", has_text="manifest").count() == 0


def test_after_submitting_the_form_steps_back(page: Any) -> None:
    start(page, view())
    change(page, view(state="submitting", submission=""))
    assert page.get_by_label("factor").is_disabled()
    assert page.locator(".couler-go").text_content() == "Submitting…"
    change(page, view(state="following", run="r1", phase="running", submission=""))
    assert not page.get_by_label("factor").is_visible()
    assert page.locator(".couler-state").text_content() == "submitted"
    page.locator("summary", has_text="what was submitted").click()
    assert page.get_by_label("factor").is_disabled()
    assert not page.locator(".couler-go").is_visible()
    change(page, view())
    assert page.get_by_label("factor").is_enabled()
    assert page.locator(".couler-go").is_visible()


def test_a_run_that_has_ended_can_be_run_again(page: Any) -> None:
    start(page, ended())
    assert page.locator(".couler-state").text_content() == "failed"
    page.get_by_label("run again from this step").select_option("fit")
    page.get_by_role("button", name="Run again from").click()
    (request,) = page.evaluate("sent")
    assert (request["type"], request["step"]) == ("retry_from", "fit")
    reply(page, request)
    page.get_by_role("button", name="Another run").click()
    assert page.evaluate("sent")[1]["type"] == "anew"
    change(page, ended(rerun=False))
    assert not page.get_by_label("run again from this step").is_visible()


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://argo.example.org/x", True),
        ("javascript:alert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("//evil.example", False),
        ("", False),
    ],
    ids=["web", "script", "data", "no-scheme", "none"],
)
def test_only_pages_of_the_web_are_linked(page: Any, url: str, linked: bool) -> None:
    start(page, ended(page=url))
    link = page.locator("a")
    assert link.is_visible() is linked
    assert link.get_attribute("href") == (url if linked else None)
    if linked:
        assert "noopener" in link.get_attribute("rel")


def test_the_run_is_shown_by_its_own_view(page: Any) -> None:
    page.evaluate(
        """() => {
          window.model.widget_manager = {
            get_model: async (id) => ({ id }),
            create_view: async ({ id }) => {
              const el = document.createElement("b");
              el.textContent = `run of ${id}`;
              return { el, remove: () => { window.removed = id; el.remove(); } };
            },
          };
        }"""
    )
    start(page, view())
    page.evaluate("change('follower', 'm1')")
    page.get_by_text("run of m1").wait_for()
    page.evaluate("change('follower', '')")
    assert page.evaluate("removed") == "m1"
    assert page.get_by_text("run of m1").count() == 0


def test_a_run_that_cannot_be_shown_is_told_of(page: Any) -> None:
    start(page, view(run="r7", state="following", phase="running"))
    page.evaluate("change('follower', 'm1')")
    page.get_by_text("run r7 cannot be shown here").wait_for()


def test_hostile_text_is_text(page: Any) -> None:
    bad = HOSTILE[0]
    fields = [
        field(f"{n}{text}", kind, default=text, choices=[text], help=text)
        for n, (kind, text) in enumerate(
            zip(
                ["text", "choice", "json", "boolean", "number"] * 9,
                HOSTILE,
                strict=False,
            )
        )
    ]
    given = ended(
        workflow=bad,
        fields=fields,
        options=fields,
        engine=bad,
        phase=bad,
        targets=[{"name": text, "engine": text, "told": text} for text in HOSTILE],
        errors=list(HOSTILE),
        rehearsal=list(HOSTILE),
        faults={f"argument:{one['name']}": bad for one in fields},
        steps=list(HOSTILE),
    )
    text = "\n".join(HOSTILE)
    start(page, given, manifest=manifest(text))
    change(page, {**given, "state": "editing"})
    for summary in page.locator("summary:visible").all():
        summary.click()
    assert page.locator("script").count() == 1
    assert page.evaluate("window.hit") is None
    assert page.locator("img[src='x']").count() == 0


@pytest.mark.parametrize(
    ("paper", "width"), [("light", 1100), ("dark", 1100), ("light", 420)]
)
def test_a_picture_for_people_to_look_at(page: Any, paper: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    dress(page, paper)
    start(page, view())
    page.locator("summary", has_text="lines since run").click()
    page.locator(".couler").first.screenshot(
        path=shots() / f"submit-view-{paper}-{width}.png"
    )
    wide = "document.documentElement.scrollWidth <= window.innerWidth"
    assert page.evaluate(wide)


@needs_axe
@pytest.mark.parametrize("paper", ["light", "dark"])
@pytest.mark.parametrize(
    "given",
    [
        view(rehearsal=["good"]),
        view(state="editing", faults={"argument:factor": "bad"}, errors=["no"]),
        ended(errors=["too late"]),
    ],
    ids=["ready", "faults", "ended"],
)
def test_nobody_is_kept_out(page: Any, paper: str, given: SubmitView) -> None:
    dress(page, paper)
    start(page, given)
    for summary in page.locator("summary:visible").all():
        summary.click()
    assert kept_out(page) == []


def test_what_python_makes_is_shown(page: Any) -> None:
    start(page, golden("submit_editing"))
    form = page.locator(".couler-submit")
    assert form.locator(".couler-state").text_content() == "4 things to put right"
    wrong = form.locator(".couler-form").get_by_label("second")
    assert wrong.get_attribute("aria-invalid") == "true"
    assert wrong.input_value() == "x"
    change(page, golden("submit_ready"))
    assert form.locator(".couler-state").text_content() == "ready"
    assert form.get_by_label("where").input_value() == "staging"
    assert form.get_by_label("context", exact=True).input_value() == "prod"


def suggested(page: Any, label: str) -> list[str]:
    """Return what a field suggests."""
    read = "one => [...(one.list?.options ?? [])].map((each) => each.value)"
    found: list[str] = page.get_by_label(label, exact=True).evaluate(read)
    return found


def test_names_are_suggested_and_others_may_be_typed(page: Any) -> None:
    ready = golden("submit_ready")
    start(page, ready)
    assert suggested(page, "context") == ["team", "prod"]
    assert suggested(page, "namespace") == ["live", "ml"]
    assert suggested(page, "server") == []
    namespace = page.get_by_label("namespace", exact=True)
    namespace.fill("other")
    (asked,) = sent(page, 1)
    assert asked["form"]["options"]["namespace"] == "other"
    others = [
        {**one, "suggested": ["ml"] if one["name"] == "namespace" else []}
        for one in ready["options"]
    ]
    change(page, {**ready, "options": others})  # type: ignore[typeddict-item]
    assert suggested(page, "namespace") == ["ml"]
    assert namespace.evaluate("one => one === document.activeElement")
    assert namespace.input_value() == "other"
