"""`workbench.score` in streams: the list of the whole table, whatever its rows are read with."""

import datetime as dt
import json
import warnings
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import workbench
from workbench import FeatureFrame, RidgePropensity
from workbench.errors import ParameterError, WorkbenchError
from workbench.frame.contact_files import ContactFiles


def trained_on(n=300):
    rng = np.random.default_rng(5)
    table = pd.DataFrame(
        {
            "id": [f"K{k}" for k in range(n)],
            "month": rng.choice(["2024-01", "2024-02", "2024-03"], n),
            "visits": rng.poisson(3, n),
            "spend": rng.gamma(2, 50, n).round(2),
            "member": rng.choice(["yes", "no"], n),
            "grade": rng.choice(["1", "2", "2b"], n),
            "region": rng.choice(["north", "south", "west"], n),
        }
    )
    chance = 1 / (1 + np.exp(3 - table["visits"] - (table["grade"] == "2b")))
    return table.assign(bought=(rng.random(n) < chance).astype(int))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model of a file of text, whose columns were read by what they hold."""
    folder = tmp_path_factory.mktemp("model")
    trained_on().to_csv(folder / "train.csv", index=False)
    roles = {"target": "bought", "campaign": "month", "customer": "id"}
    frame = FeatureFrame.from_table(folder / "train.csv", **roles)
    return RidgePropensity(alpha=0.01).fit(frame).save(folder / "m.json", recipe=frame.recipe)


def scored(model, table, output, **how):
    """Score a table; return what is in the list and beside it, and all that was said."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        done = workbench.score(table=table, model=model, output=output, **how)
    beside = json.loads(output.with_name(output.name + ".json").read_text())
    told = done.contacts, done.campaigns, done.beyond, done.unit, done.by, done.notes, done.warnings
    return output.read_bytes(), beside, told, [(w.category, str(w.message)) for w in said]


WHOLE = st.one_of(st.none(), st.sampled_from([0, 1, 2, 3, 40]))
COLUMNS = {
    "id": st.sampled_from(
        [
            (st.sampled_from(["K1", "K2", "K7", None]), pa.string()),
            (st.one_of(st.none(), st.integers(1, 5)), pa.int64()),
            (st.sampled_from([1.0, 2.0, 2.5, None]), pa.float64()),
            (st.sampled_from([Decimal(7), Decimal(8), None]), pa.decimal128(20, 0)),
            (st.sampled_from(["007", "7"]), pa.dictionary(pa.int32(), pa.string())),
        ]
    ),
    "month": st.sampled_from(
        [
            (st.sampled_from(["2024-03", "2024-01", "=x", "May"]), pa.string()),
            (st.sampled_from([dt.date(2024, 3, 1), dt.date(2023, 1, 1)]), pa.date32()),
            (st.sampled_from([202401, 202403]), pa.int32()),
            (st.sampled_from([2024.1, 2024.0, 7.35]), pa.float64()),
        ]
    ),
    "visits": st.sampled_from(
        [
            (WHOLE, pa.int16()),
            (st.sampled_from([1.0, 1.5, None, 90.0]), pa.float64()),
            (st.sampled_from(["3", " 4", "k.A.", "none", None, ""]), pa.string()),
            (st.sampled_from([Decimal("3.10"), None]), pa.decimal128(6, 2)),
        ]
    ),
    "spend": st.sampled_from(
        [
            (st.sampled_from([1.0, 12.25, 900.0, None]), pa.float64()),
            (st.sampled_from([1.0, 12.25]), pa.float32()),
            (WHOLE, pa.int64()),
            (st.sampled_from(["12.5", "3", "?", "1e1"]), pa.string()),
        ]
    ),
    "member": st.sampled_from(
        [
            (st.sampled_from([True, False, None]), pa.bool_()),
            (st.sampled_from(["yes", "NO", "maybe", None]), pa.string()),
            (st.sampled_from([0, 1, None]), pa.int8()),
        ]
    ),
    "grade": st.sampled_from(
        [
            (st.sampled_from(["1", "1.0", "2b", "new", None]), pa.string()),
            (st.sampled_from([1, 2, None, 3]), pa.int64()),
            (st.sampled_from([1.0, 2.0, None, 1.5]), pa.float64()),
            (st.sampled_from([1.0, 2.0, None]), pa.float64()),
            (st.sampled_from(["1", "2b"]), pa.dictionary(pa.int8(), pa.string())),
            (
                st.sampled_from([pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-01 05:00")]),
                pa.timestamp("us"),
            ),
        ]
    ),
    "region": st.sampled_from(
        [
            (st.sampled_from(["north", "Süd", "NA", "n/a", "a\rb", None]), pa.string()),
            (st.just(None), pa.null()),
        ]
    ),
    "bought": st.sampled_from(
        [
            (st.sampled_from([0, 1, None]), pa.int64()),
            (st.sampled_from(["1", "", None]), pa.string()),
        ]
    ),
}


@st.composite
def tables(draw):
    """Tables of any types, some of them in a way of their own that scoring must refuse."""
    rows = draw(st.integers(1, 9))
    made = {}
    for name, kinds in COLUMNS.items():
        values, kind = draw(kinds)
        cells = draw(st.lists(values, min_size=rows, max_size=rows))
        made[name] = pa.array(cells, kind)
    return pa.table(made)


HOW = st.fixed_dictionaries(
    {
        "rank_within": st.sampled_from(["campaign", "all"]),
        "only_open": st.booleans(),
        "excel": st.sampled_from([None, None, "de"]),
    }
)


@given(tables(), st.integers(1, 4), HOW, st.booleans())
@settings(max_examples=120, derandomize=True, deadline=None, phases=[Phase.generate])
def test_scores_are_the_same_whatever_the_size_of_a_block(
    model, tmp_path_factory, table, rows, how, gone
):
    folder = tmp_path_factory.mktemp("new")
    pq.write_table(table, folder / "new.parquet", row_group_size=3)
    how = how | (
        {"suppress": ["K1", "7"] if pa.types.is_string(table["id"].type) else [2, 7]}
        if gone
        else {}
    )

    def outcome(stream):
        try:
            return scored(model, folder / "new.parquet", folder / "s.csv", stream=stream, **how)
        except WorkbenchError as error:
            return error

    whole = outcome(stream=False)
    read = ContactFiles.blocks
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ContactFiles, "blocks", lambda files, _: read(files, rows))
        patch.setattr("workbench.reports.ranked_on_disk.ROWS_AT_ONCE", 2)
        streamed = outcome(stream=True)
        chosen = outcome(stream=None)
    for one in (streamed, chosen):
        if isinstance(one, ParameterError) and str(one).startswith("`stream` must read each row"):
            assert one is streamed
        elif isinstance(one, WorkbenchError):
            assert type(one) is type(whole), (one, whole)
        else:
            assert one == whole
