import json

import pandas as pd
import pytest


def test_a_table_is_asked_and_open_questions_come_first(shop, run_main):
    code, out, err = run_main("check", "--table", "shop.csv", "--target", "bought")
    assert (code, err) == (0, "")
    assert out.startswith("No defect was found in the data (questions: 25, ")
    assert out.index("NEEDS A PERSON") < out.index("pass  target")
    assert "name the column: --treatment." in out
    assert "--horizon-days" in out


def test_what_blocks_ends_with_two_and_stands_first(shop, run_main):
    table = pd.read_csv(shop, sep=";", decimal=",", encoding="cp1252")
    table.assign(paid=(table["bought"] == "yes") * 9.5).to_csv("leak.csv", index=False)
    code, out, _ = run_main("check", "--table", "leak.csv", "--target", "bought")
    assert code == 2
    assert out.splitlines()[2].startswith("BLOCKED  leakage:")
    assert "--drop" in out


def test_json_is_one_object_with_every_check(shop, run_main):
    typed = ["check", "--table", "shop.csv", "--target", "bought", "--campaign", "month", "--json"]
    code, out, _ = run_main(*typed)
    told = json.loads(out)
    assert (code, told["exit_code"], told["state"]) == (0, 0, "needs a person")
    assert sum(told["counts"].values()) == len(told["checks"]) == 25
    assert {"name", "question", "state", "evidence", "next_step"} == set(told["checks"][0])


def test_campaign_tables_are_asked_with_their_features(run_main):
    from workbench.files.shipped import data_path

    code, out, _ = run_main("check", "--data", str(data_path("campaigns.toml")))
    assert code == 0
    assert "None of 122 columns gives it away." in out


def test_a_governance_file_answers_what_only_people_know(shop, here, run_main):
    (here / "governance.toml").write_text('[[channels]]\nname = "post"\nbasis = "Art. 6(1)(f)"\n')
    typed = ["check", "--table", "shop.csv", "--target", "bought", "--governance"]
    _, out, _ = run_main(*typed, "governance.toml")
    assert "pass  consent: Named for 'post'." in out
    code, _, err = run_main(*typed, "nowhere.toml")
    assert (code, "nowhere.toml" in err) == (2, True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([], "Name what to ask about: a table's file, --table, data, --data, or the folder of"),
        (["reports", "--table", "shop.csv"], "a folder is named too"),
        (["--table", "shop.csv", "--target", "bougth"], "Did you mean 'bought'?"),
        (["--table", "shop.csv", "--horizon-days", "0"], "must be a number of days above 0"),
        (["--data", "complete-journey", "--target", "x"], "--target says something of a table"),
    ],
)
def test_what_cannot_be_is_refused(shop, run_main, typed, said):
    code, out, err = run_main("check", *typed)
    assert (code, out) == (2, "")
    assert said in err


def test_a_log_of_orders_is_asked(here, run_main):
    days = pd.date_range("2023-01-01", periods=900, freq="D")
    who = [f"c{k * k % 97}" for k in range(900)]
    pd.DataFrame({"who": who, "day": days, "paid": 9.5}).to_csv("log.csv", index=False)
    typed = ["--customer", "who", "--time", "day", "--amount", "paid", "--orders-within", "30"]
    code, out, _ = run_main("check", "--table", "log.csv", *typed)
    assert code in (0, 2)
    assert "30 days after the decision" in out


def test_a_folder_is_looked_at_again(here, run_main):
    code, out, err = run_main("check", "reports")
    assert code == 2
    assert "reports" in out + err
