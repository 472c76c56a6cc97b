"""Manifests that break one rule each, and how they are mended.

They stand in `cases/*.txt`, each after a line with the rule and what the text is a part
of. A line that ends in `#-` is only in what is broken, one that ends in `#+` only in
what is mended; with a `!` it is the line where the finding is expected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.finding import Finding, Source

HEAD = """\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: {generateName: a-}
spec:
  entrypoint: main
"""
MAIN = """\
  templates:
  - name: main
    container: {image: busybox}
"""
TEMPLATE = "  templates:\n  - name: main\n"
WORK = """\
  - name: work
    inputs:
      parameters: [{name: x, default: ""}]
      artifacts: [{name: f, path: /tmp/f, optional: true}]
    outputs:
      parameters: [{name: "y", valueFrom: {path: /tmp/y}}]
      artifacts: [{name: g, path: /tmp/g}]
    container: {image: busybox}
  - name: pause
    suspend: {}
"""
CRON = """\
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: a}
spec:
"""
CRON_WORKFLOW = """\
  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {image: busybox}
"""
AROUND = {
    "text": ("", "", 0),
    "spec": (HEAD, MAIN, 2),
    "template": (HEAD + TEMPLATE, "", 4),
    "container": (HEAD + TEMPLATE, "    container: {image: busybox}\n", 4),
    "dag": (f"{HEAD}{TEMPLATE}    dag:\n      tasks:\n", WORK, 6),
    "steps": (f"{HEAD}{TEMPLATE}    steps:\n", WORK, 4),
    "cron": (CRON, CRON_WORKFLOW, 2),
}
_MARK = re.compile(r"\s*#([-+]?)(!?)$")


@dataclass(frozen=True)
class Broken:
    """A manifest that breaks one rule, in one line, and the same mended."""

    rule: str
    text: str
    mended: str
    line: int


def cases() -> Iterator[Broken]:
    """Yield those that stand in files."""
    for path in sorted((Path(__file__).parent / "cases").glob("*.txt")):
        for part in path.read_text().split("=== ")[1:]:
            head, _, body = part.partition("\n")
            rule, around = head.split()
            yield _case(rule, around, body)


def _case(rule: str, around: str, body: str) -> Broken:
    broken, mended, line = [], [], 0
    for one in body.splitlines():
        text, _, rest = one.rpartition("  #")
        mark = _MARK.fullmatch(f"#{rest}") if text or one.startswith("  #") else None
        only, here = mark.groups() if mark else ("", "")
        text = text if mark else one
        if only != "+":
            broken.append(text)
            line = len(broken) if here else line
        if only != "-":
            mended.append(text)
    before, after, deep = AROUND[around]
    if "templates:" in body and around == "spec":
        after = ""

    def whole(lines: list[str]) -> str:
        return f"{before}{indent(chr(10).join(lines), ' ' * deep)}\n{after}"

    assert line, f"{rule} marks no line"
    return Broken(rule, whole(broken), whole(mended), line + before.count("\n"))


def lint(*texts: str) -> tuple[Finding, ...]:
    """Return what is wrong with these texts, as files named 0, 1, ..."""
    return ArgoLinter().lint([Source(str(at), one) for at, one in enumerate(texts)])


def said(*texts: str) -> list[str]:
    """Return the findings in short: rule, line and message."""
    return [f"{one.rule.id}:{one.line} {one.message}" for one in lint(*texts)]
