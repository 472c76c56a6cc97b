"""Manifests that break the rules about templates, tasks and steps."""

from __future__ import annotations

from tests.engines.argo.linting.broken import (
    Broken,
    in_container,
    in_dag,
    in_spec,
    in_steps,
    in_template,
)

MANY = "".join(f"- {{name: t{n}, suspend: {{}}}}\n" for n in range(200))
TASKS = "".join(f"- {{name: t{n}, template: work}}\n" for n in range(201))
REUSED = """\
---
apiVersion: argoproj.io/v1alpha1
kind: WorkflowTemplate
metadata: {name: w}
spec:
  templates:
  - {name: t, suspend: {}}
"""

TEMPLATES = [
    Broken(
        "ARGO301",
        in_spec("templates:\n- name: main #!\n  inputs: {}\n"),
        ("inputs: {}", "suspend: {}"),
    ),
    Broken(
        "ARGO302",
        in_template("container: {image: a}\nscript: {image: a, source: b} #!\n"),
        ("    container: {image: a}\n", ""),
    ),
    Broken(
        "ARGO303",
        in_template("timeout: 1h #!\nsteps: [[{name: a, inline: {suspend: {}}}]]\n"),
        ("    timeout: 1h #!\n", ""),
    ),
    Broken(
        "ARGO303",
        in_template(
            "activeDeadlineSeconds: 3 #!\nsteps: [[{name: a, inline: {suspend: {}}}]]\n"
        ),
        ("    activeDeadlineSeconds: 3 #!\n", ""),
    ),
    Broken(
        "ARGO304", in_container("parallelism: 3 #!\n"), ("    parallelism: 3 #!\n", "")
    ),
    Broken(
        "ARGO305",
        in_spec("templates: #!\n- {name: main, suspend: {}}\n" + MANY),
        ("  - {name: t0, suspend: {}}\n", ""),
    ),
    Broken(
        "ARGO321",
        in_spec(
            "arguments: {artifacts: [{name: f, raw: {data: x}}]}\ntemplates:\n- name: main\n  inputs: {artifacts: [{name: f, path: /f, from: x}]} #!\n  container: {image: a}\n"
        ),
        (", from: x", ""),
    ),
    Broken(
        "ARGO322",
        in_container("outputs:\n  artifacts:\n  - name: f #!\n"),
        ("name: f", "{name: f, path: /f}"),
    ),
    Broken(
        "ARGO323",
        in_dag(
            "- {name: a, template: work}\n",
            "outputs:\n  artifacts:\n  - {name: o, path: /o, from: '{{tasks.a.outputs.artifacts.g}}'} #!\n",
        ),
        (" path: /o,", ""),
    ),
    Broken(
        "ARGO324",
        in_container(
            "inputs:\n  artifacts:\n  - name: f\n    path: /f\n    git: {revision: main} #!\n"
        ),
        ("{revision", "{repo: r, revision"),
    ),
    Broken(
        "ARGO324",
        in_container(
            "inputs:\n  artifacts:\n  - name: f\n    path: /f\n    hdfs: {addresses: [a], path: b} #!\n"
        ),
        ("path: b", "path: /b"),
    ),
    Broken(
        "ARGO325",
        in_spec(
            "arguments:\n  parameters:\n  - {name: p, value: c, enum: [a, b]} #!\n"
        ),
        ("value: c", "value: b"),
    ),
    Broken(
        "ARGO325",
        in_spec("arguments:\n  parameters:\n  - {name: p, value: c, enum: []} #!\n"),
        ("[]", "[c]"),
    ),
    Broken(
        "ARGO326",
        in_container(
            "inputs:\n  artifacts:\n  - name: f\n    path: /f\n    raw: {data: x}\n    s3: {key: k} #!\n"
        ),
        ("        s3: {key: k} #!\n", ""),
    ),
    Broken(
        "ARGO331",
        in_container("outputs: {parameters: [{name: p}]} #!\n"),
        ("{name: p}", "{name: p, value: '1'}"),
    ),
    Broken(
        "ARGO331",
        in_container(
            "outputs: {parameters: [{name: p, valueFrom: {default: a}}]} #!\n"
        ),
        ("{default: a}", "{default: a, path: /p}"),
    ),
    Broken(
        "ARGO332",
        in_container(
            "outputs: {parameters: [{name: p, valueFrom: {path: /p, jsonPath: q}}]} #!\n"
        ),
        (", jsonPath: q", ""),
    ),
    Broken(
        "ARGO332",
        in_container(
            "outputs: {parameters: [{name: p, value: '1', valueFrom: {path: /p}}]} #!\n"
        ),
        (" value: '1',", ""),
    ),
    Broken(
        "ARGO333",
        in_container(
            "outputs: {parameters: [{name: p, valueFrom: {jsonPath: q}}]} #!\n"
        ),
        ("jsonPath: q", "path: /q"),
    ),
    Broken(
        "ARGO334",
        in_container(
            "outputs: {parameters: [{name: p, globalName: a b, valueFrom: {path: /p}}]} #!\n"
        ),
        ("a b", "a-b"),
    ),
    Broken(
        "ARGO335",
        in_dag(
            "- {name: a, template: work}\n",
            "outputs:\n  artifacts:\n  - {name: o} #!\n",
        ),
        ("{name: o}", "{name: o, from: '{{tasks.a.outputs.artifacts.g}}'}"),
    ),
    Broken(
        "ARGO341",
        in_template("container: {args: [a]} #!\n"),
        ("{args", "{image: b, args"),
    ),
    Broken(
        "ARGO342",
        in_template(
            "container:\n  image: a\n  volumeMounts:\n  - {name: v, mountPath: /v}\n  - {name: w, mountPath: /v} #!\nvolumes: [{name: v}, {name: w}]\n"
        ),
        ("/v} #!", "/w}"),
    ),
    Broken(
        "ARGO342",
        in_template(
            "container:\n  image: a\n  volumeMounts: [{name: v, mountPath: /v}]\nvolumes: [{name: v}]\ninputs:\n  artifacts: [{name: f, path: /v, raw: {data: d}}] #!\n"
        ),
        ("path: /v,", "path: /w,"),
    ),
    Broken(
        "ARGO343",
        in_template(
            "container:\n  image: a\n  volumeMounts: [{name: v, mountPath: /v}] #!\n"
        ),
        ("/v}] #!", "/v}]\n    volumes: [{name: v}]"),
    ),
    Broken(
        "ARGO344",
        in_template(
            "container:\n  image: a\n  volumeMounts: [{name: v, mountPath: /v}] #!\n"
        ).replace("kind: Workflow", "kind: WorkflowTemplate"),
        ("/v}] #!", "/v}]\n    volumes: [{name: v}]"),
    ),
    Broken(
        "ARGO345",
        in_template(f"container:\n  image: a\n  args: [{'x' * 140_000}] #!\n"),
        ("x" * 140_000, "x" * 130_000),
    ),
    Broken(
        "ARGO346",
        in_template(
            "containerSet:\n  containers:\n  - {name: a, image: i}\n  - {name: b, image: i, dependencies: [c]} #!\n"
        ),
        ("[c]", "[a]"),
    ),
    Broken(
        "ARGO346",
        in_template(
            "containerSet:\n  containers:\n  - {name: a, image: i, dependencies: [b]} #!\n  - {name: b, image: i, dependencies: [a]}\n"
        ),
        ("dependencies: [b]} #!", "dependencies: []}"),
    ),
    Broken(
        "ARGO347",
        in_template(
            "outputs: {artifacts: [{name: f, path: /f}]}\ncontainerSet:\n  containers: #!\n  - {name: a, image: i}\n"
        ),
        ("name: a,", "name: main,"),
    ),
    Broken(
        "ARGO348",
        in_container("sidecars:\n- {image: i} #!\n"),
        ("{image", "{name: s, image"),
    ),
    Broken(
        "ARGO351",
        in_template("resource:\n  manifest: 'a: b'\n  action: make #!\n"),
        ("make", "create"),
    ),
    Broken(
        "ARGO352",
        in_template("resource: #!\n  action: create\n"),
        ("action: create", "action: create\n      manifest: 'a: b'"),
    ),
    Broken(
        "ARGO353",
        in_template("resource:\n  action: create\n  manifest: 'a: [b' #!\n"),
        ("'a: [b'", "'a: {{workflow.name}}'"),
    ),
    Broken(
        "ARGO354",
        in_template(
            "inputs: {artifacts: [{name: a, path: /a, raw: {data: x}}]}\nresource:\n  action: create\n  manifestFrom: {artifact: {name: b}} #!\n"
        ),
        ("{name: b}", "{name: a}"),
    ),
    Broken(
        "ARGO355",
        in_template(
            "data:\n  source: {artifactPaths: {name: a, s3: {bucket: b}}}\n  transformation: [] #!\n"
        ),
        ("[] #!", "[{expression: 'filter(data, {# endsWith \"a\"})'}]"),
    ),
    Broken("ARGO356", in_template("plugin: {a: {}, b: {}} #!\n"), (", b: {}", "")),
]

