"""What a model would answer to one small wish, for tests of what is around the pipeline."""

from __future__ import annotations

import json
from typing import Final

from couler_jupyter.llm import Settings

MODEL: Final = Settings(model="some-model")
_MODULES: Final = [
    {"name": "load", "kind": "loading", "does": "Load the rows", "needs": []},
    {"name": "count", "kind": "custom", "does": "Count them", "needs": ["load"]},
]
PROGRAM: Final = """import couler_jupyter as couler

@couler.step
def load() -> list:
    return [1, 2, 3]


@couler.step
def count(rows: list) -> int:
    return len(rows)


count(load())"""
REVISED: Final = PROGRAM.replace("[1, 2, 3]", "list(range(10))")


def answers(program: str = PROGRAM) -> tuple[str, str, str]:
    """Return the answers: the modules, the program, the score."""
    modules = {"question": "", "name": "Count rows", "modules": _MODULES}
    score = {"score": 0.9, "critique": ""}
    return json.dumps(modules), f"```python\n{program}\n```", json.dumps(score)
