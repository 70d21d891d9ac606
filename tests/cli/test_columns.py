import json
import stat

import pandas as pd
import pytest


def test_columns_of_a_table_at_80_columns(shop, run_main, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run_main("columns", "--table", "shop.csv")
    assert (code, err) == (0, "")
    *shown, command = out.splitlines()
    assert max(map(len, shown)) <= 80
    assert command == (
        "  workbench run propensity --table shop.csv --target bought --campaign month "
        "--customer customer"
    )
    assert "guessed to be the target by its name, and its two values" in " ".join(out.split())
    assert "a decimal comma" in out
    assert "6 campaigns in 'month', if that is their column, in the order of time" in out


def test_the_whole_table_as_a_file_and_as_json(shop, run_main):
    typed = ["columns", "--table", "shop.csv", "--target", "bought", "--output", "c.csv", "--json"]
    code, out, err = run_main(*typed)
    assert (code, err) == (0, "")
    found = json.loads(out)
    back = pd.read_csv("c.csv", keep_default_na=False)
    assert back["column"].tolist() == [one["column"] for one in found["columns"]]
    assert stat.S_IMODE(__import__("os").stat("c.csv").st_mode) == 0o600
    raw = pd.read_csv(shop, sep=";", decimal=",", encoding="cp1252")
    gaps = {one["column"]: one["missing"] for one in found["columns"]}
    assert gaps == raw.isna().sum().to_dict()
    levels = {one["column"]: one["distinct"] for one in found["columns"]}
    assert levels == raw.nunique().to_dict()
    assert found["next"].endswith("--target bought --campaign month --customer customer")


def test_what_gives_the_outcome_away_is_named_with_what_to_type(shop, run_main):
    table = pd.read_csv(shop, sep=";", decimal=",", encoding="cp1252")
    table.assign(**{"order value": (table["bought"] == "yes") * 9.5}).to_csv("leak.csv")
    _, out, _ = run_main("columns", "--table", "leak.csv", "--target", "bought")
    assert "may give the outcome away: AUC 1.000 alone" in out
    assert "must be left out: --drop 'order value'." in out.replace("\n  ", " ")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            ["--target", "bougth"],
            (
                "The table has no column 'bougth'; got ['customer', 'month', 'mail_open', "
                "'mail_click', 'city', 'spend', 'call_seconds', 'bought']. Did you mean 'bought'?"
            ),
        ),
        (["--output", "c.txt"], "--output must be a file *.csv; got 'c.txt'."),
    ],
)
def test_what_cannot_be_is_refused(shop, run_main, typed, said):
    assert run_main("columns", "--table", "shop.csv", *typed) == (2, "", f"workbench: {said}\n")


def test_nothing_is_named(here, run_main):
    said = "Name what to look at: a table's file, --table, or data, --data."
    assert run_main("columns") == (2, "", f"workbench: {said}\n")
