"""Which names travel: all that the compiler would look up outside, and no others."""

from __future__ import annotations

import pytest

from couler_jupyter.dsl.capture.free_names import free_names


@pytest.mark.parametrize(
    ("text", "early", "late"),
    [
        ("def f(): return a + b.c(d=e)", "", "a b e"),
        ("def f(x, *y, z=q, **w): return x, y, z, w", "q", ""),
        ("@deco(arg)\ndef f(): pass", "arg deco", ""),
        ("def f():\n def g(): return h\n return g", "", "h"),
        ("def f(x): return [y + k for y in x if m]", "", "k m"),
        ("def f(x): return {y: z for y, z in x}", "", ""),
        ("def f(x):\n if (n := x): return n\n return n", "", ""),
        ("def f(x): return [(n := y) for y in x], n", "", ""),
        ("def f(x: A, y: 'B' = 1) -> C:\n z: D = 2\n return z", "", ""),
        ("def f():\n def g(x: A) -> B: return 1\n return g", "", ""),
        ("def f(): return f'{a!r:>{b}} {c[d]}'", "", "a b c d"),
        ("def f(x):\n match x:\n  case P(a, k=b): return a, b", "", "P"),
        (
            "def f(x):\n match x:\n  case M.K: return 1\n  case [a, *r]: return r",
            "",
            "M",
        ),
        ("def f():\n try: pass\n except E as e: return e", "", "E"),
        ("def f():\n with a as b: del b", "", "a"),
        ("def f():\n import a.b, c as d\n from e import g\n return a, d, g", "", ""),
        ("async def f():\n async for x in a:\n  await b(x)", "", "a b"),
        ("def f():\n yield from a", "", "a"),
        (
            "def f():\n class C(B):\n  x = y\n  def m(self): return z\n return C",
            "",
            "B y z",
        ),
        (
            "class C(B, metaclass=M):\n x = y\n def m(self, d=e): return z",
            "B M e y",
            "z",
        ),
        ("class C:\n xs = [g(i) for i in r]", "g r", ""),
        ("class C:\n x: A = 1", "", ""),
        ("f = lambda x: x + a", "", "a"),
        ("@d(lambda e: k)\ndef f(): pass", "d", "k"),
        ("def f():\n global g\n g = 1\n return h", "", "h"),
        ("def f(a):\n def g():\n  nonlocal a\n  a = b\n return g", "", "b"),
    ],
)
def test_what_is_read_from_outside(text: str, early: str, late: str) -> None:
    found = free_names(text)
    assert found.early == frozenset(early.split())
    assert found.late == frozenset(late.split())


def test_a_name_a_class_gives_itself_is_unsure() -> None:
    assert free_names("class C:\n x = 1\n y = x").unsure == {"x"}


def test_what_global_statements_store() -> None:
    assert free_names("def f():\n global a, b\n a = b").stored == {"a"}
