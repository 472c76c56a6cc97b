"""From a manifest to a workflow that compiles back to it, checked by compiling.

A draft is read and compiled; what comes out is compared with what was written. Each
round either has nothing to complain of, or reads less than the one before.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from couler_jupyter.engines.argo.importing.comparing import Comparison
from couler_jupyter.engines.argo.importing.difference import same
from couler_jupyter.engines.argo.importing.emitting import emitted_for
from couler_jupyter.engines.argo.importing.marks import Marks
from couler_jupyter.engines.argo.importing.pickles import without_pickles
from couler_jupyter.engines.argo.importing.root import draft_of, form_extra
from couler_jupyter.engines.argo.importing.shape import without_nulls
from couler_jupyter.engines.argo.importing.verbatim import verbatim
from couler_jupyter.engines.argo.importing.whole import (
    at_end_of,
    spec_of,
    spec_path,
)
from couler_jupyter.engines.kube.path import path_text
from couler_jupyter.engines.kube.placing import replace
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    text_at,
)
from couler_jupyter.errors import InvalidWorkflow, Unsupported
from couler_jupyter.ir import Constant, Extra, Workflow

_MOST_ROUNDS = 20


def workflow_of(manifest: Object, *, alone: bool = False) -> Workflow:
    """Return the workflow that a manifest is; compiled, it is the manifest again.

    Args:
        manifest: what was written.
        alone: whether the entrypoint is the one step of the workflow in any case.

    Raises:
        NoWord: there is none.
    """
    marks = Marks(alone=alone)
    said: Object = without_pickles(without_nulls(manifest))
    for _ in range(_MOST_ROUNDS):
        try:
            draft = draft_of(said, marks)
            emitted = emitted_for(draft)
        except (NoWord, InvalidWorkflow, Unsupported):
            if not _keep_entry(manifest, marks):
                break
            continue
        if same(emitted, manifest):
            return draft
        try:
            again = _compare(emitted, manifest, marks)
        except NoWord:
            break
        if again:
            marks.forget_extras()
            continue
        made = draft_of(said, marks)
        emitted = emitted_for(made)
        if same(emitted, manifest):
            return made
        if not _keep_what_differs(emitted, manifest, marks):
            break
        marks.forget_extras()
    return _whole(manifest)


def _whole(manifest: Object) -> Workflow:
    """Return a workflow of which all is Argo's own.

    Raises:
        NoWord: even that does not compile back.
    """
    said: Object = without_nulls(manifest)
    draft = verbatim(said, ())
    marks = Marks()
    Comparison(marks).document(emitted_for(draft, whatever=True), manifest)
    made = verbatim(said, marks.whole)
    if not same(emitted_for(made, whatever=True), manifest):
        raise NoWord("it cannot be written again as it is")
    return made


def _keep_entry(manifest: Object, marks: Marks) -> bool:
    """Keep the entrypoint as Argo's own; return whether it was not so already."""
    entry = text_at(spec_of(manifest), "entrypoint")
    if entry in marks.kept:
        return False
    if marks.takes_back:
        marks.takes_back = False
    else:
        marks.kept.add(entry)
    marks.forget_extras()
    return True


def _compare(emitted: Object, manifest: Object, marks: Marks) -> bool:
    """Note what differs; return whether something is to be read otherwise."""
    spec = spec_of(manifest)
    ours, theirs = by_name(spec_of(emitted)), by_name(spec)
    if unknown := ours.keys() - theirs.keys():
        return _keep_makers(unknown, manifest, marks)
    comparison = Comparison(marks, at_end=at_end_of(spec))
    for name, node in ours.items():
        comparison.template(name, node, theirs[name])
    if comparison.changed:
        return True
    marks.whole = (*arranged(ours, theirs, manifest), *marks.whole)
    comparison.document(_bare(emitted), _bare(manifest))
    return comparison.changed


def _keep_makers(unknown: set[str], manifest: Object, marks: Marks) -> bool:
    """Keep what made templates that nobody wrote."""
    return bool(unknown) and _keep_entry(manifest, marks)


def arranged(
    ours: dict[str, Object],
    theirs: dict[str, Object],
    manifest: Object,
    *,
    without: Collection[str] = (),
) -> tuple[Extra, ...]:
    """Return the extras for the order of templates, and for those that nothing runs.

    Args:
        ours: templates that were emitted.
        theirs: those that were written.
        manifest: what they were written in.
        without: templates that are added otherwise.
    """
    order = [name for name in theirs if name in ours]
    found = [] if order == list(ours) else [form_extra("order", order)]
    head = (*spec_path(text_at(manifest, "kind")), "templates")
    used = _used_by_others(ours, theirs, spec_of(manifest))
    for index, (name, node) in enumerate(theirs.items()):
        if name not in ours and name not in without:
            path, value = path_text((*head, index)), Constant.of(node)
            free = name not in used
            found.append(Extra(engine="argo", path=path, value=value, ignorable=free))
    return tuple(found)


def _used_by_others(
    ours: dict[str, Object], theirs: dict[str, Object], spec: Object
) -> set[str]:
    """Return the templates that those which were emitted run, or hooks of the run."""
    from couler_jupyter.engines.argo.reach import reached_from

    hooks = object_at(spec, "hooks").values()
    by_hooks = [one.get("template") for one in hooks if isinstance(one, dict)]
    return set(reached_from(theirs, [*ours, *by_hooks]))


def _keep_what_differs(emitted: Object, manifest: Object, marks: Marks) -> bool:
    ours, theirs = by_name(spec_of(emitted)), by_name(spec_of(manifest))
    wrong = {n for n in ours if n in theirs and not same(ours[n], theirs[n])}
    new = wrong - marks.kept
    marks.kept |= new & marks.literal
    marks.literal |= new
    return bool(new) or _keep_entry(manifest, marks)


def by_name(spec: Object) -> dict[str, Object]:
    """Return the templates of a spec by their names."""
    return {one["name"]: one for one in spec.get("templates") or ()}


def _bare(manifest: Object) -> Object:
    """Return a manifest whose templates are no difference."""
    path = (*spec_path(text_at(manifest, "kind")), "templates")
    return cast("Object", replace(manifest, path, []))
