"""Which offer a contact takes: against scikit-learn, one response, counts by hand, and chance."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from tests.offers_planted import contacts
from workbench import FeatureFrame, RidgeMultinomial, RidgePropensity, evidence
from workbench.errors import DataError, ParameterError
from workbench.evidence import best_offers, next_offer
from workbench.evidence.offer_choice import _of_few

SAID = {"target": "bought", "campaign": "month", "offer": "took"}
MARGINS = {"coffee": 1.0, "green tea": 2.5, "Müsli": 4.0, "wine": 3.0}


def split_of(table, late=2, **more):
    frame = FeatureFrame.from_table(table, **{**SAID, **more})
    return evidence.out_of_time(frame, test_campaigns=late)


@pytest.fixture(scope="module")
def split():
    return split_of(contacts().drop(columns="who"))


@pytest.fixture(scope="module")
def found(split):
    return next_offer(split.train, split.test)


def takers(frame):
    return frame.rows(frame.offer.notna().to_numpy())


def test_it_is_the_multinomial_of_those_who_took_one(split, found):
    """Scikit-learn, of as strong a penalty on columns of deviation 1, says the same."""
    rows = takers(split.train)
    alpha = 0.02
    model = RidgeMultinomial(alpha, {}).fit(rows, rows.offer.to_numpy(dtype=str))
    Z = pd.get_dummies(rows.X, dtype=float)[model.columns_.index.str.replace("=", "_")]
    mean, scale = Z.mean(), Z.std(ddof=0)
    theirs = LogisticRegression(C=1 / (alpha * len(Z)), tol=1e-10, max_iter=5000)
    theirs.fit((Z - mean) / scale, rows.offer.to_numpy(dtype=str))
    test = takers(split.test)
    new = (pd.get_dummies(test.X, dtype=float)[Z.columns] - mean) / scale
    np.testing.assert_allclose(model.predict_proba(test), theirs.predict_proba(new), atol=1e-6)
    # and so is the one of `next_offer`, under its own penalties
    factors = (found.model.penalties_ / found.model.alpha_).to_dict()
    by_hand = RidgeMultinomial(
        found.model.alpha_, {k.split("=")[0]: v for k, v in factors.items()}
    ).fit(rows, rows.offer.to_numpy(dtype=str))
    np.testing.assert_allclose(
        found.model.predict_proba(test), by_hand.predict_proba(test), atol=1e-6
    )


def test_of_two_offers_it_is_the_model_of_one_response():
    split = split_of(contacts(offers=("tea", "wine")).drop(columns=["who", "city"]))
    found = next_offer(split.train, split.test)
    rows = takers(split.train)
    one = replace(rows, y=(rows.offer == "wine").astype("float64"), offer=None)
    ridge = RidgePropensity(found.model.alpha_ / 2, {}).fit(one)
    chance = found.model.predict_proba(split.test)
    assert found.model.classes_.tolist() == ["tea", "wine"]
    np.testing.assert_allclose(chance[:, 1], ridge.propensity(split.test), atol=1e-6)


def test_losses_are_those_of_who_took_one(split, found):
    test = takers(split.test)
    own = test.offer.to_numpy(dtype=str)
    labels = found.model.classes_
    assert found.loss == pytest.approx(
        log_loss(own, found.model.predict_proba(test), labels=labels), rel=1e-12
    )
    shares = takers(split.train).offer.value_counts(normalize=True)[labels].to_numpy()
    base = log_loss(own, np.tile(shares, (len(own), 1)), labels=labels)
    assert found.base_loss == pytest.approx(base, rel=1e-12)
    assert found.difference.estimate == pytest.approx(found.loss - found.base_loss)
    assert (found.judged, found.contacts, found.unnamed) == (len(test), len(split.test), 0)
    assert found.loss < found.base_loss, "tastes are planted"


@pytest.mark.parametrize("margins", [None, MARGINS])
def test_what_it_earns_is_counted_contact_by_contact(split, margins):
    found = next_offer(split.train, split.test, margins=margins)
    worth = margins or dict.fromkeys(MARGINS, 1.0)
    chance = pd.DataFrame(found.model.predict_proba(split.test), columns=found.model.classes_)
    earned, made, hits = 0.0, dict.fromkeys(MARGINS, 0), dict.fromkeys(MARGINS, 0)
    for k, row in chance.iterrows():
        offer = max(row.index, key=lambda name, row=row: worth[name] * row[name])
        took = split.test.offer.iloc[k]
        made[offer] += 1
        hits[offer] += took == offer
        earned += worth[offer] * (took == offer)
    taken = split.train.offer.value_counts()
    constant = max(worth, key=lambda name: worth[name] * taken[name])
    assert found.constant == constant
    assert found.earned == pytest.approx(earned)
    assert found.constant_earned == worth[constant] * (split.test.offer == constant).sum()
    assert found.gain == pytest.approx(earned - found.constant_earned)
    assert found.chosen["contacts"].to_dict() == made
    assert found.chosen["positives"].to_dict() == hits
    rates = split.test.offer.value_counts() / len(split.test)
    np.testing.assert_allclose(found.chosen["rate_of_all"], rates[found.chosen.index])
    assert found.low < found.gain < found.high


def test_the_interval_of_the_gain_is_that_of_a_sum(split, found):
    """By hand: 1.96 standard errors of a sum of independent contacts, there being two campaigns."""
    best = found.best(split.test)["best_offer"]
    apart = (split.test.offer == best).astype(float) - (split.test.offer == found.constant)
    half = 1.959964 * np.sqrt(((apart - apart.mean()) ** 2).sum())
    assert found.drawn == "contacts"
    assert found.low == pytest.approx(found.gain - half, rel=1e-5)
    assert found.high == pytest.approx(found.gain + half, rel=1e-5)
    assert found.proven == (found.low > 0)


def test_offers_are_taken_as_often_as_expected(split, found):
    test = takers(split.test)
    chance = pd.DataFrame(found.model.predict_proba(test), columns=found.model.classes_)
    for name, row in found.offers.iterrows():
        came = (test.offer == name).sum()
        assert row["positives"] == came
        assert row["ratio"] == pytest.approx(came / chance[name].sum())
        assert row["ratio_low"] < row["ratio"] < row["ratio_high"]
    assert found.offers["rate"].sum() == pytest.approx(1)
    assert found.offers["mean_propensity"].sum() == pytest.approx(1)


def test_other_names_change_names_alone(split, found):
    """The offers called anew, in another order of the alphabet: the same figures."""
    names = {"coffee": "zz", "green tea": "07", "Müsli": "a b", "wine": "Ω"}
    table = contacts().drop(columns="who")
    table["took"] = table["took"].map(names)
    other = split_of(table)
    anew = next_offer(other.train, other.test)
    assert anew.loss == pytest.approx(found.loss, rel=1e-6)
    assert anew.earned == found.earned
    assert anew.constant == names[found.constant]
    pd.testing.assert_frame_equal(
        anew.chosen, found.chosen.rename(names), check_exact=False, rtol=1e-6
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_does_not_matter(split, found, seed):
    rng = np.random.default_rng(seed)
    moved = [frame.rows(rng.permutation(len(frame))) for frame in (split.train, split.test)]
    anew = next_offer(*moved)
    assert anew.loss == pytest.approx(found.loss, rel=1e-6)
    assert (anew.earned, anew.constant) == (found.earned, found.constant)


def test_an_offer_that_training_knows_not_counts_as_missed():
    table = contacts().drop(columns="who")
    late = table["took"].notna() & (table["month"] >= "2024-05")
    rows = table.index[late][:7]
    before = next_offer(*_halves(table))
    table.loc[rows, "took"] = "brand-new"
    found = next_offer(*_halves(table))
    assert (found.unnamed, found.judged) == (7, before.judged - 7)
    assert found.earned <= before.earned
    assert "brand-new" not in found.chosen.index
    with_margin = next_offer(*_halves(table), margins={**MARGINS, "brand-new": 9.0})
    assert set(with_margin.margins) == set(MARGINS)


def _halves(table):
    split = split_of(table)
    return split.train, split.test


def test_small_offers_are_never_made():
    table = contacts().drop(columns="who")
    rows = table.index[table["took"].notna()][:12]
    table.loc[rows, "took"] = [f"rare {k}" for k in range(12)]
    split = split_of(table)
    found = next_offer(split.train, split.test)
    assert found.classes.others
    assert found.offers.index[-1] == "other offers"
    assert "other offers" not in found.chosen.index
    assert "other offers" not in set(found.best(split.test)["best_offer"])


def test_without_tastes_everybody_gets_the_same_and_nothing_is_gained():
    rng = np.random.default_rng(4)
    table = contacts(1200, taste=0.0).drop(columns="who")
    table["took"] = pd.Series(rng.choice(["tea", "wine"], 1200, p=[0.8, 0.2])).where(
        table["bought"] == 1
    )
    split = split_of(table)
    found = next_offer(split.train, split.test)
    assert (found.gain, found.low, found.high, found.proven) == (0.0, 0.0, 0.0, False)
    assert found.chosen["contacts"].to_dict() == {"tea": len(split.test), "wine": 0}


def test_weights_count_as_so_many_contacts():
    """Of doubled rows and of weights of two: the same figures, but for intervals."""
    split = split_of(contacts(1200).drop(columns="who"))
    twice = [frame.rows(np.repeat(np.arange(len(frame)), 2)) for frame in (split.train, split.test)]
    heavy = [
        replace(frame, weight=pd.Series(np.full(len(frame), 2.0)))
        for frame in (split.train, split.test)
    ]
    one, other = next_offer(*twice), next_offer(*heavy)
    assert one.loss == pytest.approx(other.loss, rel=1e-6)
    assert one.earned == other.earned
    assert one.chosen.equals(other.chosen)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(up=st.integers(0, 29), down=st.integers(0, 29))
def test_limits_of_few_are_those_of_their_share(up, down):
    apart = np.array([1.0] * up + [-1.0] * down + [0.0] * 5)
    low, high = _of_few(apart, np.ones(len(apart)), {"a": 1.0})
    if not 0 < up + down < 30:
        assert (low, high) == (np.inf, -np.inf)
        return
    share = binomtest(up, up + down).proportion_ci(0.95, method="exact")
    n = up + down
    assert low == pytest.approx(n * (2 * share.low - 1))
    assert high == pytest.approx(n * (2 * share.high - 1))


def test_all_that_is_known_is_learned_under_the_same_penalties(found, split):
    frame = FeatureFrame.from_table(contacts().drop(columns="who"), **SAID)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = found.of_more_rows(frame)
    assert model.training_["rows"] == frame.offer.notna().sum()
    np.testing.assert_allclose(model.penalties_, found.model.penalties_)
    assert model.classes_.tolist() == found.model.classes_.tolist()


@pytest.mark.parametrize("new", [5, 60])
def test_chances_leave_room_for_an_offer_that_is_new_since_training(new):
    """It is never made; were it left out, the chances of the others would add up to 1."""
    table = contacts()
    late = table.index[table["took"].notna() & (table["month"] >= "2024-05")]
    table.loc[late[: 2 * new : 2], "took"] = "brand-new"
    found = next_offer(*_halves(table))
    assert not found.classes.others
    frame = FeatureFrame.from_table(table, **SAID)
    model = found.of_more_rows(frame)
    known = frame.offer.isin(found.classes.names).sum()
    others = 0 if new < 10 else new
    shares = dict(zip(model.classes_, model.training_shares_, strict=True))
    assert ("other offers" in shares) == (others > 0)
    assert shares.get("other offers", 0.0) == pytest.approx(others / (known + others))
    assert set(best_offers(model, frame)["best_offer"]) <= set(found.classes.names)


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({**MARGINS, "cofee": 1.0}, "an offer that is not known, 'cofee'.* Did you mean 'coffee'"),
        ({"coffee": 1.0}, "`offer_margins` must have the margin of each offer; "),
        ({**MARGINS, "wine": -1.0}, "offer_margins.*wine"),
        (dict.fromkeys(MARGINS, 0), "One offer at least of `offer_margins` must have a margin"),
        ({**MARGINS, "wine": "dear"}, "offer_margins.*wine"),
        ({**MARGINS, 101: 1.0, "101": 2.0}, "two margins of the offer 101"),
    ],
)
def test_margins_that_are_none_are_refused(split, margins, words):
    with pytest.raises(ParameterError, match=words):
        next_offer(split.train, split.test, margins=margins)


def test_what_cannot_be_judged_is_refused(split):
    with pytest.raises(DataError, match="this frame knows none"):
        next_offer(replace(split.train, offer=None), split.test)
    open_ = replace(split.test, y=split.test.y.where(split.test.y == 1))
    with pytest.raises(DataError, match="whose outcome is known; some of the test are open"):
        next_offer(split.train, open_)
    nobody = split.test.rows((split.test.y == 0).to_numpy())
    with pytest.raises(DataError, match="must have taken an offer that training knows; none did"):
        next_offer(split.train, nobody)
