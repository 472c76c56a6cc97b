"""What single fields of a workflow become in a PipelineSpec."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from couler_jupyter.engines.kubeflow.engine import Kubeflow
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import (
    Backoff,
    Cache,
    Claim,
    ConfigRef,
    Constant,
    Container,
    EmptyDir,
    EnvVar,
    Format,
    FromFile,
    FromStdout,
    Function,
    InputParameter,
    InputRef,
    ItemRef,
    Map,
    Mount,
    OutputParameter,
    OutputRef,
    Over,
    Repeat,
    Retry,
    RunField,
    RunRef,
    Script,
    SecretFiles,
    SecretRef,
    Step,
    SubWorkflow,
    TimeToLive,
    Volume,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.parts import (
    IMAGE,
    container,
    echo,
    equal,
    flow,
    over,
    python,
    sh,
    smaller,
    step,
)
from tests.engines.kubeflow.stand_in import StandIn
from tests.protocol.golden import check

_TRUE = container("true")


def _spec(workflow: Workflow) -> tuple[Any, Any]:
    (document,) = Kubeflow().compile(workflow).documents
    spec, *more = yaml.safe_load_all(document.text)
    return spec, more[0]["platforms"]["kubernetes"] if more else {}


def _task(one: Step) -> Any:
    return _spec(flow("one", one))[0]["root"]["dag"]["tasks"][one.name]


def _refused(workflow: Workflow) -> str:
    with pytest.raises(Unsupported) as caught:
        Kubeflow().compile(workflow)
    return str(caught.value)


def test_retries() -> None:
    backoff = Backoff(seconds=1.5, factor=2, longest=60)
    found = _task(step("work", _TRUE, retry=Retry(limit=3, backoff=backoff)))
    assert found["retryPolicy"] == {
        "maxRetryCount": 3,
        "backoffDuration": "1.5s",
        "backoffFactor": 2,
        "backoffMaxDuration": "60s",
    }


@pytest.mark.parametrize(
    ("cache", "wanted"),
    [
        (None, None),
        (Cache(), {"enableCache": True}),
        (Cache(key="v1"), {"enableCache": True, "cacheKey": "v1"}),
        (Cache(enabled=False), {"enableCache": False}),
    ],
)
def test_caches_what_it_is_told_to(cache: Cache | None, wanted: Any) -> None:
    assert _task(step("work", _TRUE, cache=cache)).get("cachingOptions") == wanted


def test_bounds_the_time_of_steps_and_runs_in_whole_seconds() -> None:
    kept = TimeToLive(after_end=60, after_failure=600)
    one = step("work", _TRUE, timeout=1.2)
    _, platform = _spec(flow("one", one, timeout=90, ttl=kept))
    pod = platform["deploymentSpec"]["executors"]["exec-work"]
    assert pod == {"activeDeadlineSeconds": 2}
    assert platform["pipelineConfig"] == {
        "activeDeadlineSeconds": 90,
        "resourceTtlOnCompletion": 60,
        "resourceTtlOnFailure": 600,
    }


def test_mounts_volumes() -> None:
    volumes = (
        Volume(name="scratch", source=EmptyDir(size=2**20, in_memory=True)),
        Volume(name="data", source=Claim("claim")),
        Volume(name="keys", source=SecretFiles(secret="hub", optional=True)),
    )
    mounts = (
        Mount(volume="scratch", path="/scratch"),
        Mount(volume="data", path="/data", sub_path="a"),
        Mount(volume="keys", path="/keys"),
    )
    work = step("work", replace(_TRUE, mounts=mounts))
    _, platform = _spec(flow("one", work, volumes=volumes))
    pod = platform["deploymentSpec"]["executors"]["exec-work"]
    (scratch,) = pod["emptyDirMounts"]
    assert scratch["mountPath"] == "/scratch"
    assert (scratch["medium"], scratch["sizeLimit"]) == ("Memory", "1Mi")
    (data,) = pod["pvcMount"]
    assert (data["constant"], data["mountPath"], data["subPath"]) == (
        "claim",
        "/data",
        "a",
    )
    (keys,) = pod["secretAsVolume"]
    assert (keys["secretName"], keys["optional"]) == ("hub", True)


def test_names_secrets_and_config_maps_in_the_old_word_and_the_new() -> None:
    env = (
        EnvVar("TOKEN", SecretRef("hub", "token")),
        EnvVar("LEVEL", ConfigRef("log", "level", optional=True)),
    )
    _, platform = _spec(flow("one", step("work", replace(_TRUE, env=env))))
    assert platform["deploymentSpec"]["executors"]["exec-work"] == {
        "secretAsEnv": [
            {
                "secretName": "hub",
                "secretNameParameter": {"runtimeValue": {"constant": "hub"}},
                "keyToEnv": [{"secretKey": "token", "envVar": "TOKEN"}],
            }
        ],
        "configMapAsEnv": [
            {
                "configMapName": "log",
                "configMapNameParameter": {"runtimeValue": {"constant": "log"}},
                "optional": True,
                "keyToEnv": [{"configMapKey": "level", "envVar": "LEVEL"}],
            }
        ],
    }


def test_a_program_with_no_more_to_it_is_run_as_it_is() -> None:
    plain = Container(image=IMAGE, command=("train", "--fast"), args=("x",))
    spec, _ = _spec(flow("one", step("work", plain)))
    found = spec["deploymentSpec"]["executors"]["exec-work"]["container"]
    assert found == {"image": IMAGE, "command": ["train"], "args": ["--fast", "x"]}


def test_kubernetes_replaces_nothing_in_texts() -> None:
    env = (EnvVar("HOST", "h"),)
    plain = Container(image=IMAGE, command=("echo", "$(HOST) $(other)"), env=env)
    spec, _ = _spec(flow("one", step("work", plain)))
    found = spec["deploymentSpec"]["executors"]["exec-work"]["container"]
    assert found["args"] == ["$$(HOST) $(other)"]


@pytest.mark.parametrize("name", ["container", "script", "function", "variable"])
def test_dollars_come_through(name: str, tmp_path: Path) -> None:
    """As Kubernetes expands texts, in what is run and in what is computed."""
    text = "$$ $$$ $(HOST) $$(HOST) $(date) $(KFP_POD_NAME) a$"
    env = (EnvVar("HOST", "h"), EnvVar("SAID", text))
    printed = OutputParameter(name="out", source=FromStdout())
    box = Container(
        image=IMAGE, command=("printf", "%s"), args=(text,), env=env, outputs=(printed,)
    )
    template: Container | Script | Function = box
    if name == "script":
        source = f"printf %s '{text}'"
        template = Script(image=IMAGE, source=source, env=env, outputs=(printed,))
    elif name == "function":
        template = replace(python(f"def f():\n    return {text!r}"), env=env)
    elif name == "variable":
        words = ("sh", "-c", 'printf %s "$SAID"')
        template = replace(box, command=words, args=())
    one = step("work", template)
    whole = Format((OutputRef("work", template.outputs[0].name), "$", "$"))
    flow_ = replace(
        flow("one", one), outputs=(WorkflowOutput(name="all", value=whole),)
    )
    left = StandIn(Kubeflow().compile(flow_).documents[0].text, tmp_path).run({}).left
    assert left == {"all": f"{text}$$"}


def test_equal_containers_with_other_ports_are_told_apart() -> None:
    """Kubeflow's server knows components by their containers alone."""
    boxes = [
        container("true", inputs=(InputParameter(name="n", default=Constant.of(one)),))
        for one in (1, 2, 3)
    ]
    steps = [step(f"s{number}", one) for number, one in enumerate((*boxes, *boxes))]
    spec, _ = _spec(flow("many", *steps))
    found = spec["deploymentSpec"]["executors"].values()
    made = [one["container"].get("env", []) for one in found]
    marks = [[{"name": "COULER_COMPONENT", "value": n}] for n in ("1", "2")]
    assert made == [[], *marks]
    assert len(spec["components"]) == 3


