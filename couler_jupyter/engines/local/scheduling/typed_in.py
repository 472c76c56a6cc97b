"""What a person types in to resume a suspended step, checked."""

from __future__ import annotations

from collections.abc import Mapping

from couler_jupyter.engines.local.scheduling.accept import accept
from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.evaluate import Unfit
from couler_jupyter.ir import Json, OutputParameter, Suspend, nearest


def typed_in(template: Suspend, given: Mapping[str, Json]) -> dict[str, Data]:
    """Return the outputs of a suspended step; defaults where nothing was typed in.

    Raises:
        Unfit: with everything that is missing, unknown, or of the wrong type.
    """
    asked = {
        one.name: one for one in template.outputs if isinstance(one, OutputParameter)
    }
    faults = [
        f"there is no output {name!r}{nearest(name, asked)}"
        for name in given
        if name not in asked
    ]
    outputs: dict[str, Data] = {}
    for name, output in asked.items():
        if name not in given and output.default is None:
            faults.append(f"output {name!r} ({output.type}) must be given")
            continue
        value = given[name] if name in given else _default(output)
        try:
            outputs[name] = accept(value, output.type, output.choices)
        except Unfit as error:
            faults.append(f"output {name!r} {error}")
    if faults:
        raise Unfit("; ".join(faults))
    return outputs


def _default(output: OutputParameter) -> Json:
    return None if output.default is None else output.default.value
