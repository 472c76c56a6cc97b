"""Container steps for real: files, volumes, secrets, neighbours, death."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.local.container_service import RUN_LABEL, connect
from couler_jupyter.ir import (
    Claim,
    ConfigFiles,
    Container,
    EmptyDir,
    EnvVar,
    FromFile,
    HostPath,
    InputArtifact,
    InputRef,
    Mount,
    NewClaim,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    PathRef,
    Phase,
    Pod,
    Script,
    SecretFiles,
    SecretRef,
    Volume,
)
from couler_jupyter.ir.pod import Sidecar, VolumeSource
from couler_jupyter.testing.parts import (
    IMAGE,
    container,
    flow,
    printed,
    python,
    step,
)
from tests.engines.local.runs.bench import Bench, wait_for
from tests.engines.local.runs.test_references import WORD, config, write

pytestmark = pytest.mark.containers
_ = config  # a fixture


@pytest.fixture(autouse=True)
def _service(
    container_socket: str, busybox_image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", container_socket)


def run(bench: Bench, *steps: Any, **more: Any) -> Any:
    return bench.run(flow("w", *steps, **more), options={"network": "none"})


def shell(*source: Any, **more: Any) -> Container:
    """A container that runs a line of shell."""
    from couler_jupyter.ir import Format

    line = source[0] if len(source) == 1 else Format(source)
    return container("sh", "-c", line, **more)


def test_files_by_absolute_and_relative_paths(bench: Bench) -> None:
    make = shell(
        "mkdir -p /data; echo abs > /data/a.txt; echo rel > rel.txt; echo 7 > /data/n",
        outputs=(
            OutputArtifact(name="a", path="/data/a.txt"),
            OutputArtifact(name="r", path="rel.txt"),
            OutputParameter(name="n", source=FromFile("/data/n")),
        ),
    )
    use = shell(
        "cat /in/a ",
        PathRef("r"),
        "; echo x >> /in/a || echo kept; pwd; echo ",
        InputRef("n"),
        inputs=(
            InputArtifact(name="a", path="/in/a"),
            InputArtifact(name="r"),
            *container(takes=("n",)).inputs,
        ),
    )
    takes = {name: OutputRef("make", name) for name in "arn"}
    read = python("def f(r): return r.read_text()", inputs=(InputArtifact(name="r"),))
    ended = run(
        bench,
        step("make", make),
        step("use", use, takes=takes),
        step("read", read, takes={"r": OutputRef("make", "r")}),
    )
    assert ended.phases == {
        "make": "succeeded",
        "use": "succeeded",
        "read": "succeeded",
    }
    assert ended["use"].splitlines() == ["abs", "rel", "kept", "/", "7"]
    assert ended["read"] == "rel\n"


def test_a_script_in_its_image(bench: Bench) -> None:
    script = Script(
        image=IMAGE, source="test -e /couler && echo boxed", outputs=printed("result")
    )
    ended = bench.run(
        flow("w", step("a", script)),
        options={"scripts": "container", "network": "none"},
    )
    assert ended["a"] == "boxed"


def test_volumes(bench: Bench, config: Path, tmp_path: Path) -> None:
    write(config / "configs/app/colour", "blue")
    write(config / "secrets/db/pw", WORD)
    host = tmp_path / "host"
    volumes: dict[str, VolumeSource] = {
        "empty": EmptyDir(),
        "host": HostPath(str(host)),
        "claim": Claim("shared"),
        "new": NewClaim(size=2**20),
        "secret": SecretFiles(secret="db", items=(("pw", "word"),)),
        "config": ConfigFiles(config_map="app"),
    }
    mounts = tuple(Mount(volume=name, path=f"/v/{name}") for name in volumes)
    first = shell(
        "cd /v; ls empty; cat config/colour; wc -c < secret/word; cat secret/word; "
        "for d in empty host claim new; do echo $d > $d/file; done; "
        "echo x 2>&1 > config/colour || echo kept",
        mounts=mounts,
    )
    second = shell("cd /v; cat empty/file host/file claim/file new/file", mounts=mounts)
    ended = run(
        bench,
        step("first", first),
        step("second", second, after=("first",)),
        volumes=tuple(Volume(name=name, source=of) for name, of in volumes.items()),
    )
    log = ended.log("first")
    assert log.startswith(f"blue{len(WORD)}\n***")
    assert "Read-only file system" in log
    assert WORD not in log
    said = ended.log("second").splitlines()  # its errors come in between
    assert [line for line in said if "cat: " not in line] == ["host", "claim", "new"]
    assert (host / "file").read_text() == "host\n"
    assert (bench.store.root / "volumes/shared/file").read_text() == "claim\n"
    private = ended.folder / "private"
    deadline = time.monotonic() + 60  # the supervisor sweeps after it has told the end
    while list(private.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not list(private.iterdir())


def test_a_secret_in_the_environment_of_a_container(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_SECRET_DB_PW", WORD)
    variable = EnvVar("PW", SecretRef("db", "pw"))
    ended = run(bench, step("a", shell("echo ${#PW}; echo $PW >&2", env=(variable,))))
    assert ended["a"] == len(WORD)
    assert WORD not in ended.log("a")


def test_containers_before_and_beside(bench: Bench) -> None:
    volume = Mount(volume="v", path="/v")
    pod = Pod(
        init=(
            Sidecar(
                name="prepare",
                image=IMAGE,
                command=("sh", "-c", "echo 1 > /v/a"),
                mounts=(volume,),
            ),
        ),
        sidecars=(
            Sidecar(
                name="beside",
                image=IMAGE,
                command=("sh", "-c", "echo 2 > /v/b; sleep 99"),
                mounts=(volume,),
            ),
        ),
    )
    main = shell(
        "until test -e /v/b; do sleep 0.05; done; cat /v/a /v/b",
        mounts=(volume,),
        pod=pod,
    )
    ended = run(bench, step("a", main), volumes=(Volume(name="v", source=EmptyDir()),))
    assert ended["a"] == "1\n2"


def test_failures_of_containers(bench: Bench) -> None:
    gone = Container(image="localhost/no-such-image:none", command=("true",))
    ended = run(
        bench,
        step("gone", gone),
        step("exit", shell("exit 3")),
        step("slow", shell("sleep 99"), timeout=0.5),
    )
    assert ended.phases == {"gone": "errored", "exit": "failed", "slow": "failed"}
    assert "no-such-image" in ended.said("gone")
    assert ended.said("exit") == "exit code 3"
    assert ended.said("slow") == "took longer than 0.5 s"


def test_a_killed_supervisor_leaves_no_container(
    bench: Bench, container_socket: str
) -> None:
    run = bench.submit(
        flow("w", step("a", shell("sleep 99"))), options={"network": "none"}
    )
    client = connect(container_socket)
    label = {"label": f"{RUN_LABEL}={run.id}"}
    wait_for(lambda: client.api.containers(filters=label))
    bench.kill(run)
    wait_for(lambda: not client.api.containers(all=True, filters=label))
    client.close()
    assert bench.store.phase(run.id) is Phase.INTERRUPTED


def test_a_run_that_goes_on_at_once_keeps_its_new_containers(
    bench: Bench, container_socket: str, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    mount = Mount(volume="here", path="/here")
    wait = shell("until test -e /here/go; do sleep 0.1; done", mounts=(mount,))
    here = Volume(name="here", source=HostPath(str(tmp_path)))
    run = bench.submit(
        flow("w", step("a", wait), volumes=(here,)), options={"network": "none"}
    )
    client = connect(container_socket)
    label = {"label": f"{RUN_LABEL}={run.id}"}
    [first] = wait_for(lambda: client.api.containers(filters=label))
    bench.kill(run)
    bench.local.retry(run)
    wait_for(lambda: not _exists(client, first["Id"]))
    [second] = wait_for(lambda: client.api.containers(filters=label))
    assert second["Id"] != first["Id"]
    go.touch()
    assert bench.ended(run).phases == {"a": "succeeded"}
    client.close()


def _exists(client: Any, container: str) -> bool:
    return any(one["Id"] == container for one in client.api.containers(all=True))


def test_a_cancelled_container_is_gone(bench: Bench, container_socket: str) -> None:
    run = bench.submit(
        flow("w", step("a", shell("sleep 99"))), options={"network": "none"}
    )
    client = connect(container_socket)
    label = {"label": f"{RUN_LABEL}={run.id}"}
    wait_for(lambda: client.api.containers(filters=label))
    bench.local.cancel(run)
    assert bench.ended(run).phases == {"a": "cancelled"}
    assert not client.api.containers(all=True, filters=label)
    client.close()
