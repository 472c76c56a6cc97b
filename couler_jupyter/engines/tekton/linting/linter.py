"""All rules over all texts: the offline lint of Tekton's objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from couler_jupyter.engines.finding import Finding, Rule, Severity, Source
from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.kube.places import Path
from couler_jupyter.engines.kube.report import Report, meant, shown
from couler_jupyter.engines.kube.unreadable import Unreadable
from couler_jupyter.engines.kube.yaml_reading import Read, read_text
from couler_jupyter.engines.tekton.checking import references, runs, tasks
from couler_jupyter.engines.tekton.checking.fault import (
    PIPELINE,
    RUN,
    TASK,
    Fault,
    inner_spec,
    names_in,
)
from couler_jupyter.engines.tekton.checking.order import order_faults
from couler_jupyter.engines.tekton.importing.shape import misshapen
from couler_jupyter.engines.tekton.linting.fields import UNKNOWN_FIELD, unknown_fields
from couler_jupyter.ir import Json

OTHER = Rule(
    "TEKTON001",
    "other-document",
    "documents that are not Tekton's are passed over",
    Severity.NOTE,
)
UNREADABLE = Rule("TEKTON002", "unreadable", "a file is YAML or JSON, and not too big")
DOUBLE_KEY = Rule("TEKTON003", "key-twice", "no key stands twice in one object")
EMPTY = Rule(
    "TEKTON004", "no-documents", "a file has documents in it", Severity.WARNING
)
UNKNOWN_KIND = Rule(
    "TEKTON005", "unknown-kind", "a document is of a kind and a version that Tekton has"
)
WRONG_TYPE = Rule(
    "TEKTON006", "wrong-type", "lists, objects and names stand where they must"
)
ELSEWHERE = Rule(
    "TEKTON008",
    "stands-elsewhere",
    "what is named stands in the files; else only the cluster knows it",
    Severity.NOTE,
)

GROUP = "tekton.dev/"
V1 = "tekton.dev/v1"
KINDS = ("Pipeline", "PipelineRun", "Task", "TaskRun")
_OTHERS = frozenset({"StepAction", "CustomRun", "ClusterTask"})
_VERSIONS = frozenset({V1, "tekton.dev/v1beta1"})


@dataclass(frozen=True, eq=False)
class _Document:
    """One object of Tekton's that can be looked into."""

    kind: str
    read: Read
    report: Report

    @property
    def body(self) -> Fields:
        return cast("Fields", self.read.value)

    @property
    def spec(self) -> Fields:
        return cast("Fields", self.body["spec"])

    @cached_property
    def name(self) -> str:
        return str((self.body.get("metadata") or {}).get("name", ""))


