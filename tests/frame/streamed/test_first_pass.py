import pickle
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parquet_tables import mailings, written
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.frame.streamed import column_sums
from workbench.frame.streamed import first_pass as passes
from workbench.frame.streamed.first_pass import Wanted, first_pass
from workbench.frame.streamed.parquet_files import ParquetFiles

ROLES = {"target": "bought", "campaign": "month", "time": None, "customer": None, "weight": None}


def looked_at(table, folder, *, drop=(), kinds=None, **roles):
    files = ParquetFiles.of(written(table, folder))
    wanted = Wanted.of(files.schema, ROLES | roles, drop=drop, kinds=kinds or {})
    return first_pass(files, wanted)


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


@settings(deadline=None, derandomize=True, max_examples=25)
@given(st.integers(1, 400), st.integers(1, 6), st.integers(0, 2**31))
def test_sums_of_parts_that_are_merged_are_those_of_one_pass(n, parts, seed):
    """Numbers of keys too; some parts are empty, and keys and words come in any part first."""
    rng = np.random.default_rng(seed)
    table = (
        mailings(n, seed=seed)
        .sample(frac=1, random_state=seed)
        .assign(
            sent=pd.Timestamp("2024-01-05") + pd.to_timedelta(rng.integers(0, 9_000, n), unit="s"),
            w=rng.integers(0, 3, n),
        )
    )
    table.loc[rng.random(n) < 0.05, "web_spend"] = np.inf
    block = pa.Table.from_pandas(table, preserve_index=False)
    roles = ROLES | {"time": "sent", "weight": "w"}
    wanted = Wanted.of(block.schema, roles, drop=(), kinds={"mail_clicks": "category"})
    whole, merged = wanted.sums(), wanted.sums()
    edges = [0, *np.sort(rng.integers(0, n + 1, parts - 1)).tolist(), n]
    for start, stop in pairwise(edges):
        part = wanted.sums()
        for low in range(start, stop, 64):
            some = block.slice(low, min(64, stop - low))
            whole.add(some)
            part.add(some)
        merged.merge(pickle.loads(pickle.dumps(part)))
    same_sums(merged, whole)


def same_sums(one, other):
    assert list(one.keys.number) == list(other.keys.number)
    assert (one.keys.rows, one.keys.weighing) == (other.keys.rows, other.keys.weighing)
    assert one.keys.weight == pytest.approx(other.keys.weight)
    pd.testing.assert_frame_equal(one.keys.table(), other.keys.table())
    pd.testing.assert_series_equal(one.keys.moments(), other.keys.moments())
    for name in ("first", "gap"):
        of = [getattr(sums.numbers, name) for sums in (one, other)]
        np.testing.assert_allclose(*of, rtol=1e-12, atol=1e-9)
    for name in ("infinite", "large", "plain", "odd", "some"):
        of = [getattr(sums.numbers, name) for sums in (one, other)]
        np.testing.assert_array_equal(*of)
    for name, words in other.words.items():
        mine = one.words[name]
        assert list(mine.rows.items()) == list(words.rows.items())
        assert mine.contacts == pytest.approx(words.contacts)
        assert mine.gaps == pytest.approx(words.gaps)
        assert (mine.level_types, mine.too_many) == (words.level_types, words.too_many)


def test_words_that_are_too_many_in_parts_together_are_too_many(monkeypatch):
    monkeypatch.setattr(column_sums, "MOST_WORDS", 3)
    block = pa.table({"bought": [0, 1] * 3, "month": ["a"] * 6, "id": list("uvwxyz")})
    wanted = Wanted.of(block.schema, ROLES, drop=(), kinds={})
    total = wanted.sums()
    for start in (0, 3):
        part = wanted.sums()
        part.add(block.slice(start, 3))
        assert not part.words["id"].too_many
        total.merge(part)
    assert total.words["id"].too_many
