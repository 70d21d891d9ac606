"""`workbench.score` in streams: the list of the whole table, whatever its rows are read with."""

import datetime as dt
import json
import signal
import subprocess
import sys
import time
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
from workbench.datasets import sample
from workbench.errors import DataError, ParameterError, WorkbenchError
from workbench.features import FeatureSet, windows
from workbench.files.shipped import data_path
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
            (st.sampled_from(["3", " 4", "12345", "k.A.", "none", None, ""]), pa.string()),
            (st.sampled_from([Decimal("3.10"), None]), pa.decimal128(6, 2)),
        ]
    ),
    "spend": st.sampled_from(
        [
            (st.sampled_from([1.0, 12.25, 900.0, None]), pa.float64()),
            (st.sampled_from([1.0, 12.25]), pa.float32()),
            (WHOLE, pa.int64()),
            (st.sampled_from(["12.5", "3", "2024", "?", "1e1"]), pa.string()),
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


@pytest.mark.slow
@given(tables(), st.integers(1, 4), HOW, st.booleans())
@settings(max_examples=60, derandomize=True, deadline=None, phases=[Phase.generate])
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
        patch.setattr(
            ContactFiles, "blocks", lambda files, _=None, columns=None: read(files, rows, columns)
        )
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


def new_contacts(n, seed=1):
    return trained_on(2 * n).sample(n, random_state=seed, ignore_index=True).drop(columns="bought")


@pytest.fixture
def folder(tmp_path):
    """Three files of one table: each campaign is spread over them, one has an empty row group."""
    table = new_contacts(90)
    (tmp_path / "new").mkdir()
    for k in range(3):
        table.iloc[30 * k : 30 * k + 30].to_parquet(tmp_path / "new" / f"{k}.parquet", index=False)
    schema = pq.read_schema(tmp_path / "new" / "1.parquet")
    rows = pq.read_table(tmp_path / "new" / "1.parquet")
    with pq.ParquetWriter(tmp_path / "new" / "1.parquet", schema) as writer:
        for part in (rows.slice(0, 7), rows.slice(0, 0), rows.slice(7)):
            writer.write_table(part)
    table.to_parquet(tmp_path / "whole.parquet")
    return tmp_path


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_folder_is_one_table(model, folder, suffix):
    wanted = scored(model, folder / "whole.parquet", folder / f"s.{suffix}", stream=False)
    for stream in (None, True, False):
        assert scored(model, folder / "new", folder / f"s.{suffix}", stream=stream) == wanted
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["new", f"s.{suffix}", f"s.{suffix}.json", "whole.parquet"]
    )


def test_from_a_million_rows_on_it_is_done_without_a_word(model, folder, monkeypatch):
    monkeypatch.setattr("workbench.frame.to_score.STREAM_FROM", 90)
    wanted = scored(model, folder / "whole.parquet", folder / "s.csv", stream=False)
    monkeypatch.setattr("workbench.reports.score_blocks.Unranked", None)  # would be called
    assert scored(model, folder / "whole.parquet", folder / "s.csv") == wanted


def another_schema(folder):
    new_contacts(3).astype({"visits": str}).to_parquet(folder / "3.parquet", index=False)


def cut_off(folder):
    raw = (folder / "2.parquet").read_bytes()
    (folder / "2.parquet").write_bytes(raw[: len(raw) // 2])


def damaged_inside(folder):
    raw = bytearray((folder / "2.parquet").read_bytes())
    raw[4:200] = bytes(196)
    (folder / "2.parquet").write_bytes(raw)


def lacks_a_column(folder):
    for file in folder.glob("*.parquet"):
        pd.read_parquet(file).drop(columns="visits").to_parquet(file, index=False)


def lacks_campaigns(folder):
    table = pd.read_parquet(folder / "2.parquet")
    table.assign(month=table["month"].where(table.index > 0)).to_parquet(
        folder / "2.parquet", index=False
    )


def none_there(folder):
    for file in folder.glob("*.parquet"):
        file.unlink()


def no_row(folder):
    none_there(folder)
    new_contacts(3).head(0).to_parquet(folder / "a.parquet", index=False)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            another_schema,
            "All files must have the same types; 'visits' is int64 in '0.parquet' and",
        ),
        (cut_off, "'2.parquet' must be a Parquet file; it is damaged, or something else under"),
        (damaged_inside, "'2.parquet' must be a whole Parquet file; it is damaged: "),
        (lacks_a_column, "The table to score has no column 'visits'; got "),
        (
            lacks_campaigns,
            "The campaign column 'month' must have a campaign in every row; 1 are mi",
        ),
        (none_there, "There is no file *.parquet in the folder"),
        (no_row, "The table must have at least one row; 'a.parquet' has none."),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
@pytest.mark.parametrize("stream", [True, False])
def test_what_cannot_be_scored_is_told_and_leaves_the_earlier_list(
    model, folder, spoil, said, stream
):
    spoil(folder / "new")
    (folder / "s.csv").write_text("earlier")
    with pytest.raises(WorkbenchError) as refused:
        scored(model, folder / "new", folder / "s.csv", stream=stream)
    assert str(refused.value).startswith(said)
    assert (folder / "s.csv").read_text() == "earlier"
    assert sorted(one.name for one in folder.iterdir()) == ["new", "s.csv", "whole.parquet"]


def test_a_file_that_changes_in_between_is_refused(model, folder, monkeypatch):
    read = ContactFiles.blocks

    def blocks(files, rows=None, columns=None):
        for block in read(files, rows, columns):
            new_contacts(30, seed=9).to_parquet(folder / "new" / "2.parquet", index=False)
            yield block

    monkeypatch.setattr(ContactFiles, "blocks", blocks)
    with pytest.raises(DataError, match=r"'2\.parquet' has changed since it was first read"):
        scored(model, folder / "new", folder / "s.csv", stream=True)
    assert not (folder / "s.csv").exists()


@pytest.mark.parametrize("room", [3_000, 9_000])  # for the scores as they come; for the list
def test_a_full_disk_is_told_and_leaves_nothing(model, tmp_path, room):
    resource = pytest.importorskip("resource")
    new_contacts(400).to_parquet(tmp_path / "new.parquet")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(
            ParameterError, match=r"s\.csv' is not: File too large\. Choose another"
        ):
            scored(model, tmp_path / "new.parquet", tmp_path / "s.csv", stream=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [one.name for one in tmp_path.iterdir()] == ["new.parquet"]


def test_stream_is_for_tables_with_a_row_a_contact(tmp_path):
    frame = FeatureSet(windows("visits", lookbacks_days=(28,))).build(sample(), progress=False)
    fitted = RidgePropensity(alpha=0.1).fit(frame.known())
    fitted.save(tmp_path / "m.json", recipe=frame.recipe)
    source = data_path("campaigns.toml")
    with pytest.raises(ParameterError) as refused:
        workbench.score(source=source, model=tmp_path / "m.json", output="s.csv", stream=True)
    assert str(refused.value) == (
        "`stream` is for a table with a row a contact; this model was made from campaign tables, "
        "which are read at once. Leave it out."
    )


KILLED = [sys.executable, "-m", "workbench", "score", "--without-governance", "--stream"]


@pytest.mark.slow
@pytest.mark.parametrize("part", ["unranked", "s.csv"])  # while it scores; while it writes
def test_a_killed_run_leaves_no_half_file_and_the_next_one_tidies_up(model, tmp_path, part):
    new_contacts(60_000).to_parquet(tmp_path / "new.parquet")
    (tmp_path / "s.csv").write_text("earlier")
    command = [*KILLED, "--model", str(model), "--table", "new.parquet", "--output", "s.csv"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            if any(one.stat().st_size for one in tmp_path.glob(f".wb-*/{part}")):
                run.kill()
            time.sleep(0.005)
    assert run.returncode == -signal.SIGKILL
    assert (tmp_path / "s.csv").read_text() == "earlier"
    assert not (tmp_path / "s.csv.json").exists() or part == "s.csv"
    assert len(list(tmp_path.glob(".wb-*"))) == 1
    new_contacts(9).to_parquet(tmp_path / "few.parquet")
    scored(model, tmp_path / "few.parquet", tmp_path / "s.csv", stream=True)
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        *("few.parquet", "new.parquet", "s.csv", "s.csv.json")
    ]
