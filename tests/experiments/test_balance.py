from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from tests.experiments.contacts_of_tests import frame_of, read
from workbench.errors import DataError
from workbench.experiments.assignment import assigned
from workbench.experiments.balance import arms_told, balance, check_balance
from workbench.experiments.covariates import Columns
from workbench.experiments.sums import Rows, sums_over


def compared(frame, y=None):
    """The contacts, the table of their balance, and what their columns tell."""
    found, given = assigned(read(frame, y), None)
    X, names = found.frame.X.to_numpy(dtype=float), list(found.frame.X)
    fold = np.zeros(len(X), dtype=np.int64)
    rows = Rows(found.y, found.weight, given.omega, found.arm, fold, found.unit)
    told = arms_told(found, given, Columns(X, names, names))
    return found, balance(found, sums_over(X, rows), names, told), told


def check(found, table, told):
    check_balance(found, table, told, {name: name for name in found.frame.X})


def test_the_differences_are_in_standard_deviations():
    frame, _ = frame_of(600, share=[0.7, 0.3])
    found, table, _ = compared(frame)
    X, treated = found.frame.X, found.arm == 1
    d = (X[treated].mean() - X[~treated].mean()) / X.std(ddof=0)
    assert table["difference"].to_numpy() == pytest.approx(d.to_numpy())
    assert table["mean"].to_numpy() == pytest.approx(X[treated].mean().to_numpy())
    assert table["mean_against"].to_numpy() == pytest.approx(X[~treated].mean().to_numpy())
    assert table["arm"].unique().tolist() == ["mail"]


def test_the_p_value_is_that_of_a_score_test():
    """Of a logistic regression of the arm on the column, by statsmodels."""
    frame, _ = frame_of(600, share=[0.7, 0.3])
    found, table, _ = compared(frame)
    model = sm.GLM(found.arm, np.ones(600), family=sm.families.Binomial())
    for k, name in enumerate(found.frame.X):
        column = found.frame.X[[name]].to_numpy()
        square = model.score_test(model.fit().params, exog_extra=column)[0].item()
        t, x = found.arm - found.arm.mean(), column[:, 0] - column.mean()
        came = np.sum(t**2 * x**2) / (t.var() * np.sum(x**2))  # beside the variance by chance
        expected = stats.chi2.sf(square / max(1.0, came), 1)
        assert table["p_value"][k] == pytest.approx(expected, rel=0.01)


def test_each_arm_is_compared_with_the_control_group_alone():
    frame, _ = frame_of(900, arms=("none", "app", "mail"))
    found, table, told = compared(frame)
    for k, name in enumerate(["app", "mail"]):
        pair = frame.rows(frame.treatment.isin(["none", name]).to_numpy())
        _, _, alone = compared(pair)
        assert found.names[k + 1] == name
        np.testing.assert_allclose(told[k].z, alone[0].z)
        assert told[k].chance == pytest.approx(alone[0].chance)
    assert table["arm"].tolist() == ["app"] * 3 + ["mail"] * 3


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
    found, table, told = compared(frame)
    ages = X["age"].to_numpy()[::30]
    r = stats.pearsonr(ages, np.arange(60) % 2).statistic
    # the score of 60 customers, whose squares are of the difference as it came
    assert table["p_value"][0] == pytest.approx(2 * stats.norm.sf(abs(r) * np.sqrt(60)), rel=0.2)
    plain = stats.ttest_ind(X["age"][arm == 1], X["age"][arm == 0]).pvalue
    assert plain < 1e-9 < table["p_value"][0]
    check(found, table, told)


def written_afterwards(n=2000):
    frame, _ = frame_of(n, p=6)
    frame.X["seconds"] = np.where(frame.treatment == "mail", 1.0, 0.0) + frame.X["x1"]
    return replace(frame, catalogue=pd.DataFrame())


def test_a_column_written_after_assignment_is_named():
    found, table, told = compared(written_afterwards())
    mean = found.frame.X["seconds"].groupby(found.arm).mean()
    with pytest.raises(DataError) as caught:
        check(found, table, told)
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
    found, table, told = compared(chosen_by_features())
    with pytest.raises(DataError) as caught:
        check(found, table, told)
    assert str(caught.value) == (
        "Arms must be assigned at random; features tell 'mail' from 'none' (p < 1e-12), most of "
        f"all {told[0].z.abs().nlargest(3).index.tolist()}. The arms differ in whom they contain, "
        "so a difference of outcomes is no effect of the contact. Give `arm_probability`, the "
        "chance with which each row got its arm, or drop features that were written after the "
        "contact. Next time, draw a control group at random: `workbench.experiments.assign`."
    )


def test_many_small_differences_are_seen_together():
    found, table, told = compared(chosen_by_features(4000, 0.05, 30))
    assert table["p_value"].min() > 0.001 / 30  # not one of them by itself
    with pytest.raises(DataError, match="features tell 'mail' from 'none'"):
        check(found, table, told)


def test_chosen_arms_with_their_chances_are_fine():
    frame, _ = frame_of(4000)
    chance = 1 / (1 + np.exp(-frame.X["x0"].to_numpy() / 2))
    arm = np.random.default_rng(1).random(4000) < chance
    frame = replace(
        frame,
        treatment=pd.Series(np.where(arm, "mail", "none")),
        arm_probability=pd.Series(np.where(arm, chance, 1 - chance)),
    )
    found, table, told = compared(frame)
    check(found, table, told)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.5, 0.05])
def test_rare_values_are_no_false_alarm(share):
    alarms = 0
    for seed in range(15):
        rng = np.random.default_rng(seed)
        frame, _ = frame_of(1500, seed=seed, share=[1 - share, share])
        X = pd.DataFrame((rng.random((1500, 40)) < 0.004).astype(float)).add_prefix("flag")
        found, table, told = compared(replace(frame, X=X, catalogue=pd.DataFrame()))
        try:
            check(found, table, told)
        except DataError:
            alarms += 1
    assert alarms == 0
