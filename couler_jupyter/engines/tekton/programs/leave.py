"""Keeps what a step left: texts as results, files and folders on the run's volume."""

# ruff: noqa: ANN401, D103, PTH101, PTH103, PTH107, PTH112, PTH113, PTH114, PTH118, PTH120, PTH123, SIM105, T201, TRY301
import json
import os
import shutil
import sys
from typing import Any

KINDS: Any = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "list": list,
    "object": dict,
}


class Stop(Exception):
    """The step failed after all: a line that says why."""


def main(plan: Any, given: Any) -> int:
    os.umask(0)
    try:
        for one in plan.get("files", ()):
            keep(one, given[one["to"]])
        total = sum(result(one, given) for one in plan.get("results", ()))
        if total > plan["most"]:
            what = "its results have {:,} bytes; Tekton passes on {:,}; leave a file"
            raise Stop(what.format(total, plan["most"]))
    except Stop as stop:
        print(stop.args[0], file=sys.stderr)
        return 65
    return 0


def result(one: Any, given: Any) -> int:
    """Write a result and return how many bytes it has."""
    name, text = "output " + repr(one["name"]), read(one["from"])
    if text is None:
        if "default" not in one:
            raise Stop(name + ": the step left no " + one["from"])
        text = one["default"]
    check(name, text, one)
    content = text.replace(chr(36), chr(36) * 2).encode()
    with open(given[one["to"]], "wb") as file:
        file.write(content)
    if "also" in one:
        target = given[one["also"]]
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(text.encode())
    return len(content)


def read(path: str) -> Any:
    """Return the text of a file without its last line break; None if it is missing."""
    if not os.path.isfile(path):
        return None
    with open(path, encoding="utf-8", errors="replace", newline="") as file:
        text = file.read()
    for end in ("\r\n", "\n"):
        if text.endswith(end):
            return text[: -len(end)]
    return text


def check(name: str, text: str, one: Any) -> None:
    kind, value = one["type"], text
    if kind != "string":
        try:
            value = json.loads(text)
        except ValueError:
            pass
    is_stub = isinstance(value, dict) and list(value) == ["couler-value"]
    wrong_bool = isinstance(value, bool) and kind != "boolean"
    if (
        kind in KINDS
        and not is_stub
        and (wrong_bool or not isinstance(value, KINDS[kind]))
    ):
        raise Stop(f"{name} is {text:.60}, not of type {kind}")
    known = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if one.get("choices") and known not in one["choices"]:
        some = ", ".join(one["choices"])
        raise Stop(f"{name} is {known:.60}; it must be one of {some}")


def keep(one: Any, target: str) -> None:
    source = one["from"]
    if os.path.isdir(target) and not os.path.islink(target):
        shutil.rmtree(target)
    elif os.path.lexists(target):
        os.remove(target)
    if not os.path.lexists(source):
        if one.get("optional"):
            return
        raise Stop("output {!r}: the step left no {}".format(one["name"], source))
    os.makedirs(os.path.dirname(target), exist_ok=True)
    if os.path.isdir(source):
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)
    if one.get("mode") is not None:
        os.chmod(target, one["mode"])
        for folder, folders, files in os.walk(target if one.get("recurse") else ""):
            for inner in folders + files:
                os.chmod(os.path.join(folder, inner), one["mode"])


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1]), sys.argv[2:]))
