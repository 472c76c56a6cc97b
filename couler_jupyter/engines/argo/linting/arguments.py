"""What a template is handed, and whether that is what it takes."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting.inputs import (
    PLACES,
    check_enum,
    check_location,
)
from couler_jupyter.engines.argo.linting.library import Target, Template
from couler_jupyter.engines.argo.linting.names import check_names
from couler_jupyter.engines.argo.linting.plain import Object, entries, text
from couler_jupyter.engines.argo.linting.report import meant, shown
from couler_jupyter.engines.argo.linting.subject import Subject
from couler_jupyter.engines.finding import Rule, Severity
from couler_jupyter.engines.kube.places import Path

MISSING_ARGUMENT = Rule("ARGO411", "missing-argument", "inputs without a value get one")
EXTRA_ARGUMENT = Rule(
    "ARGO412",
    "extra-argument",
    "arguments are inputs of the template",
    Severity.WARNING,
)
NO_ARGUMENT_VALUE = Rule("ARGO413", "argument-without-value", "an argument has a value")
BAD_VALUE_FROM = Rule(
    "ARGO414",
    "bad-argument-source",
    "the value of an argument comes from a ConfigMap, an event, or a person",
)
TWO_FROM = Rule(
    "ARGO415", "argument-with-two-sources", "an artifact comes from one place"
)


def check_arguments(
    arguments: Object, target: Target, path: Path, subject: Subject
) -> None:
    """Look at what a template is handed, and whether that is what it takes."""
    report = subject.report
    for group, kind in (("parameters", "parameter"), ("artifacts", "artifact")):
        named = (((*path, group, at), one) for at, one in entries(arguments, group))
        check_names(named, kind, report)
    for at, one in entries(arguments, "parameters"):
        check_value(one, (*path, "parameters", at), subject)
    for at, one in entries(arguments, "artifacts"):
        check_artifact(one, (*path, "artifacts", at), subject)
    if target.template is not None and target.template.type:
        _check_fit(arguments, target.template, path, subject)


def check_value(
    parameter: Object, path: Path, subject: Subject, *, needed: bool = True
) -> None:
    """Look at the value of one parameter among arguments."""
    report, name = subject.report, shown(text(parameter, "name"))
    source = parameter.get("valueFrom")
    if needed and source is None and parameter.get("value") is None:
        report.add(
            NO_ARGUMENT_VALUE,
            path,
            f"argument {name} has no value",
            "it needs value or valueFrom",
        )
    if isinstance(source, dict):
        known = ("configMapKeyRef", "event", "supplied")
        others = [key for key in source if key not in (*known, "default")]
        if others or not any(source.get(key) is not None for key in known):
            at = (*path, "valueFrom", *others[:1])
            right = f"right is {', '.join(known)}, and maybe default"
            report.add(
                BAD_VALUE_FROM,
                at,
                f"argument {name} has no value from there",
                right,
                key=True,
            )
    check_enum(parameter, path, report)


def check_artifact(
    artifact: Object, path: Path, subject: Subject, *, needed: bool = True
) -> None:
    """Look at one artifact among arguments."""
    report, name = subject.report, shown(text(artifact, "name"))
    said = [key for key in ("from", "fromExpression") if text(artifact, key)]
    has_place = any(artifact.get(key) is not None for key in PLACES)
    if len(said) > 1:
        report.add(
            TWO_FROM,
            (*path, said[1]),
            f"artifact {name} has both from and fromExpression",
            key=True,
        )
    elif needed and not said and not has_place and artifact.get("optional") is not True:
        right = "it needs from, or a place such as s3"
        report.add(
            NO_ARGUMENT_VALUE, path, f"artifact {name} comes from nowhere", right
        )
    check_location(artifact, path, report)


def _check_fit(
    arguments: Object, template: Template, path: Path, subject: Subject
) -> None:
    groups = (
        ("parameters", "parameter", template.input_parameters),
        ("artifacts", "artifact", template.input_artifacts),
    )
    for group, kind, wanted in groups:
        given = {text(one, "name"): at for at, one in entries(arguments, group)}
        for name, at in given.items():
            if name and name not in wanted and "{{" not in name:
                what = f"{_called(template)} takes no {kind} {shown(name)}"
                subject.report.add(
                    EXTRA_ARGUMENT,
                    (*path, group, at, "name"),
                    what,
                    meant(name, wanted) if wanted else "",
                )
        for name, one in wanted.items():
            if name not in given and needs_value(one, kind):
                what = f"{kind} {shown(name)} of {_called(template)} gets no value"
                subject.report.add(
                    MISSING_ARGUMENT,
                    (*path, group),
                    what,
                    "it needs one among the arguments",
                    key=True,
                )


def _called(template: Template) -> str:
    return f"template {shown(template.name)}" if template.name else "this template"


def needs_value(declared: Object, kind: str) -> bool:
    """Return whether an input has no value of its own."""
    if kind == "artifact":
        has_place = any(declared.get(key) is not None for key in PLACES)
        return not has_place and declared.get("optional") is not True
    return all(declared.get(key) is None for key in ("value", "default", "valueFrom"))
