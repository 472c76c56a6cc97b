"""Closures, decorators, lambdas and what else wraps a function."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable

import pytest

from couler_jupyter.dsl.capture import Captured, capture
from couler_jupyter.errors import CannotTravel
from tests.dsl.capture.conftest import Notebook, Run

Travels = Callable[..., Captured]

STEP = """
import functools
class Step:
    def __init__(self, function, **options):
        self.function, self.__wrapped__ = function, function
def step(function=None, **options):
    return functools.partial(Step, **options) if function is None else Step(function)
"""


@pytest.fixture
def steps(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """A notebook in which `couler.step` makes steps."""
    module = types.ModuleType("couler_jupyter.stand_in")
    module.__file__ = "stand_in.py"
    exec(STEP, module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    notebook.cell("import couler_jupyter.stand_in as couler")
    notebook.cell("from couler_jupyter.stand_in import step, Step")
    return notebook


def test_lambdas_are_cut_out_to_the_column(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("""
        fs = [lambda x: x + 1, lambda x: x + 2, (lambda x: [y for y in
            range(x)])]
        same = lambda x: x, lambda x: x
        curry = lambda a: lambda b: (a, b)
        fact = lambda n: 1 if n < 2 else n * fact(n - 1)
        table = {k: lambda x, k=k: x * k for k in (2, 3)}
    """)
    notebook.cell("""
        def main(x):
            return [f(x) for f in fs + [*same]], curry(1)(2), fact(5), table[2](x), table[3](x)
    """)
    travels("main", 4)
    travels("fact", 6)


def test_lambdas_without_columns(notebook: Notebook) -> None:
    notebook.cell(
        "two = [lambda x: 1, lambda x: 2]\nalike = [lambda x: 3, lambda x: 3]"
    )
    for each in (*notebook["two"], *notebook["alike"]):
        bare = each.__code__.replace(co_linetable=b"")
        each.__code__ = bare
    assert "lambda x: 3" in capture(notebook["alike"][1], name="f").source
    with pytest.raises(Exception, match="its source"):
        capture(notebook["two"][1], name="f")


def test_a_lambda_gets_the_name_it_is_given(notebook: Notebook, run: Run) -> None:
    captured = capture(lambda: 1 + 2, name="add one")
    assert captured.entrypoint == "add_one"
    assert run(captured) == 3
    notebook.cell("k = 3\ndouble = lambda x: k * x")
    assert capture(notebook["double"], name="other").entrypoint == "double"


def test_closures_travel_by_value(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("""
        def make(n, log=None):
            def helper(x): return x * n
            def add(x): return helper(x) + n if log is None else log
            return add
        add2, add3 = make(2), make(3, "no")
        def main(x): return add2(x), add3(x), make(4)(x)
    """)
    assert travels("main", 5).travellers == ("add2", "add3", "make")
    captured = travels("add2", 5)
    assert captured.entrypoint == "_couler_add" or captured.entrypoint == "add"
    assert captured.travellers == ("helper", "log", "n")


def test_closures_that_hold_each_other(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("""
        def make(step):
            def even(n): return n == 0 or odd(n - step)
            odd = lambda n: n != 0 and even(n - step)
            def fact(n): return 1 if n < 2 else n * fact(n - step)
            again = fact
            def both(n): return even(n), odd(n), again(n), also(n)
            @functools.cache
            def also(n): return n if n < 2 else also(n - 1) + also(n - 2)
            return even, odd, both
        import functools
        even, odd, both = make(1)
        def main(n): return even(n), odd(n), both(n)
    """)
    travels("main", 6)
    travels("odd", 3)
    travels("both", 5)


def test_local_classes_hold_what_is_around_them(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("""
        def make(n):
            class Base:
                def get(self): return n
            class Node(Base):
                def __init__(self, child=None): self.child = child
                def get(self): return super().get() + 1
                def twin(self): return Node(self)
            return Node
        Node = make(3)
        def main(): return Node().twin().child.get()
    """)
    travels("main")


def test_decorators_that_wrap_stay(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("""
        import functools, contextlib
        PLUS = 1
        def plus(n):
            def deco(f):
                @functools.wraps(f)
                def wrapper(*args): return f(*args) + n + offset()
                return wrapper
            return deco
        def offset(): return PLUS
        @functools.lru_cache(maxsize=None)
        def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
        @contextlib.contextmanager
        def box(n): yield n
        @plus(
            10,
        )
        @plus(PLUS)
        def main(n):
            with box(n) as m:
                return fib(m)
    """)
    captured = travels("main", 9)
    assert "@plus(\n    10,\n)\n@plus(PLUS)\ndef main" in captured.source
    assert captured.travellers == ("PLUS", "box", "fib", "offset", "plus")


def test_decorators_that_do_not_say_what_they_wrap(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("""
        def loud(f):
            def wrapper(*args): return f(*args) + "!"
            return wrapper
        @loud
        def hi(name): return "hi " + name
        @loud
        def down(n): return "" if n == 0 else down(n - 1)
        def main(name): return hi(name), down(3)
    """)
    travels("main", "you")
    travels("hi", "you")


def test_wrapping_by_hand(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("""
        import functools
        def plus(f):
            @functools.wraps(f)
            def wrapper(*args): return f(*args) + 1
            return wrapper
        @plus
        def one(x): return x
        two = plus(one)
        def main(x): return one(x), two(x), two.__name__, three(x)
        def three(x): return x
        three = plus(three)
    """)
    travels("main", 5)
    travels("two", 5)


def test_decorators_that_only_note_the_function(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("""
        REGISTRY = {}
        def register(f):
            REGISTRY[f.__name__] = f
            f.tag = "noted"
            return f
        @register
        def one(x): return x + 1
        @register
        class Two:
            def __call__(self, x): return x + 2
        def main(x):
            return REGISTRY["one"](x), REGISTRY["Two"]()(x), one.tag, sorted(REGISTRY)
    """)
    travels("main", 1)


def test_defaults_keep_the_value_they_had(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("""
        N, NONE, MISSING = 3, None, object()
        def main(a=N, b=[1], c=NONE, d=MISSING, *, e=N * 2, f="x" "y", g=min):
            return a, b, c, d is MISSING, e, f, g(4, 5)
        subs = []
        for i in range(3):
            def sub(x, i=i,
                    j=(i
                       + 1)): return x * i + j
            subs.append(sub)
        def use(): return [s(2) for s in subs]
        N = 4
    """)
    travels("main")
    travels("use")


def test_partials_methods_and_builtins(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("""
        import functools, operator
        class Tool:
            @staticmethod
            def twice(x): return 2 * x
            @classmethod
            def name(cls): return cls.__name__
            def get(self): return 1
            class Part:
                size = 4
        def power(x, n): return x ** n
        square = functools.partial(power, n=2)
        twice, name, get, Part = Tool.twice, Tool.name, Tool.get, Tool.Part
        upper, first, size, now = str.upper, operator.itemgetter(0), len, dict.fromkeys
        TABLE = {"square": square, "up": upper, "size": len, "part": Tool.Part}
        def main(x):
            return (square(x), twice(x), name(), get(Tool()), Part.size, upper("a"),
                    first("bc"), size("abc"), now("a"), TABLE["square"](3),
                    TABLE["size"]("ab"), TABLE["up"]("d"), TABLE["part"].size)
    """)
    travels("main", 3)
    travels("square", 3)


def test_functions_of_installed_modules_are_imported() -> None:
    import json

    captured = capture(json.dumps)
    assert captured.source.endswith("from json import dumps\n")
    assert captured.entrypoint == "dumps"
    assert capture(len).source.endswith("from builtins import len\n")


def test_couler_decorators_stay_behind(steps: Notebook, run: Run) -> None:
    steps.cell("""
        import functools
        gpu = couler.step(gpu=1)
        def mine(f): return couler.step(f)
        def plus(f):
            @functools.wraps(f)
            def wrapper(*args): return f(*args) + 1
            return wrapper
        @couler.step(
            cpu=1,
        )
        # a remark
        @plus
        def a(x): return x
        @step
        def b(x): return a(x)
        @gpu
        def c(x): return b(x)
        @mine
        @plus
        def d(x): return c(x) + (0 if x < 1 else d(x - 1))
    """)
    captured = steps.capture("d")
    assert run(captured, 2) == (3 * 2 + 3) + (0 + 1 + 2) - 3
    assert "couler" not in captured.source.replace("_couler", "")
    assert captured.travellers == ("a", "b", "c", "plus")


def test_a_step_captured_while_it_is_decorated(steps: Notebook, run: Run) -> None:
    steps.cell("""
        taken = []
        from couler_jupyter.dsl.capture import capture
        from couler_jupyter.stand_in import Step
        def helper(n): return again(n - 1) if n else 0
    """)
    Step = steps["Step"]
    found: list[Captured] = []

    class Eager(Step):  # type: ignore[misc,valid-type]
        def __init__(self, function: Callable[..., object]) -> None:
            super().__init__(function)
            found.append(capture(function))

    Eager.__module__ = "couler_jupyter.stand_in"
    steps.shell.user_ns["eager"] = Eager
    cell = """
        @eager
        @functools.lru_cache
        def again(n): return 1 + again(n - 1) if n > 5 else {extra}
    """
    steps.cell("import functools")
    steps.cell(cell.format(extra="7"))
    steps.cell(cell.format(extra="helper(n)"))
    assert run(found[0], 6) == 8
    assert run(found[1], 6) == 1 + 0
    assert "@functools.lru_cache\ndef again" in found[1].source


def test_the_entrypoint_keeps_out_of_the_way(notebook: Notebook, run: Run) -> None:
    notebook.cell("""
        def work(x): return "helper"
        def make():
            def work(x): return other(x)
            return work
        def other(x): return work(x)
        inner = make()
    """)
    captured = notebook.capture("inner")
    assert run(captured, 1) == "helper"
    assert captured.entrypoint != "work"


def test_wraps_of_a_library_function(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("""
        import functools, math
        @functools.wraps(math.sqrt)
        def root(x): return math.sqrt(x) + 1
        fast = functools.lru_cache(root)
        def main(x): return root(x), root.__name__
    """)
    travels("main", 4)


@functools.lru_cache
def _in_a_file(n: int) -> int:
    return n if n < 2 else _in_a_file(n - 1) + _helper(n)


def _helper(n: int) -> int:
    return n * 2


def test_functions_in_files_travel_as_text(run: Run) -> None:
    captured = capture(_in_a_file)
    assert run(captured, 4) == _in_a_file(4)
    assert captured.travellers == ("_helper",)
    assert captured.origin is not None
    assert captured.origin[0].endswith("test_wrapping.py")


def test_no_user_code_is_run(notebook: Notebook) -> None:
    notebook.cell("""
        class Trap:
            def __getattr__(self, name): raise RuntimeError(name)
            def __repr__(self): raise RuntimeError
            def __eq__(self, other): raise RuntimeError
            def __hash__(self): raise RuntimeError
            def __reduce__(self): raise RuntimeError
            def __len__(self): raise RuntimeError
            def __bool__(self): raise RuntimeError
            def __call__(self): raise RuntimeError
            @property
            def __wrapped__(self): raise RuntimeError
        trap = Trap()
        def main(): return trap
    """)
    with pytest.raises(Exception, match=r"trap .* is an instance of Trap"):
        notebook.capture("main")


def test_single_dispatch_keeps_what_was_registered(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("""
        import functools
        class Box: pass
        @functools.singledispatch
        def show(x): return "any"
        @show.register
        def _(x: int): return "int" + helper()
        @show.register(Box)
        def _(x): return "box"
        @show.register
        def _(x: list | tuple): return "many"
        def helper(): return "!"
        def main(): return show(1), show(Box()), show("a"), show([])
    """)
    travels("main")


def test_steps_that_are_functions(steps: Notebook, run: Run) -> None:
    """A step may itself be a function made by Couler's decorator."""
    module = sys.modules["couler_jupyter.stand_in"]
    exec(
        "def call(f):\n"
        "    @functools.wraps(f)\n"
        "    def wrapper(*args): return 'recorded'\n"
        "    return wrapper\n",
        module.__dict__,
    )
    steps.cell("""
        @couler.call
        def helper(x): return x + 1
        @couler.call
        def main(x): return helper(x) * 2
    """)
    assert run(steps.capture("main"), 3) == 8


