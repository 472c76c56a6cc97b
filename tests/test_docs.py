"""What the documents say of this tree is so: paths, scripts, targets, floors, code."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "Makefile"],
)
PATH = re.compile(r"`((?:\./)?[\w.-]+(?:/[\w.-]*)+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
SCRIPT = re.compile(r"(?<![\w/])(?:\./)?(scripts/[\w.-]+\w)")
TARGET = re.compile(r"`make ([\w-]+)`")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MADE = ("build/", ".venv/", "dist/")

PAGES = (ROOT / "README.md", *ROOT.glob("docs/**/*.md"))
"""Their Python is run, by tests/docs; paths in docs/ are not always of this tree."""

by_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)


def _exists(named: str) -> bool:
    return (ROOT / named).exists() or (ROOT / "couler_jupyter" / named).exists()


of_the_tree = pytest.mark.parametrize(
    "document",
    [path for path in DOCUMENTS if path.parent == ROOT],
    ids=lambda path: path.name,
)


@of_the_tree
def test_paths_exist(document: Path) -> None:
    named = PATH.findall(document.read_text(encoding="utf-8"))
    assert not [p for p in named if not p.startswith(MADE) and not _exists(p)]


@by_document
def test_links_lead_somewhere(document: Path) -> None:
    links = LINK.findall(document.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link]
    assert not [link for link in local if not (document.parent / link).exists()]


@by_document
def test_scripts_can_be_run(document: Path) -> None:
    named = {ROOT / s for s in SCRIPT.findall(document.read_text(encoding="utf-8"))}
    assert not [s for s in named if not s.is_file()]
    assert not [s for s in named if not s.suffix and not os.access(s, os.X_OK)]


@pytest.mark.parametrize(
    "document",
    [path for path in DOCUMENTS if path not in PAGES],
    ids=lambda path: path.name,
)
def test_python_parses(document: Path) -> None:
    for language, code in FENCE.findall(document.read_text(encoding="utf-8")):
        if language == "python":
            ast.parse(code)


@by_document
def test_targets_are_in_the_makefile(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {*re.findall(r"^([\w-]+):", makefile, re.MULTILINE)}
    assert {*TARGET.findall(document.read_text(encoding="utf-8"))} <= targets


def test_drawn_floors_are_the_checked_ones() -> None:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = config["tool"]["importlinter"]["contracts"][0]
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    (drawn,) = (code for language, code in FENCE.findall(text) if language == "floors")
    assert [re.split(r"  +", line)[0] for line in drawn.splitlines()] == contract[
        "layers"
    ]


def test_drawn_rooms_of_the_local_engine_are_its_folders() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    (drawn,) = (code for language, code in FENCE.findall(text) if language == "rooms")
    local = ROOT / "couler_jupyter" / "engines" / "local"
    rooms = {path.parent.name for path in local.glob("*/__init__.py")}
    assert {line.split()[0] for line in drawn.splitlines()} == rooms


def test_readme_names_both_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"./scripts/demo", "./scripts/test"} <= {*readme.split()}
