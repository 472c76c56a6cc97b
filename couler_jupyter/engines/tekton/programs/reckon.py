"""Reckons what Tekton cannot: conditions, lists of items, values made of others."""

# ruff: noqa: ANN401, D103, PTH113, PTH123, T201
import json
import os
import re
import sys
from typing import Any

DECIMAL = re.compile(
    r"(?P<whole>[+-]?[0-9]+)|[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
)


def main(plan: Any, given: Any) -> int:
    target, texts = given[0], given[1:]
    try:
        if "holds" in plan:
            made = "true" if holds(plan["holds"], texts) else "false"
        elif "items" in plan:
            made = encode(items(plan, texts))
        elif "gather" in plan:
            made = encode([typed(text, plan["gather"]) for text in texts])
        else:
            made = as_text(value(plan["value"], texts))
    except (TypeError, ValueError, LookupError) as error:
        print(error, file=sys.stderr)
        return 65
    content = made.replace(chr(36), chr(36) * 2).encode()
    if len(content) > plan["most"]:
        what = "it has {:,} bytes; Tekton passes on {:,}"
        print(what.format(len(content), plan["most"]), file=sys.stderr)
        return 65
    with open(target, "wb") as file:
        file.write(content)
    return 0


def items(plan: Any, texts: Any) -> Any:
    """Return the texts of the items of a list or of a range."""
    over = plan["items"]
    if "range" in over:
        start, end = (whole(value(one, texts)) for one in over["range"])
        step = over["step"]
        found: Any = list(range(start, end + (1 if step > 0 else -1), step))
        if over.get("format"):
            found = [over["format"] % one for one in found]
    else:
        found = value(over["list"], texts)
        if isinstance(found, str):
            found = json.loads(found)
        if not isinstance(found, list):
            raise TypeError(encode(found)[:60] + " is no list to map over")
    for key in plan.get("path", ()):
        found = [one[key] for one in found]
    return [encode(one) if plan.get("json") else as_text(one) for one in found]


def whole(found: Any) -> int:
    number = as_number(found)
    if number is None or number != int(number):
        raise TypeError(as_text(found)[:60] + " is no whole number")
    return int(number)


def value(tree: Any, texts: Any) -> Any:
    """Return what a value is, given the texts of its references."""
    if "is" in tree:
        return tree["is"]
    if "at" in tree:
        return typed(texts[tree["at"]], tree["type"])
    if "first" in tree:
        return first(tree["first"], texts)
    if "text" in tree:
        return "".join(as_text(value(one, texts)) for one in tree["text"])
    if "list" in tree:
        return [value(one, texts) for one in tree["list"]]
    return {key: value(one, texts) for key, one in tree["object"]}


def first(options: Any, texts: Any) -> Any:
    """Return the first of several values that is there."""
    for one in options:
        if "file" not in one:
            return value(one, texts)
        if os.path.isfile(texts[one["file"]]):
            with open(texts[one["file"]], encoding="utf-8", newline="") as file:
                return typed(file.read(), one["type"])
    raise ValueError("none of the steps ran that it can be taken from")


def typed(text: str, kind: str) -> Any:
    if kind == "string":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def holds(tree: Any, texts: Any) -> bool:
    if "all" in tree:
        return all(holds(one, texts) for one in tree["all"])
    if "any" in tree:
        return any(holds(one, texts) for one in tree["any"])
    if "not" in tree:
        return not holds(tree["not"], texts)
    left, right = (value(one, texts) for one in tree["values"])
    return compare(left, tree["compare"], right)


def compare(left: Any, operator: str, right: Any) -> bool:
    if operator == "==":
        return equal(left, right)
    if operator == "!=":
        return not equal(left, right)
    if operator == "in":
        return among(left, right)
    if operator == "not-in":
        return not among(left, right)
    one, other = as_number(left), as_number(right)
    if one is None or other is None:
        if not (isinstance(left, str) and isinstance(right, str)):
            what = "{:.50} and {:.50} have no order"
            raise TypeError(what.format(as_text(left), as_text(right)))
        one, other = left, right
    if operator == ">":
        return bool(one > other)
    if operator == ">=":
        return bool(one >= other)
    return bool(one < other if operator == "<" else one <= other)


def equal(left: Any, right: Any) -> bool:
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        same = left.keys() == right.keys()
        return same and all(equal(left[key], right[key]) for key in left)
    one, other = as_number(left), as_number(right)
    if one is not None and other is not None:
        return bool(one == other)
    return as_text(left) == as_text(right)


def among(left: Any, right: Any) -> bool:
    inside = right
    if isinstance(right, str) and right.lstrip().startswith("["):
        try:
            inside = json.loads(right)
        except (ValueError, RecursionError):
            inside = right
    if isinstance(inside, str) and not isinstance(left, (list, dict)):
        return as_text(left) in inside
    if not isinstance(inside, (list, dict)):
        raise TypeError(f"{as_text(right):.50} is no list to look in")
    return any(equal(left, item) for item in inside)


def as_number(found: Any) -> Any:
    if isinstance(found, bool) or not isinstance(found, (int, float, str)):
        return None
    if not isinstance(found, str):
        return found
    match = DECIMAL.fullmatch(found.strip()) if len(found) <= 1000 else None
    if match is None:
        return None
    return float(match[0]) if match["whole"] is None else int(match["whole"])


def encode(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def as_text(found: Any) -> str:
    return found if isinstance(found, str) else encode(found)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1]), sys.argv[2:]))
