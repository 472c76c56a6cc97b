"""Drafts have the graph that a wish asks for, up to names."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from couler_jupyter.ir import Workflow
from couler_jupyter.nl.bench import judge, read_tasks
from couler_jupyter.nl.bench.flat import flat_of
from couler_jupyter.nl.bench.shape import shape_of
from couler_jupyter.nl.draft import draft
from couler_jupyter.nl.draft.drafting import is_known
from couler_jupyter.nl.draft.planning import plan_of
from couler_jupyter.nl.draft.writing import Writing
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.proposal import Proposal, Question, Wish
from tests.nl.trying_here import try_here

LAKE = Lake.builtin()
WISHES = tomllib.loads(Path(__file__).with_name("wishes.toml").read_text())
CLASSES = ("chain", "diamond", "map", "comparison")


def outcome(text: str) -> Proposal | Question:
    return draft(Wish(text=text), LAKE, try_program=try_here)


def is_alike(workflow: Workflow, spec: str) -> bool:
    """Whether the graph of a workflow is what a line of text draws."""
    shape, flat = shape_of(spec), flat_of(workflow)
    wanted: nx.DiGraph[Any] = nx.DiGraph()
    given: nx.DiGraph[Any] = nx.DiGraph()
    for label in shape.labels:
        wanted.add_node(label, mapped=label.endswith("*"))
    for place, leaf in enumerate(flat.leaves):
        given.add_node(place, mapped=leaf.mapped)
    wanted.add_edges_from((one.before, one.after) for one in shape.arrows)
    given.add_edges_from(flat.edges)
    return bool(
        nx.is_isomorphic(
            _reduced(wanted),
            _reduced(given),
            node_match=lambda one, other: one["mapped"] == other["mapped"],
        )
    )


def _reduced(graph: nx.DiGraph[Any]) -> nx.DiGraph[Any]:
    plain = nx.transitive_reduction(graph)
    plain.add_nodes_from(graph.nodes(data=True))
    return plain


@pytest.mark.parametrize("kind", [*CLASSES, "later", "voices", "fresh"])
def test_wishes_in_many_wordings_give_their_graph(kind: str) -> None:
    found = {text: outcome(text) for text in WISHES[kind]}
    wrong = [
        text
        for text, one in found.items()
        if isinstance(one, Question) or not is_alike(one.workflow, WISHES[kind][text])
    ]
    most = {"later": 0.2, "fresh": 0.25}.get(kind, 0.1)
    assert len(wrong) <= len(found) * most, wrong


def test_most_tasks_of_the_benchmark_give_their_graph() -> None:
    """The goal for these four classes is 60 %; those held out are in it."""
    right: list[bool] = []
    for task in read_tasks(CLASSES):
        for wording in task.wishes:
            plan = plan_of(wording)
            code = Writing(plan, LAKE).code() if is_known(plan) else ""
            workflow = try_here(code, "drafted").workflow if code else None
            right.append(judge(task, workflow).graph)
    assert sum(right) / len(right) >= 0.6


def test_no_wish_of_ours_is_one_of_the_benchmark() -> None:
    tasks = {text.lower() for task in read_tasks() for text in task.wishes}
    own = {text.lower() for many in WISHES.values() for text in many}
    assert not tasks & own
