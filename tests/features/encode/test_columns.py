import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from workbench.errors import ParameterError, SchemaError
from workbench.features.encode import CampaignEncoder, MissingFlags, RareLevels

X = pd.DataFrame(
    {
        "city": ["ulm", "ulm", "ulm", "bonn", None],
        "age": [30.0, np.nan, 50.0, 60.0, 70.0],
        "visits": [1, 2, 3, 4, 5],
    }
)
CATALOGUE = pd.DataFrame(
    {
        "group": ["place", "person", "pace"],
        "builder": "attributes",
        "source": "customers",
        "lookback_days": 0.0,
        "unit": ["category", "years", "count"],
        "description": ["City.", "Age.", "Visits."],
    },
    index=list(X.columns),
)


def test_rare_levels_worked_by_hand():
    pool = RareLevels(min_share=0.5).fit(X)  # ulm has 3 of 4
    assert pool.transform(X)["city"].tolist()[:4] == ["ulm", "ulm", "ulm", "(rare)"]
    assert pool.transform(X)["city"].isna().tolist() == [False] * 4 + [True]
    new = X.assign(city=["rome", "ulm", "bonn", None, "ulm"])
    assert pool.transform(new)["city"].tolist()[:3] == ["(rare)", "ulm", "(rare)"]
    pd.testing.assert_frame_equal(pool.transform(X).drop(columns="city"), X.drop(columns="city"))


def test_a_level_at_the_limit_stays():
    assert "bonn" in RareLevels(min_share=0.25).fit(X).levels_["city"]
    assert "bonn" not in RareLevels(min_share=0.26).fit(X).levels_["city"]


def test_flags_are_of_columns_with_gaps_in_training():
    flags = MissingFlags().fit(X)
    assert flags.get_feature_names_out().tolist() == [
        "city",
        "age",
        "visits",
        "city_missing",
        "age_missing",
    ]
    table = flags.transform(X.assign(age=1.0, visits=np.nan))
    assert table["age_missing"].tolist() == [0] * 5
    assert table["city_missing"].tolist() == [0, 0, 0, 0, 1]
    assert "visits_missing" not in table


def test_one_after_the_other_with_groups_and_catalogue():
    flags, pool = MissingFlags(["age"]), RareLevels(["city"])
    both = make_pipeline(flags, pool).set_output(transform="pandas")
    table = both.fit_transform(X)
    assert table.columns.tolist() == ["city", "age", "visits", "age_missing"]
    catalogue = pool.catalogue_out(flags.catalogue_out(CATALOGUE))
    assert catalogue.index.tolist() == table.columns.tolist()
    assert catalogue.loc["age_missing", ["group", "builder", "unit", "description"]].tolist() == [
        "person",
        "MissingFlags",
        "flag",
        "Whether age is missing.",
    ]
    assert pool.groups_out(catalogue["group"].to_dict())["age_missing"] == "person"


def test_a_column_that_is_gone():
    with pytest.raises(SchemaError) as raised:
        MissingFlags().fit(X).transform(X.drop(columns="age"))
    assert str(raised.value) == ("The table to encode has no column 'age'; got ['city', 'visits'].")


def test_a_share_that_is_none():
    with pytest.raises(ParameterError) as raised:
        RareLevels(min_share=1.5).fit(X)
    assert str(raised.value) == (
        "`min_share` must lie between 0 and 1; got 1.5. Give for example 0.01."
    )


@pytest.mark.parametrize(
    ("encoder", "name", "more"),
    [
        (MissingFlags(), "city_missing", {}),
        (CampaignEncoder(), "city_rate", {"campaign": ["a", "b", "b"]}),
    ],
)
def test_a_column_is_never_written_over(encoder, name, more):
    taken = pd.DataFrame({"city": ["ulm", None, "ulm"], name: [1.0, 2.0, 3.0]})
    with pytest.raises(ParameterError) as raised:
        encoder.fit(taken, [0, 1, 0], **more)
    assert str(raised.value) == (
        f"Every column must have a name of its own; the encoder makes {[name]}, which the table "
        "has. Rename those, or name the `columns` to encode."
    )


def test_rare_levels_are_those_of_few_contacts():
    X = pd.DataFrame({"city": ["ulm", "ulm", "bonn", None]})
    few = RareLevels(min_share=0.5).fit_transform(X, weight=[1.0, 1.0, 8.0, 100.0])
    assert few["city"].tolist()[:3] == ["(rare)", "(rare)", "bonn"]
