"""Computes a value of a workflow in a pod: what stands between tasks and no engine computes.

This module is shipped as text and needs only Python 3.8. It is given a file to write to,
an expression as JSON, and the texts of the values that the expression names by number.
Lists that are gone through become lists of texts: numbers in lists would come back as
floats, since Kubeflow keeps values as a protobuf Struct.
"""

# ruff: noqa: ANN401, D103
import json
import os
import re
import sys
from typing import Any

DECIMAL = re.compile(
    r"([+-]?[0-9]+)|[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
)
ABSENT = '{"couler-absent":true}'
ENDS = {"ended": ("succeeded", "failed"), "kube-ended": ("Succeeded", "Failed")}


class Absent(Exception):
    """A step that was skipped left nothing."""


def read(text: str, kind: str) -> Any:
    if kind == "string":
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if not isinstance(value, str):
        return value
    match = DECIMAL.fullmatch(value.strip()) if len(value) <= 1000 else None
    if match is None:
        return None
    return float(match[0]) if match[1] is None else int(match[1])


def same(left: Any, right: Any) -> bool:
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        alike = left.keys() == right.keys()
        return alike and all(same(left[key], right[key]) for key in left)
    one, other = number(left), number(right)
    if one is not None and other is not None:
        return bool(one == other)
    return as_text(left) == as_text(right)


def among(left: Any, right: Any) -> bool:
    if isinstance(right, str) and right.lstrip().startswith("["):
        found = read(right, "json")
        right = found if isinstance(found, list) else right
    if isinstance(right, str) and not isinstance(left, (list, dict)):
        return as_text(left) in right
    if not isinstance(right, (list, dict)):
        sys.exit(as_text(right)[:50] + " is no list to look in")
    return any(same(left, item) for item in right)


def ordered(left: Any, how: str, right: Any) -> bool:
    one, other = number(left), number(right)
    if one is None or other is None:
        if not (isinstance(left, str) and isinstance(right, str)):
            sys.exit(as_text(left)[:50] + ", " + as_text(right)[:50] + ": no order")
        one, other = left, right
    holds = {">": one > other, ">=": one >= other, "<": one < other, "<=": one <= other}
    return bool(holds[how])


def compared(left: Any, how: str, right: Any) -> bool:
    if how in ("==", "!="):
        return same(left, right) is (how == "==")
    if how in ("in", "not-in"):
        return among(left, right) is (how == "in")
    return ordered(left, how, right)


def part(value: Any, path: Any) -> Any:
    for key in path:
        try:
            value = value[key]
        except (LookupError, TypeError):
            sys.exit(as_text(value)[:50] + " has no part " + as_text(key))
    return value


def value_of(node: Any, texts: Any) -> Any:
    kind, *rest = node
    if kind == "constant":
        return rest[0]
    if kind == "text":
        if texts[rest[0]] == ABSENT:
            raise Absent
        return read(texts[rest[0]], rest[1])
    if kind == "gathered":
        there = [as_text(one) for one in json.loads(texts[rest[0]])]
        return [read(one, rest[1]) for one in there if one != ABSENT]
    if kind == "part":
        return part(value_of(rest[0], texts), rest[1])
    if kind == "format":
        return "".join(as_text(value_of(one, texts)) for one in rest[0])
    if kind == "list":
        return [value_of(one, texts) for one in rest[0]]
    if kind == "object":
        return {key: value_of(one, texts) for key, one in rest[0]}
    if kind == "first":
        return first(rest[0], texts)
    if kind in ENDS:
        good = json.loads(texts[rest[0]]).get("state") == "SUCCEEDED"
        return ENDS[kind][0 if good else 1]
    return holds(kind, rest, texts)


def first(nodes: Any, texts: Any) -> Any:
    for one in nodes:
        try:
            return value_of(one, texts)
        except Absent:
            continue
    raise Absent


def holds(kind: str, rest: Any, texts: Any) -> Any:
    if kind == "not":
        return not value_of(rest[0], texts)
    if kind == "all":
        return all(value_of(one, texts) for one in rest[0])
    if kind == "any":
        return any(value_of(one, texts) for one in rest[0])
    if kind == "compare":
        return compared(value_of(rest[0], texts), rest[1], value_of(rest[2], texts))
    if kind == "items":
        found = value_of(rest[0], texts)
        if not isinstance(found, list):
            sys.exit(as_text(found)[:50] + " is no list to go through")
        return [as_text(one) for one in found]
    if kind == "stop":
        if value_of(rest[0], texts):
            sys.exit(rest[1])
        return ""
    assert kind == "range", kind
    start, end = (number(value_of(one, texts)) for one in rest[:2])
    if not isinstance(start, int) or not isinstance(end, int):
        sys.exit("a range goes from one whole number to another")
    far = end + (1 if rest[2] > 0 else -1)
    form = rest[3]
    return [form % n if form else str(n) for n in range(start, far, rest[2])]


def main(path: str, expression: str, *texts: str) -> None:
    try:
        text = as_text(value_of(json.loads(expression), texts))
    except Absent:
        text = ABSENT
    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
    with open(path, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123
        file.write(text)
