"""A program taken apart: what runs while it writes a workflow, and what in its steps.

Both have rules of their own. What runs while the workflow is written is all of the cell
but the bodies of functions that are decorated with `couler.step`, and of plain functions
that only those use.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from couler_jupyter.nl.gate.names import COULER, STEP

Def = ast.FunctionDef | ast.AsyncFunctionDef
Origins = Mapping[str, frozenset[str]]


@dataclass(slots=True)
class Program:
    """What the rules look at.

    Attributes:
        tree: all of it; `nodes`: every node in it.
        origins: what a name that is imported may mean, as `os.path.join`.
        building: every node that runs while the workflow is written.
        at_top: those of them that bind names in the notebook.
        annotations: annotations that are worked out while the workflow is written.
        bodies: the functions that run in steps.
        bound: names that get a value by other means than an import.
        rebound: the first line of each of those that does so.
        assigned: the values of names that only plain assignments bind; None among
            them stands for any other way.
    """

    tree: ast.Module
    nodes: Sequence[ast.AST]
    origins: Origins
    building: list[ast.AST] = field(default_factory=list)
    at_top: set[ast.AST] = field(default_factory=set)
    annotations: list[ast.expr] = field(default_factory=list)
    bodies: list[Def] = field(default_factory=list)
    bound: set[str] = field(default_factory=set)
    rebound: dict[str, int] = field(default_factory=dict)
    assigned: dict[str, list[ast.expr | None]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def resolved(self, node: ast.AST) -> frozenset[str]:
        """Return what a dotted name may mean, as `couler_jupyter.step`; else nothing."""
        return resolved(node, self.origins)


def resolved(node: ast.AST, origins: Origins) -> frozenset[str]:
    """Return the full names that a dotted name may mean, empty if it is none."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return frozenset()
    roots = origins.get(node.id, frozenset({node.id}))
    tail = "".join(f".{part}" for part in reversed(parts))
    return frozenset(root + tail for root in roots)


def program_of(tree: ast.Module, nodes: Sequence[ast.AST] = ()) -> Program:
    """Return a program taken apart.

    Args:
        tree: all of it.
        nodes: every node in it, if they are known.
    """
    every = nodes or tuple(ast.walk(tree))
    program = Program(tree=tree, nodes=every, origins=_origins(every))
    walk = _Walk(program)
    walk.go(tree.body, at_top=True)
    walk.settle()
    _bind(program)
    return program


def step_name_of(node: Def, program: Program) -> bool:
    """Tell whether a function's only decorator is couler's `step`."""
    if len(node.decorator_list) != 1:
        return False
    one = node.decorator_list[0]
    called = one.func if isinstance(one, ast.Call) else one
    return program.resolved(called) == frozenset({STEP})


class _Walk:
    """Finds what runs while the workflow is written, following plain functions."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.used: set[str] = set()
        self.waiting: list[Def] = []
        self.handed_on: set[int] = set()

    def go(self, nodes: Sequence[ast.AST], *, at_top: bool) -> None:
        """Walk nodes that run while the workflow is written."""
        stack = [(node, at_top) for node in reversed(nodes)]
        while stack:
            node, top = stack.pop()
            self.program.building.append(node)
            if top:
                self.program.at_top.add(node)
            inside = self._inside(node)
            inner = top and not isinstance(node, ast.Lambda | ast.comprehension)
            stack.extend((one, inner) for one in reversed(inside))

    def settle(self) -> None:
        """Follow the plain functions that are used; the rest run in steps only."""
        while called := [one for one in self.waiting if one.name in self.used]:
            self.waiting = [one for one in self.waiting if one.name not in self.used]
            for one in called:
                self.go(one.body, at_top=False)
        self.program.bodies += self.waiting

    def _inside(self, node: ast.AST) -> list[ast.AST]:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return self._function(node)
            case ast.AnnAssign():
                self.program.annotations.append(node.annotation)
                value = [] if node.value is None else [node.value]
                return [node.target, *value]
            case ast.Call():
                self._note_handed_on(node)
            case ast.Name(id=name, ctx=ast.Load()) if id(node) not in self.handed_on:
                self.used.add(name)
            case _:
                pass
        return list(ast.iter_child_nodes(node))

    def _function(self, node: Def) -> list[ast.AST]:
        args = node.args
        every = [
            *args.posonlyargs,
            *args.args,
            *args.kwonlyargs,
            args.vararg,
            args.kwarg,
        ]
        hints = [one.annotation for one in every if one is not None]
        self.program.annotations += [h for h in (*hints, node.returns) if h is not None]
        if step_name_of(node, self.program):
            self.program.bodies.append(node)
        elif node.decorator_list:
            self.go(node.body, at_top=False)
        else:
            self.waiting.append(node)
        defaults = [one for one in (*args.defaults, *args.kw_defaults) if one]
        typed: list[ast.AST] = list(getattr(node, "type_params", ()))
        return [*node.decorator_list, *defaults, *typed]

    def _note_handed_on(self, call: ast.Call) -> None:
        """Note functions that are given to be steps: naming them does not run them."""
        made = call.func.func if isinstance(call.func, ast.Call) else call.func
        names = self.program.resolved(made)
        if names == frozenset({STEP}):
            self.handed_on |= {id(one) for one in call.args}
        elif names == frozenset({f"{COULER}.run_script"}):
            given = [one.value for one in call.keywords if one.arg == "source"]
            self.handed_on |= {id(one) for one in given}


def _origins(nodes: Sequence[ast.AST]) -> Origins:
    """Return what imports, and plain assignments of what they bind, make names mean."""
    found: dict[str, set[str]] = {"couler": {COULER}}
    assigns: list[tuple[str, ast.expr]] = []
    for node in nodes:
        match node:
            case ast.Import(names=names):
                for one in names:
                    bound = one.asname or one.name.partition(".")[0]
                    meant = one.name if one.asname else bound
                    found.setdefault(bound, set()).add(meant)
            case ast.ImportFrom(module=module, names=names):
                for one in names:
                    bound = one.asname or one.name
                    found.setdefault(bound, set()).add(f"{module or ''}.{one.name}")
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if isinstance(
                value, ast.Name | ast.Attribute
            ):
                assigns.append((name, value))
            case _:
                continue
    return _with_aliases(found, assigns)


def _with_aliases(
    found: dict[str, set[str]], assigns: Sequence[tuple[str, ast.expr]]
) -> Origins:
    for _ in range(3):
        for name, value in assigns:
            root = value
            while isinstance(root, ast.Attribute):
                root = root.value
            if isinstance(root, ast.Name) and root.id in found:
                origins = {one: frozenset(what) for one, what in found.items()}
                found.setdefault(name, set()).update(resolved(value, origins))
    return {name: frozenset(what) for name, what in found.items()}


def _bind(program: Program) -> None:
    """Note what names are bound to, wherever they are."""
    simple: set[int] = set()
    for node in program.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name) as target], value=value):
                simple.add(id(target))
                program.assigned[name].append(value)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                program.rebound.setdefault(node.name, node.lineno)
            case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                program.rebound.setdefault(name, node.lineno)
                program.assigned[name].append(None)
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                program.rebound.setdefault(name, node.lineno)
            case _:
                continue
    for node in program.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            program.rebound.setdefault(node.id, node.lineno)
            if id(node) not in simple:
                program.assigned[node.id].append(None)
    program.bound |= program.rebound.keys()
