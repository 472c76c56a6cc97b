"""What the children of a workflow in parts are on Argo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.parts.annotations import child_of, overview_of
from couler_jupyter.engines.argo.parts.children import AT_END, Asked, Gate, What
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.ir import (
    S3,
    Archive,
    Argument,
    Ended,
    ExitHandler,
    FirstOf,
    InputArtifact,
    InputRef,
    Json,
    Outcome,
    OutputArtifact,
    OutputRef,
    ParameterRef,
    PartMode,
    Parts,
    RunField,
    RunRef,
    Step,
    StepField,
    StepRef,
    TimeToLive,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.parts import (
    container,
    flow,
    inputs,
    over,
    printed,
    python,
    sh,
    step,
    text,
)

MADE = OutputArtifact(name="file", path="/tmp/made")
TAKEN = InputArtifact(name="file", path="/tmp/taken")
SHOW = sh("echo ", takes=("x",))


def parted(workflow: Workflow, *members: str, **more: object) -> Workflow:
    """Return a workflow in parts, each written as names with blanks between them."""
    parts = Parts(members=tuple(tuple(one.split()) for one in members), **more)  # type: ignore[arg-type]
    return replace(workflow, parts=parts)


def children(workflow: Workflow, repository: str = "s3") -> list[Mapping[str, Json]]:
    """Return the objects that a workflow is compiled to."""
    documents = Argo(repository=repository).compile(workflow).documents
    return [read_text(one.text)[-1].value for one in documents]


def tasks(child: Mapping[str, Json]) -> dict[str, Json]:
    """Return the tasks of a child's entrypoint, by name."""
    spec = child["spec"]
    first = next(one for one in spec["templates"] if one["name"] == spec["entrypoint"])
    return {one["name"]: one for one in first["dag"]["tasks"]}


def template(child: Mapping[str, Json], name: str) -> Json:
    """Return the template that a task runs."""
    wanted = tasks(child)[name]["template"]
    return next(one for one in child["spec"]["templates"] if one["name"] == wanted)


def two_steps() -> Workflow:
    return flow(
        "two",
        step("make", sh("echo 3", outputs=printed("n"))),
        step("show", SHOW, takes={"x": OutputRef("make", "n")}),
    )


def test_a_gate_stands_where_a_step_of_another_part_is_waited_for() -> None:
    first, second = children(parted(two_steps(), "make", "show"))
    assert list(tasks(first)) == ["make"]
    assert list(tasks(second)) == ["make", "show"]
    outputs = {"parameters": [{"name": "n", "valueFrom": {"supplied": {}}}]}
    gate = template(second, "make")
    assert {**gate, "name": ""} == {"name": "", "outputs": outputs, "suspend": {}}
    show = tasks(second)["show"]
    assert show["dependencies"] == ["make"]
    (given,) = show["arguments"]["parameters"]
    assert given["value"] == "{{tasks.make.outputs.parameters.n}}"


def test_children_say_what_they_are() -> None:
    made = children(parted(two_steps(), "make", "show", mode=PartMode.BARRIER, live=3))
    first, second = map(child_of, made)
    assert (first.part, first.steps, first.gates) == (1, ("make",), ())
    assert second.gates == (Gate(task="make", steps=("make",), part=1, outputs=("n",)),)
    assert second.waits_for == (1,)
    overview = overview_of(made[1])
    assert (overview.mode, overview.live, overview.number) == (PartMode.BARRIER, 3, 2)
    assert [one["metadata"]["generateName"] for one in made] == ["two-p1-", "two-p2-"]
    assert made[1]["metadata"]["labels"]["couler-jupyter/part"] == "2"


def test_steps_that_are_only_waited_for_have_one_gate_together() -> None:
    names = [f"fit-{number}" for number in range(30)]
    workflow = Workflow(
        name="sweep",
        steps=(
            *(step(name, sh("true")) for name in names),
            step("best", sh("true"), after=tuple(names)),
        ),
    )
    _, last = children(parted(workflow, " ".join(names), "best"))
    (gate,) = child_of(last).gates
    assert gate.steps == tuple(names)
    assert tasks(last)["best"]["dependencies"] == [gate.task] == ["fit-0-and-29-more"]


