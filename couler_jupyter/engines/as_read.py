"""Documents that stand for a workflow as long as it still is what was read from them.

An importer says in words of the IR what it can. How that was written stays beside it, with
a digest of what it means: an engine asked for the same workflow again gives the same
documents. Once something was changed, the words of the IR are what is compiled.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from couler_jupyter.ir import (
    Constant,
    Extra,
    Foreign,
    Json,
    Step,
    Suspend,
    Workflow,
)
from couler_jupyter.ir.shape import Record
from couler_jupyter.ir.writing import Writer

FORM = "documents"
"""The extra of a workflow that holds what it was read from."""
WHOLE = "manifest"
"""The kind of the one foreign template that is all that was read."""
_NOTHING = Workflow(name="nothing", steps=(Step(name="none", template=Suspend()),))
"""Shares no template with anything, so that all of what is written stands there."""


def digest_of(record: type, value: object) -> str:
    """Return a digest of a value of the IR, but for where its steps were written."""
    plain = _WithoutOrigins(_NOTHING).write(Record(record), value)
    text = json.dumps(plain, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class _WithoutOrigins(Writer):
    """Writes values without where they were written, which is no part of them."""

    def _record(
        self, record: type, value: object, out: dict[str, Json]
    ) -> dict[str, Json]:
        if isinstance(value, Step) and value.origin is not None:
            value = replace(value, origin=None)
        return super()._record(record, value, out)


def with_documents(
    workflow: Workflow, engine: str, documents: Sequence[Mapping[str, Json]]
) -> Workflow:
    """Return a workflow that was read from these documents of an engine."""
    kept: Json = {"of": digest_of(Workflow, workflow), "documents": [*documents]}
    extra = Extra(engine=engine, path=FORM, value=Constant.of(kept), ignorable=True)
    return replace(workflow, extras=(*workflow.extras, extra))


def without_documents(workflow: Workflow, engine: str) -> Workflow:
    """Return a workflow without what it was read from."""
    rest = tuple(one for one in workflow.extras if not _is_form(one, engine))
    if len(rest) == len(workflow.extras):
        return workflow
    return replace(workflow, extras=rest)


def whole(name: str, engine: str, documents: Sequence[Mapping[str, Json]]) -> Workflow:
    """Return the workflow whose one step is all that documents say."""
    body = Constant.of({"documents": [*documents]})
    step = Step(name="all", template=Foreign(engine=engine, kind=WHOLE, body=body))
    return Workflow(name=name, steps=(step,))


def is_whole(workflow: Workflow, engine: str) -> bool:
    """Whether the one step of a workflow is all that documents of an engine say."""
    if len(workflow.steps) != 1 or workflow.exit_handlers:
        return False
    template = workflow.steps[0].template
    return (
        isinstance(template, Foreign)
        and template.engine == engine
        and template.kind == WHOLE
    )


def documents_of(workflow: Workflow, engine: str) -> list[dict[str, Json]] | None:
    """Return the documents that stand for a workflow; None if none do, or no longer."""
    if is_whole(workflow, engine):
        template = workflow.steps[0].template
        assert isinstance(template, Foreign)
        return _documents(template.body.value)
    for extra in workflow.extras:
        if _is_form(extra, engine):
            value = extra.value.value
            own = without_documents(workflow, engine)
            same = isinstance(value, dict) and value.get("of") == digest_of(
                Workflow, own
            )
            return _documents(value) if same else None
    return None


def _is_form(extra: Extra, engine: str) -> bool:
    return extra.path == FORM and extra.engine == engine


def _documents(value: Json) -> list[dict[str, Json]] | None:
    found = value.get("documents") if isinstance(value, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        return None
    return cast("list[dict[str, Json]]", found)
