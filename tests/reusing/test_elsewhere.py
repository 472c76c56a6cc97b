"""A head start and a witness for runs elsewhere, whichever engine has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.engines.ahead import Artifact, Errand, HeadStart, Seen
from couler_jupyter.engines.cache import Wish
from couler_jupyter.ir import (
    Argument,
    Container,
    FromStdout,
    InputArtifact,
    Json,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    Phase,
    Step,
    Workflow,
)
from couler_jupyter.reusing.foreseeing import foreseen
from couler_jupyter.reusing.head_start import head_start
from couler_jupyter.reusing.witness import open_witness


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COULER_CACHE", "on")
    monkeypatch.setenv("COULER_CACHE_URL", str(tmp_path / "cache"))
    monkeypatch.setenv("COULER_CACHE_CONFIG", str(tmp_path / "cache.toml"))
    monkeypatch.setenv("COULER_CACHE_BUDGET", "100M")
    monkeypatch.setenv("COULER_CACHE_CLUSTER", "repository")


def files(last: str = "wc data") -> Workflow:
    """A file is made, and another step reads it."""
    make = Container(
        image="busybox",
        command=("make",),
        outputs=(OutputArtifact(name="out", path="out"),),
    )
    read = Container(
        image="busybox",
        command=("sh", "-c", last),
        inputs=(InputArtifact(name="data", path="data"),),
        outputs=(OutputParameter(name="result", source=FromStdout()),),
    )
    given = (Argument("data", OutputRef("make", "out")),)
    steps = (
        Step(name="make", template=make),
        Step(name="read", template=read, arguments=given),
    )
    return Workflow(name="files", steps=steps)


def errand(run: str, workflow: Workflow) -> Errand:
    wish = Wish(run=run, engine="elsewhere", workflow=workflow)
    return Errand(wish=wish, arguments={}, folder=Path())


def file(name: str, data: bytes) -> Artifact:
    """What a step left elsewhere: a file."""

    def fetch(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return Artifact(where=f"elsewhere/{name}", fetch=fetch)


def run(name: str, workflow: Workflow, data: bytes) -> None:
    """Have all steps run elsewhere, where somebody watches them."""
    witness = open_witness(errand(name, workflow), frozenset())
    assert witness is not None
    left: dict[str, dict[str, Json | Artifact]] = {
        "make": {"out": file("out", data)},
        "read": {"result": 3},
    }
    witness.saw(
        Seen(path=path, phase=Phase.SUCCEEDED, outputs=outputs, seconds=9.0)
        for path, outputs in left.items()
    )
    witness.end(finished=True)


def started(name: str, workflow: Workflow) -> HeadStart:
    found = head_start(errand(name, workflow))
    assert found is not None
    return found


def test_a_policy_with_options_decides_elsewhere_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COULER_CACHE_POLICY", "couler{alpha=2}")
    run("first", files(), b"123")
    again = started("again", files())
    assert (again.workflow, again.told) == (None, ())
    known = foreseen(files(), {}, Path())
    assert {path: one.run for path, one in known.items()} == {
        "make": "first",
        "read": "first",
    }
