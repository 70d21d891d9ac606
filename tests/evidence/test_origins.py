import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.errors import DataError
from workbench.evidence import out_of_time
from workbench.evidence.origins import (
    HELD_OUT,
    LAST,
    LEFT_OUT,
    ROLLING,
    last_campaigns,
    origins,
)


@pytest.fixture
def frame():
    """Six campaigns a month apart; outcomes known after 40 days; the last two start together."""
    starts = pd.to_datetime(
        ["2024-01-01", "2024-02-01", "2024-03-01", "2024-04-01", "2024-05-01", "2024-05-01"]
    )
    as_of = pd.Series(starts.repeat(10))
    return FeatureFrame(
        pd.DataFrame({"x": np.arange(60.0)}),
        pd.Series([0.0, 1.0] * 30),
        campaign=pd.Series(np.repeat([*"abcdef"], 10)),
        as_of=as_of,
        matured_at=as_of + pd.Timedelta(days=40),
    )


def of(found, kind):
    return [one for one in found if one.kind == kind]


def test_only_outcomes_known_by_then_are_learned_from(frame):
    rolling = of(origins(frame, earlier=2), ROLLING)
    told = [(one.name, sorted(set(frame.campaign[one.train]))) for one in rolling]
    assert told == [("d", ["a", "b"]), ("e, f", ["a", "b", "c"])]
    for one in rolling:
        start = frame.as_of[one.test].min()
        assert (frame.matured_at[one.train] <= start).all()
    assert sorted(frame.campaign[rolling[1].test].unique()) == ["e", "f"]


def test_every_campaign_is_left_out_once(frame):
    left_out = of(origins(frame, earlier=2), LEFT_OUT)
    assert [one.name for one in left_out] == [*"abcdef"]
    for one in left_out:
        assert set(frame.campaign[one.test]) == {one.name}
        assert len(one.train) == 50


def test_a_fifth_of_each_class_is_held_out(frame):
    (held,) = of(origins(frame, earlier=2, seed=4), HELD_OUT)
    assert frame.y[held.test].value_counts().to_dict() == {0.0: 6, 1.0: 6}
    assert sorted([*held.train, *held.test]) == list(range(60))
    (again,) = of(origins(frame, earlier=2, seed=4), HELD_OUT)
    (other,) = of(origins(frame, earlier=2, seed=5), HELD_OUT)
    assert (held.test == again.test).all()
    assert (held.test != other.test).any()


def test_too_few_campaigns_say_so(frame):
    with pytest.raises(DataError) as caught:
        origins(frame)
    assert str(caught.value) == (
        "Judging campaigns by those before them needs one with 6 campaigns whose outcomes were "
        "known before it; none of 6 has. Lower `earlier`, or bring more campaigns."
    )


def test_the_last_campaigns_are_those_of_a_propensity_report(frame):
    (last,) = last_campaigns(frame)
    split = out_of_time(frame)
    assert (last.kind, last.name) == (LAST, "the last 2 campaigns")
    assert frame.X["x"].iloc[last.train].tolist() == split.train.X["x"].tolist()
    assert frame.X["x"].iloc[last.test].tolist() == split.test.X["x"].tolist()
    one = frame.y.to_numpy(copy=True)
    one[last.train] = 0.0
    alone = FeatureFrame(frame.X, pd.Series(one), campaign=frame.campaign, as_of=frame.as_of)
    assert last_campaigns(alone) == []
