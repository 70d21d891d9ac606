import re
import time

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame
from workbench.cli import early_table
from workbench.cli.early_table import check_campaigns, check_table
from workbench.errors import DataError, ParameterError, SchemaError, WorkbenchError
from workbench.files.shipped import data_path

GIVEN = {"target": "bought", "campaign": "month"}


def exactly(message):
    return f"^{re.escape(message)}$"


def contacts(n=60):
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "month": np.repeat(["2024-01", "2024-02", "2024-03"], n // 3),
            "age": rng.integers(18, 90, n),
            "bought": np.tile(["yes", "no", "no"], n // 3),
            "note": "two\nlines",
        }
    )


@pytest.fixture(params=["small", "large"])
def as_file(tmp_path, request, monkeypatch):
    """A function that writes a table; large files are those of which columns alone are read."""
    if request.param == "large":
        monkeypatch.setattr(early_table, "MOST_BYTES", 0)

    def write(table, name):
        path = tmp_path / name
        table.to_parquet(path) if path.suffix == ".parquet" else table.to_csv(path, index=False)
        return path

    return write


FILES = ["t.csv", "t.parquet"]


def test_what_is_said_of_the_file_is_heard(tmp_path):
    table = contacts().assign(day=["01/02/2024", "03/02/2024", "05/02/2024"] * 20)
    table.to_csv(tmp_path / "t.csv", index=False)
    given = {"table": str(tmp_path / "t.csv"), "target": "bought", "time": "day"}
    with pytest.raises(DataError, match="must have days that can be read in one way"):
        check_table("propensity", given)
    check_table("propensity", given | {"dates": "day-first"})


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "wrong",
    [
        {"target": "boght"},
        {"campaign": "moth"},
        {"customer": "id"},
        {"drop": ["nte"]},
        {"customer": "month"},
        {"treatment": "arm"},
        {"treatment": "month"},
        {"arm_probability": "age"},
        {"control": "2024-01"},
    ],
    ids=str,
)
def test_it_says_what_the_frame_says(as_file, wrong, name):
    path = as_file(contacts(), name)
    with pytest.raises(WorkbenchError) as wanted:
        FeatureFrame.from_table(path, **{**GIVEN, **wrong})
    with pytest.raises(type(wanted.value), match=exactly(str(wanted.value))):
        check_table("propensity", {"table": str(path), **GIVEN, **wrong})


def test_the_arms_of_a_large_parquet_file_are_read_whole(as_file):
    path = as_file(contacts(), "t.parquet")
    given = {"table": str(path), **GIVEN, "campaign": None, "treatment": "month"}
    check_table("features", given | {"control": "2024-01"})
    message = (
        "`control` must be an arm of 'month'; got '2024-04', there are ['2024-01', '2024-02', "
        "'2024-03']. Did you mean '2024-03'?"
    )
    with pytest.raises(ParameterError, match=exactly(message)):
        check_table("features", given | {"control": "2024-04"})


@pytest.mark.parametrize("name", FILES)
def test_a_good_table_passes(as_file, name):
    path = as_file(contacts(), name)
    check_table("propensity", {"table": str(path), **GIVEN, "test_campaigns": 1, "seed": 3})


def test_the_target_of_a_large_parquet_file_is_read_whole(as_file):
    path = as_file(contacts().assign(age=range(60)), "t.parquet")
    with pytest.raises(DataError, match="'age' must have two values; got 60"):
        check_table("propensity", {"table": str(path), "target": "age"})


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "t.csv"),
        (b"\xff\xfe\x00", "t.parquet"),
        (b"PAR1 and no more", "t.parquet"),
        (b"a,b\n1,2\n", "t.dat"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, name):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises((DataError, ParameterError, SchemaError)):
        check_table("propensity", {"table": str(path), **GIVEN})


def test_one_outcome_alone_and_the_blanks(tmp_path):
    table = contacts().assign(bought=lambda t: t["bought"].where(t["bought"] == "yes"))
    path = tmp_path / "t.csv"
    table.to_csv(path, index=False)
    message = (
        "The target 'bought' must have both outcomes; of 60 rows, all 20 that have one are "
        "positive. 40 rows have none, which counts as not known yet: where a blank means no, write "
        "so in the file. Check the target, and whether the outcomes had time to happen."
    )
    with pytest.raises(DataError, match=exactly(message)):
        check_table("propensity", {"table": str(path), **GIVEN})
    check_table("features", {"table": str(path), **GIVEN})  # which fits no model of it


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1252"])
def test_the_beginning_of_a_large_file_in_any_encoding(tmp_path, monkeypatch, encoding):
    monkeypatch.setattr(early_table, "MOST_BYTES", 0)
    monkeypatch.setattr(early_table, "_SAMPLE_BYTES", 501)  # an odd number of bytes
    table = contacts(300).drop(columns="note").rename(columns={"age": "größe"})
    path = tmp_path / "t.csv"
    text = ("\ufeff" if encoding == "utf-16-le" else "") + table.to_csv(index=False)
    path.write_bytes(text.encode(encoding))
    check_table("propensity", {"table": str(path), **GIVEN})
    with pytest.raises(SchemaError, match="'größe'"):
        check_table("propensity", {"table": str(path), "target": "grösse"})


