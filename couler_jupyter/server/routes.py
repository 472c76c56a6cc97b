"""The table of all that can be asked; requests are checked and described by it."""

from __future__ import annotations

from typing import Final

from couler_jupyter.ir import Json, Phase
from couler_jupyter.protocol import CacheView, DrawingView, RunView, StepDetail
from couler_jupyter.runs.listing import Order
from couler_jupyter.server import asking, caching, leaving, logs, looking, places
from couler_jupyter.server.answers import (
    AboutAnswer,
    ArtifactAnswer,
    DoneAnswer,
    EnginesAnswer,
    EventsAnswer,
    HealthAnswer,
    LogAnswer,
    OutputsAnswer,
    RunsAnswer,
    StepsAnswer,
    TargetsAnswer,
)
from couler_jupyter.server.desk import Desk
from couler_jupyter.server.route import Parameter, Place, Route

_BIG: Final = (1 << 53) - 1
_PHASES: Final = [phase.value for phase in Phase]


def _text(name: str, about: str, longest: int = 200) -> Parameter:
    schema: Json = {"type": "string", "maxLength": longest, "default": ""}
    return Parameter(name=name, about=about, schema=schema)


def _needed(name: str, about: str, longest: int) -> Parameter:
    schema: Json = {"type": "string", "minLength": 1, "maxLength": longest}
    return Parameter(name=name, about=about, schema=schema)


def _whole(name: str, about: str, usual: int, *, least: int, most: int) -> Parameter:
    schema: Json = {
        "type": "integer",
        "minimum": least,
        "maximum": most,
        "default": usual,
    }
    return Parameter(name=name, about=about, schema=schema)


def _choice(name: str, about: str, choices: list[str]) -> Parameter:
    schema: Json = {"type": "string", "enum": choices, "default": choices[0]}
    return Parameter(name=name, about=about, schema=schema)


def _several(name: str, about: str, items: Json) -> Parameter:
    schema: Json = {"type": "array", "items": items, "maxItems": 12, "default": []}
    return Parameter(name=name, about=about, schema=schema)


_RUN: Final = Parameter(
    name="run",
    about="the run's whole id",
    place=Place.PATH,
    schema={"type": "string", "pattern": "^[0-9]{8}-[0-9]{6}-[a-z0-9-]{1,84}$"},
)
_TARGET: Final = Parameter(
    name="target",
    about="the target's name",
    place=Place.PATH,
    schema={"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"},
)
_KEY: Final = Parameter(
    name="Idempotency-Key",
    about="one for each thing that a person means to do: what is asked again with the "
    "same one is answered alike and not done again",
    place=Place.HEADER,
    schema={"type": "string", "pattern": "^[A-Za-z0-9._:-]{8,100}$"},
)
_PHASE: Final = _several(
    "phase", "only what stands at one of these", {"type": "string", "enum": _PHASES}
)
_STEP: Final = _needed("step", "path of the step in the run, as train[0]", 2000)
# so short, and no more than twelve: tornado takes 64 KiB of headers and path
_PATHS: Json = {"type": "string", "maxLength": 200}
_NOTEBOOK: Final = _text(
    "notebook", "path of a notebook, whose folder may have targets of its own", 2000
)
_SUSPENDED: Json = {
    "type": "object",
    "properties": {
        "step": {"type": "string", "minLength": 1, "maxLength": 2000},
        "outputs": {"type": "object"},
    },
    "required": ["step"],
    "additionalProperties": False,
}
_ARTIFACT: Json = {
    "type": "object",
    "properties": {"artifact": {"type": "string", "minLength": 4, "maxLength": 200}},
    "required": ["artifact"],
    "additionalProperties": False,
}


