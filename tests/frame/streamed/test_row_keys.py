import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.frame.streamed import row_keys
from workbench.frame.streamed.row_keys import RowKeys

ALL = {"campaign": "c", "time": "t", "target": "y"}


def frame(c, t, y):
    return pd.DataFrame({"c": c, "t": pd.to_datetime(t), "y": y})


def test_keys_are_numbered_by_appearance_over_blocks():
    keys = RowKeys(ALL)
    first = frame(
        ["b", "a", "b"], ["2024-01-01 10:50", "2024-01-02 00:00", "2024-01-01 10:10"], [1, 0, 1]
    )
    second = frame(["a", "b"], ["2024-01-02 00:00", "2024-01-01 11:00"], [0, 1])
    assert keys.add(first, np.array([1.0, 0.0, 3.0])).tolist() == [0, 1, 0]
    assert keys.add(second, np.ones(2)).tolist() == [1, 2]
    assert (keys.rows, keys.weighing, keys.weight) == ([2, 2, 1], [2, 1, 1], [4.0, 1.0, 1.0])
    assert keys.table()["c"].tolist() == ["b", "a", "b"]
    assert keys.moments().tolist()[0] == pd.Timestamp("2024-01-01 10:10")  # not the hour's first


def test_rows_are_found_again_by_what_is_known():
    keys = RowKeys({"target": "y"})
    keys.add(pd.DataFrame({"y": [1.0, np.nan]}), np.ones(2))
    assert keys.find(pd.DataFrame({"y": [np.nan, 1.0, 1.0]})).tolist() == [1, 0, 0]
    assert keys.find(pd.DataFrame({"y": [0.0]})) is None


def test_columns_keep_the_types_that_a_whole_table_has():
    keys = RowKeys({"campaign": "c", "target": "y"})
    keys.add(pd.DataFrame({"c": [2024, 2025], "y": [True, None]}), np.ones(2))
    kinds = keys.table().dtypes.astype(str).to_dict()
    assert kinds["c"] == "int64"
    texts = RowKeys({"target": "y"})
    texts.add(pd.DataFrame({"y": ["yes", None]}), np.ones(2))
    assert isinstance(texts.table()["y"].dtype, pd.StringDtype)
    numbers = RowKeys({"target": "y"})
    numbers.add(pd.DataFrame({"y": [1, 0]}), np.ones(2))
    numbers.add(pd.DataFrame({"y": [np.nan]}), np.ones(1))
    assert str(numbers.table()["y"].dtype) == "float64"


def test_the_hour_that_is_there_twice_is_one():
    back = pd.to_datetime(["2024-10-27 00:50", "2024-10-27 01:10", "2024-10-27 02:10"], utc=True)
    keys = RowKeys({"time": "sent"})
    block = pd.DataFrame({"sent": back.tz_convert("Europe/Berlin")})  # 02:50, 02:10, 03:10
    assert keys.add(block, np.ones(3)).tolist() == [0, 0, 1]
    assert keys.moments().tolist() == [pd.Timestamp(f"2024-10-27 0{h}:10") for h in (2, 3)]


def test_too_many_keys_are_refused(monkeypatch):
    monkeypatch.setattr(row_keys, "MOST", 2)
    with pytest.raises(DataError) as refused:
        RowKeys({"campaign": "c"}).add(pd.DataFrame({"c": [1, 2, 3]}), np.ones(3))
    assert str(refused.value) == (
        "A stream keeps 2 different values of 'c' in mind; there are more. Name a column of "
        "campaigns with fewer, or leave `time` out."
    )


def test_a_cut_parts_an_hour_and_no_other():
    moments = ["2024-01-01 10:10", "2024-01-01 10:30", "2024-01-01 10:50", "2024-01-01 11:40"]
    block = pd.DataFrame({"t": pd.to_datetime(moments), "m": pd.to_datetime(moments)})
    cut = pd.Timestamp("2024-01-01 10:30")
    for role, column, parted in (("time", "t", [0, 1, 1, 2]), ("matured", "m", [0, 0, 1, 2])):
        plain, keys = RowKeys({role: column}), RowKeys({role: column}, cuts={role: (cut,)})
        assert plain.add(block, np.ones(4)).tolist() == [0, 0, 0, 1]
        assert plain.parted_by(role, cut).tolist() == [True, False]
        assert keys.add(block, np.ones(4)).tolist() == parted
        assert keys.find(block).tolist() == parted
        assert not keys.parted_by(role, cut).any()


def test_an_hour_may_have_several_cuts():
    moments = pd.date_range("2024-01-01 10:00", periods=6, freq="10min")
    cuts = (moments[4], moments[2])
    keys = RowKeys({"time": "t"}, cuts={"time": cuts})
    assert keys.add(pd.DataFrame({"t": moments}), np.ones(6)).tolist() == [0, 0, 1, 1, 2, 2]


def test_the_last_moment_of_outcomes_is_told_and_merged():
    keys, later = (RowKeys({"matured": "m", "target": "y"}) for _ in range(2))
    days = pd.to_datetime(["2024-01-01 10:10", "2024-01-01 10:50", None])
    keys.add(pd.DataFrame({"m": days[:2], "y": 1}), np.ones(2))
    later.add(
        pd.DataFrame({"m": [days[0] + pd.Timedelta(minutes=45), days[2]], "y": 1}), np.ones(2)
    )
    keys.merge(later)
    assert keys.matured().tolist() == [pd.Timestamp("2024-01-01 10:55"), pd.NaT]
    assert RowKeys({"target": "y"}).matured() is None
