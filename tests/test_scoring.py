"""`workbench.score`: the same file as the command's, and what is worth knowing of it."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

import workbench
from workbench import FeatureFrame, RidgePropensity, RidgeUplift, evidence
from workbench.cli import main
from workbench.datasets import sample
from workbench.errors import (
    DataError,
    DataWarning,
    ExtrapolationWarning,
    ParameterError,
    SchemaError,
)
from workbench.features import FeatureSet, windows
from workbench.files.shipped import data_path
from workbench.networks import NetworkPropensity


@pytest.fixture
def contacts(tmp_path):
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"id": [f"K{k}" for k in range(400)], "visits": rng.poisson(3, 400)})
    table["month"] = np.repeat(["2026-01", "2026-02"], 200)
    table["bought"] = (rng.random(400) < expit(table["visits"] - 3)).astype(int)
    table.to_csv(tmp_path / "contacts.csv", index=False)
    return table


@pytest.fixture
def model(contacts, tmp_path):
    frame = FeatureFrame.from_table(contacts, target="bought", campaign="month", customer="id")
    return RidgePropensity(alpha=0.1).fit(frame).save(tmp_path / "m.json", recipe=frame.recipe)


def test_it_writes_what_the_model_says_and_what_the_command_writes(contacts, model, tmp_path):
    table = tmp_path / "contacts.csv"
    done = workbench.score(table=table, model=model, output=tmp_path / "s.csv")
    assert (done.path, done.contacts, done.campaigns) == (tmp_path / "s.csv", 400, 2)
    assert (done.beyond, done.unit, done.notes, done.warnings) == ("", "contact", (), ())
    scores = pd.read_csv(done.path).set_index("customer")["propensity"]
    fitted = RidgePropensity.load(model)
    x = contacts.set_index("id")["visits"]
    by_hand = expit(fitted.at_zero + fitted.per_unit[0] * x)
    np.testing.assert_allclose(scores[x.index], by_hand, rtol=1e-9)

    typed = ["score", "--without-governance", "--table", str(table), "--model", str(model)]
    assert main([*typed, "--output", str(tmp_path / "t.csv")]) == 0
    assert (tmp_path / "t.csv").read_bytes() == done.path.read_bytes()


def test_options_are_those_of_the_command(contacts, model, tmp_path):
    half = contacts.assign(bought=contacts["bought"].where(contacts.index % 2 == 0))
    half.to_csv(tmp_path / "half.csv", index=False)
    with pytest.warns(DataWarning, match="200 rows have an outcome already, and are left out"):
        done = workbench.score(
            table=str(tmp_path / "half.csv"),
            model=model,
            output=tmp_path / "s.csv",
            only_open=True,
            rank_within="all",
            excel="de",
        )
    assert done.contacts == 200
    scores = pd.read_csv(done.path, sep=";", decimal=",")
    assert scores["rank_overall"].is_monotonic_increasing
    assert set(scores["customer"]) == set(contacts["id"][1::2])


def test_warnings_are_given_and_kept(contacts, model, tmp_path):
    contacts.assign(visits=contacts["visits"] + 40).to_csv(tmp_path / "far.csv", index=False)
    with pytest.warns(ExtrapolationWarning) as given:
        done = workbench.score(table=tmp_path / "far.csv", model=model, output=tmp_path / "s.csv")
    assert done.warnings == tuple(str(one.message) for one in given)
    assert "'visits' in 100.0% of rows" in done.warnings[0]
    assert done.beyond.endswith("lies outside of the trained range")


def test_a_model_whose_report_is_another_s_is_warned_of(contacts, model, tmp_path):
    from workbench.reports.pairing import join

    report = tmp_path / "r.html"
    report.write_text('<meta content="none" name="workbench-model">')
    join(report, model)
    report.write_text("edited")
    with pytest.warns(DataWarning, match="are not of one run"):
        done = workbench.score(
            table=tmp_path / "contacts.csv", model=model, output=tmp_path / "s.csv"
        )
    assert done.contacts == 400


def test_campaign_tables_say_what_is_worth_knowing(tmp_path):
    data = sample()
    frame = FeatureSet(windows("visits", lookbacks_days=(28,))).build(data, progress=False)
    fitted = RidgePropensity(alpha=0.1).fit(frame.known())
    model = fitted.save(tmp_path / "m.json", recipe=frame.recipe)
    toml = data_path("campaigns.toml")
    done = workbench.score(source=toml, model=model, output=tmp_path / "s.csv")
    assert done.contacts == len(frame.unknown()) == 250
    with pytest.raises(ParameterError, match=r"^`decimal` says how a table's file is read"):
        workbench.score(source=toml, model=model, output=tmp_path / "s.csv", decimal=",")
    with pytest.raises(ParameterError, match="was made from campaign tables, not from one flat"):
        workbench.score(table=data_path("contacts.csv"), model=model, output=tmp_path / "s.csv")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "This model was made from a table: name the new one, `table`."),
        (
            {"table": "contacts.csv", "source": "campaigns.toml"},
            "`source` and `table` both say where the data are. Keep one of them.",
        ),
        ({"table": 3}, "`table` must be"),
        ({"table": "contacts.csv", "rank_within": "month"}, "`rank_within` must be one of"),
        ({"table": "contacts.csv", "output": "s.pdf"}, "`output` must be one of"),
        ({"table": "contacts.csv", "stream": "no"}, "`stream` must be one of [None, True, False]"),
    ],
)
def test_what_cannot_be_is_refused(model, tmp_path, monkeypatch, wrong, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParameterError) as raised:
        workbench.score(**{"model": model, "output": "s.csv"} | wrong)
    assert str(raised.value).startswith(said)
    assert not (tmp_path / "s.csv").exists()


def test_tables_without_anybody_waiting_are_refused(tmp_path):
    """The same declaration, of which every outcome was known already."""
    data = sample()
    frame = FeatureSet(windows("visits", lookbacks_days=(28,))).build(data, progress=False)
    model = RidgePropensity(alpha=0.1).fit(frame.known())
    saved = model.save(tmp_path / "m.json", recipe=frame.recipe)
    declared = data_path("campaigns.toml").read_text()
    folder = data_path("campaigns.toml").parent
    for file in folder.glob("*.csv"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    contacts = pd.read_csv(tmp_path / "contacts.csv")
    contacts[contacts["campaign"] != "mail-8"].to_csv(tmp_path / "contacts.csv", index=False)
    campaigns = pd.read_csv(tmp_path / "campaigns.csv")
    campaigns[campaigns["campaign"] != "mail-8"].to_csv(tmp_path / "campaigns.csv", index=False)
    (tmp_path / "campaigns.toml").write_text(declared)
    with pytest.raises(DataError, match=r"^No contact of .* is waiting: all 1,750 have an outcome"):
        workbench.score(source=tmp_path / "campaigns.toml", model=saved, output=tmp_path / "s.csv")


def test_a_model_of_uplifts_ranks_by_uplift(contacts, tmp_path, capsys):
    """The new contacts need no arm: nobody knows yet who will be mailed."""
    arm = np.where(np.random.default_rng(1).random(400) < 0.5, "mail", "none")
    frame = FeatureFrame.from_table(
        contacts.assign(arm=arm),
        target="bought",
        campaign="month",
        customer="id",
        treatment="arm",
        control="none",
    )
    fitted = RidgeUplift(alpha=0.1).fit(frame)
    model = fitted.save(tmp_path / "u.json", recipe=frame.recipe)
    new = contacts.drop(columns="bought")
    new.to_csv(tmp_path / "new.csv", index=False)
    done = workbench.score(table=tmp_path / "new.csv", model=model, output=tmp_path / "s.csv")
    assert (done.by, done.contacts) == ("uplift", 400)
    scores = pd.read_csv(done.path).set_index("customer").loc[new["id"]]
    expected = fitted.scores(new[["visits"]])
    np.testing.assert_allclose(scores[list(expected)], expected, rtol=1e-12)

    typed = [
        "score",
        "--without-governance",
        "--table",
        str(tmp_path / "new.csv"),
        "--model",
        str(model),
    ]
    assert main([*typed, "--output", str(tmp_path / "t.csv")]) == 0
    assert (tmp_path / "t.csv").read_bytes() == done.path.read_bytes()
    assert capsys.readouterr().out.endswith(
        "t.csv: 400 contacts in 2 campaigns, largest uplift first, with reasons.\n"
    )
    workbench.score(table=tmp_path / "new.csv", model=model, output=tmp_path / "s.xlsx")
    assert (tmp_path / "s.xlsx").stat().st_size > 10_000


@pytest.fixture
def bending(tmp_path):
    """A saved network, and new contacts; the response bends in age, and cities have gaps."""
    rng = np.random.default_rng(4)
    n = 1400
    table = pd.DataFrame({"id": [f"K{k}" for k in range(n)], "age": rng.normal(45, 12, n)})
    table["visits"] = np.where(rng.random(n) < 0.1, np.nan, rng.poisson(2, n))
    table["city"] = rng.choice(["Bonn", "Rome", "Ulm"], n)
    table["month"] = np.repeat([f"2026-0{k}" for k in range(1, 8)], n // 7)
    table["bought"] = (rng.random(n) < expit((table["age"] - 45).abs() / 6 - 2)).astype(int)
    frame = FeatureFrame.from_table(table, target="bought", campaign="month", customer="id")
    with pytest.warns(DataWarning, match="Missing values in 'visits'"):
        fitted = NetworkPropensity(units=30).fit(frame)
    assert not fitted.shrunk_out_
    new = table.drop(columns="bought").iloc[:300].assign(month="2026-08")
    return fitted, fitted.save(tmp_path / "n.json", recipe=frame.recipe), new


def test_a_network_is_scored_as_its_propensity_says(bending, tmp_path, capsys):
    fitted, model, new = bending
    new.to_csv(tmp_path / "new.csv", index=False)
    done = workbench.score(table=tmp_path / "new.csv", model=model, output=tmp_path / "s.csv")
    assert (done.by, done.contacts, done.beyond, done.warnings) == ("propensity", 300, "", ())
    listed = pd.read_csv(done.path).set_index("customer").loc[new["id"]]
    expected = fitted.propensity(new[["age", "visits", "city"]])
    np.testing.assert_allclose(listed["propensity"], expected, rtol=0, atol=1e-12)
    assert listed["propensity"].nunique() > 100
    reasons = fitted.reasons(new[["age", "visits", "city"]])
    assert listed["reason_1"].tolist() == reasons["reason_1"].tolist()
    assert (listed["reason_1"].str.startswith("age = ")).mean() > 0.5

    typed = ["score", "--without-governance", "--table", str(tmp_path / "new.csv")]
    output = tmp_path / "t.csv"
    assert main([*typed, "--model", str(model), "--output", str(output)]) == 0
    assert "300 contacts in 1 campaign, best first, with reasons." in capsys.readouterr().out
    assert output.read_bytes() == done.path.read_bytes()


def test_what_a_network_never_saw_is_told_once_and_measured(bending, tmp_path):
    fitted, model, new = bending
    new = new.assign(age=new["age"] + 60).reset_index(drop=True)
    new.loc[:29, "city"] = "Oslo"
    new.loc[10:29, "age"] = np.nan
    new.to_csv(tmp_path / "far.csv", index=False)
    with warnings.catch_warnings(record=True) as at_once:
        warnings.simplefilter("always")
        expected = fitted.propensity(new[["age", "visits", "city"]])
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        done = workbench.score(table=tmp_path / "far.csv", model=model, output=tmp_path / "s.csv")
    assert {str(one.message) for one in given} == {str(one.message) for one in at_once}
    assert set(done.warnings) == {str(one.message) for one in given}
    assert "['Oslo'], 10.0% of rows" in done.warnings[1]
    assert done.warnings[0].startswith("'age' has 20 missing values, and had none in training")
    assert [one.category for one in given].count(ExtrapolationWarning) == 1
    listed = pd.read_csv(done.path).set_index("customer").loc[new["id"]]
    np.testing.assert_allclose(listed["propensity"], expected, rtol=0, atol=1e-12)
    with warnings.catch_warnings(action="ignore"):
        found = evidence.beyond_training(fitted, new[["age", "visits", "city"]])
    assert f"; {found.share:.1%} of what moves the scores lies outside" in done.beyond
    assert found.table.index[0] == "age"


def test_a_network_s_file_that_was_edited_is_refused(bending, tmp_path):
    _, model, new = bending
    new.to_csv(tmp_path / "new.csv", index=False)
    model.write_text(model.read_text().replace('"bias": ', '"bias": 1e-3, "nobody": ', 1))
    with pytest.raises(SchemaError, match="damaged or edited"):
        workbench.score(table=tmp_path / "new.csv", model=model, output=tmp_path / "s.csv")
    assert not (tmp_path / "s.csv").exists()
