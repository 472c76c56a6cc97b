from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.argo.live.parts.words import phase_for, unsaid_gates
from couler_jupyter.engines.argo.parts.children import Child, Gate

SERVED = frozenset({"Succeeded", "Failed", "Error"})


def manifest(**task: Any) -> Any:
    dag = {"tasks": [{"name": "g"}, {"name": "t", **task}]}
    return {"spec": {"templates": [{"name": "w", "dag": dag}, {"name": "leaf"}]}}


@pytest.mark.parametrize(
    ("task", "skipped", "omitted"),
    [
        ({"dependencies": ["g"]}, "Succeeded", "Failed"),
        ({"depends": "g"}, "Succeeded", "Failed"),
        ({"depends": "g && h.Failed"}, "Succeeded", "Failed"),
        ({"depends": "g || h"}, "Succeeded", "Failed"),
        ({"depends": "g.Succeeded"}, "", "Failed"),
        ({"depends": "g.Failed"}, "Succeeded", "Error"),
        ({"depends": "g.Failed || g.Errored"}, "Succeeded", ""),
        ({"depends": "g.Skipped"}, "", "Failed"),
        ({"depends": "g && !g.Omitted"}, "Succeeded", "Failed"),
        ({"depends": "g.Succeeded || g.Skipped || g.Failed"}, "Succeeded", "Error"),
        ({"arguments": "{{=tasks['g'].status}}"}, "", ""),
        ({"depends": "other.Skipped"}, "Succeeded", "Failed"),
    ],
)
def test_another_phase_stands_for_one_that_cannot_be_set(
    task: Any, skipped: str, omitted: str
) -> None:
    found = manifest(**task)
    assert phase_for(found, "g", "Skipped", SERVED) == skipped
    assert phase_for(found, "g", "Omitted", SERVED) == omitted
    assert phase_for(found, "g", "Error", SERVED) == "Error"
    assert phase_for(found, "g", "Omitted", SERVED | {"Omitted"}) == "Omitted"


def test_gates_that_cannot_say_how_their_step_ended_are_found() -> None:
    gate = Gate(task="g", steps=("prep",), part=1)
    child = Child(part=2, steps=("t",), gates=(gate,))
    assert [*unsaid_gates(manifest(depends="g.Skipped"), child, SERVED)] == [
        (gate, "Skipped")
    ]
    assert [*unsaid_gates(manifest(depends="g"), child, SERVED)] == []
