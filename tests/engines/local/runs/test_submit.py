"""What is found before anything runs, all of it at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.base import Submitter
from couler_jupyter.engines.local import Local, checks
from couler_jupyter.engines.local.options import Options
from couler_jupyter.errors import SubmitFailed, Unsupported, UsageFailed
from couler_jupyter.ir import (
    S3,
    Argument,
    Constant,
    Container,
    EmptyDir,
    EnvVar,
    Extra,
    FieldRef,
    InputArtifact,
    InputParameter,
    Job,
    Mount,
    OutputArtifact,
    ParameterRef,
    Pod,
    Resources,
    Script,
    Step,
    StepField,
    StepRef,
    SubWorkflow,
    Volume,
    Workflow,
)
from couler_jupyter.ir.pod import Sidecar
from couler_jupyter.testing.parts import container, flow, python, sh, step
from tests.engines.local.runs.bench import Bench


@pytest.fixture
def no_containers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none")


def refused(bench: Bench, workflow: Any, **more: Any) -> list[str]:
    with pytest.raises(Unsupported) as caught:
        bench.submit(workflow, **more)
    assert not bench.store.runs()
    return [str(problem) for problem in caught.value.problems]


def test_it_is_a_submitter() -> None:
    assert isinstance(Local(), Submitter)


def test_everything_is_said_at_once(bench: Bench) -> None:
    inner = flow("inner", step("deep", sh("true", resources=Resources(cpu=999))))
    told = refused(
        bench,
        flow(
            "w",
            step("job", Job(manifest="kind: Pod")),
            step("gpu", sh("true", resources=Resources(gpu=99))),
            step("mem", sh("true", resources=Resources(memory=2**60))),
            step("sub", SubWorkflow(workflow=inner)),
            extras=(Extra(engine="argo", path="spec.x", value=Constant.of(1)),),
        ),
    )
    assert len(told) == 5
    assert told[0] == (
        "step 'job': job: a Kubernetes object needs a cluster to be made in"
    )
    assert "extra 'spec.x' is for argo" in told[1]
    assert told[2].startswith("step 'gpu': it asks for 99 GPUs; there are ")
    assert told[3].startswith("step 'mem': it asks for 1Ei of memory; there is ")
    assert told[4].startswith("step 'sub/deep': it asks for 999 cores; there are ")


def test_what_only_containers_can_do(bench: Bench) -> None:
    volumes = (Volume(name="v", source=EmptyDir()),)
    side = Pod(sidecars=(Sidecar(name="s", image="i"),))
    given = OutputArtifact(name="o", path="/data/out.csv")
    told = refused(
        bench,
        flow(
            "w",
            step("a", sh("true", mounts=(Mount(volume="v", path="/x"),))),
            step("b", sh("true", pod=side)),
            step("c", sh("true", outputs=(given,))),
            step("d", sh("true", working_dir="/srv")),
            volumes=volumes,
        ),
    )
    assert [text.partition(":")[0] for text in told] == [f"step '{n}'" for n in "abcd"]
    assert "path /data/out.csv is outside the step's own folder" in told[2]
    assert "write a relative path" in told[2]
    assert "run the step in a container" in told[2]


def test_a_container_without_podman_or_docker(
    bench: Bench, no_containers: None
) -> None:
    workflow = flow("w", step("a", container("echo", "hi")))
    [told] = refused(bench, workflow)
    assert told.startswith("step 'a': it is a container; no docker or podman")
    assert "runtime='process'" in told
    ended = bench.run(workflow, options={"runtime": "process"})
    assert ended["a"] == "hi"
    plain = flow("w", step("a", Container(image="i")))
    [told] = refused_again(bench, plain)
    assert "it has no command" in told


def refused_again(bench: Bench, workflow: Any) -> list[str]:
    with pytest.raises(Unsupported) as caught:
        bench.submit(workflow, options={"runtime": "process"})
    return [str(problem) for problem in caught.value.problems]


def test_packages_that_are_missing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "find_spec", lambda name: name != "s3fs")
    port = InputArtifact(name="x")
    script = Script(source="true", inputs=(port,))
    one = Step(
        name="a", template=script, arguments=(Argument("x", S3(bucket="b", key="k")),)
    )
    [told] = refused(bench, flow("w", one))
    assert told == "step 'a': S3 needs packages; pip install s3fs"


def test_packages_of_a_function_that_are_not_installed(bench: Bench) -> None:
    def needing(*requirements: str) -> Workflow:
        needy = replace(python("def f(): return 1"), requirements=requirements)
        return flow("w", step("f", needy))

    gone, old = refused(bench, needing("no-such-package>=2", "pytest<1", "hypothesis"))
    assert gone == (
        "step 'f': it needs no-such-package, which is not installed; "
        "pip install 'no-such-package>=2'"
    )
    assert old == (
        f"step 'f': it needs pytest<1, and pytest {pytest.__version__} is installed; "
        "pip install 'pytest<1'"
    )
    fine = needing("pytest>=1", 'gone; python_version < "3"', "git+https://localhost/x")
    assert bench.run(fine)["f"] == 1
    [note] = bench.local.notes(fine)
    assert note.where == "step 'f'"
    assert "nothing is installed" in note.what


def test_images_of_functions_are_noted(bench: Bench) -> None:
    boxed = replace(python("def f(): return 1"), image="python:3.12")
    [note] = bench.local.notes(flow("w", step("f", boxed)))
    assert str(note) == (
        "step 'f': function-image: functions run in the Python that the run is "
        "submitted from, in no image"
    )


def test_fields_of_a_pod(bench: Bench) -> None:
    known = EnvVar("NODE", FieldRef("spec.nodeName"))
    odd = EnvVar("UID", FieldRef("metadata.uid"))
    [told] = refused(bench, flow("w", step("a", sh("true", env=(known, odd)))))
    assert "variable 'UID' is metadata.uid, of a pod; here are metadata.name" in told
    ended = bench.run(flow("w", step("a", sh("echo $NODE", env=(known,)))))
    assert ended["a"]


def test_the_address_of_a_daemon_in_a_container(
    bench: Bench, container_socket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", container_socket)
    workflow = flow(
        "w",
        step("db", container("sleep", "9"), daemon=True),
        step(
            "use",
            python("def f(h): ..."),
            takes={"h": StepRef("db", StepField.ADDRESS)},
        ),
    )
    [told] = refused(bench, workflow)
    assert "network='host'" in told


def test_arguments_are_checked(bench: Bench) -> None:
    workflow = flow(
        "w",
        step("a", python("def f(x): return x"), takes={"x": ParameterRef("p")}),
        parameters=(InputParameter(name="p"),),
    )
    with pytest.raises(SubmitFailed, match="input 'p' is not given"):
        bench.submit(workflow)
    with pytest.raises(SubmitFailed, match="there is no input 'q'; there is p"):
        bench.submit(workflow, arguments={"p": 1, "q": 2})
    assert bench.run(workflow, arguments={"p": [1]})["a"] == [1]


def test_an_artifact_of_the_workflow_is_a_path(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "data.txt"
    file.write_text("hello")
    port = InputArtifact(name="f")
    read = python("def f(f): return f.name + ':' + f.read_text()", inputs=(port,))
    workflow = flow(
        "w",
        Step(name="a", template=read, arguments=(Argument("f", ParameterRef("data")),)),
        artifacts=(InputArtifact(name="data"),),
    )
    with pytest.raises(SubmitFailed, match="give the path of a file or folder"):
        bench.submit(workflow, arguments={"data": 3})
    ended = bench.run(workflow, arguments={"data": str(file)})
    assert ended["a"] == "data.txt:hello"


def test_options_are_checked(bench: Bench) -> None:
    workflow = flow("w", step("a", sh("true")))
    with pytest.raises(UsageFailed) as caught:
        bench.submit(workflow, options={"slot": 1, "runtime": "docker", "slots": 0})
    assert str(caught.value) == (
        "no option 'slot'; did you mean 'slots'?; option runtime is 'docker'; write "
        "auto or process; option slots is 0; write a number more than 0"
    )
    assert not bench.store.runs()


def test_options_come_back_from_json() -> None:
    options = Options.of({"slots": 3, "path": ["/a"], "folder": "/x"})
    assert Options.of(options.to_json()) == options
    assert Options().to_json() == {}


def test_a_manifest_can_be_submitted(bench: Bench) -> None:
    manifest = bench.local.compile(flow("w", step("a", sh("echo hi"))))
    run = bench.submit(manifest)  # type: ignore[arg-type]
    assert bench.ended(run)["a"] == "hi"


def test_the_notebook_is_remembered(bench: Bench) -> None:
    ended = bench.run(flow("w", step("a", sh("true"))), options={"notebook": "x.ipynb"})
    assert bench.store.get(ended.run.id).notebook == "x.ipynb"


def test_modules_beside_the_notebook_are_found_and_shadow_nothing(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "helper.py").write_text("n = 7")
    (tmp_path / "json.py").write_text("raise SystemError('shadowed')")
    (tmp_path / "data.txt").write_text("x")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    ended = bench.run(
        flow("w", step("a", python("def f():\n import helper\n return helper.n")))
    )
    assert ended["a"] == 7


def test_slots_bound_what_runs_at_once(bench: Bench, tmp_path: Path) -> None:
    one = sh(f"set -C; : > {tmp_path}/alone || exit 9; sleep 0.1; rm {tmp_path}/alone")
    workflow = flow("w", *(step(f"s{n}", one) for n in range(4)))
    ended = bench.run(workflow, options={"slots": 1})
    assert set(ended.phases.values()) == {"succeeded"}
