"""How phases and kinds are told apart: a word, a glyph, an icon, and a colour.

Colour is never alone. The colours keep 4.5:1 against white, so that a white icon
can be read on them, and differ in lightness as well as in hue.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from couler_jupyter.ir.run import Phase
from couler_jupyter.protocol import KindLook, NodeKind, PhaseLook

PHASES: Final[Mapping[Phase, PhaseLook]] = MappingProxyType(
    {
        Phase.PENDING: PhaseLook(
            word="pending", glyph="○", color="#6e7781", icon="M8 4.2V8l2.6 1.6"
        ),
        Phase.RUNNING: PhaseLook(
            word="running", glyph="▸", color="#0b61c4", icon="M6.2 4.6v6.8L11.6 8z"
        ),
        Phase.SUSPENDED: PhaseLook(
            word="suspended", glyph="‖", color="#7a3fb8", icon="M6.2 5v6M9.8 5v6"
        ),
        Phase.SUCCEEDED: PhaseLook(
            word="succeeded",
            glyph="✓",
            color="#11703c",
            icon="M4.6 8.4l2.5 2.6 4.4-5.6",
        ),
        Phase.CACHED: PhaseLook(
            word="cached",
            glyph="↺",
            color="#0a6a75",
            icon="M11.4 9.2A3.6 3.6 0 1 1 10.6 5.4M11.2 3.4v2.5H8.7",
        ),
        Phase.SKIPPED: PhaseLook(
            word="skipped",
            glyph="»",
            color="#5c6570",
            icon="M4.6 5l3 3-3 3M8.6 5l3 3-3 3",
        ),
        Phase.OMITTED: PhaseLook(
            word="omitted", glyph="∅", color="#5c6570", icon="M5 11l6-6"
        ),
        Phase.FAILED: PhaseLook(
            word="failed",
            glyph="✗",
            color="#b3200f",
            icon="M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4",
        ),
        Phase.ERRORED: PhaseLook(
            word="errored", glyph="!", color="#9a4a00", icon="M8 4.2v4.6M8 11.6v.1"
        ),
        Phase.CANCELLED: PhaseLook(
            word="cancelled", glyph="■", color="#454c54", icon="M5.6 5.6h4.8v4.8H5.6z"
        ),
        Phase.INTERRUPTED: PhaseLook(
            word="interrupted",
            glyph="↯",
            color="#8a2a63",
            icon="M9 3.6L5.8 8.4h4.4L7 12.8",
        ),
    }
)

KINDS: Final[Mapping[NodeKind, KindLook]] = MappingProxyType(
    {
        "container": KindLook(
            word="container",
            icon="M8 1.8l5.4 3v6.4L8 14.2l-5.4-3V4.8zM2.6 4.8L8 7.8l5.4-3M8 7.8v6.4",
        ),
        "script": KindLook(word="script", icon="M5.2 4L1.8 8l3.4 4M10.8 4l3.4 4-3.4 4"),
        "function": KindLook(
            word="function",
            icon="M11.8 3.4c-1.9-1-3.1-.2-3.5 1.7L6.9 11c-.4 1.9-1.5 2.7-3.2 2M5 7.2h5.6",
        ),
        "job": KindLook(
            word="job",
            icon="M5 1.8h6l3.2 6.2L11 14.2H5L1.8 8zM8 5.6a2.4 2.4 0 1 0 .1 0",
        ),
        "subworkflow": KindLook(
            word="sub-workflow",
            icon="M2 2.6h5v4H2zM9 9.4h5v4H9zM4.5 6.6v4.8H9",
        ),
        "suspend": KindLook(
            word="suspend",
            icon="M4 2.2h8M4 13.8h8M5.2 2.2v2.4L8 8l2.8-3.4V2.2M5.2 13.8v-2.4L8 8l2.8 3.4v2.4",
        ),
        "part": KindLook(
            word="part",
            icon="M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z",
        ),
        "foreign": KindLook(
            word="foreign",
            icon="M6 2H2v12h4M10 2h4v12h-4M8 5.4v3.4M8 10.6v.1",
        ),
    }
)


def phase_look(phase: str) -> PhaseLook:
    """Return the look of a phase as a view names it.

    Raises:
        ValueError: there is no such phase.
    """
    return PHASES[Phase(phase)]
