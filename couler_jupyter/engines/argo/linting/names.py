"""What things may be called.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from couler_jupyter.engines.argo.linting.plain import Object, has_tag, text
from couler_jupyter.engines.argo.linting.report import Report, shown
from couler_jupyter.engines.finding import Rule
from couler_jupyter.engines.kube.places import Path

NO_NAME = Rule("ARGO201", "no-name", "what is referred to by name has one")
BAD_NAME = Rule("ARGO202", "bad-name", "names have the letters and the length they may")
TWICE = Rule("ARGO203", "name-twice", "no two of a list have one name")

LONGEST_FIELD = 128
_FIELD = re.compile(r"[a-zA-Z0-9][-a-zA-Z0-9]*")
_DATA = re.compile(r"[-a-zA-Z0-9_]+")
_SUBDOMAIN = re.compile(
    r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*"
)
_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_FIELD_MAY = "letters, digits and '-' may stand in it, a letter or digit first"


def field_fault(name: str) -> str | None:
    """Return what is wrong with the name of a template, task, step or container."""
    if len(name) > LONGEST_FIELD:
        return f"it is {len(name)} characters long; {LONGEST_FIELD} at the most"
    return None if _FIELD.fullmatch(name) else _FIELD_MAY


def data_fault(name: str) -> str | None:
    """Return what is wrong with the name of a parameter or artifact."""
    may = "letters, digits, '_' and '-' may stand in it"
    return None if _DATA.fullmatch(name) else may


def object_fault(name: str, longest: int) -> str | None:
    """Return what is wrong with the name of an object on a cluster."""
    if len(name) > longest:
        return f"it is {len(name)} characters long; {longest} at the most"
    may = "small letters, digits, '-' and '.' may stand in it, a letter or digit at both ends"
    return None if _SUBDOMAIN.fullmatch(name) else may


def label_fault(name: str) -> str | None:
    """Return what is wrong with the name of a container or namespace."""
    may = (
        "small letters, digits and '-' may stand in it, a letter or digit at both ends"
    )
    return (
        None
        if len(name) <= 63 and _LABEL.fullmatch(name)
        else f"up to 63 characters; {may}"
    )


def check_names(
    named: Iterable[tuple[Path, Object]], what: str, report: Report
) -> None:
    """Look at the names of a list: each is there, is well formed, and stands once.

    Args:
        named: the objects with their paths.
        what: they are, in one word.
        report: where findings go.
    """
    fault_of = data_fault if what in ("parameter", "artifact") else field_fault
    seen: set[str] = set()
    for path, one in named:
        name = text(one, "name")
        at = (*path, "name")
        if not name:
            if not isinstance(one.get("name"), (int, float)):
                report.add(NO_NAME, at, f"this {what} has no name")
            continue
        if name in seen:
            report.add(TWICE, at, f"there is another {what} named {shown(name)} before")
        seen.add(name)
        fault = fault_of(name)
        if fault is not None and not has_tag(name):
            report.add(BAD_NAME, at, f"{what} {shown(name)} has no good name", fault)
