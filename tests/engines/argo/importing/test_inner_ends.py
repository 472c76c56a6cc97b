"""Exit handlers of sub-workflows, as our own compiler writes them, come back as such."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.argo.importing.difference import same
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.engines.local import Local
from couler_jupyter.ir import (
    Argument,
    Constant,
    ExitHandler,
    Foreign,
    InputParameter,
    InputRef,
    Outcome,
    Phase,
    RunField,
    RunRef,
    Script,
    Step,
    SubWorkflow,
    Workflow,
    own_words,
)
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.outcome import outcome_of

IMAGE = "python:3.12-slim"


def program(source: str) -> Script:
    return Script(source=source, interpreter=("python3",), image=IMAGE)


def nested(place: Path, code: int) -> Workflow:
    def note(word: str) -> Script:
        path = str(place / word)
        return program(f"from pathlib import Path\nPath({path!r}).touch()")

    told = Script(
        source=InputRef("source"),
        interpreter=("python3",),
        image=IMAGE,
        inputs=(InputParameter(name="source"), InputParameter(name="how")),
    )
    path = str(place)
    write = f"import pathlib; pathlib.Path({path!r}, 'told').touch()"
    inner = Workflow(
        name="inner",
        steps=(Step(name="work", template=program(f"raise SystemExit({code})")),),
        exit_handlers=(
            ExitHandler(
                step=Step(name="good", template=note("good")), on=(Outcome.SUCCEEDED,)
            ),
            ExitHandler(
                step=Step(name="bad", template=note("bad")), on=(Outcome.FAILED,)
            ),
            ExitHandler(
                step=Step(
                    name="tell",
                    template=told,
                    arguments=(
                        Argument("source", Constant.of(write)),
                        Argument("how", RunRef(RunField.STATUS)),
                    ),
                )
            ),
        ),
    )
    outer = Step(name="part", template=SubWorkflow(workflow=inner))
    return Workflow(name="outer", steps=(outer,))


@pytest.mark.parametrize(
    ("code", "phase", "ran"),
    [(0, Phase.SUCCEEDED, "good"), (1, Phase.FAILED, "bad")],
)
def test_they_come_back_in_words_of_the_ir(
    tmp_path: Path, code: int, phase: Phase, ran: str
) -> None:
    place = tmp_path / "notes"
    place.mkdir()
    (document,) = Argo().compile(nested(place, code)).documents
    (workflow,) = import_manifest(document.text, "outer")
    (read,) = read_text(document.text)
    assert same(Argo().built(workflow).document, read.value)
    assert not any(isinstance(one, Foreign) for one, _ in own_words(workflow))
    template = workflow["part"].template
    assert isinstance(template, SubWorkflow)
    handlers = template.workflow.exit_handlers
    assert [one.step.name for one in handlers] == ["good", "bad", "tell"]
    outcome = outcome_of(Local(RunStore(tmp_path / "runs")), workflow)
    assert outcome.run is phase
    assert {one.name for one in place.iterdir()} == {ran, "told"}
