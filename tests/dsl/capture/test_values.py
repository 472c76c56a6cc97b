"""Constants travel as text that makes them again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from couler_jupyter.dsl.capture import Captured
from couler_jupyter.errors import CannotTravel
from tests.dsl.capture.conftest import Notebook, Run

Travels = Callable[..., Captured]

HEADER = """
import collections, datetime, decimal, enum, fractions, functools, logging, operator
import pathlib, re, types, typing, uuid, zoneinfo
from http import HTTPStatus
class Colour(enum.Flag):
    RED = 1
    BLUE = 2
def power(x, n): return x ** n
"""


@pytest.mark.parametrize(
    "expression",
    [
        "None, True, False, ..., 0, -1, 10 ** 40, 0.1, -0.0, 1e308",
        "float('inf'), -float('inf')",
        "1j, complex('inf'), complex(-0.0, 2)",
        "'', 'a\\'b\"\\n\\t\\\\', '\\ud800', 'é\\u2028', b'\\x00\\xff', bytearray(b'a')",
        "(), (1,), [], [[]], {}, {1: {2: (3, [4])}}, set(), {1}, frozenset(), frozenset({'a'})",
        "range(1, 9, 2), slice(None, 3)",
        "pathlib.Path('/a/b'), pathlib.PurePosixPath('c')",
        "re.compile('a.b', re.I | re.S), re.compile(b'x')",
        "datetime.date(2024, 2, 29), datetime.time(1, 2, 3, 4, fold=1)",
        "datetime.datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)",
        "datetime.timezone(datetime.timedelta(hours=-1), 'X'), zoneinfo.ZoneInfo('UTC')",
        "datetime.timedelta(days=-1, microseconds=5), datetime.timedelta.max",
        "decimal.Decimal('1.10'), decimal.Decimal('NaN').is_nan(), fractions.Fraction(1, 3)",
        "uuid.UUID(int=5), types.SimpleNamespace(a=1, b=[2])",
        "collections.OrderedDict(b=1, a=2), collections.Counter('aab')",
        "collections.deque([1, 2], maxlen=2), collections.defaultdict(list, {1: [2]})",
        "Colour.RED, Colour.RED | Colour.BLUE, HTTPStatus.OK",
    ],
)
def test_plain_values(notebook: Notebook, travels: Travels, expression: str) -> None:
    notebook.cell(HEADER)
    notebook.cell(f"VALUE = {expression}\ndef main(): return repr(VALUE)")
    travels("main")


def test_values_that_do_things(notebook: Notebook, travels: Travels) -> None:
    notebook.cell(HEADER)
    notebook.cell("""
        square = functools.partial(power, n=2)
        odd = functools.partial(power, **{"n": 3})
        pick, attr = operator.itemgetter(1, 0), operator.attrgetter("real")
        log = logging.getLogger("mine")
        groups = collections.defaultdict(lambda: [7])
        T = typing.TypeVar("T", bound=Colour)
        class Box(typing.Generic[T]):
            pass
        def main():
            return square(3), odd(2), pick("ab"), attr(2), log.name, groups[0], Box.__name__
    """)
    travels("main")


def test_names_for_values_give_way_to_the_users(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("""
        import datetime as dt
        from decimal import Decimal
        datetime, float, set, frozenset, Path = 1, 2, 3, 4, 5
        DAY, TEN, FAR = dt.date(2024, 1, 2), Decimal(10), 1e999
        NONE, FEW = {1} - {1}, type(frozenset)(0)
        EMPTY = dt.date.__class__.__mro__ and ().__class__.__hash__ and {2} - {2}
        def main(): return [str(x) for x in (DAY, TEN, FAR, NONE, EMPTY, datetime, float, set)]
    """)
    captured = travels("main")
    assert "DAY = _couler_date(2024, 1, 2)" in captured.source
    assert "TEN = Decimal('10')" in captured.source


def test_classes_made_by_calls(notebook: Notebook, travels: Travels) -> None:
    notebook.cell("""
        import collections, enum, typing
        Pair = collections.namedtuple("Pair", "a b", defaults=[5])
        Size = enum.Enum("Size", "SMALL BIG")
        class Row(typing.NamedTuple):
            x: int
            y: int = 2
        def main(): return tuple(Pair(1)), Size.BIG.value, tuple(Row(1)), Pair.__name__
    """)
    travels("main")


def test_two_names_for_one_list_stay_one_list(
    notebook: Notebook, travels: Travels
) -> None:
    notebook.cell("""
        a = b = []
        def main():
            a.clear()
            b.append(1)
            return a
    """)
    travels("main")


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("'x' * 70_000", "is a str of 70000 items, more than 64 KB as text"),
        ("b'x' * 70_000", "is a bytes of 70000 items"),
        ("list(range(20_000))", "is a list of 20000 items"),
        ("list(range(10_000_000))", "is a list of 10000000 items"),
        ("{i: str(i) for i in range(9_000)}", "is a dict of 9000 items"),
        ("[['y' * 40_000], ('z' * 40_000,)]", "is a list of 2 items"),
        ("1 << 10_000_000", "is an int, more than 64 KB"),
    ],
)
def test_big_constants_do_not_travel(
    notebook: Notebook, expression: str, reason: str
) -> None:
    notebook.cell(f"VALUE = {expression}\ndef main(): return VALUE")
    with pytest.raises(CannotTravel, match=reason) as caught:
        notebook.capture("main")
    assert "pass it as an argument or make it the output of a step" in str(caught.value)


def test_the_longest_constants_that_travel(notebook: Notebook, run: Run) -> None:
    notebook.cell(
        "S = 'x' * 65_000\nN = 1 << 100_000\ndef main(): return len(S), N.bit_length()"
    )
    assert run(notebook.capture("main")) == (65_000, 100_001)


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("V = []\nV.append(V)", "is a list that contains itself"),
        ("import types\nV = types.SimpleNamespace()\nV.v = V", "contains itself"),
        ("V = []\nfor _ in range(60): V = [V]", "is nested more than 50 deep"),
        (
            "import threading\nV = {'a': [threading.Lock()]}",
            "holds something that is a lock",
        ),
    ],
)
def test_containers_that_do_not_travel(
    notebook: Notebook, cell: str, reason: str
) -> None:
    notebook.cell(cell)
    notebook.cell("def main(): return V")
    with pytest.raises(CannotTravel, match=reason):
        notebook.capture("main")
