"""The fields of Argo's objects with their types, spelled as Argo's reference has them."""

from couler_jupyter.engines.argo.words.fields.artifacts import (
    Artifact,
    ArtifactLocation,
    Metadata,
)
from couler_jupyter.engines.argo.words.fields.binding import (
    Event,
    Submit,
    WorkflowEventBindingSpec,
)
from couler_jupyter.engines.argo.words.fields.containers import (
    ContainerSetTemplate,
    ScriptTemplate,
    UserContainer,
)
from couler_jupyter.engines.argo.words.fields.cron import CronWorkflowSpec
from couler_jupyter.engines.argo.words.fields.graph import (
    DAGTask,
    DAGTemplate,
    LifecycleHook,
    TemplateRef,
    WithSequence,
    WorkflowStep,
)
from couler_jupyter.engines.argo.words.fields.kubernetes import Kubernetes
from couler_jupyter.engines.argo.words.fields.leaves import (
    HTTP,
    Data,
    ResourceTemplate,
    SuspendTemplate,
)
from couler_jupyter.engines.argo.words.fields.parameters import Parameter
from couler_jupyter.engines.argo.words.fields.spec import (
    WorkflowSpec,
    WorkflowTemplateRef,
)
from couler_jupyter.engines.argo.words.fields.template import Template

__all__ = [
    "HTTP",
    "Artifact",
    "ArtifactLocation",
    "ContainerSetTemplate",
    "CronWorkflowSpec",
    "DAGTask",
    "DAGTemplate",
    "Data",
    "Event",
    "Kubernetes",
    "LifecycleHook",
    "Metadata",
    "Parameter",
    "ResourceTemplate",
    "ScriptTemplate",
    "Submit",
    "SuspendTemplate",
    "Template",
    "TemplateRef",
    "UserContainer",
    "WithSequence",
    "WorkflowEventBindingSpec",
    "WorkflowSpec",
    "WorkflowStep",
    "WorkflowTemplateRef",
]
