"""Which version a run reads, and what a shelf that fails means for it."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from couler_jupyter.engines.local.datasets.datasets import Datasets
from couler_jupyter.engines.local.datasets.meaning import identity_of, shown
from couler_jupyter.engines.local.placing import copying
from couler_jupyter.engines.local.placing.run_folder import RunFolder
from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.engines.shelf import Copy
from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir import S3, Dataset, Git, Http, Remote, SecretRef
from couler_jupyter.testing.slow_server import Page, SlowServer, serving


class Plain:
    """A shelf in memory; what is in `broken` fails."""

    def __init__(self, *broken: str) -> None:
        self.broken = broken
        self.kept: dict[tuple[str, str], tuple[Copy, bytes]] = {}
        self.last: dict[str, Copy] = {}

    def _check(self, what: str) -> None:
        if what in self.broken:
            raise StoreFailed(f"{what}: the store is gone")

    def copy(self, dataset: str, *versions: str) -> Copy | None:
        self._check("copy")
        found = [
            self.kept[key][0]
            for one in versions
            if (key := (dataset, one)) in self.kept
        ]
        return found[0] if found else None

    def latest(self, dataset: str) -> tuple[Copy, float] | None:
        self._check("latest")
        return (self.last[dataset], 10.0) if dataset in self.last else None

    def saw(self, copy: Copy) -> None:
        self._check("saw")
        self.last[copy.dataset] = copy

    def met(self, copy: Copy) -> None:
        pass

    def bring(self, copy: Copy, target: Path) -> None:
        self._check("bring")
        target.write_bytes(self.kept[copy.dataset, copy.version][1])

    def keep(self, copy: Copy, path: Path) -> None:
        self._check("keep")
        from dataclasses import replace

        held = replace(copy, held=True)
        self.kept[copy.dataset, copy.version] = (held, path.read_bytes())
        self.last[copy.dataset] = held

    @contextmanager
    def alone(self, dataset: str) -> Generator[None]:
        self._check("alone")
        yield


@pytest.fixture
def server() -> Iterator[SlowServer]:
    with serving(SlowServer()) as made:
        made.pages["/t"] = Page(b"one")
        yield made


def run(tmp_path: Path, shelf: Plain, name: str = "run") -> Datasets:
    folder = tmp_path / name
    folder.mkdir(exist_ok=True)
    made = Datasets(RunFolder(folder, tmp_path), Secrets(tmp_path, {}))
    made.keep_on(shelf)
    return made


@pytest.mark.parametrize("broken", ["copy", "latest", "saw", "bring", "keep", "alone"])
def test_a_shelf_that_fails(
    server: SlowServer,
    tmp_path: Path,
    broken: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shelf = Plain()
    one = Dataset(source=Http(url=server.url("/t")), max_age=1.0)
    first = run(tmp_path, shelf)
    assert first.path(one).read_text() == "one"
    first.close()
    shelf.broken = (broken,)
    second = run(tmp_path, shelf, "second")
    assert second.path(one).read_text() == "one"
    second.close()
    if broken in ("copy", "latest", "bring"):
        assert f"cache: {broken}: the store is gone" in capsys.readouterr().err


def test_bytes_that_are_gone_and_another_version_there(
    server: SlowServer, tmp_path: Path
) -> None:
    shelf = Plain()
    one = Dataset(source=Http(url=server.url("/t")))
    first = run(tmp_path, shelf)
    first.path(one)
    first.close()
    second = run(tmp_path, shelf, "second")
    assert second.copy(one).version == f"etag:{server.pages['/t'].tag}"
    server.pages["/t"].data = b"two"
    shelf.broken = ("bring",)
    with pytest.raises(StorageTrouble, match="when the run looked and is") as caught:
        second.path(one)
    assert caught.value.transient
    assert second.path(one).read_text() == "two"  # who tries again gets what is there
    second.close()


def test_a_step_that_forces_its_way_into_a_linked_file(
    server: SlowServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_blocks_shared(source: int, target: int) -> bool:
        return False

    monkeypatch.setattr(copying, "LARGE", 2)
    monkeypatch.setattr(copying, "_cloned", no_blocks_shared)
    one = Dataset(source=Http(url=server.url("/t")))
    made = run(tmp_path, Plain())
    placed = tmp_path / "placed"
    copying.copy(made.path(one), placed, link=True)
    made.close()  # it is kept
    assert made.path(one).samefile(placed)
    placed.chmod(0o644)
    placed.write_text("changed")
    assert made.path(one).read_text() == "one"


def test_on_paper_nothing_is_read(server: SlowServer, tmp_path: Path) -> None:
    shelf = Plain()
    one = Dataset(source=Http(url=server.url("/t")))
    assert run(tmp_path, shelf).known(one) is None
    assert server.asked == [("HEAD", "/t", 0)]


PLACES: list[tuple[Remote, str]] = [
    (Http(url="https://me:word@h/t.csv?key=1"), "https://h/t.csv"),
    (S3(bucket="b", key="/k"), "s3://b/k"),
    (Git(repository="https://u:p@h/r.git", revision="v1"), "https://h/r.git@v1"),
    (Git(repository="r"), "r"),
]


@pytest.mark.parametrize(("source", "told"), PLACES)
def test_places_for_people(source: Remote, told: str) -> None:
    assert shown(source) == told


def test_what_makes_two_places_the_same() -> None:
    url = "https://h/t"
    same = Http(url=url, headers=(("A", "1"),))
    others = [
        Http(url=url),
        Http(url=url, headers=(("A", "2"),)),
        Http(url=url, headers=(("A", "1"),), username=SecretRef("s", "k")),
        Http(url=f"{url}?x"),
    ]
    assert identity_of(same) == identity_of(Http(url=url, headers=(("A", "1"),)))
    assert len({*map(identity_of, [same, *others])}) == 5
