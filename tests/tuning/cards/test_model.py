"""Model Cards drafted from estimators, whose libraries nobody imports for it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from couler_jupyter.errors import CardFault
from couler_jupyter.tuning.cards import draft_model_card


def test_of_scikit_learn_what_is_fixed_is_told_and_what_has_no_effect_is_not() -> None:
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    net = MLPClassifier(hidden_layer_sizes=(8,), max_iter=50, random_state=1)
    card = draft_model_card(make_pipeline(StandardScaler(), net), tuned=["alpha"])
    fixed = {name: held.value for name, held in card.architecture_hyperparameters}
    assert card.name == "MLPClassifier"
    assert card.structure == "StandardScaler -> MLPClassifier"
    assert (card.log_unit, card.max_units, card.parameters) == ("epoch", 50, None)
    assert card.entrypoint == "sklearn.neural_network:MLPClassifier"
    assert fixed["hidden_layer_sizes"] == [8]
    assert not {"alpha", "random_state", "verbose"} & set(fixed)


def test_a_fitted_net_knows_its_parameters() -> None:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression().fit([[0.0, 1.0], [1.0, 0.0]], [0, 1])
    assert draft_model_card(fitted).parameters == 3


@pytest.mark.parametrize(
    ("kind", "unit", "units"),
    [
        ("HistGradientBoostingClassifier", "round", 100),
        ("GradientBoostingRegressor", "round", 100),
        ("RandomForestClassifier", "tree", 100),
    ],
)
def test_ensembles_count_rounds_and_trees(kind: str, unit: str, units: int) -> None:
    from sklearn import ensemble

    card = draft_model_card(getattr(ensemble, kind)())
    assert (card.log_unit, card.max_units) == (unit, units)


def test_xgboost_and_lightgbm() -> None:
    lightgbm = pytest.importorskip("lightgbm")
    xgboost = pytest.importorskip("xgboost")
    boosted = draft_model_card(xgboost.XGBClassifier(max_depth=3))
    assert (boosted.library, boosted.log_unit, boosted.max_units) == (
        *("xgboost", "round"),
        100,
    )
    assert boosted.entrypoint == "xgboost:XGBClassifier"
    light = draft_model_card(lightgbm.LGBMRegressor(n_estimators=7))
    assert (light.library, light.max_units) == ("lightgbm", 7)
    trained = xgboost.train({}, xgboost.DMatrix([[0.0], [1.0]], [0, 1]), 3)
    assert draft_model_card(trained).structure == "3 boosted rounds"


class Layer:
    """What a module of PyTorch answers, without PyTorch."""

    def __init__(self, *children: Any, extra: str = "", count: int = 0) -> None:
        self._children, self._extra, self._count = children, extra, count
        self.requires_grad = True

    def children(self) -> Any:
        return iter(self._children)

    def extra_repr(self) -> str:
        return self._extra

    def numel(self) -> int:
        return self._count

    def parameters(self) -> Any:
        yield self
        for child in self._children:
            yield from child.parameters()


class Model:
    """What a model of Keras answers, without Keras."""

    def __init__(self, *, built: bool) -> None:
        self.built = built
        self.layers = [type("Dense", (), {"units": 8})(), type("Flatten", (), {})()]

    def count_params(self) -> int:
        return 99


def of(library: str, base: type) -> type:
    """A class of a library and, below it, one of a notebook."""
    theirs = type("Base", (base,), {"__module__": f"{library}.nn"})
    return type("Net", (theirs,), {"__module__": "__main__", "__doc__": "Mine."})


def test_layers_and_parameters_of_a_module_of_pytorch() -> None:
    inner = Layer(extra="64, 10", count=650)
    card = draft_model_card(of("torch", Layer)(inner, Layer()))
    assert card.structure == "Layer(64, 10) -> Layer"
    assert (card.library, card.parameters, card.log_unit) == ("pytorch", 650, "epoch")
    assert (card.name, card.description) == ("Net", "Mine.")
    assert card.entrypoint == "__main__:Net"


@pytest.mark.parametrize("built", [True, False])
def test_layers_of_a_model_of_keras(built: bool) -> None:
    card = draft_model_card(of("keras", Model)(built=built))
    assert card.structure == "Dense(8) -> Flatten"
    assert card.parameters == (99 if built else None)


def test_logs_of_models_that_differ_in_what_is_fixed_are_kept_apart() -> None:
    from sklearn.svm import SVC

    one, other = (draft_model_card(SVC(C=c)) for c in (1.0, 2.0))
    assert one.key != other.key
    tuned = [draft_model_card(SVC(C=c), tuned=["C"]).key for c in (1.0, 2.0)]
    assert tuned[0] == tuned[1]


def test_what_is_no_estimator_is_told() -> None:
    from sklearn.svm import SVC

    with pytest.raises(CardFault, match=r"SVC is a class; give a model of it: SVC\(\)"):
        draft_model_card(SVC)
    with pytest.raises(CardFault, match="a dict is of no library that is known: skle"):
        draft_model_card({})


def test_no_library_is_imported_for_it() -> None:
    program = (
        "import sys; from couler_jupyter.tuning.cards import draft_model_card\n"
        "try: draft_model_card(1)\nexcept ValueError: pass\n"
        "print(sorted({'torch', 'keras', 'sklearn', 'xgboost', 'lightgbm', 'numpy'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
