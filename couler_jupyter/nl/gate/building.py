"""The rules for what runs while a workflow is written.

Nothing that reaches out can be named there: so whatever is called, it reaches nothing. A
name is one of couler's, of the listed parts of a few modules, a listed built-in, one that
the cell itself defines, or one that the notebook offers; an attribute leads to no frame,
no underscore and nothing that writes.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from couler_jupyter.ir import nearest
from couler_jupyter.nl.gate.annotations import annotation_finds
from couler_jupyter.nl.gate.found import Found
from couler_jupyter.nl.gate.names import (
    ALL_BUILTINS,
    ARTIFACT,
    BUILTINS,
    COULER,
    STANDARD,
    STEP,
    TAKEN,
    TYPING,
    UNUSED_HERE,
    WORKFLOW,
    is_dunder,
    modules,
)
from couler_jupyter.nl.gate.plain_forms import (
    PLAIN,
    default_that_runs,
    has_fields_only,
    is_plain_format,
    plain_parts,
)
from couler_jupyter.nl.gate.program import Program
from couler_jupyter.nl.gate.sizes import size_finds

_FRAMES = re.compile(r"(?:gi|cr|ag|tb|co|f)_[a-z]+|mro|format_map|with_traceback")
_WRITES = re.compile(
    r"(?:write|read|save|dump|to|open|exec|load)_\w+|unlink|rmdir|rmtree|mkdir|makedirs"
    r"|touch|chmod|symlink_to|hardlink_to|rename|open|system|popen|run_cell|run_line_magic"
)
_TRUSTED = frozenset({COULER, STEP, WORKFLOW, ARTIFACT, f"{COULER}.run_script"})
_OFFERED = frozenset({"with_options", "name"})
_INSTEAD: dict[type[ast.AST], str] = {
    ast.While: "use for, or couler.exec_while for what is known only in a run",
    ast.Try: "leave try out: an error while a workflow is written should be seen",
    ast.TryStar: "leave try out: an error while a workflow is written should be seen",
    ast.Match: "use couler.when for what is known only in a run, else a dict",
    ast.AsyncFunctionDef: "write def: a step may be async inside",
    ast.Await: "write no await here: a step may be async inside",
    ast.AsyncFor: "write for",
    ast.AsyncWith: "write with",
    ast.Yield: "return a list",
    ast.YieldFrom: "return a list",
    ast.Global: "pass values as arguments",
    ast.Nonlocal: "pass values as arguments",
    ast.Delete: "leave del out",
}


def building_finds(program: Program, known: frozenset[str]) -> Iterator[Found]:
    """Yield what is wrong with the part of a program that writes the workflow.

    Args:
        program: taken apart.
        known: names that the notebook offers: steps, functions and plain values.
    """
    look = _Look(program, known)
    for node in program.building:
        yield from look.at(node)
    yield from _trusted_finds(program)
    for hint in program.annotations:
        yield from annotation_finds(hint, program)
    yield from size_finds(program)


def _trusted_finds(program: Program) -> Iterator[Found]:
    """Yield names of what the rules trust that also mean something else."""
    for name, meant in program.origins.items():
        line = program.rebound.get(name)
        if line and meant & _TRUSTED:
            what = f"{name} is couler's: choose another name, and write couler.step in full"
            yield Found("gate-shadow", what, line)


class _Look:
    """Looks at nodes, knowing what stands around them."""

    def __init__(self, program: Program, known: frozenset[str]) -> None:
        self.program, self.known = program, known
        self.bases: set[int] = set()
        self.artifacts: set[int] = set()
        self.formats: set[int] = set()
        for node in program.building:
            self._note(node)

    def _note(self, node: ast.AST) -> None:
        match node:
            case ast.Attribute(value=base):
                self.bases.add(id(base))
            case ast.Call(func=func, keywords=keywords):
                for one in keywords if _is_couler(self.program.resolved(func)) else ():
                    if one.arg in {"outputs", "inputs", "type"}:
                        self.artifacts |= {id(part) for part in plain_parts(one.value)}
                if is_plain_format(func):
                    self.formats.add(id(func))
            case _:
                pass

    def at(self, node: ast.AST) -> Iterator[Found]:
        """Yield what is wrong with one node."""
        match node:
            case ast.Import(names=names):
                for one in names:
                    yield from self._import(one.name, node.lineno)
            case ast.ImportFrom():
                yield from self._import_from(node)
            case ast.Name(ctx=ast.Load()):
                yield from self._name(node)
            case ast.Attribute():
                yield from self._attribute(node)
            case ast.FunctionDef():
                yield from self._function(node)
            case ast.Lambda(args=args):
                yield from _default_finds(args)
            case ast.ClassDef():
                yield from self._class(node)
            case ast.Call():
                yield from self._call(node)
            case ast.AnnAssign(target=target) if not isinstance(target, ast.Name):
                yield _found("annotation", node, "only a plain name can be annotated")
            case _:
                pass
        if not isinstance(node, PLAIN):
            yield _statement(node)
        yield from self._binding(node)

    def _import(self, name: str, line: int) -> Iterator[Found]:
        if name in modules() or name in UNUSED_HERE:
            return
        top = name.partition(".")[0]
        if top in {"couler", COULER}:
            right = f"import couler_jupyter as couler has all of it; {name} is not for cells"
        elif top in STANDARD:
            right = (
                f"import {name} is not needed to write a workflow; do it in the step"
            )
        else:
            right = f"import {name} inside of the step that uses it"
        yield Found("gate-import", right, line)

    def _import_from(self, node: ast.ImportFrom) -> Iterator[Found]:
        module = node.module or ""
        if node.level:
            yield _found("import", node, "a cell has no package to import from")
            return
        whole = [f"{module}.{one.name}" for one in node.names]
        if all(name in modules() for name in whole):
            return
        found = list(self._import(module, node.lineno))
        yield from found
        if found:
            return
        for one in node.names:
            if one.name == "*":
                yield _found("import", node, f"import {module} by name, not with *")
            elif module in modules() and not _has(module, one.name):
                yield from self._missing(module, one.name, node)

    def _missing(self, module: str, name: str, node: ast.AST) -> Iterator[Found]:
        if module in UNUSED_HERE and module not in {COULER}:
            return
        if module == COULER:
            hint = nearest(name, modules()[module])
            yield _found("couler-name", node, f"couler has no {name!r} for cells{hint}")
            return
        yield _found("module", node, f"{module}.{name} is not for writing a workflow")

    def _name(self, node: ast.Name) -> Iterator[Found]:
        name = node.id
        if is_dunder(name):
            yield _found("name", node, f"leave {name} out: it is Python's own")
            return
        for meant in self.program.origins.get(name, ()):
            yield from self._meant(meant, node)
        if name in self.program.origins:
            return
        if name in ALL_BUILTINS:
            if name not in BUILTINS:
                what = f"{name} is not for writing a workflow; use it inside of a step"
                yield _found("builtin", node, what)
        elif name not in self.program.bound and name not in self.known:
            yield _found("name", node, f"{name} is not defined in this cell")

    def _meant(self, meant: str, node: ast.Name) -> Iterator[Found]:
        """Yield what is wrong with a name that is imported, where it is used here."""
        if id(node) in self.bases:
            if meant not in modules() and not _is_part(meant):
                what = f"{meant} is for steps; use it inside of one"
                yield _found("module", node, what)
            return
        if meant in modules():
            what = f"{node.id} is a module; use its parts as {node.id}.name"
            yield _found("module", node, what)
        elif not _is_part(meant):
            what = f"{meant} is for steps; use it inside of one"
            yield _found("module", node, what)
        elif meant == ARTIFACT and id(node) not in self.artifacts:
            yield _artifact_find(node)

    def _attribute(self, node: ast.Attribute) -> Iterator[Found]:
        name = node.attr
        if not isinstance(node.ctx, ast.Load):
            yield _found(
                "store", node, f"leave .{name} as it is: use a name of your own"
            )
        if name.startswith("_") or _FRAMES.fullmatch(name):
            yield _found(
                "attribute", node, f".{name} leads inside Python: leave it out"
            )
            return
        bases = self.program.resolved(node.value)
        for base in bases & modules().keys():
            if not _has(base, name):
                yield from self._missing(base, name, node)
        if not isinstance(node.ctx, ast.Load) or bases & modules().keys():
            if f"{COULER}.{name}" == ARTIFACT and COULER in bases:
                yield from self._artifact(node)
            return
        yield from self._plain_attribute(node)

    def _artifact(self, node: ast.Attribute) -> Iterator[Found]:
        if id(node) not in self.artifacts or id(node) in self.bases:
            yield _artifact_find(node)

    def _plain_attribute(self, node: ast.Attribute) -> Iterator[Found]:
        name, base = node.attr, node.value
        if _WRITES.fullmatch(name):
            what = f".{name} reaches out; do it inside of a step"
            yield _found("attribute", node, what)
        elif name == "format" and id(node) not in self.formats:
            what = (
                "give .format a plain text with plain names in braces, or an f-string"
            )
            yield _found("format", node, what)
        elif (
            isinstance(base, ast.Name)
            and base.id in self.known - self.program.bound
            and name not in _OFFERED
        ):
            what = f"{base.id} is the notebook's: give it to a step whole"
            yield _found("attribute", node, what)

    def _function(self, node: ast.FunctionDef) -> Iterator[Found]:
        for one in node.decorator_list:
            called = one.func if isinstance(one, ast.Call) else one
            if not self.program.resolved(called) <= {STEP, WORKFLOW} or not (
                self.program.resolved(called)
            ):
                what = f"decorate {node.name} with couler.step or couler.workflow only"
                yield _found("decorator", one, what)
        yield from _default_finds(node.args)

    def _class(self, node: ast.ClassDef) -> Iterator[Found]:
        bases = [self.program.resolved(base) for base in node.bases]
        kinds = {f"{room}.{name}" for room in TYPING for name in _PLAIN_CLASSES}
        is_plain = len(bases) == 1 and bool(bases[0]) and bases[0] <= kinds
        total = [one for one in node.keywords if one.arg != "total"]
        if not is_plain or total or node.decorator_list or not has_fields_only(node):
            what = (
                f"class {node.name} may only be a NamedTuple or TypedDict with fields; "
                "define any other class inside of the step that uses it"
            )
            yield _found("class", node, what)

    def _call(self, node: ast.Call) -> Iterator[Found]:
        for name in self.program.resolved(node.func):
            if name.rpartition(".")[0] in TYPING:
                what = f"{name} is for annotations; write a class instead of calling it"
                yield _found("annotation", node, what)

    def _binding(self, node: ast.AST) -> Iterator[Found]:
        """Yield names that are taken from the notebook or from Python."""
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names = [name]
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names = [a.asname or a.name.partition(".")[0] for a in aliases]
                names = [n for n in names if n != "couler" or not _is_front(node)]
            case ast.Name(id=name, ctx=ast.Store()):
                names = [name]
            case _:
                return
        for name in names:
            if is_dunder(name) or (node in self.program.at_top and name in TAKEN):
                what = f"{name} means something else in a notebook; choose another name"
                yield _found("shadow", node, what)


_PLAIN_CLASSES = ("NamedTuple", "TypedDict")


def _has(module: str, name: str) -> bool:
    return name in modules()[module] or f"{module}.{name}" in modules()


def _is_part(meant: str) -> bool:
    """Tell whether a full name is of a listed part of a listed module, or below it."""
    parts = meant.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        module = ".".join(parts[:cut])
        if module in modules():
            return parts[cut] in modules()[module]
    return False


def _artifact_find(node: ast.expr) -> Found:
    what = (
        "couler.Artifact is for annotations and outputs; for a file write its path, or "
        "couler.create_local_artifact"
    )
    return _found("couler-name", node, what)


def _statement(node: ast.AST) -> Found:
    instead = _INSTEAD.get(type(node), "leave it out")
    kind = type(node).__name__.lower().removesuffix("def")
    return _found("statement", node, f"{kind} is not for writing a workflow: {instead}")


def _default_finds(args: ast.arguments) -> Iterator[Found]:
    if default := default_that_runs(args):
        what = "a default may only be a plain value; compute inside"
        yield _found("default", default, what)


def _is_front(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.Import) and node.names[0].name == COULER


def _is_couler(names: frozenset[str]) -> bool:
    return bool(names) and all(name.startswith(f"{COULER}.") for name in names)


def _found(rule: str, node: ast.AST, what: str) -> Found:
    return Found(f"gate-{rule}", what, getattr(node, "lineno", 0))
