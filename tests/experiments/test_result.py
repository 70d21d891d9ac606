import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from tests.experiments.contacts_of_tests import frame_of
from workbench.errors import ParameterError
from workbench.experiments import read_out
from workbench.experiments.result import holm


@pytest.fixture(scope="module")
def read():
    frame, _ = frame_of(900, arms=("none", "app", "<mail>"), effect=0.8)
    return read_out(frame, valid="at_end")


def test_profit_is_what_the_effect_earns_less_what_contacts_cost(read):
    table = read.profit(cost=0.1, margin=5)
    for k, row in read.effects.iterrows():
        assert table["profit_per_contact"][k] == pytest.approx(5 * row["effect"] - 0.1)
        for profit, one in (("profit", "effect"), ("low", "low"), ("high", "high")):
            assert table[profit][k] == pytest.approx(row["contacts"] * (5 * row[one] - 0.1))
    assert table["break_even"].tolist() == [0.02, 0.02]
    assert read.profit(cost=0.1, margin=0)["break_even"].isna().all()
    with pytest.raises(ParameterError) as caught:
        read.profit(cost=-1, margin=5)
    assert str(caught.value) == (
        "`cost` must be an amount of money, finite and not negative; got -1. Give cost and margin "
        "of "
        "one contact in the same currency."
    )


def test_an_arm_is_asked_for_by_name(read):
    assert read.effect_of("app")["arm"] == "app"
    assert read.effect_of()["arm"] == "<mail>"
    with pytest.raises(ParameterError) as caught:
        read.sentence("map")
    assert str(caught.value) == (
        "`arm` must be one of ['<mail>', 'app']; got 'map'. Did you mean 'app'?"
    )


def test_it_shows_itself_as_a_page(read):
    page = read._repr_html_()
    assert "&lt;mail&gt; raised responses by" in page
    assert "app raised responses by" in page
    assert "<mail>" not in page
    assert "Holm&#x27;s method" in page


@pytest.mark.parametrize("p", [[0.2], [0.01, 0.04, 0.03], [1.0, 0.0, 0.5, 0.5], [0.6, 0.7, 0.02]])
def test_holms_correction_is_that_of_statsmodels(p):
    assert holm(p) == pytest.approx(multipletests(p, method="holm")[1])


def test_no_p_values_are_refused():
    with pytest.raises(ParameterError) as caught:
        holm(np.array([]))
    assert str(caught.value) == "`p_values` must hold one at least; there is none."
