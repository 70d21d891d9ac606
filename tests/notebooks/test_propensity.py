"""The propensity notebook on flat tables of every shape, and on Complete Journey."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import log_loss, roc_auc_score

import workbench
from tests.offers_planted import contacts
from workbench import FeatureFrame, RidgeMultinomial, RidgePropensity, load, metrics
from workbench.datasets import complete_journey, planted
from workbench.evidence import beyond_training, by_segment, hold_out, out_of_time
from workbench.features import FeatureSet
from workbench.files.shipped import data_path, notebook_path
from workbench.governance.told_rates import told_rates
from workbench.language import speaking
from workbench.networks import NetworkPropensity
from workbench.reports import offer_findings
from workbench.reports.execute import CellError
from workbench.reports.judged_on import fingerprint
from workbench.reports.run import run_notebook

pytestmark = [pytest.mark.notebook]

NOTEBOOK = notebook_path("propensity.ipynb")
SAID_ONCE = {"features"}


def flat(n=1500, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3)).round(3)
    chance = 1 / (1 + np.exp(1.5 - 1.2 * x[:, 0]))
    return pd.DataFrame(
        {
            "spring_a": x[:, 0],
            "spring_b": x[:, 1],
            "noise": x[:, 2],
            "campaign": np.sort(rng.integers(1, 9, n)),
            "bought": (rng.random(n) < chance).astype(int),
        }
    )


def check_segments(said, split, propensity, earned):
    """Hold that the report says of the column that was named what `by_segment` does."""
    found = by_segment(split.test, propensity, by="noise", cost=1.0, margin=4.0)
    assert "By noise: 5 segments." in said
    assert replace(found, table=told_rates(found.table)).sentence() in said
    assert found.table["profit"].sum() == pytest.approx(earned)


def auc_within(test, propensity):
    """The AUC of each campaign, weighed by its responses."""
    by_campaign = [
        (group.sum(), roc_auc_score(group, propensity[group.index]))
        for _, group in test.y.groupby(test.campaign)
    ]
    return np.average([a for _, a in by_campaign], weights=[n for n, _ in by_campaign])


def check_judged(judged, split, waiting, report):
    """Hold that the model tells which contacts it was judged on, and the report does not."""
    assert judged["contacts_sha256"] == fingerprint(split.test)
    assert (judged["campaigns"], judged["responses"]) == (["6", "7"], split.test.y.sum())
    assert (judged["waiting"], judged["release"]) == (waiting.sum(), "private")
    assert judged["contacts_sha256"] not in report.read_text("utf-8")


def check_labels(said, saved, tuner, labels):
    """Hold that the reader's words are in the text, in the model and in the view."""
    assert "Visits in spring" in said
    assert "spring_b" not in said
    assert saved.labels_ == labels
    assert tuner["called"] == {name: labels[name] for name in ("spring_b", "spring")}


