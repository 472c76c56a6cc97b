from __future__ import annotations

from pathlib import Path

from couler_jupyter.engines.local.attempt import FunctionCall, ProcessCall
from couler_jupyter.engines.local.forking.messages import (
    CommandOrder,
    Ended,
    FunctionOrder,
    Kind,
    Order,
    Started,
    key_of,
    pack_ended,
    pack_order,
    pack_started,
    unpack_news,
    unpack_order,
)


def _call(source: Path) -> FunctionCall:
    return FunctionCall(source=source, function="f", result=Path("/r"))


def test_orders_come_back(tmp_path: Path) -> None:
    packed = pack_order(_call(tmp_path), {"A": "ü\n"}, tmp_path)
    function = FunctionOrder(str(tmp_path), "f", (), (), "/r", (), "")
    assert unpack_order(packed) == Order(function, (("A", "ü\n"),), str(tmp_path))
    packed = pack_order(ProcessCall(argv=("a", "b")), {}, tmp_path)
    assert unpack_order(packed).task == CommandOrder(("a", "b"))


def test_key_stands_for_the_state_of_the_source(tmp_path: Path) -> None:
    source = tmp_path / "s.py"
    source.write_text("1")
    first = key_of(pack_order(_call(source), {}, tmp_path))
    assert first == key_of(pack_order(_call(source), {"X": "y"}, tmp_path))
    source.write_text("12")
    assert key_of(pack_order(_call(source), {}, tmp_path)) != first


def test_nothing_to_compile_has_no_key(tmp_path: Path) -> None:
    assert key_of(pack_order(ProcessCall(argv=("a",)), {}, tmp_path)) == b""
    assert key_of(pack_order(_call(tmp_path / "gone"), {}, tmp_path)) == b""


def test_news_come_back() -> None:
    assert unpack_news(Kind.STARTED, pack_started(4711)) == Started(4711)
    for ended in (Ended(), Ended(9, 0.25, 2**40, b"Fwhy"), Ended(0)):
        assert unpack_news(Kind.ENDED, pack_ended(ended)) == ended
