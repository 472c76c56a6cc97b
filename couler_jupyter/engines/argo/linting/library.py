"""The templates of all documents that are looked at, to be found by who refers to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from couler_jupyter.engines.argo.linting.plain import (
    Object,
    entries,
    has_tag,
    inside,
    text,
)
from couler_jupyter.engines.kube.places import Path

TYPES = (
    "container",
    "containerSet",
    "steps",
    "script",
    "resource",
    "dag",
    "suspend",
    "data",
    "http",
    "plugin",
)
_WITH_RESULT = frozenset(("container", "script", "data", "http", "plugin"))


class Template:
    """A template as others see it.

    Attributes:
        body: its plain object.
        path: where it stands in its document.
    """

    def __init__(self, body: Object, path: Path) -> None:
        self.body = body
        self.path = path
        self.name = text(body, "name")
        self.types = tuple(one for one in TYPES if body.get(one) is not None)

    @property
    def type(self) -> str:
        """What it runs; empty if it does not say, or says several things."""
        return self.types[0] if len(self.types) == 1 else ""

    @property
    def is_leaf(self) -> bool:
        """Whether it runs something itself instead of other templates."""
        return self.type not in ("steps", "dag")

    @cached_property
    def input_parameters(self) -> Mapping[str, Object]:
        """What it takes, by name."""
        return _by_name(inside(self.body, "inputs"), "parameters")

    @cached_property
    def input_artifacts(self) -> Mapping[str, Object]:
        """The files it takes, by name."""
        return _by_name(inside(self.body, "inputs"), "artifacts")

    @cached_property
    def output_parameters(self) -> Mapping[str, Object]:
        """What it leaves, by name."""
        return _by_name(inside(self.body, "outputs"), "parameters")

    @cached_property
    def output_artifacts(self) -> Mapping[str, Object]:
        """The files it leaves, by name."""
        return _by_name(inside(self.body, "outputs"), "artifacts")

    @cached_property
    def has_result(self) -> bool:
        """Whether what it prints can be had as `outputs.result`."""
        if self.type == "containerSet":
            containers = entries(inside(self.body, "containerSet"), "containers")
            return any(one.get("name") == "main" for _, one in containers)
        return self.type in _WITH_RESULT or not self.type

    @property
    def is_daemon(self) -> bool:
        """Whether it goes on in the background, at an address of its own."""
        return self.body.get("daemon") is True


@dataclass(frozen=True, slots=True)
class Target:
    """What a reference to a template leads to.

    Attributes:
        template: the template; None if there is none, or it cannot be known.
        holder: the document it stands in.
        missing: what is not there, in words; empty if found.
        unknown: what would have to be asked of the cluster; empty otherwise.
    """

    template: Template | None = None
    holder: Holder | None = None
    missing: str = ""
    unknown: str = ""


@dataclass(frozen=True, eq=False)
class Holder:
    """A document that holds templates.

    Attributes:
        kind: as the document says.
        body: the whole document.
        path: of the workflow's spec in it.
        file: where it was read.
    """

    kind: str
    body: Object
    path: Path
    file: str = ""

    @cached_property
    def spec(self) -> Object:
        """The workflow's spec."""
        return inside(self.body, *(str(one) for one in self.path))

    @property
    def name(self) -> str:
        """Of the object."""
        return text(inside(self.body, "metadata"), "name")

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """Its templates, in their order."""
        path = (*self.path, "templates")
        return tuple(
            Template(one, (*path, at)) for at, one in entries(self.spec, "templates")
        )

    @cached_property
    def by_name(self) -> Mapping[str, Template]:
        """Its templates by name."""
        return {one.name: one for one in reversed(self.templates) if one.name}

    @property
    def is_reusable(self) -> bool:
        """Whether others run its templates, with arguments and volumes of their own."""
        return self.kind in ("WorkflowTemplate", "ClusterWorkflowTemplate")


@dataclass(frozen=True, slots=True)
class Library:
    """All documents that hold templates, and the keys of ConfigMaps with scripts."""

    holders: tuple[Holder, ...] = ()
    config_maps: Mapping[str, frozenset[str]] = field(
        default_factory=dict[str, frozenset[str]]
    )
    _named: dict[tuple[str, str], Holder] = field(
        default_factory=dict[tuple[str, str], Holder], repr=False
    )

    @staticmethod
    def of(holders: Iterable[Holder], config_maps: Iterable[Object] = ()) -> Library:
        """Return the library of these documents; the first of a name counts."""
        found = tuple(holders)
        named = {(one.kind, one.name): one for one in reversed(found)}
        keys = {
            text(inside(one, "metadata"), "name"): frozenset(
                (*inside(one, "data"), *inside(one, "binaryData"))
            )
            for one in config_maps
        }
        return Library(found, keys, named)

    def holder(self, ref: Object) -> Holder | None:
        """Return the document that a reference names, if it is among these."""
        is_wide = ref.get("clusterScope") is True
        kind = "ClusterWorkflowTemplate" if is_wide else "WorkflowTemplate"
        return self._named.get((kind, text(ref, "name")))

    def target(self, user: Object, holder: Holder) -> Target:
        """Return what a task, step or hook of a document refers to."""
        ref = user.get("templateRef")
        if isinstance(ref, dict):
            return self._referred(inside(user, "templateRef"))
        if (inline := user.get("inline")) is not None:
            body = inside(user, "inline") if isinstance(inline, dict) else {}
            return Target(Template(body, ()), holder)
        return self.named(text(user, "template"), holder)

    def named(self, name: str, holder: Holder) -> Target:
        """Return the template of that name as a document sees it."""
        if not name or has_tag(name):
            return Target(unknown="a name that is put in when it runs")
        if (template := holder.by_name.get(name)) is not None:
            return Target(template, holder)
        ref = inside(holder.spec, "workflowTemplateRef")
        if ref:
            return self._referred({**ref, "template": name})
        return Target(missing=f"template {name!r}")

    def _referred(self, ref: Object) -> Target:
        name, wanted = text(ref, "name"), text(ref, "template")
        if not name or not wanted or has_tag(name) or has_tag(wanted):
            return Target(unknown="a name that is put in when it runs")
        is_wide = ref.get("clusterScope") is True
        kind = "ClusterWorkflowTemplate" if is_wide else "WorkflowTemplate"
        found = self.holder(ref)
        if found is None:
            return Target(unknown=f"{kind} {name!r}")
        if (template := found.by_name.get(wanted)) is not None:
            return Target(template, found)
        if found.spec.get("workflowTemplateRef") is not None:
            return Target(unknown=f"what {kind} {name!r} refers to")
        return Target(missing=f"template {wanted!r} of {kind} {name!r}")


def _by_name(holder: Object, key: str) -> Mapping[str, Object]:
    return {name: one for _, one in entries(holder, key) if (name := text(one, "name"))}
