"""Ticks of a score's axis: round, inside, and where the number that they show stands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit

from workbench.errors import ParameterError
from workbench.metrics.score_scale import scale_of

ENDS = st.floats(-15, 15)  # nearer to a propensity of 1 float64 has few numbers


@pytest.mark.parametrize(
    ("foretells", "ends", "texts"),
    [
        ("propensity", (-3.0, -2.9), ["4.8%", "5%", "5.2%"]),
        ("propensity", (-9.0, -6.0), ["0.02%", "0.05%", "0.1%", "0.2%"]),
        ("propensity", (3.0, 6.0), ["98%", "99%", "99.5%"]),
        ("amount", (-3.0, 12345.0), ["0", "5,000", "10,000"]),
        ("count", (-2.0, 2.0), ["0.2", "0.5", "1", "2", "5"]),
        ("count", (0.0, 0.0), ["1"]),
    ],
)
def test_ticks_are_round(foretells, ends, texts):
    assert [text for _, text in scale_of(foretells).ticks(*ends)] == texts


def test_a_tick_stands_where_its_number_is():
    for at, text in scale_of("propensity").ticks(-4.0, 1.0):
        assert at == pytest.approx(logit(float(text.rstrip("%")) / 100))
    for at, text in scale_of("count").ticks(-4.0, 1.0):
        assert at == pytest.approx(np.log(float(text)))


@given(foretells=st.sampled_from(["propensity", "amount", "count"]), one=ENDS, other=ENDS)
def test_ticks_lie_between_the_ends(foretells, one, other):
    low, high = sorted((one, other))
    found = [at for at, _ in scale_of(foretells).ticks(low, high)]
    assert all(low - 1e-6 <= at <= high + 1e-6 for at in found)
    assert found == sorted(found)


def test_a_certain_score_has_an_axis():
    assert next(text for _, text in scale_of("propensity").ticks(2.0, 60.0)) == "90%"


def test_other_names_are_refused():
    with pytest.raises(ParameterError, match="`foretells` must be one of"):
        scale_of("odds")
