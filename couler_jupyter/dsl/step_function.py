"""`@couler.step`: a Python function as a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial, update_wrapper
from typing import TYPE_CHECKING, Any, Unpack, overload

from couler_jupyter.dsl.adding import add_step
from couler_jupyter.dsl.anything import Given, Gives
from couler_jupyter.dsl.current import current_scope
from couler_jupyter.dsl.function_template import arguments_of, function_template
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.options import StepOptions, read, step_name_in
from couler_jupyter.dsl.origin import misused, user_frame
from couler_jupyter.dsl.signature import Signature, signature_of
from couler_jupyter.ir import Function, Tune

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope

_OWN = frozenset({"name", "image", "requirements"})
_NOTHING: frozenset[str] = frozenset()


class FunctionOptions(StepOptions, total=False):
    """All options of a function step.

    `name` is what its steps are called, numbered where there are several; `image`
    has Python and the packages that `requirements` names as pip writes them.
    """

    name: str
    image: str
    requirements: str | Sequence[str]


class StepFunction:
    """A function that adds a step when it is called while a workflow is written.

    Called anywhere else, with plain values, it just runs.
    """

    def __init__(
        self, function: Callable[..., object], given: Mapping[str, Any]
    ) -> None:
        update_wrapper(self, function)
        self._function = function
        self._given = dict(given)
        own_name = getattr(function, "__name__", "") or type(function).__name__
        self._name = str(given.get("name") or own_name.strip("<>"))
        shared = {name: value for name, value in given.items() if name not in _OWN}
        self._options = read(shared, "couler.step", but=("inputs",))
        wanted = given.get("requirements") or ()
        self._requirements = (wanted,) if isinstance(wanted, str) else tuple(wanted)

    def __repr__(self) -> str:
        return f"<step {self._name!r}>"

    def __call__(self, *args: Given, **kwargs: Given) -> Gives:
        """Add a step with these arguments, or run the function.

        The keyword `step_name`, unless the function has a parameter of that name, is
        what this one step is called.

        Raises:
            BuildFailed: the arguments do not fit, or cannot be written down.
        """
        scope = current_scope()
        if scope is not None:
            return self._added(scope, args, kwargs)
        for given in (*args, *kwargs.values()):
            if isinstance(given, Handle):
                raise misused(
                    f"{self._name}() is given {given._what()} where no workflow is being "
                    "written; call it inside `with couler.workflow(NAME):`"
                )
        if "step_name" in kwargs:
            signature = signature_of(self._function, self._name)
            if "step_name" not in signature.inputs:
                del kwargs["step_name"]
        return self._function(*args, **kwargs)

    def with_options(self, **options: Unpack[FunctionOptions]) -> StepFunction:
        """Return the same step with some options changed.

        Raises:
            BuildFailed: an option is unknown, or its value makes no sense.
        """
        return StepFunction(self._function, {**self._given, **options})

    def _added(
        self, scope: Scope, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> object:
        remembered = scope.shared.remembered
        signature: Signature | None = remembered.get(self)
        if signature is None:
            signature = remembered[self] = signature_of(self._function, self._name)
        given = self._given
        if "step_name" in kwargs and "step_name" not in signature.inputs:
            given = {"step_name": kwargs.pop("step_name")}
        if self._options.tune is not None:
            kwargs = _with_defaults(self._options.tune, signature, args, kwargs)
        bound = signature.bind(args, kwargs)
        hidden = signature.hidden.intersection(bound) if signature.hidden else _NOTHING
        return add_step(
            scope,
            base=self._name,
            step_name=step_name_in(given),
            template=self._template(scope, signature, hidden),
            arguments=arguments_of(bound, signature, scope),
            options=self._options,
            frame=user_frame(),
        )

    def _template(
        self, scope: Scope, signature: Signature, hidden: frozenset[str]
    ) -> Function:
        """Return what the step runs, made once for a whole workflow."""
        remembered = scope.shared.remembered
        mounting = scope if self._options.box.mounts else None
        key = (self, hidden, mounting)
        template: Function | None = remembered.get(key)
        if template is None:
            template = remembered[key] = function_template(
                self._function,
                signature,
                scope,
                self._options,
                hidden,
                image=str(self._given.get("image") or ""),
                requirements=self._requirements,
            )
        return template


@overload
def step(function: Callable[..., Any], /) -> StepFunction: ...


@overload
def step(
    **options: Unpack[FunctionOptions],
) -> Callable[[Callable[..., Any]], StepFunction]: ...


def step(
    function: Callable[..., Any] | None = None, /, **options: Unpack[FunctionOptions]
) -> StepFunction | Callable[[Callable[..., Any]], StepFunction]:
    """Make a function a step: `@couler.step` or `@couler.step(cpu=1, retry=2)`.

    Its parameters are the step's inputs and what it returns is the step's output,
    with the types that its annotations say.

    Raises:
        BuildFailed: an option is unknown, or its value makes no sense.
    """
    if function is None:
        return partial(_step_of, options=options)
    return _step_of(function, options)


def _with_defaults(
    tune: Tune, signature: Signature, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> dict[str, Any]:
    """Return what a call is given, with the defaults of hyper-parameters it leaves out."""
    given = {*kwargs, *list(signature.inputs)[: len(args)]}
    usual = tune.space.default().as_dict()
    return {**{k: v for k, v in usual.items() if k not in given}, **kwargs}


def _step_of(function: object, options: Mapping[str, Any]) -> StepFunction:
    if isinstance(function, StepFunction):
        return function.with_options(**options)
    if not callable(function):
        raise misused(f"couler.step is given {function!r}, which is no function")
    return StepFunction(function, options)