def test_equal_steps_share_a_component() -> None:
    steps = [step(f"work-{n}", _TRUE) for n in range(3)]
    spec, _ = _spec(flow("three", *steps))
    assert list(spec["components"]) == ["comp-work-0"]
    assert len(spec["root"]["dag"]["tasks"]) == 3


def test_compares_words_natively_and_numbers_in_a_task() -> None:
    flip = step("flip", sh("echo 5"))
    word = step("word", _TRUE, when=equal(OutputRef("flip"), "it's"))
    number = step("number", _TRUE, when=smaller(OutputRef("flip"), 7))
    spec, _ = _spec(flow("two", flip, word, number))
    conditions = {
        name: task["triggerPolicy"]["condition"]
        for one in spec["components"].values()
        for name, task in one.get("dag", {}).get("tasks", {}).items()
        if "triggerPolicy" in task
    }
    value = "inputs.parameter_values['pipelinechannel--number-value-Output']"
    assert conditions["number"] == f"{value} == 'true'"
    value = "inputs.parameter_values['pipelinechannel--flip-result']"
    assert conditions["word"] == f"{value} == 'it\\'s' || {value} == '\"it\\'s\"'"


def test_numbers_in_lists_stay_whole(tmp_path: Any) -> None:
    """Kubeflow gives floats back for them; so what it keeps are texts."""
    big = 2**60 + 1
    made = step("list", python(f"def make(): return [{big}, [1, 2]]"))
    loop = Map(over=Over(OutputRef("list")))
    each = step(
        "each", python("def same(x): return x"), takes={"x": ItemRef()}, loop=loop
    )
    told = "def told(xs): return [type(xs[0]).__name__, type(xs[1][0]).__name__, xs]"
    last = step("told", python(told), takes={"xs": OutputRef("each")})
    text = Kubeflow().compile(flow("whole", made, each, last)).documents[0].text
    ran = StandIn(text, tmp_path).run({})
    assert ran.outputs["told"]["result"].strip() == f'["int","int",[{big},[1,2]]]'


