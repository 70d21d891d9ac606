"""What a report says of which offer to make to whom: how it is read, how well it did, what next."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from workbench.digits import loss_text
from workbench.errors import DataWarning, ExtrapolationWarning, ParameterError
from workbench.evidence import NextOffer, Split, best_offers, next_offer
from workbench.evidence.offers_told_apart import MOST_OFFERS, OTHER_OFFERS
from workbench.frame.feature_frame import FeatureFrame
from workbench.governance.counts_in_text import told_count
from workbench.governance.disclosure import few
from workbench.language import say, say_count
from workbench.reports.judged_on import CONTACTS, fingerprint
from workbench.reports.offered.offers_earned import OffersEarned
from workbench.reports.offered.told_offers import told_counts, told_made, told_taken
from workbench.reports.prose import Prose
from workbench.ridge import RidgeMultinomial

EXPECTED = 5
"""Contacts expected to take an offer that nobody took: by chance that is rarer than one in 100."""


@dataclass(frozen=True)
class OfferFindings:
    """What is told of the offers that contacts took, and of the one to make to each.

    Counts are rounded to five, and nothing is told of fewer than ten customers.

    Parameters
    ----------
    found : NextOffer
    column : str
        That holds the offer taken.
    none : str or None
        Its value where nothing was taken; None: it is empty there.
    currency : str
        Of margins.
    contacts : str
        Fingerprint of those judged on: by it the run's two models find each other.
    """

    found: NextOffer
    column: str
    none: str | None = None
    currency: str = ""
    contacts: str = ""

    def sentences(self) -> list[str]:
        """Say how the column is read, what was learned, how well it did, and what is not known."""
        return [
            self.reading(),
            " ".join(filter(None, [self._classes(), self._campaigns(), *self._not_there()])),
            self.loss(),
            self.earned(),
            self.caution(),
        ]

    def reading(self) -> str:
        """Say as what the column is taken."""
        said = say(
            "This takes it that every contact could take any of the offers, and that {column} "
            "names the one that it took.",
            column=repr(self.column),
        )
        nothing = say("It is empty where nothing was taken.")
        if self.none is not None:
            nothing = say("Nothing was taken where it is {none}.", none=repr(self.none))
        shown = say(
            "If each contact was shown one offer alone, the figures below mix what was shown with "
            "what is liked, and must not be used."
        )
        return f"{said} {nothing} {shown}"

    def _classes(self) -> str:
        classes = self.found.classes
        said = say_count(
            "{n:,.0f} offer is told apart.",
            "{n:,.0f} offers are told apart.",
            len(classes.names),
        )
        if not classes.small:
            return said
        most = len(classes.names) == MOST_OFFERS
        why = say("taken by fewer than ten customers")
        if most:
            why = say("taken less often than the first {most}", most=MOST_OFFERS)
        values = {"why": why, "said": said}
        if classes.others:
            return say_count(
                '{said} {n:,.0f} more is "other offers", which are never made: {why}.',
                '{said} {n:,.0f} more are "other offers", which are never made: {why}.',
                classes.small,
                **values,
            )
        return say_count(
            "{said} {n:,.0f} more is left out: {why}.",
            "{said} {n:,.0f} more are left out: {why}.",
            classes.small,
            **values,
        )

    def _campaigns(self) -> str:
        classes = self.found.classes
        if min(classes.campaigns) == classes.known_campaigns:
            return ""
        return say(
            "Not every offer was taken in every campaign. Where one was not there to take, its "
            "chance is told too low, and that of the others too high."
        )

    def _not_there(self) -> Iterator[str]:
        """Say how many of the test took what training does not know, and what nobody took."""
        if self.found.unnamed:
            yield say(
                "Contacts to judge on that took another offer, or one that is not named: {count}. "
                "They count as missed, whatever is offered.",
                count=told_count(self.found.unnamed),
            )
        if gone := self._gone():
            yield say(
                "Of the contacts to judge on nobody took {offers}. What is not there any more must "
                "not be made: give it a margin of 0 in `offer_margins`.",
                offers=", ".join(map(repr, gone)),
            )

    def _gone(self) -> list[str]:
        """Name the offers that might be made, that some should have taken, and nobody did."""
        offers, margins = self.found.offers, self.found.margins
        expected = offers["contacts"] * offers["mean_propensity"]
        gone = offers.index[(offers["positives"] == 0) & (expected >= EXPECTED)]
        worth = dict.fromkeys(self.found.classes.names, 1.0) if margins is None else margins
        return [name for name in gone if worth.get(name)]

    def loss(self) -> str:
        """Say how well it foretells which offer is taken, by those who take one."""
        found = self.found
        if few(found.judged):
            return say("Too few contacts to judge on took an offer to say how well it is foretold.")
        said = say(
            "Of contacts that took an offer ({count} to judge on), the log loss of which one is "
            "{loss}, against {base} for the shares with which offers were taken before.",
            count=told_count(found.judged),
            loss=loss_text(found.loss),
            base=loss_text(found.base_loss),
        )
        return f"{said} {found.difference.sentence(say('the shares of the offers'))}"

    def earned(self) -> str:
        """Say what the offer made to each contact would have met, against one for everybody."""
        return OffersEarned(self.found, self.currency).sentence()

    def caution(self) -> str:
        """Say what nobody has observed."""
        return say(
            "Only contacts that took just the offer made to them count. What those who took "
            "another one, or none, would do with that offer alone, nobody has seen: a test with "
            "offers dealt by chance tells."
        )

    def taken(self) -> pd.DataFrame:
        """Return how often each offer was taken, and expected, as it may be told."""
        return self._called(told_taken(self.found.offers))

    def made(self) -> pd.DataFrame:
        """Return to whom each offer would be made, and who took it, as it may be told."""
        return self._called(told_made(self.found.chosen))

    def waiting(self, model: RidgeMultinomial, frame: FeatureFrame) -> pd.DataFrame:
        """Return how many contacts that wait get which offer, as it may be told.

        Parameters
        ----------
        model : RidgeMultinomial
            Of all that is known, from `NextOffer.of_more_rows`.
        frame : FeatureFrame
            The contacts that wait.
        """
        with warnings.catch_warnings(action="ignore", category=ExtrapolationWarning):
            best = best_offers(model, frame, margins=self.found.margins)["best_offer"]
        counts = pd.Series(frame.weights).groupby(best.to_numpy()).sum()
        names = list(self.found.classes.names)
        counts = counts.reindex(names).fillna(0.0).rename_axis("offer")
        return pd.DataFrame({"made_to": told_counts(counts)})

    def recipe(self, frame: FeatureFrame) -> dict[str, Any]:
        """Return the recipe of a frame, with margins: whoever scores makes the same offers."""
        margins, contacts = self.found.margins, self.contacts
        of_margins = {} if margins is None else {"offer_margins": dict(margins)}
        return {**frame.recipe, **of_margins, **({CONTACTS: contacts} if contacts else {})}

    def _called(self, table: pd.DataFrame) -> pd.DataFrame:
        """Name the class of small offers in the reader's language."""
        return table.rename({str(OTHER_OFFERS): say(OTHER_OFFERS)}).rename_axis("offer")

    def __repr__(self) -> str:
        return repr(Prose(say("Next best offer"), *self.sentences()))

    def _repr_html_(self) -> str:
        head = f"<h3>{escape(say('Next best offer'))}</h3>"
        return head + str(Prose(*self.sentences())._repr_html_())