def test_how_a_step_of_another_part_ended_is_asked_of_its_gate() -> None:
    workflow = flow(
        "asks",
        step("risky", sh("exit 1")),
        step("help", sh("true"), after=(Ended("risky", (Outcome.FAILED,)),)),
    )
    _, second = children(parted(workflow, "risky", "help"))
    assert tasks(second)["help"]["depends"] == "risky.Failed"


def test_facts_of_a_step_are_parameters_of_its_gate() -> None:
    asked = StepRef("risky", StepField.EXIT_CODE)
    workflow = flow(
        "facts", step("risky", sh("true")), step("show", SHOW, takes={"x": asked})
    )
    _, second = children(parted(workflow, "risky", "show"))
    (gate,) = child_of(second).gates
    assert gate.facts == ((StepField.EXIT_CODE, "couler-exit-code"),)
    (given,) = tasks(second)["show"]["arguments"]["parameters"]
    assert given["value"] == "{{tasks.risky.outputs.parameters.couler-exit-code}}"


@pytest.mark.parametrize(
    ("repository", "place"), [("s3", "key"), ("azure", "blob"), ("hdfs", "path")]
)
def test_an_artifact_crosses_by_a_key_that_is_known_before(
    repository: str, place: str
) -> None:
    workflow = flow(
        "files",
        step("make", sh("true", outputs=(MADE,))),
        step(
            "take",
            sh("true", inputs=(TAKEN,)),
            takes={"file": OutputRef("make", "file")},
        ),
    )
    first, second = children(parted(workflow, "make", "take"), repository=repository)
    (left,) = template(first, "make")["outputs"]["artifacts"]
    home = "{{workflow.parameters.couler-run}}"
    assert left[repository] == {place: home + "/{{inputs.parameters.couler-step}}/file"}
    (told,) = tasks(first)["make"]["arguments"]["parameters"]
    assert told == {"name": "couler-step", "value": "make"}
    (given,) = tasks(second)["take"]["arguments"]["artifacts"]
    assert given == {"name": "file", repository: {place: home + "/make/file"}}
    assert tasks(second)["take"]["dependencies"] == ["make"]
    (gate,) = child_of(second).gates
    assert gate.outputs == ()


def test_steps_that_run_the_same_share_a_template_though_others_take_their_files() -> (
    None
):
    make = sh("true", outputs=(MADE,))
    take = sh("true", inputs=(TAKEN,))
    names = [f"make-{number}" for number in range(5)]
    workflow = Workflow(
        name="files",
        steps=(
            *(step(name, make) for name in names),
            *(
                step(f"take-{name}", take, takes={"file": OutputRef(name, "file")})
                for name in names
            ),
        ),
    )
    first, _ = children(
        parted(workflow, " ".join(names), " ".join(f"take-{one}" for one in names))
    )
    assert len(first["spec"]["templates"]) == 2


def test_what_is_packed_otherwise_and_what_may_be_missing_is_said_beside_the_key() -> (
    None
):
    made = replace(MADE, archive=Archive.NONE)
    taken = replace(TAKEN, optional=True)
    workflow = flow(
        "files",
        step("make", sh("true", outputs=(made,))),
        step(
            "take",
            sh("true", inputs=(taken,)),
            takes={"file": OutputRef("make", "file")},
        ),
    )
    _, second = children(parted(workflow, "make", "take"))
    (given,) = tasks(second)["take"]["arguments"]["artifacts"]
    assert given["archive"] == {"none": {}}
    assert given["optional"] is True


def test_a_value_of_python_crosses_beside_its_parameter() -> None:
    workflow = flow(
        "pickles",
        step("make", python("def make(): return {1}")),
        step(
            "take", python("def take(x): return len(x)"), takes={"x": OutputRef("make")}
        ),
    )
    first, second = children(parted(workflow, "make", "take"))
    (left,) = template(first, "make")["outputs"]["artifacts"]
    (given,) = tasks(second)["take"]["arguments"]["artifacts"]
    assert left["s3"]["key"].endswith("/{{inputs.parameters.couler-step}}/result")
    assert given["s3"] == {"key": "{{workflow.parameters.couler-run}}/make/result"}


