"""Scripts that lie in ConfigMaps beside their manifest: what is mounted is in there."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting.library import Template
from couler_jupyter.engines.argo.linting.plain import entries, inside, text, words
from couler_jupyter.engines.argo.linting.report import meant, shown
from couler_jupyter.engines.argo.linting.subject import Subject
from couler_jupyter.engines.finding import Rule
from couler_jupyter.engines.kube.places import Path

NOT_STORED = Rule(
    "ARGO349",
    "script-not-stored",
    "a script that is run from a ConfigMap of the files is in it",
)


def check_stored(template: Template, subject: Subject) -> None:
    """Look at the files of ConfigMaps that a template's containers are given."""
    held = subject.library.config_maps
    mounted = {
        text(one, "name"): text(inside(one, "configMap"), "name")
        for _, one in entries(template.body, "volumes")
    }
    if not held or not any(name in held for name in mounted.values()):
        return
    path = (*template.path, "container")
    _check(inside(template.body, "container"), path, mounted, subject)
    for at, one in entries(template.body, "initContainers"):
        _check(one, (*template.path, "initContainers", at), mounted, subject)


def _check(
    container: dict[str, object], path: Path, mounted: dict[str, str], subject: Subject
) -> None:
    folders = {
        text(one, "mountPath"): mounted.get(text(one, "name"), "")
        for _, one in entries(container, "volumeMounts")
    }
    for at, word in words(container, "args"):
        folder, _, key = word.rpartition("/")
        keys = subject.library.config_maps.get(folders.get(folder, ""))
        if keys is not None and key not in keys and "{{" not in key:
            what = f"ConfigMap {shown(folders[folder])} has no {shown(key)}"
            where = (*path, "args", at)
            subject.report.add(NOT_STORED, where, what, meant(key, keys))
