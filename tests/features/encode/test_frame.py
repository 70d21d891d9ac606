import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.errors import DataError, ParameterError
from workbench.features.encode import CampaignEncoder, RareLevels, TextNgrams, encoded


@pytest.fixture
def frame():
    rng = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "month": np.repeat(["2024-01", "2024-02", "2024-03", "2024-04"], 50),
            "city": rng.choice(["ulm", "bonn", "rome"], 200),
            "visits": rng.poisson(3, 200),
            "bought": rng.integers(0, 2, 200).astype(float),
        }
    )
    table.loc[150:, "bought"] = np.nan
    return FeatureFrame.from_table(
        table, target="bought", campaign="month", groups={"city": "place", "visits": "pace"}
    )


def test_training_rows_are_out_of_fold_and_the_others_by_all_of_them(frame):
    train = frame.campaigns[:2]
    found = encoded(frame, CampaignEncoder(), training=train)
    learned = frame.campaign.isin(train)
    encoder = CampaignEncoder()
    inside = encoder.fit_transform(
        frame.X[learned], frame.y[learned], campaign=frame.campaign[learned]
    )
    pd.testing.assert_frame_equal(found.X[learned], inside)
    outside = encoder.transform(frame.X[~learned])
    pd.testing.assert_frame_equal(found.X[~learned], outside.set_axis(found.X[~learned].index))
    assert found.groups == {"city_rate": "place", "visits": "pace"}
    pd.testing.assert_series_equal(found.y, frame.y)


def test_later_outcomes_have_no_say(frame):
    train = frame.campaigns[:2]
    y = frame.y.where(frame.campaign.isin(train), 1 - frame.y)
    changed = FeatureFrame(X=frame.X, y=y, campaign=frame.campaign, catalogue=frame.catalogue)
    before, after = (encoded(f, CampaignEncoder(), training=train).X for f in (frame, changed))
    pd.testing.assert_frame_equal(before, after, check_exact=True)


def test_other_encoders_learn_from_training_alone(frame):
    rare = frame.X.assign(city=frame.X["city"].where(frame.campaign != "2024-03", "oslo"))
    later = FeatureFrame(X=rare, y=frame.y, campaign=frame.campaign, catalogue=frame.catalogue)
    found = encoded(later, RareLevels(), training=frame.campaigns[:2])
    assert set(found.X.loc[frame.campaign == "2024-03", "city"]) == {"(rare)"}


def test_unknown_campaign(frame):
    with pytest.raises(ParameterError) as raised:
        encoded(frame, CampaignEncoder(), training=["2024-1"])
    assert str(raised.value) == (
        "`training` must name campaigns of the frame; got '2024-1', there are ['2024-01', "
        "'2024-02', '2024-03', '2024-04']. Did you mean '2024-01'?"
    )


def test_campaigns_that_are_not_over(frame):
    with pytest.raises(DataError) as raised:
        encoded(frame, CampaignEncoder(), training=["2024-04"])
    assert str(raised.value) == (
        "No outcome is known in the training campaigns ['2024-04']. Name campaigns that are over."
    )


def test_ngrams_are_asked_for_as_a_table(frame):
    train = frame.campaigns[:2]
    with pytest.raises(ParameterError) as raised:
        encoded(frame, TextNgrams(["city"]), training=train)
    assert str(raised.value) == (
        "A frame holds a DataFrame; TextNgrams gives csr_matrix. Set its output: "
        "set_output(transform='pandas')."
    )
    table = TextNgrams(["city"]).set_output(transform="pandas")
    assert encoded(frame, table, training=train).X.columns.tolist() == [
        "city: bonn",
        "city: rome",
        "city: ulm",
    ]
