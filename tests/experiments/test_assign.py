"""Who is treated: exact shares, however small strata are; the same for the same customers."""

import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from workbench import FeatureFrame, RidgePropensity
from workbench.datasets import planted
from workbench.errors import DataError, ParameterError
from workbench.experiments import arm_probability, assign
from workbench.frame.treatment import arms_of


def made(n=200, campaigns=3, seed=0, customers=None):
    rng = np.random.default_rng(seed)
    who = np.arange(n) if customers is None else rng.integers(0, customers, n)
    table = pd.DataFrame(
        {
            "who": [f"c{k}" for k in who],
            "visits": rng.integers(0, 3, n),
            "month": rng.choice([f"2024-{k + 1:02d}" for k in range(campaigns)], n),
            "bought": rng.integers(0, 2, n),
        }
    )
    return FeatureFrame.from_table(table, target="bought", campaign="month", customer="who")


def hit(counts, total, share):
    """Whether counts of a share are exact, up to rounding."""
    exact = np.round(np.asarray(total) * share, 9)
    return bool(((np.floor(exact) <= counts) & (counts <= np.ceil(exact))).all())


@settings(derandomize=True, max_examples=25, deadline=None)
@given(
    n=st.integers(2, 120),
    campaigns=st.integers(1, 9),
    share=st.one_of(st.floats(0.02, 0.98), st.sampled_from([0.5, 1 / 3, 0.95])),
    seed=st.integers(0, 10_000),
)
def test_shares_are_exact_in_strata_in_campaigns_and_in_all(n, campaigns, share, seed):
    frame = made(n, campaigns, seed)
    score = np.random.default_rng(seed).random(n)
    arms = assign(frame, share=share, propensity=score, seed=seed)
    treated = arms == "treated"
    for label in (frame.campaign, pd.Series("all", frame.X.index)):
        count = treated.groupby(label).agg(["sum", "size"])
        assert hit(count["sum"], count["size"], share)


@settings(derandomize=True, max_examples=25, deadline=None)
@given(n=st.integers(2, 150), share=st.floats(0.02, 0.98), seed=st.integers(0, 10_000))
def test_shares_are_exact_in_each_of_many_strata(n, share, seed):
    frame = made(n, 6, seed)
    treated = assign(frame, share=share, by=["campaign", "visits"], seed=seed) == "treated"
    for by in (["campaign", "visits"], ["campaign"]):
        table = frame.X.assign(campaign=frame.campaign, treated=treated)
        count = table.groupby(by)["treated"].agg(["sum", "size"])
        assert hit(count["sum"], count["size"], share)


def test_rounding_does_not_bias_the_share_of_small_strata():
    """Strata of one to three: whatever the seed, each customer is treated as often."""
    frame = made(200, 100, 1)
    times = sum((assign(frame, share=0.3, seed=s) == "treated").to_numpy() for s in range(300))
    assert times.sum() == pytest.approx(200 * 300 * 0.3, abs=300)
    z2 = (times - 90) ** 2 / (300 * 0.3 * 0.7)
    assert z2.sum() < chi2.isf(1e-4, 200)
    assert z2.sum() > chi2.ppf(1e-4, 200)


def test_the_same_customers_have_the_same_arms_in_any_order():
    frame = made(300, 3, 2, customers=120)
    score = np.random.default_rng(0).random(300)
    arms = assign(frame, share=0.4, propensity=score, seed=11)
    assert len(set(zip(frame.customer, arms, strict=True))) == len(set(frame.customer))
    order = np.random.default_rng(1).permutation(300)
    other = assign(frame.rows(order), share=0.4, propensity=score[order], seed=11)
    assert other.tolist() == arms.iloc[order].tolist()
    numbered = replace(frame, customer=frame.customer.str[1:].astype(float))
    whole = replace(frame, customer=frame.customer.str[1:].astype(int))
    assert assign(numbered, seed=1).tolist() == assign(whole, seed=1).tolist()


def test_another_seed_is_another_draw():
    frame = made(400)
    one, two = (assign(frame, seed=seed) == "treated" for seed in (1, 2))
    assert 0.4 < (one == two).mean() < 0.6
    assert assign(frame, seed=1).tolist() == assign(frame, seed=np.int64(1)).tolist()


CODE = """
import pandas as pd
from workbench import FeatureFrame
from workbench.experiments import assign
table = pd.DataFrame({"who": list("abcdefghijkö"), "x": 1, "y": [0, 1] * 6})
frame = FeatureFrame.from_table(table, target="y", customer="who")
print("".join(arm[0] for arm in assign(frame, seed=7)))
"""