class TektonLinter:
    """Says what Tekton's controller and its webhooks would refuse."""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All that is looked for, in the order of the ids."""
        from couler_jupyter.engines.tekton.linting.rules import RULES

        return RULES

    def lint(self, sources: Sequence[Source]) -> tuple[Finding, ...]:
        """Return what is wrong, in the order of the texts."""
        reports: list[Report] = []
        found: list[_Document] = []
        early: dict[int, list[Finding]] = {}
        for source in sources:
            early[len(reports)] = [*_unread(source, reports, found)]
        _look(found)
        findings: list[Finding] = []
        for at in range(len(reports) + 1):
            findings += early.get(at, ())
            if at < len(reports):
                findings += reports[at].findings
        return tuple(findings)


def _unread(
    source: Source, reports: list[Report], found: list[_Document]
) -> Iterator[Finding]:
    """Read a text, and yield why it holds nothing to look at."""
    try:
        documents = read_text(source.text, doubles=True)
    except Unreadable as error:
        yield Finding(
            rule=UNREADABLE,
            file=source.file,
            line=error.place.line,
            column=error.place.column,
            what=error.what,
        )
        return
    if not documents:
        what = "there is no document in it"
        yield Finding(rule=EMPTY, file=source.file, line=1, column=1, what=what)
    for read in documents:
        report = Report(source.file, read)
        reports.append(report)
        for double in read.doubles:
            line = read.key_place(double.path).line
            right = f"it stands in line {line} too, and only one can count"
            what = f"key {shown(double.path[-1])} stands twice"
            report.add_at(DOUBLE_KEY, double.place, what, right)
        if (kind := _kind_of(read.value, report)) is not None:
            found.append(_Document(kind, read, report))


def _kind_of(value: Json, report: Report) -> str | None:
    """Return the kind of an object that can be looked into, and note what is wrong."""
    fields = value if isinstance(value, dict) else {}
    version, kind = fields.get("apiVersion"), fields.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        report.add(UNKNOWN_KIND, (), "it has no apiVersion and kind that are texts")
        return None
    if not version.startswith(GROUP) or kind in _OTHERS:
        report.add(OTHER, ("kind",), f"{shown(kind)} is not looked into")
        return None
    if kind not in KINDS:
        right = meant(kind, KINDS)
        report.add(UNKNOWN_KIND, ("kind",), f"kind {shown(kind)} is unknown", right)
        return None
    if version not in _VERSIONS:
        what = f"version {shown(version)} is unknown"
        report.add(UNKNOWN_KIND, ("apiVersion",), what, f"write {V1}")
        return None
    wrong = [*misshapen(value)]
    for path, what in wrong:
        report.add(WRONG_TYPE, path, what)
    if version == V1 and not wrong:
        for path, key, known in unknown_fields(fields["spec"], kind):
            what = f"there is no field {shown(key)}"
            report.add(
                UNKNOWN_FIELD, ("spec", *path), what, meant(key, known), key=True
            )
    return None if wrong else kind


def _look(documents: Sequence[_Document]) -> None:
    """Note what is wrong with documents that may refer to each other."""
    library = {one.name: one.spec for one in documents if one.kind == "Task"}
    pipelines = {one.name: one for one in documents if one.kind == "Pipeline"}

    def spec_of(task: Fields) -> Fields | None:
        ref = task.get("taskRef")
        if isinstance(ref, dict) and ref.keys() <= {"name", "kind"}:
            return library.get(str(ref.get("name")))
        return inner_spec(task)

    for one in documents:
        match one.kind:
            case "Pipeline":
                _pipeline(one, one.spec, ("spec",), spec_of)
            case "Task":
                _task(one, one.spec, ("spec",), names_in(one.spec.get("params")))
            case "TaskRun":
                _task_run(one, library)
            case _:
                _pipeline_run(one, pipelines, spec_of)


def _pipeline(
    one: _Document,
    spec: Fields,
    head: Path,
    spec_of: references.SpecOf,
    more: Sequence[str] = (),
) -> None:
    faults = (
        *order_faults(spec),
        *references.reference_faults(spec, spec_of, more),
        *tasks.task_faults(spec),
    )
    _note(faults, {PIPELINE: (one, head)})
    for key in ("tasks", "finally"):
        for at, task in enumerate(spec.get(key) or ()):
            if "taskRef" in task and spec_of(task) is None:
                what = f"task {shown(task['name'])} runs what stands in no file"
                one.report.add(ELSEWHERE, (*head, key, at, "taskRef"), what)


def _pipeline_run(
    one: _Document, pipelines: Mapping[str, _Document], spec_of: references.SpecOf
) -> None:
    inline = one.spec.get("pipelineSpec")
    if isinstance(inline, dict):
        head: Path = ("spec", "pipelineSpec")
        _pipeline(one, inline, head, spec_of, names_in(one.spec.get("params")))
        named, base, spec = one, head, cast("Fields", inline)
    else:
        ref = one.spec.get("pipelineRef") or {}
        found = pipelines.get(str(ref.get("name")))
        if found is None:
            what = "the pipeline that it runs stands in no file"
            one.report.add(ELSEWHERE, ("spec", "pipelineRef"), what)
            return
        named, base, spec = found, ("spec",), found.spec
    faults = (*runs.run_faults(spec, one.spec), *runs.parameter_faults(spec, one.spec))
    _note(faults, {PIPELINE: (named, base), RUN: (one, ("spec",))})


def _task_run(one: _Document, library: Mapping[str, Fields]) -> None:
    given = names_in(one.spec.get("params"))
    inline = one.spec.get("taskSpec")
    if isinstance(inline, dict):
        _task(one, inline, ("spec", "taskSpec"), given)
        spec: Fields | None = inline
    else:
        spec = library.get(str((one.spec.get("taskRef") or {}).get("name")))
    if spec is None:
        what = "the task that it runs stands in no file"
        one.report.add(ELSEWHERE, ("spec", "taskRef"), what)
        return
    _note(runs.parameter_faults(spec, one.spec), {RUN: (one, ("spec",))})


def _task(one: _Document, spec: Fields, head: Path, outer: Sequence[str]) -> None:
    faults = (
        *references.inner_faults(one.name, spec, (TASK,), outer),
        *tasks.spec_faults(one.name, spec, (TASK,)),
    )
    _note(faults, {TASK: (one, head)})


def _note(
    faults: Sequence[Fault] | Iterator[Fault],
    places: Mapping[str, tuple[_Document, Path]],
) -> None:
    """Note faults in the documents that they are in."""
    for fault in faults:
        head, *rest = fault.path
        document, path = places[str(head)]
        what = f"task {shown(fault.task)}: {fault.what}" if fault.task else fault.what
        document.report.add(fault.rule, (*path, *rest), what)
