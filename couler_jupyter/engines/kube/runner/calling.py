"""Reads a function's inputs, calls it, and leaves what it returns."""

# ruff: noqa: D103, T201, PTH, BLE001, S102, UP032, UP031, TRY301, E501
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
    Stop,
    as_text,
    checked,
    encode,
    is_plain,
    read,
    type_name,
)


def run(
    source: str, step: Any, lacks: Any, unpickle: Any, pickle: Any, keep_file: Any
) -> int:
    """Run a step and return its exit code; the parts it can do without are None."""
    main = types.ModuleType("__main__")
    name = "<" + step["function"] + ">"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    try:
        if lacks and lacks(step["requirements"]):
            raise Stop(69, "the image lacks " + ", ".join(lacks(step["requirements"])))
        sys.modules["__main__"], sys.argv = main, [name]
        exec(compile(source, name, "exec", dont_inherit=True), main.__dict__)
        given = {
            one["name"]: value_of(one, step, main, unpickle) for one in step["inputs"]
        }
        for folder in step["folders"]:
            os.makedirs(folder, exist_ok=True)
        value = called(getattr(main, step["function"]), given)
        for output in step["outputs"]:
            keep(output, value, pickle, keep_file)
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


def value_of(port: Any, step: Any, main: Any, unpickle: Any) -> Any:
    path, name = port.get("path", ""), "input " + repr(port["name"])
    there = os.path.lexists(path)
    if port["type"] == "artifact":
        return pathlib.Path(path) if there else None
    if there:
        return unpickle(name, path, main)
    with open(step["values"], encoding="utf-8") as file:
        texts = {one["name"]: one.get("value", "") for one in json.load(file)}
    value = read(as_text(texts[port["port"]]), port["type"])
    if (
        isinstance(value, dict)
        and value.get("kind") == "pickle"
        and "couler-value" in value
    ):
        what = "{} is a {}, which only an artifact can hold".format(name, value["type"])
        raise Stop(66, what)
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
        raise Stop(leave.code & 0xFF, "exit code %d" % (leave.code & 0xFF)) from None
    if isinstance(value, (types.GeneratorType, types.AsyncGeneratorType)):
        raise Stop(65, function.__name__ + " returned a generator; return a list")
    return number(value)


def keep(output: Any, value: Any, pickle: Any, keep_file: Any) -> None:
    kind, name = output["type"], "output " + repr(output["name"])
    try:
        for key in output.get("part", ()):
            value = part_of(value, key)
    except LookupError:
        if output.get("optional"):
            return
        keys = "".join("[%r]" % (key,) for key in output["part"])
        raise Stop(65, name + ": what the function returned has no " + keys) from None
    value = str(value) if isinstance(value, pathlib.PurePath) else number(value)
    if kind == "artifact":
        keep_file(output, value, name)
        return
    if is_plain(value):
        if kind == "string":
            value = as_text(value)
        elif isinstance(value, str) and kind not in ("json", "python"):
            value = read(value, kind)
        text = as_text(checked(name, value, output, 65))
    elif pickle and "pickle" in output:
        text = encode(pickle(output, value, name))
    else:
        raise Stop(65, "{} is a {}, not a {}".format(name, type_name(value), kind))
    with open(output["path"], "w", encoding="utf-8", newline="") as file:
        file.write(text + "\n")


def part_of(value: Any, key: Any) -> Any:
    try:
        return value[key]
    except TypeError:
        if isinstance(key, str) and hasattr(value, key):
            return getattr(value, key)
        raise LookupError(key) from None


def number(value: Any) -> Any:
    numpy: Any = sys.modules.get("numpy")
    if numpy is None or not isinstance(value, numpy.generic):
        return value
    plain = value.item()
    return plain if type(plain) in (bool, int, float, str) else value