def test_what_another_part_reads_as_text_must_be_plain_data() -> None:
    workflow = flow(
        "plain",
        step("make", python("def make(): return {1}")),
        step("show", SHOW, takes={"x": OutputRef("make")}),
    )
    whole = Argo().compile(workflow).documents[0].text
    first, _ = Argo().compile(parted(workflow, "make", "show")).documents
    assert ('"plain": true' in whole) == ('"plain": true' in first.text)
    (one,), (other,) = read_text(whole), read_text(first.text)
    assert (
        template(one.value, "make")["script"] == template(other.value, "make")["script"]
    )


def test_what_items_left_crosses_as_the_list_that_argo_makes() -> None:
    workflow = flow(
        "maps",
        step("each", sh("echo 1", outputs=printed("n")), loop=over(1, 2)),
        step("show", SHOW, takes={"x": OutputRef("each", "n")}),
    )
    first, second = children(parted(workflow, "each", "show"))
    assert tasks(first)["each"]["template"] == "each-item"  # each item leaves its text
    (gate,) = child_of(second).gates
    assert gate.outputs == ("n",)
    (given,) = tasks(second)["show"]["arguments"]["parameters"]
    assert "fromJSON(tasks['each'].outputs.parameters['n'])" in given["value"]


def test_an_output_of_the_whole_is_left_by_the_last_part_that_it_needs() -> None:
    both = text(OutputRef("make", "n"), " ", OutputRef("more", "n"))
    workflow = replace(
        flow(
            "two",
            step("make", sh("echo 3", outputs=printed("n"))),
            step("more", sh("echo 4", outputs=printed("n"))),
        ),
        outputs=(
            WorkflowOutput(name="first", value=OutputRef("make", "n")),
            WorkflowOutput(name="both", value=both),
        ),
    )
    made = children(parted(workflow, "make", "more"))
    names = [
        [one["name"] for one in child["spec"]["templates"][0]["outputs"]["parameters"]]
        for child in made
    ]
    assert names == [["first"], ["both"]]
    assert child_of(made[1]).gates[0].outputs == ("n",)


def with_handlers() -> Workflow:
    told = text(RunRef(RunField.STATUS), " ", RunRef(RunField.DURATION))
    failed = Ended("make", (Outcome.FAILED,))
    return replace(
        two_steps(),
        exit_handlers=(
            ExitHandler(step=step("tell", SHOW, takes={"x": told})),
            ExitHandler(
                step=step("n", SHOW, takes={"x": OutputRef("make", "n")}),
                on=(Outcome.SUCCEEDED,),
            ),
            ExitHandler(step=step("sorry", sh("true"), after=(failed,))),
        ),
    )


def test_exit_handlers_are_a_child_that_is_told_how_the_run_ended() -> None:
    *_, last = children(parted(with_handlers(), "make", "show"))
    child = child_of(last)
    assert (child.part, child.waits_for) == (AT_END, (1, 2))
    assert child.steps == ("tell", "n", "sorry")
    assert last["metadata"]["generateName"] == "two-end-"
    assert child.asked == (
        Asked(parameter="couler-status", what=What.STATUS),
        Asked(parameter="couler-failures", what=What.FAILURES),
        Asked(parameter="couler-duration", what=What.DURATION),
        Asked(parameter="make-n", what=What.OUTPUT, step="make", name="n"),
    )
    named = [one["name"] for one in last["spec"]["arguments"]["parameters"]]
    assert named == [one.parameter for one in child.asked]
    made = tasks(last)
    assert made["n"]["when"] == "{{workflow.parameters.couler-status}} == Succeeded"
    assert "workflow.parameters['couler-failures']" in made["sorry"]["when"]
    assert "workflow.status" not in str(last)
    assert "onExit" not in last["spec"]


def test_every_child_has_the_parameters_of_the_run() -> None:
    workflow = flow(
        "given",
        step("a", SHOW, takes={"x": ParameterRef("size")}),
        step("b", SHOW, takes={"x": RunRef(RunField.RUN)}, after=("a",)),
        parameters=inputs("size"),
    )
    first, second = children(parted(workflow, "a", "b"))
    assert [one["name"] for one in first["spec"]["arguments"]["parameters"]] == ["size"]
    asked = child_of(second).asked
    assert asked == (Asked(parameter="couler-run", what=What.RUN),)
    (given,) = tasks(second)["b"]["arguments"]["parameters"]
    assert given["value"] == "{{workflow.parameters.couler-run}}"


