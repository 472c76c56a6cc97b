"""What stands around steps: the items of a map, the beginning and the end of a workflow."""

from __future__ import annotations

from typing import Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from couler_jupyter.engines.airflow.prelude.ends import Ends
from couler_jupyter.engines.airflow.prelude.files import located
from couler_jupyter.engines.airflow.prelude.steps import Step, now
from couler_jupyter.engines.airflow.prelude.trees import evaluate
from couler_jupyter.engines.airflow.prelude.values import (
    Unfit,
    Unknown,
    as_text,
    read_text,
)

_BAD = ("failed", "errored")


class ItemsStep(Step, BaseOperator):  # type: ignore[misc]
    """Gives the items of a map, once the step may run."""

    template_fields = ()

    def __init__(self, *, step: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.step = step

    def execute(self, context: Any) -> Any:
        """Return the list of the items."""
        return super().execute(context)

    def bind(self) -> None:
        """It takes no inputs."""

    def perform(self) -> Any:
        """Return the items."""
        self.found = self._items()
        return self.found

    def _items(self) -> list[Any]:
        word, *rest = self.step["over"]
        if word == "range":
            start, end, by, form = rest
            first, last = self._whole(start), self._whole(end)
            numbers = range(first, last + (1 if by > 0 else -1), by)
            return [number if form is None else form % number for number in numbers]
        found = evaluate(self.step["over"], self.look_up)
        if isinstance(found, str):
            found = read_text(found, "list")
        if not isinstance(found, list):
            raise Unfit(f"maps over {as_text(found)[:60]}, which is no list")
        return found

    def _whole(self, value: Any) -> int:
        found = evaluate(value, self.look_up)
        if isinstance(found, str):
            found = read_text(found, "integer")
        if isinstance(found, bool) or not isinstance(found, int):
            raise Unfit(f"its range goes to or from {as_text(found)[:60]}")
        return found

    def told(self) -> dict[str, Any]:
        """Return how many items there are."""
        return {"items": len(self.found)}


class BeginStep(Step, BaseOperator):  # type: ignore[misc]
    """Begins a workflow that is a step of another: whether it runs, and with what."""

    template_fields = ("item",)

    def __init__(self, *, step: Any, item: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.step = step
        self.item = item

    def perform(self) -> Any:
        """Make known what the workflow is given."""
        self.ti.xcom_push(key="inputs", value=self.inputs)
        return self.inputs

    def given(self, value: Any) -> Any:
        """Return what an argument comes to, of a storage where it lies."""
        if value[0] in {"local", "inline", "http", "store"}:
            return located(value, self.look_up)
        return super().given(value)


class EndingStep(Step, BaseOperator):  # type: ignore[misc]
    """Says how the steps of a workflow ended, and what the workflow leaves."""

    template_fields = ()

    def __init__(self, *, step: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.step = step

    def execute(self, context: Any) -> Any:
        """Tell how it ended; the task fails if the workflow has."""
        self.step = {
            "inside": "",
            "group": "",
            "handlers": (),
            "outputs": {},
            **self.step,
        }
        self.ti, self.context, self.item, self.turn = context["ti"], context, None, 0
        self.ends = Ends(self.ti, self.step["group"])
        self.inputs: dict[str, Any] = {}
        self.began = self._begun()
        begin = self.step["inside"]
        begun = self.ends.one(begin, "ended") if begin else {"phase": "succeeded"}
        begun = begun or {"phase": "omitted", "message": "it never began"}
        if begun["phase"] != "succeeded":
            return self._finish(begun["phase"], begun.get("message", ""), {}, [])
        bad = self._bad()
        phase, message = _verdict([one for one in bad if not self._is_handled(one)])
        outputs: dict[str, Any] = {}
        if phase == "succeeded":
            phase, message, outputs = self._left()
        if phase == "succeeded":
            late = [p for p in self.step["handlers"] if self.ends.phase(p) in _BAD]
            if late:
                phase, message = "failed", f"exit handler {late[0]!r} failed"
        return self._finish(phase, message, outputs, bad)

    def _finish(self, phase: str, message: str, outputs: Any, bad: Any) -> Any:
        record = {
            "phase": phase,
            "message": message,
            "failures": bad,
            "started": self.began,
            "finished": now(),
        }
        self.ti.xcom_push(key="ended", value=record)
        if phase in {"skipped", "omitted"}:
            raise AirflowSkipException(message)
        if phase != "succeeded":
            raise AirflowFailException(message)
        return outputs

    def _begun(self) -> Any:
        begin = self.step["inside"]
        known = self.ends.one(begin, "ended") if begin else None
        return (known or {}).get("started") or now()

    def _bad(self) -> list[dict[str, str]]:
        found = []
        for path in self.step["steps"]:
            record = self.ends.record(path)
            if record["phase"] in _BAD:
                told = {"phase": record["phase"], "message": record.get("message", "")}
                found.append({"step": path, **told})
        return found

    def _is_handled(self, bad: Any) -> bool:
        return any(
            self.ends.phase(who) == "succeeded"
            and bool({"failed", "errored", "all-failed"} & set(how))
            and self.ends.ended(
                bad["step"], [one for one in how if one in {*_BAD, "all-failed"}]
            )
            for who, how in self.step.get("awaited", {}).get(bad["step"], ())
        )

    def _left(self) -> Any:
        outputs = {}
        for name, value in self.step["outputs"].items():
            try:
                outputs[name] = evaluate(value, self.look_up)
            except (Unknown, Unfit) as error:
                return "failed", f"output {name!r}: {error}", {}
        return "succeeded", "", outputs


def _verdict(bad: Any) -> tuple[str, str]:
    if not bad:
        return "succeeded", ""
    first = next((one for one in bad if one["phase"] == "failed"), bad[0])
    return first["phase"], f"step {first['step']!r} failed: {first['message']}"
