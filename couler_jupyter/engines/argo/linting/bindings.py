"""What an event starts: a WorkflowEventBinding, its selector and what it hands on."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting.arguments import check_value
from couler_jupyter.engines.argo.linting.expressions import expression_fault
from couler_jupyter.engines.argo.linting.names import check_names
from couler_jupyter.engines.argo.linting.plain import entries, inside, text
from couler_jupyter.engines.argo.linting.report import meant, shown
from couler_jupyter.engines.argo.linting.subject import Subject
from couler_jupyter.engines.argo.linting.workflows import check_reference
from couler_jupyter.engines.finding import Rule, Severity
from couler_jupyter.engines.kube.places import Path

BAD_EVENT = Rule(
    "ARGO708", "bad-event", "selectors and values of an event are expressions"
)
UNASKED = Rule(
    "ARGO709",
    "unasked-by-template",
    "a WorkflowEventBinding gives parameters that its template has",
    Severity.WARNING,
)
NOT_GIVEN = Rule(
    "ARGO710",
    "not-given-by-event",
    "a WorkflowEventBinding gives each parameter without a value of its own one",
)


def check_binding(subject: Subject) -> None:
    """Look at a WorkflowEventBinding; its submit part is the subject's spec."""
    body = subject.holder.body
    selector = text(inside(body, "spec", "event"), "selector")
    _check_expression(selector, ("spec", "event", "selector"), subject)
    check_reference(subject)
    path = (*subject.path, "arguments", "parameters")
    given = list(entries(inside(subject.spec, "arguments"), "parameters"))
    check_names((((*path, at), one) for at, one in given), "parameter", subject.report)
    for at, one in given:
        check_value(one, (*path, at), subject)
        source = text(inside(one, "valueFrom"), "event")
        _check_expression(source, (*path, at, "valueFrom", "event"), subject)
    if subject.base is not None:
        _check_fit(subject)


def _check_expression(source: str, path: Path, subject: Subject) -> None:
    if source and (fault := expression_fault(source)):
        what = f"{shown(source)} is no expression"
        subject.report.add(BAD_EVENT, path, what, fault)


def _check_fit(subject: Subject) -> None:
    """Look whether the template takes what it is given, and is given what it takes."""
    assert subject.base is not None
    path = (*subject.path, "arguments", "parameters")
    named = entries(inside(subject.base.spec, "arguments"), "parameters")
    wanted = {text(one, "name"): one for _, one in named}
    given = list(entries(inside(subject.spec, "arguments"), "parameters"))
    for at, one in given:
        name = text(one, "name")
        if name not in wanted:
            what = f"the template has no parameter {shown(name)}"
            subject.report.add(UNASKED, (*path, at, "name"), what, meant(name, wanted))
    names = {text(one, "name") for _, one in given}
    for name, one in wanted.items():
        if name not in names and one.get("value") is None and "valueFrom" not in one:
            what = f"parameter {shown(name)} of the template gets no value"
            right = "an event must give it one"
            subject.report.add(NOT_GIVEN, path, what, right, key=True)
