"""What has been packed so far: names and their meanings, pieces, imports, problems."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

from couler_jupyter.dsl.capture.free_names import HIDDEN
from couler_jupyter.dsl.capture.naming import Naming
from couler_jupyter.dsl.capture.pieces import Piece, piece
from couler_jupyter.dsl.capture.reasons import KEEP_OUT, not_defined
from couler_jupyter.dsl.capture.secrets import looks_secret
from couler_jupyter.dsl.capture.written import CannotWrite, Writer


@dataclass(slots=True, kw_only=True)
class Parcel:
    """A captured module in the making.

    Attributes:
        entry: the name of the function that is captured.
        naming: gives names to things without one.
        bound: what each name of the module means.
        places: where each name is used first, for the user.
        todo: names whose meaning has yet to be had.
        pieces: definitions, by the first name each binds.
        imports: import statements.
        travellers: names of the user's that travel.
        problems: what cannot travel, as text for the user.
        missing: names that mean nothing, and where they are used.
        stored: names that functions give a meaning through `global`.
    """

    entry: str
    naming: Naming
    bound: dict[str, object] = field(default_factory=dict[str, object])
    places: dict[str, str] = field(default_factory=dict[str, str])
    todo: deque[str] = field(default_factory=deque[str])
    pieces: dict[str, Piece] = field(default_factory=dict[str, Piece])
    imports: set[str] = field(default_factory=set[str])
    travellers: set[str] = field(default_factory=set[str])
    problems: list[str] = field(default_factory=list[str])
    missing: dict[str, str] = field(default_factory=dict[str, str])
    stored: set[str] = field(default_factory=set[str])

    def bind(self, name: str, value: object, place: str) -> None:
        """Have `name` mean `value` in the module."""
        if name not in self.bound:
            self.bound[name] = value
            self.places[name] = place
            self.todo.append(name)
        elif not self._is_same(name, value):
            self.fail(name, place, "has another meaning elsewhere: rename one of them")

    def add(self, binds: Sequence[str], text: str, shell: str | None = None) -> None:
        """Add a definition of the user's names or of hidden ones."""
        self.pieces[binds[0]] = piece(binds, text, shell)
        self.travellers |= {
            name
            for name in binds
            if name.isidentifier()
            and not name.startswith(HIDDEN)
            and name != self.entry
        }

    def fail(self, name: str, place: str, reason: str) -> None:
        """Note that `name` cannot travel."""
        problem = f"{name} ({place}) {reason}" if place else f"{name} {reason}"
        if problem not in self.problems:
            self.problems.append(problem)

    def express(self, value: object, place: str) -> str:
        """Return an expression for `value`, whose parts then travel too.

        Raises:
            CannotWrite: there is none; nothing has changed.
        """
        before = dict(self.naming.names)
        try:
            text = Writer(self.naming.refer).write(value)
        except CannotWrite:
            self.naming.names = before
            self.naming.wanted.clear()
            raise
        wanted, self.naming.wanted = self.naming.wanted, []
        for name, each in wanted:
            self.bind(name, each, place)
        return text

    def written(self, name: str, value: object, place: str) -> str | None:
        """Return an expression for `value`, or note why `name` has none."""
        if looks_secret(name, value):
            self.fail(name, place, KEEP_OUT)
            return None
        try:
            return self.express(value, place)
        except CannotWrite as problem:
            self.fail(name, place, str(problem))
            return None

    def report_missing(self) -> None:
        """Note the names that mean nothing and that no function gives a meaning."""
        for name in sorted(self.missing.keys() - self.stored):
            reason = not_defined(name, self.naming.scope)
            self.fail(name, self.missing[name], reason)

    def has_problems_of(self, other: Parcel) -> bool:
        """Tell whether all that is wrong here is wrong in `other` too."""
        return (self.problems, self.missing) == (other.problems, other.missing)

    def copy(self) -> Parcel:
        """Return a parcel that can be packed on without changing this one."""
        copies = {
            each.name: getattr(self, each.name).copy()
            for each in fields(self)
            if each.name not in {"entry", "naming"}
        }
        naming = replace(self.naming, names=dict(self.naming.names), wanted=[])
        return replace(self, naming=naming, **copies)

    def _is_same(self, name: str, value: object) -> bool:
        known = self.bound[name]
        if known is value:
            return True
        if name == self.entry:  # its cell was run again, and an old one has its name
            return getattr(known, "__qualname__", 1) == getattr(
                value, "__qualname__", 2
            )
        return (
            type(known) is type(value) and type(value) in {int, str} and known == value
        )
