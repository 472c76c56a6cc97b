"""What calling a step gives while a workflow is written: its outputs and its fate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.of_step import OfStep, Output, StepFact
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.predicate import OutcomePredicate, Predicate
from couler_jupyter.errors import BuildFailed
from couler_jupyter.ir import (
    FromReturn,
    Function,
    Outcome,
    OutputParameter,
    StepField,
    Value,
    ValueType,
    name_fault,
    nearest,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope


class NoOutput(BuildFailed, AttributeError):
    """The step has no output of that name."""


class StepOutput(OfStep):
    """A step that was called: stands for its result, and gives its other outputs.

    `handle.loss` or `handle.output("loss")` is the output `loss`; a step with several
    outputs can be unpacked. `first >> then` puts steps in order.
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """The step's name in its workflow."""
        return self._node.name

    @property
    def result(self) -> Output:
        """What the step gives: a function's value, a program's standard output."""
        return self.output("result")

    def output(self, name: str) -> Output:
        """Return the output called `name`.

        Raises:
            BuildFailed: the step has no such output.
        """
        node = self._node
        if name not in node.output_names() and not node.scope.ask(node, name):
            known = node.output_names()
            raise NoOutput(
                str(
                    misused(
                        f"step {node.name!r} has no output {name!r}{nearest(name, known)}"
                    )
                )
            )
        return Output(node, name)

    def __getattr__(self, name: str) -> Output:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.output(name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._node.output_names()})

    def __getitem__(self, key: str | int) -> Output:  # type: ignore[override]
        """Return an output by name or place, or a part of what a function returns.

        `scores["loss"]` of a function that returns a dict needs no declared output.
        """
        if isinstance(key, str):
            if not self._is_part(key):
                return self.output(key)
            return Output(self._node, key)
        names = self._node.output_names()
        if not -len(names) <= key < len(names):
            raise IndexError(f"step {self._node.name!r} has {len(names)} outputs")
        return self.output(names[key])

    def _is_part(self, key: str) -> bool:
        node = self._node
        if key in node.output_names() or not isinstance(node.template, Function):
            return False
        if name_fault(key) is not None or key == "result":
            return False
        source = FromReturn((key,))
        part = OutputParameter(name=key, source=source, type=ValueType.PYTHON)
        return node.scope.have(node, part)

    def __iter__(self) -> Iterator[Output]:
        names = self._node.output_names()
        if len(names) < 2 or self._node.loop is not None:
            return super().__iter__()
        return iter([self.output(name) for name in names])

    @property
    def exit_code(self) -> StepFact:
        """The exit code of its program."""
        return StepFact(self._node, StepField.EXIT_CODE)

    @property
    def phase(self) -> StepFact:
        """How it ended, as text."""
        return StepFact(self._node, StepField.PHASE)

    @property
    def address(self) -> StepFact:
        """Where a daemon step listens."""
        return StepFact(self._node, StepField.ADDRESS)

    @property
    def started(self) -> StepFact:
        """When it started."""
        return StepFact(self._node, StepField.STARTED)

    @property
    def finished(self) -> StepFact:
        """When it ended."""
        return StepFact(self._node, StepField.FINISHED)

    @property
    def id(self) -> StepFact:
        """The engine's own id of it."""
        return StepFact(self._node, StepField.ID)

    @property
    def succeeded(self) -> Predicate:
        """Whether it ended well."""
        return self._ended(Outcome.SUCCEEDED)

    @property
    def failed(self) -> Predicate:
        """Whether it ended badly by its own fault."""
        return self._ended(Outcome.FAILED)

    @property
    def errored(self) -> Predicate:
        """Whether what surrounds it made it end badly."""
        return self._ended(Outcome.ERRORED)

    @property
    def skipped(self) -> Predicate:
        """Whether its condition did not hold."""
        return self._ended(Outcome.SKIPPED)

    @property
    def omitted(self) -> Predicate:
        """Whether it never ran, for how those before it ended."""
        return self._ended(Outcome.OMITTED)

    @property
    def ready(self) -> Predicate:
        """Whether a daemon is up."""
        return self._ended(Outcome.READY)

    @property
    def any_succeeded(self) -> Predicate:
        """Whether some item of a mapped step ended well."""
        return self._ended(Outcome.ANY_SUCCEEDED)

    @property
    def all_failed(self) -> Predicate:
        """Whether all items of a mapped step ended badly."""
        return self._ended(Outcome.ALL_FAILED)

    def _ended(self, how: Outcome) -> Predicate:
        return OutcomePredicate(self._node, (how,))

    def _value(self, scope: Scope) -> Value:
        return self._default()._value(scope)

    def _type(self) -> ValueType | None:
        return self._default()._type()

    def _hint(self) -> str:
        return self._default()._hint()

    def _itself(self) -> Handle:
        return self._default()

    def _what(self) -> str:
        return f"the result of step {self._node.name!r}"

    def _default(self) -> Output:
        """Return the output it stands for where a value is wanted."""
        node = self._node
        names = node.output_names()
        if len(names) == 1:
            return Output(node, names[0])
        if "result" in names or (
            (not names or isinstance(node.template, Function))
            and node.scope.ask(node, "result")
        ):
            return Output(node, "result")
        if not names:
            if node.scope.ask(node, "job-name"):
                return Output(node, "job-name")
            raise misused(f"step {node.name!r} has no output; give it outputs=...")
        raise misused(
            f"step {node.name!r} has several outputs ({', '.join(names)}); "
            f"choose one, as .output({names[0]!r})"
        )
