import hashlib
import json
import re
import warnings

import numpy as np
import pandas as pd
import pytest

from tests.governance.papers.filled import FILLED, as_toml, filled
from workbench import FeatureFrame, RidgePropensity, features
from workbench.datasets import sample
from workbench.errors import DataWarning
from workbench.files.shipped import data_path
from workbench.governance import Governance


@pytest.fixture
def model_file(shop):
    """A model of the shop's table, in the place where `score` looks for it."""
    frame = FeatureFrame.from_table(
        shop, target="bought", campaign="month", customer="customer", drop=["call_seconds"]
    )
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        model = RidgePropensity(alpha=0.01).fit(frame)
    return model.save(shop.parent / "reports" / "model.json", recipe=frame.recipe)


@pytest.mark.filterwarnings("always::workbench.errors.DataWarning")  # as notes on stderr
def test_scores_beyond_training_are_told_once_and_how_much_they_are(shop, model_file, run_main):
    new = pd.read_csv(shop, sep=";", decimal=",", encoding="cp1252")
    new.assign(mail_open=new["mail_open"] + 50).to_csv("new.csv", index=False)
    code, out, err = run_main(
        "score",
        "--without-governance",
        "--table",
        "new.csv",
        "--output",
        "scores.csv",
        "--decimal",
        ".",
    )
    assert code == 0
    assert re.fullmatch(
        r"scores\.csv: 900 contacts in 6 campaigns, best first, with reasons; \d\d\.\d% of what "
        r"moves the scores lies outside of the trained range\.\n",
        out,
    )
    assert re.fullmatch(
        r"workbench: note: Numbers outside of the trained range count as the nearest inside: "
        r"'mail_open' in 100\.0% of rows, up to [\d.]+ standard deviations above\. [^\n]+\n",
        err,
    )
    reasons = pd.read_csv("scores.csv")[["reason_1", "reason_2", "reason_3"]].agg(" ".join, axis=1)
    assert reasons.str.contains(r"mail_open = \d+, counted as \d+ ").all()


@pytest.mark.filterwarnings("always::workbench.errors.DataWarning")  # as notes on stderr
def test_an_earlier_model_file_is_noted_once(shop, model_file, run_main):
    model = json.loads(model_file.read_text())
    del model["parameters"]["extrapolate"]
    for column in model["columns"]:
        del column["low"], column["high"]
    del model["checksum"], model["outlook"], model["grid"]
    model["format"] = 1
    model_file.write_text(json.dumps(model))
    code, out, err = run_main(
        "score", "--without-governance", "--table", str(shop), "--output", "scores.csv"
    )
    assert (code, out) == (
        0,
        "scores.csv: 900 contacts in 6 campaigns, best first, with reasons.\n",
    )
    assert err.count("note: This model file does not tell the range") == 1
    assert err.count("without a checksum") == 1
    assert err.count("note:") == 2


def test_cells_are_scored_as_cells(tmp_path, monkeypatch, run_main):
    monkeypatch.chdir(tmp_path)
    cells = pd.DataFrame({"price": range(12), "sent": 100, "sold": [10, 20, 30] * 4})
    cells.to_csv("cells.csv", index=False)
    frame = FeatureFrame.from_table("cells.csv", target="sold", trials="sent")
    RidgePropensity(alpha=0.1).fit(frame).save("model.json", recipe=frame.recipe)
    scored = [
        "score",
        "--without-governance",
        "--model",
        "model.json",
        "--table",
        "cells.csv",
        "--output",
        "scores.csv",
    ]
    said = "scores.csv: 12 cells, best first, with reasons.\n"
    assert run_main(*scored) == (0, said, "")


@pytest.fixture
def campaign_model(here):
    """A model of the sample's tables, and the declaration of these."""
    window = features.windows("visits", values=["amount"], lookbacks_days=(28,))
    built = features.FeatureSet(window, features.attributes("customers"))
    frame = built.build(sample(), progress=False, cache=False)
    with warnings.catch_warnings(action="ignore", category=DataWarning):
        model = RidgePropensity(alpha=0.01).fit(frame.known())
    model.save(here / "model.json", recipe=frame.recipe)
    return model, frame.unknown()


def test_contacts_of_declared_tables_are_scored_by_the_models_recipe(campaign_model, run_main):
    model, waiting = campaign_model
    declaration = str(data_path("campaigns.toml"))
    command = [
        "score",
        "--without-governance",
        "--model",
        "model.json",
        "--output",
        "s.csv",
        "--data",
        declaration,
    ]
    code, out, err = run_main(*command)
    assert (code, err) == (0, "")
    assert out.startswith("s.csv: 250 contacts in 1 campaign, best first, with reasons")
    scores = pd.read_csv("s.csv").set_index("customer")["propensity"]
    expected = pd.Series(np.asarray(model.propensity(waiting)), waiting.customer.to_numpy())
    pd.testing.assert_series_equal(
        scores.sort_index(), expected.sort_index(), check_names=False, rtol=1e-12
    )


