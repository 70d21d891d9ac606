"""Names and levels that try to leave their quotes, or the comment that names them."""

import re
import warnings

import duckdb
import pandas as pd
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from workbench import Attributes, CampaignData, Events, Outcome, RidgePropensity, features
from workbench.errors import DataWarning, ParameterError, WorkbenchError
from workbench.ridge import scoring_sql
from workbench.sql.dialects import DIALECTS
from workbench.sql.statement import one_select

PARTS = (
    *("\n", "\r", "\x0b", "\x85", "\u2028", "\u202e", "\t", "\x00", " ", "é"),
    *("DROP TABLE contacts", ";", "--", "/*", "*/", "'", '"', "`", "\\", "$$", "{", "}", "%s"),
    *("amount", "SELECT", ")", "(", "[0]", "#", "?", ":x", "@x", "${x}"),
)
HOSTILE = st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map("".join)
WRITING = ("drop", "create", "insert", "delete", "update", "alter")


def campaign_data(name, level="b"):
    customers = [f"u{k}" for k in range(4)]
    events = pd.DataFrame(
        {
            "u": customers * 3,
            "t": pd.date_range("2024-01-01", periods=12),
            name: 1.0,
            "kind": [level, "other"] * 6,
        }
    )
    return CampaignData(
        contacts=pd.DataFrame({"u": customers, "c": "s"}),
        campaigns=pd.DataFrame({"c": ["s"], "at": pd.to_datetime(["2024-06-01"]), name: [level]}),
        attributes={
            "about": Attributes(pd.DataFrame({"u": customers, name: level}), never_changes=True)
        },
        events={"ev": Events(events, time="t")},
        outcome=Outcome("ev", horizon_days=10),
        customer="u",
        campaign="c",
        as_of="at",
        observed_until="2024-09-01",
    )


def windows_of(name, level):
    return features.windows("ev", values=[name], kinds={"kind": [level]}, lookbacks_days=(91,))


BUILDERS = {
    "windows": windows_of,
    "rfm": lambda name, _: features.rfm("ev", value=name, occasion=name),
    "decay": lambda name, _: features.decay("ev", values=[name]),
    "channel": lambda *_: features.channel("ev", column="kind"),
    "attributes": lambda *_: features.attributes("about"),
    "campaign": lambda name, _: features.campaign([name]),
    "text": lambda name, level: features.text(name, words=[level]),
    "logged": lambda name, _: features.logged(features.rfm("ev", value=name)),
}


def feature_sql(name, level, dialect, builder=windows_of):
    chosen = features.FeatureSet(builder(name, level))
    return chosen.sql(campaign_data(name, level), dialect=dialect)


def model_of(name, level):
    X = pd.DataFrame({name: [0.0, 1, 2, 3, 4, 5], "kind": [level, "b", level, "b", "c", "c"]})
    return RidgePropensity(alpha=0.1).fit(X, [0, 1, 0, 1, 1, 0])


def read_back(text, dialect):
    """Return names and texts of the one SELECT that the dialect's parser finds."""
    (statement,) = sqlglot.parse(text, read=dialect)
    assert isinstance(statement, exp.Query)
    texts = {one.name for one in statement.find_all(exp.Literal) if one.is_string}
    return {one.name for one in statement.find_all(exp.Identifier)}, texts


@pytest.mark.slow
@given(name=HOSTILE, level=HOSTILE, dialect=st.sampled_from(DIALECTS))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_scoring_sql_is_one_select_and_keeps_names_and_levels(name, level, dialect):
    if name == "kind":
        return
    names, texts = read_back(scoring_sql(model_of(name, level), dialect=dialect), dialect)
    assert name in names
    assert level.strip(" ") in texts  # blanks around a level do not count, in Python either


@given(name=HOSTILE, level=HOSTILE, dialect=st.sampled_from(DIALECTS))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_feature_sql_is_one_select_and_keeps_names_and_levels(name, level, dialect):
    if name.casefold() in ("u", "t", "kind", "customer", "campaign", "time", "arrived"):
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        try:
            printed = feature_sql(name, level, dialect)
        except ParameterError as error:  # two columns of one name; names too long
            assert "twice" in str(error) or "cuts names off" in str(error)  # noqa: PT017
            return
    names, texts = read_back(printed, dialect)
    assert name in names
    assert level in texts
    head = re.split("^(?:WITH|SELECT)", printed, maxsplit=1, flags=re.MULTILINE)[0]
    assert all(line.startswith("--") for line in head.splitlines())


@given(
    name=HOSTILE,
    level=HOSTILE,
    dialect=st.sampled_from(DIALECTS),
    builder=st.sampled_from(sorted(BUILDERS)),
)
@settings(max_examples=60, deadline=None, derandomize=True)
@pytest.mark.slow
def test_what_every_builder_prints_is_one_select_or_refused(name, level, dialect, builder):
    """Refused in the project's own words: text in place of numbers, names of keys, long names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DataWarning)
        try:
            printed = feature_sql(name, level, dialect, BUILDERS[builder])
        except WorkbenchError:
            return
    read_back(printed, dialect)
    head = re.split("^(?:WITH|SELECT)", printed, maxsplit=1, flags=re.MULTILINE)[0]
    assert all(line.startswith("--") for line in head.splitlines())


@pytest.mark.parametrize(
    "evil", ["amount\nDROP TABLE contacts; --", "amount\n; CREATE TABLE pwned AS SELECT 42; --"]
)
def test_a_line_end_in_a_name_runs_nothing(evil):
    printed = feature_sql(evil, "b", "duckdb")
    database = duckdb.connect()
    database.execute(
        "CREATE TABLE contacts AS SELECT 0::BIGINT AS contact, 'u0' AS customer, "
        "TIMESTAMP '2024-06-01' AS as_of"
    )
    events = pd.DataFrame(
        {"customer": ["u0"], "time": pd.to_datetime(["2024-05-01"]), evil: [3.0], "kind": ["b"]}
    )
    database.register("events", events)
    database.execute("CREATE TABLE ev AS SELECT * FROM events")
    database.unregister("events")
    (row,) = database.execute(printed).fetchall()
    assert 3.0 in row
    assert sorted(name for (name,) in database.execute("SHOW TABLES").fetchall()) == [
        "contacts",
        "ev",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1; DROP TABLE contacts",
        "DROP TABLE contacts",
        "CREATE TABLE x AS SELECT 1",
        "SELECT 1 AS x INTO other FROM y",
        "WITH a AS (DELETE FROM x RETURNING *) SELECT * FROM a",
        "-- nothing",
        "SELECT (",
        "",
    ],
)
def test_what_is_not_one_select_is_not_printed(text):
    expected = (
        "Printed SQL must be one SELECT; a name or value in it would make it something else in "
        "postgres. Rename the columns and levels that hold signs of SQL or of control."
    )
    with pytest.raises(ParameterError, match=f"^{re.escape(expected)}$"):
        one_select(text, "postgres")


def test_comments_do_not_change_what_a_statement_is():
    assert one_select("-- a\nSELECT 1", "spark", like="SELECT 1") == "-- a\nSELECT 1"
    with pytest.raises(ParameterError, match="must be one SELECT"):
        one_select("-- a\nSELECT 2", "spark", like="SELECT 1")
