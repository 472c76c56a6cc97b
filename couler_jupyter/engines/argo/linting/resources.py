"""Templates that are no program: resources, data, plugins."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting.library import Template
from couler_jupyter.engines.argo.linting.plain import has_tag, inside, text
from couler_jupyter.engines.argo.linting.report import Report, meant, shown
from couler_jupyter.engines.argo.linting.tags import without_tags
from couler_jupyter.engines.finding import Rule
from couler_jupyter.engines.kube.unreadable import Unreadable
from couler_jupyter.engines.kube.yaml_reading import read_text

BAD_ACTION = Rule("ARGO351", "bad-action", "a resource template does one of six things")
NO_MANIFEST = Rule(
    "ARGO352", "no-manifest", "a resource template has one of manifest and manifestFrom"
)
BAD_MANIFEST = Rule("ARGO353", "bad-manifest", "the manifest of a resource can be read")
NO_SUCH_ARTIFACT = Rule(
    "ARGO354", "unknown-manifest-artifact", "manifestFrom names an input artifact"
)
BAD_DATA = Rule(
    "ARGO355", "bad-data", "a data template has a source and transformations"
)
BAD_PLUGIN = Rule("ARGO356", "bad-plugin", "a plugin template names one plugin")

_ACTIONS = ("get", "create", "apply", "delete", "replace", "patch")


def check_resource(template: Template, report: Report) -> None:
    """Look at what a template does that is no program."""
    if isinstance(template.body.get("resource"), dict):
        _check_resource(template, report)
    if isinstance(data := template.body.get("data"), dict):
        path = (*template.path, "data")
        if not data.get("transformation"):
            report.add(
                BAD_DATA,
                (*path, "transformation"),
                "there is no transformation",
                "it needs one expression or more",
            )
        if not isinstance(data.get("source"), dict) or not inside(data, "source"):
            report.add(
                BAD_DATA,
                (*path, "source"),
                "there is no source",
                "it needs artifactPaths",
            )
    if isinstance(plugin := template.body.get("plugin"), dict) and len(plugin) != 1:
        what = f"{len(plugin)} plugins are named"
        report.add(
            BAD_PLUGIN, (*template.path, "plugin"), what, "right is one", key=True
        )


def _check_resource(template: Template, report: Report) -> None:
    body, path = inside(template.body, "resource"), (*template.path, "resource")
    action = text(body, "action")
    if action not in _ACTIONS and not has_tag(action):
        what = f"action is {shown(action)}" if action else "there is no action"
        report.add(
            BAD_ACTION,
            (*path, "action"),
            what,
            meant(action, _ACTIONS)
            if action
            else f"right is one of {', '.join(_ACTIONS)}",
        )
    manifest, source = text(body, "manifest"), body.get("manifestFrom")
    if manifest and source is not None:
        report.add(
            NO_MANIFEST,
            (*path, "manifestFrom"),
            "it has both manifest and manifestFrom",
            "right is one of them",
            key=True,
        )
    elif not manifest and source is None and action not in ("delete", "get"):
        report.add(
            NO_MANIFEST,
            path,
            f"there is no manifest to {action or 'create'}",
            "it needs manifest or manifestFrom",
            key=True,
        )
    name = text(inside(body, "manifestFrom", "artifact"), "name")
    if name and name not in template.input_artifacts:
        where = (*path, "manifestFrom", "artifact", "name")
        what = f"the template has no input artifact {shown(name)}"
        report.add(NO_SUCH_ARTIFACT, where, what, meant(name, template.input_artifacts))
    if manifest:
        try:
            read_text(without_tags(manifest, "x"))
        except Unreadable as error:
            report.add(
                BAD_MANIFEST,
                (*path, "manifest"),
                f"this manifest cannot be read: in its {error}",
            )
