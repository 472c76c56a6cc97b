"""Functions give in another process what they give in the notebook."""

from __future__ import annotations

import ast
from collections.abc import Callable

import pytest

from couler_jupyter.dsl.capture import Captured
from tests.dsl.capture.conftest import Notebook, Run

Travels = Callable[..., Captured]


def test_helpers_from_other_cells_travel(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("def double(x): return 2 * x")
    notebook.cell("OFFSET = 3\ndef shift(x): return double(x) + OFFSET")
    notebook.cell("def main(x): return shift(x) + double(1)")
    captured = travels("main", 5)
    assert captured.entrypoint == "main"
    assert captured.travellers == ("OFFSET", "double", "shift")
    assert captured.imports == ()
    assert captured.origin == ("cell [3]", 1)


def test_modules_travel_as_imports(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("""
        import math, os.path as osp
        import xml.etree.ElementTree as ET
        from collections import Counter as Count
        from itertools import chain
    """)
    notebook.cell("""
        def main(text):
            tree = ET.fromstring(text)
            names = chain(osp.split(tree.tag), str(math.floor(2.5)))
            return sorted(Count(names).items())
    """)
    captured = travels("main", "<a/>")
    assert captured.imports == ()
    assert "from collections import Counter as Count" in captured.source


def test_submodules_in_use_are_imported(notebook: Notebook, travels: Travels) -> None:
    notebook.cell(
        "import xml.dom.minidom\nimport concurrent as conc, concurrent.futures"
    )
    notebook.cell("""
        def main():
            kind = conc.futures.Future.__name__
            return kind + xml.dom.minidom.parseString("<a/>").toxml()
    """)
    travels("main")


def test_third_party_imports_are_named_by_their_public_path(
    notebook: Notebook, run: Run
) -> None:
    notebook.cell("import numpy as np\nfrom sklearn.linear_model import Ridge")
    notebook.cell("""
        def main(x):
            from packaging.version import Version
            return Ridge().alpha + float(np.mean(x)) + Version("1.0").major
    """)
    captured = notebook.capture("main")
    assert captured.imports == ("numpy", "packaging", "sklearn")
    assert "from sklearn.linear_model import Ridge\n" in captured.source


def test_recursion_and_mutual_recursion(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("def even(n): return n == 0 or odd(n - 1)")
    notebook.cell("def odd(n): return n != 0 and even(n - 1)")
    notebook.cell("def fact(n): return 1 if n < 2 else n * fact(n - 1)")
    notebook.cell("def main(n): return fact(n), even(n), odd(n)")
    travels("main", 7)
    travels("fact", 5)
    assert travels("odd", 5).travellers == ("even",)


def test_classes_travel_with_bases_and_methods(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("""
        from dataclasses import dataclass, field
        from enum import Enum
        UNIT = 10
        class Zebra:
            limit = UNIT
            def name(self): return helper(type(self).__name__)
        def helper(text): return text.lower()
    """)
    notebook.cell("""
        class Ape(Zebra):
            __secret = 4
            def name(self): return super().name() + str(self.__secret)
        class Colour(Enum):
            RED = 1
            BLUE = UNIT
        @dataclass(frozen=True)
        class Point:
            x: int
            tags: list[str] = field(default_factory=list)
            def moved(self) -> "Point": return Point(self.x + UNIT)
    """)
    notebook.cell("""
        def main():
            return Ape().name(), Ape.limit, Colour.BLUE.value, Point(1).moved().x
    """)
    captured = travels("main")
    assert captured.travellers == (
        "Ape", "Colour", "Point", "UNIT", "Zebra", "helper",
    )  # fmt: skip


def test_classes_without_methods_are_found(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("from dataclasses import dataclass\nfrom enum import IntEnum")
    notebook.cell("@dataclass(slots=True)\nclass P:\n    x: int = 1")
    notebook.cell("class Size(IntEnum):\n    BIG = 2\nclass Mine(Exception): pass")
    notebook.cell("def main(): return P().x + Size.BIG, Mine.__mro__[1].__name__")
    travels("main")


def test_the_latest_class_wins_even_if_an_old_cell_is_run_again(
    notebook: Notebook, travels: Travels
) -> None:
    first = "class K:\n    size = 'first'\n    shape = str()"
    second = "class K:\n    size = 'second'\n    shape = str()"
    notebook.cell("def main(): return K.size")
    for text in (first, second, first):
        notebook.cell(text)
        travels("main")


def test_a_class_remade_without_other_marks_is_the_last_one(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("def main(): return K.size")
    for text in ("class K:\n    size = 1 + 1", "class K:\n    size = 1 + 2"):
        notebook.cell(text)
        travels("main")
    notebook.cell("class K:\n    size = 1 + 1")
    travels("main")


def test_kinds_of_functions(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("async def wait(x): return x + 1\ndef count(n): yield from range(n)")
    notebook.cell("""
        async def main(n):
            global seen
            seen = [await wait(x) async for x in later(n)]
            return seen
        async def later(n):
            for x in count(n):
                yield x
        def spread(a, /, b, *rest, c=1, **more):
            return a, b, rest, c, sorted(more)
        def star(*args): return spread(*args, c=args[0], **{"z": 1})
        def gen(n):
            for x in count(n):
                if (y := x * 2) > 2:
                    yield y
    """)
    import asyncio

    captured = notebook.capture("main")
    assert captured.travellers == ("count", "later", "wait")
    travels("star", 1, 2, 3)
    assert asyncio.run(notebook["main"](3)) == [1, 2, 3]


@pytest.mark.parametrize("name", ["main", "gen"])
def test_coroutines_and_generators_run(notebook: Notebook, run: Run, name: str) -> None:
    notebook.cell("""
        def limit(): return 3
        def gen():
            for x in range(limit()):
                yield x
        async def main():
            return list(gen())
    """)
    assert run(notebook.capture(name)) == [0, 1, 2]


def test_globals_that_functions_store(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("""
        TOTAL = 5
        def add(n):
            global TOTAL, LAST
            TOTAL += n
            LAST = n
        def main():
            global TOTAL
            TOTAL = 5
            add(2)
            return TOTAL, LAST
    """)
    captured = notebook.capture("main")
    assert captured.travellers == ("TOTAL", "add")
    travels("main")


def test_annotations_need_nothing_where_it_runs(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("import couler_jupyter as couler\nimport numpy as np")
    notebook.cell("""
        def main(x: np.ndarray, y: "no_such_name" = 2) -> couler.Artifact if 0 else int:
            z: np.int64 = 1
            def inner(w: np.ndarray) -> np.ndarray: return w
            return inner(x) + y + z
    """)
    captured = travels("main", 3)
    assert captured.imports == captured.travellers == ()


def test_annotations_that_a_class_reads_travel(notebook: Notebook, run: Run) -> None:
    notebook.cell(
        "from dataclasses import dataclass\nfrom typing import ClassVar, get_type_hints"
    )
    notebook.cell("class Part: pass")
    notebook.cell("import threading\nlock = threading.Lock()")
    notebook.cell("""
        @dataclass
        class Whole:
            part: Part
            kinds: ClassVar[int] = 3
        class Odd:
            lock: 'lock.acquire' = 1
        def main():
            return [h.__name__ for h in get_type_hints(Whole).values() if h is Part], Odd.lock
    """)
    assert run(notebook.capture("main")) == (["Part"], 1)


def test_shadowing(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("""
        x = y = "global"
        class Box:
            x = "of the class"
            both = x
            def get(self): return x
        list = tuple
        def max(*args): return "mine"
        def main(x):
            inside = [y for y in range(2)]
            return x, inside, y, Box.both, Box().get(), list("ab"), max(1, 2), min(1, 2)
    """)
    captured = travels("main", "argument")
    assert captured.travellers == ("Box", "max", "x", "y")


def test_a_class_body_that_copies_a_global(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("size = 3\nclass Box:\n    size = size\ndef main(): return Box.size")
    travels("main")


def test_ipythons_own_open_is_pythons(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("def main(path):\n    with open(path) as file: return file.read(0)")
    assert notebook["open"] is not open
    assert travels("main", __file__).imports == ()


def test_names_mean_what_they_meant_at_capture(notebook: Notebook, run: Run) -> None:
    notebook.cell("N = 1\ndef helper(): return 'old'\ndef main(): return N, helper()")
    captured = notebook.capture("main")
    notebook.cell("N = 2\ndef helper(): return 'new'")
    assert run(captured) == (1, "old")
    assert run(notebook.capture("main")) == (2, "new")


def test_a_cell_that_is_edited_and_run_again(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("def main(): return 1")
    old = notebook["main"]
    notebook.cell("# longer now\ndef main(): return 2")
    captured = travels("main")
    assert captured.origin == ("cell [2]", 2)
    assert old() == 1


def test_same_function_same_bytes_whatever_the_cell(notebook: Notebook) -> None:
    cells = [
        "import math\nfrom random import shuffle",
        "A = {'z', 'a', 'm'}\nB = [1]",
        "def h2(): return h1()\ndef h1(): return A, B, math.pi",
        "def main(): return h2(), shuffle",
    ]
    for text in cells:
        notebook.cell(text)
    first = notebook.capture("main")
    for text in ("'filler'", *cells):
        notebook.cell(text)
    second = notebook.capture("main")
    assert first.source == second.source
    assert first.origin == ("cell [4]", 1)
    assert second.origin == ("cell [9]", 1)


def test_order_is_imports_constants_helpers_function(notebook: Notebook) -> None:
    notebook.cell("import math\nK = 1\ndef zed(): return K\ndef abe(): return zed()")
    notebook.cell("def main(): return abe() + math.pi")
    assert notebook.capture("main").source == (
        "from __future__ import annotations\n\nimport math\n\n\nK = 1\n\n\n"
        "def abe(): return zed()\n\n\ndef zed(): return K\n\n\n"
        "def main(): return abe() + math.pi\n"
    )


def test_indented_definitions_keep_their_strings(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell('''
        if True:
            SEP = "-"
            def main():
                """First
                    second"""
                text = f"""a {SEP}
              b
        """
                return main.__doc__, text, [
            SEP,  # a comment
                ]
    ''')
    travels("main")


def test_magics_that_compile_the_cell_themselves(
    notebook: Notebook, travels: Travels, capsys: pytest.CaptureFixture[str]
) -> None:
    notebook.cell("%%time\ndef helper(): return 3")
    notebook.cell("%%capture\n# a line\nclass K:\n    def get(self): return helper()")
    notebook.cell("%%time\n# a line\ndef main(): return K().get()")
    captured = travels("main")
    assert captured.origin == ("cell [3]", 2)
    assert "Wall time" in capsys.readouterr().out


def test_a_cell_with_awaits_at_the_top(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("import asyncio\nawait asyncio.sleep(0)\ndef main(): return 4")
    travels("main")


def test_a_cell_with_text_beyond_ascii(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("größe = 'é'; main = [lambda ü, k=größe: 'ß' + ü + k, 0][0]")
    travels("main", "ö")


def test_the_source_is_a_module_that_compiles(notebook: Notebook) -> None:
    notebook.cell("def main(x): return x")
    assert isinstance(ast.parse(notebook.capture("main").source), ast.Module)
