"""What a template is in Argo: pure functions from IR values to plain fields."""

from couler_jupyter.engines.argo.templates.around import (
    Around,
    Fields,
    Write,
    WriteCondition,
    said,
)
from couler_jupyter.engines.argo.templates.artifacts import artifact_location
from couler_jupyter.engines.argo.templates.durations import duration_text
from couler_jupyter.engines.argo.templates.functions import holds_python
from couler_jupyter.engines.argo.templates.inputs import input_fields, parameter_in
from couler_jupyter.engines.argo.templates.leaf import Leaf, leaf_fields
from couler_jupyter.engines.argo.templates.outputs import output_fields
from couler_jupyter.engines.argo.templates.pods import pod_fields, spec_pod_fields
from couler_jupyter.engines.argo.templates.steps import step_fields

__all__ = [
    "Around",
    "Fields",
    "Leaf",
    "Write",
    "WriteCondition",
    "artifact_location",
    "duration_text",
    "holds_python",
    "input_fields",
    "leaf_fields",
    "output_fields",
    "parameter_in",
    "pod_fields",
    "said",
    "spec_pod_fields",
    "step_fields",
]
