"""A step while its workflow is being written: it may yet get order, loop and outputs."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from couler_jupyter.ir import (
    After,
    Argument,
    Cache,
    Condition,
    Container,
    Extra,
    Foreign,
    FromManifest,
    FromReturn,
    FromStdout,
    Function,
    Job,
    Map,
    Origin,
    Output,
    OutputParameter,
    Repeat,
    Retry,
    Script,
    SubWorkflow,
    Suspend,
    Template,
    Tune,
    ValueType,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope

_PRINTED = OutputParameter(name="result", source=FromStdout())
_RETURNED = OutputParameter(name="result", source=FromReturn(), type=ValueType.PYTHON)
_JOB_FACTS = {
    "job-name": "{.metadata.name}",
    "job-id": "{.metadata.uid}",
    "job-object": "{@}",
}


@dataclass(slots=True, eq=False, kw_only=True)
class Node:
    """What a step will be, in the order of `ir.Step`; see there.

    Attributes:
        scope: the workflow under construction that it stands in.
        base: the name it was asked to have, before numbers kept names apart.
        body: the workflow under construction that it runs, instead of `template`.
        asked: outputs that were asked for and that its kind of template always can
            give, beside those the template names.
        is_named: whether the user chose its name.
    """

    scope: Scope
    name: str
    base: str
    template: Template | None
    body: Scope | None = None
    asked: list[Output] = field(default_factory=list)
    arguments: tuple[Argument, ...] = ()
    after: list[After] = field(default_factory=list)
    when: Condition | None = None
    loop: Map | None = None
    repeat: Repeat | None = None
    retry: Retry | None = None
    timeout: float | None = None
    cache: Cache | None = None
    daemon: bool = False
    tune: Tune | None = None
    extras: tuple[Extra, ...] = ()
    origin: Origin | None = None
    is_named: bool = False

    def content(self) -> Hashable:
        """Return all it does, but for its name and its place in the order."""
        return (
            self.template if self.body is None else self.body.content(),
            self.arguments,
            self.when,
            self.loop,
            self.repeat,
            self.retry,
            self.timeout,
            self.cache,
            self.daemon,
            self.tune,
            self.extras,
        )

    def output_names(self) -> tuple[str, ...]:
        """Return the outputs it names by itself."""
        if self.body is not None:
            return tuple(self.body.outputs)
        if isinstance(self.template, SubWorkflow):
            return tuple(output.name for output in self.template.workflow.outputs)
        if self.template is None or not self.template.outputs:
            return ()
        return tuple(output.name for output in self.template.outputs)

    def can_give(self) -> Iterator[Output]:
        """Yield what its kind of template can give without having named it."""
        match self.template:
            case Container() | Script():
                yield _PRINTED
            case Function():
                yield _RETURNED
            case Job():
                for name, path in _JOB_FACTS.items():
                    yield OutputParameter(name=name, source=FromManifest(path))
            case Suspend() | Foreign() | SubWorkflow() | None:
                return
