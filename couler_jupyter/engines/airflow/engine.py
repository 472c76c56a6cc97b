"""The Airflow engine: workflows as DAG files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from couler_jupyter.engines.airflow.dag import dag_text
from couler_jupyter.engines.airflow.extras import extra_problems
from couler_jupyter.engines.airflow.gaps import GAPS
from couler_jupyter.engines.airflow.live.rehearsing import Rehearsing
from couler_jupyter.engines.airflow.names import dag_name
from couler_jupyter.engines.airflow.problems import workflow_problems
from couler_jupyter.engines.base import Gap
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Document, Feature, Workflow


@dataclass(frozen=True)
class Airflow(Rehearsing):
    """Apache Airflow 3, or 2.10: one Python file that needs nothing but Airflow.

    Options of a run are those of `LiveOptions` and of `Setting`.
    """

    name: ClassVar[str] = "airflow"
    gaps: ClassVar[Mapping[Feature, Gap]] = GAPS
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - frozenset(GAPS)

    def problems(self, workflow: Workflow) -> tuple[Problem, ...]:
        """Return why Airflow cannot run `workflow` as it is meant."""
        found = (
            *super().problems(workflow),
            *workflow_problems(workflow, self.setting),
            *extra_problems(workflow, self.setting.old),
        )
        return tuple(dict.fromkeys(found))

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        """Yield the DAG file."""
        name = f"{dag_name(workflow.name)}.py"
        yield Document(name, dag_text(workflow, self.setting))
