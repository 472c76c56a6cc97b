"""The contract of a pass, as a test class to inherit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couler_jupyter.ir import Workflow, diff_of, places_in, to_json
from couler_jupyter.passes import Context, Pass, parse_passes, passes_text
from couler_jupyter.testing.case import Case, Need
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.outcome import Outcome
from couler_jupyter.testing.runnable import runnable_workflows
from couler_jupyter.testing.strategies import workflows

_SAFE = tuple(
    name
    for name, case in CORPUS.items()
    if case.runnable and Need.CONTAINERS not in case.needs
)
_SOME = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
_FEW = settings(_SOME, max_examples=10)


class PassContract:
    """Subclass it, override `one`, and the pass is held to the same rules as all.

    To hold it to keeping the meaning too, override `run` with what runs a case's
    workflow and says what it came to. What a pass knows of a workflow is `about`;
    override it where it needs more than nothing.

    Attributes:
        random: what draws workflows that run anywhere, for the meaning.
    """

    random: ClassVar[st.SearchStrategy[Case]] = runnable_workflows()

    @pytest.fixture
    def one(self) -> Pass:
        """Return the pass under test."""
        raise NotImplementedError

    @pytest.fixture
    def run(self) -> Callable[[Case, Workflow], Outcome]:
        """Return what runs a workflow with the arguments of a case."""
        pytest.skip("nothing here runs workflows")

    @pytest.fixture(params=CORPUS)
    def workflow(self, request: pytest.FixtureRequest) -> Workflow:
        """Return each workflow of the corpus."""
        return CORPUS[request.param].make()

    def about(self, workflow: Workflow) -> Context:  # noqa: ARG002
        """Return what the pass may know of a workflow."""
        return Context()

    def test_keeps_the_rules(self, one: Pass, workflow: Workflow) -> None:
        """It is pure and done at once, leaves alone what it may, and gives reasons."""
        self.assert_pure(one, workflow)
        self.assert_done_at_once(one, workflow)
        self.assert_leaves_alone_what_it_does_not_change(one, workflow)
        self.assert_gives_its_reasons(one, workflow)

    def assert_pure(self, one: Pass, workflow: Workflow) -> None:
        """Equal workflows give equal ones, and what went in is as it was."""
        before, context = to_json(workflow), self.about(workflow)
        made = one.run(workflow, context)
        assert to_json(workflow) == before
        again = one.run(workflow, context)
        assert not diff_of(made.workflow, again.workflow)
        assert made.decisions == again.decisions

    def assert_done_at_once(self, one: Pass, workflow: Workflow) -> None:
        """A second time it has nothing to do, and says so by giving back the same."""
        context = self.about(workflow)
        made = one.run(workflow, context).workflow
        assert one.run(made, context).workflow is made

    def assert_leaves_alone_what_it_does_not_change(
        self, one: Pass, workflow: Workflow
    ) -> None:
        """Where nothing changed, it is the same object."""
        made = one.run(workflow, self.about(workflow)).workflow
        assert made is workflow or made != workflow

    def assert_gives_its_reasons(self, one: Pass, workflow: Workflow) -> None:
        """What is decided has a reason in one line and a step that there is."""
        made = one.run(workflow, self.about(workflow))
        paths = {path for _, path in places_in(workflow)}
        assert made.decisions or made.workflow is workflow
        for decision in made.decisions:
            assert decision.pass_name == one.name
            assert decision.step in paths
            assert decision.reason
            assert "\n" not in decision.reason

    def test_is_read_back_from_its_text(self, one: Pass) -> None:
        """Its name and options as text make the same pass, if it has a name here."""
        assert parse_passes(passes_text([one])) == (one,)

    def test_holds_for_random_workflows(self, one: Pass) -> None:
        """What holds for the corpus holds for any workflow."""

        @_SOME
        @given(workflow=workflows())
        def holds(workflow: Workflow) -> None:
            self.test_keeps_the_rules(one, workflow)

        holds()

    @pytest.mark.parametrize("name", _SAFE)
    def test_keeps_the_meaning(
        self, one: Pass, run: Callable[[Case, Workflow], Outcome], name: str
    ) -> None:
        """The run ends the same way and leaves the same behind."""
        self._keeps_the_meaning(one, run, CORPUS[name])

    def test_keeps_the_meaning_of_random_workflows(
        self, one: Pass, run: Callable[[Case, Workflow], Outcome]
    ) -> None:
        """The same, for workflows nobody thought of."""

        @_FEW
        @given(case=self.random)
        def holds(case: Case) -> None:
            self._keeps_the_meaning(one, run, case)

        holds()

    def _keeps_the_meaning(
        self, one: Pass, run: Callable[[Case, Workflow], Outcome], case: Case
    ) -> None:
        workflow = case.make()
        made = one.run(workflow, self.about(workflow)).workflow
        if made is not workflow:
            before, after = run(case, workflow), run(case, made)
            self.assert_same(workflow, before, made, after)

    def assert_same(
        self, workflow: Workflow, before: Outcome, made: Workflow, after: Outcome
    ) -> None:
        """Assert that two outcomes mean the same to whoever reads them.

        The run and every step that still has its name end the same way and leave the
        same behind; override it for a pass that is asked to leave steps out.
        """
        kept = {step.name for step in made.steps} & {
            step.name for step in workflow.steps
        }
        assert after.run is before.run
        for name in sorted(kept):
            assert after.steps.get(name) is before.steps.get(name), name
        assert self.left_behind(after, kept) == self.left_behind(before, kept)
        assert self.left_behind(after, {""}) == self.left_behind(before, {""})

    def left_behind(
        self, outcome: Outcome, steps: set[str]
    ) -> Mapping[str, Mapping[str, object]]:
        """Return what some steps left behind."""
        return {
            name: {key: _seen(value) for key, value in outputs.items()}
            for name, outputs in outcome.outputs.items()
            if name in steps
        }


def _seen(value: object) -> object:
    """Return an output as people see it: of files what they hold, not where they are."""
    match value:
        case Path():
            return _contents(value)
        case list():
            return [_seen(one) for one in cast("list[object]", value)]
        case dict():
            pairs = cast("dict[str, object]", value).items()
            return {key: _seen(one) for key, one in pairs}
        case _:
            return value


def _contents(path: Path) -> object:
    if not path.is_dir():
        return path.name, path.read_bytes()
    return path.name, sorted(
        (one.relative_to(path).as_posix(), one.read_bytes())
        for one in path.rglob("*")
        if one.is_file()
    )
