"""Every number of the card is one of its evidence; it turns by the calendar; ten questions."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from tests.governance.card.shop import TODAY, papers
from workbench import RidgePropensity
from workbench.errors import MissingDataError, ParameterError
from workbench.governance import disclosure, limits
from workbench.governance.card.card import ModelCard
from workbench.governance.card.figures import in_english, read
from workbench.governance.card.model_card import model_card
from workbench.governance.card.parts import Number, Said
from workbench.governance.disclosure import rounded
from workbench.governance.papers.sections import Suppression
from workbench.governance.regulation import regulation
from workbench.governance.roadmap import pilot_plan, roadmap
from workbench.governance.screen import Screen
from workbench.governance.told_rates import told_rates
from workbench.language import speaking

NUMBER = re.compile(
    r"(?<![\w.,’/+\-])[-+−]?\d(?:[\d.,’]*\d)?(?:e[-+]?\d+)?(?:\s?%)?(?![\w/+\-]|[.,]\d)"
)
OF_TEMPLATES = {"95%", "0", "1"}
"""Numbers of sentences that are the same on every card: the level of intervals, and 0 to 1."""
COUNTS = {"contacts", "positives", "customers", "rows", "unknown"}


# Looking up where a number says that it is from, by the words of its source.


def looked_up(run, papers, source):
    """The value, or the values, that a source names in the evidence of a run."""
    found = re.fullmatch(r"([\w.]+)(?:\[(.*)\]((?:\.\w+)*))?", source)
    path, label, rest = found[1].split("."), found[2], (found[3] or "").split(".")[1:]
    special = OF_MODEL.get(".".join(path))
    if special is not None:
        return special(run, label)
    thing = objects(run, papers)[path[0]]
    if path[0] == "by_campaign":
        thing = thing.set_index("campaign")
    for name in path[1:]:
        thing = step(thing, name)
    if label is not None:
        thing = at_label(thing, label)
    for name in rest:
        thing = step(thing, name)
    return thing


def step(thing, name):
    if isinstance(thing, pd.DataFrame):
        return told_rates(thing)[name]
    if isinstance(thing, dict | pd.Series):
        return thing[name]
    return getattr(thing, name)


def at_label(thing, label):
    if isinstance(thing, tuple | list):
        return thing[int(label)]
    if isinstance(thing, pd.DataFrame):  # of regulations, by key
        return thing.set_index("key").loc[label]
    by = {str(name): value for name, value in thing.items()}
    return by[label]


def objects(run, papers):
    law = SimpleNamespace(table=regulation().table)
    return {
        **run.told,
        "performance": run.told["performance"],
        "governance": papers,
        "model": run.model,
        "limits": limits,
        "disclosure": disclosure,
        "roadmap": run.road,
        "regulation": law,
        "today": TODAY,
        "headline": run.told["headline"],
    }


def counted(classes):
    return classes.value_counts().tolist()


def columns_of(run, name, feature):
    columns = run.model.columns_
    return columns.loc[columns["feature"] == feature, name].tolist()


OF_MODEL = {
    "personal.table": lambda run, label: counted(run.told["personal"].table()["class"]),
    "model.columns_.penalty": lambda run, label: columns_of(run, "penalty", label),
    "model.columns_.campaigns": lambda run, label: columns_of(run, "campaigns", label),
    "model.columns_.dropped": lambda run, _: int((~run.model.columns_["dropped"]).sum()),
    "frame.catalogue.features": lambda run, _: len(run.frame.catalogue),
    "frame.catalogue.source": lambda run, _: len(run.frame.catalogue),  # one table alone
    "frame.as_of.first": lambda run, _: disclosure.span(run.frame)[0],
    "frame.as_of.last": lambda run, _: disclosure.span(run.frame)[1],
    "frame.recipe.horizon_days": lambda run, _: run.frame.recipe["horizon_days"],
    "earned.best.depth": lambda run, _: run.told["earned"].best["depth"],
    "performance.rate": lambda run, _: told_rates(run.told["performance"].to_frame().T)["rate"],
}


def sentence_of(run, papers, source):
    """The sentence that a number is taken from, as it may be shown; None where it is none."""
    road, told = run.road, run.told
    sentences = {
        "frame.notes": lambda: " ".join([told["split"].too_few, *run.frame.notes]),
        "readiness.sentence()": told["readiness"].sentence,
        "split.sentence()": told["split"].sentence,
        "fairness.sentence()": told["fairness"].sentence,
        "fairness.told().checks()": lambda: " ".join(
            check.evidence for check in told["fairness"].told().checks()
        ),
        "earned.sentence()": lambda: told["earned"].sentence("EUR"),
        "experiment.sentence()": told["experiment"].sentence,
        "headline.verdict": lambda: told["headline"].why,
        "headline.figures": lambda: " ".join(f.note for f in told["headline"].figures),
    }
    if source == "roadmap.sentence()":
        return road.sentence()  # planned sizes, no counts of data
    if source in sentences:
        return Screen.of(run.frame).said(sentences[source]())
    gate = re.fullmatch(r"roadmap\.steps\[(\d+)\]\.gate", source)
    return road.steps[int(gate[1])].gate if gate else None


def agrees(number, value):
    """Whether a number is that of the evidence, to the digits that are written."""
    if isinstance(value, list):
        return any(agrees(number, one) for one in value)
    if isinstance(value, pd.Series):
        return any(agrees(number, one) for one in value)
    if isinstance(value, pd.Timestamp | date):
        return number.value == f"{value:%Y-%m-%d}"
    if number.value is None:
        return value is None or pd.isna(value) or 0 < float(value) < 10
    if number.source.rsplit(".", 1)[-1].split("[")[0] in COUNTS:
        return number.value == rounded(float(value))
    digits = len(number.text.rstrip("% EUR").partition(".")[2])
    scale = 100 if "%" in number.text else 1
    half = 0.5 * 10.0**-digits / scale
    if "e" in number.text or abs(number.value) >= 1000 or digits == 0:
        half = max(half, abs(number.value) * 0.005)  # written with three significant digits
    return abs(number.value - float(value)) <= half * 1.0001 + 1e-12


def test_every_number_is_one_of_the_run(run, card):
    """Of each number of the card, what it says it is from has that number."""
    told = papers()
    wrong = []
    for number in card.numbers():
        sentence = sentence_of(run, told, number.source)
        if sentence is not None:
            fine = number.text in NUMBER.findall(sentence)
        else:
            fine = agrees(number, looked_up(run, told, number.source))
        if not fine:
            wrong.append(number)
    assert wrong == [], wrong
    assert len(card.numbers()) > 150


def test_a_number_that_is_not_of_the_run_is_found(run, card):
    """The test above can fail: a digit changed is seen, in every kind of place."""
    told = papers()
    for number in card.numbers():
        sentence = sentence_of(run, told, number.source)
        if sentence is None and isinstance(number.value, float) and number.value:
            other = Number(number.value * 1.4 + 7, number.text, number.source)
            value = looked_up(run, told, number.source)
            assert not agrees(other, value), number


def all_pieces(card):
    for section in card.sections:
        yield from (piece for row in section.rows for piece in row.pieces)
        for grid in section.grids:
            yield from (piece for line in grid.rows for cell in line for piece in cell)


def free_texts(card):
    """What people wrote and names of the data: their digits are no figures of the run."""
    return [piece.text for piece in all_pieces(card) if isinstance(piece, Said)]


def without_free_texts(text, card):
    for one in sorted(free_texts(card), key=len, reverse=True):
        if any(letter.isdigit() for letter in one):
            text = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", " ", text)
    return text


def test_every_number_on_the_page_is_of_a_row_that_says_where_it_is_from(card):
    """Those of the rendered page, and of the Markdown, and of no other source."""
    known = {one for number in card.numbers() for one in NUMBER.findall(number.text)}
    known |= OF_TEMPLATES
    soup = BeautifulSoup(card.to_html(), "html.parser")
    checks = soup.find_all("details")[-1]
    checks.decompose()  # they repeat the evidence of the checks, and are tested below
    parts = [one.get_text(" ") for one in soup.find_all(["dd", "td", "th"])]
    shown = NUMBER.findall(without_free_texts(" \n ".join(parts), card))
    assert len(shown) > 150
    assert set(shown) - known == set()


def test_the_three_forms_have_the_same_numbers(card):
    html = BeautifulSoup(card.to_html(), "html.parser").get_text(" ")
    markdown = card.to_markdown().replace("\\", "")
    written = json.dumps(card.to_dict(), ensure_ascii=False)
    for number in card.numbers():
        assert number.text in html, number
        assert number.text in markdown, number
        assert json.dumps(number.to_dict(), ensure_ascii=False) in written, number


def test_each_value_is_what_its_text_says(card):
    for number in card.numbers():
        if isinstance(number.value, float | int):
            assert read(in_english(number.text)) == pytest.approx(number.value), number


QUESTIONS = {
    "purpose": ("intended-uses-limitations", "purpose"),
    "legal basis": ("personal-data", "legal-basis"),
    "data used": ("training-procedure", "data"),
    "logic involved": ("model-description", "logic"),
    "effects of the profiling": ("intended-uses-limitations", "effects"),
    "objection": ("personal-data", "objection"),
    "retention": ("personal-data", "retention"),
    "oversight": ("human-oversight", "override"),
    "fairness": ("fairness", "groups"),
    "contact": ("contact", "contact"),
}
"""What a data-protection officer asks, and the row that answers it."""


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_data_protection_officers_question_is_answered(card, question):
    assert len(card.row(*QUESTIONS[question]).text) > 5


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("purpose", "likely to buy"),
        ("legal basis", "legitimate interest"),
        ("data used", "3 features"),
        ("logic involved", "sum"),
        ("effects of the profiling", "no offer"),
        ("objection", "privacy@shop.example"),
        ("retention", "2028-12-31"),
        ("oversight", "Oscar Override"),
        ("fairness", "age_band"),
        ("contact", "privacy@shop.example"),
    ],
)
def test_and_the_answer_is_the_runs_own(card, question, answer):
    assert answer in card.row(*QUESTIONS[question]).text


def states(card):
    return {check.name: check.state for check in card.checks}


def of_day(run, today, **changed):
    law = {"pilot": roadmap(papers()), "today": today}
    return model_card(run.model, run.frame, papers(**changed), **run.told, **law)


def test_a_past_review_turns_it_red_by_itself(run):
    before, after = (of_day(run, day) for day in (date(2027, 11, 30), date(2027, 12, 1)))
    assert states(before)["review-date"] == "pass"
    assert (states(after)["review-date"], after.state) == ("blocked", "blocked")
    assert "review" in str(after.open[0]).lower()


def test_a_stale_table_of_regulations_is_named(run):
    last = regulation().dated + timedelta(days=180)
    assert states(of_day(run, last))["regulation-dated"] == "pass"
    stale = of_day(run, last + timedelta(days=1))
    assert states(stale)["regulation-dated"] == "needs repair"


def test_an_approver_who_is_the_author_is_named(run):
    card = of_day(run, TODAY, people={"approver": "arthur author"})
    assert states(card)["four-eyes"] == "blocked"
    assert card.state == "blocked"


def test_a_group_that_differs_needs_a_person(run, card):
    assert run.told["fairness"].gaps.loc["selection_rate", "differs"]
    assert states(card)["fairness-selection-rate"] == "needs a person"


def test_what_was_not_measured_says_so(run):
    card = model_card(run.model, run.frame, papers(), pilot=roadmap(papers()))
    for place in (("fairness", "groups"), ("evaluation-results", "performance")):
        assert "Not measured" in card.row(*place).text
    assert "Not measured" in card.row("personal-data", "found").text


def test_objections_are_counted_and_none_is_named(run, card):
    assert card.row("personal-data", "suppressed").text.startswith("125 customers, with 455")
    assert "under 10 on the list" in card.row("personal-data", "suppressed").text


def test_a_list_of_objections_that_was_not_used_needs_repair(run, tmp_path):
    told = {**run.told, "suppressed": None, "pilot": roadmap(papers())}
    (tmp_path / "objected.csv").write_text("who\n1\n")
    named = replace(
        papers(), suppression=Suppression("objected.csv"), path=tmp_path / "governance.toml"
    )
    card = model_card(run.model, run.frame, named, **told, today=TODAY)
    assert states(card)["objections-used"] == "needs repair"


def test_whoever_is_on_the_list_that_is_named_and_among_the_contacts_blocks(run, tmp_path):
    there = run.frame.customer.iloc[0]
    told = {**run.told, "pilot": roadmap(papers())}
    named = replace(
        papers(), suppression=Suppression("objected.csv"), path=tmp_path / "governance.toml"
    )
    for who, state in ((there, "blocked"), (10**6 if isinstance(there, int) else 999999, "pass")):
        (tmp_path / "objected.csv").write_text(f"who\n{who}\n")
        card = model_card(run.model, run.frame, named, **told, today=TODAY)
        assert states(card)["objections-used"] == state


def test_no_count_of_people_is_exact_and_no_small_campaign_is_told(run):
    told = dict(run.told)
    table = told["by_campaign"].copy()
    table.loc[len(table)] = {**table.iloc[0].to_dict(), "campaign": "tiny", "contacts": 7.0}
    told["by_campaign"] = table
    card = model_card(run.model, run.frame, papers(), **told, pilot=roadmap(papers()))
    text = card.to_markdown()
    exact = {f"{int(one):,}" for one in run.told["by_campaign"]["contacts"] if one % 5}
    cells = {number.text for number in card.numbers() if "contacts" in number.source}
    assert exact
    assert exact & cells == set()
    assert "under 10" in text


def test_names_of_few_people_are_not_on_it(run):
    frame = run.frame
    lonely = frame.X.copy()
    lonely["town"] = lonely["town"].astype(object)
    lonely.loc[:2, "town"] = "Lonelyville"
    told = replace(frame, X=lonely)
    model = RidgePropensity(alpha=1.0).fit(told)
    card = model_card(model, told, papers(), pilot=roadmap(papers()))
    assert "Lonelyville" in str(list(model.columns_.index))
    assert "Lonelyville" not in json.dumps(card.to_dict()) + card.to_html() + card.to_markdown()


def test_it_can_be_made_again_from_its_json(card):
    again = ModelCard.from_dict(json.loads(json.dumps(card.to_dict())))
    assert again == card
    assert again.to_html() == card.to_html()
    assert again.to_markdown() == card.to_markdown()


def test_hashes_move_with_data_recipe_and_model(run, tmp_path):
    def marks(card):
        rows = ("data-hash", "recipe-hash", "model-hash", "governance-hash")
        return [card.row("model-description", key).text for key in rows]

    pilot = {"pilot": roadmap(papers())}
    moved = run.frame.rows(np.arange(1, len(run.frame)))
    other = RidgePropensity(alpha=0.2).fit(run.told["split"].train)
    files = [
        model.save(tmp_path / f"{name}.json", recipe=run.frame.recipe)
        for name, model in (("own", run.model), ("other", other))
    ]
    pilot["saved"] = files[0]
    first = marks(model_card(run.model, run.frame, papers(), **pilot))
    data = marks(model_card(run.model, moved, papers(), **pilot))
    assert [a == b for a, b in zip(data, first, strict=True)] == [False, True, True, True]
    model = marks(model_card(other, run.frame, papers(), **{**pilot, "saved": files[1]}))
    assert [a == b for a, b in zip(model, first, strict=True)] == [True, True, False, True]
    law = marks(model_card(run.model, run.frame, papers(people={"owner": "X"}), **pilot))
    assert [a == b for a, b in zip(law, first, strict=True)] == [True, True, True, False]


def test_a_file_of_data_has_its_own_hash(run, tmp_path):
    import hashlib

    file = tmp_path / "shop.csv"
    file.write_bytes(b"a,b\n1,2\n")
    card = model_card(run.model, run.frame, papers(), data=file, pilot=roadmap(papers()))
    expected = hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert card.row("model-description", "data-hash").text == f"sha256 {expected[:12]}…"


def test_in_german_labels_and_numbers_are_german(run):
    with speaking("de"):
        card = model_card(run.model, run.frame, papers(), **run.told, today=TODAY)
        html = card.to_html()
    assert card.section("intended-uses-limitations").name == "Intended uses & limitations"
    assert "Zweck" in html
    assert "DSGVO" in html
    assert "95-%-Intervall" in html or "95 %" in html.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("governance", "error", "message"),
    [
        (3, ParameterError, "`governance` must be a governance file"),
        ("nowhere.toml", MissingDataError, r"nowhere\.toml"),
    ],
)
def test_papers_must_be_papers(run, governance, error, message):
    with pytest.raises(error, match=message):
        model_card(run.model, run.frame, governance)


def test_the_model_must_be_fitted(run):
    with pytest.raises(ParameterError, match="not fitted"):
        model_card(RidgePropensity(), run.frame, papers())


def test_a_planned_size_is_the_same_in_check_and_pilot(run):
    changed = papers(pilot={"effect": 0.08})
    road = roadmap(changed, plan=pilot_plan(run.frame, changed))
    sizes = road.plan.table().iloc[0]
    assert sizes["treated"] % 5, "rounding would show"
    card = model_card(run.model, run.frame, changed, pilot=road, today=TODAY)
    said = {check.name: check for check in card.checks}["pilot"].evidence
    assert f"{sizes['treated']:,.0f} contacts" in said
    assert said == road.sentence()
