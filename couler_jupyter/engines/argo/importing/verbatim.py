"""A manifest whose whole spec stays Argo's own: one step that holds it."""

from __future__ import annotations

from couler_jupyter.engines.argo.extras import SPEC
from couler_jupyter.engines.argo.importing.root import form_extra, name_of
from couler_jupyter.engines.kube.reading.fields import Object, object_at, text_at
from couler_jupyter.ir import Constant, Extra, Foreign, Step, Workflow


def verbatim(manifest: Object, extras: tuple[Extra, ...]) -> Workflow:
    """Return the workflow whose one step is all that a manifest says."""
    body = Constant.of({**object_at(manifest, "spec")})
    step = Step(name="all", template=Foreign(engine="argo", kind=SPEC, body=body))
    kind = form_extra("kind", text_at(manifest, "kind"))
    return Workflow(name=name_of(manifest), steps=(step,), extras=(kind, *extras))