def test_a_parameter_of_the_same_name_is_left_alone() -> None:
    workflow = flow(
        "given",
        step("a", SHOW, takes={"x": ParameterRef("couler-run")}),
        step("b", SHOW, takes={"x": RunRef(RunField.RUN)}, after=("a",)),
        parameters=inputs("couler-run"),
    )
    _, second = children(parted(workflow, "a", "b"))
    (asked,) = child_of(second).asked
    assert asked.parameter == "couler-run-0"


def test_the_bound_on_pods_is_a_semaphore_that_all_children_share() -> None:
    workflow = replace(two_steps(), parallelism=3)
    made = children(parted(workflow, "make", "show"))
    for child, name in zip(made, ("make", "show"), strict=True):
        (lock,) = template(child, name)["synchronization"]["semaphores"]
        assert lock == {
            "configMapKeyRef": {
                "name": "{{workflow.parameters.couler-run}}-limit",
                "key": "pods",
            }
        }
        assert overview_of(child).parallelism == 3
    assert "synchronization" not in template(made[1], "make")  # a gate takes no room


def test_what_holds_for_the_run_is_told_to_whoever_runs_the_children() -> None:
    workflow = replace(
        two_steps(), fail_fast=True, timeout=90.0, ttl=TimeToLive(after_end=60)
    )
    for child in children(parted(workflow, "make", "show")):
        overview = overview_of(child)
        assert (overview.fail_fast, overview.timeout) == (True, 90)
        assert overview.ttl == {"secondsAfterCompletion": 60}
        assert "ttlStrategy" not in child["spec"]
        assert "failFast" not in child["spec"]["templates"][0]["dag"]


def digests(workflow: Workflow) -> list[str]:
    return [child_of(one).digest for one in children(workflow)]


def test_an_edit_changes_the_digest_of_its_part_alone() -> None:
    steps = [
        step(f"s{at}", sh("true"), after=(f"s{at - 1}",) * (at > 0)) for at in range(4)
    ]
    whole = flow("row", *steps)
    before = digests(parted(whole, "s0", "s1", "s2 s3"))
    other = replace(steps[1], template=sh("false"))
    edited = replace(whole, steps=(steps[0], other, *steps[2:]))
    after = digests(parted(edited, "s0", "s1", "s2 s3"))
    assert [one == two for one, two in zip(before, after, strict=True)] == [
        True,
        False,
        True,
    ]


def test_a_digest_tells_nothing_of_the_number_of_its_part() -> None:
    steps = [
        step(f"s{at}", sh("true"), after=(f"s{at - 1}",) * (at > 0)) for at in range(3)
    ]
    long, short = flow("row", *steps), flow("row", *steps)
    assert (
        digests(parted(long, "s0", "s1", "s2"))[-1]
        == digests(parted(short, "s0 s1", "s2"))[-1]
    )


def test_the_same_workflow_is_the_same_bytes_and_others_are_not() -> None:
    workflow = with_handlers()
    made = {
        Argo().compile(one).documents
        for one in (
            parted(workflow, "make", "show"),
            parted(workflow, "make", "show", live=2),
            parted(workflow, "make", "show", mode=PartMode.BARRIER),
            parted(workflow, "make show"),
            parted(workflow, "show make"),
            replace(workflow, parts=None),
        )
    }
    assert len(made) == 6
    assert Argo().compile(parted(workflow, "make", "show")).documents in made


def test_a_file_with_a_place_known_only_in_the_run_is_refused() -> None:
    made = replace(MADE, storage=S3(bucket="b", key=InputRef("x")))
    workflow = flow(
        "files",
        step("a", sh("true", takes=("x",), outputs=(made,)), takes={"x": "k"}),
        step(
            "take", sh("true", inputs=(TAKEN,)), takes={"file": OutputRef("a", "file")}
        ),
    )
    (problem,) = Argo().problems(parted(workflow, "a", "take"))
    assert "its place is known only when the step runs" in problem.what


