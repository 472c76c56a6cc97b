"""Inputs of templates, and where artifacts are kept."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting.library import Template
from couler_jupyter.engines.argo.linting.names import check_names
from couler_jupyter.engines.argo.linting.plain import Object, entries, inside, text
from couler_jupyter.engines.argo.linting.report import Report, shown
from couler_jupyter.engines.finding import Rule
from couler_jupyter.engines.kube.places import Path

FROM_IN_INPUT = Rule(
    "ARGO321",
    "from-in-input",
    "where an input artifact comes from is an argument's matter",
)
NO_PATH = Rule(
    "ARGO322", "no-path", "artifacts of templates that run a program have a path in it"
)
USELESS_PATH = Rule(
    "ARGO323", "useless-path", "artifacts of dag and steps templates have no path"
)
BAD_LOCATION = Rule(
    "ARGO324", "bad-artifact-location", "what a place for artifacts needs is said"
)
BAD_ENUM = Rule("ARGO325", "bad-enum", "a parameter's value is one of its enum")
TWO_PLACES = Rule(
    "ARGO326", "two-artifact-locations", "an artifact is kept in one place"
)

PLACES = (
    "s3",
    "git",
    "http",
    "artifactory",
    "hdfs",
    "raw",
    "oss",
    "gcs",
    "azure",
    "plugin",
)
_WITH_FILES = (
    "container",
    "script",
    "containerSet",
    "resource",
    "data",
    "http",
    "plugin",
)
_RUNS_PROGRAM = ("container", "script")


def check_inputs(template: Template, report: Report) -> None:
    """Look at the inputs of a template."""
    inputs = inside(template.body, "inputs")
    path = (*template.path, "inputs")
    for group, kind in (("parameters", "parameter"), ("artifacts", "artifact")):
        named = (((*path, group, at), one) for at, one in entries(inputs, group))
        check_names(named, kind, report)
    for at, one in entries(inputs, "parameters"):
        check_enum(one, (*path, "parameters", at), report)
    for at, one in entries(inputs, "artifacts"):
        where = (*path, "artifacts", at)
        if text(one, "from"):
            right = "the task or step that uses the template says it in its arguments"
            report.add(
                FROM_IN_INPUT,
                (*where, "from"),
                "an input has no 'from'",
                right,
                key=True,
            )
        check_path(one, where, template, report)
        check_location(one, where, report, whole=True)


def check_path(
    artifact: Object, path: Path, template: Template, report: Report
) -> None:
    """Look at where in a container an artifact is."""
    name = shown(text(artifact, "name"))
    if not template.is_leaf:
        if text(artifact, "path"):
            what = f"artifact {name} of a {template.type} template has no path"
            report.add(
                USELESS_PATH,
                (*path, "path"),
                what,
                "the template that runs the program has one",
                key=True,
            )
    elif template.type in _RUNS_PROGRAM and not text(artifact, "path"):
        report.add(
            NO_PATH,
            (*path, "path"),
            f"artifact {name} has no path",
            "right is where the program finds or leaves it",
        )


def check_location(
    artifact: Object, path: Path, report: Report, *, whole: bool = False
) -> None:
    """Look at where an artifact is kept.

    Args:
        artifact: its plain object.
        path: where it stands.
        report: where findings go.
        whole: whether the place must be said in full; else a repository can add to it.
    """
    said = [key for key in artifact if key in PLACES and artifact[key] is not None]
    if len(said) > 1:
        what = f"it is kept in {' and '.join(said)}"
        report.add(TWO_PLACES, (*path, said[1]), what, "right is one of them", key=True)
    if isinstance(artifact.get("git"), dict) and not text(artifact["git"], "repo"):
        report.add(BAD_LOCATION, (*path, "git", "repo"), "git has no repo")
    if isinstance(artifact.get("hdfs"), dict):
        _check_hdfs(inside(artifact, "hdfs"), (*path, "hdfs"), report, whole=whole)


def _check_hdfs(hdfs: Object, path: Path, report: Report, *, whole: bool) -> None:
    has_tickets = hdfs.get("krbCCacheSecret") is not None
    has_keys = hdfs.get("krbKeytabSecret") is not None
    if whole and not hdfs.get("addresses"):
        report.add(BAD_LOCATION, (*path, "addresses"), "hdfs has no addresses")
    if not text(hdfs, "path"):
        report.add(BAD_LOCATION, (*path, "path"), "hdfs has no path")
    elif not text(hdfs, "path").startswith(("/", "{{")):
        report.add(BAD_LOCATION, (*path, "path"), "the path of hdfs starts with /")
    if has_tickets and has_keys:
        what = "hdfs has both krbCCacheSecret and krbKeytabSecret"
        report.add(BAD_LOCATION, path, what, "right is one of them")
    if has_keys and not (text(hdfs, "krbUsername") and text(hdfs, "krbRealm")):
        what = "krbKeytabSecret needs krbUsername and krbRealm"
        report.add(BAD_LOCATION, (*path, "krbKeytabSecret"), what)
    if (has_tickets or has_keys) and not text(hdfs, "krbServicePrincipalName"):
        report.add(BAD_LOCATION, path, "Kerberos needs krbServicePrincipalName")


def check_enum(parameter: Object, path: Path, report: Report) -> None:
    """Look at the words that a parameter may have."""
    allowed = parameter.get("enum")
    if not isinstance(allowed, list):
        return
    if not allowed:
        report.add(
            BAD_ENUM, (*path, "enum"), "the enum is empty", "right is one value or more"
        )
        return
    words = [_as_text(one) for one in allowed]
    for key in ("value", "default"):
        value = parameter.get(key)
        if (
            isinstance(value, (str, int, float))
            and "{{" not in str(value)
            and _as_text(value) not in words
        ):
            right = f"right is one of {', '.join(words[:8])}"
            report.add(
                BAD_ENUM,
                (*path, key),
                f"{key} {shown(value)} is not in the enum",
                right,
            )


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
