import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.experiments.contacts_of_tests import frame_of, read
from workbench import FeatureFrame
from workbench.errors import DataError, ParameterError
from workbench.experiments.assignment import assigned


def given(shares=None, outcome=None, **series):
    frame, _ = frame_of(**series)
    return assigned(read(frame, outcome), shares)


def refused(shares=None, kind=DataError, **series):
    with pytest.raises(kind) as caught:
        given(shares, **series)
    return str(caught.value)


HALVES = {"none": 1, "mail": 1}


def test_without_campaigns_an_arm_weighs_by_its_inverse_share():
    found, weights = given(n=500)
    share = np.bincount(found.arm) / 500
    assert weights.omega == pytest.approx(1 / share[found.arm])
    assert not weights.stratum.any()
    assert np.isnan(weights.mismatch)
    assert np.isnan(weights.planned).all()
    assert found.notes == (
        (
            "The planned shares of the arms are not known, so whether they were kept could not be "
            "checked: give `shares={'none': …, 'mail': …}`."
        ),
    )


def test_the_sample_ratio_is_the_chi_square_of_scipy():
    found, weights = given({"none": 0.5, "mail": 0.5}, n=500)
    assert weights.mismatch == pytest.approx(stats.chisquare(np.bincount(found.arm)).pvalue)
    assert weights.planned.tolist() == [0.5, 0.5]
    assert found.notes == ()


def test_a_sample_ratio_mismatch_stops():
    said = refused(HALVES, n=1000, share=[0.6, 0.4], seed=1)
    frame, _ = frame_of(n=1000, share=[0.6, 0.4], seed=1)
    none = int((frame.treatment == "none").sum())
    chance = stats.chisquare([none, 1000 - none]).pvalue
    assert said == (
        "The sample ratio must be as planned; chance explains what came with a probability of "
        f"{chance:.1g}: 'none' {none} of 500 expected, 'mail' {1000 - none} of 500 expected. "
        "Contacts are missing, or came in twice, in one of the arms, and no analysis mends that: "
        "find out which. If the plan was another, tell it in `shares`."
    )
    assert given({"none": 3, "mail": 2}, n=1000, share=[0.6, 0.4], seed=1)[1].mismatch > 0.001


def test_customers_assigned_as_a_whole_count_once():
    """Ten contacts a customer: as contacts, chance would look like a mismatch."""
    rng = np.random.default_rng(3)
    arm = np.repeat(rng.permutation([0] * 115 + [1] * 85), 10)
    frame = FeatureFrame(
        pd.DataFrame({"x": rng.normal(size=2000)}),
        pd.Series(rng.integers(0, 2, 2000)),
        treatment=pd.Series(np.array(["none", "mail"])[arm]),
        control="none",
        customer=pd.Series(np.repeat(np.arange(200), 10)),
    )
    found, weights = assigned(read(frame), HALVES)
    assert weights.mismatch == pytest.approx(stats.chisquare([115, 85]).pvalue)
    assert found.wholes
    assert found.notes == (
        (
            "Customers have several contacts, assigned with their customer: standard errors are "
            "of 200 "
            "customers."
        ),
    )


