"""Runs know which notebook they come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.ir import Script, Step, Workflow
from couler_jupyter.session import Session

HELLO = Workflow(
    name="hello",
    steps=(Step(name="say", template=Script(source="pass", interpreter=("sh",))),),
)


@pytest.mark.parametrize("notebook", ["", "/home/me/train.ipynb"])
def test_a_run_is_of_the_notebook_that_started_it(
    tmp_path: Path, notebook: str
) -> None:
    session = Session(root=tmp_path, notebook=notebook)
    run = session.submit(HELLO)
    assert session.store.get(run.id).notebook == notebook
    run.wait(timeout=60)
