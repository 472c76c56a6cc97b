"""Values that JSON cannot say, where a type is asked for."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.local.scheduling.accept import accept
from couler_jupyter.engines.local.scheduling.data import Pickled
from couler_jupyter.engines.local.scheduling.evaluate import Unfit
from couler_jupyter.ir import ValueType


@pytest.mark.parametrize(
    ("kind", "type_name"),
    [
        (ValueType.LIST, "list"),
        (ValueType.LIST, "tuple"),
        (ValueType.OBJECT, "dict"),
        (ValueType.JSON, "pandas.core.frame.DataFrame"),
    ],
)
def test_a_list_of_tuples_is_a_list(kind: ValueType, type_name: str) -> None:
    value = Pickled("values/x", type_name)
    assert accept(value, kind, pickles=True) is value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ValueType.LIST, Pickled("values/x", "set")),
        (ValueType.OBJECT, Pickled("values/x", "list")),
        (ValueType.LIST, Pickled("values/x", "list", (0,))),
        (ValueType.NUMBER, Pickled("values/x", "numpy.float64")),
    ],
)
def test_what_is_of_another_type_is_refused(kind: ValueType, value: Pickled) -> None:
    with pytest.raises(Unfit):
        accept(value, kind, pickles=True)


def test_a_program_is_given_json_alone() -> None:
    with pytest.raises(Unfit, match="passes only between functions"):
        accept(Pickled("values/x", "list"), ValueType.LIST)
