"""Handles for facts of the run, of an attempt, of the step itself, and raw ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.predicate import Predicate, RawPredicate
from couler_jupyter.dsl.reach import brought_in
from couler_jupyter.ir import (
    AttemptField,
    AttemptRef,
    GlobalRef,
    InputRef,
    ParameterRef,
    PathRef,
    Raw,
    RunField,
    RunRef,
    Value,
    ValueType,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope


class Fact(Handle):
    """A fact that is the same wherever it is asked for."""

    __slots__ = ("_fact",)

    def __init__(self, fact: Value) -> None:
        self._fact = fact

    def _value(self, scope: Scope) -> Value:
        del scope
        return self._fact

    def _what(self) -> str:
        return f"{self._fact}"

    def _is_true(self) -> Predicate:
        return (
            RawPredicate(self._fact)
            if isinstance(self._fact, Raw)
            else super()._is_true()
        )


class RunFact(Fact):
    """A fact about the run."""

    __slots__ = ("_field",)

    def __init__(self, field: RunField) -> None:
        super().__init__(RunRef(field))
        self._field = field

    def _value(self, scope: Scope) -> Value:
        """Return it; how the run ended is known to exit handlers, not inside them."""
        home = scope
        while self._field.at_end and home.parent is not None:
            home = home.parent
        return brought_in(home, scope, self, self._fact)

    def _type(self) -> ValueType | None:
        return ValueType.JSON if self._field is RunField.FAILURES else ValueType.STRING

    def _hint(self) -> str:
        return f"run-{self._field}"

    def _what(self) -> str:
        return f"the run's {self._field}"


class ThisRun:
    """What a step can be told of the run it is part of, as `couler.this_run.id`."""

    workflow = RunFact(RunField.WORKFLOW)
    run = RunFact(RunField.RUN)
    id = RunFact(RunField.ID)
    status = RunFact(RunField.STATUS)
    kube_status = RunFact(RunField.KUBE_STATUS)
    failures = RunFact(RunField.FAILURES)
    kube_failures = RunFact(RunField.KUBE_FAILURES)
    duration = RunFact(RunField.DURATION)
    started = RunFact(RunField.STARTED)
    scheduled = RunFact(RunField.SCHEDULED)
    priority = RunFact(RunField.PRIORITY)
    namespace = RunFact(RunField.NAMESPACE)
    service_account = RunFact(RunField.SERVICE_ACCOUNT)

    @staticmethod
    def parameter(name: str) -> Handle:
        """Return a parameter of the run itself, for workflows that are parts of others.

        It is one of the outermost workflow; its name is checked when that is run.
        """
        return Fact(ParameterRef(name, of_run=True))


class ThisAttempt:
    """What is known of an attempt: its number in texts, all in `retry(when=...)`."""

    number = Fact(AttemptRef(AttemptField.NUMBER))
    exit_code = Fact(AttemptRef(AttemptField.EXIT_CODE))
    phase = Fact(AttemptRef(AttemptField.PHASE))
    duration = Fact(AttemptRef(AttemptField.DURATION))
    message = Fact(AttemptRef(AttemptField.MESSAGE))


def global_output(name: str) -> Handle:
    """Return the output that some step of the run made known as `name`."""
    return Fact(GlobalRef(name))


def raw(engine: str, text: str) -> Handle:
    """Return an expression in one engine's own language; others refuse it."""
    return Fact(Raw(engine, text))


def input_value(name: str) -> Handle:
    """Return an input of the step itself, by name, for its command, args and env."""
    return Fact(InputRef(name))


def path_of(name: str, *, output: bool = False) -> Handle:
    """Return where an input file (or an output) of the step itself lies."""
    return Fact(PathRef(name, output))
