"""The corpus: small workflows, each for one thing, and what their runs come to."""

from couler_jupyter.testing.case import Case, cases_in
from couler_jupyter.testing.corpus import (
    argo_ports,
    argo_steps,
    argo_templates,
    argo_whole,
    artifacts,
    conditions,
    datasets,
    ending,
    fields,
    loops,
    order,
    places,
    reliability,
    templates,
    tuning,
    values,
)

CORPUS: dict[str, Case] = cases_in(
    order,
    conditions,
    loops,
    ending,
    reliability,
    tuning,
    values,
    templates,
    artifacts,
    datasets,
    places,
    fields,
)
ARGO_CORPUS: dict[str, Case] = cases_in(
    argo_whole, argo_templates, argo_steps, argo_ports
)
"""Workflows with words that only Argo has; no other engine is asked about them."""

__all__ = ["ARGO_CORPUS", "CORPUS"]
