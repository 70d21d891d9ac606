import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity, Targeting
from workbench.errors import ParameterError
from workbench.widgets.targeting.kept_back import arms_of, check_kept, kept_bins
from workbench.widgets.targeting.ranked_contacts import bin_starts, ranked


def contacts(n=4000, seed=0):
    rng = np.random.default_rng(seed)
    score = rng.random(n)
    return score, FeatureFrame(
        pd.DataFrame({"x": score}),
        pd.Series((rng.random(n) < score) * 1.0),
        campaign=pd.Series(np.where(np.arange(n) < n // 4, "May", "June")),
        customer=pd.Series([f"k{k}" for k in range(n)]),
    )


@pytest.mark.parametrize("share", [0.05, 0.2])
def test_every_campaign_and_decile_keeps_its_share(share):
    score, frame = contacts()
    kept = pd.Series(arms_of(frame, score, share, 3) == "control")
    decile = pd.Series(score).groupby(frame.campaign).rank(pct=True).mul(10).apply(np.ceil)
    counts = kept.groupby([frame.campaign, decile]).agg(["sum", "size"])
    assert (abs(counts["sum"] - share * counts["size"]) < 1).all()
    assert abs(kept.sum() - share * len(frame)) < 1


def test_a_seed_keeps_the_same_customers_whatever_their_order():
    score, frame = contacts()
    arms = pd.Series(arms_of(frame, score, 0.05, 3), index=frame.customer)
    mixed = np.random.default_rng(5).permutation(len(frame))
    again = pd.Series(
        arms_of(frame.rows(mixed), score[mixed], 0.05, 3), index=frame.customer.iloc[mixed]
    )
    assert (again.loc[arms.index] == arms).all()
    other = arms_of(frame, score, 0.05, 4)
    assert 0 < (other == arms.to_numpy()).mean() < 1


def test_nobody_is_kept_back_unless_asked():
    score, frame = contacts(200)
    assert arms_of(frame, score, 0.0, 0) is None
    chosen = Targeting(RidgePropensity(alpha=0.1).fit(frame), frame).chosen()
    assert "arm" not in chosen


def test_who_is_kept_back_does_not_change_with_the_depth():
    _, frame = contacts()
    model = RidgePropensity(alpha=0.1).fit(frame)
    targeting = Targeting(model, frame, keep_control=0.05, seed=7)
    targeting.depth = 0.2
    few = targeting.chosen().set_index("customer")["arm"]
    targeting.depth, targeting.money = 0.6, {"cost": 3.0, "margin": 1.0}
    many = targeting.chosen().set_index("customer")["arm"]
    assert (many.loc[few.index] == few).all()
    assert len(few) == 800
    assert (few == "control").sum() == pytest.approx(40, abs=4)


def test_a_customer_of_many_contacts_is_contacted_or_is_not():
    score, frame = contacts()
    often = replace(frame, customer=pd.Series([f"k{k % 500}" for k in range(len(frame))]))
    arms = pd.Series(arms_of(often, score, 0.1, 0))
    assert arms.groupby(often.customer).nunique().eq(1).all()


def test_a_cell_is_kept_back_as_a_whole():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"price": rng.normal(size=60), "sent": rng.integers(20, 200, 60)})
    table["sold"] = rng.binomial(table["sent"], 1 / (1 + np.exp(1 - table["price"])))
    frame = FeatureFrame.from_table(table, target="sold", trials="sent")
    model = RidgePropensity(alpha=0.01).fit(frame)
    chosen = Targeting(model, frame, depth=1.0, keep_control=0.25).chosen()
    assert list(chosen) == ["cell", "propensity", "rank", "arm", "contacts"]
    assert (chosen["arm"] == "control").sum() == 15


def test_bins_sum_those_who_are_kept_back():
    score, frame = contacts(1000)
    arm = arms_of(frame, score, 0.1, 0)
    listed = ranked(frame, score, arm=arm)
    found = kept_bins(listed)
    assert found.shape == (3, 50)
    starts = [*bin_starts(1000), 1000]
    for k in range(50):
        part = listed[starts[k] : starts[k + 1]]
        kept = part[part["arm"] == "control"]
        sums = [len(kept), kept["propensity"].sum(), kept["y"].sum()]
        np.testing.assert_allclose(found[:, k], sums, atol=1e-9)


@pytest.mark.parametrize("share", [1.0, -0.1, 5, "5%", None, [0.1]])
def test_what_is_no_share_is_refused(share):
    said = (
        "`keep_control` must be the share of the chosen that is kept back, from 0 to below 1; got "
        f"{share!r}. Write a twentieth as 0.05."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(said)}$"):
        check_kept(share, 0)


def test_a_seed_is_a_whole_number():
    said = "`seed` must be a whole number from 0; got 1.5. It makes the draw one that can be "
    with pytest.raises(ParameterError, match=f"^{re.escape(said)}repeated.$"):
        check_kept(0.05, 1.5)
