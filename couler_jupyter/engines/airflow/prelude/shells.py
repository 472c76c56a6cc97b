"""Scripts and commands that run on the worker, by BashOperator."""

from __future__ import annotations

import shlex
from typing import Any

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk.exceptions import AirflowException

from couler_jupyter.engines.airflow.prelude.boxes import BoxStep
from couler_jupyter.engines.airflow.prelude.steps import StepFailed

_AROUND = """\
{command} | tee {folder}/stdout
code=${{PIPESTATUS[0]}}
echo $code > {folder}/code
exit $code
"""


class ShellStep(BoxStep, BashOperator):  # type: ignore[misc]
    """A script or a command; nothing in it is read as a template of Airflow's."""

    template_fields = ()

    def __init__(self, *, step: Any, item: Any = None, **kwargs: Any) -> None:
        super().__init__(
            **{
                "bash_command": "true",
                "append_env": True,
                "skip_on_exit_code": None,
                **kwargs,
            }
        )
        self.step = step
        self.item = item

    def run_program(self) -> None:
        """Run it by BashOperator."""
        command = [self.text(one) for one in self.step["command"]]
        if "source" in self.step:
            script = self.folder / "script"
            script.write_text(self.text(self.step["source"]), encoding="utf-8")
            command.append(str(script))
        self.bash_command = _AROUND.format(
            command=shlex.join(command), folder=shlex.quote(str(self.folder))
        )
        self.env = self.variables()
        directory = self.work / self.step["directory"]
        directory.mkdir(parents=True, exist_ok=True)
        self.cwd = str(directory)
        try:
            BashOperator.execute(self, self.context)
        except AirflowException as error:
            code = self.folder / "code"
            number = int(code.read_text()) if code.exists() else None
            why = f"exit code {number}" if number is not None else str(error)
            raise StepFailed(why, number) from None
