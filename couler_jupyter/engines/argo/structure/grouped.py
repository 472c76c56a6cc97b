"""A big workflow as a DAG of sub-DAGs: what goes in and out of each is passed.

What a step uses of another group is an output of that group, an argument and an input
parameter (or artifact) of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from couler_jupyter.engines.argo.names import Taken, port_name
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.carrying import Ref
from couler_jupyter.engines.argo.structure.scope import Scope
from couler_jupyter.engines.argo.terms import Term, tag_of
from couler_jupyter.ir import (
    Json,
    Leaf,
    OutputRef,
    ParameterRef,
    StepRef,
)


class Among(Scope):
    """What references are in the DAG of the groups: outputs of groups.

    Attributes:
        left: what is used of each group, with the names that it leaves it under.
        pickled: the same for what only Python can hold.
    """

    def __init__(self, scope: Scope, home: Mapping[str, str]) -> None:
        super().__init__(
            scope.workflow,
            scope.task,
            outermost=scope.outermost,
            root=scope.root,
            carried=scope.carried,
        )
        self._home = home
        self.left: dict[str, dict[Leaf, str]] = {name: {} for name in home.values()}
        self.pickled: dict[str, dict[Ref, str]] = {name: {} for name in home.values()}
        self._taken = {name: Taken() for name in home.values()}

    def term(self, leaf: Leaf) -> Term:
        """Return what `leaf` is here, worked out anew."""
        inner = super().term(leaf)
        if not isinstance(leaf, OutputRef | StepRef) or leaf.step not in self._home:
            return inner
        group = self._home[leaf.step]
        what = leaf.name if isinstance(leaf, OutputRef) else leaf.field.value
        name = self.left[group][leaf] = self._name(group, f"{leaf.step}-{what}")
        kind = "artifacts" if inner.artifact else "parameters"
        return Term(
            path=("tasks", group, "outputs", kind, name),
            type=inner.type,
            artifact=inner.artifact,
        )

    def pickle(self, ref: Ref) -> Term:
        """Return the artifact beside a value, which holds what only Python can."""
        if isinstance(ref, ParameterRef) or ref.step not in self._home:
            return super().pickle(ref)
        group = self._home[ref.step]
        known = self.pickled[group]
        if ref not in known:
            known[ref] = self._name(group, f"{ref.step}-{ref.name}-pickle")
        path = ("tasks", group, "outputs", "artifacts", known[ref])
        return Term(path=path, artifact=True)

    def _name(self, group: str, wanted: str) -> str:
        return self._taken[group].take(port_name(wanted))


class Inside(Scope):
    """What references are in one group: its own tasks, and inputs for all else."""

    def __init__(self, around: Among, steps: Sequence[str]) -> None:
        super().__init__(
            around.workflow,
            around.task,
            outermost=around.outermost,
            root=around.root,
            carried=around.carried,
        )
        self._steps = frozenset(steps)
        self._around = around
        self._taken = Taken()
        self._passed: dict[str, Term] = {}
        self._pickles: dict[Ref, str] = {}

    def term(self, leaf: Leaf) -> Term:
        """Return what `leaf` is here, worked out anew."""
        match leaf:
            case OutputRef(step=step) | StepRef(step=step):
                own = step in self._steps
                return super().term(leaf) if own else self._given(leaf)
            case ParameterRef():
                term = super().term(leaf)
                return term if term.path[0] == "workflow" else self._given(leaf)
            case _:
                return super().term(leaf)

    def taken(self) -> Object:
        """Return the inputs of the group's template."""
        made: dict[str, list[Json]] = {}
        for name, term in self._passed.items():
            kind = "artifacts" if term.artifact else "parameters"
            made.setdefault(kind, []).append({"name": name})
        for name in self._pickles.values():
            place = {"name": name, "optional": True}
            made.setdefault("artifacts", []).append(place)
        return dict(made)

    def arguments(self) -> Object:
        """Return what the task of the group is given."""
        made: dict[str, list[Json]] = {}
        for name, term in self._passed.items():
            if term.artifact:
                source: Object = {"name": name, "from": tag_of(term)}
                made.setdefault("artifacts", []).append(source)
            else:
                given: Object = {"name": name, "value": tag_of(term)}
                made.setdefault("parameters", []).append(given)
        for ref, name in self._pickles.items():
            where = tag_of(self._around.pickle(ref))
            pickled = {"name": name, "from": where, "optional": True}
            made.setdefault("artifacts", []).append(pickled)
        return dict(made)

    def pickle(self, ref: Ref) -> Term:
        """Return the artifact beside a value, which holds what only Python can."""
        if isinstance(ref, OutputRef) and ref.step in self._steps:
            return super().pickle(ref)
        if ref not in self._pickles:
            outer = self._around.pickle(ref)
            self._pickles[ref] = self._taken.take(outer.path[-1])
        return Term(path=("inputs", "artifacts", self._pickles[ref]), artifact=True)

    def _given(self, leaf: OutputRef | StepRef | ParameterRef) -> Term:
        outer = self._around(leaf)
        if outer.literal is not None:
            return outer
        wanted = leaf.name if isinstance(leaf, ParameterRef) else outer.path[-1]
        name = self._taken.take(port_name(wanted))
        self._passed[name] = outer
        kind = "artifacts" if outer.artifact else "parameters"
        return Term(
            path=("inputs", kind, name), type=outer.type, artifact=outer.artifact
        )