def test_a_class_as_the_function(notebook: Notebook, run: Run) -> None:
    notebook.cell("""
        K = 4
        class Main:
            def __new__(cls, x): return x + K
        class Bare(int):
            pass
    """)
    assert run(notebook.capture("Main"), 1) == 5
    assert run(notebook.capture("Bare"), 7) == 7


def test_a_decorator_of_the_users_that_makes_steps(steps: Notebook, run: Run) -> None:
    steps.cell("""
        import functools
        def sized(**options):
            def decorate(f): return couler.step(f, **options)
            return decorate
        def noted(f):
            @functools.wraps(f)
            def wrapper(*args): return f(*args) + (couler is None) + 1
            return wrapper
        @sized(cpu=1)
        @noted
        def main(x): return x
    """)
    captured = steps.capture("main")
    assert "@noted\ndef main" in captured.source
    assert "sized" not in captured.source
    assert captured.imports == ("couler_jupyter",)


def test_names_of_nested_classes_of_libraries(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("""
        import ast, tokenize, unittest.mock as mock, string
        visit, other = ast.NodeVisitor.visit, ast.NodeTransformer.generic_visit
        def main(): return visit.__name__, other.__qualname__
    """)
    travels("main")


def test_what_cannot_be_read_outside_of_its_cell(notebook: Notebook) -> None:
    notebook.cell("""
        async def deco(): return lambda f: f
        @(await deco())
        def main(): return 1
        import functools
        main2 = functools.lru_cache(main)
    """)
    assert "await" not in notebook.capture("main").source
    notebook.cell("""
        async def one(): return functools.lru_cache
        @(await one())
        def cached(): return 1
    """)
    with pytest.raises(CannotTravel, match="cannot be read outside of its cell"):
        notebook.capture("cached")


def test_real_steps_and_what_they_return(notebook: Notebook, run: Run) -> None:
    notebook.cell("""
        import couler_jupyter as couler
        import functools
        @couler.step(retry=2)
        def load() -> int: return 4
        @couler.step
        @functools.lru_cache
        def double(x: int = 1) -> int: return load() * x
        with couler.workflow("sample") as flow:
            score = load()
        def late(): return score
    """)
    captured = notebook.capture("double")
    assert run(captured, 3) == 12
    assert captured.imports == ()
    with pytest.raises(CannotTravel, match=r"score .* pass it as an argument of the"):
        notebook.capture("late")
