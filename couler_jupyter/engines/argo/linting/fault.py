"""What is wrong with one reference."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.engines.finding import Rule, Severity

UNKNOWN_INPUT = Rule(
    "ARGO501", "unknown-input", "`inputs.*` names an input that the template declares"
)
UNKNOWN_PARAMETER = Rule(
    "ARGO502",
    "unknown-workflow-parameter",
    "`workflow.parameters.*` names a parameter of the workflow",
)
UNKNOWN_GLOBAL = Rule(
    "ARGO503", "unknown-workflow-value", "`workflow.*` names something Argo puts in"
)
UNKNOWN_SIBLING = Rule(
    "ARGO504", "unknown-task-reference", "`tasks.*` and `steps.*` name a task or step"
)
NOT_BEFORE = Rule(
    "ARGO505",
    "not-an-ancestor",
    "what a task refers to comes from a task that it waits for",
)
UNKNOWN_OUTPUT = Rule(
    "ARGO506", "unknown-output", "outputs that are referred to are declared"
)
NO_ITEM = Rule(
    "ARGO507", "unknown-item", "`item.*` stands in a loop whose items have that key"
)
WRONG_ROOT = Rule(
    "ARGO508",
    "out-of-reach",
    "a template refers only to what it can see where it stands",
)
UNKNOWN_LABEL = Rule(
    "ARGO509",
    "unknown-label",
    "`workflow.labels.*` and `workflow.annotations.*` name one of the manifest",
    Severity.WARNING,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one reference, and what would be right."""

    rule: Rule
    what: str
    right: str = ""