def test_a_large_file_costs_no_second_reading(tmp_path):
    path = tmp_path / "t.csv"
    line = b"2024-01,31,yes," + b"x" * 200 + b"\n"
    with path.open("wb") as file:
        file.write(b"month,age,bought,note\n")
        for _ in range(300):
            file.write(line * 500)
    assert path.stat().st_size > early_table.MOST_BYTES
    started = time.process_time()
    check_table("propensity", {"table": str(path), **GIVEN})
    assert time.process_time() - started < 1.0


# --- files that can be read only as somebody says


def said_alike(path, **said):
    """Whether the check takes what the frame takes; both, with and without what is said."""
    with pytest.raises(WorkbenchError) as wanted:
        FeatureFrame.from_table(path, **GIVEN)
    with pytest.raises(type(wanted.value), match=exactly(str(wanted.value))):
        check_table("propensity", {"table": str(path), **GIVEN})
    FeatureFrame.from_table(path, **GIVEN, **said)
    check_table("propensity", {"table": str(path), **GIVEN, **said})


def test_days_that_are_said_to_be_first(tmp_path):
    path = tmp_path / "t.csv"
    days = {"2024-01": "05/03/2023", "2024-02": "04/05/2023", "2024-03": "03/06/2023"}
    contacts().assign(month=lambda t: t["month"].map(days)).to_csv(path, index=False)
    said_alike(path, dates="day-first")


def test_an_outcome_that_is_said_to_be_numbers(tmp_path):
    path = tmp_path / "t.csv"
    words = {"yes": "1", "no": "0"}
    table = contacts().assign(bought=lambda t: t["bought"].map(words))
    table.loc[5, "bought"] = "later"
    table.to_csv(path, index=False)
    said_alike(path, kinds={"bought": "number"})


def test_a_large_file_in_the_encoding_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(early_table, "MOST_BYTES", 0)
    path = tmp_path / "t.csv"
    table = contacts().drop(columns="note").rename(columns={"bought": "ðïçà", "age": "âîçðàñò"})
    path.write_bytes(table.to_csv(index=False).encode("cp1252"))  # Cyrillic letters of cp1251
    roles = {"table": str(path), "campaign": "month"}
    check_table("propensity", {**roles, "target": "ðïçà", "encoding": "cp1252"})
    check_table("propensity", {**roles, "target": "рпза", "encoding": "cp1251"})
    with pytest.raises(SchemaError, match="рпза"):
        check_table("propensity", {**roles, "target": "рпза", "encoding": "cp1252"})


def test_columns_that_are_said_to_be_of_a_kind_must_be_there(as_file):
    path = as_file(contacts(), "t.csv")
    with pytest.raises(SchemaError, match=r"^The table has no column 'zip'"):
        check_table("propensity", {"table": str(path), **GIVEN, "kinds": {"zip": "category"}})


def test_the_target_of_a_large_parquet_file_is_read_as_its_table_is(tmp_path, monkeypatch):
    monkeypatch.setattr(early_table, "MOST_BYTES", 0)
    path = tmp_path / "t.parquet"
    contacts().assign(bought=["yes", "no", ""] * 20).to_parquet(path)
    assert FeatureFrame.from_table(path, **GIVEN).y.isna().sum() == 20
    check_table("propensity", {"table": str(path), **GIVEN})


def declared(folder, **changes):
    """Write the sample's declaration, changed, where its tables are named by whole paths."""
    home = data_path("campaigns.toml").parent
    text = data_path("campaigns.toml").read_text().replace('file = "', f'file = "{home}/')
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    (folder / "campaigns.toml").write_text(text)
    return str(folder / "campaigns.toml")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"customer = ": "custmer = "}, "says nothing of 'custmer'"),
        ({'time = "opened_at"': 'time = "opened"'}, "opens: there is no column 'opened'"),
        ({"2024-05-13": "2023-01-01"}, "must have both outcomes; of 2,000, 0 have a known one"),
        ({"[outcome]": '[[features]]\nbuilder = "rmf"\n[outcome]'}, "got 'rmf', there are"),
        (
            {"[outcome]": '[treatment]\ncolumn = "arm"\n[outcome]'},
            "contacts: there is no column 'arm', which `treatment` names",
        ),
        (
            {"[outcome]": '[treatment]\ncolumn = "campaign"\n[outcome]'},
            "contacts: `treatment` must name a column of its own; 'campaign'",
        ),
        (
            {'[outcome]\nevents = "responses"\nuntil = "end"': ""},
            "must say what counts as a response, for something to be learned: give it an [out",
        ),
    ],
)
def test_a_declaration_is_told_what_is_wrong_before_a_kernel_starts(tmp_path, changes, message):
    with pytest.raises(WorkbenchError, match=re.escape(message)):
        check_campaigns("propensity", declared(tmp_path, **changes))


def test_a_declaration_that_can_be_used_is_not_held_up(tmp_path, monkeypatch):
    check_campaigns("propensity", declared(tmp_path))
    monkeypatch.setattr(early_table, "MOST_BYTES", 0)  # large tables are the notebook's to read
    check_campaigns("propensity", declared(tmp_path, **{'"opened_at"': '"opened"'}))
