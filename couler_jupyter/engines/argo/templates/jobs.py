"""Jobs: a Kubernetes object is made or changed, and watched until it is done."""

from __future__ import annotations

from couler_jupyter.engines.argo.templates.around import Around, Fields, Write, said
from couler_jupyter.engines.argo.templates.inputs import input_fields
from couler_jupyter.engines.argo.templates.outputs import output_fields
from couler_jupyter.engines.argo.templates.pods import pod_fields
from couler_jupyter.engines.argo.templates.selectors import selector
from couler_jupyter.ir import Job, Pod


def job_fields(template: Job, write: Write, around: Around) -> Fields:
    """Return the fields of a template that hands Kubernetes a manifest."""
    resource: Fields = {
        "action": template.action.value,
        **said(
            mergeStrategy=template.patch_kind,
            setOwnerReference=template.own,
            flags=[write(flag) for flag in template.flags],
            successCondition=", ".join(map(selector, template.success)),
            failureCondition=", ".join(map(selector, template.failure)),
        ),
        "manifest": write(template.manifest),
    }
    return {
        **said(
            inputs=input_fields(template.inputs, write, around),
            outputs=output_fields(template.outputs, write, around),
        ),
        "resource": resource,
        **pod_fields(Pod(), write, around),
    }
