"""The page of the gate lists every rule, as the rules' own data have it.

`COULER_WRITE_PAGES=1` writes the table anew; look at it, and commit it with the rule.
"""

from __future__ import annotations

import os
from itertools import groupby
from pathlib import Path

from couler_jupyter.nl.gate import RULES, Where

PAGE = Path(__file__).parents[3] / "docs" / "gate.md"
START = "<!-- rules: written by tests/nl/gate/test_page.py -->\n"
END = "<!-- end of rules -->\n"
TITLES = {
    Where.TEXT: "The text",
    Where.BUILDING: "While the workflow is written",
    Where.BODY: "In a step",
    Where.WORKFLOW: "The workflow",
}


def table() -> str:
    parts: list[str] = []
    for where, rules in groupby(RULES.values(), key=lambda rule: rule.where):
        parts += [
            f"\n### {TITLES[where]}\n\n",
            "| rule | is about | |\n|---|---|---|\n",
        ]
        parts += [
            f"| `{one.id}` | {one.about} | {'blocks' if one.blocks else 'is shown'} |\n"
            for one in rules
        ]
    return "".join([*parts, "\n"])


def test_the_page_lists_every_rule() -> None:
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(START)
    there, after = rest.split(END)
    if os.environ.get("COULER_WRITE_PAGES"):
        PAGE.write_text(f"{before}{START}{table()}{END}{after}", encoding="utf-8")
        return
    assert there == table()


def test_a_rule_is_told_by_where_it_looks() -> None:
    for rule in RULES.values():
        front = "policy-" if rule.where is Where.WORKFLOW else "gate-"
        assert rule.id.startswith(front)
        assert rule.id.startswith("gate-body-") == (rule.where is Where.BODY)
