"""Tekton as a submitter: what hands runs over, asks things of them, reads what they left.

What a run does is written down by its follower, a process of its own; here only the
run store is read. What is asked of a run is asked of the cluster at once, so that a
refusal is told to whoever asked.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import ClassVar, Self

from couler_jupyter.engines.as_read import without_documents
from couler_jupyter.engines.base import Engine
from couler_jupyter.engines.choices import Choice, choices_of
from couler_jupyter.engines.following.kept import loaded
from couler_jupyter.engines.following.options import checked
from couler_jupyter.engines.following.remote import RemoteRun, keep_remote
from couler_jupyter.engines.tekton.built import Built
from couler_jupyter.engines.tekton.live.controlling import Controlling
from couler_jupyter.engines.tekton.live.manifests import to_run
from couler_jupyter.engines.tekton.live.objects import KINDS, name_of
from couler_jupyter.engines.tekton.live.options import SOME, TektonOptions
from couler_jupyter.engines.tekton.live.told import Told
from couler_jupyter.ir import Json, Phase, Run, Workflow, from_json, to_json
from couler_jupyter.runs import RunStore

_NOTHING: Mapping[str, Json] = MappingProxyType({})
_MAIN = ("namespace", "context", "service_account", "cancel")
_OWN = ("run_store",)
_REUSING = ("cache", "refresh")


@dataclass(frozen=True)
class Submitting(Controlling, Engine):
    """Runs on Tekton what it compiles; what it compiles to is said by who inherits it.

    Options of a run are those of `TektonOptions`, and the fields of who inherits it.

    Attributes:
        run_store: where runs are told; None for the usual one, opened when needed.
    """

    follower: ClassVar[str] = "couler_jupyter.engines.tekton.live.follower"

    run_store: RunStore | None = field(default=None, compare=False, repr=False)

    @abstractmethod
    def built(self, workflow: Workflow) -> Built:
        """Return what is made of a workflow in the words that Tekton has."""

    @property
    def store(self) -> RunStore:
        """The run store."""
        return self.run_store or self._usual_store

    @cached_property
    def _usual_store(self) -> RunStore:
        return RunStore(RunStore.default_root())

    def told(self, document: str, arguments: str = "{}") -> Told:
        """Return what the tasks of a run are, by its workflow and arguments as JSON."""
        workflow = without_documents(from_json(document), self.name)
        return Told(self.built(self.lower(workflow)), json.loads(arguments))

    def choices(self) -> tuple[Choice, ...]:
        """Return the options that a person may choose for a run here."""
        live = choices_of(TektonOptions, but=("compile",), some=SOME, main=_MAIN)
        return (*live, *choices_of(type(self), but=_OWN))

    def suggested(self, options: Mapping[str, Json]) -> Mapping[str, tuple[str, ...]]:
        """Return the names of contexts and namespaces that the kubeconfig has."""
        from couler_jupyter.engines.kube.contexts import contexts_in

        found = contexts_in(str(options.get("kubeconfig") or ""))
        return {
            "context": tuple(found.namespaces),
            "namespace": found.namespaces_for(str(options.get("context") or "")),
        }

    def configured(self, options: Mapping[str, Json]) -> Self:
        """Return the engine that compiles as these options of a run say.

        Raises:
            UsageFailed: with every option that is unknown or has a wrong value.
        """
        return self._configured(options)[1]

    def submit(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json] = _NOTHING,
        options: Mapping[str, Json] = _NOTHING,
    ) -> Run:
        """Start a run and return at once.

        Raises:
            Unsupported: Tekton cannot express it.
            SubmitFailed: the cluster cannot be reached or refuses it; nothing was
                started.
            UsageFailed: an option is unknown or has a wrong value.
        """
        given = dict(options)
        notebook = str(given.pop("notebook", ""))
        chosen, compiler = self._configured(given)
        own = without_documents(workflow, self.name)
        compiler.compile(own)
        record = self.store.create(
            workflow=workflow.name,
            engine=self.name,
            document=to_json(workflow),
            arguments=json.dumps(dict(arguments)),
            options=json.dumps(chosen.to_json()),
            notebook=notebook,
            remote=True,
        )
        run = Run(self.name, record.id)
        try:
            built = compiler.built(compiler.lower(own))
            made = to_run(own, built, chosen, run.id, arguments)
            self._hand_over(run, chosen, *made)
        except BaseException:
            self.store.delete(record.id)
            raise
        self.attend(run)
        return run

    def status(self, run: Run) -> Mapping[str, Phase]:
        """Return the phase of every step, by its path; the run's own is under none."""
        self.attend(run)
        steps = self.store.steps(run.id)
        phases = {path: record.phase for path, record in steps.items()}
        return {"": self.store.phase(run.id), **phases}

    def outputs(self, run: Run) -> Mapping[str, Mapping[str, object]]:
        """Return what each step that has ended left behind, by path and output.

        An artifact is a `Remote`, which says on which volume it lies, and where.
        """
        found = self.store.outputs(run.id)
        return {path: loaded(text) for path, text in found.items()}

    def resubmit(self, run: Run) -> Run:
        """Start a new run of the same workflow with the same arguments and options."""
        record = self.store.get(run.id)
        options = json.loads(record.options)
        options |= options.pop("compile", {}) | {"notebook": record.notebook}
        return self.submit(
            from_json(record.document),
            arguments=json.loads(record.arguments),
            options=options,
        )

    def publish(
        self, workflow: Workflow, *, options: Mapping[str, Json] = _NOTHING
    ) -> tuple[str, ...]:
        """Put a Pipeline on the cluster to be run by name."""
        from couler_jupyter.engines.tekton.live.opening import open_door

        chosen, compiler = self._configured(options)
        own = without_documents(workflow, self.name)
        compiler.compile(own)
        built, door = compiler.built(compiler.lower(own)), open_door(chosen)
        objects = (*built.tasks, built.pipeline)
        made = [(one["kind"], door.put(KINDS[one["kind"]], one)) for one in objects]
        return tuple(f"{kind} {name_of(one)}" for kind, one in made)

    def _hand_over(
        self, run: Run, chosen: TektonOptions, before: Sequence[Json], made: Json
    ) -> None:
        """Have the cluster run it, and note what that is there."""
        from couler_jupyter.engines.tekton.live.opening import open_door

        door = open_door(chosen)
        name = name_of(made)
        remote = RemoteRun(namespace=door.namespace, name=name, uid="")
        keep_remote(self.store, run.id, remote)  # should this process die now
        self._make(door, run, remote, before, made)

    def _configured(self, given: Mapping[str, Json]) -> tuple[TektonOptions, Self]:
        """Return the options of a run, and this engine with what else they say."""
        own = {one.name for one in fields(self) if one.init} - set(_OWN)
        given = {**given, **dict(given.get("compile") or {})}
        given.pop("compile", None)
        for name in _REUSING:  # nothing is reused here, whatever they say
            given.pop(name, None)
        mine = {name: value for name, value in given.items() if name in own}
        rest = {name: value for name, value in given.items() if name not in own}
        mine = checked(mine, {name: getattr(self, name) for name in own})
        chosen = TektonOptions.of(rest | ({"compile": mine} if mine else {}))
        return chosen, replace(self, **mine) if mine else self