def test_a_model_of_campaign_tables_asks_for_them_and_takes_no_others(
    campaign_model, here, run_main
):
    command = ["score", "--without-governance", "--model", "model.json", "--output", "s.csv"]
    (here / "t.csv").write_text("a,b\n1,2\n")
    for given in ([], ["--table", "t.csv"]):
        code, out, err = run_main(*command, *given)
        assert (code, out) == (2, "")
        assert "This model was made from campaign tables, not from one flat table: name the" in err
    home = data_path("campaigns.toml").parent
    text = data_path("campaigns.toml").read_text().replace('file = "', f'file = "{home}/')
    (here / "other.toml").write_text(text.replace("[events.visits]", "[events.calls]"))
    code, out, err = run_main(*command, "--data", "other.toml")
    assert (code, out) == (2, "")
    assert "These are not the tables that the model's features were made of: 1 difference." in err
    assert not (here / "s.csv").exists()


def test_only_open_contacts_are_scored(shop, model_file, run_main):
    new = pd.read_csv(shop, sep=";", decimal=",", encoding="cp1252")
    new.loc[::3, "bought"] = None
    new.to_csv("new.csv", index=False)
    typed = [
        "score",
        "--without-governance",
        "--table",
        "new.csv",
        "--decimal",
        ".",
        "--output",
        "s.csv",
        "--only-open",
    ]
    with warnings.catch_warnings(action="always"):
        code, out, err = run_main(*typed)
    assert code == 0
    assert out.startswith("s.csv: 300 contacts in 6 campaigns")
    assert "note: 600 rows have an outcome already, and are left out." in err
    assert set(pd.read_csv("s.csv")["customer"]) == set(new["customer"][::3])


def test_scores_for_german_excel_and_ranked_among_all(shop, model_file, run_main):
    typed = [
        "score",
        "--without-governance",
        "--table",
        str(shop),
        "--output",
        "s.csv",
        "--excel",
        "de",
    ]
    assert run_main(*typed, "--rank-within", "all")[0] == 0
    raw = (shop.parent / "s.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfcustomer;campaign;propensity;rank;rank_overall;reason_1;")
    assert raw.count(b"\r\n") == 901
    back = pd.read_csv("s.csv", sep=";", decimal=",", encoding="utf-8-sig")
    assert set(back["campaign"]) == {f'="2024-0{k}"' for k in range(1, 7)}
    wanted = back["propensity"].rank(method="min", ascending=False)
    assert back["rank_overall"].tolist() == wanted.astype(int).tolist() == sorted(wanted)
    within = back["propensity"].groupby(back["campaign"]).rank(method="min", ascending=False)
    assert back["rank"].tolist() == within.astype(int).tolist()


def test_scores_as_a_book_of_excel(shop, model_file, run_main):
    assert (
        run_main("score", "--without-governance", "--table", str(shop), "--output", "s.csv")[0] == 0
    )
    assert (
        run_main("score", "--without-governance", "--table", str(shop), "--output", "s.xlsx")[0]
        == 0
    )
    book = pd.read_excel("s.xlsx", engine="calamine")
    pd.testing.assert_frame_equal(book, pd.read_csv("s.csv"), rtol=1e-15)
    said = (
        "workbench: --excel says for which Excel a CSV is; --output is a file *.xlsx. Leave "
        "--excel out, or write *.csv.\n"
    )
    typed = [
        "score",
        "--without-governance",
        "--table",
        str(shop),
        "--output",
        "s.xlsx",
        "--excel",
        "de",
    ]
    assert run_main(*typed) == (2, "", said)


# --- governance and suppression


@pytest.fixture
def governance(here):
    """A filled-in file, and its path."""
    (here / "governance.toml").write_text(as_toml(FILLED), encoding="utf-8")
    return here / "governance.toml"


SCORED = ("score", "--table", "shop.csv", "--output", "s.csv")


@pytest.mark.usefixtures("model_file")
def test_no_list_without_anybody_who_answers_for_it(here, run_main):
    code, out, err = run_main(*SCORED)
    assert (code, out) == (2, "")
    assert err.startswith("workbench: A list of scores needs a governance file")
    assert "name it, --governance, or say --without-governance to write" in err
    assert not [file.name for file in here.iterdir() if file.name.startswith("s.csv")]
    assert run_main(*SCORED, "--without-governance")[0] == 0
    beside = json.loads((here / "s.csv.json").read_text())
    assert (beside["governance"], beside["without_governance"]) == (None, True)
    list_ = (here / "s.csv").read_bytes()
    assert beside["list"]["sha256"] == hashlib.sha256(list_).hexdigest()
    assert beside["list"]["bytes"] == len(list_)


