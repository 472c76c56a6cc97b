"""Airflow: workflows as DAG files that need nothing but Airflow."""

from couler_jupyter.engines.airflow.engine import Airflow
from couler_jupyter.engines.airflow.setting import Containers, Setting

__all__ = ["Airflow", "Containers", "Setting"]
