from __future__ import annotations

import ast
from pathlib import Path

from couler_jupyter.nl.bench import read_tasks
from couler_jupyter.nl.gate import gate
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.report import Fault
from tests.docs.page import cells_of
from tests.nl.gate.cases import Case, honest, seen

GUIDE = Path(__file__).parents[3] / "docs" / "guide.md"
MOST_REFUSED = 0.02


def test_honest_programs_are_not_refused() -> None:
    cases = honest()
    assert len(cases) >= 100
    assert len({case.code for case in cases}) == len(cases)
    refused: dict[str, tuple[str, ...]] = {}
    for case in cases:
        if blocked := seen(case).blocked:
            refused[case.name] = blocked
    assert len(refused) <= MOST_REFUSED * len(cases), refused


def test_the_cells_of_the_guide_are_not_refused() -> None:
    cells = [
        cell
        for cell in cells_of(GUIDE)
        if cell.word != "wrong" and cell.source.startswith("%%couler ")
    ]
    known: set[str] = set()
    refused: dict[str, list[Fault]] = {}
    for cell in cells:
        code = cell.source.partition("\n")[2]
        faults = [one for one in gate(code, known) if isinstance(one, Fault)]
        if faults:
            refused[cell.source.partition("\n")[0]] = faults
        known |= _defined(code)
    assert len(cells) >= 25
    assert refused == {}


def test_the_examples_of_the_code_lake_are_not_refused() -> None:
    refused: dict[str, tuple[str, ...]] = {}
    for entry in Lake.builtin().entries:
        case = Case(name=entry.name, what=entry.intent, code=entry.code)
        if blocked := seen(case).blocked:
            refused[entry.name] = blocked
    assert refused == {}


def test_the_solutions_of_the_benchmark_are_not_refused() -> None:
    tasks = [task for task in read_tasks() if task.solution.strip()]
    refused: dict[str, tuple[str, ...]] = {}
    for task in tasks:
        case = Case(name=task.name, what=task.name, code=task.solution)
        if blocked := seen(case).blocked:
            refused[task.name] = blocked
    assert len(tasks) >= 100
    assert refused == {}


def _defined(code: str) -> set[str]:
    tree = ast.parse(code)
    names = {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names
