"""What manifests look like, to be read; with COULER_WRITE_GOLDEN=1 they are written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from couler_jupyter.engines.tekton.engine import Tekton
from couler_jupyter.testing.corpus import CORPUS

_FOLDER = Path(__file__).parents[2] / "golden" / "tekton"
NAMES = (
    "diamond-by-data",
    "map-fan-in",
    "when-with-else",
    "exit-handler-with-outputs",
    "sub-workflow",
)


@pytest.mark.parametrize("name", NAMES)
def test_is_written_as_ever(name: str) -> None:
    manifest = Tekton().compile(CORPUS[name].make())
    text = "---\n".join(one.text for one in manifest.documents)
    path = _FOLDER / f"{name}.yaml"
    if os.environ.get("COULER_WRITE_GOLDEN") == "1":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
