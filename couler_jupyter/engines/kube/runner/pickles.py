"""Values that are no plain data: pickled, with the sources that define their classes."""

# ruff: noqa: D103, PTH, S102, S301, UP032
import json
import pickle
import sys
import types
from typing import Any

from couler_jupyter.engines.kube.runner.values import Stop, article, encode, type_name

SOURCES: Any = []


def pickled(output: Any, value: Any, name: str) -> Any:
    """Pickle a value to its file; return what stands for it in a parameter."""
    kind, full = output["type"], type_name(value)
    allowed: Any = {"list": (list, tuple), "object": dict}.get(kind, object)
    if not isinstance(value, allowed):
        raise Stop(65, "{} is a {}, not {}".format(name, full, article(kind)))
    header = {"couler-value": 1, "kind": "pickle", "type": full}
    try:
        body = pickle.dumps(value, protocol=5)
    except Exception as error:
        why = "".join(str(error).splitlines()[:1]) or type(error).__name__
        what = "{} is a {} that cannot be pickled: {}".format(name, full, why)
        raise Stop(65, what) from error
    with open(output["pickle"], "wb") as file:
        file.write(encode(dict(header, sources=SOURCES)).encode() + b"\n" + body)
    return header


def unpickled(name: str, path: str, main: Any) -> Any:
    """Return a pickled value; classes of its step are looked for here, then there."""

    class Unpickler(pickle.Unpickler):
        def find_class(self, module: str, qualified: str) -> Any:
            if module != "__main__":
                return super().find_class(module, qualified)
            first, *inner = qualified.split(".")
            if not hasattr(main, first):
                borrow(main, first, header["sources"])
            value = getattr(main, first)
            for part in inner:
                value = getattr(value, part)
            return value

    with open(path, "rb") as file:
        header = json.loads(file.readline())
        try:
            return Unpickler(file).load()
        except Exception as error:
            why = type(error).__name__ + ": " + "".join(str(error).splitlines()[:1])
            what = "{} is a {} that cannot be read here: {}"
            raise Stop(66, what.format(name, header["type"], why)) from error


def borrow(main: Any, name: str, sources: Any) -> None:
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
