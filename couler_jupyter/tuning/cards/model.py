"""A Model Card drafted from an estimator, told by the classes it comes of.

No library is imported for it: where an object is of one, it is there already.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from couler_jupyter.errors import CardFault
from couler_jupyter.ir import Constant
from couler_jupyter.ir.tuning import ModelCard
from couler_jupyter.protocol import one_line

_NO_EFFECT: Final = frozenset(
    {
        "n_jobs", "nthread", "num_threads", "random_state", "seed", "silent",
        "verbose", "verbosity", "warm_start", "cache_size", "copy_X", "device",
        "importance_type",
    }
)  # fmt: skip
_UNITS: Final = (
    ("n_estimators", "round"),
    ("num_boost_round", "round"),
    ("iterations", "round"),
    ("max_iter", "iteration"),
    ("epochs", "epoch"),
)
_EPOCHS: Final = ("MLP", "SGD", "Perceptron", "PassiveAggressive")
_ROUNDS: Final = 100
"""What XGBoost and LightGBM take where nothing is said."""
_MOST_LAYERS: Final = 40


def draft_model_card(
    estimator: object, *, name: str = "", tuned: Collection[str] = ()
) -> ModelCard:
    """Return a Model Card of an estimator, fitted or not.

    Args:
        estimator: of scikit-learn, XGBoost, LightGBM, PyTorch or Keras.
        name: of the model; that of its class if empty.
        tuned: hyper-parameters that are not fixed, and so not of the card.

    Raises:
        CardFault: it is of none of these.
    """
    if isinstance(estimator, type):
        raise CardFault(
            f"{estimator.__name__} is a class; give a model of it: {estimator.__name__}()"
        )
    for base in type(estimator).__mro__:
        draft = _LIBRARIES.get(base.__module__.partition(".")[0])
        if draft is not None:
            return draft(estimator, name or type(estimator).__name__, tuned)
    raise CardFault(
        f"a {type(estimator).__name__} is of no library that is known: "
        f"{', '.join(_LIBRARIES)}; write ModelCard(...) for others"
    )


def _of_sklearn(estimator: Any, name: str, tuned: Collection[str]) -> ModelCard:  # noqa: ANN401
    return _by_params(estimator, name, tuned, library="scikit-learn")


def _of_xgboost(estimator: Any, name: str, tuned: Collection[str]) -> ModelCard:  # noqa: ANN401
    if not hasattr(estimator, "get_params"):
        rounds = int(estimator.num_boosted_rounds())
        return _booster(estimator, name, "xgboost", rounds, {})
    return _by_params(estimator, name, tuned, library="xgboost", rounds=_ROUNDS)


def _of_lightgbm(estimator: Any, name: str, tuned: Collection[str]) -> ModelCard:  # noqa: ANN401
    if not hasattr(estimator, "get_params"):
        rounds = int(estimator.current_iteration())
        return _booster(estimator, name, "lightgbm", rounds, estimator.params)
    return _by_params(estimator, name, tuned, library="lightgbm", rounds=_ROUNDS)


def _of_torch(module: Any, name: str, tuned: Collection[str]) -> ModelCard:  # noqa: ANN401
    del tuned
    learned = (p.numel() for p in module.parameters() if p.requires_grad)
    return ModelCard(
        name=name,
        library="pytorch",
        structure=_joined(_torch_layers(module)) or name,
        description=_described(module),
        parameters=sum(int(count) for count in learned),
        log_unit="epoch",
        entrypoint=_entrypoint(type(module)),
    )


def _of_keras(model: Any, name: str, tuned: Collection[str]) -> ModelCard:  # noqa: ANN401
    del tuned
    parameters = int(model.count_params()) if model.built else None
    return ModelCard(
        name=name,
        library="keras",
        structure=_joined(map(_keras_layer, model.layers)) or name,
        description=_described(model),
        parameters=parameters,
        log_unit="epoch",
        entrypoint=_entrypoint(type(model)),
    )


_LIBRARIES: Final[Mapping[str, Callable[[Any, str, Collection[str]], ModelCard]]] = (
    MappingProxyType(
        {
            "sklearn": _of_sklearn,
            "xgboost": _of_xgboost,
            "lightgbm": _of_lightgbm,
            "torch": _of_torch,
            "keras": _of_keras,
        }
    )
)


def _by_params(
    estimator: Any,  # noqa: ANN401
    name: str,
    tuned: Collection[str],
    *,
    library: str,
    rounds: int | None = None,
) -> ModelCard:
    """What has scikit-learn's `get_params`."""
    stages = list(_stages(estimator))
    last = stages[-1]
    params: dict[str, Any] = last.get_params(deep=False)
    unit, most = _unit_of(last, params, rounds)
    fixed = {n: v for n, v in params.items() if n not in {*tuned, *_NO_EFFECT}}
    return ModelCard(
        name=name if len(stages) == 1 else type(last).__name__,
        library=library,
        structure=" -> ".join(type(one).__name__ for one in stages),
        description=_described(last),
        architecture_hyperparameters=tuple(_constants(fixed)),
        parameters=_learned(last),
        log_unit=unit,
        max_units=most,
        entrypoint=_entrypoint(type(last)),
    )


