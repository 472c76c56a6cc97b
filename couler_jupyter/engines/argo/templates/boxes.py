"""What all templates share that run a program in a container."""

from __future__ import annotations

from couler_jupyter.engines.argo.templates.around import Around, Fields, Write, said
from couler_jupyter.engines.argo.templates.environment import env_fields
from couler_jupyter.engines.argo.templates.home import home_fields
from couler_jupyter.engines.argo.templates.mounts import mount_fields
from couler_jupyter.engines.argo.templates.pods import pod_fields
from couler_jupyter.engines.argo.templates.sidecars import beside_fields
from couler_jupyter.engines.kube.resources import resource_fields
from couler_jupyter.ir import Boxed


def box_fields(template: Boxed, write: Write, around: Around) -> tuple[Fields, Fields]:
    """Return what stands in the container beside its command, and beside the container.

    The first begins with where it starts, the second is of the template itself.
    """
    start, home, volumes = home_fields(template)
    policy = template.pull_policy
    has_env = template.env or template.env_from
    inside: Fields = {
        **start,
        **(env_fields(template.env, template.env_from, write) if has_env else {}),
        **resource_fields(template.resources),
        **said(
            imagePullPolicy=None if policy is None else policy.value,
            volumeMounts=home + mount_fields(template.mounts, around.volumes),
        ),
    }
    beside = {
        **volumes,
        **beside_fields(template, write, around),
        **pod_fields(template.pod, write, around),
    }
    return inside, beside
