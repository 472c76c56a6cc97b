"""Looking at the texts of a manifest for what they refer to."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting.conditions import condition_fault
from couler_jupyter.engines.argo.linting.expressions import (
    expression_fault,
    is_known,
    words_of,
)
from couler_jupyter.engines.argo.linting.fault import Fault
from couler_jupyter.engines.argo.linting.plain import texts
from couler_jupyter.engines.argo.linting.report import Report, shown
from couler_jupyter.engines.argo.linting.scope import Scope
from couler_jupyter.engines.argo.linting.tags import (
    LATE,
    ROOTS,
    Tag,
    is_open,
    tags_of,
    without_tags,
)
from couler_jupyter.engines.finding import Rule, Severity
from couler_jupyter.engines.kube.places import Path
from couler_jupyter.ir import nearest

OPEN_TAG = Rule("ARGO510", "open-tag", "what `{{` begins, `}}` ends", Severity.WARNING)
MISSPELT = Rule(
    "ARGO511",
    "misspelt-tag",
    "a tag does not begin with nearly a word that Argo knows",
    Severity.WARNING,
)
BAD_EXPRESSION = Rule(
    "ARGO512", "bad-expression", "brackets and quotes of expressions have a partner"
)
UNKNOWN_WORD = Rule(
    "ARGO513",
    "unknown-word-in-expression",
    "names in expressions are known",
    Severity.WARNING,
)
IN_EXPRESSION = Rule(
    "ARGO514",
    "reference-in-expression",
    "what an expression refers to can be known where it stands",
    Severity.WARNING,
)
BAD_WHEN = Rule("ARGO515", "bad-when", "`when` is a condition that can be read")

_EXPRESSION_FIELDS = frozenset(("expression", "fromExpression"))


def check_texts(value: object, path: Path, scope: Scope, report: Report) -> None:
    """Look at all texts in a value, as they see things from `scope`."""
    for where, text in texts(value, path):
        if "{{" in text:
            check_text(text, where, scope, report)
        if where[-1] in _EXPRESSION_FIELDS and not text.lstrip().startswith("{{"):
            _check_expression(text, where, scope, report)


def check_text(text: str, path: Path, scope: Scope, report: Report) -> None:
    """Look at the tags of one text."""
    if is_open(text):
        report.add(OPEN_TAG, path, "a {{ has no }} after it")
    for tag in tags_of(text):
        if tag.is_expression:
            _check_expression(tag.inner, path, scope, report)
        else:
            _check_tag(tag, path, scope, report)


def check_when(text: str, path: Path, report: Report) -> None:
    """Look at a condition, whatever its tags stand for."""
    if fault := condition_fault(text):
        report.add(BAD_WHEN, path, f"this condition cannot be read: {fault}")


def _check_tag(tag: Tag, path: Path, scope: Scope, report: Report) -> None:
    parts = tuple(tag.inner.split("."))
    if parts[0] in ROOTS:
        fault = scope.fault(parts)
        if fault is not None:
            what = f"{{{{{_short(tag.inner)}}}}}: {fault.what}"
            report.add(fault.rule, path, what, fault.right)
    elif parts[0] not in LATE and len(parts) > 1 and parts[0].isidentifier():
        hint = nearest(parts[0], ROOTS)
        if "did you mean" in hint:
            what = f"{{{{{_short(tag.inner)}}}}} is left as it stands"
            report.add(MISSPELT, path, what, hint.removeprefix("; "))


def _check_expression(text: str, path: Path, scope: Scope, report: Report) -> None:
    text = without_tags(text, "nil")
    if fault := expression_fault(text):
        report.add(BAD_EXPRESSION, path, f"this expression cannot be read: {fault}")
        return
    for parts in words_of(text):
        found: Fault | None = None
        if parts[0] in ROOTS:
            found = scope.fault(parts)
        elif parts[0] not in LATE and not is_known(parts[0]):
            what = f"nothing is called {shown(parts[0])} in this expression"
            report.add(UNKNOWN_WORD, path, what, _quotes(parts[0], text))
        if found is not None:
            report.add(
                IN_EXPRESSION, path, f"in {'.'.join(parts)}: {found.what}", found.right
            )


def _quotes(word: str, text: str) -> str:
    if f"-{word}" in text or f"{word}-" in text:
        return "a name with '-' stands in brackets: tasks['a-b']"
    return f"as text it is in quotes: '{word}'"


def _short(text: str) -> str:
    return shown(text)[1:-1]
