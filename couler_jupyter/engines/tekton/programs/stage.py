"""Puts in place what a step finds: its texts, its values and its files."""

# ruff: noqa: ANN401, D103, PTH101, PTH103, PTH112, PTH118, PTH120, PTH123, T201
import json
import os
import shutil
import sys
from typing import Any


def main(plan: Any, given: Any) -> int:
    os.umask(0)
    for name, at, choices in plan.get("choices", ()):
        if not is_among(given[at], choices):
            some = ", ".join(choices)
            what = "input {!r} is {:.60}; it must be one of {}"
            print(what.format(name, given[at], some), file=sys.stderr)
            return 66
    for folder in plan.get("folders", ()):
        os.makedirs(folder, exist_ok=True)
    for one in plan.get("texts", ()):
        text = "".join(
            part if isinstance(part, str) else given[part] for part in one[1]
        )
        with open(made(one[0]), "w", encoding="utf-8", newline="") as file:
            file.write(text)
    if "values" in plan:
        path, ports = plan["values"]
        with open(made(path), "w", encoding="utf-8") as file:
            json.dump([{"name": port, "value": given[at]} for port, at in ports], file)
    for one in plan.get("files", ()):
        if not placed(one, given[one["from"]]):
            print("input", repr(one["name"]), "is not there", file=sys.stderr)
            return 66
    return 0


def is_among(text: str, choices: Any) -> bool:
    """Whether a text, or what it reads as, is one of the JSON texts given."""
    found = {json.dumps(text, ensure_ascii=False)}
    try:
        value = json.loads(text)
        found.add(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    except ValueError:
        pass
    return not found.isdisjoint(choices)


def placed(one: Any, source: str) -> bool:
    """Copy a file or a folder to where it is waited for; False if it is missing."""
    if not os.path.lexists(source):
        return bool(one.get("optional"))
    target = made(one["to"])
    if os.path.isdir(source):
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)
    if one.get("mode") is not None:
        allow(target, one["mode"], one.get("recurse"))
    return True


def allow(target: str, mode: int, recurse: Any) -> None:
    os.chmod(target, mode)
    if recurse and os.path.isdir(target):
        for folder, folders, files in os.walk(target):
            for name in folders + files:
                os.chmod(os.path.join(folder, name), mode)


def made(path: str) -> str:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return path


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1]), sys.argv[2:]))
