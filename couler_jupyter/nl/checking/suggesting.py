"""What would be right, in words that can be followed to the letter.

Four forms, so that a person, a model and a test read them alike: write `NEW` for `OLD`,
add `LINE` before line N, take away `OLD`, and 'old'; did you mean 'new'?
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from copy import copy
from difflib import get_close_matches

from couler_jupyter.nl.checking.called import step_name
from couler_jupyter.nl.checking.facts import Kept
from couler_jupyter.nl.checking.program import Program

_SAME_NAME, _SAME_TYPE = 2, 1


def write(new: str, old: str, line: int = 0) -> str:
    """Return that one expression is to stand for another."""
    at = f" in line {line}" if line else ""
    return f"write `{new}` for `{old}`{at}"


def add(text: str, line: int) -> str:
    """Return that a line is to be put before another."""
    return f"add `{text}` before line {line}"


def take_away(text: str, line: int) -> str:
    """Return that a statement is to go."""
    return f"take away `{text}` in line {line}"


def with_keyword(program: Program, call: ast.Call, name: str, value: str) -> str:
    """Return that a call is to be given one more argument."""
    text = program.text(call)
    every: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    if every and (call.end_lineno or call.lineno) > call.lineno:
        last = max(
            every, key=lambda one: (one.end_lineno or 0, one.end_col_offset or 0)
        )
        text = ast.get_source_segment(program.code, last) or ""
        if text and "\n" not in text:
            return write(f"{text}, {name}={value}", text, last.lineno)
        return f"add `{name}={value}` to `{program.head(call)}...)`"
    more = copy(call)
    given = ast.keyword(arg=name, value=ast.parse(value, mode="eval").body)
    more.keywords = [*call.keywords, given]
    return write(ast.unparse(more), text, call.lineno)


def near(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the nearest of `known`; empty if none is near."""
    found = get_close_matches(name, sorted(known), n=1, cutoff=cutoff)
    return found[0] if found else ""


def value_for(
    program: Program, name: str, annotation: str, before: int, but: frozenset[str]
) -> tuple[str, str]:
    """Return what an argument could be given, and what has to be done for that first.

    What has its name is best, then what has its type and nothing uses yet. A step whose
    value nothing keeps can be kept.

    Args:
        program: where it is looked for.
        name: of the parameter.
        annotation: of the parameter, as it is written; empty for none.
        before: the line that needs it.
        but: names that are not to be used.
    """
    kept = [
        one
        for one in program.kept
        if one.line < before and one.name not in but and not one.inner
    ]
    ranked = [(_rank(program, one, name, annotation), i) for i, one in enumerate(kept)]
    best = max(ranked, default=(0, 0))
    if best[0] == _SAME_NAME:
        return kept[best[1]].name, ""
    for one in reversed([one for one in program.kept if one.line < before]):
        if name in program.parts(one.value):
            return f"{one.name}.{name}", ""
    dropped = _dropped(program, annotation, before)
    if dropped is not None and best[0] == 0:
        text = program.head(dropped)
        return name, write(f"{name} = {text}", text, dropped.lineno)
    if best[0]:
        return kept[best[1]].name, ""
    return _uncalled(program, annotation), ""


def value_of_type(
    program: Program, name: str, kind: str, before: int, but: frozenset[str]
) -> str:
    """Return a name that stands for a value of a type, best one called `name`; or empty."""
    fitting = [
        one.name
        for one in program.kept
        if one.line < before
        and not one.inner
        and one.name not in but
        and plain(type_of(program, one.value)) == kind
    ]
    if name in fitting:
        return name
    return fitting[-1] if fitting else ""


def type_of(program: Program, value: ast.expr | None) -> str:
    """Return the type of what an expression gives, as annotations say; empty if unknown."""
    match value:
        case ast.Constant(value=constant) if constant is not None:
            return type(constant).__name__
        case ast.List() | ast.ListComp():
            return "list"
        case ast.Dict() | ast.DictComp():
            return "dict"
        case ast.Call():
            signature = program.signature(value)
            if program.called(value) == "map_":
                return "list"
            return signature.returns if signature is not None else ""
        case _:
            return ""


def plain(annotation: str) -> str:
    """Return a type without what stands in its brackets: `list` for `list[int]`."""
    return annotation.partition("[")[0].strip().strip("'\"")


def _rank(program: Program, one: Kept, name: str, annotation: str) -> int:
    if one.name == name:
        return _SAME_NAME
    known = plain(type_of(program, one.value))
    return _SAME_TYPE if annotation and known == plain(annotation) else 0


def _uncalled(program: Program, annotation: str) -> str:
    """Return a call of a step that nothing calls yet and that fits; empty for none."""
    used = {one.id for one in ast.walk(program.tree) if isinstance(one, ast.Name)}
    for one in program.functions.values():
        needs = any(parameter.required for parameter in one.parameters)
        known, wanted = plain(one.returns), plain(annotation)
        if one.step and one.name not in used and not needs and wanted in {"", known}:
            return f"{one.name}()"
    return ""


def _dropped(program: Program, annotation: str, before: int) -> ast.Call | None:
    """Return the last step before a line whose value nothing keeps and that fits."""
    wanted = plain(annotation)
    for call in reversed(program.dropped):
        known = plain(type_of(program, call))
        fits = not wanted or not known or known == wanted
        if (call.end_lineno or 0) < before and known != "None" and fits:
            return call
    return None


def given_to(
    program: Program, step: str, line: int, name: str
) -> tuple[ast.Call, ast.expr] | None:
    """Return the call that adds a step, and what it gives a parameter.

    Args:
        program: where it is looked for.
        step: the name of the step.
        line: where it was added, if no call shows the name.
        name: of the parameter.
    """
    found = list(_giving(program, name))
    own = [one for one in found if step_name(program, one[0]) == step]
    for call, value in own or found:
        end = call.end_lineno or call.lineno
        if call.lineno <= line <= end or len(own) == 1:
            return call, value
    return own[0] if own else None


def _giving(program: Program, name: str) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Yield the calls of the program's functions that give a parameter something."""
    for call in program.calls:
        signature = program.signature(call)
        if signature is None:
            continue
        names = [one.name for one in signature.parameters]
        given = dict(zip(names, call.args, strict=False))
        given |= {word.arg: word.value for word in call.keywords if word.arg}
        if name in given:
            yield call, given[name]


def with_other(program: Program, call: ast.Call, old: ast.expr, new: str) -> str:
    """Return that a call is to be given something else in place of one argument."""
    other = ast.parse(new, mode="eval").body
    changed = copy(call)
    changed.args = [other if one is old else one for one in call.args]
    changed.keywords = [
        ast.keyword(arg=one.arg, value=other if one.value is old else one.value)
        for one in call.keywords
    ]
    return write(ast.unparse(changed), program.text(call), call.lineno)
