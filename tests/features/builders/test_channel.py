import numpy as np
import pandas as pd
import pytest
from scipy.stats import entropy

from workbench.errors import ParameterError, SchemaError
from workbench.features import FeatureSet, Tables, channel

SPRING = ("ann", "spring")  # mail on 31 January and in the last microsecond, app on 20 February


def test_worked_by_hand(built):
    row = built(channel("visits")).loc[SPRING].to_dict()
    assert row.pop("visits_channel_preferred") == "mail"
    assert row == pytest.approx(
        {
            "visits_channel_mail_recency_days": 1 / 86_400e6,
            "visits_channel_mail_share": 2 / 3,
            "visits_channel_app_recency_days": 10.0,
            "visits_channel_app_share": 1 / 3,
            "visits_channel_entropy": entropy([2, 1]),
        }
    )


def test_a_customer_without_events_has_none_of_it(built):
    assert built(channel("visits")).loc[("bob", "spring")].isna().all()


def test_channels_that_are_not_named_count_as_one(built, make_shop):
    visits = pd.DataFrame(
        {
            "customer": "ann",
            "moment": pd.Timestamp("2024-02-01"),
            "channel": ["mail", "app", "app", "fax", "shop", None],
        }
    )
    row = built(channel("visits", levels=["mail", "app"]), make_shop(visits=visits)).loc[SPRING]
    assert row["visits_channel_entropy"] == pytest.approx(entropy([1, 2, 3]))
    assert row["visits_channel_preferred"] == "app"


def test_one_channel_alone_has_no_variety(built, make_shop):
    visits = pd.DataFrame(
        {"customer": "ann", "moment": pd.Timestamp("2024-02-01"), "channel": ["mail"] * 3}
    )
    row = built(channel("visits", levels=["mail"]), make_shop(visits=visits)).loc[SPRING]
    assert row["visits_channel_entropy"] == 0.0


def test_of_equally_many_the_first_is_preferred(built, make_shop):
    visits = pd.DataFrame(
        {
            "customer": "ann",
            "moment": pd.Timestamp("2024-02-01"),
            "channel": ["it's {odd}", "app"],
        }
    )
    data = make_shop(visits=visits)
    for levels in (["it's {odd}", "app"], ["app", "it's {odd}"]):
        row = built(channel("visits", levels=levels), data).loc[SPRING]
        assert row["visits_channel_preferred"] == levels[0]


def test_a_lookback(built):
    row = built(channel("visits", levels=["mail", "app"], lookback_days=28)).loc[SPRING]
    assert row["visits_28d_channel_mail_share"] == 0.5


def test_channels_are_learned_before_the_first_decision_and_kept(make_shop):
    frame = FeatureSet(channel("visits", levels=1)).build(make_shop())
    assert frame.recipe["features"][0]["levels"] == ["mail"]
    again = FeatureSet.from_dict(frame.recipe).build(make_shop())
    pd.testing.assert_frame_equal(again.X, frame.X)


def test_proposed_where_a_column_is_called_after_channels(make_shop):
    assert list(channel.propose(Tables(make_shop()))) == [channel("visits", "channel")]


def test_catalogue(make_shop):
    catalogue = FeatureSet(channel("visits", lookback_days=28)).catalogue(make_shop())
    assert set(catalogue["group"]) == {"channel"}
    assert set(catalogue["lookback_days"]) == {28.0}
    assert catalogue.loc["visits_28d_channel_entropy", ["unit", "description"]].tolist() == [
        "nats",
        "Variety of channel over visits: 0 is always the same, in the 28 days before.",
    ]
    assert np.all(catalogue["source"] == "visits")


def test_unknown_channel_and_column(built):
    with pytest.raises(ParameterError) as raised:
        built(channel("visits", levels=["mial"]))
    assert str(raised.value) == (
        "`levels` names 'mial', which column 'channel' of table 'visits' never holds; it holds "
        "['app', 'mail']. Did you mean 'mail'?"
    )
    with pytest.raises(SchemaError) as raised:
        built(channel("visits", "chanel"))
    assert str(raised.value) == (
        "Table 'visits' has no column 'chanel'; got "
        "['customer', 'time', 'spend', 'channel', 'item']. Did you mean 'channel'?"
    )
    with pytest.raises(ParameterError) as raised:
        channel("visits", levels=[])
    assert str(raised.value) == "`levels` must name at least one channel; got none."