ROUTES: Final = (
    Route(
        "GET",
        "",
        "about",
        "Say what serves, and what it lets be done",
        looking.about,
        AboutAnswer,
    ),
    Route(
        "GET",
        "/runs",
        "listRuns",
        "Return one page of the runs of all notebooks and engines",
        looking.list_runs,
        RunsAnswer,
        (
            _PHASE,
            _text("engine", "only those of this engine"),
            _text("workflow", "only those of this workflow"),
            _text("search", "only those with it in id, workflow, notebook or message"),
            _choice("sort", "what they are sorted by", [str(one) for one in Order]),
            _choice("order", "highest or newest first, or last", ["desc", "asc"]),
            _whole("limit", "how many at the most", 50, least=1, most=1000),
            _text("cursor", "next of the page before; empty for the first", 2000),
        ),
        tag=Desk.tag,
    ),
    Route(
        "GET",
        "/runs/{run}",
        "getRun",
        "Return where a run and each of its steps stand",
        looking.one_run,
        RunView,
        (_RUN,),
        tag=Desk.tag,
    ),
    Route(
        "DELETE",
        "/runs/{run}",
        "deleteRun",
        "Remove a run with its logs, and where it runs elsewhere, there too",
        asking.delete,
        DoneAnswer,
        (_RUN, _KEY),
        slow=True,
    ),
    Route(
        "GET",
        "/runs/{run}/drawing",
        "getRunDrawing",
        "Return a run's workflow, laid out, and where each step stands",
        looking.run_drawing,
        DrawingView,
        (
            _RUN,
            _several("open", "groups that are drawn open", _PATHS),
            _several("closed", "groups that are drawn as one box", _PATHS),
        ),
        tag=Desk.tag,
    ),
    Route(
        "GET",
        "/runs/{run}/steps",
        "listSteps",
        "Return one page of the steps of a run",
        looking.run_steps,
        StepsAnswer,
        (
            _RUN,
            _PHASE,
            _text("search", "only those with it in their path"),
            _whole("limit", "how many at the most", 200, least=1, most=1000),
            Parameter(
                name="cursor",
                about="next of the page before; empty for the first",
                schema={"type": "string", "pattern": "^[0-9]{0,9}$", "default": ""},
            ),
        ),
        tag=Desk.tag,
    ),
    Route(
        "GET",
        "/runs/{run}/step",
        "getStep",
        "Return what a step of a run is, and why it ran or was reused",
        looking.one_step,
        StepDetail,
        (_RUN, _STEP),
    ),
    Route(
        "GET",
        "/runs/{run}/events",
        "listEvents",
        "Return what happened in a run behind an event, and what that comes to",
        looking.run_events,
        EventsAnswer,
        (
            _RUN,
            _whole("after", "seq of the last one seen", 0, least=0, most=_BIG),
            _whole("limit", "how many at the most", 1000, least=1, most=10_000),
            _whole("wait", "seconds to wait for one to come", 0, least=0, most=20),
        ),
        is_news=looking.has_news,
    ),
    Route(
        "GET",
        "/runs/{run}/log",
        "getLog",
        "Return a piece of what one attempt of a step printed",
        logs.step_log,
        LogAnswer,
        (
            _RUN,
            _STEP,
            _whole("attempt", "which one; 0 for the last", 0, least=0, most=1_000_000),
            _whole("offset", "byte to begin at", 0, least=0, most=_BIG),
            _whole(
                "tail", "bytes from the end, in place of offset", 0, least=0, most=_BIG
            ),
            _whole("limit", "bytes at the most", 1 << 18, least=16, most=1 << 20),
        ),
    ),
    Route(
        "GET",
        "/runs/{run}/outputs",
        "listOutputs",
        "Return what the steps of a run left behind, so far",
        leaving.run_outputs,
        OutputsAnswer,
        (_RUN, _several("step", "only those of these steps", _PATHS)),
        tag=Desk.tag,
    ),
    Route(
        "GET",
        "/runs/{run}/artifact",
        "getArtifact",
        "Return how an artifact begins that a run keeps",
        leaving.artifact,
        ArtifactAnswer,
        (
            _RUN,
            _STEP,
            _needed("name", "of the output", 200),
            _whole(
                "limit", "bytes of text at the most", 1 << 16, least=16, most=1 << 20
            ),
        ),
    ),
    Route(
        "POST",
        "/runs/{run}/cancel",
        "cancelRun",
        "Ask for a run to be stopped; asked anew, its exit handlers are, too",
        asking.cancel,
        DoneAnswer,
        (_RUN, _KEY),
        slow=True,
    ),
    Route(
        "POST",
        "/runs/{run}/retry",
        "retryRun",
        "Run again, under the same id, what had not succeeded",
        asking.retry,
        DoneAnswer,
        (_RUN, _KEY),
        slow=True,
    ),
    Route(
        "POST",
        "/runs/{run}/rerun",
        "rerunRun",
        "Start a new run of the same workflow with the same arguments and options",
        asking.rerun,
        DoneAnswer,
        (_RUN, _KEY),
        slow=True,
    ),
    Route(
        "POST",
        "/runs/{run}/resume",
        "resumeStep",
        "Let a suspended step go on, with what it should leave behind",
        asking.resume,
        DoneAnswer,
        (_RUN, _KEY),
        body=_SUSPENDED,
        slow=True,
    ),
    Route(
        "GET",
        "/cache",
        "getCache",
        "Return what is kept of earlier runs, what it is worth, and why",
        caching.cache,
        CacheView,
        tag=caching.cache_tag,
    ),
    Route(
        "POST",
        "/cache/pin",
        "pinArtifact",
        "Have an artifact stay, and return what is kept now",
        caching.pin,
        CacheView,
        body=_ARTIFACT,
    ),
    Route(
        "POST",
        "/cache/unpin",
        "unpinArtifact",
        "Have an artifact stay no longer, and return what is kept now",
        caching.unpin,
        CacheView,
        body=_ARTIFACT,
    ),
    Route(
        "POST",
        "/cache/drop",
        "dropArtifact",
        "Give an artifact up, and return what is kept now",
        caching.drop,
        CacheView,
        body=_ARTIFACT,
    ),
    Route(
        "GET",
        "/engines",
        "listEngines",
        "Return all engines",
        places.engines,
        EnginesAnswer,
    ),
    Route(
        "GET",
        "/targets",
        "listTargets",
        "Return all targets, without their secrets",
        places.targets,
        TargetsAnswer,
        (_NOTEBOOK,),
    ),
    Route(
        "GET",
        "/targets/{target}/health",
        "getTargetHealth",
        "Ask a target whether it answers",
        places.health,
        HealthAnswer,
        (_TARGET, _NOTEBOOK),
        slow=True,
    ),
)