def test_its_figures_are_those_of_a_model_that_never_saw_the_last_campaigns(
    tmp_path, run, figures, page, said_twice, penalties, states
):
    """One run tells all that a plain table tells: figures, the saved model, what is outside."""
    table = flat().astype({"bought": "float64"})
    table["rising"] = table["campaign"] + 0.3 * table["noise"]
    waiting = (table["campaign"] == 8).to_numpy()
    table.loc[waiting, "bought"] = np.nan
    money = {"cost": 1.0, "margin": 4.0, "currency": "EUR"}
    labels = {"spring_b": "Visits in spring", "spring": "In spring", "bought": "Purchase"}
    finished = run(table, tmp_path, campaign="campaign", labels=labels, segment="noise", **money)
    frame = FeatureFrame.from_table(table, target="bought", campaign="campaign")
    split = out_of_time(frame)
    assert split.test.campaigns == [6, 7]
    propensity = RidgePropensity().fit(split.train).propensity(split.test)
    told = figures(finished)
    assert told["Log loss"] == pytest.approx(log_loss(split.test.y, propensity), rel=1e-9)
    assert told["AUC, all contacts"] == pytest.approx(roc_auc_score(split.test.y, propensity))
    assert told["AUC within campaigns"] == pytest.approx(auc_within(split.test, propensity))
    chosen = propensity > 1.0 / 4.0
    earned = 4.0 * split.test.y[chosen].sum() - chosen.sum()
    assert told["Profit at cost 1, margin 4"] == pytest.approx(earned)
    gain = earned - (4.0 * split.test.y.sum() - len(split.test))
    assert told["Gain at cost 1, margin 4"] == pytest.approx(gain)
    assert told["Log loss"] < metrics.performance(split.test.y, propensity)["base_log_loss"][0]

    saved = RidgePropensity.load(finished.model)
    assert saved.training_["contacts"] == (~waiting).sum()  # from every known outcome
    kept, shown = saved.headline_, json.loads(json.dumps(finished.headline.to_dict()))
    assert kept["verdict"] == shown["verdict"]
    assert [f["value"] for f in kept["figures"]] == [f["value"] for f in shown["figures"]]
    check_judged(kept["judged"], split, waiting, finished.report)
    check_segments(said := " ".join(page(finished).get_text().split()), split, propensity, earned)
    assert f"{waiting.sum()} contacts are waiting." in said
    assert re.search(r"(\d+\.\d|Less than 0\.1)% of what moves these scores away from", said)
    assert re.search(
        r"counts as the nearest number inside: .*'rising' in \d\d\.\d% of contacts\.", said
    )
    assert "Numbers outside of the trained range" not in said  # a line of the report, no warning
    assert re.search(r"contacting everybody, -?[\d,.]+ EUR\.", said)
    assert finished.headline.verdict == "with care"
    assert "4 campaigns were judged by earlier ones" in finished.headline.why
    assert finished.headline.title == "Propensity: Purchase"
    (tuner,) = [one for one in states(page(finished)) if "kept_columns" in one]
    check_labels(said, saved, tuner, labels)
    places, differing = said_twice(page(finished))
    assert differing == {}
    assert {name for name, told in places.items() if len(told) < 2} <= SAID_ONCE
    told, shown = penalties(page(finished))
    told["spring"] = told.pop(labels["spring"])
    assert set(shown) == set(told)
    for group, penalty in told.items():  # the sliders have two digits
        assert shown[group] == pytest.approx(penalty, rel=0.05), group
    changed = page(finished)
    changed.select(".headline-figure .value")[2].string = "1 EUR"
    assert list(said_twice(changed)[1]) == ["profit"], "another figure would be found"


@pytest.mark.slow
def test_hidden_units_that_are_proven_make_the_score(tmp_path, run, figures, page):
    """Of a world that bends: the row beside the linear model, the file, and the list of it."""
    sizes = {"train_campaigns": 9, "new_campaigns": 0, "rows": 150, "stable": 3, "spiky": 1}
    frame = planted(**sizes, curved=2.5, curvature="absolute values", seed=1).frame
    table = frame.X.assign(campaign=frame.campaign, bought=frame.y)
    finished = run(table, tmp_path, campaign="campaign", hidden_units=16, language="de")
    frame = FeatureFrame.from_table(tmp_path / "shop.parquet", target="bought", campaign="campaign")
    split = hold_out(frame)
    asked = {"units": 16, "hidden": "always"}
    tried = NetworkPropensity(**asked).fit(split.train)
    assert tried.gain_.proven
    loss = log_loss(split.test.y, tried.propensity(split.test))
    assert figures(finished)["Log loss"] == pytest.approx(loss, rel=1e-9)
    said = " ".join(page(finished).get_text().split())
    with speaking("de"):
        assert " ".join(tried.hidden_fact().split()) in said
    assert "ohne verborgene Einheiten" in said
    assert "hidden_0" not in said, "no unit means anything by itself"
    saved = NetworkPropensity.load(finished.model)
    assert saved.training_["contacts"] == len(frame)
    assert saved.headline_["figures"][-1]["name"] == "Log loss"
    outlook = {"half_life": tried.half_life_, "slope": tried.slope_}
    outlook["base_rate"] = "recent" if tried.outlook_.recent else "training"
    expected = tried.of_more_rows(frame, **outlook).propensity(frame)
    np.testing.assert_allclose(saved.propensity(frame), expected, rtol=1e-9)


def test_without_campaigns_it_says_what_it_cannot_know(tmp_path, run, figures, page):
    finished = run(flat().drop(columns="campaign"), tmp_path)
    said = " ".join(page(finished).get_text().split())
    assert (
        "drawn at random. That says how well it ranks more of the same, and nothing about" in said
    )
    assert finished.headline.why.startswith(
        "How it does on the next campaign is not known: the table names no campaigns. "
        "Name a column that does, a month will do."
    )
    assert "AUC within campaigns" not in figures(finished)
    assert "Segments:" not in said, "none was named"


