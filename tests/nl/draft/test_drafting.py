"""What a draft is: readable, checked, the same every time; otherwise a question."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from couler_jupyter.errors import UnknownName
from couler_jupyter.ir import Phase
from couler_jupyter.nl.draft import draft
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.modules import Kind
from couler_jupyter.nl.progress import Checked, Decomposed, Progress, Retrieved
from couler_jupyter.nl.proposal import Proposal, Question, Wish
from couler_jupyter.session import Session
from tests.nl.trying_here import try_here

LAKE = Lake.builtin()
LOANS = (
    "Load loans.csv, clean it, split it, train a forest and an SVM in parallel, "
    "evaluate both, choose the better one and report it."
)


def drafted(text: str, name: str = "") -> Proposal:
    made = draft(Wish(text=text, name=name), LAKE, try_program=try_here)
    assert isinstance(made, Proposal), made
    return made


def test_a_draft_says_what_it_is_and_has_passed_its_checks() -> None:
    made = drafted(LOANS)
    assert made.source == "draft"
    assert made.report.passed
    assert not made.spent.tokens
    assert [one.kind for one in made.modules] == [
        Kind.LOADING,
        Kind.CLEANING,
        Kind.SPLIT,
        Kind.TRAINING,
        Kind.TRAINING,
        Kind.EVALUATION,
        Kind.EVALUATION,
        Kind.SELECTION,
        Kind.REPORT,
    ]
    assert {"load-csv", "train-forest", "train-svm", "pick-best"} <= {*made.entries}
    assert {one.name for one in made.workflow} >= {"load", "train-forest", "train-svm"}


def test_values_go_from_step_to_step_by_what_they_are() -> None:
    code = drafted(LOANS).code
    assert 'table = load("loans.csv")' in code
    assert "model_svm = train_2(parts.train" in code
    assert "score_svm = evaluate(model_svm, test=parts.test" in code
    assert "best = choose([score_forest, score_svm])" in code
    assert "report(best)" in code


def test_a_draft_is_the_same_every_time() -> None:
    assert drafted(LOANS) == drafted(LOANS)


def test_what_is_done_is_told() -> None:
    told: list[Progress] = []
    made = draft(Wish(text=LOANS), LAKE, told.append, try_program=try_here)
    assert isinstance(made, Proposal)
    assert told == [
        Decomposed(made.modules),
        Retrieved(made.entries),
        Checked(1, made.report),
    ]


@pytest.mark.parametrize(
    "text", ["", "   ", "hello", "what is the weather?", "🙂", "x" * 9000]
)
def test_where_nothing_is_recognised_a_question_comes_back(text: str) -> None:
    made = draft(Wish(text=text), LAKE, try_program=try_here)
    assert isinstance(made, Question)
    assert made.text.endswith(("?", "compare them"))


def test_a_draft_is_named_as_wished_and_hides_no_function() -> None:
    made = drafted("Load a.csv and report it", name="load")
    assert made.name == "load"
    assert "def load(" not in made.code


def test_images_commands_and_files_are_as_the_wish_has_them() -> None:
    code = drafted("Run `ls -l 'a b'` in alpine:3.20, then `date` in busybox").code
    assert """couler.run_container("alpine:3.20", "sh", ["-c", "ls -l 'a b'"]""" in code
    assert 'couler.run_container("busybox", "sh", ["-c", "date"]' in code


@pytest.mark.parametrize(
    "image",
    [
        "example/weather:1",
        "quay.io/acme/fetch:7",
        "localhost:5000/team/fetch:2.1",
        "busybox:1",
        f"acme/fetch:1@sha256:{'0f' * 32}",
    ],
)
def test_an_image_is_kept_whole(image: str) -> None:
    code = drafted(f"Run `fetch now` in {image}, then `date` in alpine:3").code
    assert f'couler.run_container("{image}", "sh", ["-c", "fetch now"]' in code


def test_what_is_said_of_a_step_twice_is_one_step() -> None:
    made = drafted("Load a.csv and clean it. After cleaning it, report it.")
    assert [one.kind for one in made.modules] == [
        Kind.LOADING,
        Kind.CLEANING,
        Kind.REPORT,
    ]


def test_items_of_a_map_go_where_the_command_has_a_word_for_them() -> None:
    code = drafted("For each of Rome and Oslo run `weather CITY` in busybox:1").code
    assert 'couler.format("weather {}", item)' in code
    assert 'couler.map_(for_each_run, ["Rome", "Oslo"]' in code


def test_a_list_that_a_run_is_given_is_a_parameter_with_its_limit() -> None:
    code = drafted(
        "Resize every image of the list parameter `images`, at most 3 at once"
    ).code
    assert 'images = couler.parameter("images", type=list)' in code
    assert "parallelism=3" in code


def test_sql_is_asked_as_it_is_written() -> None:
    code = drafted(
        "Query it with SELECT a, b FROM t WHERE a > 3 and plot the result"
    ).code
    assert 'query("SELECT a, b FROM t WHERE a > 3")' in code


@pytest.mark.parametrize(
    ("text", "cron"),
    [
        ("Every day at 6:30 load a.csv and clean it", "30 6 * * *"),
        ("Load a.csv and clean it, every monday at 9pm.", "0 21 * * 1"),
        ("Load a.csv and clean it. Do this nightly.", "0 2 * * *"),
        ("Load a.csv and clean it each weekday at noon", "0 12 * * 1-5"),
        ("Every 15 minutes load a.csv and clean it", "*/15 * * * *"),
        ("Hourly load a.csv and clean it", "0 * * * *"),
    ],
)
def test_a_time_is_a_schedule_and_no_step(text: str, cron: str) -> None:
    made = drafted(text)
    assert f'schedule="{cron}"' in made.code
    assert [one.kind for one in made.modules] == [Kind.LOADING, Kind.CLEANING]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Load a.csv, train a forest and deploy it if it is good", "couler.when"),
        ("Load a.csv; if that fails, load b.csv", "couler.set_exit_handler"),
        ("Load a.csv and train a forest until it converges", "couler.exec_while"),
        ("Load a.csv with the password of the database and clean it", "create_secret"),
    ],
)
def test_what_is_left_out_is_said(text: str, what: str) -> None:
    made = drafted(text)
    assert what in made.note
    assert (
        f"# not drafted: {made.note.partition(': ')[2].partition(' (')[0]}" in made.code
    )


def test_nothing_is_said_to_be_left_out_where_nothing_is() -> None:
    assert not drafted(LOANS).note
    assert "# not drafted" not in drafted(LOANS).code


HOSTILE = (
    "Load \"a.csv')\\nimport os; os.system('id')\" and report it",
    'Run `echo "); import os; os.system("id` in alpine:3 then `date` in alpine:3',
    "For each of x');import_os, y and z resize the image",
    "Load a.csv # then report\u2028import os and clean it",
    "ping every host of parameter `hosts\nimport os` in the list",
    "Train a {__import__('os')} and a forest in parallel, then compare them",
    "Run `echo {0.__class__} CITY` in busybox:1 for CITY in a, b and c",
    "Load '''a.csv''' and clean \"\"\"it\"\"\" and report it",
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_of_a_wish_becomes_code(text: str) -> None:
    """What a person wrote, or pasted, stands in literals and comments only."""
    made = draft(Wish(text=text), LAKE, try_program=try_here)
    if isinstance(made, Question):
        assert not made.attempts
        return
    tree = ast.parse(made.code)
    imports = [one for one in tree.body if isinstance(one, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(one) for one in imports] == ["import couler_jupyter as couler"]
    called = {
        ast.unparse(one.func)
        for top in tree.body
        if not isinstance(top, ast.FunctionDef) or top.name.startswith("for_each")
        for one in ast.walk(top)
        if isinstance(one, ast.Call)
    }
    functions = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
    of_sample_rows = {"range", "str", "int"}
    strange = called - functions - of_sample_rows
    assert all(one.startswith("couler.") for one in strange)


def test_an_engine_that_is_not_there_is_said() -> None:
    with pytest.raises(UnknownName):
        draft(Wish(text=LOANS, engine="abacus"), LAKE, try_program=try_here)


def test_a_draft_is_built_where_it_can_do_no_harm() -> None:
    """Without a tryer of its own, a process apart builds it."""
    made = draft(Wish(text=LOANS), LAKE)
    assert isinstance(made, Proposal)
    assert made.workflow.steps == drafted(LOANS).workflow.steps


@pytest.mark.timeout(300)
def test_a_draft_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"{n},{n % 7},{int(n > 20)}\n" for n in range(40))
    tmp_path.joinpath("loans.csv").write_text(f"x,y,label\n{rows}")
    monkeypatch.chdir(tmp_path)
    wish = "Load loans.csv, split it, train an SVM and evaluate it"
    run = Session(root=tmp_path / "runs").submit(drafted(wish).workflow)
    run.wait(timeout=240)
    bad = {path: one.message for path, one in run.steps.items() if one.phase.bad}
    assert run.phase is Phase.SUCCEEDED, bad
    assert run.outputs["evaluate"]["result"] in [n / 8 for n in range(5, 9)]
