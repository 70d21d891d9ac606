import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import TargetEncoder

from workbench.errors import DataError, ParameterError, SchemaError
from workbench.features.encode import CampaignEncoder

# Five rows of two campaigns.
X = pd.DataFrame({"city": ["ulm", "ulm", "bonn", "ulm", None], "visits": [1.0, 2.0, 3.0, 4.0, 5.0]})
Y = np.array([1, 0, 0, 1, 1])
CAMPAIGN = ["a", "a", "a", "b", "b"]


def test_all_rows_together_worked_by_hand():
    encoder = CampaignEncoder(shrinkage=2.0).fit(X, Y, campaign=CAMPAIGN)
    # the mean is 3/5; ulm has 2 of 3, bonn 0 of 1, a gap 1 of 1
    wanted = [(2 + 2 * 0.6) / 5, (2 + 2 * 0.6) / 5, (0 + 1.2) / 3, (2 + 1.2) / 5, (1 + 1.2) / 3]
    table = encoder.transform(X)
    assert table.columns.tolist() == ["city_rate", "visits"]
    assert table["city_rate"].tolist() == pytest.approx(wanted)
    new = pd.DataFrame({"city": ["rome"], "visits": [0.0]})
    assert encoder.transform(new)["city_rate"].tolist() == [pytest.approx(0.6)]


def test_out_of_fold_worked_by_hand():
    found = CampaignEncoder(shrinkage=2.0).fit_transform(X, Y, campaign=CAMPAIGN)["city_rate"]
    # a by b, of mean 1: ulm 1 of 1 is (1 + 2) / 3 = 1, so no distance from that mean
    # b by a, of mean 1/3: ulm 1 of 2 is (1 + 2/3) / 4 = 5/12, a gap is not there;
    # its odds of 5/7 are 10/7 of the mean's 1/2, and so the odds of 3/2 become 15/7
    assert found.tolist() == pytest.approx([0.6, 0.6, 0.6, 15 / 22, 0.6])


def test_evidence_worked_by_hand():
    encoder = CampaignEncoder("evidence", shrinkage=2.0).fit(X, Y, campaign=CAMPAIGN)
    table = encoder.transform(X)
    log_odds = lambda p: np.log(p / (1 - p))  # noqa: E731
    assert table["city_evidence"].tolist()[:3] == pytest.approx(
        [log_odds(3.2 / 5) - log_odds(0.6)] * 2 + [log_odds(0.4) - log_odds(0.6)]
    )
    inside = CampaignEncoder("evidence", shrinkage=2.0).fit_transform(X, Y, campaign=CAMPAIGN)
    assert inside["city_evidence"].tolist()[3:] == pytest.approx(
        [log_odds(5 / 12) - log_odds(1 / 3), 0.0]
    )


def test_evidence_without_shrinkage_to_speak_of_is_the_textbook_one():
    """ln of the share of positives with the level over the share of negatives with it."""
    rng = np.random.default_rng(0)
    level = rng.choice(["x", "y", "z"], 3_000)
    y = rng.random(3_000) < np.where(level == "x", 0.5, 0.2)
    table = pd.DataFrame({"level": level})
    encoder = CampaignEncoder("evidence", shrinkage=1e-9).fit(table, y, campaign=["a"] * 3_000)
    for name in "xyz":
        is_level = level == name
        wanted = np.log((is_level & y).sum() / y.sum()) - np.log((is_level & ~y).sum() / (~y).sum())
        found = encoder.transform(pd.DataFrame({"level": [name]}))["level_evidence"].item()
        assert found == pytest.approx(wanted, rel=1e-9)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(seed=st.integers(0, 10_000), shrinkage=st.sampled_from([0.5, 1, 20.0]))
def test_each_campaign_is_encoded_as_scikit_learn_encodes_it_by_the_others(seed, shrinkage):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"level": rng.choice(list("abcde"), 60)})
    y, campaign = rng.random(60) < 0.4, np.arange(60) % 3
    found = CampaignEncoder(shrinkage=shrinkage).fit_transform(table, y, campaign=campaign)
    for label in range(3):
        own = campaign == label
        others = TargetEncoder(smooth=shrinkage, target_type="binary")
        others.fit(table[~own], y[~own].astype(float))
        odds = [r / (1 - r) for r in (others.transform(table[own])[:, 0], y[~own].mean(), y.mean())]
        wanted = odds[0] / odds[1] * odds[2]
        rates = found.loc[own, "level_rate"]
        np.testing.assert_allclose(rates / (1 - rates), wanted, rtol=1e-9)


