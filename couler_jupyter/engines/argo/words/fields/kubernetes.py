"""What Argo hands on to Kubernetes as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from couler_jupyter.ir import Json

Kubernetes: TypeAlias = Mapping[str, Json]
"""An object as Kubernetes writes it; only Kubernetes checks it."""
