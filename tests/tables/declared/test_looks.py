import re

import pandas as pd
import pytest

from workbench.errors import DataError, MissingDataError
from workbench.tables.declared.looks import CUSTOMER, Look, look_at, share_within


def test_every_table_of_a_folder_is_read_and_what_is_none_is_left(tmp_path):
    (tmp_path / "Orders 2024.csv").write_text("id;day\n1;31.12.2023\n2;01.02.2024\n")
    pd.DataFrame({"id": [1]}).to_parquet(tmp_path / "orders_2024.parquet")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "~$open.xlsx").write_text("what Excel leaves")
    (tmp_path / "README.md").write_text("no table")
    (tmp_path / "folder.csv").mkdir()
    looks, unread = look_at(tmp_path)
    assert [(look.name, look.file) for look in looks] == [
        ("orders_2024", "Orders 2024.csv"),
        ("orders_2024_2", "orders_2024.parquet"),
    ]
    assert looks[0].dates == ["day"]
    assert list(unread) == ["empty.csv"]


def test_what_reading_leaves_open_is_kept(tmp_path):
    (tmp_path / "orders.csv").write_text("id,day\n1,05/03/2023\n2,06/07/2023\n")
    (look,), _ = look_at(tmp_path)
    assert "Say `dates`, or write them as YYYY-MM-DD" in look.doubts[0]


def test_a_folder_without_tables_is_told(tmp_path):
    with pytest.raises(DataError, match="it holds none that can be read"):
        look_at(tmp_path)
    message = f"There is no folder {str(tmp_path / 'no')!r}. Check the path."
    with pytest.raises(MissingDataError, match=f"^{re.escape(message)}$"):
        look_at(tmp_path / "no")


def test_keys_are_known_by_their_names_and_values():
    data = pd.DataFrame(
        {
            "customer_since": pd.to_datetime(["2024-01-01", "2024-01-02"]),
            "customer_value": [1.5, 2.5],
            "customer_segment_id": [1, 1],
            "CustomerID": [7, 8],
            "id": [1, 2],
            "has_customer": [True, False],
        }
    )
    look = Look("orders", "orders.csv", data)
    assert look.keys_like(CUSTOMER) == ["CustomerID", "customer_segment_id"]
    assert look.numbers_of(CUSTOMER) == []
    assert Look("customers", "c.csv", data).numbers_of(CUSTOMER) == ["id"]
    assert look.is_unique(["CustomerID"])
    assert not look.is_unique(["customer_segment_id"])


def test_shares_are_of_distinct_values():
    assert share_within([1, 1, 2, 3], {1, 2}) == pytest.approx(2 / 3)
    assert share_within([], {1}) == 0
