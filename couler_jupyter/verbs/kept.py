"""What of a workflow is kept as one engine writes it, one line for each."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.ir import Extra, Foreign, Raw, Workflow, own_words
from couler_jupyter.ir.foreign import OwnWord

_MOST = 50
_LONGEST = 60


def kept_lines(workflow: Workflow) -> Iterator[str]:
    """Yield what only one engine can read, and then what others do without."""
    kept: dict[str, None] = {}
    spared: dict[str, list[str]] = {}
    for word, path in own_words(workflow):
        where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
        if isinstance(word, Extra) and word.ignorable:
            if _stands_in_manifest(word):
                spared.setdefault(where, []).append(word.path)
        else:
            kept[f"  {where}: {_shown(word)}, as {word.engine} has it"] = None
    if kept:
        yield "kept as it was written:"
        yield from _some([*kept])
    if spared:
        yield "kept as it was written; other engines do without:"
        yield from _some([f"  {one}: {', '.join(at)}" for one, at in spared.items()])


def _some(lines: list[str]) -> Iterator[str]:
    yield from lines[:_MOST]
    if len(lines) > _MOST:
        yield f"  and {len(lines) - _MOST} more"


def _stands_in_manifest(word: Extra) -> bool:
    """Whether it stands at a place of a manifest; others are choices of form."""
    return "." in word.path


def _shown(word: OwnWord) -> str:
    match word:
        case Extra(path=path):
            return path
        case Raw(text=text):
            plain = " ".join(text.split())
            return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 3]}..."
        case Foreign(kind=kind):
            return f"a template of kind {kind}"
