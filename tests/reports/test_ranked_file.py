import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from workbench.errors import DataError
from workbench.reports.ranked_file import Unranked, write_blocks


def block(keys, propensity, campaign=None):
    made = pd.DataFrame({"customer": keys, "propensity": propensity})
    return made if campaign is None else made.assign(campaign=campaign)


def together(kept, campaigns=()):
    return pa.Table.from_batches(list(kept.ranked(campaigns)))


def test_contacts_of_all_blocks_are_ranked_together_and_ties_stand_as_they_came(tmp_path):
    kept = Unranked(tmp_path / "kept")
    kept.add(block([1, 2], [0.2, 0.9], ["b", "a"]))
    kept.add(block([3.0, np.nan], [0.2, 0.5], ["b", "b"]))
    found = together(kept, ["b", "a"]).to_pydict()
    assert found["customer"] == [None, 1, 3, 2]
    assert found["rank"] == [1, 2, 2, 1]
    assert found["campaign"] == ["b", "b", "b", "a"]


def test_ranks_are_those_of_pandas(tmp_path):
    rng = np.random.default_rng(0)
    propensity = rng.integers(0, 50, 1000) / 50
    campaign = rng.choice(["x", "y"], 1000)
    kept = Unranked(tmp_path / "kept")
    for start in range(0, 1000, 130):
        some = slice(start, start + 130)
        kept.add(block(np.arange(1000)[some], propensity[some], campaign[some]))
    found = together(kept, ["y", "x"]).to_pandas().set_index("customer").sort_index()
    wanted = pd.Series(propensity).groupby(campaign).rank(method="min", ascending=False)
    assert found["rank"].tolist() == wanted.astype(int).tolist()


@pytest.mark.parametrize(
    ("blocks", "kind", "wanted"),
    [
        ([[1, 2], [3, 4]], pa.int64(), [1, 2, 3, 4]),
        ([[1, 2], [3.0, np.nan]], pa.int64(), [1, 2, 3, None]),
        ([["01", "2"], ["3", None]], pa.large_string(), ["01", "2", "3", None]),
        ([[1, 2], ["x", "y"]], pa.large_string(), ["1", "2", "x", "y"]),
        ([[1.5, 2.0], [3.0, 4.0]], pa.large_string(), ["1.5", "2", "3", "4"]),
    ],
)
def test_a_key_has_one_type_over_all_blocks(tmp_path, blocks, kind, wanted):
    kept = Unranked(tmp_path / "kept")
    for place, keys in enumerate(blocks):
        kept.add(block(keys, [0.9 - place / 2, 0.8 - place / 2]))
    found = together(kept)
    assert found["customer"].to_pylist() == wanted
    assert pa.types.is_integer(found["customer"].type) == pa.types.is_integer(kind)


def test_without_customers_a_contact_is_its_row(tmp_path):
    kept = Unranked(tmp_path / "a[1]*?'s")  # no pattern, and no end of a text
    kept.add(pd.DataFrame({"propensity": [0.1, 0.3]}))
    kept.add(pd.DataFrame({"propensity": [0.2]}))
    assert together(kept).to_pydict()["row"] == [1, 2, 0]


def test_no_contact_at_all(tmp_path):
    expected = r"^There must be contacts to score; the table has no row\. Check it\.$"
    with pytest.raises(DataError, match=expected):
        list(Unranked(tmp_path / "kept").ranked([]))


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_blocks_are_written_under_one_header(tmp_path, suffix):
    path = tmp_path / f"s{suffix}"
    batches = [pa.RecordBatch.from_pydict({"n": [k], "text": [f"={k}"]}) for k in range(3)]
    write_blocks(iter(batches), path, quoted=False)
    back = pd.read_csv(path) if suffix == ".csv" else pd.read_parquet(path)
    assert back["n"].tolist() == [0, 1, 2]
    assert back["text"].tolist() == [f"{chr(39) * (suffix == '.csv')}={k}" for k in range(3)]
