"""Write the table of lint rules in docs/lint.md; with --check only say if it is old."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from couler_jupyter.engines import LINTERS

PAGE = Path(__file__).parent.parent / "docs" / "lint.md"
START, END = "<!-- rules: made by scripts/lint_rules.py -->", "<!-- end of rules -->"


def table() -> str:
    """Return the rules of all linters as a table of Markdown."""
    lines = ["| rule | name | a manifest is right when | weight |", "|---|---|---|---|"]
    for name in LINTERS.names():
        lines += [
            f"| {rule.id} | {rule.name} | {rule.says} | {rule.severity} |"
            for rule in LINTERS.get(name)().rules
        ]
    return "\n".join(lines)


def page(text: str) -> str:
    """Return the page with the table as it should be."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n\n{table()}\n\n{END}{after}"


def main() -> int:
    """Write or check the page."""
    old = PAGE.read_text()
    new = page(old)
    if "--check" in sys.argv:
        return int(new != old)
    PAGE.write_text(new)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
