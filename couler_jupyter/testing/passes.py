"""The contract of a pass, as a test class to inherit."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from couler_jupyter.ir import Workflow, diff_of, to_json
from couler_jupyter.passes import Context, Pass
from couler_jupyter.testing.case import Case, Need
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.outcome import Outcome

_SAFE = tuple(
    name
    for name, case in CORPUS.items()
    if case.runnable and Need.CONTAINERS not in case.needs
)


class PassContract:
    """Subclass it, override `one`, and the pass is held to the same rules as all.

    To hold it to keeping the meaning too, override `run` with what runs a case's
    workflow and says what it came to.
    """

    @pytest.fixture
    def one(self) -> Pass:
        """Return the pass under test."""
        raise NotImplementedError

    @pytest.fixture
    def context(self) -> Context:
        """Return what the pass may know."""
        return Context()

    @pytest.fixture
    def run(self) -> Callable[[Case, Workflow], Outcome]:
        """Return what runs a workflow with the arguments of a case."""
        pytest.skip("nothing here runs workflows")

    @pytest.fixture(params=CORPUS)
    def workflow(self, request: pytest.FixtureRequest) -> Workflow:
        """Return each workflow of the corpus."""
        return CORPUS[request.param].make()

    def test_is_pure(self, one: Pass, workflow: Workflow, context: Context) -> None:
        """Equal workflows give equal ones, and what went in is as it was."""
        before = to_json(workflow)
        made = one.run(workflow, context)
        assert to_json(workflow) == before
        assert not diff_of(made, one.run(workflow, context))

    def test_is_done_at_once(
        self, one: Pass, workflow: Workflow, context: Context
    ) -> None:
        """A second time it has nothing to do, and says so by giving back the same."""
        made = one.run(workflow, context)
        assert one.run(made, context) is made

    def test_leaves_alone_what_it_does_not_change(
        self, one: Pass, workflow: Workflow, context: Context
    ) -> None:
        """Where nothing changed, it is the same object."""
        made = one.run(workflow, context)
        assert made is workflow or made != workflow

    @pytest.mark.parametrize("name", _SAFE)
    def test_keeps_the_meaning(
        self,
        one: Pass,
        context: Context,
        run: Callable[[Case, Workflow], Outcome],
        name: str,
    ) -> None:
        """The run ends the same way and leaves the same behind."""
        case = CORPUS[name]
        workflow = case.make()
        made = one.run(workflow, context)
        if made is not workflow:
            before, after = run(case, workflow), run(case, made)
            assert after.run is before.run
            assert self.left_behind(after, made) == self.left_behind(before, workflow)

    def left_behind(
        self, outcome: Outcome, workflow: Workflow
    ) -> Mapping[str, Mapping[str, object]]:
        """Return the outputs that the pass must keep: those of the workflow.

        A pass may move, merge and drop steps; override it where more must stay.
        """
        kept = {output.name for output in workflow.outputs}
        return {"": {k: v for k, v in outcome.outputs.get("", {}).items() if k in kept}}
