"""What the first page of a router says, against the router's own tables."""

import re
from dataclasses import replace
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from workbench.errors import DataError
from workbench.language import speaking
from workbench.reports import TextFindings
from workbench.reports.routed.text_findings import written
from workbench.texts import TextRouter, load_texts


@pytest.fixture(scope="module")
def findings(router, table):
    return TextFindings(router, table)


def strict(router, table):
    """The same answers, and a threshold that nothing reaches."""
    never = TextRouter(precision=0.999)
    never.__dict__ |= {**vars(router), "precision": 0.999, "threshold_": np.inf}
    return TextFindings(never, table)


def test_the_figures_are_those_of_the_router_and_add_up(findings, router):
    told = {figure.name: figure for figure in findings.figures()}
    exact = router.coverage("all").iloc[0]
    share = told["Answered without a person"].value
    assert share == pytest.approx(exact["answered"], abs=5 / exact["texts"])
    assert told["Of these answered rightly"].value == exact["precision"]
    assert f"at least {exact['precision_low']:.1%}" in told["Of these answered rightly"].note
    texts = findings.told.whole["texts"]
    assert told["To a person"].value + share * texts == texts
    assert findings.verdict.word == "ready"


def test_sentence_figures_and_curve_say_one_number(findings):
    said = findings.sentence()
    share, right, lowest, confidence = re.findall(r"[\d.]+%", said)
    figures = {figure.name: figure.text for figure in findings.figures()}
    assert share == figures["Answered without a person"]
    assert right == figures["Of these answered rightly"]
    assert confidence == "95%"
    chosen = findings.told.curve().query("chosen").iloc[0]
    assert (f"{chosen['share']:.1%}", f"{chosen['precision']:.1%}") == (share, right)
    assert f"{chosen['precision_low']:.1%}" == lowest


def test_where_no_threshold_holds_every_text_goes_to_a_person(router, table):
    found = strict(router, table)
    assert found.sentence() == (
        "Of 300 texts, the router answers none by itself: no threshold is right in 99.9% of "
        "answers."
    )
    told = {figure.name: figure for figure in found.figures()}
    assert told["To a person"].value == 300
    assert told["Of these answered rightly"].text == "n/a"
    assert told["Of these answered rightly"].note == "asked for: 99.9%"
    assert found.verdict.word == "not proven"
    assert found.threshold_sentence().startswith("No threshold is as precise as 99.9%")
    (sign,) = found.signs().found
    assert str(sign) == (
        "readiness: No threshold is as precise as was asked for: every text goes to a person. "
        "Label more texts, or ask for less than 99.9%."
    )
    assert not found.told.curve()["chosen"].any()


def test_a_sign_is_told_in_the_readers_language_too(router, table):
    with speaking("de"):
        (sign,) = strict(router, table).signs().found
    assert sign.what.startswith("No threshold")
    assert sign.local.startswith("Keine Schwelle")
    assert sign.local.endswith(
        "Geben Sie mehr Texten eine Klasse, oder verlangen Sie weniger als 99,9\N{NO-BREAK SPACE}%."
    )


def test_what_is_nearly_one_is_not_told_as_one(router, table):
    near = TextRouter()
    near.__dict__ |= {**vars(router), "precision": 0.9996, "confidence": 0.995}
    near.threshold_ = 0.99995
    found = TextFindings(near, table)
    assert "probability of 99.995% or more" in found.threshold_sentence()
    near.threshold_ = np.inf
    assert found.threshold_sentence() == (
        "No threshold is as precise as 99.96%, with a confidence of 99.5%."
    )
    assert found.figures()[1].note == "asked for: 99.96%"
    table = written(
        pd.DataFrame(
            {"answered_share": [0.9996, 1.0], "answers": [2500, 20], "right_share": [0.99951, 1.0]}
        )
    )
    assert table["answered"].tolist() == ["99.96%", "100.0%"]
    assert table["right"].tolist() == ["99.95%", "100.0%"]


def test_the_headline_is_in_both_languages(findings, monkeypatch):
    with speaking("de"):
        told = findings.headline(author="A. B.")
    assert told.title == "Which texts need no person?"
    assert told.read.title == "Welche Texte brauchen keinen Menschen?"
    assert told.facts["Texts"] == "300 texts with 7 labels"
    assert told.facts["Left out"] == "12 periods, in 10 groups of neighbours"
    monkeypatch.setattr(findings.router.model_, "folds_", "7 campaigns")
    assert findings.headline(author="A. B.").facts["Left out"].endswith("periods, one at a time")
    assert findings.signs().found == ()
    assert findings.handed_over_sentence() == "Always to a person: out of scope."


