"""What a person may choose for the DAG files that are made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Containers(StrEnum):
    """What runs containers: Docker (or podman) on the worker, or pods on Kubernetes."""

    DOCKER = "docker"
    KUBERNETES = "kubernetes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How workflows become DAG files.

    Attributes:
        version: of Airflow, as `3.3`; 2.10 or later.
        containers: what runs containers.
        kept: folder, or object store as `s3://connection@bucket/prefix`, that all
            workers share; what steps leave is kept below it.
        pool: the pool that tasks take their slots from.
        python: the interpreter of functions that need no packages; empty for the
            worker's own.
        venvs: folder where virtualenvs are kept for the next time; empty for nowhere.
        docker_url: where Docker or podman listens; namespace: where pods are made.
    """

    version: str = "3.3"
    containers: Containers = Containers.DOCKER
    kept: str = "file:///var/lib/couler"
    pool: str = ""
    python: str = ""
    venvs: str = ""
    docker_url: str = ""
    namespace: str = "default"

    @property
    def old(self) -> bool:
        """Whether it is for Airflow 2."""
        return not self.since(3, 0)

    def since(self, major: int, minor: int) -> bool:
        """Whether it is for a version or a later one."""
        numbers = [int(one) for one in self.version.split(".")[:2]]
        return numbers >= [major, minor]


USUAL = Setting()
"""What is chosen where nobody says otherwise."""
