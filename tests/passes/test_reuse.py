"""The pass reuse: less is run, and what comes of it is the same."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
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
from couler_jupyter.ir import LocalPath, Phase, Workflow, places_in
from couler_jupyter.passes import Context, Stored
from couler_jupyter.passes.reuse import Reuse
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.outcome import Outcome, outcome_of
from couler_jupyter.testing.passes import PassContract
from tests.passes.running import RunsHere


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


class ReuseContract(RunsHere, PassContract):
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
        workflow = case.make()
        if any(_is_daemon(step) for step, _ in places_in(workflow)):
            return
        before = run(case, workflow)
        made_by: Made = run.made
        stored = made_by.stored(workflow)
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


class TestReuse(ReuseContract):
    @pytest.fixture
    def run(self, tmp_path: Path) -> Callable[[Case, Workflow], Outcome]:
        made = Made(tmp_path)

        def run(case: Case, workflow: Workflow) -> Outcome:
            return made.run(case, workflow)

        run.made = made  # type: ignore[attr-defined]
        return run
