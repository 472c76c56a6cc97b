"""Datasets read while earlier steps run, so that they are there when they are needed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from threading import Thread
from typing import TYPE_CHECKING, cast

from couler_jupyter.engines.local.datasets.given import datasets_in
from couler_jupyter.engines.local.scheduling.bind import bind_arguments, rendered
from couler_jupyter.engines.local.scheduling.data import Data, Located
from couler_jupyter.engines.local.scheduling.evaluate import LookUp, Unfit, evaluate
from couler_jupyter.engines.local.secrets import NoSecret
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.ir import (
    Argument,
    Dataset,
    Input,
    InputArtifact,
    Leaf,
    ParameterRef,
    Step,
    SubWorkflow,
    Value,
    Workflow,
    inputs_of,
)

if TYPE_CHECKING:
    from couler_jupyter.engines.local.datasets.datasets import Datasets
    from couler_jupyter.engines.local.reusing.reuse import Reuse


class _Later(Exception):
    """Something is known only when an earlier step has ended."""


def read_ahead(
    workflow: Workflow,
    arguments: Mapping[str, Data],
    datasets: Datasets,
    reuse: Reuse | None,
) -> None:
    """Begin to read what the steps of a run will take, on a thread of its own.

    Args:
        workflow: what is run.
        arguments: what the run is given.
        datasets: by which it is read.
        reuse: says which steps will not run, where there is a cache.
    """
    ports: tuple[Input, ...] = (*workflow.parameters, *workflow.artifacts)
    wanted = tuple(_in_workflow(workflow, bind_arguments(ports, arguments), ""))
    if not wanted:
        return

    def read() -> None:
        for path, one in wanted:
            if reuse is None or not reuse.is_spared(path):
                _read(datasets, one)

    Thread(target=read, daemon=True, name="couler-ahead").start()


def _read(datasets: Datasets, one: Dataset) -> None:
    try:
        datasets.path(one)
    except (StorageTrouble, NoSecret, OSError) as error:
        # the step that takes it will be told in its own time
        sys.stderr.write(f"not read ahead: {error}\n")


def _in_workflow(
    workflow: Workflow, given: Mapping[str, Data], above: str
) -> Iterator[tuple[str, Dataset]]:
    """Yield the datasets that are known already of steps that run in any case."""

    def look_up(leaf: Leaf) -> Data:
        if isinstance(leaf, ParameterRef) and not leaf.of_run and leaf.name in given:
            return given[leaf.name]
        raise _Later

    for step in workflow.steps:
        if step.when is not None:
            continue
        path = f"{above}/{step.name}" if above else step.name
        known = dict(_known(step, look_up))
        if isinstance(step.template, SubWorkflow) and step.loop is None:
            yield from _in_workflow(step.template.workflow, known, path)
            continue
        found = (one for value in known.values() for one in datasets_in(value))
        yield from ((path, one) for one in found if one.prefetch)


def _known(step: Step, look_up: LookUp) -> Iterator[tuple[str, Data]]:
    named = {argument.name: argument for argument in step.arguments}
    for port in inputs_of(step.template):
        if port.name in named:
            given = named[port.name]
        elif isinstance(port, InputArtifact) and port.default is not None:
            given = Argument(port.name, port.default)
        else:
            continue
        try:
            yield port.name, _value(given, look_up)
        except (_Later, Unfit):
            continue


def _value(argument: Argument, look_up: LookUp) -> Data:
    given = argument.value
    if isinstance(given, Dataset):
        return Located(rendered(given, look_up))
    if isinstance(given, ParameterRef):
        return look_up(given)
    return evaluate(cast("Value", given), look_up)
