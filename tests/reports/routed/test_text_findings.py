"""What the first page of a router says, against the router's own tables."""

import re
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest

from workbench.errors import DataError
from workbench.language import speaking
from workbench.reports import TextFindings
from workbench.texts import TextRouter


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
    assert findings.hidden("pair") in ("", said)
    shown = findings.by_label()
    assert list(shown) == ["texts", "answered", "answers given", "right", "right at least"]
    assert shown["answered"].dropna().str.fullmatch(r"[\d.]+%").all()
    assert "right at least" not in findings.by("period")
    assert findings.words().loc["invoice", "words"].count(" · ") <= 7


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
