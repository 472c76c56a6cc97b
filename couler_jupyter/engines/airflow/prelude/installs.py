"""Python functions that need packages, in a virtualenv that has them."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.python import PythonVirtualenvOperator

from couler_jupyter.engines.airflow.prelude.functions import CallStep, call

VENVS = None


class InstalledFunctionStep(CallStep, PythonVirtualenvOperator):  # type: ignore[misc]
    """A function that runs in a virtualenv with its requirements."""

    template_fields = ()

    def __init__(
        self, *, step: Any, requirements: Any, item: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(
            **{
                "python_callable": call,
                "requirements": requirements,
                "venv_cache_path": VENVS,
                "system_site_packages": False,
                "expect_airflow": False,
                **kwargs,
            }
        )
        self.step = step
        self.item = item
