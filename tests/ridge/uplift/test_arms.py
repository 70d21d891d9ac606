"""Which rows an uplift is learned from, how they weigh, and every refusal in its own words."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.ridge.mailing import mailing
from workbench import FeatureFrame
from workbench.errors import DataError, FitError, ParameterError
from workbench.ridge.uplift.arms import arm_rows


def frame_of(arms, y, control="none", **more):
    X = pd.DataFrame({"x": np.arange(len(arms), dtype="float64")})
    return FeatureFrame(
        X, pd.Series(y, dtype="float64"), treatment=pd.Series(arms), control=control, **more
    )


def test_the_share_is_that_of_contacts_in_the_campaign():
    rows = arm_rows(
        frame_of(
            ["mail", "none", "mail", "none", "mail", "mail"],
            [1, 0, 0, 1, 0, 1],
            campaign=pd.Series(list("bbbaaa")),
            weight=pd.Series([1.0, 2.0, 1.0, 1.0, 2.0, 1.0]),
        )
    )
    assert rows.treated.tolist() == [1, 0, 1, 0, 1, 1]
    assert rows.share.tolist() == [0.5, 0.5, 0.5, 0.75, 0.75, 0.75]
    assert rows.overall_share == pytest.approx(5 / 8)
    # no moments and no order in the labels: campaigns stand as they came
    assert rows.shares().to_dict() == {"b": 0.5, "a": 0.75}


def test_a_rarer_assignment_weighs_more_and_each_arm_of_a_campaign_keeps_its_weight():
    frame = frame_of(
        ["mail", "mail", "none", "none", "mail", "none"],
        [1, 0, 0, 1, 0, 1],
        campaign=pd.Series(list("aaaabb")),
        weight=pd.Series([1.0, 3.0, 1.0, 1.0, 2.0, 1.0]),
        arm_probability=pd.Series([0.2, 0.6, 0.5, 0.5, 0.1, 0.9]),
    )
    rows = arm_rows(frame)
    # 1/p is 5 and 5/3, of weights 1 and 3: their mean is 5/2
    np.testing.assert_allclose(rows.weight, [2.0, 2.0, 1.0, 1.0, 2.0, 1.0])
    assert rows.overall_share == pytest.approx(6 / 9)


def test_arms_that_are_put_together_keep_their_own_weights():
    frame = frame_of(
        ["mail", "app", "none", "mail", "none"],
        [1, 0, 0, 0, 1],
        arm_probability=pd.Series([0.5, 0.1, 0.4, 0.25, 0.4]),
    )
    np.testing.assert_allclose(arm_rows(frame, arm="any").weight, [2 / 3, 1, 1, 4 / 3, 1])
    np.testing.assert_allclose(arm_rows(frame, arm="mail").weight, [2 / 3, 1, 4 / 3, 1])


NOBODY = [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("frame", "arm", "error", "message"),
    [
        (
            replace(mailing(20), treatment=None, control=None),
            None,
            DataError,
            (
                "RidgeUplift needs to know who was treated; this FeatureFrame has no "
                "`treatment`. Name the column of arms, and the control group, when the table is "
                "read: `FeatureFrame.from_table(…, treatment='arm', control='none')`."
            ),
        ),
        (
            frame_of(["mail"] * 4, NOBODY),
            None,
            DataError,
            (
                "There must be treated contacts and a control group; all 4 rows are of the arm "
                "'mail', and the control group is 'none'. Keep a control group in the next "
                "campaign."
            ),
        ),
        (
            frame_of(["none"] * 4, NOBODY),
            None,
            DataError,
            (
                "There must be treated contacts and a control group; all 4 rows are of the arm "
                "'none', and the control group is 'none'. Keep a control group in the next "
                "campaign."
            ),
        ),
        (
            frame_of(["mail", "mail", "app", "app"], NOBODY),
            "app",
            DataError,
            (
                "There must be a control group; no row is of the arm 'none', there are ['app', "
                "'mail']. Keep a control group in the next campaign."
            ),
        ),
        (
            frame_of(["mail", "none", "app", "none"], NOBODY),
            None,
            ParameterError,
            (
                "`arm` must say which arm is compared with 'none', as there are 2: ['app', "
                "'mail']. Name one, or give \"any\" for all of them as one."
            ),
        ),
        (
            frame_of(["mail", "none", "app", "none"], NOBODY),
            "mial",
            ParameterError,
            (
                "`arm` must be a treated arm of the frame, or 'any'; got 'mial', there are ['app', "
                "'mail']. Did you mean 'mail'?"
            ),
        ),
        (
            frame_of(["mail", "none", "mail", "none"], [np.nan] * 4),
            None,
            FitError,
            (
                "No outcome is known in this FeatureFrame; fitting needs rows with both "
                "classes. Fit on earlier contacts, and score these."
            ),
        ),
        (
            frame_of(["mail", "none", "mail", "none"], [1, 0, 1, 1]),
            None,
            FitError,
            (
                "Each arm must have contacts of both outcomes; 'mail' has outcome 1 alone in 2 "
                "rows. Wait until outcomes are known, or take more contacts."
            ),
        ),
        (
            frame_of(["mail", "none", "mail", "none"], [1, np.nan, 0, np.nan]),
            None,
            FitError,
            (
                "Each arm must have contacts of both outcomes; 'none' has no known outcome in 0 "
                "rows. Wait until outcomes are known, or take more contacts."
            ),
        ),
        (
            frame_of(
                ["mail", "none", "mail", "none"], [1, 1, 0, 0], campaign=pd.Series(list("abab"))
            ),
            None,
            DataError,
            (
                "Treated contacts must be compared with control contacts of the same campaign; "
                "no campaign has both. Keep a control group in each campaign: an uplift cannot "
                "be had of these rows."
            ),
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(frame, arm, error, message):
    with pytest.raises(error) as caught:
        arm_rows(frame, arm=arm)
    assert str(caught.value) == message
