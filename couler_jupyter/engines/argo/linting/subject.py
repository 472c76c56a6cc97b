"""One document that is looked at, with all that its rules need to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from couler_jupyter.engines.argo.linting.library import Holder, Library, Template
from couler_jupyter.engines.argo.linting.plain import Object, entries, inside
from couler_jupyter.engines.argo.linting.report import Report
from couler_jupyter.engines.kube.places import Path


@dataclass(frozen=True, eq=False)
class Subject:
    """One document that holds a workflow.

    Attributes:
        holder: the document.
        library: what it can refer to.
        report: where findings go.
    """

    holder: Holder
    library: Library
    report: Report

    @property
    def spec(self) -> Object:
        """The workflow's spec."""
        return self.holder.spec

    @property
    def path(self) -> Path:
        """Where the spec stands."""
        return self.holder.path

    @cached_property
    def base(self) -> Holder | None:
        """The document whose spec this one runs; None if none, or not among the files."""
        return self.library.holder(inside(self.spec, "workflowTemplateRef"))

    @cached_property
    def is_open(self) -> bool:
        """Whether more than the files say may be in it."""
        return "workflowTemplateRef" in self.spec and self.base is None

    @cached_property
    def all_templates(self) -> tuple[Template, ...]:
        """Its templates, and those that stand inside their tasks and steps."""
        return tuple(
            each for one in self.holder.templates for each in _with_inline(one)
        )

    def arguments(self, key: str) -> dict[str, Object]:
        """Return the workflow's own arguments by name, with those it takes over."""
        found: dict[str, Object] = {}
        for spec in (self.base.spec if self.base else {}, self.spec):
            for _, one in entries(inside(spec, "arguments"), key):
                if isinstance(name := one.get("name"), str):
                    found[name] = one
        return found


def users_of(template: Template) -> Iterator[tuple[Path, Object]]:
    """Yield the tasks or steps of a template, with their paths."""
    if template.type == "dag":
        path = (*template.path, "dag", "tasks")
        for at, task in entries(inside(template.body, "dag"), "tasks"):
            yield (*path, at), task
    elif template.type == "steps":
        for at, group in enumerate(groups_of(template)):
            for inner, step in group:
                yield (*template.path, "steps", at, inner), step


def groups_of(template: Template) -> list[list[tuple[int, Object]]]:
    """Return the groups of steps of a template; those of one group run side by side."""
    groups = template.body.get("steps")
    if not isinstance(groups, list):
        return []
    return [list(entries({"of": group}, "of")) for group in groups]


def _with_inline(template: Template) -> Iterator[Template]:
    yield template
    for path, user in users_of(template):
        if isinstance(user.get("inline"), dict):
            yield from _with_inline(Template(inside(user, "inline"), (*path, "inline")))
