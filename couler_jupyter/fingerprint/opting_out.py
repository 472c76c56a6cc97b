"""Which steps are never reused, and why."""

from __future__ import annotations

from couler_jupyter.ir import (
    AttemptRef,
    Foreign,
    Job,
    Managed,
    OutputArtifact,
    RunRef,
    Step,
    SubWorkflow,
    Suspend,
    Template,
    leaves,
    texts_of,
)
from couler_jupyter.ir.template import Boxed


def never_reused(step: Step) -> str:
    """Return why what a step leaves behind is never reused; empty if it may be."""
    if step.cache is not None and not step.cache.enabled:
        return "it says cache=False"
    if step.daemon:
        return "it goes on in the background"
    match step.template:
        case Suspend():
            return "it waits for a person or for time to pass"
        case Job() | Foreign() if step.cache is None:
            return "what it does happens elsewhere; write cache=True if that may be left out"
        case SubWorkflow():
            return "its steps are reused one by one"
        case template:
            pass
    for text in texts_of(template):
        for leaf in leaves(text):
            if isinstance(leaf, RunRef | AttemptRef):
                whose = "run" if isinstance(leaf, RunRef) else "attempt"
                return f"it uses the {whose}'s {leaf.field}"
    if step.cache is None and (why := _seen_by_others(template)):
        return f"{why}; write cache=True if that may be left out"
    if not template.outputs and step.cache is None:
        return (
            "it leaves nothing behind; write cache=True if what it does may be left out"
        )
    return ""


def _seen_by_others(template: Template) -> str:
    """Return what a step does besides leaving outputs; empty if nothing is known."""
    if isinstance(template, Boxed) and template.mounts:
        return "it mounts volumes, where others may read what it writes"
    for output in getattr(template, "outputs", ()):
        if isinstance(output, OutputArtifact) and not isinstance(
            output.storage, Managed
        ):
            return f"it puts output {output.name!r} where others may read it"
    return ""
