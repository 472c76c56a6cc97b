"""Templates that run themselves come in as repeats where that is the same."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest
import yaml

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing import import_manifest
from couler_jupyter.engines.local import Local
from couler_jupyter.ir import (
    AtLimit,
    Foreign,
    Phase,
    Step,
    TurnRef,
    Workflow,
    from_json,
    own_words,
    to_json,
)
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.outcome import outcome_of

COUNT = """\
- name: throw
  script:
    image: python:3.12-slim
    command: [python3]
    source: |
      from pathlib import Path
      tally = Path("{place}")
      thrown = len(tally.read_text()) if tally.exists() else 0
      tally.write_text("." * (thrown + 1))
      print("heads" if thrown == 3 else "tails")
- name: cheer
  script: {{image: "python:3.12-slim", command: [python3], source: "print('won')"}}
- name: note
  inputs: {{parameters: [{{name: turn}}]}}
  script:
    image: python:3.12-slim
    command: [python3]
    source: "print('turn {{{{inputs.parameters.turn}}}}')"
"""
BY_STEPS = """\
- name: toss
  steps:
  - - {name: flip, template: throw}
  - - {name: won, template: cheer, when: "{{steps.flip.outputs.result}} == heads"}
    - {name: again, template: toss, when: "{{steps.flip.outputs.result}} == tails"}
"""
BY_DAG = """\
- name: toss
  inputs: {parameters: [{name: count}]}
  dag:
    tasks:
    - {name: flip, template: throw}
    - name: note
      template: note
      depends: flip
      arguments: {parameters: [{name: turn, value: "{{inputs.parameters.count}}"}]}
    - name: again
      template: toss
      depends: note && flip.Succeeded
      when: "{{=asInt(inputs.parameters.count) < 3}} && {{tasks.flip.outputs.result}} != heads"
      arguments:
        parameters: [{name: count, value: "{{=string(asInt(inputs.parameters.count) + 1)}}"}]
"""
BESIDE = (
    BY_DAG.replace("[{name: count}]", "[{name: count}, {name: counted}]")
    .replace('"{{inputs.parameters.count}}"', '"{{inputs.parameters.counted}}"')
    .replace(
        "parameters: [{name: count, value",
        'parameters: [{name: counted, value: "{{inputs.parameters.counted}}"}, '
        "{name: count, value",
    )
)
MAIN = """\
- name: main
  dag:
    tasks:
    - {name: game, template: toss}
    - {name: after, template: cheer, depends: game}
