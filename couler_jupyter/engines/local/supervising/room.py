"""How much of the machine a run may use."""

from __future__ import annotations

import os

from couler_jupyter.engines.local.machine import Machine, this_machine
from couler_jupyter.engines.local.options import Options
from couler_jupyter.engines.local.scheduling.orders import Capacity

_FEWEST_SLOTS = 2.0


def capacity_of(options: Options, machine: Machine | None = None) -> Capacity:
    """Return what running steps may ask for in all.

    A cluster's room is its own business: dask places what is handed to it.
    """
    if options.dask:
        return _cluster_capacity(options)
    machine = machine or this_machine()
    slots = options.slots or max(_FEWEST_SLOTS, machine.cores)
    return Capacity(cpu=slots, memory=machine.memory, gpu=machine.gpus)


def gpu_names(count: int) -> tuple[str, ...]:
    """Return what the machine's accelerators are called."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return tuple(name.strip() for name in visible.split(","))[:count]
    return tuple(str(number) for number in range(count))


def _cluster_capacity(options: Options) -> Capacity:
    from couler_jupyter.engines.local.dask_runner import cluster_room, connect

    client = connect(options.dask, options.log_limit)
    threads, memory = cluster_room(client)
    client.close()
    return Capacity(cpu=options.slots or threads, memory=memory)
