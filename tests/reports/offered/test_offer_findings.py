"""What a report says of offers: how it read them, what it earned, and nothing of few people."""

from dataclasses import replace

import numpy as np
import pytest

from tests.offers_planted import contacts
from workbench import FeatureFrame, evidence
from workbench.errors import ParameterError
from workbench.governance import screen
from workbench.language import speaking
from workbench.reports import OfferFindings, Table, offer_findings

SAID = {"target": "bought", "campaign": "month", "offer": "took", "customer": "who"}
MARGINS = {"coffee": 1.0, "green tea": 2.5, "Müsli": 4.0, "wine": 3.0}


def split_of(table, late=2, **said):
    frame = FeatureFrame.from_table(table, **{**SAID, **said})
    return evidence.out_of_time(frame, test_campaigns=late)


@pytest.fixture(scope="module")
def split():
    return split_of(contacts(3000))


@pytest.fixture(scope="module")
def findings(split):
    return offer_findings(split)


def test_it_says_as_what_it_took_the_column(findings):
    assert findings.reading() == (
        "This takes it that every contact could take any of the offers, and that 'took' names the "
        "one that it took. It is empty where nothing was taken. If each contact was shown one "
        "offer alone, the figures below mix what was shown with what is liked, and must not be "
        "used."
    )
    named = contacts()
    named["took"] = named["took"].fillna("keins")
    found = offer_findings(split_of(named))
    assert "Nothing was taken where it is 'keins'." in found.reading()


def test_of_few_takers_no_loss_is_told(findings):
    """The loss of one contact is the chance that it was given."""
    few = OfferFindings(replace(findings.found, judged=3.0), "took")
    assert few.loss().startswith("Too few contacts to judge on took an offer")
    assert "log loss" not in " ".join(few.sentences())


def test_small_offers_are_counted_and_never_named():
    table = contacts(3000)
    rows = table.index[table["took"].notna()]
    table.loc[rows[:12], "took"] = [f"Rarität {k}" for k in range(12)]
    split = split_of(table)
    findings = offer_findings(split)
    every = "\n".join([repr(findings), repr(Table(findings.taken())), repr(Table(findings.made()))])
    assert "Rarität" not in every
    assert '4 offers are told apart. 12 more are "other offers", which are never made' in every
    assert "other offers" in findings.taken().index
    with speaking("de"):
        assert "andere Angebote" in findings.taken().index
        assert "12 weitere sind „andere Angebote“" in findings.sentences()[1]
    assert findings.waiting(findings.found.model, split.test).index.tolist() == list(
        findings.found.classes.names
    )


def test_an_offer_of_some_campaigns_is_told_of():
    table = contacts(3000)
    late = (table["took"] == "wine") & (table["month"] < "2024-03")
    table.loc[late, ["took", "bought"]] = [None, 0]
    findings = offer_findings(split_of(table))
    assert "Not every offer was taken in every campaign." in findings.sentences()[1]
    assert findings.taken()["campaigns"].tolist() == [4, 4, 4, 2]


def test_offers_that_take_turns_are_told_of_though_all_had_as_many_campaigns():
    table = contacts(3000)
    took = table["took"].notna()
    odd = table["month"].str[-1].astype(int) % 2 == 1
    first = table["took"].isin(["coffee", "wine"])
    table.loc[took & odd, "took"] = np.where(first, "coffee", "wine")[took & odd]
    table.loc[took & ~odd, "took"] = np.where(first, "green tea", "Müsli")[took & ~odd]
    findings = offer_findings(split_of(table))
    assert set(findings.found.classes.campaigns) == {2}
    assert "Not every offer was taken in every campaign." in findings.sentences()[1]


def test_offers_of_every_campaign_are_none_of_some(findings):
    assert findings.sentences()[1] == "4 offers are told apart."


@pytest.mark.parametrize("gone", ["coffee", "wine"])
def test_an_offer_that_is_not_there_any_more_is_named_and_no_gain_over_it_is_told(gone):
    table = contacts(3000)
    late = (table["took"] == gone) & (table["month"] >= "2024-05")
    table.loc[late, "took"] = "green tea"
    findings = offer_findings(split_of(table))
    said = findings.sentences()
    assert f"Of the contacts to judge on nobody took {gone!r}. What is not there" in said[1]
    assert findings.found.constant == "coffee"
    blind = said[3].startswith("Nobody took 'coffee' of the contacts to judge on, which was")
    assert blind == (gone == "coffee")
    never = offer_findings(split_of(table), margins={**MARGINS, gone: 0.0})
    assert "nobody took" not in never.sentences()[1]
    assert never.made().loc[gone, "made_to"] == 0


def test_contacts_that_wait_are_counted_by_the_offer_to_make(findings, split):
    waiting = findings.waiting(findings.found.model, split.test)
    best = findings.found.best(split.test)["best_offer"].value_counts()
    for name, row in waiting.iterrows():
        assert row["made_to"] == 5 * np.floor(best.get(name, 0) / 5 + 0.5)


def test_no_offers_are_no_findings_and_margins_need_some(split):
    plain = split_of(contacts(600).drop(columns="took"), offer=None)
    assert offer_findings(plain) is None
    with pytest.raises(ParameterError) as told:
        offer_findings(plain, margins=MARGINS)
    assert str(told.value) == (
        "`offer_margins` is of the offers in the column that `offer` names. Name that one, too, or "
        "leave `offer_margins` out."
    )


def test_names_are_shown_as_they_are(split):
    table = contacts(3000).replace({"took": {"wine": "<b>*Rot* & Weiß</b>"}})
    findings = offer_findings(split_of(table))
    page = findings._repr_html_() + Table(findings.made())._repr_html_()
    assert "<b>" not in page
    assert "&lt;b&gt;*Rot* &amp; Weiß&lt;/b&gt;" in page
    assert page.startswith("<h3>Next best offer</h3><p>")


def test_the_screen_lets_pass_what_may_be_told(findings, split):
    screen.watch(split.train, split.test)
    try:
        shown = repr(Table(findings.made())) + repr(findings)
    finally:
        screen.forget()
    assert all(name in shown for name in findings.found.classes.names)
