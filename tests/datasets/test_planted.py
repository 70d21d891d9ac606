import hashlib
import re

import numpy as np
import pytest
import statsmodels.api as sm

from workbench.datasets import planted
from workbench.errors import ParameterError


@pytest.fixture(scope="module")
def drawn():
    return planted(dose=1.0, seed=3)


def test_sizes_and_names(drawn):
    frame = drawn.frame
    assert len(frame) == 22 * 2000
    assert frame.campaigns == [f"c{k:02d}" for k in range(1, 23)]
    assert frame.catalogue["group"].value_counts().to_dict() == {"spiky": 60, "stable": 40}
    assert (frame.matured_at > frame.as_of).all()


def test_the_probabilities_follow_from_the_truth(drawn):
    X = drawn.frame.X.to_numpy()
    campaign = np.repeat(np.arange(22), 2000)
    log_odds = drawn.intercepts[campaign] + X[:, :40] @ drawn.stable_effects
    log_odds += (X[:, 40:] * drawn.spiky_effects[campaign]).sum(axis=1)
    np.testing.assert_allclose(drawn.probability, 1 / (1 + np.exp(-log_odds)), rtol=1e-12)


def test_outcomes_are_drawn_with_them(drawn):
    y, p = drawn.frame.y.to_numpy(), drawn.probability
    assert abs((y - p).sum()) < 4 * np.sqrt((p * (1 - p)).sum())
    log_odds = np.log(np.clip(p, 1e-6, 1 - 1e-6) / np.clip(1 - p, 1e-6, 1))
    fitted = sm.Logit(y, sm.add_constant(log_odds)).fit(disp=False)
    np.testing.assert_allclose(fitted.params, [0.0, 1.0], atol=0.06)


def test_the_shares_of_the_recipe(drawn):
    spiky = drawn.frame.X.to_numpy()[:, 40:].reshape(22, 2000, 60)
    active = (drawn.spiky_effects != 0).mean()
    assert active == pytest.approx(0.3, abs=0.05)
    filled = (spiky != 0).mean(axis=1)[drawn.spiky_effects != 0]
    assert filled.mean() == pytest.approx(0.15, abs=0.005)
    assert (spiky != 0).mean(axis=1)[drawn.spiky_effects == 0].max() == 0
    assert np.log(spiky[spiky > 0]).std() == pytest.approx(1.0, abs=0.02)
    assert drawn.spiky_effects[drawn.spiky_effects != 0].std() == pytest.approx(1.0, abs=0.15)


def test_the_dose_scales_the_spikes_and_changes_nothing_else():
    one, three = planted(dose=1.0, rows=50), planted(dose=3.0, rows=50)
    assert one.frame.X.equals(three.frame.X)
    np.testing.assert_array_equal(one.stable_effects, three.stable_effects)
    np.testing.assert_allclose(three.spiky_effects, 3 * one.spiky_effects)


def test_dose_zero_plants_nothing_and_seeds_repeat():
    none = planted(dose=0.0, rows=50)
    assert not none.spiky_effects.any()
    again = planted(dose=0.0, rows=50)
    assert none.frame.X.equals(again.frame.X)
    assert none.frame.y.equals(again.frame.y)
    assert not none.frame.X.equals(planted(dose=0.0, rows=50, seed=1).frame.X)


@pytest.mark.parametrize(
    ("given", "dose", "rows"),
    [({"dose": -1, "rows": 0}, "-1", "0"), ({"dose": np.nan}, "nan", "2000")],
)
def test_sizes_that_make_no_sense(given, dose, rows):
    message = (
        "`planted` needs a dose from 0 and at least one training campaign, row, stable and spiky "
        f"column; got dose={dose}, train_campaigns=12, new_campaigns=10, rows={rows}, stable=40, "
        "spiky=60."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        planted(**given)


def test_without_a_test_every_number_is_as_it_always_was():
    drawn = planted(rows=100, seed=3)
    X, y = drawn.frame.X.to_numpy().round(9), drawn.frame.y.to_numpy()  # whatever exp is at hand
    bits = X.tobytes() + y.tobytes()
    assert hashlib.sha256(bits).hexdigest()[:16] == "d580dd0d4eba83f8"
    assert (drawn.treated, drawn.effect, drawn.stable_uplift, drawn.spiky_uplift) == (None,) * 4
    assert drawn.frame.treatment is None
