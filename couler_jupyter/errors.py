"""Every error the package raises on purpose.

CoulerError
├── InvalidWorkflow   the workflow is not well formed; carries every problem
├── InvalidDocument   a file or text is not a workflow document
├── CannotTravel      a function uses a name that cannot go with it
├── BuildFailed       the interface was used in a way that makes no workflow
├── PassFailed        a pass could not do its work
├── Unsupported       the workflow needs what the engine lacks
├── SubmitFailed      the engine refused or could not be reached
├── RunFailed         a run ended in failure and the caller asked to be told
├── StoreFailed       the run store cannot be read or written
├── ModelFailed       a language model could not be reached, or gave no usable answer
├── SpendingLimit     asking a language model would cost more than is allowed
├── UsageFailed       a magic or command was called wrongly
├── TuningFault       what hyper-parameters are chosen by says what cannot be
│   ├── SpaceFault    a space of hyper-parameters, or a setting, is not well formed
│   ├── CardFault     a card lacks what is needed, or contradicts its data
│   └── LogFault      a training log holds what no training leaves behind
├── PredictionFailed  there is nothing to predict training logs from
└── UnknownName       no engine, pass, model, step or run of that name
    └── NoOutputs     a step of that name has left nothing behind, or not yet
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

_MOST_SHOWN = 50


class CoulerError(Exception):
    """Base of all expected errors; notebooks show it without a traceback.

    All can be pickled and copied, whatever their constructors take.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make it again from its message and attributes."""
        return _again, (type(self), self.args), vars(self)

    def _render_traceback_(self) -> list[str]:
        return [f"{type(self).__name__}: {self}"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where.

    Attributes:
        where: what it is about, as `step 'train'` or `workflow 'pick-best'`.
        what: what was wrong and what would be right.
        place: the cell or file and line, as `cell [3], line 7`; empty if unknown.
    """

    where: str
    what: str
    place: str = ""

    def __str__(self) -> str:
        at = f" ({self.place})" if self.place else ""
        return f"{self.where}{at}: {self.what}"


class InvalidWorkflow(CoulerError, ValueError):
    """The workflow is not well formed.

    Attributes:
        name: the workflow's name.
        problems: all that is wrong, in the order of the steps.
    """

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.name = name
        self.problems = tuple(problems)
        super().__init__(f"{name}: {_join(self.problems)}")


class InvalidDocument(CoulerError, ValueError):
    """A file or text is not a workflow document this version can read."""


class CannotTravel(CoulerError, ValueError):
    """A function uses a name that cannot go with it to where it runs."""


class BuildFailed(CoulerError, ValueError):
    """The interface was used in a way that makes no workflow."""


class PassFailed(CoulerError):
    """A pass could not do its work."""


class Unsupported(CoulerError):
    """The workflow needs what the engine lacks.

    Attributes:
        engine: the engine's name.
        problems: every missing feature with its reason.
    """

    def __init__(self, engine: str, problems: Iterable[Problem]) -> None:
        self.engine = engine
        self.problems = tuple(problems)
        super().__init__(f"{engine} cannot express: {_join(self.problems)}")


class SubmitFailed(CoulerError):
    """The engine refused the workflow or could not be reached."""


class RunFailed(CoulerError):
    """A run ended in failure and the caller asked to be told."""


class StoreFailed(CoulerError):
    """The run store cannot be read or written."""


class ModelFailed(CoulerError):
    """A language model could not be reached, refused, or gave no usable answer."""


class SpendingLimit(CoulerError):
    """Asking a language model would cost more than the session allows."""


class UsageFailed(CoulerError):
    """A magic or a command was called wrongly."""


class TuningFault(CoulerError, ValueError):
    """What hyper-parameters are chosen by says what cannot be."""


class SpaceFault(TuningFault):
    """A space of hyper-parameters, or a setting of it, is not well formed."""


class CardFault(TuningFault):
    """A data card or a model card lacks what is needed, or contradicts its data."""


class LogFault(TuningFault):
    """A training log holds what no training leaves behind."""


class PredictionFailed(CoulerError):
    """There is nothing to predict training logs from, or not enough."""


class UnknownName(CoulerError, LookupError):
    """Nothing of that kind has that name."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        hint = get_close_matches(name, names, n=1)
        end = f"did you mean {hint[0]!r}?" if hint else f"known: {_some(names)}"
        super().__init__(f"no {kind} named {name!r}; {end}")


class NoOutputs(UnknownName):
    """A step of that name has left nothing behind, or not yet."""

    def __init__(self, step: str, stands: str, known: Iterable[str]) -> None:
        named = f"step {step!r} has left no outputs; it {stands}"
        CoulerError.__init__(self, f"{named}; known: {_some(sorted(known))}")


def _again(kind: type[CoulerError], args: tuple[object, ...]) -> CoulerError:
    return kind.__new__(kind, *args)


def _join(problems: tuple[Problem, ...]) -> str:
    if len(problems) == 1:
        return str(problems[0])
    lines = "".join(f"\n  {problem}" for problem in problems[:_MOST_SHOWN])
    more = len(problems) - _MOST_SHOWN
    end = f"\n  and {more} more" if more > 0 else ""
    return f"{len(problems)} problems{lines}{end}"


def _some(names: list[str], most: int = 12) -> str:
    if not names:
        return "none"
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
