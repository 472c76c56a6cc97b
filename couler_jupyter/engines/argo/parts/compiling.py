"""A workflow in parts as what its children are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from couler_jupyter.engines.argo.built import Built, Setting, build
from couler_jupyter.engines.argo.parts.children import AT_END, Overview
from couler_jupyter.engines.argo.parts.dressing import Dress, called
from couler_jupyter.engines.argo.parts.ending import ending
from couler_jupyter.engines.argo.parts.outer import outer_problems
from couler_jupyter.engines.argo.parts.pieces import Piece, Pieces
from couler_jupyter.engines.argo.parts.ties import tie_problems
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.limits import limit_problems
from couler_jupyter.engines.argo.structure.problems import (
    ending_problems,
    structure_problems,
)
from couler_jupyter.engines.argo.whole.document import time_to_live
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Workflow

_MOST_NOTED = 256 * 2**10
"""Bytes of all annotations of an object (Kubernetes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltChild:
    """One child as it is compiled.

    Attributes:
        called: what it is called for people: `part 2`, or `the exit handlers`.
        name: as the end of the name of its document.
        piece: what it runs.
        built: its manifest.
    """

    called: str
    name: str
    piece: Piece
    built: Built


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltParts:
    """All children of a workflow, in the order of their parts.

    Attributes:
        children: those that could be made.
        problems: what cannot be said in parts, or is too big for one.
    """

    children: tuple[BuiltChild, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieced:
    """A workflow in parts as the pieces that its children run.

    Attributes:
        workflow: the whole.
        pieces: in the order of the parts, and that of the exit handlers.
        problems: why it cannot be handed over in these parts; then there is no piece.
    """

    workflow: Workflow
    pieces: tuple[Piece, ...] = ()
    problems: tuple[Problem, ...] = ()


def pieced(workflow: Workflow) -> Pieced:
    """Return the pieces of a workflow that has parts, or why there are none."""
    found = [*outer_problems(workflow), *tie_problems(workflow)]
    if found:
        return Pieced(workflow=workflow, problems=tuple(dict.fromkeys(found)))
    found += ending_problems(workflow)
    pieces = Pieces.of(workflow)
    last = None if pieces.problems else ending(workflow, pieces.places)
    found += pieces.problems
    for piece in pieces.found:
        found += structure_problems(piece.workflow)
    if found:
        return Pieced(workflow=workflow, problems=tuple(dict.fromkeys(found)))
    made = (*pieces.closed(), *(() if last is None else (last,)))
    return Pieced(workflow=workflow, pieces=made)


def build_parts(whole: Pieced, image: str, repository: str) -> BuiltParts:
    """Return what a workflow in parts is in Argo.

    Args:
        whole: the workflow; nothing is wrong with its parts.
        image: of functions that name none.
        repository: kind of the artifact repository.
    """
    workflow = whole.workflow
    overview = overview_of(workflow)
    children: list[BuiltChild] = []
    problems: list[Problem] = []
    for piece in whole.pieces:
        child = piece.child
        setting = Setting(
            image=image,
            repository=repository,
            crossing=piece.crossing,
            ended=piece.called,
            dress=Dress(child=child, overview=overview, run=piece.crossing.run),
        )
        built = build(piece.workflow, setting)
        which = "the exit handlers" if child.part == AT_END else f"part {child.part}"
        children.append(
            BuiltChild(called=which, name=called(child), piece=piece, built=built)
        )
        problems += _of_child(children[-1], workflow)
    return BuiltParts(children=tuple(children), problems=tuple(problems))


def overview_of(workflow: Workflow) -> Overview:
    """Return what is said of all children of a workflow that has parts."""
    parts = workflow.parts
    assert parts is not None
    return Overview(
        mode=parts.mode,
        live=parts.live,
        number=len(parts.members),
        at_end=bool(workflow.exit_handlers),
        fail_fast=workflow.fail_fast,
        timeout=None if workflow.timeout is None else math.ceil(workflow.timeout),
        parallelism=workflow.parallelism,
        ttl=time_to_live(workflow.ttl),
    )


def _note_problems(workflow: Workflow, document: Object) -> Iterator[Problem]:
    """Yield that annotations are too long, in which steps are named."""
    notes: dict[str, str] = document["metadata"]["annotations"]
    size = sum(len(f"{key}{value}".encode()) for key, value in notes.items())
    if size > _MOST_NOTED:
        yield Problem(
            f"workflow {workflow.name!r}",
            f"its annotations have {size:,} bytes, {size - _MOST_NOTED:,} more than "
            f"Kubernetes takes ({_MOST_NOTED:,}): they name its steps and those that it "
            "waits for; make smaller parts, or give steps shorter names",
        )


def _of_child(child: BuiltChild, workflow: Workflow) -> Iterator[Problem]:
    """Yield what is wrong with a child, said of the part of the workflow."""
    document = child.built.document
    limits = (
        *limit_problems(workflow, document, child.built.size),
        *_note_problems(workflow, document),
    )
    for one in dict.fromkeys((*child.built.problems, *limits)):
        yield replace(one, where=f"{child.called} of {one.where}")
