"""Manifests that break the rules about what texts refer to."""

from __future__ import annotations

from tests.engines.argo.linting.broken import (
    Broken,
    in_container,
    in_dag,
    in_spec,
    in_steps,
    in_template,
)


def _arg(value: str, more: str = "") -> str:
    return f'- name: b\n  template: work\n{more}  arguments:\n    parameters:\n    - {{name: x, value: "{value}"}} #!\n'


A = "- {name: a, template: work}\n"
TWO = "- - {name: a, template: work}\n- - name: b\n    template: work\n    arguments:\n      parameters:\n"

REFERENCES = [
    Broken(
        "ARGO501",
        in_template(
            "inputs: {parameters: [{name: ab, value: '1'}]}\ncontainer: {image: a, args: ['{{inputs.parameters.ac}}']} #!\n"
        ),
        ("ac}}", "ab}}"),
    ),
    Broken(
        "ARGO501",
        in_template(
            "container: {image: a, args: ['{{inputs.artifacts.f.path}}']} #!\ninputs: {}\n"
        ),
        ("inputs: {}", "inputs: {artifacts: [{name: f, path: /f, raw: {data: d}}]}"),
    ),
    Broken(
        "ARGO502",
        in_spec(
            "arguments: {parameters: [{name: ab, value: '1'}]}\ntemplates:\n- name: main\n  container: {image: a, args: ['{{workflow.parameters.ac}}']} #!\n"
        ),
        ("ac}}", "ab}}"),
    ),
    Broken(
        "ARGO503",
        in_template("container: {image: a, args: ['{{workflow.nam}}']} #!\n"),
        ("nam}}", "name}}"),
    ),
    Broken(
        "ARGO503",
        in_spec(
            "templates:\n- name: main\n  container: {image: a, args: ['{{workflow.priority}}']} #!\n"
        ),
        ("  templates:\n", "  priority: 3\n  templates:\n"),
    ),
    Broken(
        "ARGO503",
        in_spec(
            "templates:\n- name: main\n  container: {image: a, args: ['{{workflow.failures}}']} #!\n"
        ),
        ("  templates:\n", "  onExit: main\n  templates:\n"),
    ),
    Broken(
        "ARGO504",
        in_dag(A + _arg("{{tasks.c.outputs.result}}", "  depends: a\n")),
        ("tasks.c.", "tasks.a."),
    ),
    Broken(
        "ARGO505",
        in_dag(A + _arg("{{tasks.a.outputs.result}}", "  when: 'true'\n")),
        ("when: 'true'", "depends: a"),
    ),
    Broken(
        "ARGO505",
        in_dag(
            A
            + "- name: b\n  template: work\n  when: '{{tasks.a.status}} == Succeeded' #!\n  template: work\n".replace(
                "  template: work\n", "", 1
            )
        ),
        ("Succeeded' #!", "Succeeded'\n        depends: a"),
    ),
    Broken(
        "ARGO505",
        in_steps(
            "- - {name: a, template: work}\n  - name: b\n    template: work\n    arguments: {parameters: [{name: x, value: '{{steps.a.outputs.result}}'}]} #!\n"
        ),
        ("      - name: b", "    - - name: b"),
    ),
    Broken(
        "ARGO506",
        in_dag(A + _arg("{{tasks.a.outputs.parameters.z}}", "  depends: a\n")),
        (".z}}", ".y}}"),
    ),
    Broken(
        "ARGO506",
        in_dag(
            "- {name: a, template: pause}\n"
            + _arg("{{tasks.a.outputs.result}}", "  depends: a\n")
        ),
        ("{name: a, template: pause}", "{name: a, template: work}"),
    ),
    Broken(
        "ARGO506",
        in_dag(A + _arg("{{tasks.a.outputs.parameters}}", "  depends: a\n")),
        ("{name: a,", "{name: a, withItems: [1, 2],"),
    ),
    Broken(
        "ARGO506",
        in_dag(A + _arg("{{tasks.a.ip}}", "  depends: a\n")),
        ("a.ip", "a.id"),
    ),
    Broken(
        "ARGO506",
        in_dag(A + _arg("{{tasks.a.statu}}", "  depends: a\n")),
        ("a.statu}", "a.status}"),
    ),
    Broken(
        "ARGO506",
        in_template(
            "container: {image: a, args: ['{{workflow.outputs.parameters.p}}']} #!\noutputs: {parameters: [{name: o, globalName: q, valueFrom: {path: /o}}]}\n"
        ),
        ("globalName: q", "globalName: p"),
    ),
    Broken(
        "ARGO507",
        in_dag(_arg("{{item.k}}", "  withItems: [{j: 1}]\n")),
        ("{j: 1}", "{k: 1}"),
    ),
    Broken(
        "ARGO507",
        in_dag(_arg("{{item}}", "  when: 'true'\n")),
        ("when: 'true'", "withItems: [1]"),
    ),
    Broken(
        "ARGO508",
        in_steps(TWO + "      - {name: x, value: '{{tasks.a.outputs.result}}'} #!\n"),
        ("tasks.a", "steps.a"),
    ),
    Broken(
        "ARGO508",
        in_template("container: {image: a, args: ['{{tasks.a.outputs.result}}']} #!\n"),
        ("tasks.a.outputs.result", "workflow.name"),
    ),
    Broken(
        "ARGO509",
        in_template("container: {image: a, args: ['{{workflow.labels.team}}']} #!\n"),
        ("labels.team", "name"),
    ),
    Broken(
        "ARGO510",
        in_template("container: {image: a, args: ['{{workflow.name']} #!\n"),
        ("workflow.name'", "workflow.name}}'"),
    ),
    Broken(
        "ARGO511",
        in_template(
            "inputs: {parameters: [{name: ab, value: '1'}]}\ncontainer: {image: a, args: ['{{input.parameters.ab}}']} #!\n"
        ),
        ("{{input.", "{{inputs."),
    ),
    Broken(
        "ARGO512",
        in_template(
            "container: {image: a, args: ['{{=asInt(workflow.priority}}']} #!\n"
        ),
        ("asInt(workflow.priority", "asInt(workflow.duration)"),
    ),
    Broken(
        "ARGO512",
        in_container(
            "retryStrategy: {limit: 2, expression: asInt(lastRetry.exitCode > 1} #!\n"
        ),
        ("exitCode > 1}", "exitCode) > 1}"),
    ),
    Broken(
        "ARGO513",
        in_template("container: {image: a, args: ['{{=heads}}']} #!\n"),
        ("=heads", '="heads"'),
    ),
    Broken(
        "ARGO514",
        in_template(
            "container: {image: a, args: [\"{{=inputs.parameters['a']}}\"]} #!\ninputs: {}\n"
        ),
        ("inputs: {}", "inputs: {parameters: [{name: a, value: '1'}]}"),
    ),
    Broken(
        "ARGO515",
        in_dag(
            A
            + "- name: b\n  template: work\n  depends: a\n  when: '{{tasks.a.outputs.result}} = 1' #!\n"
        ),
        ("}} = 1", "}} == 1"),
    ),
]
