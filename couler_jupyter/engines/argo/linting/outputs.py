"""Outputs of templates."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting.inputs import check_location, check_path
from couler_jupyter.engines.argo.linting.library import Template
from couler_jupyter.engines.argo.linting.names import check_names, data_fault
from couler_jupyter.engines.argo.linting.plain import (
    Object,
    entries,
    has_tag,
    inside,
    text,
)
from couler_jupyter.engines.argo.linting.report import Report, shown
from couler_jupyter.engines.finding import Rule, Severity
from couler_jupyter.engines.kube.places import Path

NO_VALUE = Rule(
    "ARGO331", "output-without-value", "an output says where its value is from"
)
TWO_VALUES = Rule("ARGO332", "output-with-two-values", "an output has one value")
WRONG_SOURCE = Rule(
    "ARGO333",
    "wrong-output-source",
    "an output takes its value from what its type of template has",
)
BAD_GLOBAL_NAME = Rule("ARGO334", "bad-global-name", "global names are names")
NO_ARTIFACT_SOURCE = Rule(
    "ARGO335",
    "artifact-without-source",
    "an output artifact of a dag or steps template says which artifact it is",
    Severity.WARNING,
)

SOURCES = ("path", "jqFilter", "jsonPath", "parameter", "expression", "supplied")
_RIGHT_SOURCES = {
    "container": ("path",),
    "script": ("path",),
    "containerSet": ("path",),
    "resource": ("jqFilter", "jsonPath"),
    "dag": ("parameter", "expression"),
    "steps": ("parameter", "expression"),
}


def check_outputs(template: Template, report: Report) -> None:
    """Look at the outputs of a template."""
    outputs = inside(template.body, "outputs")
    path = (*template.path, "outputs")
    for group, kind in (("parameters", "parameter"), ("artifacts", "artifact")):
        named = (((*path, group, at), one) for at, one in entries(outputs, group))
        check_names(named, kind, report)
        for at, one in entries(outputs, group):
            _check_global_name(one, (*path, group, at), report)
    for at, one in entries(outputs, "parameters"):
        _check_value(one, (*path, "parameters", at), template, report)
    for at, one in entries(outputs, "artifacts"):
        where = (*path, "artifacts", at)
        check_path(one, where, template, report)
        check_location(one, where, report)
        _check_source(one, where, template, report)


def _check_value(
    output: Object, path: Path, template: Template, report: Report
) -> None:
    name = shown(text(output, "name"))
    source = output.get("valueFrom")
    if output.get("value") is not None:
        if source is not None:
            report.add(
                TWO_VALUES,
                (*path, "valueFrom"),
                f"output {name} has both value and valueFrom",
                key=True,
            )
        return
    if not isinstance(source, dict):
        right = (
            f"it needs valueFrom with {_or(_RIGHT_SOURCES.get(template.type, SOURCES))}"
        )
        report.add(NO_VALUE, path, f"output {name} has no value", right)
        return
    said = [key for key in SOURCES if source.get(key) not in (None, "")]
    allowed = _RIGHT_SOURCES.get(template.type, ())
    if not said:
        right = f"it needs {_or(allowed or SOURCES)}"
        report.add(
            NO_VALUE,
            (*path, "valueFrom"),
            f"output {name} has no source",
            right,
            key=True,
        )
    elif len(said) > 1:
        what = f"output {name} has {' and '.join(said)}"
        report.add(
            TWO_VALUES,
            (*path, "valueFrom", said[1]),
            what,
            "right is one of them",
            key=True,
        )
    elif allowed and said[0] not in allowed:
        what = f"an output of a {template.type} template is not had by {said[0]}"
        report.add(
            WRONG_SOURCE,
            (*path, "valueFrom", said[0]),
            what,
            f"right is {_or(allowed)}",
            key=True,
        )


def _check_source(
    artifact: Object, path: Path, template: Template, report: Report
) -> None:
    said = [key for key in ("from", "fromExpression") if text(artifact, key)]
    name = shown(text(artifact, "name"))
    if len(said) > 1:
        what = f"artifact {name} has both from and fromExpression"
        report.add(TWO_VALUES, (*path, said[1]), what, key=True)
    elif not said and not template.is_leaf and artifact.get("optional") is not True:
        right = "it needs from or fromExpression"
        report.add(
            NO_ARTIFACT_SOURCE, path, f"artifact {name} comes from nowhere", right
        )


def _check_global_name(output: Object, path: Path, report: Report) -> None:
    name = text(output, "globalName")
    if name and not has_tag(name) and (fault := data_fault(name)):
        report.add(
            BAD_GLOBAL_NAME,
            (*path, "globalName"),
            f"{shown(name)} is no good name",
            fault,
        )


def _or(words: tuple[str, ...]) -> str:
    return " or ".join(words)
