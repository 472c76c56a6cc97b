"""Reads a function's inputs, calls it, and leaves what it returns."""

# ruff: noqa: S102, PTH103, PTH112, PTH123, T201, BLE001, ANN401, D103
import asyncio
import json
import linecache
import os
import pathlib
import sys
import traceback
import types
from typing import Any

from couler_jupyter.engines.kube.runner.values import (
    LONGEST,
    Stop,
    article,
    as_text,
    checked,
    fits,
    is_exact,
    is_stub,
    number,
    plain,
    read,
    stub,
    type_name,
)


def run(source: str, step: Any, parts: Any) -> int:
    """Run a step and return its exit code; `parts` are those functions it needs."""
    main, name = types.ModuleType("__main__"), "<" + step["function"] + ">"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    try:
        if "lacks" in parts:
            parts["lacks"](step["requirements"])
        sys.modules["__main__"], sys.argv = main, [name]
        exec(compile(source, name, "exec", dont_inherit=True), main.__dict__)
        given = {
            one["name"]: given_to(one, step, main, parts) for one in step["inputs"]
        }
        for folder in step["folders"]:
            os.makedirs(folder, exist_ok=True)
        value = called(getattr(main, step["function"]), given)
        for output in step["outputs"]:
            keep(output, value, parts)
    except Stop as stop:
        print(stop.args[1], file=sys.stderr)
        return int(stop.args[0])
    except BaseException as error:
        frame = error.__traceback__
        while frame and frame.tb_frame.f_code.co_filename == run.__code__.co_filename:
            frame = frame.tb_next
        traceback.print_exception(type(error), error, frame)
        return 1
    return 0


def given_to(port: Any, step: Any, main: Any, parts: Any) -> Any:
    name, path = "input " + repr(port["name"]), port.get("path", "")
    if port["type"] == "artifact":
        return pathlib.Path(path) if os.path.lexists(path) else None
    if path and os.path.isdir(path):
        return parts["unpickled"](path, name, main)
    with open(step["values"], encoding="utf-8") as file:
        texts = {one["name"]: one.get("value", "") for one in json.load(file)}
    value = read(as_text(texts[port["port"]]), port["type"])
    if is_stub(value):
        what = "{} is a {} that only an artifact can hold, and there is none"
        raise Stop(66, what.format(name, value["couler-value"]))
    return checked(name, value, port, 66)


def called(function: Any, given: Any) -> Any:
    try:
        value = function(**given)
        if isinstance(value, types.CoroutineType):
            value = asyncio.run(value)
    except SystemExit as leave:
        if leave.code is None or leave.code == 0:
            return None
        if not isinstance(leave.code, int):
            raise Stop(1, str(leave.code)) from None
        code = leave.code & 0xFF
        raise Stop(code, "exit code " + str(code)) from None
    if isinstance(value, (types.GeneratorType, types.AsyncGeneratorType)):
        raise Stop(65, function.__name__ + " returned a generator; return a list")
    return value


def keep(output: Any, value: Any, parts: Any) -> None:
    kind, name = output["type"], "output " + repr(output["name"])
    try:
        for key in output.get("part", ()):
            value = part_of(value, key)
    except LookupError:
        if output.get("optional"):
            return
        keys = "".join("[" + repr(key) + "]" for key in output["part"])
        raise Stop(65, name + ": what the function returned has no " + keys) from None
    value = str(value) if isinstance(value, pathlib.PurePath) else number(value)
    if kind == "artifact":
        parts["keep_file"](output, value, name)
    else:
        keep_value(output, value, name, parts)


def keep_value(output: Any, value: Any, name: str, parts: Any) -> None:
    """Write the text of a value, and the value itself where that is not the same."""
    kind, text = output["type"], ""
    if isinstance(plain(value), str) and kind not in ("string", "json", "python"):
        value = read(value, kind)
    if is_exact(plain(value)):
        text = as_text(plain(value))
        checked(name, text if kind == "string" else plain(value), output, 65)
    elif output.get("plain"):
        what = "{} is a {}, which passes only from function to function; {}"
        right = "a map, a repeat, a condition, a text or a program takes plain data"
        raise Stop(65, what.format(name, type_name(value), right))
    elif not output.get("pickle") or not fits(value, kind):
        what = "{} is a {}, not {}"
        raise Stop(65, what.format(name, type_name(value), article(kind)))
    if output.get("pickle") and (not is_exact(value) or len(text) > LONGEST):
        parts["pickled"](output["pickle"], value, name)
        fit = len(text) <= LONGEST or output.get("plain")
        text = text if text and fit else stub(value)
    with open(output["path"], "w", encoding="utf-8", newline="") as file:
        file.write(text + "\n")


def part_of(value: Any, key: Any) -> Any:
    try:
        return value[key]
    except TypeError:
        if isinstance(key, str) and hasattr(value, key):
            return getattr(value, key)
        raise LookupError(key) from None
