"""One pipeline as it stands in a text: its components, executors and what is beside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from couler_jupyter.engines.kube.reading.fields import NoWord, Object, object_at
from couler_jupyter.ir import Origin


@dataclass(frozen=True, slots=True)
class Spec:
    """A PipelineSpec, and the platform document beside it.

    Attributes:
        body: the PipelineSpec.
        kubernetes: what is said of Kubernetes alone.
        origin: where a task was written.
    """

    body: Object
    kubernetes: Object
    origin: Callable[[str, Object], Origin | None]

    def component(self, name: str) -> Object:
        """Return a component.

        Raises:
            NoWord: there is none of this name.
        """
        return self._one(object_at(self.body, "components"), name, "component")

    def executor(self, label: str) -> Object:
        """Return what runs a component.

        Raises:
            NoWord: there is none of this label.
        """
        deployment = object_at(self.body, "deploymentSpec")
        return self._one(object_at(deployment, "executors"), label, "executor")

    def platform(self, label: str) -> Object | None:
        """Return what Kubernetes alone is told of an executor; None for nothing."""
        deployment = object_at(self.kubernetes, "deploymentSpec")
        found = object_at(object_at(deployment, "executors"), label)
        return found or None

    @staticmethod
    def _one(all_of_them: Object, name: str, what: str) -> Object:
        if name not in all_of_them:
            raise NoWord(f"there is no {what} {name!r}")
        return object_at(all_of_them, name)
