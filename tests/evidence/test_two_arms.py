from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, metrics
from workbench.errors import DataError, ParameterError
from workbench.evidence import roles_of_test, two_arms

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


def test_what_is_no_test_of_two_arms():
    plain = FeatureFrame(X, Y)
    with pytest.raises(DataError, match="A test needs the arm of each row; this frame has none"):
        two_arms(plain)
    with pytest.raises(ParameterError, match="`arm` must say which arm is compared"):
        two_arms(FRAME)
    with pytest.raises(ParameterError, match="got 'fax'"):
        two_arms(FRAME, "fax")
