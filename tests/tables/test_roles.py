import re

import pytest

from workbench import Outcome
from workbench.errors import ParameterError


@pytest.mark.parametrize(
    ("given", "got"),
    [
        ({}, "horizon_days=None and until=None"),
        ({"horizon_days": 3, "until": "end"}, "horizon_days=3 and until='end'"),
    ],
)
def test_an_outcome_has_one_window(given, got):
    message = f"An outcome needs `horizon_days` or `until`, and not both; got {got}."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        Outcome("orders", **given)


@pytest.mark.parametrize("days", [0, -5, float("nan"), float("inf"), "28"])
def test_a_horizon_that_is_no_number_of_days(days):
    message = f"`horizon_days` must be a number of days above 0, at most 36,500; got {days!r}."
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        Outcome("orders", horizon_days=days)


@pytest.mark.parametrize("days", [1, 0.5, 36_500])
def test_a_horizon_in_days(days):
    assert Outcome("orders", horizon_days=days).horizon_days == days
