"""The contracts catch what they are there for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, ClassVar

import pytest

from couler_jupyter.engines import Engine, Gap, GapKind
from couler_jupyter.ir import Document, Feature, Phase, Retry, Workflow, to_json
from couler_jupyter.passes import Context, Decision, Pass, Passed, Word
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.engine import EngineContract
from couler_jupyter.testing.outcome import Outcome
from couler_jupyter.testing.passes import PassContract

ALL = frozenset(Feature)
PLAIN = CORPUS["diamond-by-order"].make()
RETRIED = CORPUS["retry"].make()


class Honest(Engine):
    """Writes all it is given."""

    name = "honest"
    features: ClassVar[frozenset[Feature]] = ALL
    gaps: ClassVar[Mapping[Feature, Gap]] = {}

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        yield Document("workflow.json", to_json(workflow))


class Careful(Honest):
    """Honest, without retries."""

    features = ALL - {Feature.RETRY, Feature.TIMEOUT}
    gaps: ClassVar[Mapping[Feature, Gap]] = {
        Feature.RETRY: Gap(GapKind.NEVER, "nothing is tried twice"),
        Feature.TIMEOUT: Gap(GapKind.NO_EFFECT, "all is quick"),
    }


class Lossy(Honest):
    """Forgets how often to retry."""

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        steps = tuple(
            replace(one, retry=Retry(limit=1)) if one.retry else one
            for one in workflow.steps
        )
        yield Document("workflow.json", to_json(replace(workflow, steps=steps)))


class Moody(Honest):
    """Never writes the same twice."""

    turns = count()

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        yield Document("workflow.json", f"{next(self.turns)} {workflow.name}")


class Silent(Careful):
    """Has a gap and does not tell."""

    def problems(self, workflow: Workflow) -> tuple[Any, ...]:
        return ()


def document(filename: str, text: str = "x") -> type[Honest]:
    """An engine whose one document is this."""

    class Odd(Honest):
        def emit(self, workflow: Workflow) -> Iterable[Document]:
            yield Document(filename, text)

    return Odd


def with_tables(**tables: Any) -> type[Honest]:
    """An engine that says this of its features."""
    return type("Odd", (Honest,), tables)


CHECKS: list[tuple[str, Callable[[EngineContract, Engine], None], type[Engine]]] = [
    (
        "a feature forgotten",
        lambda contract, engine: contract.test_accounts_for_every_feature(engine),
        with_tables(features=ALL - {Feature.GPU}),
    ),
    (
        "a feature told twice",
        lambda contract, engine: contract.test_accounts_for_every_feature(engine),
        with_tables(gaps={Feature.GPU: Gap(GapKind.NEVER, "no")}),
    ),
    (
        "a gap without a reason",
        lambda contract, engine: contract.test_gives_a_reason_for_every_gap(engine),
        with_tables(gaps={Feature.GPU: Gap(GapKind.NEVER, "")}),
    ),
    (
        "a gap not told",
        lambda contract, engine: contract.test_compiles_or_says_why_not(
            engine, RETRIED
        ),
        Silent,
    ),
    (
        "no document",
        lambda contract, engine: contract.test_compiles_or_says_why_not(engine, PLAIN),
        type("Empty", (Honest,), {"emit": lambda self, workflow: ()}),
    ),
    (
        "another manifest each time",
        lambda contract, engine: contract.test_is_deterministic(engine, PLAIN),
        Moody,
    ),
    (
        "a field lost",
        lambda contract, engine: contract.test_loses_nothing(
            engine, "Retry.limit changed"
        ),
        Lossy,
    ),
    (
        "a folder in a name",
        lambda contract, engine: contract.test_names_its_documents_safely(
            engine, PLAIN
        ),
        document("../workflow.json"),
    ),
    (
        "a hidden file",
        lambda contract, engine: contract.test_takes_odd_names(engine, "unicode"),
        document(".workflow"),
    ),
    (
        "an empty document",
        lambda contract, engine: contract.test_names_its_documents_safely(
            engine, PLAIN
        ),
        document("workflow.json", " \n"),
    ),
    (
        "near names made one",
        lambda contract, engine: contract.test_keeps_near_names_apart(engine),
        document("workflow.json"),
    ),
]


@pytest.mark.parametrize(
    ("check", "bad"), [one[1:] for one in CHECKS], ids=[one[0] for one in CHECKS]
)
def test_the_engine_contract_catches(
    check: Callable[[EngineContract, Engine], None], bad: type[Engine]
) -> None:
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check(EngineContract(), bad())
    check(EngineContract(), Honest())


@pytest.mark.parametrize("engine", [Honest(), Careful()])
def test_the_engine_contract_lets_good_ones_pass(engine: Engine) -> None:
    contract = EngineContract()
    contract.test_accounts_for_every_feature(engine)
    contract.test_gives_a_reason_for_every_gap(engine)
    for workflow in (PLAIN, RETRIED, CORPUS["timeout"].make()):
        contract.test_compiles_or_says_why_not(engine, workflow)
        contract.test_tells_what_has_no_effect(engine, workflow)
        contract.test_lowers_once(engine, workflow)
        contract.test_is_deterministic(engine, workflow)
        contract.test_names_its_documents_safely(engine, workflow)
    contract.test_loses_nothing(engine, "Retry.limit changed")


def test_what_an_engine_keeps_silent_about_must_be_said_to_be() -> None:
    class Contract(EngineContract):
        silent: ClassVar[Mapping[str, str]] = {"Retry.limit": "it has one number"}

    Contract().test_loses_nothing(Lossy(), "Retry.limit changed")
    with pytest.raises(AssertionError, match="strike it from silent"):
        Contract().test_loses_nothing(Honest(), "Retry.limit changed")


WHY = Decision(pass_name="same", word=Word.NOTED, reason="it was asked for")


@dataclass(frozen=True)
class Same:
    """Changes nothing."""

    name: ClassVar[str] = "same"

    def run(self, workflow: Workflow, context: Context) -> Passed:
        return Passed(workflow)


@dataclass(frozen=True)
class Copies(Same):
    """Changes nothing, and gives back another object."""

    def run(self, workflow: Workflow, context: Context) -> Passed:
        return Passed(replace(workflow), (WHY,))


@dataclass(frozen=True)
class Grows(Same):
    """Is never done."""

    def run(self, workflow: Workflow, context: Context) -> Passed:
        longer = replace(workflow, description=f"{workflow.description}!")
        return Passed(longer, (WHY,))


@dataclass(frozen=True)
class Drops(Same):
    """Forgets what the workflow leaves behind."""

    def run(self, workflow: Workflow, context: Context) -> Passed:
        if not workflow.outputs:
            return Passed(workflow)
        return Passed(replace(workflow, outputs=()), (WHY,))


@dataclass(frozen=True)
class Secret(Same):
    """Gives no reason."""

    def run(self, workflow: Workflow, context: Context) -> Passed:
        if workflow.description:
            return Passed(workflow)
        return Passed(replace(workflow, description="better"))


@dataclass(frozen=True)
class Astray(Same):
    """Decides about steps that there are not."""

    def run(self, workflow: Workflow, context: Context) -> Passed:
        return Passed(workflow, (replace(WHY, step="nowhere"),))


def outcome(case: object, workflow: Workflow) -> Outcome:
    outputs = {one.name: 1 for one in workflow.outputs}
    return Outcome(steps={"": Phase.SUCCEEDED}, outputs={"": outputs})


def hold(one: Pass) -> None:
    contract = PassContract()
    contract.test_keeps_the_rules(one, PLAIN)
    contract.test_keeps_the_meaning(one, outcome, "workflow-output")


def test_the_pass_contract_lets_a_good_one_pass() -> None:
    hold(Same())


@pytest.mark.parametrize("bad", [Copies(), Grows(), Drops(), Secret(), Astray()])
def test_the_pass_contract_catches(bad: Pass) -> None:
    with pytest.raises(AssertionError):
        hold(bad)
