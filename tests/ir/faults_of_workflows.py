"""What can be wrong with a workflow beside its steps, and what is said of it."""

from __future__ import annotations

from couler_jupyter.ir import (
    Constant,
    DictOf,
    EmptyDir,
    ExitHandler,
    FirstOf,
    Format,
    HostPath,
    InputArtifact,
    ItemRef,
    LocalPath,
    Mount,
    NewClaim,
    OutputRef,
    ParameterRef,
    Parts,
    Pod,
    RunField,
    RunRef,
    SecretFiles,
    Sidecar,
    StepField,
    StepRef,
    TimeToLive,
    Volume,
    WorkflowOutput,
)
from couler_jupyter.testing.parts import equal, flow, inputs, sh, step
from tests.ir.bad import (
    OK,
    ONE,
    Bad,
    bad_output,
    bad_schedule,
    doubling,
    matryoshka,
    nested,
    whole,
)


def cut(*members: tuple[str, ...], live: int = 1) -> Bad:
    """A chain of three steps with an exit handler, cut into these parts."""
    return lambda: flow(
        "chain",
        step("a", OK),
        step("b", OK, after=["a"]),
        step("c", OK, after=["b"]),
        exit_handlers=(ExitHandler(step=step("bye", OK)),),
        parts=Parts(members=members, live=live),
    )


WHOLE: dict[str, Bad] = {
    "workflow 'a/b': its name may only have letters": lambda: flow("a/b", ONE),
    "workflow '': its name is empty": lambda: flow("", ONE),
    "its name is 254 characters long; 253 at the most": lambda: flow("x" * 254, ONE),
    "it has no steps": lambda: flow("w"),
    "2 inputs are named 'a'": whole(parameters=inputs("a", "a")),
    "2 inputs are named 'b'": whole(
        parameters=inputs("b"), artifacts=(InputArtifact(name="b"),)
    ),
    "3 volumes are named 'v'": whole(
        volumes=(Volume(name="v", source=EmptyDir()),) * 3
    ),
    "2 outputs are named 'o'": whole(
        outputs=(WorkflowOutput(name="o", value=OutputRef("one")),) * 2
    ),
    "2 labels are named 'l'": whole(labels=(("l", "1"), ("l", "2"))),
    "2 annotations are named 'n'": whole(annotations=(("n", "1"), ("n", "1"))),
    "its parallelism is 0; it must be more than 0": whole(parallelism=0),
    "its timeout is -1; it must be more than 0": whole(timeout=-1),
    "its timeout is inf; it must be more than 0": whole(timeout=float("inf")),
    "its timeout is nan; it must be more than 0": whole(timeout=float("nan")),
    "its time to live is -5 seconds": whole(ttl=TimeToLive(after_failure=-5)),
    "the name of volume '/' may only": whole(
        volumes=(Volume(name="/", source=EmptyDir()),)
    ),
    "volume 'v' has 0 bytes": whole(
        volumes=(Volume(name="v", source=EmptyDir(size=0)),)
    ),
    "volume 'v' has -1 bytes": whole(
        volumes=(Volume(name="v", source=NewClaim(size=-1)),)
    ),
    "volume 'v' is at 'data'; the path must start with /": whole(
        volumes=(Volume(name="v", source=HostPath("data")),)
    ),
    "2 items are named 'k'": whole(
        volumes=(
            Volume(
                name="v", source=SecretFiles(secret="s", items=(("k", "a"), ("k", "b")))
            ),
        )
    ),
    "2 node labels are named 'd'": whole(
        pod=Pod(node_selector=(("d", "1"), ("d", "2")))
    ),
    "sidecar 'beside': it has no image": whole(
        pod=Pod(sidecars=(Sidecar(name="beside", image=" "),))
    ),
    "sidecar 'm': it mounts volume 'v', which the workflow has not; there is none": whole(
        pod=Pod(
            init=(Sidecar(name="m", image="i", mounts=(Mount(volume="v", path="/"),)),)
        )
    ),
    "the workflow has no input 'nope'; there is a": whole(
        artifacts=(InputArtifact(name="a", default=LocalPath(ParameterRef("nope"))),)
    ),
    "output 'o': 2 keys are named 'k'": whole(
        outputs=(
            WorkflowOutput(
                name="o",
                value=DictOf((("k", Constant.of(1)), ("k", Constant.of(2)))),
            ),
        )
    ),
    "its steps wait for each other: a -> b -> a": lambda: flow(
        "w", step("a", OK, after=["b"]), step("b", OK, after=["a"])
    ),
    "-> (38 more) ->": lambda: flow(
        "w", *(step(f"s{n}", OK, after=[f"s{(n + 1) % 50}"]) for n in range(50))
    ),
    "it waits for 'bye', an exit handler, which runs after all steps": lambda: flow(
        "w",
        step("a", OK, after=["bye"]),
        step("b", OK, after=["a"]),
        exit_handlers=(ExitHandler(step=step("bye", OK)),),
    ),
    "its sub-workflows make it 17 levels deep; 16 at the most": lambda: matryoshka(17),
    "it has 1647930 steps with those of its sub-workflows; 1000000 at the most": (
        lambda: doubling(4)
    ),
    "output 'o': it holds a value or condition of more than 50 levels": bad_output(
        nested(51)
    ),
}

