"""Workflows whose names are odd: in any script, very long, or nearly the same."""

from __future__ import annotations

from couler_jupyter.ir import OutputRef, Workflow
from couler_jupyter.testing.parts import echo, flow, sh, step

_ODD = {
    "unicode": "größe-训练-模型",
    "long": "x" * 253,
    "upper": "Train_Model.V2",
    "digits": "2024",
    "keyword": "class",
    "ends": "a-",
}


def oddly_named() -> dict[str, Workflow]:
    """Return workflows with odd names, by what is odd."""
    found = {kind: _named(name, name) for kind, name in _ODD.items()}
    near = ("a.b", "a-b", "a_b", "A-B", "a-b-2", "x" * 100 + "1", "x" * 100 + "2")
    found["near"] = flow("near", *(step(name, sh("true")) for name in near))
    return found


def nearly_named() -> tuple[Workflow, ...]:
    """Return workflows that differ only in letters which some engines cannot write."""
    return tuple(_named("w", name) for name in ("a.b", "a-b", "a_b", "A-B", "a--b"))


def _named(workflow: str, name: str) -> Workflow:
    last = step("last", echo(), takes={"x": OutputRef(name)})
    return flow(workflow, step(name, sh("echo 1")), last)
