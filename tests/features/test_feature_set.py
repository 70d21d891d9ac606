import json
import re

import numpy as np
import pandas as pd
import pytest

from workbench.errors import ParameterError
from workbench.features import FeatureSet, cadence, calendar, decay, rfm, windows

RFM = rfm("visits", value="spend")


def test_the_frame_follows_the_contacts(make_shop):
    data = make_shop()
    frame = FeatureSet(RFM, cadence()).build(data)
    assert frame.customer.tolist() == ["ann", "bob", "ann"]
    assert frame.campaign.tolist() == ["spring", "spring", "summer"]
    assert frame.y.tolist() == [1.0, 0.0, 0.0]
    pd.testing.assert_series_equal(frame.as_of, data.contacts["as_of"])
    pd.testing.assert_series_equal(frame.matured_at, data.contacts["matured_at"])
    assert frame.X.index.equals(pd.RangeIndex(3))
    assert set(map(str, frame.X.dtypes)) == {"float64"}


def test_an_outcome_that_is_not_known_yet_stays_missing(make_shop):
    frame = FeatureSet(RFM).build(make_shop(observed_until="2024-05-01"))
    assert frame.y.isna().tolist() == [False, False, True]


def test_the_catalogue_has_every_feature(make_shop):
    features = FeatureSet(RFM, cadence(), calendar())
    frame = features.build(make_shop())
    assert list(frame.catalogue.index) == list(frame.X.columns)
    assert not frame.catalogue.isna().any(axis=None)
    pd.testing.assert_frame_equal(features.catalogue(make_shop()), frame.catalogue)


def test_the_query_gives_the_same_features(make_shop):
    data = make_shop()
    features = FeatureSet(RFM, windows("visits", values=["spend"]), cadence(), calendar())
    by_query = data.connect().execute(features.sql(data)).df()
    assert by_query.pop("contact").tolist() == [0, 1, 2]
    pd.testing.assert_frame_equal(by_query, features.build(data).X, check_exact=True)


def test_an_unknown_dialect(make_shop):
    with pytest.raises(ParameterError) as raised:
        FeatureSet(RFM).sql(make_shop(), dialect="snow")
    assert str(raised.value) == (
        "`dialect` must be one of ['duckdb', 'spark', 'bigquery', 'snowflake', 'postgres']; got "
        "'snow'. Did you mean 'snowflake'?"
    )


def test_the_recipe_is_json_and_makes_the_same_columns_for_new_contacts(make_shop):
    frame = FeatureSet(windows("visits", kinds="channel")).build(make_shop())
    recipe = json.loads(json.dumps(frame.recipe))
    new = pd.DataFrame({"customer": ["cem", "dan"], "campaign": ["spring", "summer"]})
    later = make_shop(contacts=new)
    again = FeatureSet.from_dict(recipe).build(later)
    assert list(again.X.columns) == list(frame.X.columns)


def test_a_recipe_may_name_kinds_that_are_gone(make_shop):
    recipe = FeatureSet(windows("visits", kinds={"channel": ["fax"]})).to_dict()
    X = FeatureSet.from_dict(recipe).build(make_shop()).X
    assert X["visits_28d_fax_count"].tolist() == [0.0, 0.0, 0.0]


def test_building_twice_gives_the_same_bits_on_two_threads(make_shop):
    data = many_visits(make_shop)
    sums = windows("visits", values=["spend"], kinds="channel")
    features = FeatureSet(RFM, sums, decay("visits", values=["spend"], saturation=None))
    one, two, four = (features.build(Threads(data, count)).X for count in (1, 2, 4))
    for again in (two, four, features.build(Threads(data, 2)).X):
        assert again.to_numpy().tobytes() == one.to_numpy().tobytes()


def test_plain_sums_would_depend_on_the_order_of_rows(make_shop):
    """The test above can fail: these values do not add up to the same bits in any order."""
    spend = many_visits(make_shop).connect().execute("SELECT spend FROM visits").fetchnumpy()
    values = spend["spend"]
    assert sum(values) != sum(values[::-1])


def many_visits(make_shop):
    rng = np.random.default_rng(7)
    count = 260_000  # DuckDB hands rows to threads by 122,880
    seconds = rng.integers(0, 60 * 86_400, count)
    visits = pd.DataFrame(
        {
            "customer": rng.choice(["ann", "bob"], count),
            "moment": pd.Timestamp("2024-01-01") + pd.to_timedelta(seconds, unit="s"),
            "spend": rng.lognormal(3, 2, count),
            "channel": rng.choice(["mail", "app", "shop"], count),
        }
    )
    return make_shop(visits=visits)


class Threads:
    """The same data, queried on a number of threads."""

    def __init__(self, data, count):
        self._data, self._count = data, count

    def __getattr__(self, name):
        return getattr(self._data, name)

    def connect(self):
        connection = self._data.connect()
        connection.execute(f"SET threads = {self._count}")
        return connection


def test_what_is_shown_before_building():
    features = FeatureSet(RFM, cadence())
    assert repr(features) == "FeatureSet of 2 builders: rfm(visits), cadence"
    assert features.table().to_dict("records") == [
        {"builder": "rfm", "table": "visits", "settings": "value='spend'"},
        {"builder": "cadence", "table": "", "settings": "lookbacks_days=[7, 28, 91], "
         "prior=[1, 9]"},
    ]  # fmt: skip
    assert "cadence" in features._repr_html_()


def test_html_escapes_names():
    assert "<script>" not in FeatureSet(rfm("<script>"))._repr_html_()


def test_two_features_of_one_name(make_shop):
    with pytest.raises(ParameterError) as raised:
        FeatureSet(rfm("visits"), rfm("visits", occasion="item")).build(make_shop())
    assert str(raised.value) == (
        "Every feature must have a name of its own; ['visits_recency_days', 'visits_frequency', "
        "'visits_tenure_days', 'visits_active_span_days', 'visits_gap_mean_days', "
        "'visits_gap_variance'] are made twice, by ['rfm']. Give one of the builders a `prefix`, "
        "or leave it out."
    )


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            (),
            "FeatureSet needs at least one builder; got none. Start with rfm('<an event table>').",
        ),
        (
            ("rfm",),
            (
                "FeatureSet takes builders such as rfm('transactions'); got 'rfm' of type str. "
                "Call it with its settings first."
            ),
        ),
    ],
)
def test_what_is_no_set(given, wanted):
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        FeatureSet(*given)


def test_a_recipe_of_something_else():
    wanted = (
        "A recipe of features has kind 'features'; got kind 'table'. "
        "A flat table enters through FeatureFrame.from_table."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(wanted)}$"):
        FeatureSet.from_dict({"kind": "table"})
