"""What can be wrong with a step among the others, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Argument,
    AttemptField,
    AttemptRef,
    Backoff,
    Cache,
    Constant,
    Dataset,
    DictOf,
    Ended,
    ExitHandler,
    FirstOf,
    Format,
    Git,
    Http,
    InputParameter,
    InputRef,
    ItemRef,
    ListOf,
    LocalPath,
    Managed,
    Map,
    Not,
    Origin,
    Outcome,
    OutputRef,
    Over,
    ParameterRef,
    PathRef,
    Range,
    Repeat,
    Retry,
    RunField,
    RunRef,
    Step,
    StepField,
    StepRef,
    SubWorkflow,
    TurnRef,
    ValueType,
)
from couler_jupyter.testing.parts import echo, equal, flow, inputs, over, sh, step
from tests.ir.bad import (
    NUMBER,
    OK,
    ONE,
    TAKES_FILE,
    TYPED,
    WRITE,
    Bad,
    at_end,
    bad_step,
    leaving_a_file,
    made,
    negated,
    nested,
    whole,
)

NAMES_AND_NUMBERS: dict[str, Bad] = {
    "step 'a b': its name may only have letters": lambda: flow("w", step("a b", OK)),
    "step 'one': another step has this name; give one of them a step_name": (
        lambda: flow("w", ONE, ONE, step("one", OK))
    ),
    "step 'one': another step has this name (cell [1], line 3)": lambda: flow(
        "w", replace(ONE, origin=Origin("cell [1]", 3)), step("one", OK)
    ),
    "step 'bad' (cell [2], line 9): its timeout is 0; it must be more than 0": bad_step(
        timeout=0, origin=Origin("cell [2]", 9)
    ),
    "step 'bad': its cache's max_age is -1": bad_step(cache=Cache(max_age=-1)),
    "step 'bad': its retry limit is -1; it must be 0 or more": bad_step(
        retry=Retry(limit=-1)
    ),
    "step 'bad': its back-off has a number that is not 0 or more": bad_step(
        retry=Retry(limit=1, backoff=Backoff(seconds=1, factor=-2))
    ),
    "its back-off has a number": bad_step(
        retry=Retry(limit=1, backoff=Backoff(seconds=1, longest=float("nan")))
    ),
    "a daemon cannot be mapped or repeated": bad_step(daemon=True, loop=over(1)),
    "step 'bad': it holds a value or condition of more than 50 levels": bad_step(
        echo(), takes={"x": nested(51)}
    ),
    "step 'deep': it holds a value or condition of more than 50 levels": lambda: flow(
        "w", step("deep", OK, when=negated(51))
    ),
    "step 'rare': it holds a value or condition": lambda: flow(
        "w", step("rare", OK, retry=Retry(limit=1, when=equal(nested(51), 1)))
    ),
}

ARGUMENTS: dict[str, Bad] = {
    "argument 'x' is given twice": lambda: flow(
        "w",
        Step(
            name="bad",
            template=echo(),
            arguments=(Argument("x", Constant.of(1)), Argument("x", Constant.of(2))),
        ),
    ),
    "it has no input 'y'; there is x": bad_step(echo(), takes={"x": 1, "y": 1}),
    "it has no input 'xx'; did you mean 'x'?": bad_step(
        echo(), takes={"x": 1, "xx": 1}
    ),
    "input 'x' is not given and has no default": bad_step(echo()),
    "input 'file' is not given and has no default": bad_step(TAKES_FILE),
    "input 'x' is a parameter; it is given an artifact": bad_step(
        echo(), takes={"x": LocalPath("/a")}
    ),
    "step 'takes': input 'x' is a parameter; it is given an artifact": lambda: flow(
        "w", WRITE, step("takes", echo(), takes={"x": OutputRef("write", "file")})
    ),
    "step 'deep': input 'x' is a parameter; it is given an artifact": lambda: flow(
        "w",
        step("sub", SubWorkflow(workflow=leaving_a_file())),
        step("deep", echo(), takes={"x": OutputRef("sub", "file")}),
    ),
    "input 'file' is an artifact; it is given 5": bad_step(
        TAKES_FILE, takes={"file": 5}
    ),
    "input 'file' is an artifact; output 'result' of step 'one' is a parameter": bad_step(
        TAKES_FILE, takes={"file": OutputRef("one")}
    ),
    "input 'file' is an artifact; 'p' is a parameter": lambda: flow(
        "w",
        step("bad", TAKES_FILE, takes={"file": ParameterRef("p")}),
        parameters=inputs("p"),
    ),
    "what input 'file' is given: it says not where it lies": bad_step(
        TAKES_FILE, takes={"file": Managed()}
    ),
    "what input 'file' is given: 2 headers are named 'A'": bad_step(
        TAKES_FILE, takes={"file": Http(url="u", headers=(("A", "1"), ("A", "2")))}
    ),
    "what input 'file' is given: its max_age is -1 s; it must be 0 or more": bad_step(
        TAKES_FILE, takes={"file": Dataset(source=Http(url="u"), max_age=-1)}
    ),
    "version 'sha256:0' is no SHA-256; it has 64 hexadecimal digits": bad_step(
        TAKES_FILE, takes={"file": Dataset(source=Http(url="u"), version="sha256:0")}
    ),
    "the version of a Git repository is its revision; write it there": bad_step(
        TAKES_FILE, takes={"file": Dataset(source=Git(repository="r"), version="v1")}
    ),
    "input 'file' is given: 2 headers are named 'B'": bad_step(
        TAKES_FILE,
        takes={"file": Dataset(source=Http(url="u", headers=(("B", "1"), ("B", "2"))))},
    ),
    "input 'n' is an integer; it is given true": bad_step(TYPED, takes={"n": True}),
    "input 'n' is 4; it must be one of 1, 2": bad_step(TYPED, takes={"n": 4}),
    "input 'n' is an integer; it is given a list": bad_step(
        TYPED, takes={"n": ListOf((Constant.of(1),))}
    ),
    "input 'n' is an integer; it is given an object": bad_step(
        TYPED, takes={"n": DictOf((("a", Constant.of(1)),))}
    ),
    "step 'many': input 'n' is an integer; it is given a list": lambda: flow(
        "w",
        step("each", sh("echo 1", outputs=NUMBER), loop=over(1)),
        step("many", TYPED, takes={"n": OutputRef("each")}),
    ),
    "step 'yes': input 'n' is an integer; it is given a boolean": lambda: flow(
        "w",
        step("yes", TYPED, takes={"n": ParameterRef("b")}),
        parameters=(InputParameter(name="b", type=ValueType.BOOLEAN),),
    ),
}

ORDER: dict[str, Bad] = {
    "it waits for itself": bad_step(after=["bad"]),
    "it waits for step 'ones', which is not there; did you mean 'one'?": bad_step(
        after=["ones"]
    ),
    "it waits for step 'two', which is not there; there is bad, one": bad_step(
        after=[Not(Ended("two", (Outcome.FAILED,)))]
    ),
    "`after` asks how steps ended; compare values in `when`": bad_step(
        after=[equal(1, 1)]
    ),
    "`when` compares values; ask how steps ended in `after`": bad_step(
        when=Ended("one", (Outcome.FAILED,))
    ),
    "it waits for step 'one' to end in no way at all": bad_step(
        after=[Ended("one", ())]
    ),
    "it asks about the items of step 'one', which is not mapped": bad_step(
        after=[Ended("one", (Outcome.ALL_FAILED,))]
    ),
    "it waits for step 'one' to be ready, which is no daemon": bad_step(
        after=[Ended("one", (Outcome.READY,))]
    ),
    "a condition has no terms": bad_step(when=Not(AllOf(()))),
    "step 'empty': a condition has no terms": lambda: flow(
        "w",
        ONE,
        step("empty", OK, after=[AnyOf((AnyOf(()), Ended("one", (Outcome.FAILED,))))]),
    ),
}

REFERENCES: dict[str, Bad] = {
    "the workflow has no input 'p'; there is none": bad_step(
        echo(), takes={"x": Format(("a", ParameterRef("p")))}
    ),
    "it uses the item of a map but is not mapped": bad_step(
        echo(), takes={"x": ItemRef()}
    ),
    "it uses the turn of a repeat but is not repeated": bad_step(
        echo(), takes={"x": TurnRef()}
    ),
    "input 'x' of a template is known only inside the template": bad_step(
        echo(), takes={"x": InputRef("x")}
    ),
    "input 'f' of a template is known only inside the template": bad_step(
        echo(), takes={"x": PathRef("f")}
    ),
    "attempts are known only to templates and to retry conditions": bad_step(
        echo(), takes={"x": AttemptRef(AttemptField.NUMBER)}
    ),
    "the run's failures is known only to exit handlers": bad_step(
        echo(), takes={"x": ListOf((RunRef(RunField.FAILURES),))}
    ),
    "it waits for step 'oen', which is not there; did you mean 'one'?": bad_step(
        echo(), takes={"x": StepRef("oen", StepField.ID)}
    ),
    "step 'one' is no daemon; it has no address": bad_step(
        echo(), takes={"x": StepRef("one", StepField.ADDRESS)}
    ),
    "it waits for step 'kee', which is not there": bad_step(
        cache=Cache(key=Format(("v1-", OutputRef("kee"))))
    ),
    "it waits for step 'pau', which is not there": bad_step(
        repeat=Repeat(condition=equal(1, 2), limit=2, pause=OutputRef("pau"))
    ),
    "it waits for step 'ove', which is not there": bad_step(
        loop=Map(over=Over(OutputRef("ove")))
    ),
    "it waits for step 'sta', which is not there": bad_step(
        loop=Map(over=Range(start=OutputRef("sta"), end=Constant.of(2)))
    ),
    "it waits for step 'end', which is not there": bad_step(
        loop=Map(over=Range(end=OutputRef("end")))
    ),
    "it waits for step 'whe', which is not there": bad_step(
        when=Not(equal(1, OutputRef("whe")))
    ),
    "it waits for step 'lie', which is not there": bad_step(
        TAKES_FILE, takes={"file": LocalPath(Format(("/", OutputRef("lie"))))}
    ),
    "it takes a fact about itself": bad_step(
        echo(), takes={"x": StepRef("bad", StepField.PHASE)}
    ),
    "it takes its own output 'result'": bad_step(echo(), takes={"x": OutputRef("bad")}),
    "its repeat asks for its output 'nope', which it has not": bad_step(
        repeat=Repeat(condition=equal(OutputRef("bad", "nope"), 1), limit=2)
    ),
    "it waits for step 'gone', which is not there": bad_step(
        echo(), takes={"x": FirstOf((OutputRef("gone"), Constant.of(1)))}
    ),
    "step 'one' has no output 'results'; did you mean 'result'?": bad_step(
        echo(), takes={"x": Format((FirstOf((OutputRef("one", "results"),)),))}
    ),
    "step 'serve' is a daemon; it has no outputs while it runs": lambda: flow(
        "w",
        step("serve", sh("echo 1"), daemon=True),
        step("a", echo(), takes={"x": OutputRef("serve")}),
    ),
    "it takes output 'result' of step 'maybe', which may be skipped": lambda: flow(
        "w",
        step("maybe", sh("echo 1"), when=equal(1, 1)),
        step("use", echo(), takes={"x": DictOf((("a", OutputRef("maybe")),))}),
    ),
    "it takes output 'result' of step 'one' and may also run when that did not succeed": (
        bad_step(
            echo(),
            takes={"x": OutputRef("one")},
            after=[Ended("one", (Outcome.SUCCEEDED, Outcome.FAILED))],
        )
    ),
    "step 'either': it takes output 'result' of step 'one' and may also run": lambda: (
        flow(
            "w",
            ONE,
            step("two", OK),
            step(
                "either",
                echo(),
                takes={"x": OutputRef("one")},
                after=[
                    AnyOf(
                        (
                            Ended("one", (Outcome.SUCCEEDED,)),
                            Ended("two", (Outcome.SUCCEEDED,)),
                        )
                    )
                ],
            ),
        )
    ),
    "step 'unless': it takes output 'result' of step 'one' and may also run": lambda: (
        flow(
            "w",
            ONE,
            step(
                "unless",
                echo(),
                takes={"x": OutputRef("one")},
                after=[Not(Ended("one", (Outcome.SUCCEEDED,)))],
            ),
        )
    ),
}

RETRIES: dict[str, Bad] = {
    "a retry condition asks about the attempt, not how steps ended": bad_step(
        retry=Retry(limit=1, when=Ended("one", (Outcome.FAILED,)))
    ),
    "a retry condition knows only the attempt and the run": bad_step(
        retry=Retry(limit=1, when=equal(OutputRef("one"), 1))
    ),
    "a retry condition knows only": bad_step(
        retry=Retry(limit=1, when=equal(RunRef(RunField.STATUS), 1))
    ),
    "step 'bad': the workflow has no input 'again'": bad_step(
        retry=Retry(limit=1, when=equal(ParameterRef("again"), 1))
    ),
}

LOOPS: dict[str, Bad] = {
    "it is both mapped and repeated; put one of them in a sub-workflow": bad_step(
        loop=over(1), repeat=Repeat(condition=equal(1, 1), limit=1)
    ),
    "its repeat may run 0 times; the bound must be 1 or more": bad_step(
        repeat=Repeat(condition=equal(1, 1), limit=0)
    ),
    "a repeat compares values; ask how steps ended in `after`": bad_step(
        repeat=Repeat(condition=Ended("one", (Outcome.FAILED,)), limit=2)
    ),
    "its pause is 'soon'; write seconds, 0 or more": bad_step(
        repeat=Repeat(condition=equal(1, 1), limit=2, pause="soon")
    ),
    "its pause is -1; write seconds, 0 or more": bad_step(
        repeat=Repeat(condition=equal(1, 1), limit=2, pause=Constant.of(-1))
    ),
    "its map runs 0 at once; it must be 1 or more": bad_step(
        loop=over(1, parallelism=0)
    ),
    "its range has step 0": bad_step(loop=Map(over=Range(end=Constant.of(3), step=0))),
    "its range has format '%s'; write one number, as %02d": bad_step(
        loop=Map(over=Range(end=Constant.of(3), format="%s"))
    ),
    "its range has format '%d%d'": bad_step(
        loop=Map(over=Range(end=Constant.of(3), format="%d%d"))
    ),
    "its range has format '%99999d'": bad_step(
        loop=Map(over=Range(end=Constant.of(3), format="%99999d"))
    ),
    "its range has the bound 2.5, which is no whole number": bad_step(
        loop=Map(over=Range(end=Constant.of(2.5)))
    ),
    'its range has the bound "x", which is no whole number': bad_step(
        loop=Map(over=Range(start=Constant.of("x"), end=Constant.of(2)))
    ),
    "its range has a bound that is a list, no whole number": bad_step(
        loop=Map(over=Range(end=ListOf((Constant.of(1),))))
    ),
    "it maps over 5, which is no list": bad_step(loop=Map(over=Over(Constant.of(5)))),
    "it maps over 'result', which is an integer, no list": lambda: flow(
        "w",
        made(NUMBER),
        step("each", OK, loop=Map(over=Over(OutputRef("one")))),
    ),
    "it maps over that, which is an object, no list": bad_step(
        loop=Map(over=Over(DictOf(())))
    ),
    "it maps over its own items": bad_step(loop=Map(over=Over(ItemRef()))),
}

AT_END: dict[str, Bad] = {
    "step 'bye': it waits for step 'onn', which is not there; did you mean 'one'?": at_end(
        echo(), takes={"x": OutputRef("onn")}
    ),
    "step 'bye': step 'one' has no output 'nope'": at_end(
        echo(), takes={"x": OutputRef("one", "nope")}
    ),
    "step 'one': another step has this name; give": lambda: flow(
        "w", ONE, exit_handlers=(ExitHandler(step=step("one", OK)),)
    ),
    "an exit handler cannot be for runs that are skipped": whole(
        exit_handlers=(ExitHandler(step=step("bye", OK), on=(Outcome.SKIPPED,)),)
    ),
    "step 'bye': input 'x' is not given and has no default": at_end(echo()),
}
