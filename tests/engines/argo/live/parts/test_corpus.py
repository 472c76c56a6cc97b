"""Each case of the corpus, with every step in a part of its own and in one piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from couler_jupyter.errors import SubmitFailed, UsageFailed
from couler_jupyter.ir import Json, Parts, Phase, Run, Workflow
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.corpus import CORPUS
from tests.engines.argo.live.bench import until
from tests.engines.argo.live.parts.conftest import Stage

SEVERAL = [name for name, case in CORPUS.items() if len(case.make().steps) > 1]


@pytest.mark.parametrize("name", SEVERAL)
def test_comes_to_the_same_in_parts(stage: Stage, name: str) -> None:
    case = CORPUS[name]
    whole = replace(case.make(), parts=None)
    members = tuple((step,) for step in whole.order)
    parts = replace(whole, parts=Parts(members=members, live=3))
    if problems := stage.engine.problems(parts):
        pytest.skip(str(problems[0]))
    expected = stage.story(played(stage, case, whole))
    assert stage.story(played(stage, case, parts)) == expected


def played(stage: Stage, case: Case, workflow: Workflow) -> Run:
    """Run a case to its end, with what people type in."""
    engine, options = stage.engine, {"cache": "none"}
    run = engine.submit(workflow, arguments=case.arguments, options=options)
    until(lambda: typed_in(stage, run, case.typed), 60)
    stage.wait(run)
    return run


def typed_in(stage: Stage, run: Run, typed: Mapping[str, Mapping[str, Json]]) -> bool:
    """Answer what waits for a person; return whether the run has ended."""
    found = stage.engine.status(run)
    for path, given in typed.items():
        if found.get(path) is Phase.SUSPENDED:
            try:
                stage.engine.resume(run, path, given)
            except (SubmitFailed, UsageFailed):  # it was answered a moment ago
                continue
    return found[""].ended
