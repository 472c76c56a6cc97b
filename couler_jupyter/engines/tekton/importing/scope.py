"""What texts of a pipeline refer to, as values: parameters, results, facts of the run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from couler_jupyter.engines.kube.reading.fields import NoWord, Object
from couler_jupyter.engines.tekton.checking.fault import texts_in
from couler_jupyter.engines.tekton.extras import ENGINE
from couler_jupyter.engines.tekton.references import (
    STAR,
    Reference,
    read_text,
    references_in,
)
from couler_jupyter.ir import (
    Constant,
    DictOf,
    Json,
    ListOf,
    OutputRef,
    ParameterRef,
    Raw,
    RunField,
    RunRef,
    Text,
    Value,
    ValueType,
    as_text,
)

_FACTS: Mapping[tuple[str, str], RunField] = MappingProxyType(
    {
        ("pipelineRun", "name"): RunField.RUN,
        ("pipelineRun", "uid"): RunField.ID,
        ("pipelineRun", "namespace"): RunField.NAMESPACE,
        ("pipeline", "name"): RunField.WORKFLOW,
    }
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What there is to refer to in a pipeline.

    Attributes:
        params: its parameters, and what kind of value each is.
        tasks: names of its tasks; those of `finally` are not among them.
        ends_plainly: whether no task has a condition, so that how Tekton words the end
            of a run is how Kubernetes does.
        at_end: whether it is a task of `finally` that refers.
    """

    params: Mapping[str, ValueType]
    tasks: frozenset[str]
    ends_plainly: bool = False
    at_end: bool = False

    def value(self, text: Json) -> Value:
        """Return what a parameter or a condition is given; Tekton's own if need be."""
        try:
            return self._value(text)
        except NoWord:
            if isinstance(text, str):
                return Raw(ENGINE, text)
            raise

    def _value(self, found: Json) -> Value:
        if isinstance(found, list):
            items = tuple(self._value(one) for one in found)
            if all(isinstance(one, Constant) for one in items):
                return Constant.of([one.value for one in items])  # type: ignore[union-attr]
            return ListOf(items)
        if isinstance(found, dict):
            pairs = tuple((key, self._value(one)) for key, one in found.items())
            if all(isinstance(one, Constant) for _, one in pairs):
                return Constant.of({key: one.value for key, one in pairs})  # type: ignore[union-attr]
            return DictOf(pairs)
        text = as_text(found)
        if "$$" in text:
            raise NoWord(f"what becomes of $$ in {text[:40]!r} depends on who reads it")
        made = read_text(text, self._look_up)
        return Constant.of(made) if isinstance(made, str) else made

    def _look_up(self, ref: Reference) -> Text | None:
        match ref.path:
            case ("params", str(name)) if self.params.get(name) is ValueType.STRING:
                return ParameterRef(name)
            case ("params", str(name), str(end)) if end == STAR and name in self.params:
                return ParameterRef(name)
            case ("tasks", str(task), "results", str(name), *rest):
                known = task in self.tasks and rest in ([], [STAR])
                return OutputRef(task, name) if known else None
            case ("tasks", "status") if self.at_end and self.ends_plainly:
                return RunRef(RunField.KUBE_STATUS)
            case ("context", str(of), str(fact)) if (of, fact) in _FACTS:
                return RunRef(_FACTS[of, fact])
            case _:
                return None

    def tasks_in(self, part: Json) -> Iterator[str]:
        """Yield the tasks that texts of a part of a manifest refer to."""
        for text in texts_in(part):
            for ref in references_in(text):
                match ref.path:
                    case ("tasks", str(task), *_) if task in self.tasks:
                        yield task
                    case _:
                        pass


def results_used(part: Json) -> Iterator[tuple[str, str, bool]]:
    """Yield the results that a part of a manifest uses: task, name, whether all of it."""
    for text in texts_in(part):
        for ref in references_in(text):
            match ref.path:
                case ("tasks", str(task), "results", str(name), *rest):
                    yield task, name, bool(rest)
                case _:
                    pass


def without(node: Object, *keys: str) -> dict[str, Json]:
    """Return an object without some of its fields."""
    return {key: value for key, value in node.items() if key not in keys}
