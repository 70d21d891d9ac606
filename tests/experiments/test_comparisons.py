import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tests.experiments.contacts_of_tests import frame_of
from workbench.experiments import read_out


def test_arms_are_described_as_they_came():
    frame, y = frame_of(400, kind="amount", share=[0.75, 0.25])
    arms = read_out(frame, outcome=y, valid="at_end", shares={"none": 3, "mail": 1}).arms
    assert arms["arm"].tolist() == ["none", "mail"]
    assert arms["planned_share"].tolist() == [0.75, 0.25]
    for _, row in arms.iterrows():
        own = y[(frame.treatment == row["arm"]).to_numpy()]
        test = stats.ttest_1samp(own, 0).confidence_interval()
        assert [row["contacts"], row["share"]] == [len(own), len(own) / 400]
        assert row["mean"] == pytest.approx(own.mean())
        assert [row["low"], row["high"]] == pytest.approx(list(test), rel=0.01)


def test_a_response_takes_so_many_contacts():
    frame, _ = frame_of(3000, effect=0.8)
    one = read_out(frame).effects.iloc[0]
    assert one["contacts_per_response"] == pytest.approx(1 / one["effect"])
    fewer = read_out(frame_of(3000, effect=-0.8)[0]).effects.iloc[0]
    assert np.isnan(fewer["contacts_per_response"])
    amount, y = frame_of(3000, kind="amount", effect=0.8)
    assert read_out(amount, outcome=y).effects["contacts_per_response"].isna().all()


def test_few_responses_are_said():
    frame, _ = frame_of(400)
    y = pd.Series(np.where(np.arange(400) < 15, 1.0, 0.0))
    notes = read_out(frame, outcome=y, covariates=None, shares={"none": 1, "mail": 1}).notes
    by_arm = y.groupby(frame.treatment).sum()
    few = [arm for arm in ("none", "mail") if by_arm[arm] < 10]
    assert few
    assert notes == (
        f"Fewer than 10 responses in {few}: intervals and p-values are rough until there are more.",
    )
