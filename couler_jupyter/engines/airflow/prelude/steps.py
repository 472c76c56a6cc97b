"""What every task of a step does around its operator: may it run, with what, what it left."""

from __future__ import annotations

import logging
import os
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, NoReturn

from airflow.sdk.exceptions import (
    AirflowException,
    AirflowFailException,
    AirflowSkipException,
    AirflowTaskTimeout,
)

from couler_jupyter.engines.airflow.prelude.ends import Ends, obstacle
from couler_jupyter.engines.airflow.prelude.facts import (
    attempt_fact,
    run_fact,
    step_fact,
)
from couler_jupyter.engines.airflow.prelude.trees import evaluate, holds, text_of
from couler_jupyter.engines.airflow.prelude.values import Unfit, Unknown, accept, drill

LOG = logging.getLogger("airflow.task")
UNSAID = {
    "inside": "",
    "group": "",
    "after": (),
    "needs": (),
    "choices": (),
    "inputs": {},
    "outputs": {},
    "env": (),
    "directory": "",
    "command": (),
    "args": (),
}


class StepFailed(Exception):
    """A step ran and failed by itself; `code` is its exit code."""

    def __init__(self, message: str, code: Any = None) -> None:
        super().__init__(message)
        self.code = code


class Step:
    """Goes before an operator: its `execute` runs only what `perform` is for.

    Attributes:
        step: what the workflow says of the step.
        item: the item of its map.
    """

    step: dict[str, Any]
    item: Any = None

    def execute(self, context: Any) -> Any:
        """Run the step, tell how it ended, and return its outputs."""
        self.begin(context)
        return self.told_of(self._gated)

    def begin(self, context: Any) -> None:
        """Know the run that this is part of."""
        self.ti = context["ti"]
        self.step = {**UNSAID, **self.step}
        self.item = self.step.get("item", self.item)
        self.context = context
        self.ends = Ends(self.ti, self.step["group"])
        self.turn = 0
        self.inputs: dict[str, Any] = {}
        self.own: dict[str, Any] = {}
        self.began = now()

    def told_of(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Do some work, tell how it ended, and return what it left."""
        try:
            outputs = work()
        except (AirflowSkipException, AirflowFailException):
            raise
        except AirflowTaskTimeout:
            self._tell("failed", "it took too long")
            raise
        except StepFailed as error:
            self._give_up("failed", str(error), error.code)
        except Unfit as error:
            self._give_up("failed", str(error))
        except (Unknown, OSError) as error:
            self._give_up("errored", str(error))
        except Exception as error:  # noqa: BLE001 (whatever operators raise)
            self._give_up("errored", f"{type(error).__name__}: {error}")
        self._tell("succeeded")
        return outputs

    def perform(self) -> dict[str, Any]:
        """Run what the step is for, once, and return its outputs."""
        raise NotImplementedError

    def look_up(self, ref: Any) -> Any:
        """Return what a reference stands for."""
        word, *rest = ref
        if word == "output":
            path, name = rest
            if path == self.step["path"]:
                return drill(self.own, (name,), "it")
            return self.ends.output(path, name)
        if word == "input":
            return drill(self.inputs, rest, "it")
        if word == "item":
            return drill(self.item, rest[0], "the item")
        if word == "param":
            return self._parameter(rest[0])
        if word == "of-run":
            return drill(dict(self.context["params"]), rest, "the run")
        if word == "turn":
            return self.turn
        if word == "fact":
            return step_fact(self.ends, *rest)
        if word == "run":
            return run_fact(self, rest[0])
        if word == "attempt":
            return attempt_fact(self, rest[0])
        if word == "path":
            return self.path_of(rest[0])
        raise Unfit(f"{word!r} is no reference")

    def path_of(self, name: str) -> str:
        """Return where an input or output of the step lies."""
        raise Unfit(f"{name!r} has no path")

    def bind(self) -> None:
        """Find out what each input is given."""
        self.inputs = {}
        for name, port in self.step["inputs"].items():
            if "value" not in port:
                if not port.get("optional"):
                    raise Unknown(f"input {name!r} is not given and has no default")
                continue
            try:
                value = self.given(port["value"])
            except Unknown:
                if not port.get("optional"):
                    raise
                continue
            if port["type"] != "artifact":
                try:
                    value = accept(value, port["type"], port.get("choices", ()))
                except Unfit as error:
                    raise Unfit(f"input {name!r} {error}") from None
            self.inputs[name] = value

    def given(self, value: Any) -> Any:
        """Return what an argument comes to."""
        return evaluate(value, self.look_up)

    def text(self, value: Any) -> str:
        """Return a text with its references rendered."""
        return text_of(value, self.look_up)

    def _parameter(self, name: str) -> Any:
        begin = self.step["inside"]
        if not begin:
            return drill(dict(self.context["params"]), (name,), "the workflow")
        return drill(self.ends.one(begin, "inputs") or {}, (name,), "the workflow")

    def _gate(self) -> None:
        begin = self.step["inside"]
        if begin and (self.ends.one(begin, "ended") or {}).get("phase") != "succeeded":
            self._leave("omitted", "the workflow around it does not run")
        if why := self._stopped() or obstacle(self.step, self.ends):
            self._leave("omitted", why)
        if on := self.step.get("on"):
            ending = self.ends.one(self.step["ending"], "ended") or {}
            if ending.get("phase") not in on:
                self._leave("skipped", "the run ended in another way")
        when = self.step.get("when")
        if when is not None and not holds(when, self.look_up):
            self._leave("skipped", "its condition does not hold")

    def _stopped(self) -> str:
        for path in self.step.get("fail_fast", ()):
            if any(
                one["phase"] in {"failed", "errored"} for one in self.ends.records(path)
            ):
                return "the workflow stops at the first failure"
        return ""

    def _leave(self, phase: str, why: str) -> None:
        self._tell(phase, why)
        raise AirflowSkipException(why)

    def _gated(self) -> dict[str, Any]:
        self._gate()
        return self._turns()

    def _turns(self) -> dict[str, Any]:
        repeat = self.step.get("repeat")
        while True:
            self.turn += 1
            self.bind()
            outputs = self.own = self.perform()
            if repeat is None or not holds(repeat["condition"], self.look_up):
                return outputs
            if self.turn >= repeat["limit"]:
                if repeat["at_limit"] == "accept":
                    return outputs
                self.at_limit = True
                raise StepFailed(f"its condition still holds after {self.turn} turns")
            time.sleep(float(self.text(repeat["pause"])))

    def _give_up(self, phase: str, message: str, code: Any = None) -> NoReturn:
        self._tell(phase, message, code)
        self.failed = {"phase": phase, "message": message, "exit_code": code}
        LOG.error("%s", message)
        if self._worth_another(phase):
            raise AirflowException(message)
        raise AirflowFailException(message)

    def _worth_another(self, phase: str) -> bool:
        retry = self.step.get("retry")
        if retry is None or phase not in retry["phases"]:
            return False
        return retry["when"] is None or holds(retry["when"], self.look_up)

    def _tell(self, phase: str, message: str = "", code: Any = None) -> None:
        if phase == "succeeded" and code is None:
            code = 0
        self.ti.xcom_push(
            key="ended",
            value={
                "phase": phase,
                "message": message,
                "exit_code": code,
                "started": self.began,
                "finished": now(),
                **self._turns_told(),
                **(self.told() if phase == "succeeded" else {}),
            },
        )

    def _turns_told(self) -> dict[str, Any]:
        if "repeat" not in self.step:
            return {}
        return {"turns": self.turn, "at_limit": getattr(self, "at_limit", False)}

    def told(self) -> dict[str, Any]:
        """Return what else is told of a step that succeeded."""
        return {}


def now() -> str:
    """Return the time in UTC as RFC 3339 has it."""
    return datetime.now(timezone.utc).isoformat()


def folder_for(ti: Any) -> Path:
    """Return a new folder for one attempt of a task."""
    base = os.environ.get("COULER_WORK") or None
    return Path(tempfile.mkdtemp(prefix=f"{ti.task_id}-{ti.try_number}-", dir=base))
