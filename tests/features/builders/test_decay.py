import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import DataError, ParameterError, SchemaError
from workbench.features import FeatureSet, decay

DAY = pd.Timedelta(days=1)
MICROSECOND_IN_DAYS = 1 / 86_400e6

# Before 1 March 2024: 30 and 10 days old, and one microsecond.
AGES = np.array([30.0, 10.0, MICROSECOND_IN_DAYS])
SPEND = np.array([10.0, 20.0, 5.5])


def test_worked_by_hand(built):
    table = built(decay("visits", "spend", half_lives_days=(10,), saturation=None))
    assert table.loc[("ann", "spring")].to_dict() == pytest.approx(
        {
            "visits_decay_10d_count": 1 / 8 + 1 / 2 + 1,
            "visits_decay_10d_spend": 10 / 8 + 20 / 2 + 5.5,
        },
        abs=1e-10,  # a microsecond is not quite nothing
    )
    assert table.loc[("bob", "spring")].tolist() == [0.0, 0.0]


def test_the_default_is_logged_over_three_half_lives(built):
    row = built(decay("visits", ["spend"])).loc[("ann", "spring")]
    for days in (7, 28, 91):
        kept = 2 ** (-AGES / days)
        assert row[f"visits_decay_{days}d_count_log"] == pytest.approx(np.log1p(kept.sum()))
        assert row[f"visits_decay_{days}d_spend_log"] == pytest.approx(np.log1p(kept @ SPEND))


def test_a_negative_amount_keeps_its_sign_and_hill_has_none(built, make_shop):
    refund = pd.DataFrame(
        {"customer": ["ann"], "moment": [pd.Timestamp("2024-02-20")], "spend": [-8.0]}
    )
    data = make_shop(visits=refund)
    settings = {"values": "spend", "half_lives_days": (10,)}
    name = "visits_decay_10d_spend"
    row = built(decay("visits", **settings), data).loc[("ann", "spring")]
    assert row[f"{name}_log"] == pytest.approx(-np.log(1 + 4))
    row = built(decay("visits", **settings, saturation="hill", half_saturation=2.0), data)
    assert row.loc[("ann", "spring"), f"{name}_hill"] == 0.0


@pytest.mark.parametrize("steepness", [1.0, 2.0])
def test_hills_curve_is_one_half_where_it_says(built, steepness):
    total = float(2 ** (-AGES / 10) @ SPEND)
    for half, wanted in [(total, 0.5), (total / 3, 3**steepness / (3**steepness + 1))]:
        builder = decay(
            "visits",
            "spend",
            half_lives_days=(10,),
            saturation="hill",
            half_saturation=half,
            steepness=steepness,
        )
        row = built(builder).loc[("ann", "spring")]
        assert row["visits_decay_10d_spend_hill"] == pytest.approx(wanted)


def test_the_half_is_learned_before_the_first_decision_and_kept(make_shop):
    days = pd.to_datetime(["2024-02-25", "2024-02-26", "2024-02-27", "2024-02-01", "2024-03-02"])
    visits = pd.DataFrame(
        {
            "customer": ["ann", "bob", "bob", "cem", "dan"],
            "moment": days.astype("datetime64[us]"),
            "spend": [6.0, 1.0, 1.0, 100.0, 100.0],
        }
    )
    features = FeatureSet(decay("visits", "spend", half_lives_days=(14,), saturation="hill"))
    frame = features.build(make_shop(visits=visits))
    # within 14 days before 1 March: ann once for 6, bob twice for 2; cem and dan are outside
    learned = frame.recipe["features"][0]["half_saturation"]
    assert learned == pytest.approx(
        {"visits_decay_14d_count": 1.5 / np.log(2), "visits_decay_14d_spend": 4 / np.log(2)}
    )
    again = FeatureSet.from_dict(frame.recipe).build(make_shop(visits=visits))
    pd.testing.assert_frame_equal(again.X, frame.X)


