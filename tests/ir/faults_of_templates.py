"""What can be wrong with a template, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

from couler_jupyter.ir import (
    AttemptField,
    AttemptRef,
    Constant,
    Container,
    Dataset,
    EmptyDir,
    EnvVar,
    FirstOf,
    Foreign,
    FromFile,
    FromPerson,
    FromReturn,
    FromStdout,
    Function,
    Git,
    Inline,
    InputArtifact,
    InputParameter,
    InputRef,
    ItemRef,
    Job,
    LocalPath,
    Managed,
    Mount,
    OutputParameter,
    OutputRef,
    ParameterRef,
    PathRef,
    Pod,
    Resources,
    RunField,
    RunRef,
    Script,
    Sidecar,
    Suspend,
    ValueType,
    Volume,
)
from couler_jupyter.testing.parts import flow, inputs, over, python, sh, step
from tests.ir.bad import (
    FILE,
    Bad,
    bad_box,
    bad_input,
    bad_outputs,
    bad_sidecar,
    bad_template,
    nested,
)

KINDS: dict[str, Bad] = {
    "it has no image": bad_template(Container(image=" ")),
    "its script has no interpreter": bad_template(Script(source="x", interpreter=())),
    "'a b' is no name of a Python function": bad_template(
        Function(source="x = 1", entrypoint="a b")
    ),
    "its Python source cannot be read: invalid syntax": bad_template(
        Function(source="def f(:", entrypoint="f")
    ),
    "its Python source cannot be read: source code string cannot contain null": (
        bad_template(Function(source="\0", entrypoint="f"))
    ),
    "its Python source has no function 'g'": bad_template(
        Function(source="def f(): pass\nclass C:\n    def g(): pass\n", entrypoint="g")
    ),
    "its Python source has no function 'print'": bad_template(
        Function(source="print()", entrypoint="print")
    ),
    "its job has no manifest": bad_template(Job(manifest="")),
    "its wait is 'long'; write seconds, 0 or more": bad_template(
        Suspend(seconds="long")
    ),
    "its wait is '-1'; write seconds": bad_template(Suspend(seconds="-1")),
    "the name of its engine 'a/b' may only have letters": bad_template(
        Foreign(engine="a/b", kind="http", body=Constant.of({}))
    ),
    "it says not what argo calls it; write its kind": bad_template(
        Foreign(engine="argo", kind=" ", body=Constant.of({}))
    ),
    "its body is [1]; it must be an object": bad_template(
        Foreign(engine="argo", kind="http", body=Constant.of([1]))
    ),
}

PORTS: dict[str, Bad] = {
    "2 inputs are named 'a'": bad_template(sh("true", inputs=inputs("a", "a"))),
    "3 outputs are named 'result'": bad_template(
        sh("true", outputs=(OutputParameter(name="result", source=FromStdout()),) * 3)
    ),
    "the name of input '<b>' may only": bad_template(sh("true", inputs=inputs("<b>"))),
    "the name of output '' is empty": bad_template(
        sh("true", outputs=(replace(FILE, name=""),))
    ),
    "input 'n' is an integer; its default is 1.5": bad_input(
        InputParameter(name="n", type=ValueType.INTEGER, default=Constant.of(1.5))
    ),
    "input 'n' is an integer; \"x\" is no choice": bad_input(
        InputParameter(name="n", type=ValueType.INTEGER, choices=(Constant.of("x"),))
    ),
    "the default of input 'n' is 3, none of 1, 2": bad_input(
        InputParameter(
            name="n",
            default=Constant.of(3),
            choices=(Constant.of(1), Constant.of(2)),
        )
    ),
    "the path of 'f' leaves its folder: '../f'": bad_input(
        InputArtifact(name="f", path="../f", optional=True)
    ),
    "input 'f' has mode 4096; it is 0 to 0o7777": bad_input(
        InputArtifact(name="f", mode=0o10000, optional=True)
    ),
    "the default of input 'f': it says not where it lies; a managed artifact": bad_input(
        InputArtifact(name="f", default=Managed())
    ),
    "output 'file' is an artifact without a path": bad_outputs(replace(FILE, path="")),
    "output 'file': a suspend leaves no artifacts": bad_template(
        Suspend(outputs=(FILE,))
    ),
    "the path of 'file' leaves its folder: 'a/../b'": bad_outputs(
        replace(FILE, path="a/../b")
    ),
    "output 'file' has mode -1": bad_outputs(replace(FILE, mode=-1)),
    "output 'file' is deleted after 'never'; write run or workflow": bad_outputs(
        replace(FILE, delete_after="never")
    ),
    "output 'file': an output cannot be kept in Git; that is for inputs": bad_outputs(
        replace(FILE, storage=Git(repository="r"))
    ),
    "output 'file': an output cannot be kept inline; that is for inputs": bad_outputs(
        replace(FILE, storage=Inline("x"))
    ),
    "output 'file': an output cannot be kept in a dataset; that is": bad_outputs(
        replace(FILE, storage=Dataset(source=Git(repository="r")))
    ),
    "output 'r': a script has no return to take it from": bad_outputs(
        OutputParameter(name="r", source=FromReturn())
    ),
    "output 'r': a function has no stdout to take it from": bad_template(
        python(
            "def f(): pass", outputs=(OutputParameter(name="r", source=FromStdout()),)
        )
    ),
    "output 'r': a suspend has no file to take it from": bad_template(
        Suspend(outputs=(OutputParameter(name="r", source=FromFile("x")),))
    ),
    "output 'r': a job has no person to take it from": bad_template(
        Job(manifest="x", outputs=(OutputParameter(name="r", source=FromPerson()),))
    ),
    "output 'r' is taken from a file without a path": bad_outputs(
        OutputParameter(name="r", source=FromFile(""))
    ),
    "the path of 'r' leaves its folder: 'a\\x00b'": bad_outputs(
        OutputParameter(name="r", source=FromFile("a\0b"))
    ),
    "output 'r' is a string; its default is 5": bad_outputs(
        OutputParameter(
            name="r",
            source=FromStdout(),
            type=ValueType.STRING,
            default=Constant.of(5),
        )
    ),
}

TEXTS: dict[str, Bad] = {
    "it has no input parameter 'a'; there is none": bad_template(sh(InputRef("a"))),
    "input 'f' is an artifact; its text can name only its path": bad_template(
        sh(InputRef("f"), inputs=(InputArtifact(name="f", optional=True),))
    ),
    "it has no output 'f'; there is result": bad_template(
        sh(PathRef("f", output=True))
    ),
    "output 'result' is no file; it has no path": bad_template(
        sh(PathRef("result", output=True))
    ),
    "it has no input 'f'; there is none": bad_template(sh(PathRef("f"))),
    "input 'a' is a parameter; it has no path": bad_input(
        InputParameter(name="a", default=Constant.of(1)), PathRef("a")
    ),
    "the workflow has no input 'p'; there is none": bad_template(sh(ParameterRef("p"))),
    "its text names another step; pass that in as an argument": bad_template(
        sh("x", OutputRef("one"))
    ),
    "step 'item': its text names another step": lambda: flow(
        "w", step("item", sh(ItemRef()), loop=over(1))
    ),
    "the attempt's message is known only to retry conditions": bad_template(
        sh(AttemptRef(AttemptField.MESSAGE))
    ),
    "the run's duration is known only to exit handlers": bad_template(
        sh(RunRef(RunField.DURATION))
    ),
    "step 'mid': its text names another step": lambda: flow(
        "w",
        step("mid", sh("x", outputs=(replace(FILE, storage=LocalPath(ItemRef())),))),
    ),
    "it has no input parameter 'e'; there is none": bad_box(
        env=(EnvVar("A", InputRef("e")),)
    ),
    "it has no input parameter 's'; there is none": bad_sidecar(
        env=(EnvVar("A", InputRef("s")),)
    ),
    "it has no input parameter 'c'; there is none": bad_sidecar(
        command=(InputRef("c"),)
    ),
    "it has no input parameter 'd'; there is none": bad_sidecar(args=(InputRef("d"),)),
    "it has no input parameter 'k'; there is none": bad_template(
        Container(image="x", command=("a", InputRef("k")))
    ),
    "it has no input parameter 'g'; there is none": bad_template(
        Container(image="x", args=("a", InputRef("g")))
    ),
    "it has no input parameter 'm'; there is none": bad_template(
        Job(manifest=InputRef("m"))
    ),
    "it has no input parameter 'l'; there is none": bad_template(
        Job(manifest="x", flags=(InputRef("l"),))
    ),
    "it has no input parameter 'w'; there is none": bad_template(
        Suspend(seconds=InputRef("w"))
    ),
    "a first_of has nothing to choose from": bad_template(sh(FirstOf(()))),
    "step 'bad': it holds a value or condition of more than 50 levels": bad_template(
        sh(nested(51))
    ),
}

BOXES: dict[str, Bad] = {
    "'A B' is no name of an environment variable": bad_box(env=(EnvVar("A B", "x"),)),
    "2 environment variables are named 'A'": bad_box(env=(EnvVar("A", "x"),) * 2),
    "it asks for -1 cpu; it must be 0 or more": bad_box(resources=Resources(cpu=-1)),
    "it asks for nan cpu; it must be 0 or more": bad_box(
        resources=Resources(cpu=float("nan"))
    ),
    "its memory limit is 0; it must be more than 0": bad_box(
        resources=Resources(memory_limit=0)
    ),
    "it asks for 2 ephemeral but may use only 1": bad_box(
        resources=Resources(ephemeral=2, ephemeral_limit=1)
    ),
    "it asks for -2 GPUs; it must be 0 or more": bad_box(resources=Resources(gpu=-2)),
    "its GPUs are of no kind; write one as nvidia.com/gpu": bad_box(
        resources=Resources(gpu=1, gpu_kind="")
    ),
    "it mounts volume 'v', which the workflow has not; there is none": bad_box(
        mounts=(Mount(volume="v", path="/v"),)
    ),
    "it mounts 'v' at 'v'; the path must start with /": bad_template(
        sh("true", mounts=(Mount(volume="v", path="v"),)),
        volumes=(Volume(name="v", source=EmptyDir()),),
    ),
    "2 labels are named 'a'": bad_box(pod=Pod(labels=(("a", "1"), ("a", "2")))),
    "2 annotations are named 'a'": bad_box(
        pod=Pod(annotations=(("a", "1"), ("a", "2")))
    ),
    "2 sidecars are named 'beside'": bad_box(
        pod=Pod(
            sidecars=(Sidecar(name="beside", image="x"),),
            init=(Sidecar(name="beside", image="y"),),
        )
    ),
    "sidecar '?': its name may only": bad_sidecar(name="?"),
    "sidecar 'beside': it has no image": bad_sidecar(image=""),
    "sidecar 'beside': '1' is no name of an environment variable": bad_sidecar(
        env=(EnvVar("1", "x"),)
    ),
    "sidecar 'beside': it asks for -1 memory": bad_sidecar(
        resources=Resources(memory=-1)
    ),
}