USERS = [
    Broken(
        "ARGO401",
        in_dag("- {name: a} #!\n"),
        ("{name: a}", "{name: a, template: work}"),
    ),
    Broken(
        "ARGO401",
        in_dag("- {name: a, template: work, inline: {suspend: {}}} #!\n"),
        (", template: work", ""),
    ),
    Broken("ARGO402", in_dag("- {name: a, template: wrk} #!\n"), ("wrk", "work")),
    Broken("ARGO402", in_spec("onExit: mian #!\n"), ("mian", "main")),
    Broken(
        "ARGO402",
        in_dag("- {name: a, template: work, onExit: wrk} #!\n"),
        ("wrk", "pause"),
    ),
    Broken(
        "ARGO402", in_spec("hooks: {exit: {template: mian}} #!\n"), ("mian", "main")
    ),
    Broken(
        "ARGO402",
        in_dag("- {name: a, templateRef: {name: w, template: u}} #!\n") + REUSED,
        ("template: u", "template: t"),
    ),
    Broken(
        "ARGO403",
        in_dag("- {name: a, templateRef: {name: v, template: t}} #!\n") + REUSED,
        ("name: v", "name: w"),
    ),
    Broken(
        "ARGO404",
        in_dag("- {name: a, templateRef: {name: w}} #!\n") + REUSED,
        ("{name: w}}", "{name: w, template: t}}"),
    ),
    Broken(
        "ARGO411",
        in_dag("- name: a #!\n  template: work\n").replace(
            '{name: x, default: ""}', "{name: x}"
        ),
        (
            "template: work",
            "template: work\n        arguments: {parameters: [{name: x, value: '1'}]}",
        ),
    ),
    Broken(
        "ARGO412",
        in_dag(
            "- name: a\n  template: work\n  arguments: {parameters: [{name: xs, value: '1'}]} #!\n"
        ),
        ("xs", "x"),
    ),
    Broken(
        "ARGO413",
        in_dag(
            "- name: a\n  template: work\n  arguments: {parameters: [{name: x}]} #!\n"
        ),
        ("[{name: x}]", "[{name: x, value: '1'}]"),
    ),
    Broken(
        "ARGO413",
        in_dag(
            "- name: a\n  template: work\n  arguments: {artifacts: [{name: f}]} #!\n"
        ),
        ("[{name: f}]", "[{name: f, raw: {data: d}}]"),
    ),
    Broken(
        "ARGO414",
        in_dag(
            "- name: a\n  template: work\n  arguments: {parameters: [{name: x, valueFrom: {path: /p}}]} #!\n"
        ),
        ("{path: /p}", "{configMapKeyRef: {name: c, key: k}}"),
    ),
    Broken(
        "ARGO415",
        in_steps(
            "- - {name: a, template: work}\n- - name: b\n    template: work\n    arguments:\n      artifacts:\n      - name: f\n        from: '{{steps.a.outputs.artifacts.g}}'\n        fromExpression: steps.a.outputs.artifacts.g #!\n"
        ),
        ("            fromExpression: steps.a.outputs.artifacts.g #!\n", ""),
    ),
    Broken(
        "ARGO421",
        in_dag(
            "- name: a\n  template: work\n  withItems: [1]\n  withParam: '[1]' #!\n"
        ),
        ("        withParam: '[1]' #!\n", ""),
    ),
    Broken(
        "ARGO422",
        in_dag("- name: a\n  template: work\n  withSequence: {count: 3, end: 4} #!\n"),
        (", end: 4", ""),
    ),
    Broken(
        "ARGO422",
        in_dag("- name: a\n  template: work\n  withSequence: {start: 3} #!\n"),
        ("start: 3", "start: 3, end: 4"),
    ),
    Broken(
        "ARGO431",
        in_dag(
            "- name: a\n  template: work\n  hooks: {running: {template: pause}} #!\n"
        ),
        (
            "{template: pause}",
            "{template: pause, expression: tasks.a.status == 'Running'}",
        ),
    ),
    Broken(
        "ARGO441",
        in_template("dag: {tasks: []} #!\n"),
        ("[]", "[{name: a, inline: {suspend: {}}}]"),
    ),
    Broken(
        "ARGO442",
        in_dag(TASKS).replace("      tasks:", "      tasks: #!"),
        ("      - {name: t0, template: work}\n", ""),
    ),
    Broken(
        "ARGO443",
        in_dag(
            "- {name: a, template: work}\n- {name: b, template: work, depends: a &&} #!\n"
        ),
        ("a &&", "a && a.Succeeded"),
    ),
    Broken(
        "ARGO443",
        in_dag(
            "- {name: a, template: work}\n- {name: b, template: work, depends: a & a} #!\n"
        ),
        ("a & a", "a || a"),
    ),
    Broken(
        "ARGO444",
        in_dag(
            "- {name: a1, template: work}\n- {name: b, template: work, depends: a2} #!\n"
        ),
        ("a2", "a1"),
    ),
    Broken(
        "ARGO444",
        in_dag(
            "- {name: a1, template: work}\n- {name: b, template: work, dependencies: [a2]} #!\n"
        ),
        ("[a2]", "[a1]"),
    ),
    Broken(
        "ARGO445",
        in_dag(
            "- {name: a, template: work}\n- {name: b, template: work, depends: a.Success} #!\n"
        ),
        ("Success}", "Succeeded}"),
    ),
    Broken(
        "ARGO446",
        in_dag(
            "- {name: a, template: work}\n- {name: b, template: work, depends: a.AllFailed} #!\n"
        ),
        ("AllFailed", "Failed"),
    ),
    Broken(
        "ARGO447",
        in_dag(
            "- {name: a, template: work, depends: c}\n- {name: b, template: work, depends: a}\n- {name: c, template: work, depends: b}\n"
        ).replace("depends: c}", "depends: c} #!"),
        (", depends: c} #!", "}"),
    ),
    Broken(
        "ARGO447",
        in_dag("- {name: a, template: work, depends: a} #!\n"),
        (", depends: a} #!", "}"),
    ),
    Broken(
        "ARGO448",
        in_dag(
            "- {name: a, template: work}\n- {name: b, template: work, depends: a}\n- {name: c, template: work, dependencies: [b]} #!\n"
        ),
        ("dependencies: [b]", "depends: b"),
    ),
    Broken(
        "ARGO449",
        in_dag(
            "- {name: a, template: work, continueOn: {failed: true}} #!\n- {name: b, template: work, depends: a}\n"
        ),
        (", continueOn: {failed: true}} #!", "}"),
    ),
    Broken(
        "ARGO450",
        in_dag(
            "- {name: 7q, template: work} #!\n- {name: b, template: work, depends: 7q}\n"
        ),
        ("7q", "q7"),
    ),
    Broken(
        "ARGO451",
        in_dag("- {name: aa, template: work}\n", "").replace(
            "    dag:", "    dag:\n      target: ab #!"
        ),
        ("ab #!", "aa"),
    ),
]
