"""Small workflows that read datasets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from couler_jupyter.ir import (
    Cache,
    Dataset,
    Http,
    InputArtifact,
    Step,
    Workflow,
)
from couler_jupyter.testing.parts import flow, python, step

NEVER = Cache(enabled=False)
_TABLE = InputArtifact(name="table")


def web(url: str, **more: Any) -> Dataset:
    """Return what a URL answers, as a dataset."""
    return Dataset(source=Http(url=url), **more)


def reader(name: str, one: Dataset, body: str = "", **more: Any) -> Step:
    """Return a step that reads a dataset, each time it is asked to if not told else."""
    source = f"def read(table):\n    {body or 'return table.read_text()'}\n"
    template = python(source, inputs=(_TABLE,))
    how: dict[str, Any] = {"cache": NEVER, **more}
    return step(name, template, takes={"table": one}, **how)


def reads(one: Dataset, body: str = "", **more: Any) -> Workflow:
    """Return a workflow of one step that reads a dataset."""
    return flow("reads", reader("read", one, body, **more))


def left_in(folder: Path) -> bool:
    """Whether anything of datasets lies in the folder of a run."""
    return (folder / "datasets").exists()
