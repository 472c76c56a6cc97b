"""What a step with one fingerprint left behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from couler_jupyter.ir import Json
from couler_jupyter.store.object import Object

Parts: TypeAlias = tuple[tuple[str, str, str], ...]
"""What a fingerprint is made of: name, text that is compared, text that is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One output of a step.

    Attributes:
        kind: `json` (then `value` is it), `pickle`, `file` or `folder`.
        content: a text that is the same for the same content.
        value: a JSON value that is small enough to stand in the index; or the name of a
            pickled value's type.
        object: where its bytes are, kept or not; None for a value in the index.
    """

    kind: str
    content: str
    value: Json = None
    object: Object | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a step with one fingerprint left behind.

    Attributes:
        fingerprint: of the step with its inputs.
        workflow, step: where it was first made.
        run: which run made it.
        outputs: by name.
        seconds: how long it took.
        made: seconds since the epoch, as that machine's clock had it.
    """

    fingerprint: str
    workflow: str
    step: str
    run: str
    outputs: Mapping[str, Made] = field(default_factory=dict)
    seconds: float
    made: float

    @property
    def objects(self) -> tuple[Object, ...]:
        """The objects that its outputs need."""
        return tuple(one.object for one in self.outputs.values() if one.object)
