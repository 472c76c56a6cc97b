"""A head start and a witness for runs elsewhere, whichever engine has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from couler_jupyter.caching import Artifact as Held
from couler_jupyter.caching import Shelf, Verdict
from couler_jupyter.caching.plain import Fifo
from couler_jupyter.engines.ahead import Artifact, Errand, HeadStart, Seen
from couler_jupyter.engines.cache import Wish
from couler_jupyter.ir import (
    Argument,
    Container,
    FromStdout,
    InputArtifact,
    Json,
    Managed,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    Phase,
    Step,
    Workflow,
)
from couler_jupyter.reusing import load_config, open_store
from couler_jupyter.reusing.foreseeing import foreseen
from couler_jupyter.reusing.head_start import head_start
from couler_jupyter.reusing.keeping import Keeping
from couler_jupyter.reusing.leases import lease
from couler_jupyter.reusing.witness import StoreWitness, open_witness
from couler_jupyter.store import Store

Left = bytes | Mapping[str, bytes]
GZIP = b"\x1f\x8b"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COULER_CACHE", "on")
    monkeypatch.setenv("COULER_CACHE_URL", str(tmp_path / "cache"))
    monkeypatch.setenv("COULER_CACHE_CONFIG", str(tmp_path / "cache.toml"))
    monkeypatch.setenv("COULER_CACHE_BUDGET", "100M")
    monkeypatch.setenv("COULER_CACHE_CLUSTER", "repository")


def files(last: str = "wc data") -> Workflow:
    """A file is made, and another step reads it."""
    make = Container(
        image="busybox",
        command=("make",),
        outputs=(OutputArtifact(name="out", path="out"),),
    )
    read = Container(
        image="busybox",
        command=("sh", "-c", last),
        inputs=(InputArtifact(name="data", path="data"),),
        outputs=(OutputParameter(name="result", source=FromStdout()),),
    )
    given = (Argument("data", OutputRef("make", "out")),)
    steps = (
        Step(name="make", template=make),
        Step(name="read", template=read, arguments=given),
    )
    return Workflow(name="files", steps=steps)


def errand(run: str, workflow: Workflow) -> Errand:
    wish = Wish(run=run, engine="elsewhere", workflow=workflow)
    return Errand(wish=wish, arguments={}, folder=Path())


def file(name: str, data: Left) -> Artifact:
    """What a step left elsewhere: a file, or a folder of files."""

    def fetch(folder: Path) -> Path:
        path = folder / name
        if isinstance(data, bytes):
            path.write_bytes(data)
            return path
        path.mkdir()
        for inner, content in data.items():
            (path / inner).write_bytes(content)
        return path

    return Artifact(where=f"elsewhere/{name}", fetch=fetch)


def read_by(start: HeadStart) -> Managed:
    """Where the one step that is left reads its file."""
    assert start.workflow is not None
    (step,) = start.workflow.steps
    (given,) = step.arguments
    assert isinstance(given.value, Managed)
    return given.value


def cut(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(GZIP + b"cut")


def run(name: str, workflow: Workflow, data: Left) -> None:
    """Have all steps run elsewhere, where somebody watches them."""
    witness = open_witness(errand(name, workflow), frozenset())
    assert witness is not None
    watch(witness, data)


def watch(witness: StoreWitness, data: Left) -> None:
    left: dict[str, dict[str, Json | Artifact]] = {
        "make": {"out": file("out", data)},
        "read": {"result": 3},
    }
    witness.saw(
        Seen(path=path, phase=Phase.SUCCEEDED, outputs=outputs, seconds=9.0)
        for path, outputs in left.items()
    )
    witness.end(finished=True)


class Late(Fifo):
    """Keeps nothing before a run is over, and then what it left."""

    is_over = False

    def born(self, artifact: Held, shelf: Shelf) -> Verdict:
        if not self.is_over:
            return Verdict(keep=False, reason="not yet")
        return super().born(artifact, shelf)

    def end(self, shelf: Shelf, *, finished: bool) -> None:
        self.is_over = True

    def offers(self, loose: Iterable[Held], shelf: Shelf) -> Iterable[Held]:
        return loose


def started(name: str, workflow: Workflow) -> HeadStart:
    found = head_start(errand(name, workflow))
    assert found is not None
    return found


def packed(found: Path) -> Path:
    """The one object in a store that is gzipped."""
    objects = [one for one in (found / "objects").rglob("*") if one.is_file()]
    (one,) = (one for one in objects if one.read_bytes().startswith(GZIP))
    return one


@pytest.mark.parametrize("damage", [cut, Path.unlink])
def test_what_was_wrapped_is_wrapped_anew_if_it_is_damaged(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    run("first", files(), {"a": b"1"})
    read_by(started("second", files("ls data")))
    wrapped = packed(tmp_path / "cache")
    good = wrapped.read_bytes()
    damage(wrapped)
    third = started("third", files("ls -l data"))
    assert str(read_by(third).key).endswith(wrapped.name)
    assert packed(tmp_path / "cache").read_bytes() == good


def test_what_others_give_up_while_it_is_looked_at_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("first", files(), b"123")

    def lease_late(store: Store, run: str, digests: list[str]) -> None:
        with closing(open_store(load_config())) as other:
            assert other.drop(digests) == 3
        lease(store, run, digests)

    monkeypatch.setattr("couler_jupyter.reusing.head_start.lease", lease_late)
    found = started("second", files("ls data"))
    assert found.workflow is not None
    assert [one.name for one in found.workflow.steps] == ["make", "read"]
    assert "was just given up" in found.told[0]
    found.give_up()
    with closing(open_store(load_config())) as store:
        assert not store.pins()


def test_a_policy_with_options_decides_elsewhere_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COULER_CACHE_POLICY", "couler{alpha=2}")
    run("first", files(), b"123")
    again = started("again", files())
    assert (again.workflow, again.told) == (None, ())
    known = foreseen(files(), {}, Path())
    assert {path: one.run for path, one in known.items()} == {
        "make": "first",
        "read": "first",
    }


def test_what_was_fetched_and_not_kept_has_nothing_given_up_for_it_later() -> None:
    """Nor is it forgotten that the run was."""
    store = open_store(load_config())
    store.set_budget(100)
    made = store.put(b"x" * 99)
    assert made is not None
    witness = StoreWitness(
        errand("first", files()), store, Keeping(store, Late), frozenset()
    )
    watch(witness, b"123")
    with closing(open_store(load_config())) as store:
        assert store.holds((made,))
        (past,) = store.history.pasts()
        assert past.run == "first"
