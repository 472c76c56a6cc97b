"""Programs of helpers that call each other at random mean the same when captured."""

from __future__ import annotations

import linecache
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from couler_jupyter.dsl.capture import capture

FORMS = (
    "def {name}(n, k={default}):\n    return {body}",
    "{name} = lambda n, k={default}: {body}",
    "@wraps_it\ndef {name}(n, k={default}):\n    return {body}",
    "@hides_it\ndef {name}(n, k={default}):\n    return {body}",
    """
def _make(free):
    def {name}(n, k={default}): return {body} + free
    return {name}
{name} = _make({default})
""",
    """
class _{name}:
    step = {default}
    @classmethod
    def go(cls, n, k={default}): return {body} + cls.step
{name} = _{name}.go
""",
    """
def {name}(n, k={default}):
    inner = lambda m: {body}
    return sum(inner(i) for i in [n])
""",
    "{name} = functools.partial(lambda e, n, k={default}: {body} + e, {default})",
)

PRELUDE = """
import functools
def wraps_it(f):
    @functools.wraps(f)
    def wrapper(*args): return f(*args) + 1
    return wrapper
def hides_it(f):
    def inside(*args): return f(*args) * 2
    return inside
"""


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Draw a program that defines `f0`, `f1`, ... and constants they use."""
    count = draw(st.integers(1, 6))
    names = [f"f{index}" for index in range(count)]
    lines = [PRELUDE]
    order = draw(st.permutations(names))
    for name in order:
        calls = draw(st.lists(st.sampled_from(names), max_size=2))
        terms = [
            "k",
            f"C_{name}",
            *(f"(0 if n < 1 else {call}(n - 1))" for call in calls),
        ]
        body = " + ".join(draw(st.permutations(terms)))
        default = draw(st.sampled_from(["1", f"D_{name}", "(2 + 1)"]))
        lines.append(f"C_{name} = {draw(st.integers(-5, 5))}\nD_{name} = 7")
        form = draw(st.sampled_from(FORMS))
        lines.append(form.format(name=name, default=default, body=body))
        lines.append(f"D_{name} = 100")
    return "\n".join(lines)


@settings(max_examples=60, deadline=None)
@given(programs())
def test_captured_programs_mean_the_same(text: str) -> None:
    filename = f"/tmp/ipykernel_1/{abs(hash(text))}.py"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    scope: dict[str, Callable[..., int]] = {}
    exec(compile(text, filename, "exec"), scope, scope)
    try:
        for name in sorted(each for each in scope if each.startswith("f")):
            if name == "functools":
                continue
            captured = capture(scope[name], name=name)
            there: dict[str, Callable[..., int]] = {}
            exec(compile(captured.source, "captured", "exec"), there, there)
            assert there[captured.entrypoint](3) == scope[name](3), captured.source
            assert capture(scope[name], name=name) == captured
    finally:
        del linecache.cache[filename]