"""


def manifest(entry: str, templates: str, place: object = "/nowhere") -> str:
    parts = templates + COUNT.format(place=place)
    head = "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {name: game}\n"
    return f"{head}spec:\n  entrypoint: {entry}\n  templates:\n{indent(parts, '  ')}"


def imported(text: str) -> Workflow:
    (workflow,) = import_manifest(text, "game")
    (document,) = Argo().compile(workflow).documents
    assert yaml.safe_load(document.text) == yaml.safe_load(text)
    assert from_json(to_json(workflow)) == workflow
    return workflow


def is_kept(workflow: Workflow) -> bool:
    return any(isinstance(one, Foreign) for one, _ in own_words(workflow))


def game_of(workflow: Workflow) -> Step:
    return next(step for step in workflow.steps if step.name in ("toss", "game"))


def test_the_entrypoint_may_be_one(tmp_path: Path) -> None:
    workflow = imported(manifest("toss", BY_STEPS, tmp_path / "tally"))
    assert not is_kept(workflow)
    repeat = game_of(workflow).repeat
    assert repeat is not None
    assert (repeat.limit, repeat.at_limit) == (98, AtLimit.FAIL)
    outcome = outcome_of(Local(RunStore(tmp_path / "runs")), workflow)
    assert outcome.run is Phase.SUCCEEDED
    assert (tmp_path / "tally").read_text() == "...."


def test_it_is_less_deep_further_in() -> None:
    repeat = game_of(imported(manifest("main", MAIN + BY_STEPS))).repeat
    assert repeat is not None
    assert repeat.limit == 97


def test_a_counter_is_the_turn(tmp_path: Path) -> None:
    call = "template: toss, arguments: {parameters: [{name: count, value: 1}]}}"
    main = MAIN.replace("template: toss}", call)
    text = manifest("main", main + BY_DAG, tmp_path / "tally")
    workflow = imported(text)
    repeat = game_of(workflow).repeat
    assert repeat is not None
    assert (repeat.limit, repeat.at_limit) == (3, AtLimit.ACCEPT)
    outcome = outcome_of(Local(RunStore(tmp_path / "runs")), workflow)
    assert outcome.run is Phase.SUCCEEDED
    assert (tmp_path / "tally").read_text() == "..."


def test_once_changed_it_is_written_in_our_words() -> None:
    from dataclasses import replace

    workflow = imported(manifest("main", MAIN + BY_STEPS))
    game = game_of(workflow)
    assert game.repeat is not None
    changed = replace(game, repeat=replace(game.repeat, limit=5))
    steps = tuple(changed if one is game else one for one in workflow.steps)
    (document,) = Argo().compile(replace(workflow, steps=steps)).documents
    assert "int(inputs.parameters.turn) < 5" in document.text
    names = [one["name"] for one in yaml.safe_load(document.text)["spec"]["templates"]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('== heads"}', '!= tails-or-so"}'),  # both may run at once
        (', when: "{{steps.flip.outputs.result}} == heads"}', "}"),
        (
            "- name: toss\n",
            "- name: toss\n  outputs: {parameters: [{name: x, value: 1}]}\n",
        ),
        ("template: toss, when", "template: toss, withItems: [1], when"),
        ("template: toss, when", "template: toss, continueOn: {failed: true}, when"),
        ('when: "{{steps.flip.outputs.result}} == tails"', 'when: "1 == 1"'),
        (
            "{name: flip, template: throw}",
            "{name: flip, template: throw, when: 'a == a'}",
        ),
        ('== tails"}', '== tails"}\n  - - {name: last, template: cheer}'),
        ('== tails"}', "=~ 't.*'\"}"),
    ],
)
def test_what_is_no_repeat_is_kept(old: str, new: str) -> None:
    text = manifest("main", MAIN + BY_STEPS.replace(old, new))
    assert old not in ("", new)
    assert text != manifest("main", MAIN + BY_STEPS)
    assert is_kept(imported(text))


def test_what_counts_otherwise_is_kept() -> None:
    call = "template: toss, arguments: {parameters: [{name: count, value: 7}]}}"
    main = MAIN.replace("template: toss}", call)
    assert is_kept(imported(manifest("main", main + BY_DAG)))
    twice = BY_DAG.replace("+ 1", "+ 2")
    main = main.replace("value: 7", "value: 1")
    assert is_kept(imported(manifest("main", main + twice)))


def test_a_counter_that_its_turn_does_not_use_starts_anywhere() -> None:
    call = (
        "template: toss, arguments: {parameters: ["
        "{name: count, value: 2}, {name: counted, value: sheep}]}}"
    )
    text = manifest("main", MAIN.replace("template: toss}", call) + BESIDE)
    repeat = game_of(imported(text)).repeat
    assert repeat is not None
    assert (repeat.limit, repeat.at_limit) == (2, AtLimit.ACCEPT)


@pytest.mark.parametrize("asked", ["inputs.parameters['count']", "toJson(inputs)"])
def test_a_counter_that_its_turn_uses_in_another_way_is_the_turn(asked: str) -> None:
    call = "template: toss, arguments: {parameters: [{name: count, value: 1}]}}"
    dag = BY_DAG.replace("{{inputs.parameters.count}}", f"{{{{={asked}}}}}")
    main = MAIN.replace("template: toss}", call)
    assert TurnRef() in [
        one.value for one in game_of(imported(manifest("main", main + dag))).arguments
    ]
    later = main.replace("value: 1", "value: 2")
    assert is_kept(imported(manifest("main", later + dag)))


def test_a_condition_may_speak_of_a_counter_in_a_text() -> None:
    text = BY_STEPS.replace("== heads", "== 'counter heads'")
    text = text.replace("== tails", "!= 'counter heads'")
    assert not is_kept(imported(manifest("main", MAIN + text)))


@pytest.mark.parametrize("words", [("==", "!="), ("!=", "==")])
def test_what_comes_instead_may_be_said_by_the_opposite(words: tuple[str, str]) -> None:
    instead, again = words
    text = BY_STEPS.replace("== heads", f"{instead} heads")
    text = text.replace("== tails", f"{again} heads")
    assert not is_kept(imported(manifest("main", MAIN + text)))


def test_two_that_run_each_other_are_kept() -> None:
    both = BY_STEPS.replace("template: toss, when", "template: other, when")
    other = "- name: other\n  steps: [[{name: back, template: toss}]]\n"
    assert is_kept(imported(manifest("main", MAIN + both + other)))
