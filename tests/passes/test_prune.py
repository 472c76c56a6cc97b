"""The pass prune."""

from __future__ import annotations

import pytest

from couler_jupyter.errors import UnknownName
from couler_jupyter.ir import (
    ExitHandler,
    GlobalRef,
    OutputRef,
    StepField,
    StepRef,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.passes import Context
from couler_jupyter.passes.prune import Prune
from couler_jupyter.testing.outcome import Outcome
from couler_jupyter.testing.parts import echo, flow, printed, python, sh, step
from couler_jupyter.testing.passes import PassContract
from tests.passes.golden import check_pass
from tests.passes.running import RunsHere

ONE = python("def one(): return 1")
INC = python("def inc(a): return a + 1")


class TestPrune(RunsHere, PassContract):
    @pytest.fixture
    def one(self) -> Prune:
        return Prune()

    def about(self, workflow: Workflow) -> Context:
        """Ask for a step in the middle."""
        order = workflow.order
        return Context(targets=(order[len(order) // 2],))

    def assert_same(
        self, workflow: Workflow, before: Outcome, made: Workflow, after: Outcome
    ) -> None:
        """What stays ends the same and leaves the same; the rest may not be there.

        With `fail_fast` what is left out may have failed and stopped the others.
        """
        if workflow.fail_fast and not before.run.good:
            return
        kept = set(made.by_name)
        for name in kept:
            assert after.steps.get(name) is before.steps.get(name), name
        assert self.left_behind(after, kept) == self.left_behind(before, kept)
        whole = self.left_behind(before, {""}).get("", {})
        assert self.left_behind(after, {""}).get("", {}).items() <= whole.items()


def chain(**more: object) -> Workflow:
    return flow(
        "chain",
        step("load", ONE),
        step("fit", INC, takes={"a": OutputRef("load")}),
        step("report", INC, takes={"a": OutputRef("fit")}),
        step("aside", ONE),
        **more,
    )


def asking_for(*targets: str) -> Context:
    return Context(targets=targets)


def test_without_targets_nothing_goes() -> None:
    workflow = chain()
    assert Prune().run(workflow, Context()).workflow is workflow


def test_what_no_target_needs_goes() -> None:
    made = check_pass("what no target needs goes", Prune(), chain(), asking_for("fit"))
    assert made.workflow.order == ("load", "fit")


def test_outputs_of_the_workflow_go_with_who_makes_them() -> None:
    outputs = (
        WorkflowOutput(name="model", value=OutputRef("fit")),
        WorkflowOutput(name="page", value=OutputRef("report")),
    )
    made = check_pass(
        "outputs of the workflow go with who makes them",
        Prune(),
        chain(outputs=outputs),
        asking_for("fit"),
    )
    assert [one.name for one in made.workflow.outputs] == ["model"]


def test_outputs_that_tell_of_a_step_go_with_it() -> None:
    outputs = (
        WorkflowOutput(name="how", value=StepRef("fit", StepField.PHASE)),
        WorkflowOutput(name="else", value=StepRef("report", StepField.PHASE)),
    )
    made = Prune().run(chain(outputs=outputs), asking_for("fit"))
    assert [one.name for one in made.workflow.outputs] == ["how"]
    assert "output 'else' is left out with report" in [
        one.reason for one in made.decisions
    ]


def test_an_exit_handler_keeps_what_it_reads_or_goes() -> None:
    facts = {
        "a": StepRef("fit", StepField.PHASE),
        "b": StepRef("aside", StepField.PHASE),
    }
    both = sh("echo both", takes=("a", "b"), outputs=())
    handlers = (
        ExitHandler(step=step("tells", both, takes=facts)),
        ExitHandler(
            step=step("gone", echo(), takes={"x": StepRef("report", StepField.PHASE)})
        ),
        ExitHandler(step=step("always", sh("true", outputs=()))),
    )
    made = check_pass(
        "an exit handler keeps what it reads or goes",
        Prune(),
        chain(exit_handlers=handlers),
        asking_for("fit"),
    )
    assert set(made.workflow.by_name) == {"load", "fit", "aside"}
    assert [one.step.name for one in made.workflow.exit_handlers] == ["tells", "always"]


def test_who_makes_a_global_output_stays_with_who_reads_it() -> None:
    makes = sh("echo 1", outputs=(_known("score"),))
    workflow = flow(
        "globals",
        step("makes", makes),
        step("aside", ONE),
        step("reads", echo(), takes={"x": GlobalRef("score")}, after=("aside",)),
        step("last", ONE),
    )
    made = check_pass(
        "who makes a global output stays with who reads it",
        Prune(),
        workflow,
        asking_for("reads"),
    )
    assert set(made.workflow.by_name) == {"makes", "aside", "reads"}


def test_a_target_that_is_no_step_is_told() -> None:
    with pytest.raises(UnknownName, match="did you mean 'load'"):
        Prune().run(chain(), asking_for("lod"))


def _known(name: str) -> object:
    from dataclasses import replace

    return replace(printed("result")[0], global_name=name)
