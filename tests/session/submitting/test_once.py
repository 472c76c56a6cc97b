"""What takes long is done once for a form: cutting a workflow, and compiling its parts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from couler_jupyter.engines.argo.parts import compiling
from couler_jupyter.passes.split import Split
from couler_jupyter.session import Session
from couler_jupyter.session.submitting.checking import check
from couler_jupyter.session.submitting.form import Form
from couler_jupyter.session.submitting.places import places_here
from couler_jupyter.testing.parts import echo, flow, step

ARGO = "couler_jupyter.engines.argo.engine"


def test_a_workflow_is_cut_and_compiled_once(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def counted(what: str, work: Callable[..., object]) -> Callable[..., object]:
        def run(*given: object) -> object:
            done.append(what)
            return work(*given)

        return run

    build, piece = compiling.build_parts, compiling.pieced
    monkeypatch.setattr(f"{ARGO}.build_parts", counted("build", build))
    monkeypatch.setattr(f"{ARGO}.pieced", counted("piece", piece))
    monkeypatch.setattr(Split, "run", counted("split", Split.run))
    names = [f"s{number}" for number in range(6)]
    steps = (step(name, echo(), takes={"x": name}) for name in names)
    form = Form(target="argo", passes="split{max-steps=2},fit")
    found = check(
        session, flow("six", *steps), form, places_here(), is_wanted=lambda: True
    )
    assert found.errors == ()
    assert found.manifest is not None
    assert "six-p3" in found.manifest["text"]
    assert sorted(done) == ["build", "piece", "split"]
