"""Step functions that drafts are made of, as entries of the Code Lake have them."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import Final

from couler_jupyter.nl.draft.plan import Activity
from couler_jupyter.nl.lake import Entry, Lake
from couler_jupyter.nl.lake.words import words_of
from couler_jupyter.nl.modules import Kind

_USUAL: Final = {
    Kind.LOADING: "load-csv",
    Kind.CLEANING: "clean-rows",
    Kind.FEATURES: "make-features",
    Kind.SPLIT: "split-train-test",
    Kind.TRAINING: "train-sklearn",
    Kind.TUNING: "tune-model",
    Kind.EVALUATION: "evaluate-model",
    Kind.COMPARISON: "compare-scores",
    Kind.SELECTION: "pick-best",
    Kind.REPORT: "report-text",
    Kind.DEPLOYMENT: "deploy-file",
    Kind.NOTIFICATION: "notify-webhook",
    Kind.CUSTOM: "own-step",
}
OWN: Final = "own-step"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a step function."""

    name: str
    annotation: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A step function and what it takes along.

    Attributes:
        entry: that it comes from.
        function: its name there.
        source: its text, decorators included.
        before: what stands before it and is used in it, as a secret.
        parameters: what it takes.
        gives: what it returns, in words that parameters have.
    """

    entry: str
    function: str
    source: str
    before: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    gives: tuple[str, ...] = ()

    def named(self, name: str) -> str:
        """Return its text under another name."""
        return re.sub(rf"\bdef {self.function}\(", f"def {name}(", self.source, count=1)


def piece_for(activity: Activity, lake: Lake) -> Piece:
    """Return the piece that does most likely what an activity is."""
    return piece_of(_entry_for(activity, lake))


def piece_of(entry: Entry) -> Piece:
    """Return the piece that an entry has for drafts."""
    tree = ast.parse(entry.code)
    lines = entry.code.splitlines()
    function = next(
        one
        for one in tree.body
        if isinstance(one, ast.FunctionDef) and one.name == entry.step
    )
    used = {one.id for one in ast.walk(function) if isinstance(one, ast.Name)}
    return Piece(
        entry=entry.name,
        function=entry.step,
        source=_text(function, lines),
        before=tuple(
            _text(one, lines)
            for one in tree.body
            if isinstance(one, ast.Assign) and used & _targets(one)
        ),
        parameters=_parameters(function),
        gives=entry.gives,
    )


def _entry_for(activity: Activity, lake: Lake) -> Entry:
    named = dict(activity.named)
    words = f"{activity.about} {activity.does}"
    if activity.kind is Kind.LOADING:
        if "sql" in named:
            return lake.named("load-sql")
        if re.search(r"\.(?:jsonl?|ndjson)$", named.get("file", "")):
            return lake.named("load-json")
        if "file" in named or "url" in named:
            return lake.named("load-csv")
    for hit in lake.find(words, (activity.kind,), most=len(lake.entries)):
        fits = hit.entry.step and hit.entry.kinds[0] is activity.kind
        if fits and (
            activity.kind is not Kind.CUSTOM or _does(hit.entry, activity.verb)
        ):
            return hit.entry
    return lake.named(_USUAL[activity.kind])


def _does(entry: Entry, verb: str) -> bool:
    """Whether an entry speaks of a verb: what is custom may be anything."""
    said = words_of("; ".join((entry.intent, *entry.synonyms)))
    return entry.name != OWN and bool({*words_of(verb)} & {*said})


def _text(node: ast.FunctionDef | ast.Assign, lines: list[str]) -> str:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    first = min([node.lineno, *(one.lineno for one in decorators)])
    return "\n".join(lines[first - 1 : node.end_lineno])


def _targets(node: ast.Assign) -> set[str]:
    return {
        one.id
        for target in node.targets
        for one in ast.walk(target)
        if isinstance(one, ast.Name)
    }


def _parameters(function: ast.FunctionDef) -> tuple[Parameter, ...]:
    given = function.args.args
    needed = len(given) - len(function.args.defaults)
    return tuple(
        Parameter(
            name=one.arg,
            annotation=ast.unparse(one.annotation) if one.annotation else "",
            optional=place >= needed,
        )
        for place, one in enumerate(given)
    )