@settings(deadline=None, derandomize=True, max_examples=25)
@given(seed=st.integers(0, 10_000), method=st.sampled_from(["target", "evidence"]))
def test_a_campaigns_own_outcomes_do_not_move_its_codes(seed, method):
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"level": rng.choice(list("abc"), 40)})
    y, campaign = rng.integers(0, 2, 40), np.arange(40) % 4
    own = campaign == 2
    changed = np.where(own, 1 - y, y)
    changed[own] = rng.permutation(y[own])  # the mean stays: it is a constant of all rows
    before, after = (
        CampaignEncoder(method).fit_transform(table, labels, campaign=campaign)
        for labels in (y, changed)
    )
    np.testing.assert_array_equal(before[own], after[own])


@pytest.mark.parametrize("method", ["target", "evidence"])
@pytest.mark.parametrize("rates", [(0.2,) * 6, (0.02, 0.4, 0.1, 0.3, 0.05, 0.2)])
def test_a_planted_identifier_does_not_slip_through(method, rates):
    """A random id: encoded naively it repeats the outcome, out of fold it says nothing."""
    rng = np.random.default_rng(5)
    campaign = np.repeat(np.arange(6), 2_000)
    y = rng.random(12_000) < np.repeat(rates, 2_000)
    table = pd.DataFrame({"id": rng.integers(0, 4_000, 12_000).astype(str)})
    encoder = CampaignEncoder(method, shrinkage=1.0)
    inside = encoder.fit_transform(table, y, campaign=campaign).iloc[:, 0]
    naive = encoder.transform(table).iloc[:, 0]
    assert roc_auc_score(y, naive) > 0.8
    assert roc_auc_score(y, inside) == pytest.approx(0.5, abs=0.03)
    by_campaign = [roc_auc_score(y[campaign == c], inside[campaign == c]) for c in range(6)]
    assert np.mean(by_campaign) == pytest.approx(0.5, abs=0.03)


def test_a_level_that_works_everywhere_gets_through():
    rng = np.random.default_rng(1)
    level, campaign = rng.choice(["x", "y"], 4_000), np.arange(4_000) % 5
    y = rng.random(4_000) < np.where(level == "x", 0.4, 0.1)
    table = pd.DataFrame({"level": level})
    inside = CampaignEncoder().fit_transform(table, y, campaign=campaign)["level_rate"]
    assert roc_auc_score(y, inside) > 0.65


def test_in_a_pipeline_with_pandas_output():
    pipeline = make_pipeline(CampaignEncoder(), LogisticRegression())
    pipeline.set_output(transform="pandas")
    pipeline.fit(X, Y, campaignencoder__campaign=CAMPAIGN)
    assert pipeline[:-1].get_feature_names_out().tolist() == ["city_rate", "visits"]
    assert pipeline[-1].feature_names_in_.tolist() == ["city_rate", "visits"]
    # what was fitted is the out-of-fold table, not what `transform` gives
    inside = CampaignEncoder().fit_transform(X, Y, campaign=CAMPAIGN)
    alone = LogisticRegression().fit(inside, Y)
    np.testing.assert_allclose(pipeline[-1].coef_, alone.coef_)


def test_the_campaign_may_be_a_column_which_is_not_let_through():
    table = X.assign(month=CAMPAIGN)
    by_column = CampaignEncoder(campaign="month")
    pd.testing.assert_frame_equal(
        by_column.fit_transform(table, Y), CampaignEncoder().fit_transform(X, Y, campaign=CAMPAIGN)
    )
    within = ColumnTransformer([("city", by_column, ["city", "month"])], remainder="passthrough")
    within.set_output(transform="pandas")
    assert within.fit_transform(table, Y).columns.tolist() == [
        "city__city_rate",
        "remainder__visits",
    ]


def test_groups_and_catalogue_are_those_of_the_parent():
    catalogue = pd.DataFrame(
        {
            "group": ["place", "pace"],
            "builder": ["attributes", "windows"],
            "source": ["customers", "visits"],
            "lookback_days": [0.0, 28.0],
            "unit": ["category", "count"],
            "description": ["City.", "Visits."],
        },
        index=["city", "visits"],
    )
    encoder = CampaignEncoder().fit(X, Y, campaign=CAMPAIGN)
    assert encoder.groups_out({"city": "place", "visits": "pace"}) == {
        "city_rate": "place",
        "visits": "pace",
    }
    found = encoder.catalogue_out(catalogue)
    assert found.loc["city_rate"].to_dict() == {
        "group": "place",
        "builder": "CampaignEncoder",
        "source": "customers",
        "lookback_days": 0.0,
        "unit": "rate",
        "description": "Response rate of the level of city in training campaigns.",
    }
    assert found.loc["visits"].to_dict() == catalogue.loc["visits"].to_dict()


