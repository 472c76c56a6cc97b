"""Python functions in another Python than the worker's."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.python import ExternalPythonOperator

from couler_jupyter.engines.airflow.prelude.functions import CallStep, call

PYTHON = ""


class OtherFunctionStep(CallStep, ExternalPythonOperator):  # type: ignore[misc]
    """A function that runs in the Python that `PYTHON` names."""

    template_fields = ()

    def __init__(self, *, step: Any, item: Any = None, **kwargs: Any) -> None:
        super().__init__(
            **{
                "python": PYTHON,
                "python_callable": call,
                "expect_airflow": False,
                **kwargs,
            }
        )
        self.step = step
        self.item = item