OUTPUTS: dict[str, Bad] = {
    "the name of output '-' may only": whole(
        outputs=(WorkflowOutput(name="-", value=OutputRef("one")),)
    ),
    "output 'o': the workflow has no input 'p'; there is none": bad_output(
        ParameterRef("p")
    ),
    "output 'o': it waits for step 'on', which is not there; did you mean 'one'?": (
        bad_output(OutputRef("on"))
    ),
    "output 'o': step 'one' has no output 'r'; there is result": bad_output(
        OutputRef("one", "r")
    ),
    "output 'o': it waits for step 'no', which": bad_output(
        StepRef("no", StepField.PHASE)
    ),
    "output 'o': step 'one' is no daemon; it has no address": bad_output(
        StepRef("one", StepField.ADDRESS)
    ),
    "output 'o': the run's status is known only to exit handlers": bad_output(
        RunRef(RunField.STATUS)
    ),
    "output 'o': it is of a kind that only a step or a template knows": bad_output(
        Format(("x", ItemRef()))
    ),
    "output 'o': a first_of has nothing to choose from": bad_output(FirstOf(())),
    "output 'o': it takes output 'result' of step 'maybe', which may be skipped": (
        lambda: flow(
            "w",
            step("maybe", sh("echo 1"), when=equal(1, 1)),
            outputs=(WorkflowOutput(name="o", value=OutputRef("maybe")),),
        )
    ),
}

SCHEDULES: dict[str, Bad] = {
    "its schedule has no cron line": bad_schedule(),
    "cron '* * *' must have five fields: minute, hour, day of month": bad_schedule(
        "* * *"
    ),
    "cron '* * * * !' must have five fields": bad_schedule("* * * * !"),
    "cron '@often' is no known word; write @daily or five fields": bad_schedule(
        "@often"
    ),
    "cron '0 24 * * *' has '24' as hour; it is 0 to 23": bad_schedule("0 24 * * *"),
    "cron '0 1-99 * * *' has '1-99' as hour": bad_schedule("0 1-99 * * *"),
    "time zone 'Berlin' is unknown; write one as Europe/Berlin": bad_schedule(
        "@daily", timezone="Berlin"
    ),
    "time zone '../etc' is unknown": bad_schedule("@daily", timezone="../etc"),
    "its schedule's deadline is -1; it must be 0 or more": bad_schedule(
        "@daily", deadline=-1
    ),
}

CUTS: dict[str, Bad] = {
    "its parts are none; it must be one or more": cut(),
    "0 live parts; it must be 1 or more": cut(("a", "b", "c"), live=0),
    "part 2 has no steps": cut(("a", "b", "c"), ()),
    "part 2 has 'd', which is no step; there is a, b, c": cut(("a", "b"), ("c", "d")),
    "part 2 has 'bye', an exit handler; they are in no part": (
        cut(("a", "b"), ("c", "bye"))
    ),
    "step 'b' is in 2 parts; it must be in one": cut(("a", "b"), ("b", "c")),
    "step 'c' is in no part; it must be in one": cut(("a", "b")),
    "step 'b' of part 1 waits for 'a' of part 2; it must be of the same or": (
        cut(("b", "c"), ("a",))
    ),
    "parts: 94 more like the last": lambda: flow(
        "many",
        *(step(f"s{n}", OK) for n in range(100)),
        parts=Parts(members=(("s0",),)),
    ),
}