def offer_findings(
    split: Split,
    *,
    margins: Mapping[str, float] | None = None,
    currency: str = "",
    seed: int = 0,
) -> OfferFindings | None:
    """Learn which offer to make to whom, and judge it, where the contacts say what they took.

    Parameters
    ----------
    split : Split
        Of contacts read with `offer`; else there is nothing to be found.
    margins : mapping of offer to float, optional
        Empty as none: all offers are worth the same.
    currency : str
    seed : int

    Returns
    -------
    OfferFindings or None

    Raises
    ------
    ParameterError
        Margins are given, and no offers; or as `workbench.evidence.next_offer` says.
    DataError, FitError
        As `workbench.evidence.next_offer` says.

    Examples
    --------
    >>> from workbench.datasets import sample_test
    >>> from workbench.evidence import hold_out
    >>> offer_findings(hold_out(sample_test())) is None
    True
    """
    train, recipe = split.train, split.train.recipe
    if train.offer is None:
        if margins:
            raise ParameterError(
                "`offer_margins` is of the offers in the column that `offer` names. Name that one, "
                "too, or leave `offer_margins` out."
            )
        return None
    with warnings.catch_warnings():  # of the same columns, what is to be said is said at the fit
        warnings.simplefilter("ignore", DataWarning)
        warnings.simplefilter("ignore", ExtrapolationWarning)
        found = next_offer(train, split.test, margins=margins or None, seed=seed)
    column, none = str(recipe.get("offer", "offer")), recipe.get("no_offer")
    return OfferFindings(found, column, none, currency, fingerprint(split.test))
