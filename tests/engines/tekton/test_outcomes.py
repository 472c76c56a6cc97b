"""What compiles for Tekton comes to the same there as on any engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.tekton.engine import Tekton
from couler_jupyter.engines.tekton.names import port_names
from couler_jupyter.engines.tekton.texts import wire
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import (
    Container,
    OutputParameter,
    Phase,
    ValueType,
    as_text,
    output_names,
    output_of,
)
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.corpus import CORPUS
from tests.engines.tekton.stand_in import Ran, StandIn


def _can_run(case: Case) -> bool:
    if case.expected is None or case.needs:
        return False
    workflow = case.make()
    try:
        Tekton().compile(workflow)
    except Unsupported:
        return False
    if workflow.timeout or any(one.timeout for one in workflow.steps):
        return False  # the stand-in keeps no time
    return not any(isinstance(one.template, Container) for one in workflow.steps)


RUNNABLE = [name for name, case in CORPUS.items() if _can_run(case)]


@pytest.mark.parametrize("name", RUNNABLE)
def test_comes_to_the_same(name: str, tmp_path: Path) -> None:
    case = CORPUS[name]
    expected = case.expected
    assert expected is not None
    workflow = case.make()
    built = Tekton().built(workflow)
    params = port_names(one.name for one in workflow.parameters)
    given = {
        params[name]: wire(as_text(value)) for name, value in case.arguments.items()
    }
    ran = StandIn(built.pipeline, tmp_path).run(given)
    bad = {Phase.FAILED, Phase.ERRORED}
    assert (ran.status == "Failed") is (expected.run in bad), ran
    for step, phase in expected.steps.items():
        if step in ran.phases and phase is not Phase.OMITTED:
            wanted = "succeeded" if phase is Phase.CACHED else str(phase)
            assert ran.phases[step] == wanted, ran.logs
    for step, outputs in expected.outputs.items():
        if step in workflow.by_name:
            _check_outputs(ran, workflow.by_name[step], outputs)


def _check_outputs(ran: Ran, step: Any, outputs: Any) -> None:
    names = port_names(output_names(step.template))
    for name, value in outputs.items():
        output = output_of(step, name)
        if isinstance(output, OutputParameter):
            found = ran.results[step.name][names[name]]
            assert _read(found, output.type) == value, ran.logs


def _read(found: Any, kind: ValueType) -> Any:
    if isinstance(found, list):
        return [_read(one, kind) for one in found]
    if kind is ValueType.STRING:
        return found
    try:
        return json.loads(found)
    except ValueError:
        return found