def _stages(estimator: Any) -> Iterator[Any]:  # noqa: ANN401
    """A pipeline's stages, in order; what passes everything through is left out."""
    steps = getattr(estimator, "steps", None)
    if not isinstance(steps, list):
        yield estimator
        return
    for _, stage in steps:
        if stage is not None and not isinstance(stage, str):
            yield from _stages(stage)


def _unit_of(
    estimator: object, params: Mapping[str, Any], rounds: int | None
) -> tuple[str, int | None]:
    kind = type(estimator).__name__
    for name, unit in _UNITS:
        if name not in params:
            continue
        most = params[name] if params[name] is not None else rounds
        most = most if isinstance(most, int) and most > 0 else None
        return _word(kind, unit), most
    return "fit", 1


def _word(kind: str, unit: str) -> str:
    """What a class counts by the parameter that other classes count `unit`s by."""
    if "Boosting" in kind:
        return "round"
    if "Forest" in kind or "ExtraTrees" in kind or "Bagging" in kind:
        return "tree"
    return "epoch" if kind.startswith(_EPOCHS) else unit


def _learned(estimator: object) -> int | None:
    """How many numbers it has learned; None before training, or where that is no number."""
    count = 0
    for names in (("coefs_", "intercepts_"), ("coef_", "intercept_")):
        if all(hasattr(estimator, name) for name in names):
            for name in names:
                held = getattr(estimator, name)
                arrays = held if isinstance(held, list) else [held]
                count += sum(int(getattr(one, "size", 1)) for one in arrays)
            return count
    return None


def _constants(params: Mapping[str, Any]) -> Iterator[tuple[str, Constant]]:
    """Those that are plain values; of an object, what class it is of."""
    for name, value in sorted(params.items()):
        if value is None or _is_nan(value):
            continue
        is_numpy = hasattr(value, "item") and getattr(value, "ndim", 0) == 0
        try:
            yield name, Constant.of(value.item() if is_numpy else value)
        except (TypeError, ValueError):
            yield name, Constant.of(getattr(value, "__name__", type(value).__name__))


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and value != value  # noqa: PLR0124 (so it is)


def _booster(
    booster: object, name: str, library: str, rounds: int, params: Mapping[str, Any]
) -> ModelCard:
    return ModelCard(
        name=name,
        library=library,
        structure=f"{rounds} boosted rounds",
        description=_described(booster),
        architecture_hyperparameters=tuple(_constants(params)),
        log_unit="round",
        max_units=rounds or None,
        entrypoint=_entrypoint(type(booster)),
    )


def _torch_layers(module: Any) -> Iterator[str]:  # noqa: ANN401
    """The innermost modules, in the order in which they are registered."""
    children = list(module.children())
    if not children:
        extra = one_line(str(module.extra_repr()), 60)
        yield f"{type(module).__name__}({extra})" if extra else type(module).__name__
    for child in children:
        yield from _torch_layers(child)


def _keras_layer(layer: Any) -> str:  # noqa: ANN401
    kind = type(layer).__name__
    for name in ("units", "filters", "rate"):
        if isinstance(value := getattr(layer, name, None), int | float):
            return f"{kind}({value:g})"
    return kind


def _joined(layers: Iterator[str]) -> str:
    named = list(layers)
    more = len(named) - _MOST_LAYERS
    shown = named[:_MOST_LAYERS]
    return " -> ".join([*shown, f"{more} more"] if more > 0 else shown)


def _described(estimator: object) -> str:
    """The first paragraph that its class says of itself."""
    kind = type(estimator)
    text = (kind.__doc__ or "").strip().partition("\n\n")[0]
    return one_line(text, 300) or f"{kind.__name__} of {kind.__module__}"


def _entrypoint(kind: type) -> str:
    """Where it is imported from: the public place if there is one."""
    parts = kind.__module__.split(".")
    for end in range(1, len(parts) + 1):
        place = ".".join(parts[:end])
        if getattr(sys.modules.get(place), kind.__name__, None) is kind:
            return f"{place}:{kind.__name__}"
    return f"{kind.__module__}:{kind.__qualname__}"
