"""What is remembered of a step: what it left behind, and how its attempts went."""

from __future__ import annotations

from dataclasses import dataclass, field

from couler_jupyter.ir import Json, Phase
from couler_jupyter.store.object import Object


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One output of a step.

    Attributes:
        kind: `json` (then `value` is it), `pickle`, `file` or `folder`.
        value: a JSON value that is small enough to stand in the index; or the name of a
            pickled value's type.
        object: where its bytes are; None for a value in the index.
        content: a text that is the same for the same content.
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
        parts: what the fingerprint is made of, by name, as it is shown.
    """

    fingerprint: str
    workflow: str
    step: str
    run: str
    outputs: dict[str, Made]
    seconds: float
    made: float
    parts: tuple[tuple[str, str, str], ...] = ()

    @property
    def objects(self) -> tuple[Object, ...]:
        """The objects that its outputs need."""
        return tuple(one.object for one in self.outputs.values() if one.object)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How one attempt at a step went.

    Attributes:
        fingerprint: empty where the step has none.
        phase: how it ended.
        seconds: wall-clock time; `cpu_seconds` and `peak_memory` (bytes) where known.
        output_bytes: of all it left behind.
    """

    run: str
    workflow: str
    step: str
    path: str
    engine: str
    phase: Phase
    fingerprint: str = ""
    started: float = 0.0
    seconds: float = 0.0
    cpu_seconds: float | None = None
    peak_memory: int | None = None
    output_bytes: int = 0
    inputs: dict[str, str] = field(default_factory=dict)
