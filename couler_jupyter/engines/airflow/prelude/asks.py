"""Steps that wait for what a person types in, as Airflow asks for it since 3.1."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

from couler_jupyter.engines.airflow.prelude.steps import Step, StepFailed
from couler_jupyter.engines.airflow.prelude.values import Unfit, accept, as_text

GO_ON = "Go on"
_KINDS = {
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "list": "array",
    "object": "object",
}


class AskStep(Step, HITLOperator):  # type: ignore[misc]
    """Asks a person for the outputs of the step, and goes on when they are there."""

    template_fields = ()

    def __init__(self, *, step: Any, item: Any = None, **kwargs: Any) -> None:
        super().__init__(
            **{
                "subject": step.get("message") or step["path"],
                "options": [GO_ON],
                "params": {n: asked(one) for n, one in step.get("outputs", {}).items()},
                **kwargs,
            }
        )
        self.step = step
        self.item = item

    def perform(self) -> Any:
        """Ask; Airflow ends this process, and calls `execute_complete` in another."""
        lines = [f"- {name}: {as_text(one)}" for name, one in self.inputs.items()]
        self.body = "\n".join(lines) or None
        return HITLOperator.execute(self, self.context)

    def execute_complete(self, context: Any, event: Any) -> Any:
        """Take what the person typed in."""
        self.begin(context)
        return self.told_of(lambda: dict(self._answers(context, event)))

    def _answers(self, context: Any, event: Any) -> Any:
        given = HITLOperator.execute_complete(self, context, event)["params_input"]
        for name, one in self.step["outputs"].items():
            value = given.get(name, one.get("default"))
            if value is None and "default" not in one:
                raise StepFailed(f"output {name!r} was not typed in")
            try:
                yield name, accept(value, one["type"], one.get("choices", ()))
            except Unfit as error:
                raise StepFailed(f"output {name!r} {error}") from None


def asked(one: Any) -> Any:
    """Return what a person is asked for, as a field of a form; empty to begin with."""
    said: dict[str, Any] = {}
    empty = [] if "default" in one else [None]
    if one["type"] in _KINDS:
        said["type"] = [_KINDS[one["type"]], *(["null"] if empty else [])]
    if one.get("choices"):
        said["enum"] = [*one["choices"], *empty]
    return Param(one.get("default"), **said)
