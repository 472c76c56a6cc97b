"""Every rule finds its mistake, at its place, and nothing else."""

from __future__ import annotations

import pytest

from couler_jupyter.engines import LINTERS, Linter
from couler_jupyter.engines.finding import Severity, Source
from couler_jupyter.engines.tekton.engine import Tekton
from couler_jupyter.engines.tekton.linting import TektonLinter
from couler_jupyter.errors import Unsupported
from couler_jupyter.testing.corpus import CORPUS

RIGHT = """\
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: good}
spec:
  params:
  - name: rate
  workspaces:
  - name: data
  tasks:
  - name: fit
    timeout: 10m
    params:
    - {name: rate, value: $(params.rate)}
    workspaces:
    - {name: data}
    taskSpec:
      params:
      - {name: rate}
      workspaces:
      - name: data
      results:
      - name: score
      volumes:
      - {name: tmp, emptyDir: {}}
      steps:
      - name: fit
        image: busybox
        volumeMounts:
        - {name: tmp, mountPath: /tmp}
        script: echo $(params.rate) > $(results.score.path)
  - name: use
    runAfter: [fit]
    when:
    - {input: $(tasks.fit.results.score), operator: in, values: ["1"]}
    taskRef: {name: show}
  finally:
  - name: bye
    taskRef: {name: show}
  results:
  - {name: score, value: $(tasks.fit.results.score)}
---
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: show}
spec:
  steps:
  - {name: show, image: busybox, command: [ls]}
---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {generateName: good-}
spec:
  pipelineRef: {name: good}
  params:
  - {name: rate, value: "1"}
  timeouts: {pipeline: 1h}
  workspaces:
  - {name: data, emptyDir: {}}
"""
STEP = "  - {name: show, image: busybox, command: [ls]}"

WRONG: list[tuple[str, str, str, int]] = [
    (
        "apiVersion: tekton.dev/v1\nkind: Task",
        "apiVersion: v1\nkind: Pod",
        "TEKTON001",
        43,
    ),
    ("kind: PipelineRun", "kind: PipelineRum", "TEKTON005", 50),
    ("dev/v1\nkind: PipelineRun", "dev/v9\nkind: PipelineRun", "TEKTON005", 49),
    ("metadata: {name: show}", "metadata: {name: show}\nkind: Task", "TEKTON003", 45),
    ("  - name: rate\n  work", "  - {}\n  work", "TEKTON006", 6),
    ("    runAfter:", "    runsAfter:", "TEKTON007", 32),
    (
        "    taskRef: {name: show}\n  fin",
        "    taskRef: {name: other}\n  fin",
        "TEKTON008",
        35,
    ),
    ("  - name: bye", "  - name: Bye", "TEKTON101", 37),
    ("  - name: bye", "  - name: use", "TEKTON102", 37),
    ("runAfter: [fit]", "runAfter: [fit, other]", "TEKTON103", 32),
    ("  - name: bye\n", "  - name: bye\n    runAfter: [fit]\n", "TEKTON104", 38),
    ("    timeout: 10m", "    runAfter: [use]", "TEKTON105", 10),
    ("value: $(params.rate)", "value: $(params.rat)", "TEKTON201", 13),
    ("echo $(params.rate)", "echo $(params['no'])", "TEKTON201", 30),
    ("    params:\n    - {name: rate, value: $(params.rate)}\n", "", "TEKTON202", 10),
    ("      params:\n      - {name: rate}\n", "", "TEKTON203", 13),
    (
        "input: $(tasks.fit.results.score)",
        "input: $(tasks.no.results.x)",
        "TEKTON204",
        34,
    ),
    (
        "value: $(tasks.fit.results.score)",
        "value: $(tasks.fit.results.x)",
        "TEKTON204",
        40,
    ),
    ("$(results.score.path)", "$(results.scores.path)", "TEKTON204", 30),
    (
        "input: $(tasks.fit.results.score)",
        "input: $(tasks.fit.status)",
        "TEKTON205",
        34,
    ),
    ("    - {name: data}", "    - {name: data, workspace: d}", "TEKTON206", 15),
    ("    workspaces:\n    - {name: data}\n", "", "TEKTON207", 10),
    ("value: $(tasks.fit.results.score)", "value: good", "TEKTON208", 40),
    ("operator: in,", "operator: is,", "TEKTON301", 34),
    ('values: ["1"]', "values: []", "TEKTON301", 34),
    (
        "{input: $(tasks.fit.results.score), operator: in,",
        '{cel: "1 < 2",',
        "TEKTON302",
        34,
    ),
    ("timeout: 10m", "timeout: 10", "TEKTON303", 11),
    ("timeouts: {pipeline: 1h}", "timeouts: {pipeline: soon}", "TEKTON303", 56),
    ("timeout: 10m", "onError: continue\n    retries: 2", "TEKTON304", 12),
    (
        "    taskRef: {name: show}\n  fin",
        "    pipelineRef: {name: x}\n  fin",
        "TEKTON305",
        35,
    ),
    (
        "    params:\n    - {name: rate, value: $(params.rate)}\n",
        "    matrix: {params: [{name: rate, value: []}]}\n",
        "TEKTON306",
        12,
    ),
    (f"  steps:\n{STEP}", "  steps: []", "TEKTON307", 46),
    (STEP, STEP.replace("name: show", "name: Show"), "TEKTON308", 47),
    (STEP, f"{STEP}\n{STEP}", "TEKTON309", 47),
    (STEP, STEP.replace("image: busybox, ", ""), "TEKTON310", 47),
    (STEP, STEP.replace("[ls]", "[ls], script: ls"), "TEKTON311", 47),
    ("- {name: tmp, mountPath", "- {name: temp, mountPath", "TEKTON312", 29),
    ("      - name: score", "      - name: score\n      - name: 2nd", "TEKTON313", 23),
    (
        "      - name: score",
        "      - name: score\n      - name: SCORE",
        "TEKTON314",
        22,
    ),
    ("      - {name: rate}\n", "      - {name: rate, enum: [a]}\n", "TEKTON315", 18),
    ("    taskRef: {name: show}\n  res", "    retries: 1\n  res", "TEKTON316", 37),
    ("timeouts: {pipeline: 1h}", "timeouts: {pipeline: 1m}", "TEKTON401", 11),
    ("  workspaces:\n  - {name: data, emptyDir: {}}\n", "", "TEKTON402", 52),
    (
        "  timeouts: {pipeline: 1h}",
        "  taskRunSpecs: [{pipelineTaskName: other}]",
        "TEKTON403",
        56,
    ),
    ('  params:\n  - {name: rate, value: "1"}\n', "", "TEKTON404", 52),
]


