"""What a template must know of the place it stands in, and how its texts are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.kube.fields import Fields, said
from couler_jupyter.ir import Condition, Format, Managed, Pod, Text

__all__ = ["Around", "Fields", "Write", "WriteCondition", "said"]

Write: TypeAlias = Callable[[Text], str]
"""Renders a text in the template or task where it stands."""
WriteCondition: TypeAlias = Callable[[Condition], str]
"""Renders a condition as an expression, without braces around it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What surrounds a template.

    Attributes:
        pod: where steps run that do not say so themselves, of the workflow that the
            step stands in.
        nested: whether that is a sub-workflow. What `pod` says of the outermost one
            stands in the manifest's spec, but for what runs beside each step.
        volumes: names of the workflow's volumes in the manifest, where they differ.
        image: for functions and scripts that name none.
        repository: kind of the artifact repository, which keys alone must name.
        texts: inputs of a function that arrive as text, though their type is any.
        pickles: inputs of a function that may arrive as pickles; None for all that
            could.
        plain: outputs of a function that must be plain data.
        runner: parameter of the run that holds what functions run in; empty if each
            script holds that itself.
        kept: outputs, artifacts and pickles, that are kept where others know of.
        home: where that is, as text of the template; each has its name there.
    """

    pod: Pod = field(default=Pod())
    nested: bool = False
    volumes: Mapping[str, str] = field(default_factory=dict[str, str])
    image: str = "python:3.12-slim"
    repository: str = "s3"
    texts: frozenset[str] = frozenset()
    pickles: frozenset[str] | None = None
    plain: frozenset[str] = frozenset()
    runner: str = ""
    kept: frozenset[str] = frozenset()
    home: Text = ""

    def place(self, name: str) -> Managed:
        """Return where an output is kept of which nothing else is said."""
        if name not in self.kept:
            return Managed()
        return Managed(key=Format((self.home, f"/{port_name(name)}")))
