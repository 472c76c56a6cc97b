"""Files and folders from step to step, and where the workflow wants them."""

from __future__ import annotations

import http.server
import subprocess
import tarfile
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.ir import (
    Archive,
    Format,
    FromFile,
    Git,
    Http,
    Inline,
    InputArtifact,
    InputRef,
    ItemRef,
    LocalPath,
    Managed,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    PathRef,
    SecretRef,
    Storage,
)
from couler_jupyter.testing.parts import flow, over, python, sh, step
from tests.engines.local.runs.bench import Bench


def made(path: str = "out.txt", **more: Any) -> tuple[OutputArtifact, ...]:
    return (OutputArtifact(name="file", path=path, **more),)


def taken(path: str = "", **more: Any) -> tuple[InputArtifact, ...]:
    return (InputArtifact(name="file", path=path, **more),)


READ = python("def f(file): return [file.name, file.read_text()]", inputs=taken())


def given(storage: Storage, **more: Any) -> Any:
    return flow("w", step("read", READ, takes={"file": storage}, **more))


def test_a_file_from_a_script_to_a_function(bench: Bench) -> None:
    ended = bench.run(
        flow(
            "w",
            step("make", sh("echo hi > out.txt", outputs=made())),
            step("read", READ, takes={"file": OutputRef("make", "file")}),
        )
    )
    assert ended["read"] == ["out.txt", "hi\n"]
    kept = ended.outputs["make"]["file"]
    assert isinstance(kept, Path)
    assert kept.read_text() == "hi\n"
    deadline = time.monotonic() + 60
    while list((ended.folder / "work").iterdir()):  # cleared by and by
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_folder_with_links_inside(bench: Bench) -> None:
    make = sh(
        "mkdir -p d/sub; echo 1 > d/sub/a; ln -s sub/a d/b; echo 2 > d/c",
        outputs=made("d"),
    )
    count = sh("cd ", PathRef("file"), "; cat b c; find . | wc -l", inputs=taken())
    ended = bench.run(
        flow(
            "w",
            step("make", make),
            step("count", count, takes={"file": OutputRef("make", "file")}),
        )
    )
    assert ended["count"] == "1\n2\n5"


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (
            "ln -s /etc/passwd out.txt",
            "is at /etc/passwd, outside the step's own folder",
        ),
        (
            "echo 1 > a; ln -s a out.txt",
            "out.txt is a symbolic link; copy what it leads to",
        ),
        (
            "mkdir out.txt; ln -s /etc out.txt/x",
            "x is a symbolic link out of its folder",
        ),
        ("mkfifo out.txt", "out.txt is neither a file nor a folder"),
        ("true", ": the step left no out.txt"),
    ],
)
def test_what_is_no_artifact(bench: Bench, make: str, why: str) -> None:
    ended = bench.run(flow("w", step("make", sh(make, outputs=made()))))
    assert ended.phases == {"make": "failed"}
    assert why in ended.said("make")


def test_a_parameter_file_that_leads_outside(bench: Bench) -> None:
    out = OutputParameter(name="x", source=FromFile("x"))
    ended = bench.run(flow("w", step("s", sh("ln -s /etc/passwd x", outputs=(out,)))))
    assert (
        ended.said("s") == "output 'x' is at /etc/passwd, outside the step's own folder"
    )


def test_inputs_are_read_only_copies(bench: Bench) -> None:
    make = step("make", sh("echo hi > out.txt; chmod 755 out.txt", outputs=made()))
    look = sh("stat -c %a ", PathRef("file"), inputs=taken())
    spoil = sh(
        "chmod u+w ",
        PathRef("file"),
        "; echo spoilt > ",
        PathRef("file"),
        inputs=taken(),
    )
    file = {"file": OutputRef("make", "file")}
    ended = bench.run(
        flow(
            "w",
            make,
            step("spoil", spoil, takes=file),
            step("read", READ, takes=file, after=("spoil",)),
            step("look", look, takes=file),
        )
    )
    assert ended["read"] == ["out.txt", "hi\n"]
    assert ended["look"] == 555


def test_several_files_become_a_list_or_a_folder(bench: Bench) -> None:
    make = sh(
        "echo ", InputRef("x"), " > out.csv", takes=("x",), outputs=made("out.csv")
    )
    many = python(
        "def f(file): return [one.read_text() for one in file]", inputs=taken()
    )
    folder = sh("cd ", PathRef("file"), "; cat 0.csv 1.csv", inputs=taken())
    ended = bench.run(
        flow(
            "w",
            step("make", make, takes={"x": ItemRef()}, loop=over("a", "b")),
            step("many", many, takes={"file": OutputRef("make", "file")}),
            step("folder", folder, takes={"file": OutputRef("make", "file")}),
        )
    )
    assert ended["many"] == ["a\n", "b\n"]
    assert ended["folder"] == "a\nb"


