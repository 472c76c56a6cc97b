"""The pieces of a module come in an order that works."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from couler_jupyter.dsl.capture import Captured
from couler_jupyter.dsl.capture.pieces import ordered, piece
from tests.dsl.capture.conftest import Notebook

Travels = Callable[..., Captured]


@pytest.mark.parametrize(
    "texts",
    [
        ("class C(B): pass", "class B(A): pass", "class A: pass", "def f(): return C"),
        (
            "@d\ndef f(): return 1",
            "def d(g): return h(g)",
            "h = k",
            "def k(g): return g",
        ),
        ("x = [f]", "def f(): return y", "y = (z,)", "z = {'a': f}"),
        (
            "class E(M):\n def __init__(self): h()",
            "def h(): return K[0]",
            "M = object",
            "K = [M]",
        ),
        (
            "@d\nclass X: pass",
            "class Y(X): pass",
            "def d(c): return c or Y",
            "def f(): return Y",
        ),
    ],
)
def test_every_order_given_comes_out_as_one_that_runs(texts: tuple[str, ...]) -> None:
    results: set[str] = set()
    for some in permutations(texts):
        pieces = [piece([_bound(text)], text) for text in some]
        result = "\n".join(ordered(pieces, last="f"))
        exec(result, {"__name__": "here"})
        results.add(result)
    assert len(results) == 1


def _bound(text: str) -> str:
    last = text.splitlines()[1 if text.startswith("@") else 0]
    return last.replace("(", " ").replace(":", " ").split()[not last[1:2].isspace()]


def test_a_registry_that_its_members_fill(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("""
        MODELS, KINDS, SEEN = {}, [], set()
        def register(cls):
            MODELS[cls.__name__] = cls
            if cls not in KINDS:
                KINDS.append(cls)
            SEEN.add(cls)
            return cls
        @register
        class Net:
            size = 1
        @register
        class Deep(Net):
            size = 2
        def main():
            return sorted(MODELS), [k.size for k in KINDS], len(SEEN), MODELS["Deep"] is Deep
    """)
    travels("main")


def test_code_that_runs_while_defining_finds_what_it_calls(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("""
        import enum
        def zeta(x): return alpha(x)
        def alpha(x): return x * FACTOR
        FACTOR = 3
        class Kind(enum.Enum):
            A = 1
            def __init__(self, number): self.tripled = zeta(number)
        class Aaa:
            made = zeta(2)
            kinds = [zeta(k.tripled) for k in Kind]
        def main(x=zeta(4)): return Kind.A.tripled, Aaa.made, Aaa.kinds, x
    """)
    travels("main")