def test_a_file_with_a_place_of_its_own_is_taken_from_there() -> None:
    made = replace(MADE, storage=S3(bucket="b", key="k"))
    workflow = flow(
        "files",
        step("a", sh("true", outputs=(made,))),
        step(
            "take", sh("true", inputs=(TAKEN,)), takes={"file": OutputRef("a", "file")}
        ),
    )
    _, second = children(parted(workflow, "a", "take"))
    (given,) = tasks(second)["take"]["arguments"]["artifacts"]
    assert given == {"name": "file", "s3": {"bucket": "b", "key": "k"}}


def test_a_file_chosen_among_steps_of_several_parts_is_refused() -> None:
    made = sh("true", outputs=(MADE,))
    chosen = FirstOf((OutputRef("a", "file"), OutputRef("b", "file")))
    workflow = flow(
        "files",
        step("a", made),
        step("b", made),
        step("take", sh("true", inputs=(TAKEN,)), takes={"file": chosen}),
    )
    said = "\n".join(map(str, Argo().problems(parted(workflow, "a", "b take"))))
    assert "step 'a': artifact 'file' goes to another part" in said
    assert Argo().problems(workflow) == ()


def test_a_file_that_is_deleted_with_its_part_is_refused() -> None:
    made = replace(MADE, delete_after="run")
    workflow = flow(
        "files",
        step("a", sh("true", outputs=(made,))),
        step(
            "take", sh("true", inputs=(TAKEN,)), takes={"file": OutputRef("a", "file")}
        ),
    )
    (problem,) = Argo().problems(parted(workflow, "a", "take"))
    assert "it is deleted when the part that makes it has ended" in problem.what


def test_how_items_ended_is_known_in_their_part_alone() -> None:
    any_good = Ended("each", (Outcome.ANY_SUCCEEDED,))
    workflow = flow(
        "maps",
        step("each", sh("true"), loop=over(1, 2)),
        step("go", sh("true"), after=(any_good,)),
    )
    (problem,) = Argo().problems(parted(workflow, "each", "go"))
    assert problem.where == "step 'go'"
    assert "a gate tells only how the whole step did" in problem.what


def test_a_daemon_and_those_who_need_it_are_in_one_part() -> None:
    workflow = flow(
        "serves",
        replace(step("server", sh("true")), daemon=True),
        step("ask", sh("true"), after=("server",)),
    )
    (problem,) = Argo().problems(parted(workflow, "server", "ask"))
    assert "it needs daemon 'server' of part 1" in problem.what


def test_a_part_that_is_too_big_is_named() -> None:
    names = " ".join(f"s-{number}" for number in range(900))
    many = [step(one, container("echo", one * 400)) for one in names.split()]
    workflow = flow("big", step("small", sh("true")), *many)
    parts = parted(workflow, "small", names)
    found = [one.where for one in Argo().problems(parts)]
    assert found
    assert all(where.startswith("part 2 of workflow 'big'") for where in found)


def test_names_that_are_too_long_together_are_told() -> None:
    names = [f"a-{'very-' * 36}long-name-{number}" for number in range(1_400)]
    steps = [step(name, sh("true")) for name in names]
    workflow = flow("wide", *steps, step("last", sh("true"), after=names))
    _, problem = Argo().problems(parted(workflow, " ".join(names), "last"))
    assert problem.where == "part 2 of workflow 'wide'"
    assert "more than Kubernetes takes (262,144)" in problem.what


@pytest.mark.parametrize("version", ["3.6", "4.0"])
def test_older_versions_have_all_words_for_parts(version: str) -> None:
    workflow = parted(replace(with_handlers(), parallelism=3), "make", "show")
    assert Argo(version=version).problems(workflow) == ()


def test_step_names_of_any_kind_are_gates() -> None:
    workflow = Workflow(
        name="odd",
        steps=(
            Step(name="a.b", template=sh("echo 1", outputs=printed("o.k"))),
            Step(
                name="show.it",
                template=SHOW,
                arguments=(Argument("x", OutputRef("a.b", "o.k")),),
                after=("a.b",),
            ),
        ),
    )
    parts = Parts(members=(("a.b",), ("show.it",)))
    _, second = children(replace(workflow, parts=parts))
    (gate,) = child_of(second).gates
    assert gate.steps == ("a.b",)
    assert gate.task in tasks(second)