def test_a_function_returns_paths(bench: Bench) -> None:
    two = python(
        "def f():\n from pathlib import Path\n Path('m.bin').write_text('1')\n"
        " Path('n.bin').write_text('2')\n return Path('m.bin').absolute(), 'n.bin', 7",
        outputs=(
            OutputArtifact(name="m", part=(0,)),
            OutputArtifact(name="n", part=(1,)),
            OutputArtifact(name="none", part=(5,), optional=True),
        ),
    )
    ended = bench.run(
        flow(
            "w",
            step("two", two),
            step("read", READ, takes={"file": OutputRef("two", "m")}),
        )
    )
    assert ended["read"] == ["m.bin", "1"]
    assert sorted(ended.outputs["two"]) == ["m", "n"]
    bad = python("def f(): return 3", outputs=(OutputArtifact(name="m"),))
    ended = bench.run(flow("w", step("bad", bad)))
    assert ended.said("bad").startswith("output 'm' must be a path")
    away = python("def f(): return '/etc/passwd'", outputs=(OutputArtifact(name="m"),))
    ended = bench.run(flow("w", step("away", away)))
    assert "outside the step's own folder" in ended.said("away")


def test_absolute_temporary_paths_are_one_steps_at_a_time(bench: Bench) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/deep/out.txt"
        Path(folder, "deep").mkdir()
        Path(path).write_text("stale")
        make = sh(
            f"test -e {path} && exit 9; echo ",
            InputRef("x"),
            f" > {path}; sleep 0.1; ",
            f"cat {path}",
            takes=("x",),
            outputs=(*made(path), *sh("").outputs),
        )
        read = sh(f"cat {path}", inputs=taken(path))
        steps = [step(f"s{n}", make, takes={"x": n}) for n in range(4)]
        ended = bench.run(
            flow("w", *steps, step("t", read, takes={"file": OutputRef("s3", "file")})),
            options={"slots": 4},
        )
        assert [ended[f"s{n}"] for n in range(4)] == [0, 1, 2, 3]
        assert ended["t"] == 3
        assert not Path(path).exists()


def test_a_path_around_the_run_store_is_left_alone(
    bench: Bench, tmp_path: Path
) -> None:
    out = sh(f"rm -rf {tmp_path}/none", outputs=made(str(tmp_path)))
    ended = bench.run(flow("w", step("a", out)))
    assert ended.phases == {"a": "failed"}
    assert ended.said("a").startswith(f"path {tmp_path} holds {bench.store.root}")
    assert bench.store.get(ended.run.id).id == ended.run.id


def test_inline_with_a_parameter(bench: Bench) -> None:
    ended = bench.run(given(Inline("hello\n")))
    assert ended["read"] == ["file", "hello\n"]


