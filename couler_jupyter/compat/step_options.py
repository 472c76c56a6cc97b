"""What old scripts say of a step beside what it runs."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from enum import Enum
from typing import Any, TypedDict

from couler_jupyter import dsl
from couler_jupyter.compat.arguments import variables
from couler_jupyter.compat.caching import Cache, reuse_of
from couler_jupyter.compat.secrets import secret_named
from couler_jupyter.compat.volumes import VolumeMount, mounts_of
from couler_jupyter.dsl.names import free
from couler_jupyter.dsl.options import StepOptions
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.scope import Scope
from couler_jupyter.ir import Mount, Retry


class Wanted(TypedDict):
    """The arguments that all steps have in common, under the open SDK's names."""

    timeout: float | None
    retry: int | None
    step_name: str | None
    pool: str | None
    cache: Cache | None


class ProgramWanted(Wanted):
    """The arguments of steps that run a program."""

    env: Mapping[str, Any] | None
    secret: str | None
    resources: Mapping[str, Any] | None
    image_pull_policy: object
    daemon: bool
    volume_mounts: list[VolumeMount | Mount] | None
    working_dir: str | None
    node_selector: Mapping[str, str] | None


def step_options(wanted: Wanted, scope: Scope) -> StepOptions:
    """Return the options of any step.

    Raises:
        BuildFailed: one of them makes no sense.
    """
    if wanted["pool"] is not None:
        warnings.warn(
            f"pool={wanted['pool']!r} has no effect: a cluster_config_file gave it its "
            "meaning; choose nodes with node_selector and couler.add_toleration",
            stacklevel=4,
        )
    options = StepOptions()
    if wanted["cache"] is not None:
        options["cache"] = reuse_of(wanted["cache"])
    if wanted["timeout"] is not None:
        options["timeout"] = wanted["timeout"]
    if wanted["retry"] is not None:
        options["retry"] = _retry(wanted["retry"])
    if wanted["step_name"] is not None:
        options["step_name"] = _free_name(wanted["step_name"], scope)
    return options


def program_options(
    wanted: ProgramWanted, outputs: list[str], scope: Scope
) -> StepOptions:
    """Return the options of a step that runs a program.

    Args:
        wanted: as the script has them.
        outputs: paths at which the program leaves files.
        scope: where the step stands.

    Raises:
        BuildFailed: one of them makes no sense.
    """
    options = step_options(wanted, scope)
    if env := variables(wanted["env"], scope):
        options["env"] = env
    if (secret := secret_named(wanted["secret"], scope)) is not None:
        options["secret"] = secret
    if wanted["resources"]:
        options["resources"] = wanted["resources"]
    if mounts := mounts_of(wanted["volume_mounts"], outputs, scope):
        options["mounts"] = mounts
    if wanted["working_dir"] is not None:
        options["working_dir"] = wanted["working_dir"]
    if wanted["node_selector"] is not None:
        options["node_selector"] = wanted["node_selector"]
    if wanted["daemon"]:
        options["daemon"] = True
    policy = wanted["image_pull_policy"]
    if policy is not None:
        options["image_pull_policy"] = str(
            policy.value if isinstance(policy, Enum) else policy
        )
    return options


def _retry(given: object) -> Retry:
    if isinstance(given, bool) or not isinstance(given, int):
        raise misused(f"retry={given!r} is no number of attempts")
    return dsl.retry(given, on="always")


def _free_name(name: str, scope: Scope) -> str:
    """Return the name of a step: in old scripts one template may run several times.

    Where `dag` or `set_dependencies` names a step again, it is the same step.
    """
    return name if scope.is_merging else free(name, scope.names.known)
