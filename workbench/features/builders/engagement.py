"""How often the customer reacts to what was sent: opens, clicks, redeems."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from workbench.errors import ParameterError
from workbench.features.builder import Builder, check_lookbacks, register, span_before
from workbench.features.formulas import days_since, pooled_rate
from workbench.features.measures import Expression, Feature, Lookup, Measure, Source
from workbench.features.sql_words import OURS, known_at
from workbench.features.tables import Tables
from workbench.frame.column_names import slug
from workbench.sql.names import quoted

LOOKBACKS = (91,)
BEFORE_ANY_TRIAL = 0.1  # the mean of the prior until the first trial of anybody is over


@register("engagement")
@dataclass(frozen=True)
class Engagement(Builder):
    """Reaction rates (k + a) / (n + a + b): open, click and redeem rates.

    A trial is something sent: an event of `sent`, or, where that is left out, an earlier
    contact. It succeeds if the customer has an event of `events` within `within_days` of
    it, of the same campaign where both tables name one. It counts, either way, from the
    moment when that window has closed. So a mail of yesterday that may still be opened
    is no failure yet.

    The prior is what everybody did: a = m · strength and b = (1 − m) · strength, with m the
    share of all customers' trials before the row's own `as_of` that succeeded. It is drawn
    towards 10% as if by `strength` trials, so that the first few decide little. A campaign
    decided in one moment takes no part in the prior of its own rows, or of earlier ones.
    One decided day by day does, with trials that are over. With `learn_until` nothing later
    takes part in any row's: at the start of the test, priors are those of the training
    campaigns.

    Parameters
    ----------
    events : str
        Name of an event table: the reactions.
    sent : str, optional
        Name of an event table: what they react to. Clicks may react to opens.
    within_days : int
        How long a trial waits for its reaction.
    lookbacks_days : sequence of int or None
        Windows in which trials are over, in days; None is all history.
    strength : float
        a + b: as how many trials the prior weighs.
    learn_until : str, optional
        A moment such as "2024-06-01".
    prefix : str, optional
        What the column names begin with: the name of the event table.

    Notes
    -----
    Group ``engagement``. The rate is the mean of a beta distribution updated by k of n.

    Examples
    --------
    >>> from workbench.features import engagement
    >>> engagement("clicks", sent="opens", within_days=7).strength
    10.0
    """

    events: str
    sent: str | None = None
    within_days: int = 14
    lookbacks_days: Sequence[int | None] = (*LOOKBACKS, None)
    strength: float = 10.0
    learn_until: str | None = None
    prefix: str | None = None

    skewed: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_lookbacks([self.within_days or 0], name="within_days")
        check_lookbacks(self.lookbacks_days, name="lookbacks_days")
        if not 0 < self.strength < float("inf"):
            raise ParameterError(
                f"`strength` must be above 0 and finite; got {self.strength!r}. "
                "Give for example 10: the prior weighs as much as 10 trials."
            )
        if self.learn_until is not None:
            _check_moment(self.learn_until)

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return one builder an event table without amounts: an open, a click, a redemption."""
        return [
            cls(name, lookbacks_days=(*tables.fitting("all_contacts", LOOKBACKS), None))
            for name in tables.event_tables
            if not tables.value_columns(name)
        ]

    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare the rates by look-back, then what is known of the last reaction."""
        tables.check_table(self.events, tables.event_tables, argument="events")
        if self.sent is not None:
            tables.check_table(self.sent, tables.event_tables, argument="sent")
        over, won = self._trials(tables, won=False), self._trials(tables, won=True)
        mean = Lookup(self._mean(over, won), "mean", "as_of", number=True)
        what = self.sent or "contacts"
        for days in self.lookbacks_days:
            tried = Measure(over, "count", lookback_days=days)
            reacted = Measure(won, "count", lookback_days=days)
            span = span_before(days)
            yield self._feature(
                f"{'' if days is None else f'{days}d_'}reaction_rate",
                pooled_rate(reacted, tried, mean=mean, strength=self.strength),
                "rate",
                f"Share of {what} {span} followed by {self.events} within {self.within_days} days, "
                f"drawn towards everybody's as if by {self.strength:g} more.",
            )
        yield self._feature(
            "reaction_count",
            Measure(won, "count"),
            "count",
            f"Number of earlier {what} followed by {self.events} within {self.within_days} days.",
        )
        yield self._feature(
            "reaction_recency_days",
            days_since(Measure(won, "last")),
            "days",
            f"Days since the last of the {what} followed by {self.events} was over.",
        )

    def _trials(self, tables: Tables, *, won: bool) -> Source:
        """Give trials at the moment from which it is known how they went."""
        closed = f"(t.time + INTERVAL {self.within_days} DAY - INTERVAL 1 MICROSECOND)"
        columns = tables.columns(self.sent) if self.sent else {"campaign": ""}
        if self.sent:
            late = ", arrived" if "arrived" in columns else ""
            own = ", campaign" if "campaign" in columns else ""
            # what has no arrival was never known; whoever has no contacts has no say
            arrived = " AND arrived IS NOT NULL" if late else ""
            sent = (
                f"SELECT customer, time{late}{own} FROM {quoted(self.sent)} WHERE {OURS}{arrived}"
            )
        else:
            sent = "SELECT customer, campaign, as_of AS time FROM all_contacts"
        known = f"greatest({closed}, t.arrived)" if "arrived" in columns else closed
        source = f"{self.sent or 'contacts'}, {self.events}"
        numbered = f"SELECT *, row_number() OVER (ORDER BY customer, time) AS trial FROM ({sent})"
        if not won:
            return Source(source, f"SELECT t.customer, {known} AS time FROM ({sent}) t")
        theirs = tables.columns(self.events)
        reacted, seen = known_at(late="arrived" in theirs)
        each = f"t.trial, t.customer, t.time{', t.arrived' if 'arrived' in columns else ''}"
        both = "campaign" in columns and "campaign" in theirs
        same = " AND e.campaign = t.campaign" if both else ""
        return Source(
            source,
            f"SELECT t.customer, greatest({known}, min({reacted})) AS time FROM ({numbered}) t "
            f"JOIN {quoted(self.events)} e ON e.customer = t.customer AND e.time >= t.time "
            f"AND e.time <= {closed}{same}{seen} GROUP BY {each}",
        )

    def _mean(self, over: Source, won: Source) -> Source:
        """Give, for each moment of decision, everybody's rate of what was over by then."""
        until = ""
        if self.learn_until is not None:  # in the one form that every database reads
            until = f" AND e.time < TIMESTAMP '{datetime.fromisoformat(self.learn_until)}'"
        moments = "(SELECT DISTINCT as_of FROM contacts)"
        counted = [
            f"SELECT a.as_of, count(*) AS {name} FROM {moments} a JOIN ({source.sql}) e "
            f"ON e.time < a.as_of{until} GROUP BY a.as_of"
            for name, source in (("n", over), ("k", won))
        ]
        start = self.strength * BEFORE_ANY_TRIAL
        sql = (
            f"SELECT m.as_of, (coalesce(k.k, 0) + {start!r}) / (coalesce(n.n, 0) + "
            f"{self.strength!r}) AS mean FROM {moments} m LEFT JOIN ({counted[0]}) n "
            f"ON n.as_of = m.as_of LEFT JOIN ({counted[1]}) k ON k.as_of = m.as_of"
        )
        return Source(over.name, sql)

    def _feature(self, name: str, value: Expression, unit: str, description: str) -> Feature:
        prefix = self.prefix or slug(self.events)
        return Feature(f"{prefix}_{name}", value, "engagement", unit, description)


def _check_moment(text: str) -> None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise ParameterError(
            f"`learn_until` must be a moment without a zone, such as '2024-06-01'; got {text!r}."
        )


engagement = Engagement
