"""Write the tables of lint rules in docs/lint.md; with --check only say if they are old."""

from __future__ import annotations

import json
import sys
from importlib.resources import files
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from couler_jupyter.engines import LINTERS

PAGE = Path(__file__).parent.parent / "docs" / "lint.md"
BY = "made by scripts/lint_rules.py"


def table() -> str:
    """Return the rules of all linters as a table of Markdown."""
    lines = ["| rule | name | a manifest is right when | weight |", "|---|---|---|---|"]
    for name in LINTERS.names():
        lines += [
            f"| {rule.id} | {rule.name} | {rule.says} | {rule.severity} |"
            for rule in LINTERS.get(name)().rules
        ]
    return "\n".join(lines)


def versions() -> str:
    """Return what differs between versions of Argo as a table of Markdown."""
    text = (files("couler_jupyter.engines.argo.linting") / "versions.json").read_text()
    changes = json.loads(text)
    names = {rule.id: rule.name for rule in LINTERS.get("argo")().rules}
    rows = [(since, f"`{name}`", "new") for name, since in changes["since"].items()]
    rows += [(gone[0], f"`{name}`", "gone") for name, gone in changes["until"].items()]
    rows += [
        (until[0], f"`{name}`", "of another type")
        for name, until in changes["types"].items()
    ]
    rows += [
        (since, f"`{word}` in `{name}`", "new")
        for name, words in changes["words"].items()
        for word, since in words.items()
    ]
    rows += [
        (since, f"{rule} {names[rule]}", "new")
        for rule, since in changes["rules"].items()
    ]
    lines = ["| Argo | field, word or rule | is |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in sorted(rows))])


def page(text: str) -> str:
    """Return the page with the tables as they should be."""
    for name, made in (("rules", table()), ("versions", versions())):
        start, end = f"<!-- {name}: {BY} -->", f"<!-- end of {name} -->"
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        text = f"{before}{start}\n\n{made}\n\n{end}{after}"
    return text


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