def test_a_map_in_a_map_has_items_of_its_own() -> None:
    spec, _ = _spec(CORPUS["map-nested"].make())
    names = {
        task["parameterIterator"]["itemInput"]
        for one in (spec["root"], *spec["components"].values())
        for task in one.get("dag", {}).get("tasks", {}).values()
        if "parameterIterator" in task
    }
    assert names == {
        "pipelinechannel--loop-item-param-1",
        "pipelinechannel--loop-item-param-2",
    }


def test_what_the_source_does_not_give_has_its_default(tmp_path: Any) -> None:
    size = OutputParameter(name="size", source=FromFile("s"), default=Constant.of("-"))
    one = step("work", sh("true", outputs=(size,)))
    text = Kubeflow().compile(flow("one", one)).documents[0].text
    assert StandIn(text, tmp_path).run({}).outputs["work"] == {"size": "-"}


def test_a_step_that_left_no_file_has_failed(tmp_path: Any) -> None:
    size = OutputParameter(name="size", source=FromFile("s"))
    one = step("work", sh("true", outputs=(size,)))
    text = Kubeflow().compile(flow("one", one)).documents[0].text
    assert StandIn(text, tmp_path).run({}).phase == "failed"


def test_one_final_line_break_is_cut_off(tmp_path: Any) -> None:
    out = (OutputParameter(name="result", source=FromStdout()),)
    one = step("work", sh("printf 'a\\n\\n'", outputs=out))
    text = Kubeflow().compile(flow("one", one)).documents[0].text
    assert StandIn(text, tmp_path).run({}).outputs["work"] == {"result": "a\n"}


_ENDLESS = Repeat(condition=smaller(OutputRef("work"), 3), limit=17)
_INNER = flow("inner", step("work", _TRUE))


@pytest.mark.parametrize(
    ("workflow", "told"),
    [
        (
            flow("one", step("work", Container(image=IMAGE))),
            "its launcher starts no image's own program; give a command",
        ),
        (
            flow("one", step("work", container("echo", "{{$.x}}"))),
            "'{{$' in a text begins a placeholder of Kubeflow",
        ),
        (
            flow("one", step("work", echo(), takes={"x": "{{$}}"})),
            "'{{$' in a text begins a placeholder of Kubeflow",
        ),
        (
            flow("one", step("work", echo(), takes={"x": 1}, repeat=_ENDLESS)),
            "a repeat is written out turn by turn, 16 at the most",
        ),
        (
            flow(
                "one", step("work", SubWorkflow(workflow=_INNER), retry=Retry(limit=1))
            ),
            "a sub-workflow has no retry of its own",
        ),
        (
            flow("one", step("work", _TRUE, cache=Cache(max_age=60))),
            "what is cached has no age here",
        ),
        (
            flow("one", step("work", _TRUE, cache=Cache(key=RunRef(RunField.ID)))),
            "the key of a cache is plain text here",
        ),
        (
            flow("one", step("work", echo(), takes={"x": RunRef(RunField.PRIORITY)})),
            "a step is not told the priority of its run",
        ),
    ],
)
def test_says_what_it_cannot(workflow: Workflow, told: str) -> None:
    assert told in _refused(workflow)


def test_a_map_that_may_be_skipped_keeps_its_outputs() -> None:
    condition = equal(1, 2)
    each = step("each", echo(), takes={"x": ItemRef()}, loop=over(1), when=condition)
    use = step("use", echo(), takes={"x": OutputRef("each")}, when=condition)
    told = "step 'use' uses an output of 'each', a map that may be skipped"
    assert told in _refused(flow("two", each, use))


def test_an_image_is_for_what_names_none() -> None:
    script = Script(source="echo 1", outputs=())
    made = Kubeflow(image="own:1").compile(flow("one", step("work", script)))
    assert "image: own:1" in made.documents[0].text


def test_several_functions_share_what_they_run_in() -> None:
    steps = [step(f"f{n}", python(f"def f(): return {n}")) for n in range(20)]
    one = len(Kubeflow().compile(flow("one", steps[0])).documents[0].text)
    many = len(Kubeflow().compile(flow("many", *steps)).documents[0].text)
    assert many < 6 * one
    spec, _ = _spec(flow("many", *steps))
    assert list(spec["root"]["inputDefinitions"]["parameters"]) == ["couler-runner"]


def test_text_of_a_step_is_no_part_of_the_program_around_it() -> None:
    say = sh("echo ", InputRef("x"), '; echo "\'"', takes=("x",))
    spec, _ = _spec(flow("one", step("work", say, takes={"x": "a"})))
    found = spec["deploymentSpec"]["executors"]["exec-work"]["container"]
    assert 'echo "\'"' not in " ".join(found["command"])
    assert "echo {{$.inputs.parameters['x']}}; echo \"'\"" in found["args"]


@pytest.mark.parametrize(
    "name",
    ["when-with-else", "map-fan-in", "exit-handler-by-status", "env-secret", "repeat"],
)
def test_golden(name: str) -> None:
    (document,) = Kubeflow().compile(CORPUS[name].make()).documents
    check(f"kubeflow/{name}.yaml", document.text)