@pytest.mark.usefixtures("model_file")
def test_a_governance_file_that_is_named_stands_beside_the_list(here, governance, run_main):
    code, _, err = run_main(*SCORED, "--governance", "governance.toml")
    assert (code, err) == (0, "")
    said = json.loads((here / "s.csv.json").read_text())["governance"]
    assert (said["owner"], said["review"]) == ("Ada Lovelace", "2027-06-30")
    assert said["sha256"] == hashlib.sha256(governance.read_bytes()).hexdigest()
    assert said["open"] == []
    assert (here / "s.csv.json").stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("model_file")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"people": {"owner": ""}}, "- people.owner: Who answers for the model?"),
        ({"people": {"approver": "Grace Hopper"}}, "- Grace Hopper is author and approver."),
        ({"dates": {"review": "2026-01-31"}}, "- The date 2026-01-31 is past. Review the model"),
        ({"dates": {"retention": "2026-01-31"}}, "- The date 2026-01-31 is past. Delete the model"),
    ],
)
def test_a_file_that_does_not_hold_is_refused_with_what_to_do(changes, words, here, run_main):
    (here / "governance.toml").write_text(as_toml(filled(**changes)), encoding="utf-8")
    code, out, err = run_main(*SCORED, "--governance", "governance.toml")
    assert (code, out) == (2, "")
    assert words in err
    assert "--without-governance" in err
    assert not (here / "s.csv").exists()


def test_a_model_remembers_the_governance_of_its_run(shop, model_file, governance, here, run_main):
    fitted = RidgePropensity.load(model_file)
    record = Governance.read(governance).record()
    fitted.save(model_file, recipe=fitted.recipe_, governance=record)
    assert RidgePropensity.load(model_file).governance_ == record
    assert run_main(*SCORED)[0] == 0
    said = json.loads((here / "s.csv.json").read_text())["governance"]
    assert (said["owner"], said["known_from"]) == ("Ada Lovelace", "the model")

    past = {**record, "review": "2026-01-31"}
    fitted.save(model_file, recipe=fitted.recipe_, governance=past)
    code, _, err = run_main(*SCORED)
    assert code == 2
    assert "The date 2026-01-31 is past." in err
    listing = {**record, "suppression": "objections.csv"}
    fitted.save(model_file, recipe=fitted.recipe_, governance=listing)
    code, _, err = run_main(*SCORED)
    assert code == 2
    assert "names 'objections.csv', the list of customers who objected. Give it, --suppress" in err
    assert run_main(*SCORED, "--without-governance") == (2, "", err)  # whoever objected stays out


@pytest.mark.usefixtures("model_file")
def test_suppressed_customers_are_on_no_list(shop, here, run_main):
    everybody = ("--without-governance", "--output", "all.csv")
    assert run_main("score", "--table", "shop.csv", *everybody)[0] == 0
    ids = [f"K{k:04d}" for k in range(0, 300, 3)]
    (here / "no.csv").write_text("\n".join(["customer", *ids, "K9999"]) + "\n")
    code, out, err = run_main(*SCORED, "--suppress", "no.csv", "--without-governance")
    assert (code, out) == (0, "s.csv: 800 contacts in 6 campaigns, best first, with reasons.\n")
    assert err == (
        "workbench: note: Suppressed and left out: 100 customers with 100 rows; 1 id of the list "
        "has no contact here.\n"
    )
    written = (here / "s.csv").read_text() + (here / "s.csv.json").read_text()
    assert [one for one in ids if one in written] == []
    said = json.loads((here / "s.csv.json").read_text())["suppressed"]
    assert said == {"customers": 100, "rows": 100, "unknown": 1}
    before = pd.read_csv(here / "all.csv", dtype=str).set_index("customer")["propensity"]
    after = pd.read_csv(here / "s.csv", dtype=str).set_index("customer")["propensity"]
    assert set(before.index) - set(after.index) == set(ids)
    assert (before[after.index] == after).all()


