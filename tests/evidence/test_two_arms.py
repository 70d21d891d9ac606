from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgeUplift, metrics
from workbench.errors import DataError, ParameterError
from workbench.evidence import roles_of_test, two_arms, uplift_gain
from workbench.experiments import read_out
from workbench.frame.treatment import NOT_ASSIGNED

RNG = np.random.default_rng(0)
N = 600
ARMS = RNG.choice(["control", "letter", "mail"], N)
X = pd.DataFrame({"visits": RNG.normal(size=N)})
Y = pd.Series(RNG.integers(0, 2, N).astype(float))
FRAME = FeatureFrame(X, Y, treatment=pd.Series(ARMS), control="control")


def test_rows_of_one_arm_and_the_control_with_a_known_outcome_are_kept():
    y = Y.where(np.arange(N) % 10 > 0)
    kept = two_arms(replace(FRAME, y=y), "mail")
    wanted = np.isin(ARMS, ["control", "mail"]) & y.notna().to_numpy()
    assert kept.X["visits"].tolist() == X["visits"][wanted].tolist()
    assert set(kept.treatment) == {"control", "mail"}


def test_any_arm_keeps_all_arms_as_one():
    frame = two_arms(FRAME, "any")
    assert len(frame) == N
    treated = roles_of_test(frame)["treated"]
    assert treated.sum() == (ARMS != "control").sum()


def test_roles_are_the_rows_own():
    frame = two_arms(FRAME, "letter")
    roles = roles_of_test(frame)
    treated = (frame.treatment == "letter").to_numpy()
    assert (roles["treated"] == treated).all()
    found = metrics.uplift_by_depth(score=frame.X["visits"], bins=1, **roles).iloc[0]
    means = frame.y.groupby(treated).mean()
    assert found["uplift"] == pytest.approx(means[True] - means[False], abs=1e-12)


def test_a_rows_own_chance_becomes_that_of_treatment():
    """Chances of one half and of 0.8, each told by whose arm it was."""
    rng = np.random.default_rng(1)
    chance = np.where(np.arange(20_000) % 2, 0.8, 0.5)
    treated = rng.random(20_000) < chance
    frame = FeatureFrame(
        pd.DataFrame({"odd": np.arange(20_000) % 2}),
        pd.Series((rng.random(20_000) < np.where(treated, 0.4, 0.3)).astype(float)),
        treatment=pd.Series(np.where(treated, "mail", "control")),
        control="control",
        arm_probability=pd.Series(np.where(treated, chance, 1 - chance)),
    )
    assert roles_of_test(frame)["treated_share"].tolist() == pytest.approx(chance.tolist())


def test_of_several_arms_one_chance_an_arm_is_its_share_and_others_are_refused():
    """P(own arm) among three says nothing of two of them, unless it is the same for all rows."""
    alike = replace(FRAME, arm_probability=pd.Series(1 / 3, index=X.index))
    assert two_arms(alike, "mail").arm_probability is None
    differs = pd.Series(np.where(X["visits"] > 0, 0.3, 0.35))
    with pytest.raises(DataError) as caught:
        two_arms(replace(FRAME, arm_probability=differs), "mail")
    assert str(caught.value) == (
        "Of a test with several arms whose chances differ by row, the chance of one arm against "
        "the control group alone is not known. Keep the rows of both, and let `arm_probability` "
        "be the chance of each row's arm among these two."
    )


def test_contacts_that_wait_for_an_arm_change_nothing():
    frame = two_arms(FRAME, "mail")
    wider = frame.rows(np.resize(np.arange(len(frame)), 3 * len(frame)))
    waits = np.arange(3 * len(frame)) >= len(frame)
    waiting = replace(
        wider, y=wider.y.where(~waits), treatment=wider.treatment.where(~waits, NOT_ASSIGNED)
    )
    assert two_arms(waiting).X.equals(frame.X)
    gains = uplift_gain(waiting.X["visits"], waiting)
    pd.testing.assert_frame_equal(gains, uplift_gain(frame.X["visits"], frame))
    read = read_out(waiting, covariates=None)
    pd.testing.assert_frame_equal(read.effects, read_out(frame, covariates=None).effects)
    scores = [RidgeUplift(alpha=0.1).fit(one).uplift(frame.X) for one in (frame, waiting)]
    pd.testing.assert_series_equal(*scores)


def test_what_is_no_test_of_two_arms():
    plain = FeatureFrame(X, Y)
    with pytest.raises(DataError, match="A test needs the arm of each row; this frame has none"):
        two_arms(plain)
    with pytest.raises(DataError, match="A test needs the arm of each row; this frame has none"):
        roles_of_test(plain)
    with pytest.raises(ParameterError, match="`arm` must say which arm is compared"):
        two_arms(FRAME)
    with pytest.raises(ParameterError, match="got 'fax'"):
        two_arms(FRAME, "fax")
