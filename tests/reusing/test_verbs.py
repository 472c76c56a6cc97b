"""What people see of the cache, and what they can do with it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.caching.simulate import trace_to_json
from couler_jupyter.caching.simulate.scenario import SCENARIOS
from couler_jupyter.drawing import cache_text
from couler_jupyter.errors import CoulerError
from couler_jupyter.ir import Cache, Script, Workflow
from couler_jupyter.reusing import Config
from couler_jupyter.reusing.cache import Cache as Kept
from couler_jupyter.session import RunHandle, Session
from couler_jupyter.session.tuning import Tuning
from couler_jupyter.store import Attempt, Store
from couler_jupyter.verbs import VERBS, build_parser
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally
from tests.reusing.test_what_runs_again import chain, files


class Said:
    """A console that keeps what it is told."""

    def __init__(self) -> None:
        self.text = ""

    def say(self, text: str) -> None:
        self.text += f"{text}\n"

    def write(self, chunk: str) -> None:
        self.text += chunk

    def show_workflow(self, workflow: Workflow) -> None:
        raise AssertionError(workflow)

    def show_run(self, run: RunHandle) -> None:
        raise AssertionError(run)

    def open_form(self, session: Session, workflow: Workflow) -> bool:
        raise AssertionError((session, workflow))

    def show_cache(self, config: Config) -> None:
        with Kept(config) as cache:
            self.say(cache_text(cache.view()))

    def show_tuning(self, tuning: Tuning) -> None:
        raise AssertionError(tuning)

    def follow(self, run: RunHandle, *, wait: bool) -> None:
        raise AssertionError((run, wait))


def said(session: Session, *words: str) -> str:
    """Return what a verb says."""
    parser = build_parser("couler", [VERBS.get(name)() for name in ("cache", "why")])
    given = parser.parse_args(list(words))
    console = Said()
    assert given.execute(session, given, console) == 0
    return console.text


def attempts(folder: Path) -> tuple[Attempt, ...]:
    """Return what the cache remembers of attempts."""
    store = Store.open(folder / "cache")
    found = store.history.attempts()
    store.close()
    return found


@pytest.fixture
def session(bench: Bench) -> Session:
    return Session(root=bench.store.root)


def test_nothing_yet(session: Session) -> None:
    assert "nothing is kept yet" in said(session, "cache")
    assert "has not run yet" in said(session, "why", "load")
    with pytest.raises(CoulerError, match="no runs yet"):
        said(session, "cache", "simulate")


def test_what_is_kept_and_why(bench: Bench, session: Session, tmp_path: Path) -> None:
    run = bench.run(files(Tally(tmp_path), 1000)).run
    table = said(session, "cache")
    assert "of 100 MB" in table
    assert "files/make" in table
    assert "files/take" in table
    why = said(session, "cache", "why", "make")
    assert "chance that the next run reads it" in why
    assert "to make it again" in why
    assert "in the paper's terms L " in why
    assert f"in run {run.id}" in said(session, "cache", "why", "files/make")


def test_the_table_as_json(bench: Bench, session: Session, tmp_path: Path) -> None:
    bench.run(files(Tally(tmp_path), 1000))
    view = json.loads(said(session, "cache", "--json"))
    assert (view["type"], view["budget"], view["policy"]) == ("cache", 10**8, "value")
    made = {one["step"]: one for one in view["artifacts"]}
    assert made.keys() == {"make", "take"}
    assert {one["size"] for one in made.values()} == {3893}
    assert view["used"] == 2 * 3893
    # take is read by nothing; make by take, which is kept
    assert (made["make"]["frequency"], made["take"]["frequency"]) == (0, 0)
    assert made["make"]["cost"] > made["make"]["seconds"] > 0
    assert made["make"]["rebuild"] == pytest.approx(made["make"]["seconds"])


def test_to_look_gives_nothing_up(
    bench: Bench, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.run(files(Tally(tmp_path), 1000))
    monkeypatch.setenv("COULER_CACHE_BUDGET", "5K")
    view = json.loads(said(session, "cache", "--json"))
    assert (view["used"], view["budget"]) == (2 * 3893, 5000)
    said(session, "cache", "why", "make")
    assert len(json.loads(said(session, "cache", "--json"))["artifacts"]) == 2


def test_pins_budget_and_clearing(
    bench: Bench, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COULER_CACHE_BUDGET")
    tally = Tally(tmp_path)
    bench.run(files(tally, 1000))
    tally.taken()
    said(session, "cache", "pin", "make")
    assert "pinned" in said(session, "cache", "why", "make")
    with pytest.raises(CoulerError, match="files/make is pinned; unpin it first"):
        said(session, "cache", "drop", "make")
    assert "3.89 kB of 4 kB" in said(session, "cache", "budget", "4K")
    assert "given up since" in said(session, "cache", "why", "take")
    with pytest.raises(CoulerError, match="only what is can be pinned"):
        said(session, "cache", "pin", "take")
    said(session, "cache", "unpin", "make")
    said(session, "cache", "drop", "make")
    bench.run(files(tally, 1000))
    assert tally.taken() == ["make", "take"]


def test_clearing_has_to_be_meant(
    bench: Bench, session: Session, tmp_path: Path
) -> None:
    tally = Tally(tmp_path)
    bench.run(files(tally, 1000))
    with pytest.raises(CoulerError, match=r"2 artifacts, 7.79 kB .* clear --yes"):
        said(session, "cache", "clear")
    tally.taken()
    bench.run(files(tally, 1000))
    assert tally.taken() == []
    said(session, "cache", "pin", "make")
    assert "1 artifacts, 3.89 kB: 3.89 kB freed" in said(
        session, "cache", "clear", "--yes"
    )
    assert "3.89 kB of" in said(session, "cache", "budget")
    bench.run(files(tally, 1000))
    assert tally.taken() == ["make", "take"]


def test_what_others_need_too_stays_when_one_is_dropped(
    bench: Bench, session: Session, tmp_path: Path
) -> None:
    tally = Tally(tmp_path)
    both = files(tally, 3)
    twin = replace(both.steps[0], name="twin")
    assert isinstance(twin.template, Script)
    other = replace(twin.template, source=f"{twin.template.source}  # the same bytes")
    bench.run(replace(both, steps=(both.steps[0], replace(twin, template=other))))
    tally.taken()
    said(session, "cache", "drop", "twin")
    bench.run(replace(both, steps=(both.steps[0],)))
    assert tally.taken() == []


def test_an_artifact_by_how_its_key_starts(
    bench: Bench, session: Session, tmp_path: Path
) -> None:
    bench.run(files(Tally(tmp_path), 3))
    view = json.loads(said(session, "cache", "--json"))
    key = view["artifacts"][0]["id"]
    assert key[:12] in said(session, "cache", "why", key[:8])
    with pytest.raises(CoulerError, match="no artifact 'mke'; there is files"):
        said(session, "cache", "why", "mke")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("pin",), "cache pin needs an artifact"),
        (("clear", "make"), "cache clear takes no 'make'"),
        (("table", "--budget", "2G"), "cache table takes no option"),
        (("drop", "x", "--yes"), "asks nothing"),
        (("budget", "--json"), "no JSON"),
        (("budget", "much"), "'much' is no size"),
        (("policy", "best"), "no policy named 'best'"),
        (("policy", "couler{m=2}"), "has no option 'm'"),
        (("policies", "--json"), "no JSON"),
        (("simulate", "--budget", "lots"), "'lots' is no size"),
        (("simulate", "--scenario", "layerd"), "no scenario or file named 'layerd'"),
        (("simulate", "--scenario", "layered", "--seeds", "0"), "no number from 1 on"),
        (("table", "--scenario", "layered"), "cache table takes no option"),
        (("tabel",), "invalid choice"),
    ],
)
def test_what_makes_no_sense_is_one_line(
    session: Session, words: tuple[str, ...], says: str
) -> None:
    with pytest.raises(CoulerError, match=says) as told:
        said(session, "cache", *words)
    assert "\n" not in str(told.value)


def test_what_the_environment_says_is_not_changed_in_vain(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CoulerError, match="COULER_CACHE_BUDGET is '100M' and goes"):
        said(session, "cache", "budget", "20G")
    monkeypatch.setenv("COULER_CACHE_POLICY", "lru")
    with pytest.raises(CoulerError, match="COULER_CACHE_POLICY is 'lru' and goes"):
        said(session, "cache", "policy", "value")


def test_a_budget_that_is_written_down_is_changed_there(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COULER_CACHE_BUDGET")
    (tmp_path / "cache.toml").write_text('budget = "5M"')
    assert "of 5 MB" in said(session, "cache", "budget")
    said(session, "cache", "budget", "7M")
    assert "of 7 MB" in said(session, "cache", "budget")


def test_policies(bench: Bench, session: Session, tmp_path: Path) -> None:
    assert "* value" in said(session, "cache", "policies")
    said(session, "cache", "policy", "couler{n=2}")
    assert "* couler " in said(session, "cache", "policies")
    assert "policy couler{n=2}" in said(session, "cache", "policy")
    ended = bench.run(files(Tally(tmp_path), 3))
    assert (ended.folder / "supervisor.log").read_text() == ""
    assert "by the policy couler{n=2}" in said(session, "cache", "why", "make")


def test_simulating(bench: Bench, session: Session, tmp_path: Path) -> None:
    flow = files(Tally(tmp_path), 1000)
    bench.run(flow)
    bench.run(flow)
    told = said(session, "cache", "simulate", "--budget", "1K")
    assert "with 1 kB and the policy value the last 2 runs would have taken" in told
    assert "more than with 100 MB and value" in told
    table = said(session, "cache", "simulate").splitlines()
    assert table[0].startswith("the last 2 runs, replayed with 100 MB and value: ")
    assert table[1].split() == ["50", "MB", "100", "MB", "200", "MB", "400", "MB"]
    assert [line.split()[0] for line in table[2:]] == [
        "fifo",
        "lru",
        "gdsf",
        "couler",
        "value",
    ]
    found = json.loads(
        said(session, "cache", "simulate", "--policy", "lru,couler{n=1,beta=2}",
             "--budget", "1K,1M", "--json")
    )  # fmt: skip
    saved = {(one["policy"], one["budget"]): one["saved"] for one in found["cases"]}
    assert saved == {
        ("lru", 1000): 0,
        ("lru", 10**6): 1,
        ("couler{n=1,beta=2}", 1000): 0,
        ("couler{n=1,beta=2}", 10**6): 1,
    }
    assert found["nothing"] > found["everything"]


def test_simulating_what_is_drawn_or_comes_from_a_file(
    session: Session, tmp_path: Path
) -> None:
    words = ("cache", "simulate", "--scenario")
    told = said(
        session, *words, "layered", "--seeds", "2", "--budget", "5G"
    ).splitlines()
    assert told[0].endswith("2 draws, 95 % intervals from resampling them")
    assert [line.split()[2] for line in told[1:]] == [
        "lru", "fifo", "gdsf", "couler", "value", "oracle",
    ]  # fmt: skip
    trace = SCENARIOS["layered"].trace(3)
    path = tmp_path / "runs.json"
    path.write_text(json.dumps(trace_to_json(trace)))
    found = json.loads(
        said(session, *words, str(path), "--policy", "value,oracle", "--json")
    )
    assert len(found) == 2 * 4
    assert {one["policy"] for one in found} == {"value", "oracle"}
    path.write_text("[1]")
    with pytest.raises(CoulerError, match="run 0 of the trace"):
        said(session, *words, str(path))
    path.write_text("[]")
    with pytest.raises(CoulerError, match="it has no runs"):
        said(session, *words, str(path))


def test_what_is_never_reused_is_made_in_each_simulated_run(
    bench: Bench, session: Session, tmp_path: Path
) -> None:
    tally = Tally(tmp_path)
    step = tally.step("now", "return 1", cache=Cache(enabled=False))
    for _ in range(2):
        bench.run(
            Workflow(name="now", steps=(step, tally.step("then", "return now", "now")))
        )
    found = json.loads(said(session, "cache", "simulate", "--budget", "1M", "--json"))
    seconds = [one.seconds for one in attempts(tmp_path) if one.step == "now"]
    assert len(seconds) == 2
    assert found["everything"] >= sum(seconds)


def test_why_tells_what_changed(bench: Bench, session: Session, tmp_path: Path) -> None:
    tally = Tally(tmp_path)
    first = bench.run(chain(tally))
    bench.run(chain(tally, middle="return load + 2"))
    session.define(chain(tally, middle="return load + 3"))
    told = said(session, "why", "middle")
    assert f"what had changed since run {first.run.id}:" in told
    assert "-    return load + 1" in told
    assert "+    return load + 2" in told
    assert "edited since" in told
    assert "+    return load + 3" in told
    assert "input middle: was 2, is 3" in said(session, "why", "last")
    assert "reused from run" in said(session, "why", "load")
    silent = replace(chain(tally).steps[0], name="silent", template=Script(source="ls"))
    session.define(Workflow(name="silent", steps=(silent,)))
    assert "never reused: it leaves nothing behind" in said(session, "why", "silent")
