"""What of a workflow is kept as one engine writes it, one line for each."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.ir import Extra, Foreign, Json, Raw, Workflow, own_words
from couler_jupyter.ir.foreign import OwnWord

_MOST = 50
_LONGEST = 60
_WRITTEN = "written"


def kept_lines(workflow: Workflow) -> Iterator[str]:
    """Yield what only one engine can read, and then what others do without."""
    kept: dict[str, None] = {}
    spared: dict[str, list[str]] = {}
    for word, path in own_words(workflow):
        where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
        if isinstance(word, Extra) and word.ignorable:
            if shown := _spared(word):
                spared.setdefault(where, []).append(shown)
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


def _spared(word: Extra) -> str:
    """Return what stands at a place of a manifest, or for a step; empty for choices."""
    value = word.value.value
    if word.path != _WRITTEN or not isinstance(value, dict):
        return word.path if "." in word.path else ""
    if "spec" in value:
        return _referred(value["spec"]) or "the whole spec"
    return _referred(value.get("body")) or "a template that runs itself"


def _shown(word: OwnWord) -> str:
    match word:
        case Extra(path=path):
            return path
        case Raw(text=text):
            plain = " ".join(text.split())
            return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 3]}..."
        case Foreign(kind=kind, body=body):
            return _referred(body.value) or f"a template of kind {kind}"


def _referred(body: Json) -> str:
    """Return what a body refers to that stands in another manifest; empty for nothing."""
    if not isinstance(body, dict):
        return ""
    if isinstance(inner := body.get("workflowSpec"), dict):
        return _referred(inner)
    for key in ("templateRef", "workflowTemplateRef"):
        if isinstance(ref := body.get(key), dict):
            wide = ref.get("clusterScope") is True
            kind = "ClusterWorkflowTemplate" if wide else "WorkflowTemplate"
            part = f"template {ref.get('template')!r} of " if "template" in ref else ""
            return f"{part}{kind} {ref.get('name')!r} ({key})"
    return ""
