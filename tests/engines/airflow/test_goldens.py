"""What DAG files look like, to be read; with COULER_WRITE_GOLDEN=1 they are written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from couler_jupyter.engines.airflow import Airflow, Containers, Setting
from couler_jupyter.testing.corpus import CORPUS

_FOLDER = Path(__file__).parents[2] / "golden" / "airflow"
_OLD = Setting(version="2.10", pool="small")
_PODS = Setting(containers=Containers.KUBERNETES, namespace="ours")


def _text(name: str, setting: Setting) -> str:
    (document,) = Airflow(setting=setting).compile(CORPUS[name].make()).documents
    return document.text


def _own(text: str) -> str:
    """Return what is of the workflow: the file without what stands in many."""
    lines = text[text.index("\nSTEPS = ") + 1 :].split("\n")
    return "\n".join(one for one in lines if not one.startswith("PROGRAM = "))


def _holds(name: str, text: str) -> None:
    path = _FOLDER / f"{name}.txt"
    if os.environ.get("COULER_WRITE_GOLDEN") == "1":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_the_whole_file_is_written_as_ever() -> None:
    _holds("when-with-else", _text("when-with-else", Setting()))


@pytest.mark.parametrize(
    "name", ["diamond-by-data", "exit-handler-by-status", "sub-workflow"]
)
def test_is_written_as_ever(name: str) -> None:
    _holds(f"{name}-own", _own(_text(name, Setting())))


def test_is_written_as_ever_for_airflow_2() -> None:
    text = _text("map-fan-in", _OLD)
    imports = "\n".join(line for line in text.split("\n") if line.startswith("from "))
    _holds("map-fan-in-old", f"{imports}\n{_own(text)}")


def test_is_written_as_ever_for_pods() -> None:
    _holds("env-secret-own", _own(_text("env-secret", _PODS)))
