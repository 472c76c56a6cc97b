"""What a container asks for, and what it may use at the most."""

from __future__ import annotations

from couler_jupyter.engines.kube.fields import Fields, said
from couler_jupyter.ir import Resources, bytes_text, cores_text


def resource_fields(wanted: Resources) -> Fields:
    """Return `resources` of a container; a limit not given is what is asked for."""
    if wanted == Resources():
        return {}
    requests = _amounts(wanted.cpu, wanted.memory, wanted.ephemeral)
    limits = _amounts(
        wanted.cpu if wanted.cpu_limit is None else wanted.cpu_limit,
        wanted.memory if wanted.memory_limit is None else wanted.memory_limit,
        wanted.ephemeral if wanted.ephemeral_limit is None else wanted.ephemeral_limit,
    )
    if wanted.gpu:
        limits[wanted.gpu_kind] = str(wanted.gpu)
    return said(resources=said(requests=requests, limits=limits))


def _amounts(cpu: float | None, memory: int | None, ephemeral: int | None) -> Fields:
    found: Fields = {}
    if cpu is not None:
        found["cpu"] = cores_text(cpu)
    if memory is not None:
        found["memory"] = bytes_text(memory)
    if ephemeral is not None:
        found["ephemeral-storage"] = bytes_text(ephemeral)
    return found
