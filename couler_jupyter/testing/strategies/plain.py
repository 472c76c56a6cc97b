"""Random plain values: texts, names, numbers, what JSON can say.

Each is made once: hypothesis looks through a strategy before it first draws from it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from couler_jupyter.ir import Constant


@cache
def texts(max_size: int = 20) -> st.SearchStrategy[str]:
    """Any text that a file can hold, control characters and all scripts included."""
    return st.text(st.characters(exclude_categories=["Cs"]), max_size=max_size)


@cache
def names() -> st.SearchStrategy[str]:
    """Names that things may have."""
    return st.from_regex(r"\A[A-Za-z0-9_äß训][\w.-]{0,11}\Z")


@cache
def jsons() -> st.SearchStrategy[Any]:
    """Any value that JSON can say."""
    floats = st.floats(allow_nan=False, allow_infinity=False)
    plain = st.one_of(st.none(), st.booleans(), st.integers(), floats, texts())
    return st.recursive(
        plain,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(texts(), inner, max_size=3)
        ),
        max_leaves=5,
    )


@cache
def constants() -> st.SearchStrategy[Constant]:
    """Any constant."""
    return jsons().map(Constant.of)


@cache
def seconds() -> st.SearchStrategy[float]:
    """Spans of time, in seconds."""
    floats = st.floats(0.001, 1e12, allow_nan=False)
    return st.one_of(floats, st.integers(1, 10**6))


@cache
def labels() -> st.SearchStrategy[tuple[tuple[str, str], ...]]:
    """Names and values, each name once."""
    return st.dictionaries(texts(), texts(), max_size=3).map(lambda d: tuple(d.items()))
