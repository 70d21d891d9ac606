import numpy as np
import pandas as pd
import pytest

from tests.parquet_tables import mailings, written
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.frame.streamed import first_pass as passes
from workbench.frame.streamed.first_pass import first_pass
from workbench.frame.streamed.parquet_files import ParquetFiles

ROLES = {"target": "bought", "campaign": "month", "time": None, "customer": None, "weight": None}


def looked_at(table, folder, *, drop=(), kinds=None, **roles):
    files = ParquetFiles.of(written(table, folder))
    return first_pass(files, ROLES | roles, drop=drop, kinds=kinds or {})


def test_sums_are_of_the_rows_whose_outcome_is_known(tmp_path):
    table = mailings(600)
    found = looked_at(table, tmp_path, drop=["mail_opens"])
    known = table["bought"].notna()
    assert found.features == ("web_visits", "web_spend", "mail_clicks", "job", "opted")
    total = dict(zip(found.numbers.names, found.numbers.first.sum(axis=0), strict=True))
    assert total["web_visits"] == table["web_visits"][known].sum()
    assert total["web_spend"] == pytest.approx(table["web_spend"][known].sum())
    assert found.words["job"].rows == table["job"].value_counts().to_dict()
    cooks = sum(n for (word, _), n in found.words["job"].contacts.items() if word == "cook")
    assert cooks == (table["job"][known] == "cook").sum()


def test_the_sample_is_all_of_few_rows_in_their_order(tmp_path):
    table = mailings(600)
    found = looked_at(table, tmp_path)
    assert found.is_whole
    pd.testing.assert_frame_equal(found.sample, table, check_dtype=False)


def test_of_many_rows_some_are_taken_wherever_they_stand(tmp_path, monkeypatch):
    monkeypatch.setattr(passes, "SAMPLE_ROWS", 50)
    table = mailings(600).assign(row=np.arange(600))
    found = looked_at(table, tmp_path)
    rows = found.sample["row"].to_numpy()
    assert (len(rows), found.is_whole) == (50, False)
    assert (np.diff(rows) > 0).all()
    assert np.histogram(rows, bins=3, range=(0, 600))[0].min() > 5
    table_of_keys = found.keys.table()["month"].iloc[found.sampled_key].to_numpy()
    np.testing.assert_array_equal(table_of_keys, table["month"].iloc[rows])


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1.0, np.nan, 2.0], "from 0 in every row; in one of them it is missing"),
        ([1.0, -1.0, -2.0], "from 0 in every row; in one of them it is -1"),
        (["a", "b", "c"], "The weight column 'w' must hold numbers; it is"),
    ],
)
def test_weights_are_numbers_from_nothing_on(tmp_path, weight, message):
    table = pd.DataFrame({"month": ["a"] * 3, "x": [1, 2, 3], "bought": [0, 1, 0], "w": weight})
    with pytest.raises(DataError, match=message):
        looked_at(table, tmp_path, weight="w")


def test_columns_must_be_there(tmp_path):
    with pytest.raises(SchemaError, match=r"The table has no column 'mont'; got .*Did you mean"):
        looked_at(mailings(30), tmp_path, campaign="mont")


def test_numbers_with_a_fraction_are_no_levels_of_a_stream(tmp_path):
    with pytest.raises(ParameterError) as refused:
        looked_at(mailings(30), tmp_path, kinds={"web_spend": "category"})
    assert str(refused.value) == (
        "`kinds` says that 'web_spend' is a category, and a stream spells its double block by "
        "block. Write the column as text."
    )
