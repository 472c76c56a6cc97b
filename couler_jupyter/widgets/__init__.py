"""Live views in a notebook, over the same JSON that everything else shows."""

from couler_jupyter.widgets.cache_view import CacheWidget
from couler_jupyter.widgets.nl_view import ProposalWidget
from couler_jupyter.widgets.plan_view import PlanWidget
from couler_jupyter.widgets.run_view import RunWidget
from couler_jupyter.widgets.submit_view import SubmitWidget
from couler_jupyter.widgets.tuning_view import TuningWidget

__all__ = [
    "CacheWidget",
    "PlanWidget",
    "ProposalWidget",
    "RunWidget",
    "SubmitWidget",
    "TuningWidget",
]
