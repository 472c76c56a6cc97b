"""Forms of code that only say something, and run nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from string import Formatter

PLAIN = (
    *(
        ast.Expr,
        ast.Assign,
        ast.AugAssign,
        ast.AnnAssign,
        ast.FunctionDef,
        ast.ClassDef,
    ),
    *(ast.Return, ast.If, ast.For, ast.With, ast.Pass, ast.Break, ast.Continue),
    *(ast.Raise, ast.Assert, ast.Import, ast.ImportFrom, ast.BoolOp, ast.NamedExpr),
    *(ast.BinOp, ast.UnaryOp, ast.Lambda, ast.IfExp, ast.Dict, ast.Set, ast.ListComp),
    *(ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Compare, ast.Call),
    *(ast.FormattedValue, ast.JoinedStr, ast.Constant, ast.Attribute, ast.Subscript),
    *(
        ast.Starred,
        ast.Name,
        ast.List,
        ast.Tuple,
        ast.Slice,
        ast.keyword,
        ast.arguments,
    ),
    *(ast.arg, ast.alias, ast.withitem, ast.comprehension, ast.expr_context),
    *(ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
)
"""All that writing a workflow needs of Python."""

_RUNS = (
    *(ast.Call, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
    ast.NamedExpr,
)


def default_that_runs(args: ast.arguments) -> ast.expr | None:
    """Return the first default that is more than a plain value, if there is one."""
    for default in (*args.defaults, *args.kw_defaults):
        if default is not None and any(isinstance(n, _RUNS) for n in ast.walk(default)):
            return default
    return None


def has_fields_only(node: ast.ClassDef) -> bool:
    """Tell whether a class has fields with plain defaults, and nothing else."""
    for statement in node.body:
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                continue
            case ast.AnnAssign(target=ast.Name(id=name), value=value):
                is_plain = value is None or isinstance(value, ast.Constant)
                if name.startswith("_") or not is_plain:
                    return False
            case _:
                return False
    return not getattr(node, "type_params", ())


def is_plain_format(func: ast.expr) -> bool:
    """Tell whether this is `"text".format`, with a text that looks into no value."""
    match func:
        case ast.Attribute(attr="format", value=ast.Constant(value=str(template))):
            return _fields_are_plain(template)
        case _:
            return False


def plain_parts(value: ast.expr) -> Iterator[ast.expr]:
    """Yield a value and those in it that stand in plain dicts and lists."""
    yield value
    match value:
        case ast.Dict(values=parts) | ast.List(elts=parts) | ast.Tuple(elts=parts):
            for part in parts:
                yield from plain_parts(part)
        case _:
            return


def _fields_are_plain(template: str) -> bool:
    try:
        fields = list(Formatter().parse(template))
    except ValueError:
        return False
    return all(
        (name is None or name == "" or name.isalnum() or name.isidentifier())
        and "{" not in (spec or "")
        for _, name, spec, _ in fields
    )