def test_what_few_customers_wrote_is_said_to_be_left_out(findings):
    said = "What fewer than ten customers wrote is not shown."
    assert findings.hidden("label") == findings.hidden("language") == said
    shown = findings.by_label()
    assert list(shown) == ["texts", "answered", "answers given", "right", "right at least"]
    assert shown["answered"].dropna().str.fullmatch(r"[\d.]+%").all()
    assert "right at least" not in findings.by("period")
    assert findings.words().loc["invoice", "words"].count(" · ") <= 7


@pytest.mark.parametrize(
    ("mistakes", "said"),
    [
        (0, ""),
        (1, "What fewer than ten customers wrote is not shown."),
        (200, ""),
    ],
)
def test_pairs_are_said_to_be_left_out_only_where_some_are(router, table, mistakes, said):
    found = TextFindings(router, table)
    answers = found.told.answers
    likeliest = answers.label.copy()
    likeliest[np.flatnonzero(answers.label == "invoice")[:mistakes]] = "account"
    found.told.__dict__["answers"] = replace(answers, likeliest=likeliest)
    assert found.hidden("pair") == said
    assert len(found.confusions()) == (mistakes == 200)


def test_three_pictures_are_drawn(findings):
    plt.close("all")
    findings.draw()
    titles = [plt.figure(k).get_suptitle() for k in plt.get_fignums()]
    assert titles == [
        "Right answers by share answered",
        "Answered, by label",
        "Answered, by period (6 of 12)",
    ]
    plt.close("all")


def test_a_router_of_other_texts_is_refused(router, table):
    with pytest.raises(DataError, match="in their order"):
        TextFindings(router, replace(table, labels=table.labels[::-1]))


@pytest.fixture(scope="module")
def of_eight():
    """240 clear texts of eight customers, all of them answered, and 60 without sense of sixty."""
    rng = np.random.default_rng(0)
    words = {"billing": ["invoice", "refund"], "login": ["password", "locked"]}
    clear = rng.choice(list(words), 240)
    texts = [f"{rng.choice(words[k])} {k} {k}" for k in clear]
    texts += [" ".join(rng.choice(["lorem", "ipsum", "dolor", "amet"], 3)) for _ in range(60)]
    own = ["".join(letters) for letters in product("abcdefg", repeat=3)]  # no two say the same
    texts = [f"{text} {word}" for text, word in zip(texts, own, strict=False)]
    labels = [*clear, *rng.choice(list(words), 60)]
    customers = [f"C{k % 8}" for k in range(240)] + [f"D{k}" for k in range(60)]
    weeks = [f"2024-{k % 6 + 1:02d}" for k in range(300)]
    made = {"text": texts, "label": labels, "customer": customers, "week": weeks}
    table = load_texts(
        pd.DataFrame(made), text="text", target="label", period="week", customer="customer"
    )
    router = TextRouter(((1, 1, "words"),), precision=0.98, least=2)
    router.fit(table.texts, table.labels, period=table.period)
    return TextFindings(router, table)


def test_answers_to_few_customers_are_not_told_and_are_no_missing_threshold(of_eight):
    assert np.isfinite(of_eight.router.threshold_)
    assert of_eight.told.answered.sum() >= 240
    assert len(np.unique(of_eight.table.people[of_eight.told.answered])) < 10
    assert of_eight.sentence() == (
        "Of 300 texts, the router answers only some that fewer than ten customers wrote: how "
        "many, and how many of them rightly, is not told."
    )
    *three, every = of_eight.figures()
    assert {figure.text for figure in three} == {"n/a"}
    assert {figure.note for figure in three} == {
        "not told: fewer than ten customers wrote these texts"
    }
    assert every.value == of_eight.told.all_answered
    assert of_eight.verdict.why.startswith("Fewer than ten customers wrote")
    assert of_eight.threshold_sentence().startswith("A text is answered where")
    said = f"{of_eight.headline()} {of_eight.verdict} {of_eight.signs().found}"
    assert "No threshold" not in said
    assert "goes to a person" not in said


def test_no_curve_says_that_nothing_was_chosen_where_the_choice_is_not_told(of_eight):
    assert of_eight.told.answers.curve(of_eight.router.threshold_)["chosen"].any()
    assert of_eight.told.curve().empty
    plt.close("all")
    of_eight.draw()
    titles = [plt.figure(k).get_suptitle() for k in plt.get_fignums()]
    assert titles == ["Answered, by label", "Answered, by period"]
    plt.close("all")
