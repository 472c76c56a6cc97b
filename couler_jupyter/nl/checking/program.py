"""What stands in a program, read from its syntax tree: nothing is run."""

from __future__ import annotations

import ast
import builtins
import symtable
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

PACKAGE = "couler_jupyter"
_USUALLY = "couler"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_IMPLICIT = frozenset({"__name__", "__file__", "__doc__", "__builtins__"})
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a function in the program.

    Attributes:
        name: how it is called.
        annotation: as it is written; empty for none.
        required: whether a call has to give it.
    """

    name: str
    annotation: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a function in the program takes and gives.

    Attributes:
        name: of the function.
        line: where it starts.
        parameters: those that have a name of their own.
        open: whether it takes more than those, by `*args` or `**kwargs`.
        returns: the annotation of what it gives; empty for none.
        step: whether a call of it is a step.
        outputs: what its decorator says it leaves behind, and the types.
    """

    name: str
    line: int
    parameters: tuple[Parameter, ...]
    open: bool
    returns: str
    step: bool
    outputs: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A value that a statement outside of functions gives a name.

    Attributes:
        name: the name.
        line: of the statement.
        value: the expression; None where the name is one of several.
        inner: whether it stands in a block, which may be skipped.
    """

    name: str
    line: int
    value: ast.expr | None
    inner: bool = False


class Program:
    """A program that is Python; facts about it are found when asked for.

    Attributes:
        code: its text.
        tree: its syntax.

    Raises:
        SyntaxError: it is no Python.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a text's backslashes may mean
            self.tree = ast.parse(code)
            compile(code, "<program>", "exec", dont_inherit=True)
            self._names = symtable.symtable(code, "<program>", "exec")

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        """All calls, in the order of their lines."""
        found = [one for one in ast.walk(self.tree) if isinstance(one, ast.Call)]
        return tuple(sorted(found, key=lambda call: (call.lineno, call.col_offset)))

    @cached_property
    def aliases(self) -> frozenset[str]:
        """What the package is called in the program."""
        found = frozenset(
            name.asname or name.name
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Import)
            for name in node.names
            if name.name == PACKAGE
        )
        # in a notebook, an earlier cell has imported it
        return found if _USUALLY in self.bound else found | {_USUALLY}

    @cached_property
    def own_names(self) -> dict[str, str]:
        """Names that are imported from the package, by what they are called here."""
        return {
            name.asname or name.name: name.name
            for node in ast.walk(self.tree)
            if isinstance(node, ast.ImportFrom) and node.module == PACKAGE
            for name in node.names
        }

    @cached_property
    def functions(self) -> dict[str, Signature]:
        """Functions that stand outside of all others, by name."""
        return {
            node.name: self._signature(node)
            for node in self.tree.body
            if isinstance(node, _FUNCTIONS)
        }

    @cached_property
    def kept(self) -> tuple[Kept, ...]:
        """What statements outside of functions give names to, in order."""
        outer = frozenset(map(id, self.tree.body))
        return tuple(
            replace(one, inner=id(node) not in outer)
            for node in outside_functions(self.tree)
            for one in _kept(node)
        )

    @cached_property
    def dropped(self) -> tuple[ast.Call, ...]:
        """Calls of steps outside of functions whose value nothing keeps."""
        return tuple(one for one in self.statements if self.makes_step(one))

    @cached_property
    def statements(self) -> tuple[ast.Call, ...]:
        """Calls outside of functions whose value nothing keeps."""
        return tuple(
            node.value
            for node in outside_functions(self.tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        )

    @cached_property
    def fields(self) -> dict[str, dict[str, str]]:
        """What the named parts of values are, by the class that a function returns."""
        return {
            node.name: {
                one.target.id: ast.unparse(one.annotation)
                for one in node.body
                if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
            }
            for node in self.tree.body
            if isinstance(node, ast.ClassDef)
        }

    @cached_property
    def bound(self) -> frozenset[str]:
        """All names that the program itself gives a meaning outside of functions."""
        own = (
            one.get_name()
            for one in self._names.get_symbols()
            if one.is_assigned() or one.is_imported() or one.is_namespace()
        )
        return frozenset(own)

    @cached_property
    def unknown_names(self) -> tuple[ast.Name, ...]:
        """Uses of names that nothing in the program gives a meaning."""
        if _imports_all(self.tree):
            return ()
        table = self._names
        known = (
            self.bound
            | self.aliases
            | vars(builtins).keys()
            | _IMPLICIT
            | _declared(table)
        )
        missing = frozenset(name for name in _global_uses(table) if name not in known)
        found = _uses(self.tree, missing) if missing else ()
        return tuple(sorted(found, key=lambda name: (name.lineno, name.col_offset)))

    def called(self, call: ast.Call) -> str:
        """Return which name of the package a call calls; empty for another."""
        return self.meant(call.func)

    def meant(self, node: ast.expr) -> str:
        """Return which name of the package an expression is; empty for none."""
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=attr):
                return attr if owner in self.aliases else ""
            case ast.Name(id=name):
                return self.own_names.get(name, "")
            case _:
                return ""

    def signature(self, call: ast.Call) -> Signature | None:
        """Return what a call calls, if that is a function in the program."""
        match call.func:
            case ast.Name(id=name):
                return self.functions.get(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=attr)):
                return self.functions.get(name) if attr == "with_options" else None
            case _:
                return None

    def makes_step(self, call: ast.Call) -> bool:
        """Return whether a call adds a step whose value can be used."""
        signature = self.signature(call)
        if signature is not None:
            return signature.step
        return self.called(call) in _GIVING

    def text(self, node: ast.expr) -> str:
        """Return an expression as it stands there, if it is on one line."""
        written = ast.get_source_segment(self.code, node) or ""
        return written if written and "\n" not in written else ast.unparse(node)

    def head(self, call: ast.Call) -> str:
        """Return a call as it stands there, or its start where it is on many lines."""
        is_long = (call.end_lineno or call.lineno) > call.lineno
        return f"{self.text(call.func)}(" if is_long else self.text(call)

    def parts(self, value: ast.expr | None) -> dict[str, str]:
        """Return the named parts of what a call gives, and their types where known."""
        if not isinstance(value, ast.Call):
            return {}
        signature = self.signature(value)
        if signature is None:
            return _outputs(value)
        return signature.outputs or self.fields.get(signature.returns, {})

    def _signature(self, node: Function) -> Signature:
        return Signature(
            name=node.name,
            line=node.lineno,
            parameters=tuple(_parameters(node.args)),
            open=node.args.vararg is not None or node.args.kwarg is not None,
            returns="" if node.returns is None else ast.unparse(node.returns),
            step=any(self._is_step(one) for one in node.decorator_list),
            outputs={
                name: kind
                for one in node.decorator_list
                if isinstance(one, ast.Call)
                for name, kind in _outputs(one).items()
            },
        )

    def _is_step(self, decorator: ast.expr) -> bool:
        # a misspelt decorator of the package was to make a step, too
        inner = decorator.func if isinstance(decorator, ast.Call) else decorator
        return bool(self.meant(inner))


