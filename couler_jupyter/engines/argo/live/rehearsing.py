"""What can be said of a submission before it: its options, and whether it would be taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from couler_jupyter.engines.ahead import HeadStart
from couler_jupyter.engines.argo.live.config_maps import Beside
from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.argo.live.in_cluster.sending import sending_of
from couler_jupyter.engines.argo.live.manifests import (
    objects_in,
    to_run,
    with_arguments,
)
from couler_jupyter.engines.argo.live.objects import KINDS, RUN_LABEL
from couler_jupyter.engines.argo.live.options import FOLLOWERS, LiveOptions
from couler_jupyter.engines.argo.live.starting import remembering
from couler_jupyter.engines.argo.live.submitting import Submitting
from couler_jupyter.engines.argo.parts.annotations import is_in_parts
from couler_jupyter.engines.base import Engine
from couler_jupyter.engines.cache import NO_CACHE
from couler_jupyter.engines.choices import Choice, choices_of
from couler_jupyter.engines.finding import Severity, Source
from couler_jupyter.engines.following.remote import has_remote, remote_of
from couler_jupyter.errors import Problem, Unsupported
from couler_jupyter.ir import Json, Manifest, Run, Workflow

_ELSEWHERE = ("cache", "compile", "folder", "refresh", "token_from")
"""Options that a person does not type in, or not as text."""
_MAIN = ("namespace", "context", "server", "service_account")
_RUN_ID = "rehearsal"


@dataclass(frozen=True)
class Rehearsing(Submitting):
    """Goes through a submission up to the request that would make the Workflow."""

    def choices(self) -> tuple[Choice, ...]:
        """Return the options that a person may choose for a run here."""
        live = choices_of(
            LiveOptions, but=_ELSEWHERE, some={"follower": FOLLOWERS}, main=_MAIN
        )
        return (*live, *choices_of(type(self), but=("run_store",)))

    def suggested(self, options: Mapping[str, Json]) -> Mapping[str, tuple[str, ...]]:
        """Return the names of contexts and namespaces that the kubeconfig has."""
        from couler_jupyter.engines.kube.contexts import contexts_in

        if options.get("server"):  # an argo-server knows namespaces of its own
            return {}
        found = contexts_in(str(options.get("kubeconfig") or ""))
        return {
            "context": tuple(found.namespaces),
            "namespace": found.namespaces_for(str(options.get("context") or "")),
        }

    def configured(self, options: Mapping[str, Json]) -> Engine:
        """Return the engine that compiles as these options of a run say.

        Raises:
            UsageFailed: with every option that is unknown or has a wrong value.
        """
        return self._configured(options)[1]

    def rehearse(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json],
        options: Mapping[str, Json],
    ) -> tuple[str, ...]:
        """Return what was looked at and found good; see `Rehearser`.

        The server is asked for one Workflow of the namespace, so that it is known to be
        there and to let this person in; nothing is made there.

        Raises:
            Unsupported: Argo cannot express it, or its lint finds an error.
            SubmitFailed: the cluster cannot be reached or refuses.
            UsageFailed: an option is unknown or has a wrong value.
        """
        from couler_jupyter.engines.argo.live.opening import open_door

        chosen, compiler = self._configured(options)
        if chosen.template:
            workflow = replace(workflow, parts=None)
        sending = sending_of(chosen, drives=workflow.parts is not None)
        manifest = compiler.compile(workflow)
        checked = _linted(self.name, manifest)
        found = objects_in(manifest)
        door = open_door(chosen)
        parts: tuple[str, ...] = ()
        if is_in_parts(found):
            parts = _described(workflow, found, arguments, chosen, door)
        else:
            others = [one for one in found if one["kind"] not in KINDS]
            Beside(door, [] if chosen.template else others).check()
            own = next(one for one in found if one["kind"] in KINDS)
            with_arguments(to_run(workflow, own, chosen, _RUN_ID), workflow, arguments)
        door.list(limit=1)
        size = sum(len(one.text.encode()) for one in manifest.documents)
        return (
            f"{len(found)} objects in {size:,} bytes of YAML",
            *parts,
            checked,
            "the arguments fit",
            *(("a Job would follow it in the cluster",) if sending else ()),
            f"{door.where} answers and lets you in",
        )

    def page(self, run: Run) -> str:
        """Return the URL of a run in Argo's own interface; empty without an argo-server."""
        from couler_jupyter.engines.argo.live.parts.kept import Kept

        options = LiveOptions.of(json.loads(self.store.get(run.id).options))
        if not options.server or not has_remote(self.store, run.id):
            return ""
        remote = remote_of(self.store, run.id)
        names = [remote.namespace, remote.name]
        if Kept.of(self.store.folder(run.id)).is_there:  # several: a list of them
            names.pop()
        place = "/".join(quote(one, safe="") for one in names)
        chosen = f"?label={quote(f'{RUN_LABEL}={run.id}', safe='')}" * (len(names) == 1)
        return f"{options.server.rstrip('/')}/workflows/{place}{chosen}"


def _described(
    workflow: Workflow,
    found: list[Json],
    arguments: Mapping[str, Json],
    chosen: LiveOptions,
    door: Door,
) -> tuple[str, ...]:
    """Return what is to be said of a run in parts, of which all is asked for."""
    from couler_jupyter.engines.argo.live.parts import starting

    start = HeadStart(workflow=workflow, reuses=chosen.cache not in (NO_CACHE, ""))
    asked = remembering(workflow, chosen)
    earlier = starting.earlier_for(
        asked, found, arguments, chosen, start, door=door, run_id=_RUN_ID
    )
    made = starting.prepared(
        workflow,
        found,
        arguments,
        chosen,
        door=door,
        run_id=_RUN_ID,
        earlier=earlier,
    )
    return starting.described(made)


def _linted(engine: str, manifest: Manifest) -> str:
    """Return what the lint says, in one line.

    Raises:
        Unsupported: it finds an error.
    """
    from couler_jupyter.engines.argo.linting import ArgoLinter

    sources = [Source(one.filename, one.text) for one in manifest.documents]
    findings = ArgoLinter().lint(sources)
    errors = [one for one in findings if one.severity is Severity.ERROR]
    if errors:
        raise Unsupported(
            engine,
            [Problem(f"{one.file}, line {one.line}", one.message) for one in errors],
        )
    warnings = sum(one.severity is Severity.WARNING for one in findings)
    return f"the lint finds no error, {warnings} warnings"
