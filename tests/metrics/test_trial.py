"""The one entrance of the metrics of a test: full messages, and what is left out."""

import re

import numpy as np
import pytest

from workbench import metrics
from workbench.errors import DataError, ParameterError
from workbench.metrics._trial import column_of, trial_of

NAN, INF = float("nan"), float("inf")
Y, T = [1, 0, 1, 0], [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"y": []}, "A metric of a test needs at least one row; `y` is empty."),
        (
            {"treated": [1, 0]},
            (
                "`treated` and `y` must have one entry a row; got 2 and 4. Take both from the same "
                "rows."
            ),
        ),
        (
            {"y": [1, NAN, 0, NAN]},
            (
                "`y` must be known; it is missing in 2 of 4 rows. Measure rows that have an "
                "outcome: `frame.known()`."
            ),
        ),
        ({"y": [1, INF, 0, 0]}, "`y` must be finite; got inf in 1 of 4 rows. Mend those rows."),
        (
            {"treated": [2, 1, 0, 0]},
            (
                "`treated` must be 1 for treated rows and 0 for the control group; got 2 in 1 of 4 "
                "rows. Of several arms compare one with the control: `frame.treatment == arm`, "
                "on the rows of both."
            ),
        ),
        (
            {"treated": [1, 1, 1, 1]},
            (
                "A test needs treated and control rows; none of 4 is control. What a contact "
                "adds is not known without both."
            ),
        ),
        (
            {"weight": [1, 1, 0, 0]},
            (
                "A test needs treated and control rows; none of 2 is control. What a contact "
                "adds is not known without both."
            ),
        ),
        (
            {"weight": [1, -1, 1, 1]},
            (
                "`weight` must be finite and not negative; got -1 in 1 of 4 rows. It says how many "
                "contacts a row stands for."
            ),
        ),
        (
            {"weight": [0, 0, 0, 0]},
            "`weight` must be positive somewhere; all are 0. Leave it out for 1 each.",
        ),
        (
            {"treated_share": [0.5, 0.5, 1.0, 0.5]},
            (
                "`treated_share` must lie between 0 and 1; got 1 in 1 of 4 rows. A row that was "
                "sure to be treated, or not to be, tells nothing of the difference: leave it out."
            ),
        ),
        (
            {"campaign": ["a", "b", "a", "c"]},
            (
                "Each campaign needs treated and control rows; an arm is missing in ['b', 'c']. "
                "Leave those rows out, or give the share that was planned as `treated_share`."
            ),
        ),
        (
            {"cluster": ["a", None, "a", "c"]},
            (
                "`cluster` must have a label for each of 4 rows; got 4, of which 1 are missing. "
                "Take both from the same rows."
            ),
        ),
    ],
)
def test_what_is_no_test_is_refused(given, message):
    given = {"y": Y, "treated": T, **given}
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        trial_of(**given)


def test_a_share_that_was_not_the_share_treated_is_refused():
    """As when the chance of a row's own arm is given for that of being treated."""
    treated = np.tile([1, 1, 1, 1, 0], 400)
    own = np.where(treated == 1, 0.8, 0.2)
    message = (
        "`treated_share` must be the chance of being treated: it says 68.0%, and 80.0% were "
        "treated, more apart than chance puts them. Give the chance of treatment, also for "
        "control rows; or find out which rows are missing."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        trial_of(np.ones(2000), treated, treated_share=own)
    trial_of(np.ones(2000), treated, treated_share=0.8)


def test_shares_of_campaigns_that_even_out_are_looked_at_one_by_one():
    treated = np.concatenate([np.tile([1, 1, 1, 1, 0], 400), np.tile([0, 0, 0, 0, 1], 400)])
    campaign = np.repeat(["a", "b"], 2000)
    message = (
        "`treated_share` must be the chance of being treated: it says 50.0% in one campaign, and "
        "80.0% were treated, more apart than chance puts them. Give the chance of treatment, also "
        "for control rows; or find out which rows are missing."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        trial_of(np.ones(4000), treated, treated_share=0.5, campaign=campaign)


def test_assignment_of_whole_clusters_may_miss_the_share_by_more():
    """Twenty shops of 500: 16 treated of them are no wonder, 8,000 of 10,000 contacts would be."""
    treated, shop = np.repeat([1] * 16 + [0] * 4, 500), np.repeat(np.arange(20), 500)
    with pytest.raises(DataError, match=r"80\.0% were treated"):
        trial_of(np.ones(10_000), treated, treated_share=0.5)
    trial_of(np.ones(10_000), treated, treated_share=0.5, cluster=shop)


def test_the_chance_is_that_of_the_own_arm_in_the_own_campaign():
    rows, there = trial_of(
        [1, 0, 1, 0, 0, 9], [1, 1, 0, 1, 0, 0], weight=[1, 2, 1, 1, 4, 0], campaign=list("aaabbb")
    )
    assert rows.chance.tolist() == [0.75, 0.75, 0.25, 0.2, 0.8]
    assert there.tolist() == [True] * 5 + [False]
    assert rows.contacts == 9


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_is_a_share(level):
    message = f"`level` must lie between 0 and 1; got {level}. Write 95% as 0.95."
    for metric in (metrics.uplift_by_depth, metrics.qini, metrics.policy_value):
        with pytest.raises(ParameterError, match=f"^{re.escape(message)}$"):
            metric(Y, T, [4, 3, 2, 1], level=level)


def test_a_column_has_a_number_in_each_row_that_counts():
    there = np.array([True, False, True])
    assert column_of([1, NAN, 3], there, name="score").tolist() == [1, 3]
    message = (
        "`score` must be finite; got nan in 1 of 3 rows. Fill the gaps, or leave those rows out."
    )
    with pytest.raises(DataError, match=f"^{re.escape(message)}$"):
        column_of([NAN, 2, 3], there, name="score")