def test_campaigns_whose_outcomes_are_all_alike_say_nothing():
    inside = CampaignEncoder().fit_transform(X, [1, 1, 1, 0, 0], campaign=CAMPAIGN)
    assert inside["city_rate"].tolist() == pytest.approx([0.6] * 5)


@pytest.mark.parametrize(
    ("call", "error", "wanted"),
    [
        (
            lambda: CampaignEncoder().fit(X, Y),
            ParameterError,
            (
                "Encoding out of fold by campaign needs the campaign of every row; got none. Give "
                "`campaign=` to fit, in a Pipeline `step__campaign=`, or name its column in X."
            ),
        ),
        (
            lambda: CampaignEncoder().fit_transform(X, Y, campaign=["a"] * 5),
            DataError,
            (
                "Encoding out of fold by campaign needs at least two campaigns to train on; got "
                "['a']. Train on more, or leave the column out."
            ),
        ),
        (
            lambda: CampaignEncoder().fit(X, Y, campaign=["a"] * 4),
            DataError,
            "`campaign` must have a label for each of 5 rows; got 4, of which 0 are missing.",
        ),
        (
            lambda: CampaignEncoder().fit(X, [1, 0, np.nan, 0, 1], campaign=CAMPAIGN),
            DataError,
            (
                "Encoding needs an outcome of 0 or 1 for every training row; got ['nan'] in 5 "
                "values for 5 rows. Leave out rows without a known outcome."
            ),
        ),
        (
            lambda: CampaignEncoder("targt").fit(X, Y, campaign=CAMPAIGN),
            ParameterError,
            "`method` must be one of ['target', 'evidence']; got 'targt'. Did you mean 'target'?",
        ),
        (
            lambda: CampaignEncoder(shrinkage=0).fit(X, Y, campaign=CAMPAIGN),
            ParameterError,
            (
                "`shrinkage` must be above 0 and finite; got 0. Give for example 20: a "
                "level of 20 rows then counts half."
            ),
        ),
        (
            lambda: CampaignEncoder(columns=["citty"]).fit(X, Y, campaign=CAMPAIGN),
            SchemaError,
            (
                "The table to encode has no column 'citty'; got ['city', 'visits']. "
                "Did you mean 'city'?"
            ),
        ),
        (
            lambda: CampaignEncoder().fit(X.to_numpy(), Y, campaign=CAMPAIGN),
            ParameterError,
            (
                "Encoders take a DataFrame, whose columns have names; got ndarray. Set the output "
                "of the step before: set_output(transform='pandas')."
            ),
        ),
    ],
)
def test_what_cannot_be_encoded(call, error, wanted):
    with pytest.raises(error) as raised:
        call()
    assert str(raised.value) == wanted


@pytest.mark.parametrize("method", ["target", "evidence"])
def test_a_row_of_weight_w_is_w_contacts(method):
    rng = np.random.default_rng(0)
    n = 90
    X = pd.DataFrame(
        {"city": rng.choice(["ulm", "bonn", None], n), "visits": rng.integers(5, size=n)}
    )
    y, campaign = rng.integers(0, 2, n), np.repeat([*"abc"], 30)
    times = rng.integers(0, 9, n)
    each = np.repeat(np.arange(n), times)
    weighted, apart = (CampaignEncoder(method, shrinkage=5.0) for _ in range(2))
    inside = weighted.fit_transform(X, y, campaign=campaign, weight=times)
    expanded = apart.fit_transform(X.iloc[each], y[each], campaign=campaign[each])
    np.testing.assert_allclose(
        inside.iloc[each].to_numpy(dtype=float), expanded.to_numpy(dtype=float), rtol=1e-12
    )
    new = pd.DataFrame({"city": ["ulm", "rome", None], "visits": 1})
    pd.testing.assert_frame_equal(weighted.transform(new), apart.transform(new))
    if method == "target":
        peer = TargetEncoder(smooth=5.0, target_type="binary")
        peer.fit(X.iloc[each][["city"]].to_numpy(dtype=object), y[each])
        expected = peer.transform(new[["city"]].to_numpy(dtype=object))
        np.testing.assert_allclose(apart.transform(new)[["city_rate"]], expected, rtol=1e-12)


@pytest.mark.parametrize("weight", [[1.0], [1.0, -1.0], [np.nan, 1.0], [0.0, 0.0]])
def test_weights_are_numbers_of_contacts(weight):
    X = pd.DataFrame({"city": ["ulm", "bonn"]})
    message = (
        "`weight` must be a finite number from 0 for each of 2 rows, and not 0 in all; got shape "
        f"({len(weight)},). Give `frame.weights`."
    )
    with pytest.raises(ParameterError) as raised:
        CampaignEncoder().fit(X, [0, 1], campaign=["a", "b"], weight=weight)
    assert str(raised.value) == message
