"""Every public name of the open SDK is there, with the same parameters and defaults.

The table was written by hand from its last version: parameters in their order, those with
a default as `name=default`. `...` in a table entry stands for keywords that are only here.
"""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import Any

import pytest

import couler_jupyter.compat.argo as couler
from couler_jupyter.compat.steps import katib, mpi, pytorch, tensorflow

_BOX = (
    "env=None, secret=None, resources=None, timeout=None, retry=None, step_name=None, "
    "image_pull_policy=None, pool=None, enable_ulogfs=True, daemon=False, "
    "volume_mounts=None, working_dir=None, node_selector=None, cache=None"
)
_STORED = (
    "path, bucket=None, accesskey_id=None, accesskey_secret=None, key=None, "
    "endpoint=None, is_global=False"
)
FUNCTIONS = {
    "run_container": f"image, command=None, args=None, output=None, input=None, {_BOX}",
    "run_script": "image, command=None, source=None, args=None, output=None, "
    f"input=None, {_BOX}",
    "run_job": "manifest, success_condition, failure_condition, timeout=None, "
    "retry=None, step_name=None, pool=None, env=None, action='create', "
    "set_owner_reference=True, cache=None",
    "run_canned_step": "name, args, inputs=None, outputs=None, step_name=None, cache=None",
    "config_workflow": "name=None, user_id=None, timeout=None, time_to_clean=None, "
    "cluster_config_file=None, cron_config=None, service_account=None",
    "get_secret": "name",
    "get_step_output": "step_name",
    "_cleanup": "",
    "concurrent": "function_list, subtasks=False",
    "when": "condition, function",
    "dag": "dependency_graph",
    "set_dependencies": "step_function, dependencies=None",
    "set_exit_handler": "status, exit_handler",
    "map": "function, *arguments",
    "equal": "pre, post=None",
    "not_equal": "pre, post=None",
    "bigger": "pre, post=None",
    "smaller": "pre, post=None",
    "bigger_equal": "pre, post=None",
    "smaller_equal": "pre, post=None",
    "exec_while": "condition, inner_while, ...",
    "add_volume": "volume",
    "create_workflow_volume": "volume_claim_template",
    "add_toleration": "toleration",
    "add_image_pull_secret": "image_pull_secret",
    "set_dns": "dns_policy, dns_config",
    "workflow_yaml": "",
    "run": "submitter=ArgoSubmitter",
    "delete": "name, namespace='default', config_file=None, context=None, "
    "client_configuration=None, persist_config=True, grace_period_seconds=5, "
    "propagation_policy='Background'",
    "create_parameter_artifact": "path, is_global=False",
    "create_local_artifact": "path, is_global=False",
    "create_oss_artifact": _STORED,
    "create_s3_artifact": _STORED,
    "create_secret": "secret_data, namespace='default', name=None, dry_run=False",
    "obtain_secret": "secret_keys, namespace='default', name=None, dry_run=False",
}
CLASSES = {
    "ArgoSubmitter": "namespace='default', config_file=None, context=None, "
    "client_configuration=None, persist_config=True",
    "Secret": "namespace, data, name=None, dry_run=False",
    "Volume": "name, claim_name",
    "VolumeMount": "name, mount_path",
    "VolumeClaimTemplate": "claim_name, access_modes=('ReadWriteOnce',), size='1Gi'",
    "Toleration": "key, effect, operator",
    "ImagePullSecret": "name",
    "DnsConfig": "nameservers=None, options=None, searches=None",
    "DnsConfigOption": "name, value=None",
    "Cache": "name, key, max_age=''",
}
METHODS = {
    "ArgoSubmitter.check_name": "name",
    "ArgoSubmitter.get_custom_object_api_client": "",
    "ArgoSubmitter.get_core_api_client": "",
    "ArgoSubmitter.submit": "workflow_yaml, secrets=None",
    "ImagePullPolicy.valid": "value",
    "ImagePullPolicy.values": "",
}
_ROLE = (
    "{0}_image=None, {0}_resources=None, {0}_restart_policy='Never', {0}_command=None"
)
_END = "clean_pod_policy='Running', timeout=None"
STEPS = {
    tensorflow: (
        "train",
        (
            "image=None, command='', secret=None, no_chief=True, "
            f"{_ROLE.format('chief')}, num_ps=0, {_ROLE.format('ps')}, num_workers=0, "
            f"{_ROLE.format('worker')}, num_evaluators=0, {_ROLE.format('evaluator')}, {_END}"
        ),
    ),
    pytorch: (
        "train",
        (
            f"image=None, command='', secret=None, {_ROLE.format('master')}, num_workers=0, "
            f"{_ROLE.format('worker')}, {_END}"
        ),
    ),
    mpi: (
        "train",
        (
            "image=None, command='', secret=None, launcher_image=None, "
            "launcher_resources=None, launcher_command=None, num_workers=0, "
            f"worker_image=None, worker_resources=None, worker_command=None, {_END}"
        ),
    ),
    katib: (
        "run",
        (
            "raw_template=None, tuning_params=(), objective=None, success_condition=None, "
            "failure_condition=None, algorithm='random', parallel_trial_count=3, "
            "max_trial_count=12, max_failed_trial_count=3"
        ),
    ),
}
MEMBERS = {
    "ImagePullPolicy": ("IfNotPresent", "Always", "Never"),
    "WFStatus": ("Succeeded", "Failed", "Error"),
    "ArtifactType": ("LOCAL", "S3", "OSS"),
    "WorkflowCRD": (
        "PLURAL",
        "KIND",
        "GROUP",
        "VERSION",
        "NAME_MAX_LENGTH",
        "NAME_PATTERN",
    ),
    "CronWorkflowCRD": ("PLURAL", "KIND"),
    "states": ("workflow", "get_secret", "get_step_output", "_cleanup"),
}
OTHERS = {"Artifact", "OVERWRITE_GPU_ENVS", "map_", "states", "workflow"}


