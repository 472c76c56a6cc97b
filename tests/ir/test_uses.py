"""What a workflow uses, and where: no more and no less."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from couler_jupyter.engines import Engine
from couler_jupyter.engines.local import Local
from couler_jupyter.ir import (
    S3,
    AllOf,
    AttemptField,
    AttemptRef,
    Constant,
    Dataset,
    DatasetCache,
    Ended,
    EnvVar,
    ExitHandler,
    Extra,
    Feature,
    Foreign,
    Format,
    FromStdout,
    Http,
    Inline,
    InputArtifact,
    InputParameter,
    ItemRef,
    ListOf,
    LocalPath,
    Not,
    Outcome,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    ParameterRef,
    Pod,
    Raw,
    Repeat,
    Resources,
    Retry,
    RetryPolicy,
    RunField,
    RunRef,
    SecretRef,
    Sidecar,
    Step,
    SubWorkflow,
    ValueType,
    Workflow,
    WorkflowOutput,
    features_of,
    own_words,
    uses_of,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.parts import (
    echo,
    equal,
    flow,
    inputs,
    over,
    python,
    sh,
    step,
)
from tests.ir.bad import leaving_a_file

RAW = Raw("argo", "a == b")
EXTRA = Extra(engine="argo", path="spec.x", value=Constant.of(1))
PLAIN = frozenset({Feature.SCRIPT, Feature.OUTPUT_PARAMETER})
BASE = features_of(flow("w", step("one", sh("echo 1"))))


def extra_features(*steps: Step, **more: Any) -> set[Feature]:
    """What a workflow uses beside scripts that print."""
    return set(features_of(flow("w", *steps, **more)) - PLAIN)


def test_a_script_that_prints_is_only_that() -> None:
    assert BASE == PLAIN


def test_the_corpus_uses_every_feature() -> None:
    used = {one for case in CORPUS.values() for one in features_of(case.make())}
    assert used == set(Feature)


F = Feature
STEPS: list[tuple[Step, set[Feature]]] = [
    (step("a", echo(), takes={"x": 1}), {F.PARAMETER, F.FORMAT}),
    (
        step("a", echo(), takes={"x": ItemRef()}, loop=over(1), when=equal(1, 2)),
        {F.PARAMETER, F.FORMAT, F.MAP_ITEMS, F.WHEN},
    ),
    (
        step("a", sh("x"), loop=over(1), when=Not(equal(Format((ItemRef(),)), 2))),
        {F.MAP_ITEMS, F.WHEN, F.WHEN_PER_ITEM, F.FORMAT},
    ),
    (step("a", sh("x"), retry=Retry(limit=1)), {F.RETRY}),
    (
        step("a", sh("x"), retry=Retry(limit=1, policy=RetryPolicy.ALWAYS)),
        {F.RETRY, F.RETRY_POLICY},
    ),
    (
        step("a", sh("x"), retry=Retry(limit=1, when=RAW)),
        {F.RETRY, F.RETRY_WHEN, F.RAW},
    ),
    (step("a", sh("x"), when=AllOf((RAW, equal(1, 1)))), {F.WHEN, F.RAW}),
    (
        step("a", sh("x"), repeat=Repeat(condition=RAW, limit=1)),
        {F.REPEAT, F.RAW},
    ),
    (step("a", sh("x"), after=[RAW]), {F.AFTER_PHASES, F.RAW}),
    (
        step("a", replace(python("def f(): return 1"), image="i")),
        {F.FUNCTION, F.FUNCTION_IMAGE},
    ),
    (
        step("a", replace(python("def f(): return 1"), requirements=("x",))),
        {F.FUNCTION, F.FUNCTION_REQUIREMENTS},
    ),
    (step("a", sh("x", AttemptRef(AttemptField.NUMBER))), {F.FORMAT, F.ATTEMPT_FACT}),
    (
        step("a", sh("x", inputs=(InputArtifact(name="f", default=Inline(RAW)),))),
        {F.ARTIFACT, F.ARTIFACT_DEFAULT, F.STORAGE_INLINE, F.RAW},
    ),
    *(
        (
            step(
                "a",
                sh("x", inputs=(InputArtifact(name="f", default=one),)),
            ),
            {F.ARTIFACT, F.ARTIFACT_DEFAULT, F.STORAGE_HTTP, F.RAW, *more},
        )
        for one, more in (
            (Dataset(source=Http(url=RAW)), {F.DATASET}),
            (
                Dataset(source=Http(url="u"), version=RAW),
                {F.DATASET, F.DATASET_VERSION},
            ),
            (
                Dataset(source=Http(url=RAW), cache=DatasetCache.SHARED),
                {F.DATASET_SHARED},
            ),
            (Dataset(source=Http(url=RAW), cache=DatasetCache.NONE), set()),
        )
    ),
    (
        step(
            "a",
            sh("x", inputs=(InputArtifact(name="f"),)),
            takes={"f": Dataset(source=S3(key="k", access_key=SecretRef("s", "k")))},
        ),
        {F.ARTIFACT, F.STORAGE_S3, F.DATASET, F.SECRET},
    ),
    (
        step("a", sh("x", inputs=(InputArtifact(name="f", optional=True, mode=0),))),
        {F.ARTIFACT, F.ARTIFACT_OPTIONAL, F.ARTIFACT_MODE},
    ),
    (
        step("a", sh("x", outputs=(OutputArtifact(name="f", path="f", mode=0),))),
        {F.ARTIFACT, F.ARTIFACT_MODE},
    ),
    (step("a", sh("x", resources=Resources(ephemeral_limit=1))), {F.EPHEMERAL}),
    (step("a", sh("x", resources=Resources(ephemeral=1))), {F.EPHEMERAL}),
    (step("a", sh("x", resources=Resources(cpu_limit=1))), {F.RESOURCES}),
    (step("a", sh("x", resources=Resources(cpu=1))), {F.RESOURCES}),
    (step("a", sh("x", resources=Resources(memory_limit=1))), {F.RESOURCES}),
    (step("a", sh("x", resources=Resources(memory=1))), {F.RESOURCES}),
    (
        step(
            "a",
            sh(
                "x",
                outputs=(
                    OutputArtifact(
                        name="f", path="f", storage=LocalPath(RunRef(RunField.ID))
                    ),
                ),
            ),
        ),
        {F.ARTIFACT, F.STORAGE_LOCAL, F.RUN_FACT},
    ),
    (
        step(
            "a",
            sh(
                "x",
                pod=Pod(
                    init=(
                        Sidecar(
                            name="i",
                            image="i",
                            env=(EnvVar("A", SecretRef("s", "k")),),
                        ),
                    )
                ),
            ),
        ),
        {F.INIT_CONTAINER, F.SECRET},
    ),
]


@pytest.mark.parametrize(("one", "features"), STEPS)
def test_features_of_a_step(one: Step, features: set[Feature]) -> None:
    assert extra_features(one) - {F.OUTPUT_PARAMETER} == features


def test_values_that_only_python_has() -> None:
    port = InputParameter(name="x", type=ValueType.PYTHON)
    taken = step("a", sh("x", inputs=(port,)), takes={"x": 1})
    assert extra_features(taken) == {F.PARAMETER, F.PYTHON_VALUE}
    left = OutputParameter(name="r", source=FromStdout(), type=ValueType.PYTHON)
    assert extra_features(step("a", sh("x", outputs=(left,)))) == {F.PYTHON_VALUE}


def test_secrets_of_the_workflows_own_pod() -> None:
    proxy = Sidecar(name="p", image="p", env=(EnvVar("A", SecretRef("s", "k")),))
    found = extra_features(step("a", sh("x")), pod=Pod(sidecars=(proxy,)))
    assert found == {F.SIDECAR, F.SECRET}


def test_values_of_the_workflow_itself() -> None:
    data = InputArtifact(name="d", default=Inline(Format((RunRef(RunField.ID),))))
    found = extra_features(step("a", sh("x")), artifacts=(data,))
    assert found == {
        F.WORKFLOW_ARTIFACT,
        F.ARTIFACT,
        F.ARTIFACT_DEFAULT,
        F.STORAGE_INLINE,
        F.FORMAT,
        F.RUN_FACT,
    }
    out = WorkflowOutput(
        name="o", value=ListOf((RunRef(RunField.ID),)), global_name="g"
    )
    found = extra_features(step("a", sh("x")), outputs=(out,))
    assert found == {F.WORKFLOW_OUTPUT, F.NESTED_VALUE, F.RUN_FACT, F.GLOBAL_OUTPUT}


def test_lists_of_a_map_that_leave_the_workflow() -> None:
    each = step("each", sh("echo 1"), loop=over(1))
    out = WorkflowOutput(name="o", value=OutputRef("each"))
    found = extra_features(each, outputs=(out,))
    assert found == {F.MAP_ITEMS, F.MAP_FAN_IN, F.WORKFLOW_OUTPUT}


def test_files_of_a_mapped_sub_workflow() -> None:
    each = step("each", SubWorkflow(workflow=leaving_a_file()), loop=over(1))
    use = step(
        "use",
        sh("x", inputs=(InputArtifact(name="f"),)),
        takes={"f": OutputRef("each", "file")},
    )
    assert F.MAP_ARTIFACT_FAN_IN in extra_features(each, use)


def test_a_map_deep_inside_a_map() -> None:
    innermost = flow("c", step("each", sh("x"), loop=over(1)))
    middle = flow("b", step("mid", SubWorkflow(workflow=innermost)))
    outer = step("out", SubWorkflow(workflow=middle), loop=over(1))
    assert F.MAP_NESTED in extra_features(outer)
    alone = step("out", SubWorkflow(workflow=middle))
    assert F.MAP_NESTED not in extra_features(alone)


def with_words() -> Workflow:
    """A workflow with words of one engine in every place there is."""
    inner = flow(
        "inner",
        step("deep", sh("x"), extras=(EXTRA,)),
        exit_handlers=(ExitHandler(step=step("end", sh(RAW))),),
        extras=(EXTRA,),
    )
    return flow(
        "outer",
        step("sub", SubWorkflow(workflow=inner)),
        step("when", sh("x"), when=Not(RAW)),
        step("again", sh("x"), retry=Retry(limit=1, when=equal(RAW, 1))),
        step("takes", echo(), takes={"x": Format(("a", RAW))}),
        step("after", sh("x"), after=[AllOf((RAW, Ended("when", (Outcome.FAILED,))))]),
        exit_handlers=(ExitHandler(step=step("bye", sh("x"), extras=(EXTRA,))),),
        outputs=(WorkflowOutput(name="o", value=RAW),),
        extras=(EXTRA,),
    )


def test_own_words_are_found_everywhere() -> None:
    found = [(type(one).__name__, where) for one, where in own_words(with_words())]
    assert found == [
        ("Extra", ""),
        ("Raw", ""),
        ("Extra", "sub"),
        ("Extra", "sub/deep"),
        ("Raw", "sub/end"),
        ("Raw", "when"),
        ("Raw", "again"),
        ("Raw", "takes"),
        ("Raw", "after"),
        ("Extra", "bye"),
    ]


def test_what_exit_handlers_use() -> None:
    bye = ExitHandler(step=step("bye", echo(), takes={"x": OutputRef("one")}))
    cry = ExitHandler(step=step("cry", sh("x")), on=(Outcome.FAILED,))
    workflow = flow("w", step("one", sh("echo 1")), exit_handlers=(bye, cry))
    uses = set(uses_of(workflow))
    assert {feature for feature, where in uses if where == "bye"} == {
        F.EXIT_HANDLER,
        F.EXIT_HANDLER_OUTPUT,
        F.SCRIPT,
        F.OUTPUT_PARAMETER,
        F.PARAMETER,
        F.FORMAT,
    }
    assert {feature for feature, where in uses if where == "cry"} == {
        F.EXIT_HANDLER,
        F.EXIT_HANDLER_STATUS,
        F.SCRIPT,
        F.OUTPUT_PARAMETER,
    }


def test_uses_are_told_by_path() -> None:
    inner = flow(
        "inner",
        step("deep", echo(), takes={"x": ParameterRef("p")}),
        parameters=inputs("p"),
    )
    outer = flow("outer", step("sub", SubWorkflow(workflow=inner), takes={"p": 1}))
    uses = set(uses_of(outer))
    assert (Feature.SUBWORKFLOW, "sub") in uses
    assert (Feature.WORKFLOW_PARAMETER, "sub") in uses
    assert (Feature.SCRIPT, "sub/deep") in uses
    assert {where for _, where in uses} == {"sub", "sub/deep"}


class Toy(Engine):
    """Has everything, and writes nothing of it."""

    name = "toy"
    features = frozenset(Feature)
    gaps = {}  # noqa: RUF012

    def emit(self, workflow: Workflow) -> Any:
        yield from ()


def test_an_engine_refuses_the_words_of_another_everywhere() -> None:
    places = [problem.where for problem in Toy().problems(with_words())]
    assert places == [
        "workflow 'outer'",
        "workflow 'outer'",
        "step 'sub'",
        "step 'sub/deep'",
        "step 'sub/end'",
        "step 'when'",
        "step 'again'",
        "step 'takes'",
        "step 'after'",
        "step 'bye'",
    ]


def test_an_engine_takes_its_own_words() -> None:
    toys = Extra(engine="toy", path="p", value=Constant.of(1))
    mine = flow("w", step("a", sh(Raw("toy", "x")), extras=(toys,)))
    assert not Toy().problems(mine)


def test_a_foreign_template_is_told_in_one_line() -> None:
    ask = Foreign(engine="argo", kind="http", body=Constant.of({"http": {}}))
    inner = flow("inner", step("ask", ask))
    workflow = flow("w", step("sub", SubWorkflow(workflow=inner)))
    assert (Feature.FOREIGN, "sub/ask") in set(uses_of(workflow))
    for engine in (Toy(), Local()):
        [problem] = engine.problems(workflow)
        assert str(problem) == (
            "step 'sub/ask': it is 'http', a template of argo; only that engine knows it"
        )


def test_words_of_the_local_engine_itself_are_gaps() -> None:
    word = Extra(engine="local", path="p", value=Constant.of(1))
    mine = Foreign(engine="local", kind="http", body=Constant.of({}))
    workflow = flow(
        "w", step("a", mine), step("b", sh(Raw("local", "x"))), extras=(word,)
    )
    assert [str(problem) for problem in Local().problems(workflow)] == [
        "workflow 'w': extra: this engine has no words of its own to add",
        "step 'a': foreign: this engine has no templates of its own",
        "step 'b': raw: this engine has no expressions of its own",
    ]


def test_raw_defaults_of_files_are_own_words() -> None:
    file = InputArtifact(name="file", default=Inline(RAW))
    workflow = flow("w", step("a", sh("x")), artifacts=(file,))
    assert list(own_words(workflow)) == [(RAW, "")]


def test_what_may_be_ignored_is_noted() -> None:
    other = Extra(engine="argo", path="p", value=Constant.of(1), ignorable=True)
    workflow = flow("w", step("a", sh("x"), extras=(other,)))
    assert not Toy().problems(workflow)
    [note] = Toy().notes(workflow)
    assert str(note) == "step 'a': extra 'p' is for argo; it is left out"
