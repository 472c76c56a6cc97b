"""What a run of the benchmark gave, sample by sample, as a value and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from couler_jupyter.errors import InvalidDocument
from couler_jupyter.ir import Json

FORMAT = "couler-nl-bench/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One draw for one wording of one task.

    Attributes:
        task, kind, difficulty, held_out: of the task.
        wording: 0 terse, 1 chatty, 2 precise.
        number: of the draw, from 0.
        passed: whether the oracle finds it right.
        graph: whether at least the graph is right.
        unaided: whether the first program, before any feedback, is right.
        asked: whether a question came back.
        why: what is wrong, in one line.
        attempts: programs that were tried.
        prompt_tokens, answer_tokens: spent; `dollars`: None where prices are unknown.
        broken: whether the model could not be asked to the end, or the pipeline failed.
    """

    task: str
    kind: str
    difficulty: str
    held_out: bool
    wording: int
    number: int
    passed: bool
    graph: bool
    unaided: bool
    asked: bool = False
    why: str = ""
    attempts: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0
    dollars: float | None = 0.0
    broken: bool = False

    @property
    def tokens(self) -> int:
        """Of questions and answers together."""
        return self.prompt_tokens + self.answer_tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All samples of one run of the benchmark.

    Attributes:
        model: that was asked; `draft` for none.
        options: how it was asked, for whoever reads it later.
        samples: in the order of the tasks.
    """

    model: str
    options: Mapping[str, Json]
    samples: tuple[Sample, ...]

    def by_task(self) -> dict[str, tuple[Sample, ...]]:
        """Return the samples of each task."""
        found: dict[str, list[Sample]] = {}
        for one in self.samples:
            found.setdefault(one.task, []).append(one)
        return {name: tuple(some) for name, some in found.items()}

    def only(self, samples: Iterable[Sample]) -> Result:
        """Return the same run with some of its samples."""
        return Result(model=self.model, options=self.options, samples=tuple(samples))

    def to_json(self) -> str:
        """Return it as JSON text; the same result, the same text."""
        whole = {
            "format": FORMAT,
            "model": self.model,
            "options": dict(self.options),
            "samples": [asdict(one) for one in self.samples],
        }
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Result:
        """Return what `to_json` wrote.

        Raises:
            InvalidDocument: the text is something else.
        """
        try:
            whole: Any = json.loads(text)
            if whole["format"] != FORMAT:
                raise InvalidDocument(f"it is {whole['format']!r}, not {FORMAT!r}")
            samples = tuple(_sample(one) for one in whole["samples"])
            return cls(model=whole["model"], options=whole["options"], samples=samples)
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidDocument(f"no result of the benchmark: {error}") from None


def _sample(table: Mapping[str, Any]) -> Sample:
    known = {one.name for one in fields(Sample)}
    if unknown := table.keys() - known:
        raise InvalidDocument(f"a sample has no {', '.join(sorted(unknown))}")
    return Sample(**table)