def test_a_steady_stream_comes_to_rate_times_half_life_over_ln_2(built, make_shop):
    moments = pd.Timestamp("2024-03-01") - pd.to_timedelta(np.arange(1, 4_000) / 4, unit="D")
    visits = pd.DataFrame({"customer": "ann", "moment": moments.astype("datetime64[us]")})
    table = built(decay("visits", half_lives_days=(28,), saturation=None), make_shop(visits=visits))
    assert table.loc[("ann", "spring")].item() == pytest.approx(4 * 28 / np.log(2), rel=0.01)


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), half_life=st.sampled_from([0.5, 7, 91]))
def test_agrees_with_brute_force(shops, data, half_life):
    shop = data.draw(shops)
    builder = decay("visits", "spend", half_lives_days=(half_life,), saturation=None)
    X = FeatureSet(builder).build(shop).X
    events = shop.connect().execute("SELECT customer, time, arrived, spend FROM visits").df()
    for row, (_, contact) in zip(X.to_numpy(), shop.contacts.iterrows(), strict=True):
        seen = events[
            (events["customer"] == contact["customer"])
            & (events["time"] < contact["as_of"])
            & (events["arrived"] < contact["as_of"])
        ]
        kept = 2 ** -((contact["as_of"] - seen["time"]) / DAY / half_life)
        wanted = [kept.sum(), kept @ seen["spend"]]
        np.testing.assert_allclose(row, wanted, rtol=1e-12, atol=2e-11)


def test_catalogue(make_shop):
    catalogue = FeatureSet(decay("visits", "spend", half_lives_days=(7,))).catalogue(make_shop())
    assert catalogue.loc["visits_decay_7d_spend_log"].to_dict() == {
        "group": "decay",
        "builder": "decay",
        "source": "visits",
        "lookback_days": np.inf,
        "unit": "ln(1 + spend)",
        "description": "spend of visits, counting half after 7 days, on a logarithmic scale.",
    }


def message(error, call):
    with pytest.raises(error) as raised:
        call()
    return str(raised.value)


def test_nothing_before_the_first_decision_to_learn_the_half_from(built, make_shop):
    visits = pd.DataFrame({"customer": ["ann"], "moment": [pd.Timestamp("2024-05-01")]})
    builder = decay("visits", half_lives_days=(7,), saturation="hill")
    assert message(DataError, lambda: built(builder, make_shop(visits=visits))) == (
        "What is typical of 'visits' is taken from the 7 days before the first as_of, and table "
        "'visits' has nothing above 0 there. Give `half_saturation`, or drop the earliest contacts "
        "with `data.with_history(days=...)`."
    )


def test_a_scale_that_is_not_there(built):
    builder = decay("visits", saturation="hill", half_saturation={"visits_decay_7d_count": 2.0})
    assert message(ParameterError, lambda: built(builder)) == (
        "`half_saturation` must have a number for every feature; it has none for "
        "'visits_decay_28d_count', and has ['visits_decay_7d_count']. Add it, or give one number "
        "for all."
    )


def test_unknown_table_and_column(built):
    assert message(ParameterError, lambda: built(decay("visit"))) == (
        "`events` must name a table of the data; got 'visit', there are ['visits', 'orders']. "
        "Did you mean 'visits'?"
    )
    assert message(SchemaError, lambda: built(decay("visits", "spent"))) == (
        "Table 'visits' has no column 'spent'; got "
        "['customer', 'time', 'spend', 'channel', 'item']. Did you mean 'spend'?"
    )


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        (
            {"half_lives_days": (7, 0)},
            "`half_lives_days` must be above 0 and finite; got 0. Give for example 28.",
        ),
        (
            {"half_lives_days": ()},
            "`half_lives_days` must have at least one half-life; got none.",
        ),
        (
            {"steepness": float("inf")},
            "`steepness` must be above 0 and finite; got inf. Give for example 28.",
        ),
        (
            {"saturation": "hil"},
            "`saturation` must be one of [None, 'log', 'hill']; got 'hil'. Did you mean 'hill'?",
        ),
    ],
)
def test_settings_that_cannot_be(settings, wanted):
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        decay("visits", **settings)
