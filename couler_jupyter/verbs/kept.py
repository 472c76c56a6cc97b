"""What of a workflow is kept as one engine writes it, one line for each."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.ir import Extra, Foreign, Raw, Workflow, own_words
from couler_jupyter.ir.foreign import OwnWord

_MOST = 50
_LONGEST = 60


def kept_lines(workflow: Workflow) -> Iterator[str]:
    """Yield what only one engine can read; other spellings of the same are counted."""
    kept: dict[str, None] = {}
    spellings = 0
    for word, path in own_words(workflow):
        if isinstance(word, Extra) and word.ignorable:
            spellings += _is_spelling(word)
        else:
            where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
            kept[f"  {where}: {_shown(word)}, as {word.engine} has it"] = None
    if kept:
        yield "kept as it was written:"
        yield from [*kept][:_MOST]
        if len(kept) > _MOST:
            yield f"  and {len(kept) - _MOST} more"
    if spellings:
        more = "spelling that means" if spellings == 1 else "spellings that mean"
        yield f"{spellings} other {more} the same"


def _is_spelling(word: Extra) -> bool:
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
