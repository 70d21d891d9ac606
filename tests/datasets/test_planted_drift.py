import numpy as np
import pytest
import statsmodels.api as sm

from workbench.datasets import planted_drift
from workbench.errors import ParameterError


@pytest.fixture(scope="module")
def drawn():
    return planted_drift(seed=3, campaigns=40, rows=400, columns=30)


def of_campaigns(drawn, column):
    frame = drawn.frame
    return frame.X[column].groupby(frame.campaign)


def test_sizes_names_and_moments(drawn):
    frame = drawn.frame
    assert len(frame) == 40 * 400
    assert frame.campaigns == [f"c{k:02d}" for k in range(1, 41)]
    counts = frame.catalogue["group"].value_counts().to_dict()
    assert counts == {"steady": 30, "trend": 2, "constant": 1}
    assert (frame.matured_at > frame.as_of).all()


def test_the_probabilities_follow_from_the_truth(drawn):
    campaign = np.repeat(np.arange(40), 400)
    log_odds = drawn.intercepts[campaign]
    log_odds = log_odds + (drawn.frame.X.to_numpy() * drawn.effects[campaign]).sum(axis=1)
    np.testing.assert_allclose(drawn.probability, 1 / (1 + np.exp(-log_odds)), rtol=1e-12)


def test_outcomes_are_drawn_with_them(drawn):
    y, p = drawn.frame.y.to_numpy(), drawn.probability
    log_odds = np.log(p) - np.log1p(-p)
    fitted = sm.Logit(y, sm.add_constant(log_odds)).fit(disp=False)
    np.testing.assert_allclose(fitted.params, [0.0, 1.0], atol=4 * fitted.bse.max())


def test_effects_keep_their_size_and_turn(drawn):
    steady = drawn.effects[:, :30]
    assert steady.std() == pytest.approx(0.25, abs=0.05)
    one_apart = np.corrcoef(steady[:-1].ravel(), steady[1:].ravel())[0, 1]
    ten_apart = np.corrcoef(steady[:-10].ravel(), steady[10:].ravel())[0, 1]
    assert one_apart == pytest.approx(0.95, abs=0.02)
    assert ten_apart == pytest.approx(0.95**10, abs=0.2)


def test_trends_rise_and_one_of_them_matters(drawn):
    for column in ("trend_with_effect", "trend_without"):
        mean = of_campaigns(drawn, column).mean().to_numpy()
        slope = np.polyfit(np.arange(40), mean, 1)[0]
        assert slope == pytest.approx(0.2, abs=0.01)
        assert of_campaigns(drawn, column).std().mean() == pytest.approx(1.0, abs=0.02)
    names = list(drawn.frame.X.columns)
    assert (drawn.effects[:, names.index("trend_with_effect")] == 0.3).all()
    assert (drawn.effects[:, names.index("trend_without")] == 0).all()


def test_one_column_is_constant_within_campaigns_and_means_nothing(drawn):
    assert (of_campaigns(drawn, "constant_noise").nunique() == 1).all()
    assert drawn.frame.X["constant_noise"].nunique() == 40
    assert (drawn.effects[:, -1] == 0).all()


def test_the_base_rate_walks(drawn):
    steps = np.diff(drawn.intercepts) + 0.3 * 0.2  # the trend's rise is taken out of it
    assert steps.std() == pytest.approx(0.2, abs=0.05)
    assert drawn.intercepts[0] == -2.0


def test_nothing_moves_where_nothing_is_asked_to():
    still = planted_drift(campaigns=5, rows=20, columns=4, walk=0.0, turn=0.0)
    assert (still.effects == still.effects[0]).all()
    np.testing.assert_allclose(np.diff(still.intercepts), -0.3 * 0.2)


def test_seeds_repeat_and_differ():
    one, same, other = (planted_drift(seed=seed, rows=20) for seed in (1, 1, 2))
    assert one.frame.X.equals(same.frame.X)
    assert one.frame.y.equals(same.frame.y)
    assert not one.frame.X.equals(other.frame.X)


@pytest.mark.parametrize("wrong", [{"campaigns": 0}, {"rows": 0}, {"columns": 0}, {"turn": 1.5}])
def test_wrong_sizes_are_refused(wrong):
    given = {"campaigns": 16, "rows": 500, "columns": 20, "walk": 0.2, "turn": 0.05} | wrong
    with pytest.raises(ParameterError) as caught:
        planted_drift(**given)
    said = ", ".join(f"{name}={value!r}" for name, value in given.items())
    assert str(caught.value) == (
        "`planted_drift` needs at least one campaign, row and column, a walk from 0 and a turn "
        f"between 0 and 1; got {said}."
    )
