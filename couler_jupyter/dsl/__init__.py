"""The unified interface: plain Python that writes a workflow."""

from couler_jupyter.dsl.annotations import Artifact
from couler_jupyter.dsl.artifact import (
    create_artifact,
    create_azure_artifact,
    create_gcs_artifact,
    create_git_artifact,
    create_hdfs_artifact,
    create_http_artifact,
    create_inline_artifact,
    create_local_artifact,
    create_oss_artifact,
    create_s3_artifact,
)
from couler_jupyter.dsl.building import Building, building, end_workflow
from couler_jupyter.dsl.capture import Captured, capture
from couler_jupyter.dsl.config import config_workflow, cron, time_to_live
from couler_jupyter.dsl.dataset import Dataset
from couler_jupyter.dsl.exit_handler import (
    Always,
    Errored,
    Failed,
    Succeeded,
    WFStatus,
    set_exit_handler,
)
from couler_jupyter.dsl.explicit_order import dag, set_dependencies
from couler_jupyter.dsl.extras import extra
from couler_jupyter.dsl.facts import ThisAttempt as this_attempt  # noqa: N813
from couler_jupyter.dsl.facts import ThisRun as this_run  # noqa: N813
from couler_jupyter.dsl.facts import global_output, input_value, path_of, raw
from couler_jupyter.dsl.flow import after, concurrent, when
from couler_jupyter.dsl.foreign import run_foreign
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.inputs import input_artifact, parameter, set_output
from couler_jupyter.dsl.ir_step import run_step
from couler_jupyter.dsl.job import run_job
from couler_jupyter.dsl.lift import at
from couler_jupyter.dsl.loops import exec_while, map_
from couler_jupyter.dsl.of_step import Output
from couler_jupyter.dsl.pause import suspend
from couler_jupyter.dsl.ports import (
    create_parameter_artifact,
    from_file,
    from_manifest,
    from_person,
    from_stdout,
)
from couler_jupyter.dsl.predicate import Predicate
from couler_jupyter.dsl.predicates import (
    all_of,
    any_of,
    bigger,
    bigger_equal,
    equal,
    is_in,
    is_not_in,
    not_,
    not_equal,
    smaller,
    smaller_equal,
)
from couler_jupyter.dsl.predicates import all_of as and_
from couler_jupyter.dsl.predicates import any_of as or_
from couler_jupyter.dsl.program import run_container, run_script
from couler_jupyter.dsl.report import report
from couler_jupyter.dsl.retrying import retry, reuse
from couler_jupyter.dsl.secret import Secret, create_secret, obtain_secret
from couler_jupyter.dsl.sidecar import sidecar
from couler_jupyter.dsl.sources import sequence
from couler_jupyter.dsl.step_function import StepFunction, step
from couler_jupyter.dsl.step_output import StepOutput
from couler_jupyter.dsl.sub_workflow import run_workflow
from couler_jupyter.dsl.texts import first_of, format  # noqa: A004 (as it is called)
from couler_jupyter.dsl.tune import tune
from couler_jupyter.dsl.volume import (
    add_volume,
    claim,
    config_files,
    empty_dir,
    host_path,
    new_claim,
    raw_volume,
    secret_files,
)
from couler_jupyter.dsl.workflow_block import WorkflowBlock, workflow
from couler_jupyter.dsl.workflow_function import WorkflowFunction

__all__ = [
    "Always",
    "Artifact",
    "Building",
    "Captured",
    "Dataset",
    "Errored",
    "Failed",
    "Handle",
    "Output",
    "Predicate",
    "Secret",
    "StepFunction",
    "StepOutput",
    "Succeeded",
    "WFStatus",
    "WorkflowBlock",
    "WorkflowFunction",
    "add_volume",
    "after",
    "all_of",
    "and_",
    "any_of",
    "at",
    "bigger",
    "bigger_equal",
    "building",
    "capture",
    "claim",
    "concurrent",
    "config_files",
    "config_workflow",
    "create_artifact",
    "create_azure_artifact",
    "create_gcs_artifact",
    "create_git_artifact",
    "create_hdfs_artifact",
    "create_http_artifact",
    "create_inline_artifact",
    "create_local_artifact",
    "create_oss_artifact",
    "create_parameter_artifact",
    "create_s3_artifact",
    "create_secret",
    "cron",
    "dag",
    "empty_dir",
    "end_workflow",
    "equal",
    "exec_while",
    "extra",
    "first_of",
    "format",
    "from_file",
    "from_manifest",
    "from_person",
    "from_stdout",
    "global_output",
    "host_path",
    "input_artifact",
    "input_value",
    "is_in",
    "is_not_in",
    "map_",
    "new_claim",
    "not_",
    "not_equal",
    "obtain_secret",
    "or_",
    "parameter",
    "path_of",
    "raw",
    "raw_volume",
    "report",
    "retry",
    "reuse",
    "run_container",
    "run_foreign",
    "run_job",
    "run_script",
    "run_step",
    "run_workflow",
    "secret_files",
    "sequence",
    "set_dependencies",
    "set_exit_handler",
    "set_output",
    "sidecar",
    "smaller",
    "smaller_equal",
    "step",
    "suspend",
    "this_attempt",
    "this_run",
    "time_to_live",
    "tune",
    "when",
    "workflow",
]
