"""Why a value cannot travel, in words that say what to do instead."""

from __future__ import annotations

import builtins
import io
import threading
from collections.abc import Container, Iterator, Mapping, Sized
from difflib import get_close_matches
from types import BuiltinMethodType, FunctionType, MethodType, ModuleType

from couler_jupyter.dsl.capture.layers import is_couler

_DATA = frozenset(
    {"dask", "datasets", "geopandas", "jax", "jaxlib", "keras", "lightgbm", "numpy"}
    | {"pandas", "PIL", "polars", "pyarrow", "pyspark", "scipy", "sklearn", "torch"}
    | {"statsmodels", "tensorflow", "transformers", "vaex", "xarray", "xgboost"}
)
_LIVE_WORDS = ("client", "conn", "cursor", "engine", "executor", "session", "socket")
_PASS_IT = "pass it as an argument or make it the output of a step"  # noqa: S105
MAKE_IT = "make it inside the function"

KEEP_OUT = (
    "looks like a secret, which must not be written into a workflow: give it to the "
    "step as a secret and read it from the environment there"
)


def why_not(value: object, home: Container[str]) -> str:
    """Return why `value` cannot be written down or imported.

    Args:
        value: what a function uses.
        home: the modules whose names are defined in cells or in the user's file.
    """
    kind = type(value)
    a_kind = _a(_full_name(kind))
    if isinstance(value, ModuleType):
        return "is a module made in this session: no file to import it from"
    if isinstance(value, BuiltinMethodType | MethodType):
        return f"is a method of {_a(_full_name(type(value.__self__)))}: {MAKE_IT}"
    if isinstance(value, FunctionType):
        return made_by_library(value)
    if is_couler(value):
        return f"is {a_kind}: pass it as an argument of the step"
    if kind.__module__.partition(".")[0] == "IPython":
        return "belongs to IPython, which is not there where a step runs"
    if kind.__module__ in home:
        return (
            f"is an instance of {kind.__qualname__}, a class defined here, and only "
            f"the class can travel: {MAKE_IT} or pass it as an argument"
        )
    if _is_live(value):
        return f"is {a_kind}, which lives in this process only: {MAKE_IT}"
    if kind.__module__.partition(".")[0] in _DATA:
        return f"is {a_kind}: {_PASS_IT}"
    return f"is {a_kind}: {MAKE_IT} or pass it as an argument"


def made_by_library(function: FunctionType) -> str:
    """Return why a function that was made inside a library does not travel."""
    library = str(function.__globals__.get("__name__", "a library"))
    return f"is a function that {library} made: {MAKE_IT}"


def too_big(value: object, limit: int) -> str:
    """Return why a constant is too long to be written into the source."""
    size = f" of {len(value)} items" if isinstance(value, Sized) else ""
    kind = _a(type(value).__name__)
    return f"is {kind}{size}, more than {limit // 1024} KB as text: {_PASS_IT}"


def not_defined(name: str, scope: Mapping[str, object]) -> str:
    """Return that a name means nothing, with the nearest that does."""
    if name == "get_ipython":
        return "stands for a magic or a shell line, which only a notebook can run"
    known = [each for each in (*scope, *vars(builtins)) if not each.startswith("_")]
    near = get_close_matches(name, known, n=1)
    return f"is not defined{f', did you mean {near[0]!r}?' if near else ''}"


def _is_live(value: object) -> bool:
    live = (io.IOBase, Iterator, threading.Thread, threading.Event)
    if isinstance(value, live):
        return True
    kind = type(value)
    words = kind.__name__.lower()
    return kind.__module__ in {"_thread", "threading", "_socket", "socket"} or any(
        word in words for word in _LIVE_WORDS
    )


def _full_name(kind: type) -> str:
    top = kind.__module__.partition(".")[0].removeprefix("_")
    hidden = top in {"builtins", "_main__", "io", "thread"}
    return kind.__name__ if hidden else f"{top}.{kind.__name__}"


def _a(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"
