"""What Kubeflow would run comes to the same as on this machine, case by case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.kubeflow.engine import Kubeflow
from couler_jupyter.ir import Phase
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.corpus import CORPUS
from tests.engines.kubeflow.stand_in import Ran, StandIn

_ENGINE = Kubeflow()
_NO_STAND_IN = {
    "workflow-timeout": "the stand-in bounds tasks, not runs",
    "env-field": "there is no pod",
}
_CASES = [
    name
    for name, case in CORPUS.items()
    if case.expected is not None
    and name not in _NO_STAND_IN
    and not _ENGINE.problems(case.make())
]


@pytest.mark.parametrize("name", _CASES)
def test_same_outcome(name: str, tmp_path: Path) -> None:
    """Phases of the steps, and values of the outputs."""
    case = CORPUS[name]
    text = _ENGINE.compile(case.make()).documents[0].text
    ran = StandIn(text, tmp_path).run(case.arguments)
    _check(case, ran)


def _check(case: Case, ran: Ran) -> None:
    expected = case.expected
    assert expected is not None
    assert ran.phase == expected.run
    for path, phase in expected.steps.items():
        found = ran.phases.get(path.removesuffix("#1"), "omitted")
        assert found == phase or (phase is Phase.OMITTED and found == ""), path
    for path, outputs in expected.outputs.items():
        for name, value in outputs.items():
            assert _found(ran, path, name) == value, (path, name)


def _found(ran: Ran, path: str, name: str) -> Any:
    if not path:
        return _read(ran.left[name])
    if f"{path}#2" in ran.phases:
        turns = (one.rpartition(f"{path}#")[2] for one in ran.outputs)
        last = max(int(one) for one in turns if one.isdecimal())
        return _read(ran.outputs[f"{path}#{last}"][name])
    if path in ran.outputs:
        return _read(ran.outputs[path][name])
    items: list[Any] = []
    while (item := f"{path}[{len(items)}]") in ran.phases:
        items.append(None if ran.phases[item] == "skipped" else _found(ran, item, name))
    return [one for one in items if one is not None]


def _read(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