def written(function: Any) -> str:
    """Return a signature as the tables have it."""
    words: list[str] = []
    for one in inspect.signature(function).parameters.values():
        if one.kind is one.KEYWORD_ONLY:
            words += [] if "..." in words else ["..."]
        elif one.kind is one.VAR_POSITIONAL:
            words.append(f"*{one.name}")
        elif one.default is one.empty:
            words.append(one.name)
        else:
            default = getattr(one.default, "__name__", None) or repr(one.default)
            words.append(f"{one.name}={default}")
    return ", ".join(word for word in words if word != "self")


@pytest.mark.parametrize("name", [*FUNCTIONS, *CLASSES])
def test_parameters_of_functions_and_classes(name: str) -> None:
    assert written(getattr(couler, name)) == {**FUNCTIONS, **CLASSES}[name]


@pytest.mark.parametrize("name", METHODS)
def test_parameters_of_methods(name: str) -> None:
    owner, _, method = name.partition(".")
    assert written(getattr(getattr(couler, owner), method)) == METHODS[name]


@pytest.mark.parametrize("module", STEPS)
def test_parameters_of_ready_steps(module: ModuleType) -> None:
    name, expected = STEPS[module]
    assert written(getattr(module, name)) == expected


@pytest.mark.parametrize("name", MEMBERS)
def test_members(name: str) -> None:
    assert all(hasattr(getattr(couler, name), member) for member in MEMBERS[name])


def test_the_tables_have_every_name() -> None:
    tables = {*FUNCTIONS, *CLASSES, *MEMBERS, *OTHERS}
    assert tables == {*couler.__all__}


def test_every_name_has_its_row_in_the_guide() -> None:
    from pathlib import Path

    text = Path("docs/from-open-couler.md").read_text("utf-8")
    missing = [name for name in {*couler.__all__} if f"`{name}`" not in text]
    assert not missing
