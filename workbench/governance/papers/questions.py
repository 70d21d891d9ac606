"""What a governance file must answer: each key with its question, its kind and its article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from workbench.language import later

Kind = Literal["text", "date", "number", "whole", "share", "flag", "choice"]

LEGITIMATE = "legitimate interest"
KPI_KINDS = ("time", "cost", "conversion")
WEEKS = (6, 8)
"""The shortest and the longest pilot."""


@dataclass(frozen=True)
class Question:
    """What one key answers.

    Parameters
    ----------
    asks : str
        A question in English, which the catalogues know.
    hint : str
        How it may be answered, for the template; "" where the question says it.
    article : str
        The article that it answers; "" where there is none.
    kind : {"text", "date", "number", "whole", "share", "flag", "choice"}
    """

    asks: str
    hint: str = ""
    article: str = ""
    kind: Kind = "text"


SINGLE: Mapping[str, Mapping[str, Question]] = {
    "model": {
        "name": Question(later("What is the model called?")),
        "purpose": Question(
            later("What is the model for?"), "one sentence", "GDPR Art. 5(1)(b), 13(1)(c)"
        ),
        "population": Question(
            later("Whose data is it made from, and who is scored?"), "", "GDPR Art. 30(1)(c)"
        ),
        "intended_use": Question(
            later("Which decisions may its scores support?"), "", "AI Act Art. 26(1), if high-risk"
        ),
        "out_of_scope": Question(
            later("What must its scores not be used for?"),
            "such as prices, credit, applications for a job",
            "GDPR Art. 5(1)(b)",
        ),
    },
    "people": {
        "owner": Question(
            later("Who answers for the model?"), "one person, by name", "GDPR Art. 5(2), 24"
        ),
        "author": Question(later("Who makes the model?"), "one person, by name"),
        "approver": Question(
            later("Who approves its use?"),
            "somebody else than the author",
            "AI Act Art. 26(2), if high-risk",
        ),
        "override": Question(
            later("Who may decide against a score?"),
            "a name or a role",
            "GDPR Art. 22(3); AI Act Art. 14(4)(d), if high-risk",
        ),
        "roll_back": Question(
            later("Who may stop the model, or go back to the one before?"),
            "a name or a role",
            "AI Act Art. 14(4)(e), if high-risk",
        ),
        "contact": Question(
            later("Whom does a customer write to about the data?"),
            "an address that the data protection officer reads",
            "GDPR Art. 13(1)(a)-(b)",
        ),
    },
    "legal": {
        "basis": Question(
            later("On which legal basis are the data used?"),
            f'such as "{LEGITIMATE}, Art. 6(1)(f)" or "consent, Art. 6(1)(a)"',
            "GDPR Art. 6(1)",
        ),
        "interest": Question(
            later("Which interest, or which other reason, does that basis rest on?"),
            "",
            "GDPR Art. 6(1)(f), 13(1)(d)",
        ),
        "dpia": Question(
            later("Where is the impact assessment, or why is none needed?"),
            "a place, or a reason",
            "GDPR Art. 35",
        ),
    },
    "dates": {
        "review": Question(
            later("When is the model looked at again?"),
            "such as 2027-06-30, without quotes",
            "GDPR Art. 24(1)",
            "date",
        ),
        "retention": Question(
            later("When are the model and its data deleted?"),
            "such as 2027-12-31, without quotes",
            "GDPR Art. 5(1)(e)",
            "date",
        ),
    },
    "uses": {
        "credit": Question(
            later("Do its scores decide on credit, or on who is worth it?"),
            "true or false",
            "AI Act Annex III 5(b)",
            "flag",
        ),
        "insurance": Question(
            later("Do its scores set prices or risks of life or health insurance?"),
            "true or false",
            "AI Act Annex III 5(c)",
            "flag",
        ),
        "work": Question(
            later("Do its scores decide on who gets, keeps or does a job?"),
            "true or false",
            "AI Act Annex III 4",
            "flag",
        ),
    },
}
"""Sections that every governance file needs."""

PILOT: Mapping[str, Question] = {
    "start": Question(
        later("When does the pilot begin?"), "such as 2027-01-11, without quotes", "", "date"
    ),
    "weeks": Question(later("How many weeks does the pilot take?"), "6, 7 or 8", "", "whole"),
    "responses_rate": Question(
        later("What share of contacts responds today?"), "such as 0.031", "", "share"
    ),
    "effect": Question(
        later("Which change of that share would be worth finding?"),
        "absolute, such as 0.006",
        "",
        "number",
    ),
    "control": Question(
        later("Which share of the customers stays without contact, to compare with?"),
        "such as 0.1",
        "",
        "share",
    ),
    "go": Question(later("Which number says go?"), "the measure and its bound"),
    "no_go": Question(later("Which number says stop?"), "the measure and its bound"),
}

CHANNEL: Mapping[str, Question] = {
    "name": Question(
        later("Which channel carries the contact?"), "such as e-mail, letter, phone, app"
    ),
    "consent": Question(
        later("How did customers agree to this channel, and where is that kept?"),
        'or "not needed", with the reason',
        "ePrivacy Art. 13, GDPR Art. 7(1)",
    ),
    "basis": Question(
        later("On which legal basis is this channel used?"), "", "GDPR Art. 6(1); ePrivacy Art. 13"
    ),
}

KPI: Mapping[str, Question] = {
    "name": Question(later("What is measured?"), "such as cost per response"),
    "kind": Question(later("Is it a time, a cost or a conversion?"), "", "", "choice"),
    "unit": Question(later("In which unit is it measured?"), "such as days, EUR, share"),
    "baseline": Question(later("What is it today?"), "a number", "", "number"),
    "target": Question(later("What should it become?"), "a number", "", "number"),
    "date": Question(
        later("By when should it be reached?"), "such as 2027-03-31, without quotes", "", "date"
    ),
}

SUPPRESSION: Mapping[str, Question] = {
    "file": Question(
        later("Which file lists the customers who objected?"),
        "CSV, Excel or Parquet; its path begins at this file's folder",
        "GDPR Art. 21(2)-(3)",
    ),
    "column": Question(
        later("Which of its columns holds the customer?"), "only where it has several"
    ),
}

SECTIONS = (*SINGLE, "channels", "kpis", "pilot", "allowed", "suppression")
