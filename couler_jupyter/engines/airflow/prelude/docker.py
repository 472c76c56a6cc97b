"""Containers on the worker's machine, by DockerOperator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow.providers.docker.operators.docker import DockerOperator
from docker.types import DeviceRequest, Mount

from couler_jupyter.engines.airflow.prelude.boxes import BoxStep
from couler_jupyter.engines.airflow.prelude.steps import StepFailed

HOME = "/couler"


class DockerStep(BoxStep, DockerOperator):  # type: ignore[misc]
    """A container; its folder is mounted, and what it prints is taken from its log."""

    template_fields = ()

    def __init__(self, *, step: Any, item: Any = None, **kwargs: Any) -> None:
        if gpus := step.get("gpus"):
            request = DeviceRequest(count=gpus, capabilities=[["gpu"]])
            kwargs = {**kwargs, "device_requests": [request]}
        super().__init__(**{"mount_tmp_dir": False, "auto_remove": "never", **kwargs})
        self.step = step
        self.item = item
        self.own_mounts = list(getattr(self, "mounts", ()))

    def run_program(self) -> None:
        """Run it by DockerOperator, and keep its log."""
        parts = [self.text(one) for one in self.step["command"]]
        self.entrypoint = parts or None
        self.command = [self.text(one) for one in self.step["args"]]
        if "source" in self.step:
            (self.work / ".script").write_text(self.text(self.step["source"]), "utf-8")
            self.command = [f"{HOME}/.script"]
        self.mounts = [*self.own_mounts, Mount(HOME, str(self.work), type="bind")]
        self.environment = self.variables()
        try:
            DockerOperator.execute(self, self.context)
        except Exception as error:
            code = self._take()
            if code is None:
                raise OSError(str(error)) from error
            raise StepFailed(f"exit code {code}", code) from None
        self._take()

    def seen(self, path: str) -> str:
        """Return a path of the step as the container sees it."""
        return path if path.startswith("/") else f"{HOME}/{path}"

    def place(self, path: str) -> Path:
        """Return where a path of the container lies on this machine."""
        return self.work / path.removeprefix(f"{HOME}/")

    def _take(self) -> Any:
        container = getattr(self, "container", None)
        if not container:
            return None
        name = container["Id"]
        log = self.cli.logs(name, stdout=True, stderr=False)
        (self.folder / "stdout").write_bytes(log)
        code = self.cli.inspect_container(name)["State"]["ExitCode"]
        self.cli.remove_container(name, force=True)
        return code
