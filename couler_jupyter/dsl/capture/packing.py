"""Working out what must travel with a function.

Nothing of the user's is run. Values are followed from name to name through the
globals and closures of each function, and every one becomes an import, a definition
taken from its cell, or an expression.
"""

from __future__ import annotations

import ast
import builtins
import functools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType

from couler_jupyter.dsl.capture import definitions, imports
from couler_jupyter.dsl.capture.closures import (
    Member,
    held_by,
    holds,
    knot,
    maker,
)
from couler_jupyter.dsl.capture.definitions import is_defined
from couler_jupyter.dsl.capture.free_names import (
    FUTURE,
    HIDDEN,
    annotation_names,
    free_names,
)
from couler_jupyter.dsl.capture.identity import module_of, own_name
from couler_jupyter.dsl.capture.layers import is_couler, plain, wrapped_by
from couler_jupyter.dsl.capture.made import class_making
from couler_jupyter.dsl.capture.parcel import Parcel
from couler_jupyter.dsl.capture.reasons import why_not
from couler_jupyter.dsl.capture.source_of import NoSource

_EVERY_MODULE_HAS = frozenset(
    {"__builtins__", "__doc__", "__loader__", "__name__", "__package__", "__spec__"}
)


@dataclass(slots=True)
class Packing:
    """Packs a function and all that it needs.

    Attributes:
        root: the function.
        parcel: where to put it.
    """

    root: object
    parcel: Parcel
    _containers: dict[int, str] = field(default_factory=dict[int, str])
    _unsure: dict[str, tuple[object, str]] = field(
        default_factory=dict[str, tuple[object, str]]
    )

    def pack(self) -> Parcel:
        """Follow every name from the root until all is known; return the parcel."""
        self.parcel.bind(self.parcel.entry, self.root, "")
        self._follow()
        while self._unsure:
            name = min(self._unsure)
            value, place = self._unsure.pop(name)
            if name not in self.parcel.bound:
                self._try(name, value, place)
        self.parcel.report_missing()
        return self.parcel

    def _follow(self) -> None:
        todo = self.parcel.todo
        while todo:
            name = todo.popleft()
            if not any(name in each.binds for each in self.parcel.pieces.values()):
                self._take(name, self.parcel.bound[name])

    def _try(self, name: str, value: object, place: str) -> None:
        """Let a name travel that may not be needed, if all it needs can."""
        trial = replace(
            self,
            parcel=self.parcel.copy(),
            _containers=dict(self._containers),
            _unsure=dict(self._unsure),
        )
        trial.parcel.bind(name, value, place)
        trial._follow()
        if trial.parcel.has_problems_of(self.parcel):
            self.parcel = trial.parcel
            self._containers, self._unsure = trial._containers, trial._unsure

    def _take(self, name: str, value: object) -> None:
        """Find the way in which `value` can be had under `name`."""
        naming = self.parcel.naming
        if isinstance(value, ModuleType):
            self._import_module(name, value)
        elif (path := imports.import_path(value, name, naming.home)) is not None:
            self._import_from(name, *path)
        elif naming.owner_class(value) is None and is_defined(value):
            self._define(name, value)
        else:
            self._constant(name, value)

    def _import_module(self, name: str, module: ModuleType) -> None:
        parcel = self.parcel
        path = imports.module_path(module)
        if path is None:
            reason = why_not(module, parcel.naming.home)
            parcel.fail(name, parcel.places[name], reason)
        else:
            end = "" if path == name else f" as {name}"
            parcel.imports.add(f"import {path}{end}")

    def _import_from(self, name: str, module: str, path: str) -> None:
        top, _, rest = path.partition(".")
        if rest:
            outer = imports.at_path(sys.modules[module], top)
            known = self.parcel.express(outer, self.parcel.places[name])
            self.parcel.add([name], f"{name} = {known}.{rest}")
        else:
            end = "" if path == name else f" as {name}"
            self.parcel.imports.add(f"from {module} import {path}{end}")

    def _constant(self, name: str, value: object) -> None:
        parcel = self.parcel
        is_mutable = type(value) in {dict, list, set}
        known = self._containers.setdefault(id(value), name) if is_mutable else name
        if known in parcel.pieces:
            parcel.add([name], f"{name} = {known}")
            return
        text = parcel.written(name, value, parcel.places[name])
        if text is not None:
            shell = f"{name} = {type(value).__name__}()" if is_mutable else None
            parcel.add([name], f"{name} = {text}", shell)

    def _define(self, name: str, value: object) -> None:
        parcel, own = self.parcel, own_name(value)
        is_bound = bool(own) and plain(parcel.naming.scope.get(own)) is value
        known = parcel.naming.names.setdefault(id(value), own if is_bound else name)
        if known != name:
            parcel.bind(known, value, parcel.places[name])
            parcel.add([name], f"{name} = {known}")
            return
        try:
            tied = knot(value, self._held)
            members = [self._member(each, name, at) for at, each in enumerate(tied)]
        except NoSource as problem:
            self._make_class(name, value, str(problem))
            return
        try:
            self._put_in(name, members)
        except SyntaxError as error:  # as an await outside of any function
            reason = f"cannot be read outside of its cell: {error.msg}"
            parcel.fail(name, parcel.places[name], reason)

    def _make_class(self, name: str, value: object, problem: str) -> None:
        parcel = self.parcel
        made = class_making(value) if isinstance(value, type) else None
        if made is None:
            parcel.fail(name, parcel.places[name], problem)
        elif (text := parcel.written(name, made, parcel.places[name])) is not None:
            parcel.add([name], f"{name} = {text}")

    def _held(self, value: object) -> Iterator[object]:
        """Yield the functions and classes defined here that `value` holds."""
        if imports.import_path(value, "", self.parcel.naming.home) is not None:
            return
        scope, is_new = self.parcel.naming.scope, value is self.root
        try:
            functions = definitions.functions_in(value, scope, is_new=is_new)
        except NoSource:  # said when it is this value's own turn
            return
        for _, each in holds(value, functions, scope).values():
            if is_defined(each):
                yield each

    def _member(self, value: object, name: str, at: int) -> Member:
        wanted = f"{HIDDEN}{own_name(value) or 'lambda'}_{at}" if at else name
        if isinstance(value, type):
            return definitions.class_member(value, wanted, self.parcel.naming.scope)
        owner, line = definitions.source_owner(value, is_new=value is self.root)
        return definitions.function_member(
            value,
            owner,
            line,
            wanted,
            lambda each: self.parcel.express(each, self.parcel.places[name]),
        )

    def _put_in(self, name: str, members: Sequence[Member]) -> None:
        """Add the definition that binds `name` to the first of `members`."""
        parcel, held = self.parcel, held_by(members)
        for each, reason in held.problems:
            parcel.fail(each, members[0].place_of(each), reason)
        arguments = {
            each: parcel.written(each, value, members[0].place_of(each)) or "None"
            for each, value in sorted(held.values.items())
        }
        if members[0].value is self.root:
            parcel.travellers |= arguments.keys()
        binds = [name, *(self._name_member(each) for each in members[1:])]
        is_plain = not arguments and not held.aliases and members[0].name == name
        made = maker(name, binds, members, arguments, held.aliases)
        text = members[0].text if is_plain and len(members) == 1 else made
        compile(FUTURE + text, name, "exec", dont_inherit=True)
        parcel.add(binds, text)
        self._read_names(text, members, binds)
        for bound, member in zip(binds, members, strict=True):
            self._set_attributes(bound, member)

    def _name_member(self, member: Member) -> str:
        naming = self.parcel.naming
        name = naming.names.get(id(member.value)) or naming.fresh(member.name)
        naming.names[id(member.value)] = name
        self.parcel.bound[name] = member.value
        return name

    def _set_attributes(self, name: str, member: Member) -> None:
        """Add what was set on a function after it was defined."""
        for attribute, value in definitions.attributes_of(member).items():
            target = f"{name}.{attribute}"
            place = member.definition.place
            text = self.parcel.written(target, value, place)
            if text is not None and attribute == "__wrapped__":
                update = self.parcel.express(functools.update_wrapper, place)
                self.parcel.add([target], f"{update}({name}, {text})")
            elif text is not None:
                self.parcel.add([target], f"{target} = {text}")
        self._register(name, member)

    def _register(self, name: str, member: Member) -> None:
        """Add what was registered with a `functools.singledispatch` function."""
        registered = definitions.implementations_of(member.value).items()
        for at, (kind, value) in enumerate(registered):
            entry, place = f"{name} for {kind.__name__}", member.definition.place
            text = self.parcel.written(entry, (kind, value), place)
            if text is not None:
                self.parcel.add([f"{name}.register {at}"], f"{name}.register(*{text})")

    def _read_names(
        self, text: str, members: Sequence[Member], binds: Sequence[str]
    ) -> None:
        """Have all that `text` reads from outside travel too."""
        names = free_names(text)
        self.parcel.stored |= names.stored
        for name in sorted((names.early | names.late).difference(binds)):
            if not name.startswith(HIDDEN) and name not in _EVERY_MODULE_HAS:
                self._read(name, members)
        unsure = set(names.unsure)
        for member in members:
            self._check_imports(member)
            if member.is_decorated:
                unsure |= annotation_names(member.definition.node)
        scope = members[0].scope
        for name in unsure & scope.keys():
            if not is_couler(scope[name]):
                place = _place(name, members, self.root)
                self._unsure[name] = plain(scope[name]), place

    def _read(self, name: str, members: Sequence[Member]) -> None:
        scope, standard = members[0].scope, vars(builtins)
        place = _place(name, members, self.root)
        value = plain(scope.get(name, standard.get(name)))
        is_standard = name in standard and (
            name not in scope or wrapped_by(value) is standard[name]
        )
        if name == "get_ipython" or not (name in scope or name in standard):
            self.parcel.missing.setdefault(name, place)
        elif not is_standard or "IPython" in module_of(value):
            self.parcel.bind(name, value, place)
            if isinstance(value, ModuleType):
                self._load_submodules(name, value, members)

    def _load_submodules(
        self, name: str, module: ModuleType, members: Sequence[Member]
    ) -> None:
        for member in members:
            for path in imports.submodules(member.definition.node, name, module):
                hidden = f" as {HIDDEN}{path.replace('.', '_')}"
                end = "" if module.__name__ == name else hidden
                self.parcel.imports.add(f"import {path}{end}")

    def _check_imports(self, member: Member) -> None:
        for node in ast.walk(member.definition.node):
            if isinstance(node, ast.ImportFrom) and node.level:
                name = "." * node.level + (node.module or "")
                place = f"{member.definition.shown}, line {node.lineno}"
                reason = "is a relative import: write the full name of the module"
                self.parcel.fail(f"from {name}", place, reason)


def _place(name: str, members: Sequence[Member], root: object) -> str:
    """Return who uses `name` and where."""
    for member in members:
        if member.reads(name):
            user = "" if member.value is root else f"used by {member.name}, "
            return f"{user}{member.place_of(name)}"
    return members[0].definition.place
