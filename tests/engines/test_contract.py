"""Every engine there is, is held to the contracts of all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from couler_jupyter.engines import ENGINES, Submitter

HERE = Path(__file__).parent
ALL_AT_ONCE = {"airflow": ("test_same_outcome.py", "live/test_standalone.py")}
"""Engines that begin too slowly to be asked case by case, and where all are asked at once."""


@pytest.mark.parametrize("name", ENGINES.names())
def test_there_is_a_test_that_holds_it(name: str) -> None:
    places = (*(HERE / name).rglob("test_*.py"), *HERE.glob(f"test_{name}.py"))
    texts = [place.read_text(encoding="utf-8") for place in places]
    held = {base for text in texts for base in re.findall(r"\((\w+Contract)\):", text)}
    wanted = {"EngineContract"}
    if name in ALL_AT_ONCE:
        assert all((HERE / name / place).exists() for place in ALL_AT_ONCE[name])
    elif issubclass(ENGINES.get(name), Submitter):
        wanted.add("RunContract")
    assert wanted <= held


@pytest.mark.parametrize("name", ENGINES.names())
def test_it_is_found_under_the_name_it_has(name: str) -> None:
    assert ENGINES.get(name).name == name
