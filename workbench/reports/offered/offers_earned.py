"""What the offer made to each contact would have met, or earned, against one for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbench.digits import money_range_text, money_text, share_text
from workbench.evidence import NextOffer
from workbench.governance.counts_in_text import told_count
from workbench.governance.disclosure import ROUNDED_TO, few, rounded
from workbench.language import number_text, say


@dataclass(frozen=True)
class OffersEarned:
    """What offers met, in contacts or in money, as it may be told: from counts in fives.

    Parameters
    ----------
    found : NextOffer
    currency : str
        Of margins.
    """

    found: NextOffer
    currency: str = ""

    def sentence(self) -> str:
        """Say what the offer made to each contact would have met, against one for everybody."""
        if self._is_constant:
            return say(
                "The model would make everybody the same offer, {offer}: nothing that is known of "
                "contacts tells well enough which one they take.",
                offer=repr(self.found.constant),
            )
        hits, constant = self._hits()
        if not constant:
            return say(
                "Nobody took {offer} of the contacts to judge on, which was the best offer for "
                "everybody before: whether one for each is better cannot be told.",
                offer=repr(self.found.constant),
            )
        if few(hits) or few(constant):
            return say(
                "Too few contacts took the offer that would have been made to them to say what it "
                "earns."
            )
        said = self._in_money() if self.found.margins is not None else self._in_contacts()
        if np.isnan(self.found.low):
            return said
        verdict = self._verdict(said)
        if self.found.drawn == "campaigns":
            return verdict
        beyond = say("How far other campaigns would differ, the interval does not tell.")
        return f"{verdict} {beyond}"

    def _verdict(self, said: str) -> str:
        """Say with what was earned whether that may be chance, and what is best then."""
        ends = say(
            "95% interval of the difference: {ends}, {drawn} drawn again",
            ends=self._ends(),
            drawn=say(self.found.drawn),
        )
        if self.found.low > 0:
            return f"{said} ({ends})."
        if self.found.high < 0:
            worse = say("{offer} for everybody is better.", offer=repr(self.found.constant))
            return f"{said} ({ends}). {worse}"
        chance = say("{said}, which may be chance ({of}).", said=said, of=ends)
        plain = say(
            "As long as no gain is proven, {offer} for everybody is the plain choice.",
            offer=repr(self.found.constant),
        )
        return f"{chance} {plain}"

    @property
    def _is_constant(self) -> bool:
        return bool((self.found.chosen["contacts"].drop(self.found.constant) == 0).all())

    def _hits(self) -> tuple[float, float]:
        """Count who took the offer to be made, and who took the constant one."""
        found = self.found
        return (
            float(found.chosen["positives"].sum()),
            float(found.offers["positives"][found.constant]),
        )

    def _in_contacts(self) -> str:
        (hits, constant), found = self._hits(), self.found
        values: dict[str, Any] = {
            "contacts": told_count(found.contacts),
            "hits": told_count(hits),
            "share": share_text(rounded(hits) / rounded(found.contacts)),
            "constant": told_count(constant),
            "offer": repr(found.constant),
            "gain": number_text(abs(rounded(hits) - rounded(constant)), ",.0f"),
        }
        if hits >= constant:
            return say(
                "Had each of {contacts} contacts been made the offer that it is likeliest to take, "
                "{hits} ({share}) would have met the one that they took; with {offer} for "
                "everybody, {constant}. That is {gain} more",
                **values,
            )
        return say(
            "Had each of {contacts} contacts been made the offer that it is likeliest to take, "
            "{hits} ({share}) would have met the one that they took; with {offer} for everybody, "
            "{constant}. That is {gain} fewer",
            **values,
        )

    def _in_money(self) -> str:
        """Say it in money, from rounded counts: one margin would tell the exact ones."""
        found, currency = self.found, self.currency
        worth = pd.Series(found.margins)
        earned = float((found.chosen["positives"].map(rounded) * worth).sum())
        constant = rounded(self._hits()[1]) * float(worth[found.constant])
        values = {
            "contacts": told_count(found.contacts),
            "earned": money_text(earned, currency),
            "constant": money_text(constant, currency),
            "offer": repr(found.constant),
            "gain": money_text(abs(earned - constant), currency),
        }
        if earned >= constant:
            return say(
                "Had each of {contacts} contacts been made the offer of the largest margin times "
                "chance, the ones met would have brought {earned}; with {offer} for everybody, "
                "{constant}. That is {gain} more",
                **values,
            )
        return say(
            "Had each of {contacts} contacts been made the offer of the largest margin times "
            "chance, the ones met would have brought {earned}; with {offer} for everybody, "
            "{constant}. That is {gain} less",
            **values,
        )

    def _ends(self) -> str:
        """Write the interval; of contacts in fives, rounded outward."""
        low, high = self.found.low, self.found.high
        if self.found.margins is not None:
            return money_range_text(low, high, self.currency)
        ends = ROUNDED_TO * np.floor(low / ROUNDED_TO), ROUNDED_TO * np.ceil(high / ROUNDED_TO)
        low_text, high_text = (number_text(end + 0.0, ",.0f") for end in ends)
        return say("{low} to {high}", low=low_text, high=high_text)
