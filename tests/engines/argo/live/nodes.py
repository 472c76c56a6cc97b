"""Nodes as the controller writes them."""

from __future__ import annotations

from typing import Any

START = "2026-01-01T00:00:10Z"
END = "2026-01-01T00:00:30Z"


def node(name: str, kind: str = "Pod", phase: str = "Succeeded", **more: Any) -> Any:
    """A node; its id is made of its name."""
    ended = phase in ("Succeeded", "Failed", "Error", "Skipped", "Omitted")
    made = {
        "id": node_id(name),
        "name": name,
        "displayName": name.rpartition(".")[2],
        "type": kind,
        "phase": phase,
        "startedAt": START,
        "finishedAt": END if ended else None,
        "templateName": name.rpartition(".")[2].partition("(")[0],
        **more,
    }
    if "boundaryID" not in made and "." in name:
        made["boundaryID"] = node_id(name.rpartition(".")[0])
    return made


def node_id(name: str) -> str:
    return f"id-{name}"
