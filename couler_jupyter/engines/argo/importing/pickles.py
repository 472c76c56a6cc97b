"""Manifests without the artifacts that our own compiler puts beside parameters.

They hold what only Python can; the workflow says nothing of them.
"""

from __future__ import annotations

from typing import cast

from couler_jupyter.engines.argo.importing.whole import spec_of, spec_path
from couler_jupyter.engines.argo.structure.carrying import pickle_port
from couler_jupyter.engines.kube.placing import replace
from couler_jupyter.engines.kube.reading.fields import Object
from couler_jupyter.ir import Json

_SIDES = ("inputs", "outputs", "arguments")


def without_pickles(manifest: Object) -> Object:
    """Return a manifest whose sub-workflows pass no pickles."""
    templates = spec_of(manifest).get("templates")
    if not isinstance(templates, list) or "-pickle" not in str(templates):
        return manifest
    made = [_bare(one) if isinstance(one, dict) else one for one in templates]
    path = (*spec_path(str(manifest.get("kind"))), "templates")
    return cast("Object", replace(manifest, path, made))


def _bare(template: Object) -> Json:
    dag = template.get("dag")
    if not isinstance(dag, dict) or not isinstance(dag.get("tasks"), list):
        return template
    tasks = [_sides(one) if isinstance(one, dict) else one for one in dag["tasks"]]
    return {**_sides(template), "dag": {**dag, "tasks": tasks}}


def _sides(found: Object) -> Object:
    made = dict(found)
    for side in _SIDES:
        ports = made.get(side)
        if isinstance(ports, dict) and isinstance(ports.get("artifacts"), list):
            made[side] = _ports(ports)
            if not made[side]:
                del made[side]
    return made


def _ports(ports: Object) -> Object:
    named = {pickle_port(str(one.get("name"))) for one in _objects(ports, "parameters")}
    artifacts = [
        one
        for one in ports["artifacts"]
        if not (
            isinstance(one, dict)
            and one.get("optional") is True
            and one.get("name") in named
        )
    ]
    rest = {key: one for key, one in ports.items() if key != "artifacts"}
    return {**rest, "artifacts": artifacts} if artifacts else rest


def _objects(ports: Object, key: str) -> list[Object]:
    found = ports.get(key)
    return [one for one in found if isinstance(one, dict)] if found else []
