"""Parameters, and what goes into templates and comes out, as Argo writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from couler_jupyter.engines.argo.words.fields.artifacts import Artifact
from couler_jupyter.engines.argo.words.fields.kubernetes import Kubernetes


class Parameter(TypedDict, total=False):
    """A parameter that goes in or comes out."""

    default: str
    description: str
    enum: Sequence[str]
    globalName: str
    name: str
    value: str
    valueFrom: ValueFrom


class ValueFrom(TypedDict, total=False):
    """Where the value of a parameter is taken from."""

    configMapKeyRef: Kubernetes
    default: str
    event: str
    expression: str
    jqFilter: str
    jsonPath: str
    parameter: str
    path: str
    supplied: SuppliedValueFrom


class SuppliedValueFrom(TypedDict, total=False):
    """A person types it in."""


class Arguments(TypedDict, total=False):
    """What a template or a workflow is given."""

    artifacts: Sequence[Artifact]
    parameters: Sequence[Parameter]


class Inputs(TypedDict, total=False):
    """What a template takes."""

    artifacts: Sequence[Artifact]
    parameters: Sequence[Parameter]


class Outputs(TypedDict, total=False):
    """What a template leaves behind."""

    artifacts: Sequence[Artifact]
    parameters: Sequence[Parameter]
