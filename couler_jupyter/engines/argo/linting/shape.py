"""Fields and types: what the API server and a strict reader refuse."""

from __future__ import annotations

from couler_jupyter.engines.argo.linting.plain import has_tag
from couler_jupyter.engines.argo.linting.report import Report, meant, shown
from couler_jupyter.engines.argo.linting.schema import Type, types
from couler_jupyter.engines.finding import Rule, Severity
from couler_jupyter.engines.kube.places import Path
from couler_jupyter.engines.kube.quantity import is_quantity

UNKNOWN_FIELD = Rule(
    "ARGO101", "unknown-field", "every field is one that its object has"
)
GONE_FIELD = Rule("ARGO102", "removed-field", "no field is one that Argo 4 has removed")
WRONG_TYPE = Rule("ARGO103", "wrong-type", "every value is of its field's type")
MISSING_FIELD = Rule("ARGO104", "missing-field", "what an object needs is there")
NOT_ALLOWED = Rule(
    "ARGO105", "unknown-word", "a field with a choice of words has one of them"
)
BAD_QUANTITY = Rule(
    "ARGO106", "bad-quantity", "amounts are numbers with a unit that Kubernetes knows"
)
LATER_FIELD = Rule(
    "ARGO108", "later-field", "every field is one that the version asked for has"
)
UNQUOTED = Rule(
    "ARGO107",
    "unquoted-text",
    "a number or truth value that is meant as text stands in quotes",
    Severity.WARNING,
)

_KINDS = {
    "text": (str, "text"),
    "bool": (bool, "true or false"),
    "whole": (int, "a whole number"),
}


def check_shape(value: object, name: str, path: Path, report: Report) -> None:
    """Look at an object and all in it, as the type `name` says."""
    if not isinstance(value, dict):
        report.add(
            WRONG_TYPE, path, f"{_at(path)} is {_kind(value)}", "an object stands there"
        )
        return
    _check_object(value, types(report.version)[name], path, report)


def _check_object(
    value: dict[str, object], kind: Type, path: Path, report: Report
) -> None:
    fields = kind.fields
    for key, inner in value.items():
        word = fields.get(key)
        if word is None:
            _unknown(key, kind, (*path, key), report)
        elif inner is not None:
            _check(inner, word, (*path, key), report)
            if key in kind.enums:
                _check_word(inner, kind.enums[key], (*path, key), report)
    for key in kind.required:
        if value.get(key) is None:
            report.add(MISSING_FIELD, (*path, key), f"{_at(path)} has no {key!r}")


def _unknown(key: str, kind: Type, path: Path, report: Report) -> None:
    if key in kind.later:
        what = f"field {key!r} came with Argo {kind.later[key]}"
        wanted = ".".join(map(str, report.version))
        right = f"this is looked at for {wanted}"
        report.add(LATER_FIELD, path, what, right, key=True)
        return
    if key in kind.gone:
        what = f"field {key!r} is gone since Argo 4.0"
        report.add(GONE_FIELD, path, what, f"now it is {kind.gone[key]}", key=True)
        return
    what = f"{_at(path[:-1])} ({kind.name}) has no field {shown(key)}"
    report.add(UNKNOWN_FIELD, path, what, meant(key, kind.fields), key=True)


def _check(value: object, word: str, path: Path, report: Report) -> None:
    if word[0] == "[":
        if not isinstance(value, list):
            _wrong(value, "a list", path, report)
            return
        inner = word[1:-1]
        for at, one in enumerate(value):
            _check(one, inner, (*path, at), report)
    elif word[0] == "{":
        if not isinstance(value, dict):
            _wrong(value, "an object", path, report)
            return
        inner = word[1:-1]
        for key, one in value.items():
            if one is not None:
                _check(one, inner, (*path, key), report)
    elif word in _PLAIN:
        _check_plain(value, word, path, report)
    elif isinstance(value, dict):
        _check_object(value, types(report.version)[word], path, report)
    else:
        _wrong(value, "an object", path, report)


_PLAIN = frozenset(
    ("any", "text", "bool", "whole", "number", "any-text", "whole-or-text", "quantity")
)


def _check_plain(value: object, word: str, path: Path, report: Report) -> None:
    match word:
        case "text":
            if not isinstance(value, str):
                _check_text(value, path, report)
        case "bool" | "whole":
            kind, name = _KINDS[word]
            if type(value) is not kind:
                _wrong(value, name, path, report)
        case "number":
            if type(value) not in (int, float):
                _wrong(value, "a number", path, report)
        case "any-text":
            if not isinstance(value, (str, int, float, bool)):
                _wrong(value, "text", path, report)
        case "whole-or-text":
            if type(value) not in (int, str):
                _wrong(value, "a whole number or text", path, report)
        case "quantity":
            _check_quantity(value, path, report)
        case _:
            pass  # anything may stand there


def _check_text(value: object, path: Path, report: Report) -> None:
    if not isinstance(value, (int, float)):
        _wrong(value, "text", path, report)
        return
    what = f"{_at(path)} is {_kind(value)}, which kubectl refuses where text is wanted"
    report.add(UNQUOTED, path, what, "in quotes it is text")


def _check_quantity(value: object, path: Path, report: Report) -> None:
    if isinstance(value, (dict, list, bool)):
        _wrong(value, "an amount", path, report)
    elif isinstance(value, str) and not has_tag(value) and not is_quantity(value):
        right = "right is a number with one of m k M G T P E Ki Mi Gi Ti Pi Ei, or none"
        report.add(BAD_QUANTITY, path, f"{shown(value)} is no amount", right)


def _check_word(
    value: object, allowed: tuple[str, ...], path: Path, report: Report
) -> None:
    for at, one in enumerate(value) if isinstance(value, list) else ((None, value),):
        if not isinstance(one, str) or not one or one in allowed or has_tag(one):
            continue
        where = path if at is None else (*path, at)
        right = f"right is one of {', '.join(allowed)}"
        report.add(NOT_ALLOWED, where, f"{path[-1]} is {shown(one)}", right)


def _wrong(value: object, wanted: str, path: Path, report: Report) -> None:
    report.add(
        WRONG_TYPE, path, f"{_at(path)} is {_kind(value)}", f"it must be {wanted}"
    )


def _kind(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return f"the truth value {str(value).lower()}"
        case int() | float():
            return f"the number {shown(value)}"
        case str():
            return f"the text {shown(value)}"
        case list():
            return "a list"
        case _:
            return "an object"


def _at(path: Path) -> str:
    """Return where something stands, in a few words: its last key, and which one."""
    if not path:
        return "the document"
    if isinstance(path[-1], int):
        holder = next((one for one in reversed(path) if isinstance(one, str)), "list")
        return f"{holder}[{path[-1]}]"
    return str(path[-1])
