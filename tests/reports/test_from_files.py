"""Which notebook a run takes: that of contacts in memory, or that of files."""

from pathlib import Path

import pandas as pd
import pytest

from workbench.errors import ParameterError
from workbench.files.shipped import notebook_path
from workbench.reports import from_files
from workbench.reports.from_files import choose, is_large, like_in_files

PROPENSITY, FILES = (
    notebook_path(f"{name}.ipynb") for name in ("propensity", "propensity_from_files")
)
ROLES = {"target": "bought", "campaign": "month"}


@pytest.fixture
def table(tmp_path):
    file = tmp_path / "contacts.parquet"
    pd.DataFrame({"month": ["2024-01", "2024-02"], "bought": [0, 1]}).to_parquet(file)
    return {"table": str(file), **ROLES}


@pytest.fixture
def large(table, monkeypatch):
    monkeypatch.setattr(from_files, "LARGE", 100)
    return table


def test_small_files_are_read_into_memory_and_a_word_decides(table):
    assert choose(PROPENSITY, table, stream=None) == (PROPENSITY, table, "")
    assert choose(PROPENSITY, table, stream=False) == (PROPENSITY, table, "")
    assert choose(PROPENSITY, table, stream=True) == (FILES, table, "")
    assert choose(FILES, table, stream=True) == choose(FILES, table, stream=None)
    mine = Path("mine.ipynb")
    assert choose(mine, table, stream=None) == (mine, table, "")


def test_of_a_large_file_it_is_chosen_and_said(large):
    chosen = choose(PROPENSITY, large, stream=None)
    assert chosen[:2] == (FILES, large)
    assert chosen.said == (
        "'contacts.parquet' has 0.0 GiB, and is read in blocks. To read it into memory, say "
        "`stream=False`."
    )
    assert choose(PROPENSITY, large, stream=False) == (PROPENSITY, large, "")
    shift = notebook_path("shift.ipynb")
    assert choose(shift, large, stream=None) == (shift, large, "")


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"offer": "took"}, "`offer` needs all rows in memory"),
        ({"campaign": None}, "neither `campaign` nor `time` is named"),
    ],
)
def test_a_large_file_that_must_be_in_memory_is_read_into_it_and_said(large, more, why):
    given = {**large, **more}
    chosen = choose(PROPENSITY, given, stream=None)
    assert chosen[:2] == (PROPENSITY, given)
    assert chosen.said == f"'contacts.parquet' has 0.0 GiB, and is read into memory, as {why}."


def test_no_other_file_is_large(large, tmp_path):
    (tmp_path / "contacts.csv").write_text("a,b\n" * 100)
    assert is_large(large["table"])
    assert not is_large(str(tmp_path / "contacts.csv"))
    assert not is_large(str(tmp_path))
    assert not is_large("\0")


NEEDS = "`stream` reads contacts in blocks, and judges on later campaigns; here {} all rows in "
NEEDS += "memory. Leave that out, or leave `stream` out."
REFUSED = {
    "offer": "took",
    "offer_margins": {"tea": 2.0},
    "treatment": "arm",
    "control": "none",
    "arm_probability": "p",
    "trials": "n",
    "orders_within": 30,
    "amount": "paid",
    "suppress": "no.csv",
    "governance": "governance.toml",
    "labels": "words.csv",
    "hidden_units": 250,
    "encoding": "cp1251",
    "columns": ["a", "b"],
    "release": "exact",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_needs_rows_in_memory_is_refused_by_name(table, name):
    with pytest.raises(ParameterError) as raised:
        choose(PROPENSITY, {**table, name: REFUSED[name]}, stream=True)
    assert str(raised.value) == NEEDS.format(f"`{name}` needs")


def test_all_of_it_is_told_at_once(table):
    given = {**table, "trials": "n", "suppress": "no.csv", "offer": "took"}
    with pytest.raises(ParameterError) as raised:
        choose(PROPENSITY, given, stream=True)
    assert str(raised.value) == NEEDS.format("`trials`, `suppress` and `offer` need")


def test_what_is_said_as_it_is_anyway_is_no_hindrance(table):
    given = {**table, "hidden_units": 0, "release": "private", "seed": 7, "suppress": None}
    assert choose(PROPENSITY, given, stream=True).parameters == table


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"table": None, "source": "campaigns.toml"},
            (
                "`stream` reads contacts from Parquet, and needs `table`, a file or a folder of "
                "them. Name it, or leave `stream` out: campaign tables are read into memory."
            ),
        ),
        (
            {"table": __file__},
            (
                f"`stream` reads Parquet; {__file__!r} is none. Write the table as Parquet, or "
                "leave `stream` out."
            ),
        ),
        (
            {"campaign": None},
            (
                "`stream` reads contacts in blocks, and judges on later campaigns; here neither "
                "`campaign` nor `time` is named. Name a column, a month will do, or leave `stream` "
                "out."
            ),
        ),
    ],
)
def test_what_is_missing_is_said(table, change, message):
    with pytest.raises(ParameterError) as raised:
        choose(PROPENSITY, {**table, **change}, stream=True)
    assert str(raised.value) == message


def test_other_notebooks_have_no_like():
    assert like_in_files(PROPENSITY) == like_in_files(FILES) == FILES
    for name in ("shift.ipynb", "mine.ipynb"):
        notebook = notebook_path(name) if name == "shift.ipynb" else Path(name)
        with pytest.raises(ParameterError) as raised:
            choose(notebook, {}, stream=True)
        assert str(raised.value) == (
            f"`stream` is for the template 'propensity'; got {notebook.stem!r}. Leave `stream` out."
        )


def test_stream_is_yes_no_or_open(table):
    with pytest.raises(ParameterError, match="`stream` must be one of"):
        choose(PROPENSITY, table, stream="yes")
