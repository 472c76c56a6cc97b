"""What an executor runs, as a container of the IR if all of it has words."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.kube.quantity import quantity_of
from couler_jupyter.engines.kube.reading.containers import expanded
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    objects_at,
    only,
    text_at,
    texts_at,
)
from couler_jupyter.engines.kubeflow.importing.placeholders import Ports, read_text
from couler_jupyter.engines.kubeflow.importing.ports import (
    artifacts_of,
    parameters_of,
    type_of,
)
from couler_jupyter.ir import (
    Container,
    EnvVar,
    FromFile,
    Output,
    OutputArtifact,
    OutputParameter,
    Resources,
)

_CONTAINER = frozenset({"image", "command", "args", "env", "resources"})
_LEFT = frozenset({"parameterType", "description"})
_FILE = frozenset({"artifactType", "description"})


def container_of(component: Object, executor: Object) -> Container:
    """Return the container that a component runs.

    Raises:
        NoWord: the IR cannot say all of it.
    """
    only(executor, frozenset({"container"}))
    only(
        component,
        frozenset({"executorLabel", "inputDefinitions", "outputDefinitions"}),
    )
    body = object_at(executor, "container")
    only(body, _CONTAINER)
    definitions = object_at(component, "inputDefinitions")
    outputs = tuple(outputs_of(object_at(component, "outputDefinitions")))
    ports = Ports(
        inputs=frozenset(object_at(definitions, "parameters")),
        files=frozenset(object_at(definitions, "artifacts")),
        outputs=frozenset(o.name for o in outputs if isinstance(o, OutputParameter)),
        left=frozenset(o.name for o in outputs if isinstance(o, OutputArtifact)),
    )
    image = text_at(body, "image")
    if "{{$" in image:
        raise NoWord("the image is known only when it runs")
    names = frozenset(text_at(one, "name") for one in objects_at(body, "env"))
    command, args = (
        tuple(read_text(expanded(word, names), ports) for word in texts_at(body, key))
        for key in ("command", "args")
    )
    return Container(
        image=image,
        command=command,
        args=args,
        env=tuple(_env(body, names, ports)),
        resources=_resources(object_at(body, "resources")),
        inputs=(*parameters_of(definitions), *artifacts_of(definitions)),
        outputs=outputs,
    )


def outputs_of(definitions: Object) -> Iterator[Output]:
    """Yield what a component leaves; it is told where.

    Raises:
        NoWord: something is of a kind that the IR has no word for.
    """
    parameters = object_at(definitions, "parameters")
    for name in parameters:
        body = object_at(parameters, name)
        only(body, _LEFT)
        yield OutputParameter(
            name=name,
            source=FromFile(f"outputs/{name}"),
            type=type_of(body),
            description=text_at(body, "description"),
        )
    artifacts = object_at(definitions, "artifacts")
    for name in artifacts:
        body = object_at(artifacts, name)
        only(body, _FILE)
        yield OutputArtifact(
            name=name,
            path=f"outputs/{name}",
            description=text_at(body, "description"),
        )


def _env(body: Object, names: frozenset[str], ports: Ports) -> Iterator[EnvVar]:
    for one in objects_at(body, "env"):
        only(one, frozenset({"name", "value"}))
        value = expanded(text_at(one, "value"), names)
        yield EnvVar(text_at(one, "name"), read_text(value, ports))


_AMOUNTS = (
    ("cpu", "cpuRequest", "resourceCpuRequest"),
    ("cpu_limit", "cpuLimit", "resourceCpuLimit"),
    ("memory", "memoryRequest", "resourceMemoryRequest"),
    ("memory_limit", "memoryLimit", "resourceMemoryLimit"),
)


def _resources(body: Object) -> Resources:
    """Return what a container asks for; the old words and the new ones say the same.

    Raises:
        NoWord: only the run knows it, or it asks for something else.
    """
    known = {word for _, *words in _AMOUNTS for word in words}
    only(body, known | {"accelerator"})
    found: dict[str, float] = {}
    for name, old, new in _AMOUNTS:
        given = body.get(new, body.get(old))
        if not given:
            continue
        amount = quantity_of(given)
        if amount is None:
            raise NoWord(f"{str(given)[:40]!r} is no amount")
        # the old words count memory in GB
        in_bytes = name.startswith("memory") and new not in body
        value = amount * 10**9 if in_bytes else amount
        found[name] = int(value) if name.startswith("memory") else float(value)
    return Resources(**found, **_accelerator(object_at(body, "accelerator")))  # type: ignore[arg-type]


def _accelerator(body: Object) -> dict[str, object]:
    if not body:
        return {}
    only(body, frozenset({"type", "count", "resourceType", "resourceCount"}))
    kind = body.get("resourceType", body.get("type"))
    count = quantity_of(body.get("resourceCount", body.get("count")))
    if not isinstance(kind, str) or count is None or "{{$" in kind:
        raise NoWord("what accelerates it only the run knows")
    return {"gpu": int(count), "gpu_kind": kind}
