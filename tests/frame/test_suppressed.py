import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import FeatureFrame
from workbench.errors import DataError, ParameterError, SchemaError
from workbench.frame.suppressed import still_read, without_suppressed
from workbench.reading import RawTable, Told
from workbench.tables.suppression import SuppressionList


def table(n=24):
    return pd.DataFrame(
        {
            "who": [f"C-{k % 12:04d}" for k in range(n)],
            "visits": range(n),
            "shop": [("north", "south", "C-0001", "C-0002")[k % 4] for k in range(n)],
            "bought": [k % 2 for k in range(n)],
        }
    )


def frame(**changes):
    return FeatureFrame.from_table(table().assign(**changes), target="bought", customer="who")


@given(st.sets(st.integers(0, 15)))
def test_others_keep_their_rows_to_the_bit(numbers):
    ids = {f"C-{k:04d}" for k in numbers}
    whole = frame(shop="north")
    kept = ~whole.customer.isin(ids).to_numpy()
    if not kept.any():
        with pytest.raises(DataError, match="`suppress` leaves nobody"):
            whole.without_customers(ids)
        return
    left = whole.without_customers(sorted(ids))
    pd.testing.assert_frame_equal(left.X, whole.rows(kept).X, check_exact=True)
    assert left.y.tolist() == whole.rows(kept).y.tolist()
    here = ids & set(whole.customer)
    assert left.recipe["suppressed"] == {"customers": len(here), "rows": int((~kept).sum())}


def test_no_id_is_left_in_what_a_frame_holds():
    left = frame().without_customers(["C-0001"])
    held = json.dumps([left.recipe, left.notes, left.X.astype(str).to_dict("list")], default=str)
    held += str(left.customer.tolist())
    assert "C-0001" not in held
    assert "C-0002" in held
    assert left.recipe["reading"]["shop"]["levels"] == ["C-0002", "north", "south"]
    assert left.notes[-2:] == (
        "Suppressed and left out: 1 customer with 2 rows.",
        "Other customers' rows named suppressed ones, in shop: taken out there.",
    )


def test_counts_of_two_lists_add_up():
    twice = frame().without_customers(["C-0001"]).without_customers(["C-0003", "C-0004"])
    assert twice.recipe["suppressed"] == {"customers": 3, "rows": 6}
    assert frame().without_customers([]).recipe["suppressed"] == {"customers": 0, "rows": 0}


def test_a_frame_must_know_its_customers_and_the_list_its_column():
    nobody = FeatureFrame.from_table(table().drop(columns="who"), target="bought")
    with pytest.raises(ParameterError, match="`suppress` needs `customer`"):
        nobody.without_customers(["C-0001"])
    several = pd.DataFrame({"a": ["C-0001"], "b": ["x"]})
    with pytest.raises(SchemaError, match="one that is called 'who' like the customers"):
        frame().without_customers(several)
    assert len(frame().without_customers(several, column="a")) == 22


def test_a_table_is_rid_of_them_before_it_is_read():
    raw = RawTable(table().assign(n=range(24)), ("such as 'C-0001'.",), typed=True)
    listing = SuppressionList.of(["C-0001"])
    left, found = without_suppressed(raw, listing, customer="who", told=Told())
    assert found.counts == {"customers": 1, "rows": 2}
    assert "C-0001" not in left.data.astype(str).to_csv() + str(left.notes)
    with pytest.raises(ParameterError, match="`suppress` needs `customer`"):
        without_suppressed(raw, listing, customer=None, told=Told())
    with pytest.raises(SchemaError, match=r"Did you mean 'who'\?"):
        without_suppressed(raw, listing, customer="whom", told=Told())


def test_readings_of_other_kinds_stay():
    flag = {"kind": "flag", "levels": ["no", "yes"]}
    assert still_read(flag, pd.Series([True])) == flag
