"""The terms of a report, each explained in a sentence or two: for its reader, and for the site.

A message of forms is what texts call a term, the heading first. Translations are in the catalogue's
``glossary.po``, with the forms of that language.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.language import later, say

APART = "|"


@dataclass(frozen=True)
class Term:
    """A term, what texts call it, and what it means.

    Parameters
    ----------
    forms : str
        In English, the heading first, with "|" between: "penalty|penalties".
    meaning : str
        In English; one sentence, or two.

    Examples
    --------
    >>> term = Term("penalty|penalties", "How much a coefficient is held back.")
    >>> term.name, term.spellings
    ('penalty', ['penalty', 'penalties'])
    """

    forms: str
    meaning: str

    @property
    def name(self) -> str:
        """The heading, in the language of now."""
        return self.spellings[0]

    @property
    def spellings(self) -> list[str]:
        """What texts call it, in the language of now."""
        return say(self.forms).split(APART)

    @property
    def told(self) -> str:
        """The meaning, in the language of now."""
        return say(self.meaning)


TERMS = (
    Term(
        later("AUC|AUCs"),
        later(
            "The chance that a contact who responds is ranked above one who does not. One half is "
            "what guessing gives, 1 a perfect order. It says nothing of the size of propensities."
        ),
    ),
    Term(
        later("base rate|base rates"),
        later(
            "The share of contacts that respond. Giving everybody this one number is what a model "
            "must beat."
        ),
    ),
    Term(
        later("calibration|calibrated|expected rate"),
        later(
            "Whether propensities are rates: of the contacts with a propensity of a tenth, a tenth "
            "should respond."
        ),
    ),
    Term(
        later("campaign left out|campaigns left out|left-out campaigns|left-out campaign"),
        later(
            "Each campaign in turn is kept out of the fit, and judged by a model of all others. It "
            "asks what would have worked on a campaign that was not seen."
        ),
    ),
    Term(
        later("campaigns drawn again|customers drawn again|contacts drawn again|drawn again"),
        later(
            "How an interval is made: the campaigns that were judged are taken as draws from all "
            "that might have been. Where they are few, customers or contacts are taken."
        ),
    ),
    Term(
        later("cells of contacts|cell of contacts"),
        later("A row that stands for many contacts: how many there were, and how many responded."),
    ),
    Term(
        later("coefficient|coefficients|strongest coefficients"),
        later(
            "How far the log-odds of a response move when a column moves by one standard "
            "deviation, all others held."
        ),
    ),
    Term(
        later("concentration|concentrated"),
        later(
            "How much a column exists in few campaigns only: 0 where it is alike in all, 1 where "
            "it is found in a single one."
        ),
    ),
    Term(
        later("control group|control groups"),
        later(
            "Customers chosen like the others and, by lot, not contacted. Only they tell what the "
            "contact adds."
        ),
    ),
    Term(
        later("depth|depths"),
        later("The share of contacts that is contacted, the best ranked first."),
    ),
    Term(
        later("differentially private|differential privacy"),
        later(
            "A promise with a number: whether any one customer is among the data changes the "
            "chance of any content by a bounded factor only."
        ),
    ),
    Term(
        later("effective degrees of freedom|degrees of freedom"),
        later(
            "How many free coefficients the shrunk ones amount to. A penalty makes this number "
            "smaller, while every column stays in the model."
        ),
    ),
    Term(
        later("gross responses|gross response"),
        later(
            "All responses as they came, those included that would have come without the contact."
        ),
    ),
    Term(
        later("half-life|half-lives"),
        later(
            "After so many campaigns a past one counts half as much. Without a half-life all count "
            "alike."
        ),
    ),
    Term(
        later("heterogeneity|I²"),
        later(
            "The part of the differences between a column's effects in single campaigns that "
            "chance does not explain, from 0 to 1."
        ),
    ),
    Term(
        later("95% interval|95% intervals|prediction interval"),
        later(
            "Where the true value lies in nineteen cases of twenty, if what it assumes holds. A "
            "wide one says that the data tell little."
        ),
    ),
    Term(
        later("leakage suspect|leakage suspects|leakage|leaks"),
        later(
            "A column that may give the outcome away, as it was filled in afterwards. With it a "
            "test looks wonderful, and the next campaign fails."
        ),
    ),
    Term(
        later("lift|lifts"),
        later(
            "Responses per contact among the best ranked, over the average of all contacts. A lift "
            "of 2 is twice the average."
        ),
    ),
    Term(
        later("log loss|log losses"),
        later(
            "The mean of −log of the chance that was given to what then happened. Less is better; "
            "it rewards honest propensities. It is compared with that of the base rate."
        ),
    ),
    Term(
        later("log-odds|log odds"),
        later("log(p / (1 − p)) of a chance p. On this scale the effects of columns add up."),
    ),
    Term(
        later("look-back|look-backs"),
        later("How many days before the decision a feature looks at; infinity is all history."),
    ),
    Term(
        later("margin|margins"),
        later("What one response brings, before the cost of the contact is taken off."),
    ),
    Term(
        later("one strength for all|one penalty for all"),
        later("The same penalty for every column: what penalties by group are compared with."),
    ),
    Term(
        later("out of time|later campaigns"),
        later(
            "The model is judged on campaigns after those that it learned from, as it will be used."
        ),
    ),
    Term(
        later("overdispersion|overdispersed"),
        later("How much more groups of contacts differ than contacts that respond independently."),
    ),
    Term(
        later("penalty|penalties"),
        later(
            "How strongly a coefficient is held towards zero. A strong one makes the model rely "
            "less on a column; none is dropped."
        ),
    ),
    Term(
        later("population stability index|PSI"),
        later(
            "How far the values of a column, or the scores, have moved between two sets of "
            "contacts. 0 is not at all; above 0.1 is worth a look."
        ),
    ),
    Term(
        later("propensity|propensities"),
        later("The predicted chance that a contact responds, between 0 and 1."),
    ),
    Term(
        later("response rate|response rates"),
        later("Responses over contacts, of those contacts whose outcome is known."),
    ),
    Term(
        later("ridge model|ridge penalty"),
        later(
            "A model whose coefficients are held back by a penalty on their squares. It keeps "
            "every column, and spreads weight over those that say the same."
        ),
    ),
    Term(
        later("score's variance|share of the score"),
        later(
            "How much scores differ between contacts. A group's share of it says how much the "
            "ranking depends on that group."
        ),
    ),
    Term(
        later("spiky|spike|spikes"),
        later(
            "A column is spiky where it is found in single campaigns, more than chance would "
            "bring. What it said once may never come back."
        ),
    ),
    Term(
        later("standard deviation|standard deviations"),
        later("A usual distance from the mean; effects per such a distance can be compared."),
    ),
    Term(
        later("standard error|standard errors"),
        later("How far an estimate would usually be off, if the same were done once more."),
    ),
    Term(
        later("trained range|trained ranges"),
        later(
            "From the least to the greatest number of a column that the fit saw. A number outside "
            "counts as the nearest one inside."
        ),
    ),
)
"""In the order of their English headings, but for a number that one begins with."""