def _outputs(call: ast.Call) -> dict[str, str]:
    """Return what `outputs={...}` of a call names, with types where they are known."""
    for word in call.keywords:
        if word.arg == "outputs" and isinstance(word.value, ast.Dict):
            pairs = zip(word.value.keys, word.value.values, strict=True)
            return {
                key.value: _kind_of_output(one)
                for key, one in pairs
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            }
    return {}


def _kind_of_output(node: ast.expr) -> str:
    """Return the type in `from_file(PATH, TYPE)` or the type itself; empty for a file."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Call(args=[_, ast.Name(id=name)]):
            return name
        case _:
            return ""


_GIVING = frozenset(
    {"run_container", "run_script", "run_job", "map_", "suspend", "run_workflow"}
)


def outside_functions(tree: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements that run when the program does, those in blocks too."""
    waiting: list[ast.stmt] = list(reversed(tree.body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            inner = list(ast.iter_child_nodes(node))
            waiting += reversed([one for one in inner if isinstance(one, ast.stmt)])


def _kept(node: ast.stmt) -> Iterator[Kept]:
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _targets(target, node.lineno, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _targets(target, node.lineno, value)
        case ast.For(target=target):
            yield from _targets(target, node.lineno, None)
        case ast.With(items=items):
            for item in items:
                if item.optional_vars is not None:
                    yield from _targets(item.optional_vars, node.lineno, None)
        case _:
            return


def _targets(target: ast.expr, line: int, value: ast.expr | None) -> Iterator[Kept]:
    match target:
        case ast.Name(id=name):
            yield Kept(name=name, line=line, value=value)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _targets(part, line, None)
        case _:
            return


def _parameters(args: ast.arguments) -> Iterator[Parameter]:
    plain = [*args.posonlyargs, *args.args]
    first = len(plain) - len(args.defaults)
    for place, one in enumerate(plain):
        yield _parameter(one, place < first)
    for one, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield _parameter(one, default is None)


def _parameter(one: ast.arg, required: bool) -> Parameter:
    annotation = "" if one.annotation is None else ast.unparse(one.annotation)
    return Parameter(name=one.arg, annotation=annotation, required=required)


def _imports_all(tree: ast.Module) -> bool:
    found = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return any(name.name == "*" for node in found for name in node.names)


def _global_uses(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield names that are looked for outside of all functions."""
    is_module = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (is_module or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _global_uses(child)


def _uses(node: ast.AST, names: frozenset[str]) -> Iterator[ast.Name]:
    """Yield where names are used that are not those of a function around them."""
    if isinstance(node, ast.Name) and node.id in names:
        yield node
    if isinstance(node, (*_FUNCTIONS, ast.Lambda)):
        inside = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
        stored = (one for one in ast.walk(node) if isinstance(one, ast.Name))
        inside |= {one.id for one in stored if isinstance(one.ctx, ast.Store)}
        names = names - inside
    for child in ast.iter_child_nodes(node):
        yield from _uses(child, names)


def _declared(table: symtable.SymbolTable) -> frozenset[str]:
    """Return names that functions make known by `global`."""
    own = {one.get_name() for one in table.get_symbols() if one.is_declared_global()}
    return frozenset(own.union(*map(_declared, table.get_children())))
