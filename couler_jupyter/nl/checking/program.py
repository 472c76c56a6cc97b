"""What stands in a program, read from its syntax tree: nothing is run."""

from __future__ import annotations

import ast
import symtable
import warnings
from dataclasses import replace
from functools import cached_property

from couler_jupyter.nl.checking.facts import (
    FUNCTIONS,
    Function,
    Kept,
    Signature,
    kept_by,
    outputs_in,
    outside_functions,
    parameters_of,
)
from couler_jupyter.nl.checking.scopes import names_bound, unknown_uses

PACKAGE = "couler_jupyter"
_USUALLY = "couler"
_GIVING = frozenset(
    {"run_container", "run_script", "run_job", "map_", "suspend", "run_workflow"}
)


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
            if isinstance(node, FUNCTIONS)
        }

    @cached_property
    def kept(self) -> tuple[Kept, ...]:
        """What statements outside of functions give names to, in order."""
        outer = frozenset(map(id, self.tree.body))
        return tuple(
            replace(one, inner=id(node) not in outer)
            for node in outside_functions(self.tree)
            for one in kept_by(node)
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
        return names_bound(self._names)

    @cached_property
    def unknown_names(self) -> tuple[ast.Name, ...]:
        """Uses of names that nothing in the program gives a meaning."""
        return unknown_uses(self.tree, self._names, self.bound | self.aliases)

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
            return outputs_in(value)
        return signature.outputs or self.fields.get(signature.returns, {})

    def _signature(self, node: Function) -> Signature:
        return Signature(
            name=node.name,
            line=node.lineno,
            parameters=tuple(parameters_of(node.args)),
            open=node.args.vararg is not None or node.args.kwarg is not None,
            returns="" if node.returns is None else ast.unparse(node.returns),
            step=any(self._is_step(one) for one in node.decorator_list),
            outputs={
                name: kind
                for one in node.decorator_list
                if isinstance(one, ast.Call)
                for name, kind in outputs_in(one).items()
            },
        )

    def _is_step(self, decorator: ast.expr) -> bool:
        # a misspelt decorator of the package was to make a step, too
        inner = decorator.func if isinstance(decorator, ast.Call) else decorator
        return bool(self.meant(inner))