def test_local_paths_in_and_out(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.txt").write_text("in")
    assert bench.run(given(LocalPath("in.txt")))["read"] == ["in.txt", "in"]
    ended = bench.run(given(LocalPath("none.txt")))
    assert ended.phases == {"read": "errored"}
    assert ended.said("read") == f"there is no {tmp_path}/none.txt"
    where = Format(("res/", InputRef("n"), ".txt"))
    out = made(storage=LocalPath(where))
    make = sh("echo ", InputRef("n"), " > out.txt", takes=("n",), outputs=out)
    bench.run(flow("w", step("make", make, takes={"n": "seven"})))
    assert (tmp_path / "res/seven.txt").read_text() == "seven\n"


def test_a_key_of_its_own_outlives_the_run(bench: Bench) -> None:
    make = sh(
        "echo best > out.txt", outputs=made(storage=Managed(key="models/best.txt"))
    )
    bench.run(flow("w", step("make", make)))
    assert bench.run(given(Managed(key="models/best.txt")))["read"] == [
        "best.txt",
        "best\n",
    ]
    ended = bench.run(given(Managed(key="../../etc")))
    assert "must be a relative path" in ended.said("read")


@pytest.mark.parametrize("archive", [Archive.TAR, Archive.ZIP])
def test_packed_on_its_way(bench: Bench, tmp_path: Path, archive: Archive) -> None:
    target = tmp_path / "packed"
    out = made("d", storage=LocalPath(str(target)), archive=archive)
    ended = bench.run(flow("w", step("make", sh("mkdir d; echo 1 > d/a", outputs=out))))
    assert ended.phases == {"make": "succeeded"}
    if archive is Archive.TAR:
        with tarfile.open(target) as tar:
            assert sorted(tar.getnames()) == ["d", "d/a"]
    else:
        with zipfile.ZipFile(target) as packed:
            assert packed.namelist() == ["d/a"]


def test_optional_and_default_artifacts(bench: Bench) -> None:
    port = taken(default=Inline("default"))
    read = python("def f(file): return file.read_text()", inputs=port)
    none = python("def f(file): return file", inputs=taken(optional=True))
    ended = bench.run(flow("w", step("a", read), step("b", none)))
    assert (ended["a"], ended["b"]) == ("default", None)


class _Handler(http.server.BaseHTTPRequestHandler):
    stored: dict[str, bytes]
    gate: threading.Event

    def do_GET(self) -> None:
        if self.path.startswith("/slow"):
            self.gate.wait()
        authorized = self.headers.get("Authorization") == "Basic dTpwdw=="
        if self.path.startswith("/secret") and not authorized:
            self.send_error(401)
        elif (body := self.stored.get(self.path.partition("?")[0])) is None:
            self.send_error(404)
        else:
            self.send_response(200)
            self.send_header(
                "Content-Length", str(len(body) + 5 * ("cut" in self.path))
            )
            self.end_headers()
            self.wfile.write(body)

    def do_PUT(self) -> None:
        self.stored[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


@pytest.fixture
def web() -> Iterator[tuple[str, dict[str, bytes]]]:
    stored: dict[str, bytes] = {
        "/a/iris.csv": b"1,2",
        "/secret/x": b"s",
        "/cut": b"12",
    }
    gate = threading.Event()
    handler = type("Handler", (_Handler,), {"stored": stored, "gate": gate})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", stored
        gate.set()
        server.shutdown()
        thread.join()


def test_a_time_out_counts_what_fetching_takes(
    bench: Bench, web: tuple[str, dict[str, bytes]]
) -> None:
    slow = given(Http(url=f"{web[0]}/slow"))
    late = replace(slow, steps=(replace(slow["read"], timeout=0.3),))
    ended = bench.run(late)
    assert ended.phases == {"read": "failed"}
    assert ended.said("read") == "took longer than 0.3 s; its inputs were not there yet"


def test_a_web_server(
    bench: Bench,
    web: tuple[str, dict[str, bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, stored = web
    assert bench.run(given(Http(url=f"{url}/a/iris.csv?raw=1")))["read"] == [
        "iris.csv",
        "1,2",
    ]
    ended = bench.run(given(Http(url=f"{url}/none")))
    assert ended.phases == {"read": "errored"}
    assert ended.said("read") == f"{url}/none answers 404 Not Found"
    ended = bench.run(given(Http(url=f"{url}/cut")))
    assert "broke off after 2 of 7 bytes" in ended.said("read")
    ended = bench.run(given(Http(url="file:///etc/passwd")))
    assert "no http or https URL" in ended.said("read")
    secret = Http(
        url=f"{url}/secret/x",
        username=SecretRef("web", "user"),
        password=SecretRef("web", "password"),
    )
    monkeypatch.setenv("COULER_SECRET_WEB_USER", "u")
    ended = bench.run(given(secret))
    assert ended.phases == {"read": "errored"}
    assert "COULER_SECRET_WEB_PASSWORD" in ended.said("read")
    monkeypatch.setenv("COULER_SECRET_WEB_PASSWORD", "pw")
    assert bench.run(given(secret))["read"] == ["x", "s"]
    put = sh("echo new > out.txt", outputs=made(storage=Http(url=f"{url}/put")))
    assert bench.run(flow("w", step("put", put))).phases == {"put": "succeeded"}
    assert stored["/put"] == b"new\n"
    ended = bench.run(given(Http(url="http://127.0.0.1:1/x")))
    assert "cannot be reached" in ended.said("read")


def test_a_git_repository(bench: Bench, tmp_path: Path) -> None:
    repository = tmp_path / "repo.git"

    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", *words],
            cwd=repository,
            check=True,
            capture_output=True,
        )

    repository.mkdir()
    git("init", "-b", "main")
    (repository / "a.txt").write_text("first")
    git("add", ".")
    git("commit", "-m", "one")
    git("tag", "v1")
    (repository / "a.txt").write_text("second")
    git("commit", "-am", "two")
    read = python(
        "def f(file): return [file.name, (file / 'a.txt').read_text()]", inputs=taken()
    )

    def run(storage: Git) -> Any:
        return bench.run(flow("w", step("read", read, takes={"file": storage})))

    url = f"file://{repository}"
    assert run(Git(repository=url))["read"] == ["repo", "second"]
    assert run(Git(repository=url, revision="v1"))["read"] == ["repo", "first"]
    shallow = Git(repository=url, depth=1, revision="v1", single_branch=True)
    assert run(shallow)["read"] == ["repo", "first"]
    ended = run(Git(repository=f"file://{tmp_path}/none"))
    assert ended.phases == {"read": "errored"}
    assert "git says: " in ended.said("read")
    ended = run(Git(repository=url, revision="--upload-pack=touch x"))
    assert ended.phases == {"read": "errored"}
