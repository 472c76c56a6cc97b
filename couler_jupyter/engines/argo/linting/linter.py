"""All rules over all texts: the offline lint of Argo manifests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from couler_jupyter.engines.argo.linting.bindings import check_binding
from couler_jupyter.engines.argo.linting.kinds import (
    BINDING,
    SPECS,
    check_object,
    kind_of,
)
from couler_jupyter.engines.argo.linting.library import Holder, Library
from couler_jupyter.engines.argo.linting.plain import Object
from couler_jupyter.engines.argo.linting.report import Report, shown
from couler_jupyter.engines.argo.linting.schedules import check_schedule
from couler_jupyter.engines.argo.linting.schema import Version, rules_since
from couler_jupyter.engines.argo.linting.shape import check_shape
from couler_jupyter.engines.argo.linting.subject import Subject
from couler_jupyter.engines.argo.linting.workflows import check_workflow
from couler_jupyter.engines.argo.scripts import is_config_map
from couler_jupyter.engines.argo.whole.versions import NEWEST, parse_version
from couler_jupyter.engines.finding import Finding, Rule, Severity, Source
from couler_jupyter.engines.kube.unreadable import Unreadable
from couler_jupyter.engines.kube.yaml_reading import Read, read_text

UNREADABLE = Rule("ARGO011", "unreadable", "a file is YAML or JSON, and not too big")
DOUBLE_KEY = Rule("ARGO012", "key-twice", "no key stands twice in one object")
_ANY_4 = "4"
EMPTY = Rule("ARGO013", "no-documents", "a file has documents in it", Severity.WARNING)


@dataclass(frozen=True, slots=True)
class _Document:
    read: Read
    report: Report
    kind: str | None

    @property
    def body(self) -> Object:
        assert isinstance(self.read.value, dict)
        return dict(self.read.value)


@dataclass(frozen=True, slots=True)
class ArgoLinter:
    """Says what Argo's validator, its CRDs and a cluster's limits would refuse.

    Attributes:
        version: of Argo, as `3.6`; `4` is the newest 4.x that is known.
    """

    version: str = NEWEST

    def __post_init__(self) -> None:
        """Reject what is no version.

        Raises:
            ValueError: it is none, or older than those that are known.
        """
        self._known()

    def _known(self) -> Version:
        return parse_version(NEWEST if self.version == _ANY_4 else self.version)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All that is looked for, in the order of the ids."""
        from couler_jupyter.engines.argo.linting.rules import RULES

        return RULES

    def lint(self, sources: Sequence[Source]) -> tuple[Finding, ...]:
        """Return what is wrong, in the order of the texts."""
        version = self._known()
        read = [_read(source, version) for source in sources]
        every = [one for _, documents in read for one in documents]
        library = Library.of(
            (holder for one in every if (holder := _holder(one)) is not None),
            (one.body for one in every if is_config_map(one.read.value)),
        )
        holders = iter(library.holders)
        findings: list[Finding] = []
        for faults, documents in read:
            findings += faults
            for one in documents:
                if one.kind in SPECS:
                    _check(one, next(holders), library)
                elif one.kind is not None:
                    _check_plain(one)
                    check_binding(Subject(_binding(one), library, one.report))
                findings += one.report.findings
        since = rules_since()
        return tuple(
            one for one in findings if since.get(one.rule.id, version) <= version
        )


def _read(source: Source, version: Version) -> tuple[list[Finding], list[_Document]]:
    try:
        found = read_text(source.text, doubles=True)
    except Unreadable as error:
        place = error.place
        return [
            Finding(
                rule=UNREADABLE,
                file=source.file,
                line=place.line,
                column=place.column,
                what=error.what,
            )
        ], []
    if not found:
        return [
            Finding(
                rule=EMPTY,
                file=source.file,
                line=1,
                column=1,
                what="there is no document in it",
            )
        ], []
    return [], [_document(one, source.file, version) for one in found]


def _document(read: Read, file: str, version: Version) -> _Document:
    report = Report(file, read, version)
    for double in read.doubles:
        right = f"it stands in line {read.key_place(double.path).line} too, and only one can count"
        report.add_at(
            DOUBLE_KEY,
            double.place,
            f"key {shown(double.path[-1])} stands twice",
            right,
        )
    return _Document(read, report, kind_of(read.value, report))


def _holder(one: _Document) -> Holder | None:
    return Holder(one.kind, one.body, SPECS[one.kind]) if one.kind in SPECS else None


def _binding(one: _Document) -> Holder:
    return Holder(BINDING, one.body, ("spec", "submit"))


def _check(one: _Document, holder: Holder, library: Library) -> None:
    _check_plain(one)
    if one.kind == "CronWorkflow":
        check_schedule(one.body, one.report)
    if holder.spec:
        check_workflow(Subject(holder, library, one.report))


def _check_plain(one: _Document) -> None:
    assert one.kind is not None
    check_shape(one.body, one.kind, (), one.report)
    check_object(one.body, one.kind, one.report)
