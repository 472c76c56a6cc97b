"""What a document is: its kind, version, name, labels and size."""

from __future__ import annotations

import json
import re

from couler_jupyter.engines.argo.linting.names import label_fault, object_fault
from couler_jupyter.engines.argo.linting.plain import Object, has_tag, inside, text
from couler_jupyter.engines.argo.linting.report import Report, meant, shown
from couler_jupyter.engines.argo.scripts import is_config_map
from couler_jupyter.engines.finding import Rule, Severity
from couler_jupyter.engines.kube.places import Path

NOT_ARGO = Rule(
    "ARGO001",
    "other-document",
    "documents that are not Argo's are passed over",
    Severity.NOTE,
)
NO_OBJECT = Rule("ARGO003", "no-object", "a document is an object with a kind")
BAD_VERSION = Rule("ARGO004", "api-version", "apiVersion is argoproj.io/v1alpha1")
UNKNOWN_KIND = Rule("ARGO005", "unknown-kind", "kind is one that Argo Workflows has")
NO_OBJECT_NAME = Rule(
    "ARGO006", "no-object-name", "an object has a name or generateName"
)
BAD_OBJECT_NAME = Rule(
    "ARGO007",
    "bad-object-name",
    "names of objects are DNS names of up to 63 characters, 52 for a CronWorkflow",
)
BAD_LABEL = Rule("ARGO008", "bad-label", "labels and annotations are well formed")
TOO_BIG = Rule(
    "ARGO009", "too-big", "objects and their annotations fit a cluster's limits"
)
NO_SPEC = Rule("ARGO010", "no-spec", "there is a spec")

VERSION = "argoproj.io/v1alpha1"
SPECS = {
    "Workflow": ("spec",),
    "WorkflowTemplate": ("spec",),
    "ClusterWorkflowTemplate": ("spec",),
    "CronWorkflow": ("spec", "workflowSpec"),
}
BINDING = "WorkflowEventBinding"
KINDS = (*SPECS, BINDING)
_LONGEST_NAME = {"CronWorkflow": 52}
_MOST_ANNOTATED = 256 * 2**10
_MOST_OBJECT = 2**20
_MOST_STORED = 3 * 2**19
_LABEL_NAME = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?")
_GENERATE_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9.]*)?")


def kind_of(body: object, report: Report) -> str | None:
    """Return which kind of Argo's a document is; None if it is none.

    That is told, but for a ConfigMap that holds scripts of a manifest.
    """
    if not isinstance(body, dict):
        what = "this document is no object"
        report.add(NO_OBJECT, (), what, "a manifest starts with apiVersion and kind")
        return None
    if is_config_map(body):
        return None
    version, kind = text(body, "apiVersion"), text(body, "kind")
    if not version.startswith("argoproj.io/") and kind not in KINDS:
        what = f"this is {shown(kind) if kind else 'of no kind'}, which is none of Argo Workflows"
        if not kind and not version:
            report.add(
                NO_OBJECT,
                (),
                "this document has no apiVersion and no kind",
                f"right is apiVersion: {VERSION} and kind: Workflow",
            )
        else:
            report.add(NOT_ARGO, (), what, "it is not looked at")
        return None
    if kind in KINDS:
        if version != VERSION:
            what = (
                f"apiVersion is {shown(version)}"
                if version
                else "there is no apiVersion"
            )
            report.add(BAD_VERSION, ("apiVersion",), what, f"right is {VERSION}")
        return kind
    if version != VERSION:
        report.add(
            NOT_ARGO, (), f"this is {shown(kind)} of {version}", "it is not looked at"
        )
    elif kind:
        report.add(
            UNKNOWN_KIND, ("kind",), f"kind is {shown(kind)}", meant(kind, KINDS)
        )
    else:
        right = f"right is one of {', '.join(KINDS)}"
        report.add(UNKNOWN_KIND, ("kind",), "there is no kind", right)
    return None


def check_object(body: Object, kind: str, report: Report) -> None:
    """Look at what every object has: metadata, a spec, a size."""
    metadata = inside(body, "metadata")
    _check_name(metadata, kind, report)
    for key in ("labels", "annotations"):
        check_labels(inside(metadata, key), ("metadata", key), report)
    if not isinstance(body.get("spec"), dict):
        report.add(NO_SPEC, ("spec",), f"this {kind} has no spec")
    size = len(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(
            "utf-8", "replace"
        )
    )
    most = _MOST_OBJECT if kind == "Workflow" else _MOST_STORED
    if size > most:
        what = (
            f"it is {size:,} bytes of JSON, {size - most:,} more than a cluster takes"
        )
        report.add(TOO_BIG, (), what, "shared templates and parameters make it smaller")


def _check_name(metadata: Object, kind: str, report: Report) -> None:
    name, begin = text(metadata, "name"), text(metadata, "generateName")
    longest = _LONGEST_NAME.get(kind, 63)
    if not name and not begin:
        what = "there is neither name nor generateName"
        report.add(NO_OBJECT_NAME, ("metadata", "name"), what)
    if name and (fault := object_fault(name, longest)):
        report.add(
            BAD_OBJECT_NAME,
            ("metadata", "name"),
            f"{shown(name)} is no good name",
            fault,
        )
    if not name and begin and _GENERATE_NAME.fullmatch(begin) is None:
        right = "small letters, digits, '-' and '.' may stand in it"
        what = f"{shown(begin)} is no good start of a name"
        report.add(BAD_OBJECT_NAME, ("metadata", "generateName"), what, right)
    space = text(metadata, "namespace")
    if space and (fault := label_fault(space)):
        what = f"{shown(space)} is no good namespace"
        report.add(BAD_OBJECT_NAME, ("metadata", "namespace"), what, fault)


def check_labels(labels: Object, path: Path, report: Report) -> None:
    """Look at labels or annotations: their keys, values and size."""
    group = str(path[-1])
    for key, value in labels.items():
        if not _is_key(key):
            right = (
                "right is a name of up to 63 letters, digits, - _ . and maybe a/ before"
            )
            what = f"{shown(key)} is no good key"
            report.add(BAD_LABEL, (*path, key), what, right, key=True)
        if group == "labels" and isinstance(value, str) and not _is_label(value):
            right = "right are up to 63 letters, digits, - _ . and no sign at the ends"
            report.add(BAD_LABEL, (*path, key), f"{shown(value)} is no label", right)
    total = sum(len(key) + len(str(value)) for key, value in labels.items())
    if group == "annotations" and total > _MOST_ANNOTATED:
        over = total - _MOST_ANNOTATED
        what = f"annotations are {total:,} bytes, {over:,} more than a cluster takes"
        report.add(TOO_BIG, path, what, key=True)


def _is_key(key: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    if has_tag(key) or (slash and object_fault(prefix, 253) is not None):
        return has_tag(key)
    return len(name) <= 63 and _LABEL_NAME.fullmatch(name) is not None


def _is_label(value: str) -> bool:
    if not value or has_tag(value):
        return True
    return len(value) <= 63 and _LABEL_NAME.fullmatch(value) is not None
