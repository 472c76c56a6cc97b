"""Graphs to draw: small ones by hand, big ones and odd ones by rule."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import strategies as st

from couler_jupyter.protocol import EdgeView, NodeView, WorkflowView

HOSTILE = (
    "<script>alert(1)</script>",
    "\"quoted\" & 'so'",
    "🎉 fête 模型",
    "שלום עולם",
    "\x1b[31mred\x1b[0m\x00\ud800\u202egnp",
    "]]> --> </svg>",
    "long " * 60,
)


def node(name: str, *, detail: str = "", badges: Iterable[str] = ()) -> NodeView:
    return {
        "id": name,
        "label": name,
        "kind": "function",
        "detail": detail,
        "group": "",
        "part": None,
        "loop": "",
        "badges": list(badges),
    }


def edge(source: str, target: str, label: str = "") -> EdgeView:
    return {
        "source": source,
        "target": target,
        "kind": "data",
        "cut": False,
        "label": label,
    }


def graph(names: Iterable[str], pairs: Iterable[tuple[str, str]]) -> WorkflowView:
    return {
        "type": "workflow",
        "version": 1,
        "name": "graph",
        "nodes": [node(name) for name in names],
        "edges": [edge(source, target) for source, target in pairs],
        "groups": [],
        "parts": [],
    }


def numbered(count: int, pairs: Iterable[tuple[int, int]]) -> WorkflowView:
    return graph(
        (f"s{index}" for index in range(count)),
        ((f"s{source}", f"s{target}") for source, target in pairs),
    )


def chain(count: int) -> WorkflowView:
    return numbered(count, ((index, index + 1) for index in range(count - 1)))


def fan(count: int) -> WorkflowView:
    last = count - 1
    ways = [(0, middle) for middle in range(1, last)]
    return numbered(count, [*ways, *((middle, last) for _, middle in ways)])


def hostile() -> WorkflowView:
    view = graph(HOSTILE, pairwise(HOSTILE))
    view["name"] = HOSTILE[0]
    for one, text in zip(view["nodes"], HOSTILE, strict=True):
        one["detail"] = text
        one["badges"] = [text]
    for arrow, text in zip(view["edges"], HOSTILE, strict=False):
        arrow["label"] = text
    return view


@st.composite
def graphs(draw: st.DrawFn, most: int = 14) -> WorkflowView:
    """Any small DAG."""
    count = draw(st.integers(1, most))
    pairs = [(source, target) for target in range(count) for source in range(target)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    return numbered(count, chosen)
