import re

import pytest

from workbench.errors import ParameterError
from workbench.reading import Told


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            {"kinds": {"zip": "code"}},
            "A column must be one of number, flag, date, category, text, identifier; 'zip' is said to be 'code'.",
        ),
        (
            {"encoding": "klingon"},
            "`encoding` must be a name such as utf-8, cp1252, cp1251 or utf-16; got 'klingon'.",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(said, message):
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        Told.of(**said)


def test_orders_and_marks_are_checked():
    assert Told.of() == Told()
    for said in ({"dates": "year"}, {"decimal": "'"}):
        with pytest.raises(ParameterError):
            Told.of(**said)
