from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.experiments.contacts_of_tests import frame_of, read
from workbench.errors import DataError
from workbench.experiments.assignment import assigned
from workbench.experiments.balance import balance, check_balance, check_together
from workbench.experiments.sums import Rows, sums_over


def compared(frame, y=None):
    found, given = assigned(read(frame, y), None)
    X = found.frame.X.to_numpy(dtype=float)
    fold = np.zeros(len(X), dtype=np.int64)
    rows = Rows(found.y, found.weight, given.omega, found.arm, fold, found.unit)
    sums = sums_over(X, rows)
    return found, sums, balance(found, sums, list(found.frame.X))


def test_the_differences_are_in_standard_deviations():
    frame, _ = frame_of(600, share=[0.7, 0.3])
    found, _, table = compared(frame)
    X, treated = found.frame.X, found.arm == 1
    d = (X[treated].mean() - X[~treated].mean()) / X.std(ddof=0)
    assert table["difference"].to_numpy() == pytest.approx(d.to_numpy())
    assert table["mean"].to_numpy() == pytest.approx(X[treated].mean().to_numpy())
    assert table["mean_against"].to_numpy() == pytest.approx(X[~treated].mean().to_numpy())
    assert table["arm"].unique().tolist() == ["mail"]


def test_the_p_value_is_that_of_a_t_test():
    """The larger of Welch's and of the pooled standard error, and the smaller arm's freedom."""
    frame, _ = frame_of(600, share=[0.7, 0.3])
    found, _, table = compared(frame)
    for k, name in enumerate(found.frame.X):
        a, b = (found.frame.X[name][found.arm == arm] for arm in (1, 0))
        welch = np.sqrt(a.var(ddof=0) / len(a) + b.var(ddof=0) / len(b))
        pooled = (a.var(ddof=0) * len(a) + b.var(ddof=0) * len(b)) / 600
        error = max(welch, np.sqrt(pooled * (1 / len(a) + 1 / len(b))))
        t = (a.mean() - b.mean()) / error
        expected = 2 * stats.t.sf(abs(t), min(len(a), len(b)) - 1)
        assert table["p_value"][k] == pytest.approx(expected, rel=0.02)


def test_a_customers_many_contacts_are_no_sign_of_anything():
    """As contacts they would be beyond chance, with one customer in two."""
    rng = np.random.default_rng(0)
    unit = np.repeat(np.arange(60), 30)
    frame, _ = frame_of(1800, customer=pd.Series(unit))
    arm = np.repeat(np.arange(60) % 2, 30)
    X = pd.DataFrame({"age": (rng.normal(size=60) + 0.4 * (np.arange(60) % 2))[unit]})
    frame = replace(
        frame, X=X, catalogue=pd.DataFrame(), treatment=pd.Series(np.array(["none", "mail"])[arm])
    )
    found, _, table = compared(frame)
    ages = X["age"].to_numpy()[::30]
    t = stats.ttest_ind(ages[1::2], ages[::2]).statistic * np.sqrt(60 / 58)
    assert table["p_value"][0] == pytest.approx(2 * stats.t.sf(abs(t), 29), rel=0.01)
    plain = stats.ttest_ind(X["age"][arm == 1], X["age"][arm == 0]).pvalue
    assert plain < 1e-9 < table["p_value"][0]
    check_balance(found, table, {"age": "age"})


def written_afterwards(n=2000):
    frame, _ = frame_of(n, p=6)
    frame.X["seconds"] = np.where(frame.treatment == "mail", 1.0, 0.0) + frame.X["x1"]
    return replace(frame, catalogue=pd.DataFrame())


def test_a_column_written_after_assignment_is_named():
    found, _, table = compared(written_afterwards())
    mean = found.frame.X["seconds"].groupby(found.arm).mean()
    with pytest.raises(DataError) as caught:
        check_balance(found, table, {name: name for name in found.frame.X})
    assert str(caught.value) == (
        "Covariates must be known before contacts are assigned; ['seconds'] differ between arms "
        f"beyond chance: 'seconds' is {mean[1]:.4g} on average in 'mail', and {mean[0]:.4g} in "
        "'none'. What was written afterwards must be left out, with `drop` where the table is read "
        "or by `frame.without('seconds')`. If it was known before, the assignment was not random: "
        "give `arm_probability`."
    )


def chosen_by_features(n=2000, strength=1.0, p=6):
    frame, _ = frame_of(n, p=p)
    eta = strength * frame.X.sum(axis=1)
    arm = np.random.default_rng(1).random(n) < 1 / (1 + np.exp(-eta))
    return replace(frame, treatment=pd.Series(np.where(arm, "mail", "none")))


def test_arms_that_were_chosen_are_no_test():
    found, _, table = compared(chosen_by_features())
    with pytest.raises(DataError) as caught:
        check_balance(found, table, {name: name for name in found.frame.X})
    said = str(caught.value)
    assert said.startswith(
        "Arms must be assigned at random; 'none' and the others differ beyond chance in 6 of 6 "
        "features: ['x"
    )
    assert said.endswith(
        "What the arms did cannot be told from whom they got. Where the chance of each contact's "
        "arm is known, name its column: `arm_probability=`; else keep a control group at random "
        "next time."
    )


def test_many_small_differences_are_seen_together():
    found, sums, table = compared(chosen_by_features(4000, 0.05, 30))
    check_balance(found, table, {name: name for name in found.frame.X})
    with pytest.raises(DataError) as caught:
        check_together(found, sums)
    X, arm = found.frame.X.to_numpy(), found.arm
    d = X[arm == 1].mean(0) - X[arm == 0].mean(0)
    n, p, size = len(X), 30, np.bincount(arm)
    pooled = sum(np.cov(X[arm == k].T, ddof=0) * size[k] for k in (0, 1)) / n
    spread = pooled * (1 / size).sum()
    chance = stats.f.sf(d @ np.linalg.solve(spread, d) * (n - p - 1) / (n - 2) / p, p, n - p - 1)
    assert str(caught.value) == (
        "Arms must be assigned at random; 'mail' and 'none' differ in their features, taken "
        f"together, beyond chance (p = {chance:.1g}). What the arms did cannot be told from whom "
        "they "
        "got. Where the chance of each contact's arm is known, name its column: "
        "`arm_probability=`; "
        "else keep a control group at random next time."
    )


def test_chosen_arms_with_their_chances_are_fine():
    frame, _ = frame_of(4000)
    chance = 1 / (1 + np.exp(-frame.X["x0"].to_numpy() / 2))
    arm = np.random.default_rng(1).random(4000) < chance
    frame = replace(
        frame,
        treatment=pd.Series(np.where(arm, "mail", "none")),
        arm_probability=pd.Series(np.where(arm, chance, 1 - chance)),
    )
    found, sums, table = compared(frame)
    check_balance(found, table, {name: name for name in found.frame.X})
    check_together(found, sums)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.5, 0.05])
def test_rare_values_are_no_false_alarm(share):
    alarms = 0
    for seed in range(15):
        rng = np.random.default_rng(seed)
        frame, _ = frame_of(1500, seed=seed, share=[1 - share, share])
        X = pd.DataFrame((rng.random((1500, 40)) < 0.004).astype(float)).add_prefix("flag")
        found, sums, table = compared(replace(frame, X=X, catalogue=pd.DataFrame()))
        try:
            check_balance(found, table, {name: name for name in X})
            check_together(found, sums)
        except DataError:
            alarms += 1
    assert alarms == 0
