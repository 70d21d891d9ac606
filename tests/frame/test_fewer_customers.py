import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.datasets import sample
from workbench.errors import DataError
from workbench.frame.fewer_customers import FewerCustomers, frame_without
from workbench.tables.suppression import SuppressionList


def block(first, n=4):
    who = pd.Series([f"C-{k:04d}" for k in range(first, first + n)])
    X = pd.DataFrame({"v": range(n), "by": ["C-0001", "x", "y", "z"][:n]})
    return FeatureFrame(X, pd.Series(np.nan, range(n)), customer=who)


def left_out(*lists):
    return FewerCustomers([SuppressionList.of(one) for one in lists])


def test_blocks_lose_their_customers_and_are_counted_together():
    left = left_out(["C-0001", "C-0006", "C-9999"], ["C-0006", "C-0007"])
    blocks = list(left.frames([block(0), block(4)]))
    assert [len(one) for one in blocks] == [3, 2]
    assert left.counts == {"customers": 3, "rows": 3, "unknown": 1}
    assert left.sentence().endswith(
        "3 customers with 3 rows; 1 id of the list has no contact here."
    )
    assert not any("C-0001" in one.X.to_csv() for one in blocks)


def test_places_stay_with_their_rows_and_empty_blocks_are_left_out():
    left = left_out([f"C-{k:04d}" for k in (0, 1, 2, 3, 5)])
    ((fewer, places),) = left.frames([(block(0), np.arange(4)), (block(4), np.arange(4, 8))])
    assert (len(fewer), places.tolist()) == (3, [4, 6, 7])


def test_nobody_left_is_an_error_and_no_list_changes_nothing():
    nobody = left_out([f"C-{k:04d}" for k in range(4)])
    with pytest.raises(DataError, match="`suppress` leaves nobody: all 4 rows"):
        list(nobody.frames([block(0)]))
    one = block(0)
    assert list(FewerCustomers([]).frames([one])) == [one]


def test_campaign_tables_are_counted_by_contacts():
    data = sample()
    ids = data.contacts["customer"].unique()
    left = left_out([*ids[:3], 10**9], ids[2:5])
    fewer = left.of_tables(data)
    rows = int(data.contacts["customer"].isin(ids[:5]).sum())
    assert left.counts == {"customers": 5, "rows": rows, "unknown": 1}
    assert len(fewer.contacts) == len(data.contacts) - rows


def test_a_table_is_the_same_as_one_that_never_had_them(tmp_path):
    rng = np.random.default_rng(2)
    whole = pd.DataFrame(
        {
            "id": [f"C-{k:04d}" for k in range(60)],
            "city": pd.Categorical(
                [f"city {k % 7}" if k % 10 else f"C-{k:04d}" for k in range(60)]
            ),
            "v": rng.normal(size=60),
            "bought": rng.integers(0, 2, 60),
        }
    )
    ids = [f"C-{k:04d}" for k in range(0, 60, 10)]
    said = {"target": "bought", "customer": "id"}
    left = frame_without(whole, ids, said)
    rest = whole[~whole["id"].isin(ids)].reset_index(drop=True)
    never = FeatureFrame.from_table(rest.assign(city=rest["city"].astype(str)), **said)
    left_X = left.X.assign(city=left.X["city"].astype(str))
    pd.testing.assert_frame_equal(left_X, never.X, check_exact=True)
    assert left.recipe["reading"]["city"]["levels"] == never.recipe["reading"]["city"]["levels"]
    whole.to_csv(tmp_path / "t.csv", index=False)
    pd.Series(ids).to_csv(tmp_path / "no.csv", index=False, header=False)  # without a header line
    assert len(frame_without(tmp_path / "t.csv", tmp_path / "no.csv", said)) == 54
