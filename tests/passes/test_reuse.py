"""The pass reuse: less is run, and what comes of it is the same."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.local import Local
from couler_jupyter.engines.local.reusing.portable import make_portable
from couler_jupyter.engines.local.scheduling.data import (
    Kept,
    Pickled,
    decode,
    handle_in,
)
from couler_jupyter.ir import (
    Argument,
    Compare,
    Constant,
    Ended,
    Extra,
    Format,
    FromReturn,
    FromStdout,
    Function,
    InputParameter,
    LocalPath,
    Not,
    Operator,
    OutputParameter,
    OutputRef,
    Phase,
    Script,
    Step,
    StepField,
    StepRef,
    ValueType,
    Workflow,
    places_in,
)
from couler_jupyter.ir import Outcome as Ending
from couler_jupyter.passes import Context, Stored, Word
from couler_jupyter.passes.reuse import Reuse
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.outcome import Outcome, outcome_of
from couler_jupyter.testing.passes import PassContract
from tests.passes.running import RunsHere, RunsOnce


class Made:
    """What a run left behind, as a cache would hold it."""

    def __init__(self, folder: Path) -> None:
        self.store = RunStore(folder)
        self.engine = Local(self.store)

    def run(self, case: Case, workflow: Workflow) -> Outcome:
        return outcome_of(
            self.engine, workflow, arguments=case.arguments, typed=case.typed
        )

    def stored(self, workflow: Workflow) -> dict[str, Stored]:
        """Return what the last run of a workflow left behind, by path."""
        last = self.store.runs(limit=1)[0]
        folder = self.store.folder(last.id)
        phases = self.store.steps(last.id)
        outputs = self.store.outputs(last.id)
        handlers = {one.step.name for one in workflow.exit_handlers}
        found: dict[str, Stored] = {}
        for _, path in places_in(workflow):
            done = path in phases and phases[path].phase is Phase.SUCCEEDED
            if done and path not in handlers:
                made = decode(outputs.get(path, "{}"))
                found[path] = Stored(run=last.id, outputs=_plain(made, folder))
        return found


def _plain(outputs: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for name, value in outputs.items():
        if isinstance(value, Kept):
            plain[name] = LocalPath(str(folder / value.path))
        elif isinstance(value, Pickled) and not value.keys:
            kept = folder / f"{value.path}.kept"
            plain[name] = LocalPath(str(make_portable(folder / value.path, kept)))
        elif handle_in(value) is None:
            plain[name] = value
    return plain


class TestReuse(RunsHere, PassContract):
    """All of the contract, with a part of the steps stored."""

    @pytest.fixture
    def one(self) -> Reuse:
        return Reuse()

    def about(self, workflow: Workflow) -> Context:
        return Context(
            stored={path: Stored(run="r", outputs={}) for path in _some(workflow, 2)}
        )

    def left_behind(self, outcome: Outcome, steps: set[str]) -> dict[str, Any]:
        """Return what steps left behind; files of two runs lie in two places."""
        found = super().left_behind(outcome, steps)
        return {
            path: {k: _seen(v) for k, v in made.items()} for path, made in found.items()
        }

    def _keeps_the_meaning(self, one: Any, run: Any, case: Case) -> None:
        assert isinstance(run, RunsOnce)
        workflow = case.make()
        if any(_is_daemon(step) for step, _ in places_in(workflow)):
            return
        before = run(case, workflow)
        stored = Made(run.place(case, workflow)).stored(workflow)
        for share in (1, 2):
            chosen = {
                path: stored[path] for path in _some(workflow, share) if path in stored
            }
            made = one.run(workflow, Context(stored=chosen)).workflow
            assert one.run(made, Context(stored=chosen)).workflow is made
            if made is not workflow:
                self.assert_same(workflow, before, made, run(case, made))


def _seen(value: Any) -> Any:
    if isinstance(value, list):
        return [_seen(one) for one in value]
    plain = isinstance(value, str | int | float | dict | None)
    return value if plain else f"{value!r}"


def _is_daemon(one: Any) -> bool:
    return bool(getattr(one, "daemon", False))


def _some(workflow: Workflow, share: int) -> list[str]:
    """Return one of so many steps, chosen by name: the same each time."""
    paths = [path for _, path in places_in(workflow) if path]
    return [path for path in paths if zlib.crc32(path.encode()) % share == 0]


def run_with(made: Made, workflow: Workflow, *stored: str) -> tuple[Workflow, Outcome]:
    """Run a workflow, then what is left of it with some steps stored."""
    case = Case(name="own", make=lambda: workflow)
    made.run(case, workflow)
    kept = {path: one for path, one in made.stored(workflow).items() if path in stored}
    rest = Reuse().run(workflow, Context(stored=kept)).workflow
    return rest, made.run(case, rest)


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)


POINT = "class Point:\n    x = 3\n\n"


def function(name: str, body: str, *given: str) -> Step:
    """A step whose function is given what others return; its module has a class."""
    template = Function(
        source=f"{POINT}def {name}({', '.join(given)}):\n    {body}\n",
        entrypoint=name,
        inputs=tuple(InputParameter(name=one, type=ValueType.PYTHON) for one in given),
        outputs=(
            OutputParameter(name="result", source=FromReturn(), type=ValueType.PYTHON),
        ),
    )
    arguments = tuple(Argument(one, OutputRef(one, "result")) for one in given)
    return Step(name=name, template=template, arguments=arguments)


def test_a_value_of_python_is_read_back(made: Made) -> None:
    steps = (
        function("begin", "return 1"),
        function("make", "return Point()", "begin"),
        function("use", "return [make.x, type(make).__name__]", "make"),
    )
    flow = Workflow(name="pickled", steps=steps)
    rest, outcome = run_with(made, flow, "begin", "make")
    assert [step.name for step in rest.steps] == ["make", "use"]
    assert not rest["make"].dependencies
    assert outcome.outputs["use"] == {"result": [3, "Point"]}


def test_a_value_that_nobody_reads_is_not_read_back(made: Made) -> None:
    steps = (
        function("make", "return Point()"),
        function("size", "return 1", "make"),
        function("use", "return size", "size"),
    )
    rest, _ = run_with(made, Workflow(name="w", steps=steps), "make", "size")
    assert [step.name for step in rest.steps] == ["use"]
    assert rest["use"].arguments == (Argument("size", Constant("1")),)


def shell(name: str, *after: Any, source: str = "true", **more: Any) -> Step:
    output = OutputParameter(name="result", source=FromStdout())
    return Step(
        name=name,
        template=Script(source=source, outputs=(output,)),
        after=after,
        **more,
    )


def kept(*names: str) -> Context:
    """What a pass knows where these steps left a value."""
    return Context(
        stored={one: Stored(run="r", outputs={"result": 1}) for one in names}
    )


def test_what_would_only_run_if_it_failed_never_does() -> None:
    steps = (
        shell("train"),
        shell("rescue", Ended("train", (Ending.FAILED,))),
        shell("tell", "rescue"),
        shell("always", Ended("train", (Ending.FAILED, Ending.SUCCEEDED))),
        shell("unless", Not(Ended("rescue", (Ending.SUCCEEDED,)))),
    )
    made = Reuse().run(Workflow(name="w", steps=steps), kept("train"))
    assert [step.name for step in made.workflow.steps] == ["always", "unless"]
    assert not any(step.after for step in made.workflow.steps)
    words = {one.step: one.word for one in made.decisions}
    assert words == {
        "train": Word.REUSED,
        "rescue": Word.REMOVED,
        "tell": Word.REMOVED,
    }


@pytest.mark.parametrize(
    ("text", "stays"),
    [("{{tasks.ask.id}}", True), ("{{tasks.asked.id}}", False), ("task-ask", False)],
)
def test_what_words_of_an_engine_may_name_is_run(text: str, stays: bool) -> None:
    hooks = Constant.of({"expression": text})
    tells = Extra(engine="argo", path="spec.hooks", value=hooks)
    steps = (shell("ask"), shell("tells", "ask", extras=(tells,)))
    made = Reuse().run(Workflow(name="w", steps=steps), kept("ask")).workflow
    assert ("ask" in made.by_name) is stays


def test_the_order_that_a_reused_step_kept_stays() -> None:
    steps = (shell("deploy"), shell("check", "deploy"), shell("call", "check"))
    made = Reuse().run(Workflow(name="w", steps=steps), kept("check")).workflow
    assert made["call"].after == ("deploy",)


def test_what_only_reused_steps_needed_is_left_out_of_what_is_asked_for() -> None:
    steps = (
        shell("deploy"),
        shell("check", "deploy"),
        shell("call", "check"),
        shell("other"),
    )
    context = replace(kept("check"), targets=("call",))
    made = Reuse().run(Workflow(name="w", steps=steps), context)
    assert [step.name for step in made.workflow.steps] == ["call"]
    reasons = {one.step: one.reason for one in made.decisions}
    assert reasons["deploy"] == "only what is reused needs it"


def test_a_step_runs_if_its_bytes_are_needed_and_gone_and_so_does_what_it_reads() -> (
    None
):
    given = (Argument("x", OutputRef("a", "result")),)
    later = (Argument("x", OutputRef("b", "result")),)
    takes = Script(
        source="true",
        inputs=(InputParameter(name="x"),),
        outputs=(OutputParameter(name="result", source=FromStdout()),),
    )
    steps = (
        shell("a"),
        Step(name="b", template=takes, arguments=given),
        Step(name="c", template=takes, arguments=later),
    )
    lost = Context(stored={one: Stored(run="r", outputs={}) for one in "ab"})
    flow = Workflow(name="w", steps=steps)
    made = Reuse().run(flow, lost)
    assert made.workflow is flow
    reasons = {one.step: one.reason for one in made.decisions}
    assert reasons["b"].startswith("c needs it: output 'result' cannot be read")
    both = Context(stored={one: Stored(run="r", outputs={}) for one in "abc"})
    assert [one.name for one in Reuse().run(flow, both).workflow.steps] == ["reused"]


def test_facts_that_only_a_run_has_keep_a_step() -> None:
    command = Format(("echo ", StepRef("a", StepField.STARTED)))
    steps = (
        shell("a"),
        shell("b", when=Compare(command, Operator.EQUAL, Constant("1"))),
    )
    flow = Workflow(name="w", steps=steps)
    assert Reuse().run(flow, kept("a")).workflow is flow


def test_a_text_goes_as_what_is_asked_for() -> None:
    takes = Script(
        source="true", inputs=(InputParameter(name="x", type=ValueType.INTEGER),)
    )
    given = (Argument("x", OutputRef("a", "result")),)
    text = OutputParameter(name="result", source=FromStdout(), type=ValueType.STRING)
    steps = (
        Step(name="a", template=Script(source="echo 5", outputs=(text,))),
        Step(name="b", template=takes, arguments=given),
    )
    flow = Workflow(name="w", steps=steps)
    for value, fits in (("5", True), ("five", False)):
        stored = {"a": Stored(run="r", outputs={"result": value})}
        made = Reuse().run(flow, Context(stored=stored)).workflow
        assert (made is not flow) is fits
    assert Reuse(most_bytes=2).run(flow, kept("a")).workflow is not flow
