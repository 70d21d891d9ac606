import numpy as np
import pandas as pd
import pytest

from tests.experiments.contacts_of_tests import frame_of, read
from workbench import FeatureFrame
from workbench.errors import DataError, ParameterError
from workbench.experiments.tested import assigned_counts, unit_counts


def refused(frame, outcome=None, kind=DataError, **settings):
    with pytest.raises(kind) as caught:
        read(frame, outcome, **settings)
    return str(caught.value)


def test_the_control_group_is_arm_0_and_the_others_follow_by_name():
    frame, _ = frame_of(arms=("none", "mail", "app"))
    found = read(frame)
    assert found.names == ("none", "app", "mail")
    assert [found.names[code] for code in found.arm] == frame.treatment.tolist()
    assert list(found.pairs(every=False)) == [(1, 0), (2, 0)]
    assert list(found.pairs(every=True)) == [(1, 0), (2, 0), (2, 1)]


@pytest.mark.parametrize(
    ("values", "kind"),
    [([0, 1], "binary"), ([0, 3], "count"), ([0.5, 2], "amount"), ([-1, 1], "amount")],
)
def test_the_kind_is_what_the_values_look_like(values, kind):
    frame, _ = frame_of(n=200)
    assert read(frame, np.resize(values, 200)).kind == kind
    assert read(frame, np.resize(values, 200), kind="amount").kind == "amount"


def test_rows_of_weight_0_are_nobody():
    weight = pd.Series(np.arange(400) % 2, dtype=float)
    frame, _ = frame_of(weight=weight)
    found = read(frame, np.arange(400.0), cluster=np.arange(400) // 4)
    assert len(found.y) == 200
    assert found.y.tolist() == np.arange(1.0, 400, 2).tolist()
    assert np.bincount(found.unit).tolist() == [2] * 100


def test_units_and_contacts_are_counted():
    frame, _ = frame_of(n=80, customer=pd.Series(np.arange(80) // 2))
    found = read(frame)
    label = np.arange(80) // 40
    assert unit_counts(found, label, 2).tolist() == [20, 20]
    assert assigned_counts(found, label, 2).tolist() == [40, 40]
    single, _ = frame_of(n=80, customer=pd.Series(np.arange(80)), weight=pd.Series(np.ones(80)))
    assert read(single).unit is None


def test_a_customer_of_weight_3_is_one_customer_all_the_same():
    frame, _ = frame_of(n=80, customer=pd.Series(np.arange(80)), weight=pd.Series(np.full(80, 3.0)))
    found = read(frame)
    assert unit_counts(found, np.zeros(80, dtype=int), 1).tolist() == [80]


def test_a_frame_without_arms_is_refused():
    frame = FeatureFrame(pd.DataFrame({"x": [1.0, 2.0]}), pd.Series([0.0, 1.0]))
    assert refused(frame) == (
        "A test needs the arm of each contact; these data have none. Name the column that holds "
        "it, `treatment`. Where everybody was contacted there is no test to read: plan one that "
        "keeps a control group, with `workbench.experiments.plan` and `assign`."
    )


def test_one_arm_only_is_refused():
    frame, _ = frame_of()
    treated = frame.rows((frame.treatment == "mail").to_numpy())
    assert refused(treated) == (
        "A test must have contacts of the control group 'none'; there are arms ['mail'] only. Load "
        "the rows that were not contacted, too."
    )
    control = frame.rows((frame.treatment == "none").to_numpy())
    assert refused(control) == (
        "A test must have two arms at least; all rows are of 'none'. Load the rows that were "
        "contacted, too."
    )


def test_an_arm_of_3_rows_is_refused():
    frame, _ = frame_of(n=100)
    few = np.r_[
        np.flatnonzero(frame.treatment == "none"), np.flatnonzero(frame.treatment == "mail")[:3]
    ]
    assert refused(frame.rows(few)) == (
        "Every arm must have 20 contacts at least; 'mail' has 3. Wait for more, or leave that arm "
        "out."
    )
    customers, _ = frame_of(n=100, customer=pd.Series(np.arange(100) // 10))
    assert refused(customers).startswith("Every arm must have 20 customers at least; 'none' has ")


def test_a_treated_row_without_outcome_is_refused():
    frame, _ = frame_of()
    y = frame.y.where(~((frame.treatment == "mail") & (frame.X["x0"] > 2)))
    missing = int(y.isna().sum())
    assert refused(FeatureFrame(frame.X, y, treatment=frame.treatment, control="none")) == (
        f"Every contact of a test must have an outcome; it is missing in {missing} of 400 rows (0 "
        "of "
        f"'none', {missing} of 'mail'). Write 0 where nothing came of a contact. Where the "
        "outcome is "
        "not known yet, leave out the whole campaign, not single contacts: who answers early "
        "differs "
        "between arms."
    )


def test_an_outcome_that_is_alike_is_refused():
    frame, _ = frame_of()
    assert refused(frame, np.zeros(400)) == (
        "The outcome must differ between contacts; it is 0 for all of 400 rows. There is nothing "
        "to "
        "compare yet: wait for responses, or name the right column."
    )


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (
            np.ones(3),
            (
                "`outcome` must have one number a row of the frame; got 3 for 400 rows. Take both "
                "from "
                "the same rows."
            ),
        ),
        (
            np.array(["a"] * 400),
            (
                "`outcome` must be numbers, one a row of the frame; got values that are none. "
                "Give an "
                "amount, a count, or 0 and 1."
            ),
        ),
        (
            np.r_[np.inf, np.zeros(399)],
            "`outcome` must be finite; it holds infinity. Mend those rows.",
        ),
    ],
)
def test_outcomes_that_are_none_are_refused(outcome, said):
    assert refused(frame_of()[0], outcome) == said


def test_other_arguments_are_refused():
    frame, _ = frame_of()
    assert refused(frame, cluster=[1, 2]) == (
        "`cluster` must have one label a row of the frame; got 2 for 400 rows. Take both from the "
        "same rows."
    )
    with pytest.raises(DataError) as caught:
        read(frame, np.arange(400.0), kind="binary")
    assert str(caught.value) == (
        "A binary outcome must be 0 or 1; got numbers from 0 to 399. Give `kind='amount'` or "
        "`kind='count'`."
    )
    with pytest.raises(ParameterError) as caught:
        read(frame, kind="rate")
    assert str(caught.value) == "`kind` must be one of ['binary', 'amount', 'count']; got 'rate'."
