"""Random templates of every kind."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import strategies as st

from couler_jupyter.ir import (
    Constant,
    Container,
    EnvVar,
    Feature,
    Foreign,
    Format,
    FromReturn,
    FromStdout,
    Function,
    InputParameter,
    InputRef,
    Job,
    OutputParameter,
    Pod,
    Resources,
    Script,
    SecretRef,
    SubWorkflow,
    Suspend,
    Template,
)
from couler_jupyter.testing.strategies.known import Known, some
from couler_jupyter.testing.strategies.plain import (
    constants,
    jsons,
    names,
    seconds,
    texts,
)


@cache
@st.composite
def ports(draw: st.DrawFn, *, required: bool = True) -> tuple[InputParameter, ...]:
    """Draw input parameters, which a step need not be given unless `required`."""
    default = st.one_of(st.none(), constants()) if required else constants()
    port = st.builds(InputParameter, name=names(), default=default, description=texts())
    found = draw(st.lists(port, max_size=3, unique_by=lambda one: one.name))
    return tuple(found)


@st.composite
def templates(draw: st.DrawFn, known: Known) -> Template:
    """Draw a template of any kind that is wanted."""
    kinds = [_scripts(known), _functions(known)]
    if Feature.CONTAINER in known.features:
        kinds.append(_containers(known))
    if Feature.SUSPEND_TIMED in known.features:
        kinds.append(st.builds(Suspend, seconds=seconds().map(str), message=texts()))
    if Feature.JOB in known.features:
        kinds.append(st.builds(Job, manifest=texts().filter(bool), own=st.booleans()))
    if Feature.FOREIGN in known.features:
        kinds.append(_foreign())
    if Feature.SUBWORKFLOW in known.features and known.inner is not None:
        kinds.append(known.inner.map(lambda one: SubWorkflow(workflow=one)))
    return draw(st.one_of(kinds))


@st.composite
def _box(draw: st.DrawFn, known: Known) -> dict[str, Any]:
    """Draw what a container, a script and a function share."""
    taken = draw(ports())
    leaf = st.one_of(_secrets(known), texts(), _inner_texts(known, taken))
    variable = st.builds(EnvVar, st.sampled_from(["A", "B_2", "_c"]), leaf)
    env = st.lists(variable, max_size=2, unique_by=lambda one: one.name).map(tuple)
    pod = st.builds(Pod, service_account=texts())
    return {
        "inputs": taken,
        "env": draw(some(known, Feature.ENV, env, ())),
        "resources": draw(some(known, Feature.RESOURCES, _resources(), Resources())),
        "working_dir": draw(some(known, Feature.WORKING_DIR, texts(), "")),
        "pod": draw(some(known, Feature.SERVICE_ACCOUNT, pod, Pod())),
    }


def _secrets(known: Known) -> st.SearchStrategy[Any]:
    secret = st.builds(SecretRef, texts(), texts(), st.booleans())
    return some(known, Feature.SECRET, secret, "")


@cache
def _resources() -> st.SearchStrategy[Resources]:
    cpu, memory = st.floats(0, 1e6), st.integers(0, 2**60)
    return st.builds(Resources, cpu=st.none() | cpu, memory=st.none() | memory)


def _inner_texts(
    known: Known, taken: tuple[InputParameter, ...]
) -> st.SearchStrategy[Any]:
    """Texts of a template: plain, or with references to its inputs."""
    if Feature.FORMAT not in known.features or not taken:
        return texts()
    ref = st.sampled_from(taken).map(lambda port: InputRef(port.name))
    parts = st.lists(st.one_of(texts(), ref), max_size=3)
    return parts.map(lambda some: Format(tuple(some)))


@st.composite
def _containers(draw: st.DrawFn, known: Known) -> Template:
    box = draw(_box(known))
    command = st.lists(_inner_texts(known, box["inputs"]), max_size=3).map(tuple)
    image = draw(names())
    return Container(image=image, command=draw(command), outputs=_printed(known), **box)


@st.composite
def _scripts(draw: st.DrawFn, known: Known) -> Template:
    box = draw(_box(known))
    source = draw(_inner_texts(known, box["inputs"]))
    return Script(source=source, outputs=_printed(known), **box)


@st.composite
def _functions(draw: st.DrawFn, known: Known) -> Template:
    number = draw(st.integers(0, 9))
    source = f"def f(**given):\n    return {number}\n"
    result = OutputParameter(name="result", source=FromReturn())
    outputs = (result,) if Feature.OUTPUT_PARAMETER in known.features else ()
    return Function(source=source, entrypoint="f", outputs=outputs, **draw(_box(known)))


@cache
def _foreign() -> st.SearchStrategy[Template]:
    body = st.dictionaries(texts(), jsons(), max_size=3).map(Constant.of)
    result = OutputParameter(name="result", source=FromStdout())
    return st.builds(
        Foreign,
        engine=names(),
        kind=names(),
        body=body,
        inputs=ports(),
        outputs=st.sampled_from([(), (result,)]),
    )


def _printed(known: Known) -> tuple[OutputParameter, ...]:
    result = OutputParameter(name="result", source=FromStdout())
    return (result,) if Feature.OUTPUT_PARAMETER in known.features else ()