def test_every_process_draws_the_same():
    """Known arms: what is on disk somewhere must be drawn again by versions to come."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CODE], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "ttccttctctcc"


def test_the_propensity_is_balanced_within_campaigns():
    """Closer than chance: deciles are shared out evenly."""
    frame = planted(train_campaigns=4, new_campaigns=0, rows=500, stable=4, spiky=2).frame
    model = RidgePropensity(alpha=0.01).fit(frame)
    score = model.propensity(frame)
    off, plain = [], []
    for seed in range(30):
        arms = assign(frame, propensity=model, seed=seed) == "treated"
        plainly = assign(frame, by=["campaign"], seed=seed) == "treated"
        for drawn, out in ((arms, off), (plainly, plain)):
            means = [score[one].groupby(frame.campaign[one]).mean() for one in (drawn, ~drawn)]
            out.append(((means[0] - means[1]) / score.std()).to_numpy())
    assert np.std(off) < 0.4 * np.std(plain)
    assert abs(np.mean(off)) < 4 * np.std(off) / np.sqrt(np.size(off))
    assert np.std(plain) == pytest.approx(2 / np.sqrt(500), rel=0.3)  # of 250 against 250


def test_several_arms():
    frame = made(1000, 4)
    arms = assign(frame, arms={"mail": 0.5, "app": 0.2}, seed=3)
    count = pd.crosstab(frame.campaign, arms)
    size = count.sum(axis=1)
    assert hit(count["control"], size, 0.3)
    for name, share in (("mail", 0.5), ("app", 0.2)):
        assert (abs(count[name] - share * size) < 2).all()
    assert arms.attrs["shares"] == pytest.approx({"mail": 0.5, "app": 0.2, "control": 0.3})
    assert arm_probability(arms).groupby(arms).first().to_dict() == pytest.approx(
        {"mail": 0.5, "app": 0.2, "control": 0.3}
    )


def test_a_frame_takes_arms_and_chances_as_they_come():
    frame = made(100)
    arms = assign(frame, share=0.8, seed=1)
    tested = replace(
        frame, treatment=arms, control=arms.attrs["control"], arm_probability=arm_probability(arms)
    )
    assert arms_of(arms)[1] == tested.control == "control"
    assert tested.treatment.value_counts().to_dict() == {"treated": 80, "control": 20}
    assert set(tested.arm_probability) == {0.8, 1 - 0.8}
    assert (arms.name, arms.attrs["seed"]) == ("treatment", 1)


def test_a_cell_has_one_arm_and_counts_once():
    cells = pd.DataFrame({"x": range(40), "sent": [1, 99] * 20, "bought": [1, 9] * 20})
    frame = FeatureFrame.from_table(cells, target="bought", trials="sent")
    arms = assign(frame, seed=2)
    assert len(set(zip(frame.cell, arms, strict=True))) == 40
    assert (arms.groupby(frame.cell).first() == "treated").sum() == 20


def test_rows_without_a_customer_are_drawn_by_their_place():
    frame = made(6)
    frame = replace(frame, customer=pd.Series(["a", None, "a", None, "b", "c"]))
    arms = assign(frame, by=[], seed=4)
    assert arms[0] == arms[2]
    assert arms.tolist() == assign(frame, by=[], seed=4).tolist()
    nobody = replace(frame, customer=None)
    assert (assign(nobody, by=[], seed=4) == "treated").sum() == 3


def test_arms_of_many_campaigns_apart_are_independent():
    """The same customers, campaign after campaign, with a seed each: no arm follows another."""
    frame = made(50, 1)
    drawn = np.array([assign(frame, seed=s) == "treated" for s in range(400)], dtype=float)
    apart = np.corrcoef(drawn.T)[np.triu_indices(50, 1)]
    assert np.abs(apart).max() < 0.25  # five standard errors
    assert np.mean(apart) == pytest.approx(-1 / 49, abs=0.005)  # as without replacement


# --- what is refused


def refused(message, frame=None, **asked):
    with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
        assign(made(20) if frame is None else frame, **({"seed": 0} | asked))


@pytest.mark.parametrize("share", [0, 1, 95, -0.5, np.nan])
def test_a_share_that_leaves_one_arm_empty(share):
    refused(
        f"`share` must be above 0 and below 1; got {share!r}. Treated and control must both have "
        "contacts: 0.95 keeps a control group of a twentieth.",
        share=share,
    )


@pytest.mark.parametrize("arms", [{}, {"a": 0.0}, {"a": 0.6, "b": 0.4}, {"a": -0.1, "b": 0.5}])
def test_arms_that_leave_no_control_group(arms):
    refused(
        "`arms` must have shares above 0 that leave some for the control group; got "
        f"{arms!r}. Give for example {{'mail': 0.4, 'app': 0.4}}.",
        arms=arms,
    )


def test_arms_with_the_control_group_or_beside_a_share():
    refused(
        "`arms` must name the treated arms alone; got ['mail', 'control']. What their shares leave "
        "is the control group.",
        arms={"mail": 0.5, "control": 0.5},
    )
    refused(
        "`share` is for one treated arm, and `arms` for several; got both. Leave one out.",
        arms={"mail": 0.5},
        share=0.5,
    )


@pytest.mark.parametrize("seed", [None, -1, 0.5, True])
def test_a_draw_needs_a_seed(seed):
    refused(
        f"`seed` must be a whole number from 0; got {seed!r}. It makes the draw one that can be "
        "repeated.",
        seed=seed,
    )


def test_strata_that_are_none():
    refused(
        "`by` must name 'campaign', 'propensity decile' or features; got 'visit', there are "
        "['campaign', 'visits']. Did you mean 'visits'?",
        by=["visit"],
    )
    refused(
        "`by` names 'propensity decile', and there is no propensity. Give `propensity`: a model, "
        "or one number a row.",
        by=["propensity decile"],
    )
    assert assign(made(20), by="visits", seed=1).nunique() == 2


@pytest.mark.parametrize(("score", "shape", "odd"), [([0.5], (1,), 0), ([np.nan] * 20, (20,), 20)])
def test_propensities_of_other_rows(score, shape, odd):
    refused(
        f"`propensity` must be a model, or one finite number a row; got an array of shape {shape} "
        f"for 20 rows, {odd} of them not finite. Score all rows of the frame.",
        propensity=score,
    )


def test_arms_that_have_lost_their_shares():
    arms = assign(made(20), seed=1)
    for lost, said in (
        (pd.Series(arms.tolist()), "none"),
        (arms.tolist(), "none"),
        (arms.replace("treated", "mail"), "['treated', 'control']"),
    ):
        message = (
            "`arms` must be a Series from `assign`, which keeps the shares of its arms; this one "
            f"has {said}. Draw it again with its seed, or write the shares in a column of your own."
        )
        with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
            arm_probability(lost)
