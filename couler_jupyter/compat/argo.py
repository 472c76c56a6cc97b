"""`import couler_jupyter.compat.argo as couler`: every name of the open SDK in one place.

What stands in modules below `couler.core` there (`Volume`, `Toleration`, ...) is here, too.
"""

from __future__ import annotations

from couler_jupyter.compat import states
from couler_jupyter.compat.artifacts import (
    Artifact,
    create_local_artifact,
    create_oss_artifact,
    create_parameter_artifact,
    create_s3_artifact,
)
from couler_jupyter.compat.caching import Cache
from couler_jupyter.compat.config import config_workflow
from couler_jupyter.compat.constants import (
    OVERWRITE_GPU_ENVS,
    ArtifactType,
    CronWorkflowCRD,
    ImagePullPolicy,
    WFStatus,
    WorkflowCRD,
)
from couler_jupyter.compat.exit_handler import set_exit_handler
from couler_jupyter.compat.explicit_order import dag, set_dependencies
from couler_jupyter.compat.flow import concurrent, exec_while, map_, when
from couler_jupyter.compat.flow import map_ as map  # noqa: A004 (the SDK's name)
from couler_jupyter.compat.job import run_canned_step, run_job
from couler_jupyter.compat.pod import (
    DnsConfig,
    DnsConfigOption,
    ImagePullSecret,
    Toleration,
    add_image_pull_secret,
    add_toleration,
    set_dns,
)
from couler_jupyter.compat.predicates import (
    bigger,
    bigger_equal,
    equal,
    not_equal,
    smaller,
    smaller_equal,
)
from couler_jupyter.compat.running import get_step_output, run_container, run_script
from couler_jupyter.compat.secrets import (
    Secret,
    create_secret,
    get_secret,
    obtain_secret,
)
from couler_jupyter.compat.states import _cleanup, workflow
from couler_jupyter.compat.submitter import ArgoSubmitter
from couler_jupyter.compat.submitting import (
    delete,
    run,
    workflow_yaml,
)
from couler_jupyter.compat.volumes import (
    Volume,
    VolumeClaimTemplate,
    VolumeMount,
    add_volume,
    create_workflow_volume,
)

__all__ = [
    "OVERWRITE_GPU_ENVS",
    "ArgoSubmitter",
    "Artifact",
    "ArtifactType",
    "Cache",
    "CronWorkflowCRD",
    "DnsConfig",
    "DnsConfigOption",
    "ImagePullPolicy",
    "ImagePullSecret",
    "Secret",
    "Toleration",
    "Volume",
    "VolumeClaimTemplate",
    "VolumeMount",
    "WFStatus",
    "WorkflowCRD",
    "_cleanup",
    "add_image_pull_secret",
    "add_toleration",
    "add_volume",
    "bigger",
    "bigger_equal",
    "concurrent",
    "config_workflow",
    "create_local_artifact",
    "create_oss_artifact",
    "create_parameter_artifact",
    "create_s3_artifact",
    "create_secret",
    "create_workflow_volume",
    "dag",
    "delete",
    "equal",
    "exec_while",
    "get_secret",
    "get_step_output",
    "map",
    "map_",
    "not_equal",
    "obtain_secret",
    "run",
    "run_canned_step",
    "run_container",
    "run_job",
    "run_script",
    "set_dependencies",
    "set_dns",
    "set_exit_handler",
    "smaller",
    "smaller_equal",
    "states",
    "when",
    "workflow",
    "workflow_yaml",
]
