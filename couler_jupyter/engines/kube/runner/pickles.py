"""Values of Python: each a folder with its JSON, or its pickle and its sources.

A folder, since what anybody may write as a text is never one: it is not unpickled.
"""

# ruff: noqa: S102, PTH102, PTH110, PTH123, ANN401, D103
import json
import os
import pickle
import sys
import types
from typing import Any

from couler_jupyter.engines.kube.runner.values import (
    Stop,
    encode,
    is_exact,
    type_name,
)

SOURCES: Any = []


def pickled(path: str, value: Any, name: str) -> None:
    os.mkdir(path)
    if is_exact(value):
        with open(path + "/value.json", "w", encoding="utf-8") as file:
            file.write(encode(value))
        return
    with open(path + "/sources.json", "w", encoding="utf-8") as file:
        file.write(encode(SOURCES))
    try:
        with open(path + "/value.pickle", "wb") as file:
            pickle.dump(value, file, protocol=5)
    except OSError:
        raise
    except Exception as error:
        why = "".join(str(error).splitlines()[:1]) or type(error).__name__
        what = "{} is a {} that cannot be pickled: {}"
        raise Stop(65, what.format(name, type_name(value), why)) from error


def unpickled(path: str, name: str, main: Any) -> Any:
    """Return a value; its own classes are looked for here, then in its sources."""

    class Unpickler(pickle.Unpickler):
        def find_class(self, module: str, qualified: str) -> Any:
            if module != "__main__":
                return super().find_class(module, qualified)
            first, *inner = qualified.split(".")
            if not hasattr(main, first):
                borrow(main, first, path + "/sources.json")
            value = getattr(main, first)
            for part in inner:
                value = getattr(value, part)
            return value

    if os.path.exists(path + "/value.json"):
        with open(path + "/value.json", encoding="utf-8") as text:
            return json.load(text)
    with open(path + "/value.pickle", "rb") as file:
        try:
            return Unpickler(file).load()
        except Exception as error:
            why = type(error).__name__ + ": " + "".join(str(error).splitlines()[:1])
            raise Stop(66, name + " cannot be read here: " + why) from error


def borrow(main: Any, name: str, path: str) -> None:
    with open(path, encoding="utf-8") as file:
        sources = json.load(file)
    for source in sources:
        lender = sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            exec(
                compile(source, "<source>", "exec", dont_inherit=True), lender.__dict__
            )
        finally:
            sys.modules["__main__"] = main
        if hasattr(lender, name):
            setattr(main, name, getattr(lender, name))
            if source not in SOURCES:
                SOURCES.append(source)
            return