@pytest.mark.slow
def test_time_alone_makes_the_latest_contacts_the_test(tmp_path, run, figures, page):
    table = flat().drop(columns="campaign").sample(frac=1, random_state=1, ignore_index=True)
    table["sent"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(table.index % 400, unit="D")
    table["who"] = table.index % 500
    finished = run(table, tmp_path, time="sent", customer="who")
    assert finished.headline.sentence.startswith("On 4 later campaigns, not seen before, ")
    said = " ".join(page(finished).get_text().split())
    assert "the months of 'sent' are the campaigns, 14 of them, from 2024-01 to other." in said
    latest = table[table["sent"] >= "2024-11-01"]
    assert f"judged on {len(latest)} contacts of 4 campaigns since 2024-11-01." in said
    assert "AUC within campaigns" in figures(finished)


@pytest.mark.slow
def test_campaigns_in_no_order_are_not_called_later(tmp_path, run, page):
    table = flat().assign(campaign=lambda t: t["campaign"].map(dict(enumerate("-hcfabgde"))))
    finished = run(table, tmp_path, campaign="campaign")
    assert finished.headline.sentence.startswith("On 2 other campaigns, not seen ")
    assert finished.headline.why.startswith(
        "How it does on the next campaign is not known: the order of the campaigns in time is not. "
        "Name the time column, or give the order."
    )
    said = " ".join(page(finished).get_text().split())
    assert "later campaign" not in said
    assert "Span" not in finished.headline.facts
    numbers = ["spring_a", "spring_b", "noise"]
    within = table.assign(**table[numbers].round(0))
    ordered = run(within, tmp_path, campaign="campaign", order=list("hcfabgde"))
    assert ordered.headline.sentence.startswith("On 2 later campaigns, not seen before, ")
    assert "No number that moves these scores is outside of the range" in " ".join(
        page(ordered).get_text().split()
    )


@pytest.mark.slow
def test_one_campaign_is_no_error(tmp_path, run, page):
    finished = run(flat().assign(campaign="Spring"), tmp_path, campaign="campaign")
    assert finished.headline.sentence.startswith("On contacts drawn at random, not seen before, ")
    assert (
        "is not known: all outcomes that are known are of one campaign. Ask again after the next "
        "one."
    ) in finished.headline.why
    assert "drawn at random, as all are of one campaign." in page(finished).get_text()


def test_constant_columns_alone_are_nothing_to_learn_from(tmp_path, run):
    table = flat()[["campaign", "bought"]].assign(country=3.3)
    expected = "FitError: Contacts must differ in some column; all are constant. Give more"
    with pytest.raises(CellError, match=re.escape(expected)):
        run(table, tmp_path, campaign="campaign")


@pytest.mark.slow
def test_aggregated_rows_weigh_as_many_contacts_as_they_stand_for(tmp_path, run, figures):
    rows = flat().round({"spring_a": 0, "spring_b": 0, "noise": 0})
    keys = ["spring_a", "spring_b", "noise", "campaign"]
    cells = rows.groupby(keys)["bought"].agg(["sum", "size"]).reset_index()
    cells = cells.sort_values("campaign").rename(columns={"sum": "bought", "size": "clicks"})
    (tmp_path / "cells").mkdir()
    (tmp_path / "rows").mkdir()
    one = run(rows, tmp_path / "rows", campaign="campaign")
    other = run(cells, tmp_path / "cells", campaign="campaign", trials="clicks")
    assert figures(other) == pytest.approx(figures(one), rel=1e-5)
    assert dict(other.headline.facts)["Contacts"] == "1,500"


@pytest.mark.slow
def test_the_same_input_gives_the_same_model_and_report_to_the_byte(tmp_path, run):
    first = run(flat(), tmp_path, campaign="campaign")
    model, report = first.model.read_bytes(), first.report.read_bytes()
    first.model.unlink()  # or the second report would show the first one's figures
    second = run(flat(), tmp_path, campaign="campaign")
    assert second.model.read_bytes() == model
    assert second.report.read_bytes() == report


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::workbench.errors.DataWarning")  # gaps, and months to come
def test_own_campaign_tables_go_from_their_declaration_to_the_report(tmp_path, figures):
    declaration = str(data_path("campaigns.toml"))
    finished = run_notebook(NOTEBOOK, output=tmp_path, parameters={"source": declaration})
    assert finished.headline.title == "Who responds to the next mail?"
    assert dict(finished.headline.facts)["Data"] == "A made-up shop"
    data = load(declaration)
    frame = FeatureSet.declared(data).build(data, progress=False)
    split = hold_out(frame)
    expected = RidgePropensity().fit(split.train)
    loss = log_loss(split.test.y, expected.propensity(split.test))
    assert figures(finished)["Log loss"] == pytest.approx(loss, rel=1e-9)
    assert RidgePropensity.load(finished.model).recipe_["tables"]["visits"]["time"] == "visited_at"


@pytest.mark.slow
def test_complete_journey_from_tables_to_report_and_scores(tmp_path, figures, page, said_twice):
    finished = run_notebook(NOTEBOOK, output=tmp_path)
    told = figures(finished)
    assert told["AUC, all contacts"] >= 0.80
    assert told["AUC within campaigns"] > 0.78
    notes = {figure.name: figure.note for figure in finished.headline.figures}
    assert told["Log loss"] < float(notes["Log loss"].removeprefix("the base rate gets "))
    assert finished.headline.verdict == "ready"
    assert finished.report.stat().st_size < 2_000_000
    report = page(finished)
    assert said_twice(report)[1] == {}
    assert [h.get_text() for h in report("h2")] == [
        "The data",
        "What is known of a contact",
        "How the model is judged",
        "The model",
        "What it depends on",
        "How it does on contacts it has not seen",
        "What to expect of the next campaign",
        "Whom to contact, and what it earns",
        "The model card",
    ]
    assert all(picture["alt"].count(" ") > 3 for picture in report("img"))
    model = RidgePropensity.load(finished.model)
    waiting = FeatureSet.from_dict(model.recipe_).build(complete_journey()).unknown()
    assert len(waiting) == 785
    # no warning, though 260 wait in a campaign longer than any before: its weight is that small
    assert model.propensity(waiting).between(0, 1).all()
    beyond = beyond_training(model, waiting).table.loc["campaign_duration_days"]
    assert beyond["above_share"] == pytest.approx(260 / 785, abs=0.002)
    assert beyond["log_odds"] < 0.01


@pytest.mark.slow
def test_offers_that_were_taken_say_which_one_to_make_to_whom(tmp_path, run, page):
    """One run: what it tells in German, the model of offers, and the list that it makes."""
    table = contacts(1500, campaigns=6)
    waiting = (table["month"] == "2024-06").to_numpy()
    table["bought"] = table["bought"].where(~waiting)
    table.loc[waiting, "took"] = None
    rare = table.index[table["took"].notna()][:3]
    table.loc[rare, "took"] = "Rarität"
    roles = {"campaign": "month", "customer": "who", "offer": "took"}
    margins = {"coffee": 1.0, "green tea": 2.5, "Müsli": 4.0, "wine": 3.0}
    finished = run(table, tmp_path, **roles, offer_margins=margins, currency="EUR", language="de")
    frame = FeatureFrame.from_table(tmp_path / "shop.parquet", target="bought", **roles)
    split = hold_out(frame)
    told = offer_findings(split, margins=margins, currency="EUR")
    report = page(finished)
    said = " ".join(report.get_text().split())
    with speaking("de"):
        for sentence in told.sentences():
            assert " ".join(sentence.split()) in said
    assert "Rarität" not in finished.report.read_text("utf-8")
    assert report.find("h3", string="Das nächste beste Angebot") is not None
    assert finished.offers == tmp_path / "reports" / "offers.npz"
    model = RidgeMultinomial.load(finished.offers)
    assert model.training_["rows"] == frame.offer.notna().sum() - len(rare)
    table[waiting].to_parquet(tmp_path / "new.parquet")
    places = {"table": tmp_path / "new.parquet", "output": tmp_path / "list.parquet"}
    workbench.score(**places, model=finished.model, offers=finished.offers)
    made = pd.read_parquet(tmp_path / "list.parquet")["best_offer"].value_counts()
    (counts,) = [one for one in report("table") if "Wartende Kontakte" in str(one.caption)]
    rows = [[cell.get_text() for cell in row(["th", "td"])] for row in counts("tr")[1:]]
    assert len(rows) == len(margins)
    for name, shown in rows:
        n = made.get(name, 0)
        told = "unter 10" if 0 < n < 10 else f"{5 * np.floor(n / 5 + 0.5):.0f}"
        assert shown == told, name
    assert made.sum() == waiting.sum()