def test_contacts_assigned_one_by_one_count_each():
    customer = pd.Series(np.arange(2000) // 5)
    found, weights = given({"none": 0.8, "mail": 0.2}, n=2000, share=[0.8, 0.2], customer=customer)
    assert weights.mismatch == pytest.approx(
        stats.chisquare(np.bincount(found.arm), [1600, 400]).pvalue
    )
    assert found.notes == (
        (
            "Customers have several contacts, assigned one by one: standard errors are of 400 "
            "customers."
        ),
    )


def test_an_assignment_by_customer_that_was_not_kept_is_refused():
    rng = np.random.default_rng(0)
    arm = np.repeat(rng.integers(0, 2, 200), 4)
    arm[:40:4] = 1 - arm[:40:4]  # ten customers are in both
    frame = FeatureFrame(
        pd.DataFrame({"x": rng.normal(size=800)}),
        pd.Series(rng.integers(0, 2, 800)),
        treatment=pd.Series(np.array(["none", "mail"])[arm]),
        control="none",
        customer=pd.Series(np.repeat(np.arange(200), 4)),
    )
    share = arm.mean()
    expected = 200 * (1 - share**4 - (1 - share) ** 4)
    with pytest.raises(DataError) as caught:
        assigned(read(frame), None)
    assert str(caught.value) == (
        "Contacts must be assigned one by one, or each customer as a whole; of 200 customers with "
        f"several contacts 10 are in two arms, {expected:,.0f} would be by chance. Find out how "
        "they "
        "came into the second arm, and leave out those customers only if their arm did not decide "
        "it."
    )


def test_shares_that_differ_by_campaign_are_weighed_by_the_share_there():
    rng = np.random.default_rng(0)
    campaign = np.repeat(["a", "b"], 500)
    arm = rng.random(1000) < np.where(campaign == "a", 0.2, 0.7)
    frame = FeatureFrame(
        pd.DataFrame({"x": rng.normal(size=1000)}),
        pd.Series(rng.integers(0, 2, 1000)),
        treatment=pd.Series(np.where(arm, "mail", "none")),
        control="none",
        campaign=pd.Series(campaign),
    )
    found, weights = assigned(read(frame), None)
    share = pd.Series(arm).groupby(campaign).transform("mean").to_numpy()
    assert weights.omega == pytest.approx(1 / np.where(arm, share, 1 - share))
    assert len(np.unique(weights.stratum)) == 2
    assert found.notes[1] == (
        "Shares of the arms differ between campaigns: arms are compared within each campaign, and "
        "the effects are averaged by contacts."
    )


def test_a_campaign_with_one_arm_only_is_left_out():
    campaign = pd.Series(np.repeat(["a", "b"], 200))
    frame, _ = frame_of(n=400, campaign=campaign)
    kept = frame.rows(((campaign == "a") | (frame.treatment == "mail")).to_numpy())
    left = int((kept.campaign == "b").sum())
    found, _ = assigned(read(kept), None)
    assert set(found.frame.campaign) == {"a"}
    assert found.notes[0] == (
        f"Left out, as they have one arm only: 1 campaign (['b']), {left} rows."
    )
    other = frame.rows(((campaign == "a") == (frame.treatment == "mail")).to_numpy())
    with pytest.raises(DataError) as caught:
        assigned(read(other), None)
    assert str(caught.value) == (
        "A test must have a control group and another arm in the same campaign; no campaign has "
        "both. Effects of arms and of campaigns cannot be told apart: keep a control group in "
        "every "
        "campaign."
    )


def with_chances(told):
    rng = np.random.default_rng(0)
    chance = rng.choice([0.2, 0.5, 0.8], 2000)
    arm = rng.random(2000) < chance
    own = np.where(arm, chance, 1 - chance)
    return FeatureFrame(
        pd.DataFrame({"x": rng.normal(size=2000)}),
        pd.Series(rng.integers(0, 2, 2000)),
        treatment=pd.Series(np.where(arm, "mail", "none")),
        control="none",
        arm_probability=pd.Series(told(own, arm)),
    )


def test_the_told_chance_of_each_row_is_its_weight():
    frame = with_chances(lambda own, _: own)
    found, weights = assigned(read(frame), None)
    assert weights.omega == pytest.approx(1 / frame.arm_probability.to_numpy())
    assert weights.mismatch > 0.001
    assert found.notes == ()


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_true_chances_are_hardly_ever_refused(share):
    """Of 400 tests that were dealt as told, a limit of one in a thousand stops three at most."""
    rng, refused_tests = np.random.default_rng(0), 0
    for _ in range(400):
        arm = rng.random(800) < share
        frame = FeatureFrame(
            pd.DataFrame({"x": rng.normal(size=800)}),
            pd.Series(rng.integers(0, 2, 800)),
            treatment=pd.Series(np.where(arm, "mail", "none")),
            control="none",
            arm_probability=pd.Series(np.where(arm, share, 1 - share)),
        )
        try:
            assigned(read(frame), None)
        except DataError:
            refused_tests += 1
    assert refused_tests <= 3


def test_chances_that_do_not_add_up_stop():
    frame = with_chances(lambda own, arm: np.where(arm, own, own / 1.3))
    total = (1 / frame.arm_probability)[frame.treatment == "none"].sum()
    with pytest.raises(DataError) as caught:
        assigned(read(frame), None)
    assert str(caught.value) == (
        "`arm_probability` must be the chance with which each row got its arm: the sum of "
        f"1/probability of arm 'none' must be near the number of contacts, 2,000; it is "
        f"{total:,.0f}. "
        "Mend the probabilities, or find the contacts that are missing in that arm."
    )


def test_weighted_rows_say_what_stands_for_one():
    found, _ = given(n=200, weight=pd.Series(np.full(200, 2.0)))
    assert found.notes[0] == (
        "Rows stand for several contacts, each taken as assigned on its own. Where they were "
        "assigned as a whole, name what was: `cluster=`."
    )


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        (
            {"none": 1, "mial": 1},
            "`shares` names unknown arm 'mial'; there are ['none', 'mail']. Did you mean 'mail'?",
        ),
        (
            {"none": 1},
            (
                "`shares` must have a number above 0 for each of ['none', 'mail']; got {'none': "
                "1}. Give "
                "the planned share, or the planned number, of each arm."
            ),
        ),
        (
            {"none": 1, "mail": 0},
            (
                "`shares` must have a number above 0 for each of ['none', 'mail']; got {'none': 1, "
                "'mail': 0}. Give the planned share, or the planned number, of each arm."
            ),
        ),
    ],
)
def test_shares_that_are_none_are_refused(shares, said):
    assert refused(shares, ParameterError) == said
