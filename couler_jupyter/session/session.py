"""What one notebook holds: its workflows, its engine, its runs. No globals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from couler_jupyter.engines import ENGINES, Engine, Submitter
from couler_jupyter.engines.abilities import Rehearser
from couler_jupyter.errors import SubmitFailed, Unsupported, UsageFailed
from couler_jupyter.ir import Json, Manifest, Workflow, nearest
from couler_jupyter.runs import RunRecord, RunStore
from couler_jupyter.session.arguments import check_arguments
from couler_jupyter.session.load import LOADERS, Loader, as_workflow, load_file
from couler_jupyter.session.run_handle import RunHandle

if TYPE_CHECKING:
    from couler_jupyter.passes import Pass, Tuned
    from couler_jupyter.planning import Plan
    from couler_jupyter.session.wishes import Proposals

_USUAL = "default"
_ENGINES_OWN = frozenset({"validate", "reuse", "fit"})
"""Passes whose work an engine does by itself when it is handed a workflow."""
_KNOW_NOTHING = frozenset({"prune", "dedupe", "tune"})
"""Passes that ask nothing of earlier runs."""


class Session:
    """From workflows to runs, for one notebook or one command.

    Attributes:
        engine: name of the engine that is meant when none is named.
        defining: True where workflows are only collected and nothing is to run.
    """

    def __init__(
        self,
        *,
        root: Path | None = None,
        engine: str = "local",
        loaders: Mapping[str, Loader] = LOADERS,
        names: Callable[[], Mapping[str, object]] = dict,
        notebook: str = "",
    ) -> None:
        """Open nothing yet.

        Args:
            root: of the run store; None for the user's own.
            engine: the one that is meant when none is named.
            loaders: what reads files, by their ending.
            names: gives the notebook's variables, where there is one.
            notebook: where runs come from, for whoever lists them.
        """
        self.engine = engine
        self.defining = False
        self._root = root
        self._loaders = loaders
        self._names = names
        self._notebook = notebook
        self._store: RunStore | None = None
        self._workflows: dict[str, Workflow] = {}
        self._passes = _USUAL
        self._plans: dict[str, Plan] = {}
        self._proposals: Proposals | None = None

    @property
    def names(self) -> Mapping[str, object]:
        """The notebook's variables, by their names; empty where there is no notebook."""
        return self._names()

    @property
    def store(self) -> RunStore:
        """The run store, opened at first use."""
        if self._store is None:
            self._store = RunStore(self._root or RunStore.default_root())
        return self._store

    @property
    def workflows(self) -> Mapping[str, Workflow]:
        """What was defined here, by name, the latest last."""
        return dict(self._workflows)

    @property
    def proposals(self) -> Proposals:
        """What was wished for in prose here; nothing of it has run."""
        if self._proposals is None:
            from couler_jupyter.session.wishes import Proposals

            self._proposals = Proposals(self._names, lambda: self.workflows)
        return self._proposals

    def define(self, workflow: Workflow) -> None:
        """Remember a workflow; one of the same name is replaced."""
        self._workflows.pop(workflow.name, None)
        self._workflows[workflow.name] = workflow

    def find(self, target: str = "", name: str = "") -> Workflow:
        """Return the workflow that is meant.

        Args:
            target: a name defined here, a variable that holds a workflow, or a file;
                the last defined one if empty.
            name: which one, where a file defines several.

        Raises:
            UsageFailed: there is none, or more than one.
        """
        if not target:
            if not self._workflows:
                raise UsageFailed(
                    "no workflow is defined yet; write one in a %%couler cell"
                )
            return list(self._workflows.values())[-1]
        if target in self._workflows:
            return self._workflows[target]
        if (bound := as_workflow(self._names().get(target))) is not None:
            return bound
        path = Path(target)
        if path.suffix in self._loaders:
            return _pick(load_file(path, self._loaders), target, name)
        raise UsageFailed(
            f"no workflow named {target!r}{nearest(target, self._workflows)}"
        )

    def can_load(self, path: Path) -> bool:
        """Return whether files of this kind hold workflows."""
        return path.suffix in self._loaders

    def load(self, path: Path) -> Mapping[str, Workflow]:
        """Return the workflows that a file holds or defines, by name.

        Raises:
            UsageFailed: there is no such file, or it holds none.
        """
        return load_file(path, self._loaders)

    @property
    def passes(self) -> str:
        """What workflows go through before they run, as text; `default` for the usual."""
        return self._passes

    @passes.setter
    def passes(self, text: str) -> None:
        from couler_jupyter.passes import parse_passes, passes_text

        made = parse_passes(text)
        self._passes = _USUAL if text.strip() == _USUAL else passes_text(made)

    def plan(
        self,
        workflow: Workflow,
        *,
        engine: str | Engine = "",
        passes: str = "",
        targets: Iterable[str] = (),
        arguments: Mapping[str, Json] | None = None,
        options: Mapping[str, Json] | None = None,
    ) -> Plan:
        """Return what a run would do and take; nothing is run and nothing written.

        Args:
            workflow: what would run.
            engine: where; the session's own if empty. One that is given remembers what
                it compiled last.
            passes: what it would go through before, as text; the session's own if empty.
            targets: names of the steps that are asked for; none for all.
            arguments: what the run would be given; without any, what is reused may not
                be known.
            options: of the engine.

        Raises:
            UsageFailed: the passes cannot be read, or the arguments do not fit.
            UnknownName: a target is no step, or a pass is none.
            PassFailed: a pass cannot do its work.
        """
        from couler_jupyter.planning import facts_for, make_plan

        chosen = self.engine_named(engine) if isinstance(engine, str) else engine
        if options:
            chosen = chosen.configured(options)
        made = self.passes_for(chosen, passes)
        targets = tuple(dict.fromkeys(targets))
        facts = facts_for(
            workflow,
            chosen,
            self.store,
            arguments=check_arguments(workflow, arguments) if arguments else {},
            folder=Path.cwd(),
            tuning=any(one.name == "tune" for one in made),
        )
        plan = make_plan(workflow, chosen, made, facts, targets=targets)
        self._plans[workflow.name] = plan
        return plan

    def last_plan(self, workflow: str) -> Plan | None:
        """Return the last plan of a workflow of that name, if there was one."""
        return self._plans.get(workflow)

    def compile(self, workflow: Workflow, engine: str = "") -> Manifest:
        """Return what an engine makes of a workflow."""
        return self.engine_named(engine).compile(workflow)

    def submit(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json] | None = None,
        engine: str = "",
        options: Mapping[str, Json] | None = None,
        passes: str = "",
        targets: Iterable[str] = (),
    ) -> RunHandle:
        """Start a run of what the passes make of a workflow, and return at once.

        Args:
            workflow: what runs.
            arguments: what it is given.
            engine: where; the session's own if empty.
            options: of the engine.
            passes: what it goes through before, as text; the session's own if empty.
            targets: names of the steps that are asked for; none for all.

        Raises:
            UsageFailed: the arguments do not fit the workflow's inputs.
            UnknownName: a target is no step.
            PassFailed: a pass cannot do its work; nothing was started.
            Unsupported: the engine cannot run it, or a pass refuses it; nothing was
                started.
        """
        checked = check_arguments(workflow, arguments or {})
        submitter = self._submitter(engine)
        workflow = self.prepared(workflow, engine, passes=passes, targets=targets)
        given = {**self._whence(), **(options or {})}
        run = submitter.submit(workflow, arguments=checked, options=given)
        return RunHandle(self.store, run.id, submitter)

    def rehearse(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json] | None = None,
        engine: str = "",
        options: Mapping[str, Json] | None = None,
        passes: str = "",
        targets: Iterable[str] = (),
    ) -> tuple[str, ...]:
        """Go through `submit` with the same arguments, and start nothing.

        Returns:
            What was looked at and found good, a line each.

        Raises:
            CoulerError: what `submit` would raise, as far as the engine can tell.
        """
        checked = check_arguments(workflow, arguments or {})
        submitter = self._submitter(engine)
        workflow = self.prepared(workflow, engine, passes=passes, targets=targets)
        if isinstance(submitter, Rehearser):
            return submitter.rehearse(
                workflow, arguments=checked, options=options or {}
            )
        self.engine_named(engine).configured(options or {}).compile(workflow)
        return (f"{engine or self.engine} compiles it; more it cannot tell before",)

    def run(self, run_id: str = "last") -> RunHandle:
        """Return a run of any notebook by its id, how that starts, or `last`."""
        if run_id == "last" and not self.store.runs(limit=1):
            raise UsageFailed("there are no runs yet")
        record = self.store.get(run_id)
        return RunHandle(self.store, record.id, self._submitter(record.engine))

    def runs(
        self, *, limit: int = 20, workflow: str | None = None
    ) -> tuple[RunRecord, ...]:
        """Return the latest runs, of all notebooks."""
        found = self.store.runs(limit=limit, workflow=workflow)
        for record in found:
            if record.remote and not record.phase.ended:
                RunHandle(self.store, record.id, self._submitter(record.engine)).record  # noqa: B018
        return found

    def engine_named(self, name: str = "") -> Engine:
        """Return an engine; the session's own if no name is given."""
        chosen = name or self.engine
        made = ENGINES.get(chosen)
        if issubclass(made, Submitter):
            return made(self.store)  # type: ignore[call-arg]
        return made()

    def passes_for(self, engine: Engine, text: str = "") -> tuple[Pass, ...]:
        """Return what a workflow goes through on its way to an engine.

        Args:
            engine: where it is to run.
            text: names them; the session's own if empty.

        Raises:
            UsageFailed: the text cannot be read.
            UnknownName: a pass is none.
        """
        from couler_jupyter.passes import parse_passes

        text = text.strip() or self._passes
        return parse_passes(engine.usual_passes if text == _USUAL else text)

    def prepared(
        self,
        workflow: Workflow,
        engine: str = "",
        *,
        passes: str = "",
        targets: Iterable[str] = (),
    ) -> Workflow:
        """Return what the passes make of a workflow that is about to be submitted.

        The engine asks the cache and tells its gaps by itself.

        Raises:
            Unsupported: a pass refuses it.
        """
        chosen, wanted = self.engine_named(engine), tuple(targets)
        made_by = [
            one
            for one in self.passes_for(chosen, passes)
            if one.name not in _ENGINES_OWN
        ]
        if all(one.name in _KNOW_NOTHING for one in made_by):
            from couler_jupyter.passes import Context, optimize

            tuned = self._chosen(workflow, made_by)
            context = Context(targets=wanted, engine=chosen, tuned=tuned)
            made = optimize(workflow, made_by, context)
        else:
            from couler_jupyter.planning import facts_of_past, passed_of

            facts = facts_of_past(workflow, chosen, self.store)
            made = passed_of(workflow, chosen, made_by, facts, targets=wanted)
        if made.refused:
            raise Unsupported(chosen.name, made.refused)
        return made.workflow

    def _chosen(
        self, workflow: Workflow, passes: Iterable[Pass]
    ) -> Mapping[str, Tuned]:
        """Return which settings were chosen, if a pass is to fill them in."""
        if all(one.name != "tune" for one in passes):
            return {}
        from couler_jupyter.tuning.chosen import chosen_in, shelf_of

        return chosen_in(shelf_of(self.store), workflow)

    def _whence(self) -> Mapping[str, Json]:
        return {"notebook": self._notebook} if self._notebook else {}

    def _submitter(self, name: str) -> Submitter:
        engine = self.engine_named(name)
        if not isinstance(engine, Submitter):
            raise SubmitFailed(
                f"{engine.name} only compiles; there is nothing to submit to"
            )
        return engine


def _pick(found: Mapping[str, Workflow], target: str, name: str) -> Workflow:
    if name:
        if name not in found:
            raise UsageFailed(
                f"{target} has no workflow {name!r}{nearest(name, found)}"
            )
        return found[name]
    if len(found) > 1:
        names = ", ".join(sorted(found))
        raise UsageFailed(f"{target} defines {names}; say which with --workflow NAME")
    return next(iter(found.values()))
