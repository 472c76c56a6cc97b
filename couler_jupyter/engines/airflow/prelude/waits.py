"""Steps that wait for a time, on the worker."""

from __future__ import annotations

import time
from typing import Any

from airflow.sdk import BaseOperator

from couler_jupyter.engines.airflow.prelude.steps import Step


class WaitStep(Step, BaseOperator):  # type: ignore[misc]
    """Waits for some seconds."""

    template_fields = ()

    def __init__(self, *, step: Any, item: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.step = step
        self.item = item

    def perform(self) -> dict[str, Any]:
        """Wait."""
        time.sleep(float(self.text(self.step["seconds"])))
        outputs = self.step["outputs"].items()
        return {name: one["default"] for name, one in outputs if "default" in one}
