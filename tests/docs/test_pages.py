"""What the pages show is so: their cells are run, and their workflows as well."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

import couler_jupyter as couler
from couler_jupyter.ir import Phase
from couler_jupyter.runs import follow
from couler_jupyter.session import RunHandle, Session
from couler_jupyter.session.arguments import read_pairs
from couler_jupyter.verbs.run import read_options
from tests.docs.page import Cell, cells_of, run_parser
from tests.magics.conftest import RunCell

ROOT = Path(__file__).parents[2]
PAGES = [
    path
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
    if cells_of(path)
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_the_cells_of_a_page_do_what_it_says(
    page: Path,
    cell: RunCell,
    shell: InteractiveShell,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COULER_SECRET_WAREHOUSE_PASSWORD", "open sesame")
    faults = [
        f"{page.name}, line {one.line}: {fault}"
        for one in cells_of(page)
        if (fault := _fault(one, cell, session))
    ]
    for value in shell.user_ns.values():
        if isinstance(value, io.IOBase):  # what a page opens, so that none is left open
            value.close()
    assert not faults, "\n\n".join(faults)


def _fault(one: Cell, cell: RunCell, session: Session) -> str:
    """Return what is not as the page says; empty if all is."""
    assert one.word in ("", "run", "wrong", "when"), f"line {one.line}"
    if one.word in ("run", "wrong"):
        assert one.said, f"line {one.line}: what comes of it?"
    if one.word == "when":
        step, phase = one.options
        _await(session.run(), session, step, Phase(phase))
    error = _error_of(one.source, cell)
    if one.word == "wrong":
        return "" if all(said in error for said in one.said) else error or "no error"
    return error or (_comes_to(one, session) if one.word == "run" else "")


def _error_of(source: str, cell: RunCell) -> str:
    try:
        cell(source)
    except Exception as error:  # noqa: BLE001 (told with its place by the test)
        return str(error)
    return ""


def _comes_to(one: Cell, session: Session) -> str:
    """Run the last workflow; return what came of it if it is not what is said."""
    given = run_parser().parse_args(one.options)
    workflow = session.find()
    run = session.submit(
        workflow,
        arguments=read_pairs(workflow, given.param),
        options=read_options(given.option),
    )
    if given.resume:
        step, *outputs = given.resume
        _await(run, session, step, Phase.SUSPENDED)
        run.resume(step, read_options(outputs))
    run.wait(timeout=60)
    ending = [line for line in one.said if line.startswith("run: ")]
    said = [*one.said, *([] if ending else ["run: succeeded"])]
    wrong = [line for line in said if not _holds(line, run)]
    return f"not so: {wrong}; {_told(run)}" if wrong else ""


def _await(run: RunHandle, session: Session, step: str, phase: Phase) -> None:
    for _ in follow(session.store, run.id, idle=True):
        if _phase(run, step) is phase:
            return
    raise AssertionError(f"{step} is not {phase}: {_told(run)}")


def _holds(line: str, run: RunHandle) -> bool:
    """Whether `step.output = value`, `step: phase` or `log of step: text` is so."""
    if line.startswith("log of "):
        step, _, text = line.removeprefix("log of ").partition(": ")
        return run.log(step).strip() == text
    if " = " in line:
        place, _, value = line.partition(" = ")
        step, _, output = place.rpartition(".")
        return step in run.outputs and repr(run.outputs[step].get(output)) == value
    step, _, phase = line.partition(": ")
    return (run.phase if step == "run" else _phase(run, step)) == phase


def _phase(run: RunHandle, step: str) -> Phase | None:
    record = run.steps.get(step)
    return None if record is None else record.phase


def _told(run: RunHandle) -> str:
    steps = {
        path: f"{step.phase} {step.message}".strip() for path, step in run.steps.items()
    }
    return f"{run!r} {run.record.message}\n{steps}\n{dict(run.outputs)}"


def test_the_guide_names_every_public_function() -> None:
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    public = {name for name in couler.__all__ if name.islower() or name.endswith("_")}
    public -= {"load_ipython_extension", "unload_ipython_extension"}
    assert not [name for name in public if not re.search(rf"\b{name}\b", guide)]
