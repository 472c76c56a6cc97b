"""The components and executors of a pipeline: equal ones are written once."""

from __future__ import annotations

import json
from typing import TypeAlias, cast

from couler_jupyter.engines.kubeflow.names import Taken
from couler_jupyter.ir import Json

Object: TypeAlias = dict[str, Json]
_TEXT = json.JSONEncoder(ensure_ascii=False, check_circular=False)
_MARK = "COULER_COMPONENT"


class Book:
    """What a pipeline is made of, filled while its DAGs are built."""

    def __init__(self, pipeline: str = "") -> None:
        """Begin; no component is called like the pipeline.

        Kubeflow's own SDK would take the pipeline for that component alone.
        """
        self.components: dict[str, Object] = {}
        self.executors: dict[str, Object] = {}
        self.platform: dict[str, Object] = {}
        self._known: dict[str, str] = {}
        self._boxes: dict[tuple[str, ...], Object] = {}
        self._taken = Taken()
        self._taken.take(pipeline)

    def component(self, wanted: str, spec: Object) -> str:
        """Return the name of a component; `wanted` if it is there for the first time."""
        return self._once(wanted, spec, {})

    def container(
        self, wanted: str, ports: Object, container: Object, pod: Object
    ) -> str:
        """Return the name of a component that runs a container.

        Args:
            wanted: its name, if it is there for the first time.
            ports: what goes in and out.
            container: what runs.
            pod: what the platform document says of where it runs.
        """
        container = self._told_apart(ports, container)
        return self.own(wanted, ports, {"container": container}, pod)

    def _told_apart(self, ports: Object, container: Object) -> Object:
        """Return a container that no component with other ports has.

        Kubeflow's server keeps one component for all whose containers are equal.
        """
        number = 0
        made = container
        while self._boxes.setdefault(_key(made), ports) != ports:
            number += 1
            mark: Object = {"name": _MARK, "value": str(number)}
            env = cast("list[Json]", container.get("env", []))
            made = {**container, "env": [*env, mark]}
        return made

    def own(self, wanted: str, ports: Object, executor: Object, pod: Object) -> str:
        """Return the name of a component that is run by what an executor says."""
        return self._once(wanted, ports, {"executor": executor, "pod": pod})

    def _once(self, wanted: str, spec: Object, runs: Object) -> str:
        whole = _TEXT.encode([spec, runs])
        if whole in self._known:
            return self._known[whole]
        base = self._taken.take(wanted)
        name = self._known[whole] = f"comp-{base}"
        if runs:
            label = f"exec-{base}"
            spec = {"executorLabel": label, **spec}
            self.executors[label] = runs["executor"]
            if runs["pod"]:
                self.platform[label] = runs["pod"]
        self.components[name] = spec
        return name


def _key(container: Object) -> tuple[str, ...]:
    """Return what two containers share if they are equal; made quicker than JSON."""
    words = cast("list[str]", [*container["command"], *container["args"]])
    rest = {k: v for k, v in container.items() if k not in {"command", "args"}}
    return (str(len(container["command"])), *words, str(rest))