def found(text: str) -> list[tuple[str, int]]:
    findings = TektonLinter().lint([Source("p.yaml", text)])
    assert all("\n" not in one.message for one in findings)
    return [(one.rule.id, one.line) for one in findings]


def test_finds_nothing_in_what_is_right() -> None:
    assert found(RIGHT) == []


@pytest.mark.parametrize(("old", "new", "rule", "line"), WRONG)
def test_finds_the_mistake(old: str, new: str, rule: str, line: int) -> None:
    assert RIGHT.count(old) >= 1
    assert (rule, line) in found(RIGHT.replace(old, new, 1))


def test_every_rule_has_its_mistake() -> None:
    tried = {rule for _, _, rule, _ in WRONG} | {"TEKTON002", "TEKTON004"}
    assert {one.id for one in TektonLinter().rules} == tried


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "TEKTON004"),
        ("a: [", "TEKTON002"),
        ("a: &a [*a]", "TEKTON002"),
        ("[" * 300, "TEKTON002"),
        ("5", "TEKTON005"),
        ("apiVersion: [tekton.dev/v1]\nkind: {}", "TEKTON005"),
        ("apiVersion: tekton.dev/v1\nkind: Task\nspec: 5", "TEKTON006"),
        ("apiVersion: tekton.dev/v1\nkind: Task\nmetadata: 5\nspec: {}", "TEKTON006"),
    ],
)
def test_broken_texts_are_told_once(text: str, rule: str) -> None:
    assert [one for one, _ in found(text)] == [rule]


@pytest.mark.parametrize(
    "spec",
    [
        "{tasks: [{name: a, when: [{operator: [], values: 5}], taskSpec: {}}]}",
        "{tasks: [{name: a, retries: x, timeout: {}, taskSpec: {steps: []}}]}",
        "{tasks: [{name: a, matrix: {params: [{name: x}], include: []}, taskRef: {}}]}",
        "{results: [{name: x, value: [1]}], tasks: []}",
        "{params: [{name: x, enum: 5}], tasks: [{name: a, taskRef: {name: []}}]}",
    ],
)
def test_odd_values_stop_nothing(spec: str) -> None:
    text = f"apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {{}}\nspec: {spec}"
    assert isinstance(found(text), list)


def test_what_our_compiler_writes_is_right() -> None:
    linter: Linter = LINTERS.get("tekton")()
    for name, case in CORPUS.items():
        try:
            manifest = Tekton().compile(case.make())
        except Unsupported:
            continue
        texts = [Source(one.filename, one.text) for one in manifest.documents]
        bad = [one for one in linter.lint(texts) if one.severity is Severity.ERROR]
        assert not bad, name
