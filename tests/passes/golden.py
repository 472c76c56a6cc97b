"""What a pass makes of a workflow, as files: a title, before, after, and the reasons."""

from __future__ import annotations

import json
from typing import Any

from couler_jupyter.ir import Workflow, to_document
from couler_jupyter.passes import Context, Pass, Passed, passes_text
from tests.protocol.golden import check


def check_pass(
    title: str, one: Pass, workflow: Workflow, context: Context | None = None
) -> Passed:
    """Assert that a pass makes of a workflow what its golden says; return it."""
    made = one.run(workflow, context or Context())
    name = title.replace(" ", "_").replace(",", "").replace("'", "")
    told: dict[str, Any] = {
        "title": title,
        "pass": passes_text([one]),
        "targets": list(context.targets) if context else [],
        "decisions": [f"{decision}" for decision in made.decisions],
        "before": to_document(workflow),
        "after": "the same"
        if made.workflow is workflow
        else to_document(made.workflow),
    }
    text = json.dumps(told, ensure_ascii=False, indent=2)
    check(f"passes/{one.name}/{name}.json", f"{text}\n")
    return made
