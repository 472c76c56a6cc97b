"""A manifest that breaks one rule, and how it is mended.

Where the finding is expected, the line ends in `#!`.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent, indent

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


@dataclass(frozen=True)
class Broken:
    """A manifest that breaks one rule.

    Attributes:
        rule: its id.
        text: the manifest.
        mend: what to put in the place of what, to make it right.
    """

    rule: str
    text: str
    mend: tuple[str, str]

    @property
    def line(self) -> int:
        return 1 + self.text[: self.text.index("#!")].count("\n")

    @property
    def mended(self) -> str:
        old, new = (one.replace("\\n", "\n") for one in self.mend)
        assert old in self.text, old
        return self.text.replace(old, new)


def in_spec(text: str) -> str:
    """Return a workflow with this in its spec."""
    body = indent(dedent(text), "  ")
    return HEAD + body + ("" if "templates:" in text else MAIN)


def in_template(text: str) -> str:
    """Return a workflow whose one template has this."""
    return f"{HEAD}  templates:\n  - name: main\n{indent(dedent(text), '    ')}"


def in_container(text: str) -> str:
    """Return a workflow whose one template has this beside a container."""
    return in_template(dedent(text) + "container: {image: busybox}\n")


def in_dag(tasks: str, beside: str = "") -> str:
    """Return a workflow whose main template is a dag of these tasks."""
    body = indent(dedent(tasks), "      ")
    return (
        f"{HEAD}  templates:\n  - name: main\n    dag:\n      tasks:\n{body}"
        f"{indent(dedent(beside), '    ')}{WORK}"
    )


def in_steps(groups: str, beside: str = "") -> str:
    """Return a workflow whose main template has these groups of steps."""
    body = indent(dedent(groups), "    ")
    return (
        f"{HEAD}  templates:\n  - name: main\n    steps:\n{body}"
        f"{indent(dedent(beside), '    ')}{WORK}"
    )


def as_cron(text: str) -> str:
    """Return a CronWorkflow whose spec has this."""
    return f"""\
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {{name: a}}
spec:
{indent(dedent(text), "  ")}  workflowSpec:
    entrypoint: main
    templates:
    - name: main
      container: {{image: busybox}}
"""


def lint(*texts: str) -> tuple[Finding, ...]:
    """Return what is wrong with these texts, as files named 0, 1, ..."""
    return ArgoLinter().lint([Source(str(at), one) for at, one in enumerate(texts)])


def said(*texts: str) -> list[str]:
    """Return the findings in short: rule and line."""
    return [f"{one.rule.id}:{one.line} {one.message}" for one in lint(*texts)]
