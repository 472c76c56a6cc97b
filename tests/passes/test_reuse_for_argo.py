"""What is left after the pass reuse compiles for Argo wherever the whole does."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines import LINTERS
from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.finding import Severity, Source
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import S3, Step, ValueType, Workflow, places_in
from couler_jupyter.ir.given import given_by_output, outputs_of
from couler_jupyter.passes import Context, Stored
from couler_jupyter.passes.reuse import Reuse
from couler_jupyter.testing.corpus import CORPUS

_VALUES: dict[Any, Any] = {
    ValueType.STRING: "one",
    ValueType.INTEGER: 1,
    ValueType.NUMBER: 0.5,
    ValueType.BOOLEAN: True,
    ValueType.LIST: ["a", "b"],
    ValueType.OBJECT: {"a": 1},
    ValueType.JSON: 7,
    None: 7,
}


def stored_of(step: Step) -> Stored:
    """Return something that a step may have left behind."""
    return Stored(
        run="20260101-000000-w-aaaa",
        outputs={one.name: _value(step, one.name) for one in outputs_of(step)},
    )


def _value(step: Step, name: str) -> Any:
    kind = given_by_output(step, name)
    if kind in ("artifact", ValueType.PYTHON):
        place = S3(bucket="b", key=f"{step.name}/{name}", endpoint="minio:9000")
        return [place] if step.loop is not None else place
    return _VALUES[kind]


@pytest.mark.parametrize("share", [0, 1, 2])
@pytest.mark.parametrize("name", CORPUS)
def test_the_rest_compiles_and_is_clean(name: str, share: int) -> None:
    workflow: Workflow = CORPUS[name].make()
    engine = Argo()
    try:
        engine.compile(workflow)
    except Unsupported as why:
        missing = {problem.what.partition(":")[0] for problem in why.problems}
        assert missing <= engine.gaps.keys()
        pytest.skip(f"Argo has no {', '.join(sorted(missing))}")
    steps = [(one, path) for one, path in places_in(workflow) if isinstance(one, Step)]
    chosen = {
        path: stored_of(step)
        for number, (step, path) in enumerate(steps)
        if not share or number % 2 == share - 1
    }
    rest = Reuse().run(workflow, Context(stored=chosen)).workflow
    assert found_in(engine, rest) <= found_in(engine, workflow)


def found_in(engine: Argo, workflow: Workflow) -> set[str]:
    """Return the rules that the manifest of a workflow breaks."""
    text = engine.compile(workflow).documents[0].text
    found = LINTERS.get("argo")().lint([Source("w.yaml", text)])
    return {one.rule.id for one in found if one.severity is Severity.ERROR}