@pytest.mark.usefixtures("model_file", "shop")
def test_the_list_of_the_governance_file_is_left_out_too(here, run_main):
    (here / "lists").mkdir()
    (here / "lists" / "no.csv").write_text("who,why\nK0001,phone\n")
    said = filled(suppression={"file": "no.csv", "column": "who"})
    (here / "lists" / "governance.toml").write_text(as_toml(said), encoding="utf-8")
    (here / "more.csv").write_text("id\nK0002\n")
    named = ("--governance", "lists/governance.toml", "--suppress", "more.csv")
    assert run_main(*SCORED, *named)[0] == 0
    assert {"K0001", "K0002"}.isdisjoint(pd.read_csv(here / "s.csv")["customer"])
    assert json.loads((here / "s.csv.json").read_text())["suppressed"]["customers"] == 2


@pytest.mark.usefixtures("model_file", "shop")
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            ["--suppress", "nowhere.csv"],
            "There is no file 'nowhere.csv'. Check the path after --suppress.",
        ),
        (
            ["--governance", "no.toml"],
            "There is no file 'no.toml'. Check the path after --governance.",
        ),
        (["--suppress", "other.csv"], "would be customers' but for blanks, capitals, zeros before"),
        (["--suppress", "numbers.csv"], "the ids are numbers, the customers text"),
    ],
)
def test_lists_that_cannot_be_used_leave_nothing_behind(typed, said, here, run_main):
    (here / "other.csv").write_text("id\nk0001\nk0002\n")
    pd.DataFrame({"id": [1, 2]}).to_parquet(here / "numbers.parquet")
    typed = [one.replace("numbers.csv", "numbers.parquet") for one in typed]
    code, out, err = run_main(*SCORED, "--without-governance", *typed)
    assert (code, out) == (2, "")
    assert said in err
    assert not (here / "s.csv").exists()
    assert not (here / "s.csv.json").exists()


def test_customers_of_campaign_tables_are_left_out(campaign_model, here, run_main):
    _, waiting = campaign_model
    ids = waiting.customer.unique()[:50]
    pd.DataFrame({"customer": ids}).to_csv(here / "no.csv", index=False)
    command = ["score", "--model", "model.json", "--data", str(data_path("campaigns.toml"))]
    assert run_main(*command, "--output", "all.csv", "--without-governance")[0] == 0
    rest = ("--output", "s.csv", "--without-governance", "--suppress", "no.csv")
    code, out, _ = run_main(*command, *rest)
    assert code == 0
    assert out.startswith("s.csv: 200 contacts in 1 campaign")
    before = pd.read_csv(here / "all.csv", dtype=str).set_index("customer")["propensity"]
    after = pd.read_csv(here / "s.csv", dtype=str).set_index("customer")["propensity"]
    assert (before[after.index] == after).all()
    assert set(after.index).isdisjoint(map(str, ids))


# --- streams


@pytest.mark.usefixtures("model_file")
def test_a_list_is_the_same_in_streams_and_at_once(shop, here, run_main):
    new = pd.read_csv(shop, sep=";", decimal=",", encoding="cp1252")
    (here / "new").mkdir()
    for k, start in enumerate(range(0, len(new), 400)):
        new[start : start + 400].to_parquet(here / "new" / f"{k}.parquet", index=False)
    typed = ["score", "--without-governance", "--table", "new"]
    said = "900 contacts in 6 campaigns, best first, with reasons.\n"
    for name, how in (("a", []), ("b", ["--stream"]), ("c", ["--no-stream"])):
        output = ["--output", f"{name}.csv"]
        assert run_main(*typed, *how, *output) == (0, f"{name}.csv: {said}", "")
    (here / "workbench.toml").write_text('[score]\nstream = true\noutput = "d.csv"\n')
    told = "workbench: workbench.toml says stream, output.\n"
    assert run_main(*typed) == (0, f"d.csv: {said}", told)
    assert len({(here / f"{name}.csv").read_bytes() for name in "abcd"}) == 1


@pytest.mark.usefixtures("model_file", "shop")
def test_what_cannot_be_streamed_is_refused_in_the_words_of_the_command(here, run_main):
    (here / "new.jsonl").write_text('{"a": 1}\n')
    typed = ["score", "--without-governance", "--stream", "--output", "s.csv", "--table"]
    said = (
        "workbench: --stream must read each row by itself, and cannot: 'new.jsonl' is neither "
        "Parquet nor plain text such as CSV. Leave --stream out: the table is then read at once.\n"
    )
    assert run_main(*typed, "new.jsonl") == (2, "", said)
    (here / "empty").mkdir()
    code, _, err = run_main(*typed, "empty")
    assert (code, err.split(" in ")[0]) == (2, "workbench: There is no file *.parquet")
    code, _, err = run_main(*typed, "nowhere")
    assert (code, err) == (
        2,
        "workbench: There is no file 'nowhere'. Check the path after --table.\n",
    )
    assert not (here / "s.csv").exists()
