"""How often the customer was contacted before, and how they responded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from workbench.errors import ParameterError
from workbench.features.builder import Builder, check_lookbacks, register, slugs, span_before
from workbench.features.formulas import days_since, rate
from workbench.features.measures import Condition, Expression, Feature, Listed, Measure, Source
from workbench.features.sql_words import known_at
from workbench.features.tables import Tables
from workbench.sql.names import quoted


@register("cadence")
@dataclass(frozen=True)
class Cadence(Builder):
    """Earlier contacts of the customer, and their outcomes as far as they are known.

    Only contacts strictly before `as_of` count: others of the same moment do not. A
    campaign runs while its outcome window is open, ``as_of' < as_of < matured_at'``. An
    outcome counts from the moment its window has closed (and its event has arrived), so
    a campaign that is still running enters neither side of the response rate. Data without
    an outcome have neither responses nor running campaigns.

    Parameters
    ----------
    lookbacks_days : sequence of int
        Windows in which contacts are counted, in days.
    same : sequence of str
        Columns of the campaigns table. For each of them past responses are also counted
        over the campaigns that agree with this one, such as those of the same type.
    prior : (float, float)
        (a, b) of the response rate (k + a) / (n + a + b). A fixed number: a prior learned
        from outcomes would have to be learned on training campaigns only. (1, 9) expects
        10%, and weighs as much as 10 contacts.

    Notes
    -----
    Groups ``cadence`` (contacts) and ``response`` (outcomes). Rate smoothing is the mean
    of a beta distribution updated by k of n.

    Examples
    --------
    >>> from workbench.features import cadence
    >>> cadence(same=["campaign_type"])
    Cadence(lookbacks_days=(7, 28, 91), same=['campaign_type'], prior=(1, 9))
    """

    lookbacks_days: Sequence[int] = (7, 28, 91)
    same: Sequence[str] = ()
    prior: Sequence[float] = (1, 9)

    skewed: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_lookbacks([days or 0 for days in self.lookbacks_days], name="lookbacks_days")
        if len(self.prior) != 2 or min(self.prior) < 0 or sum(self.prior) <= 0:
            raise ParameterError(
                "`prior` must be two numbers (a, b) of at least 0 with a sum above 0; "
                f"got {tuple(self.prior)!r}."
            )

    @classmethod
    def propose(cls, tables: Tables) -> Sequence[Self]:
        """Return one builder; it needs contacts only."""
        return [cls(same=tables.campaign_text_columns)]

    def features(self, tables: Tables) -> Iterable[Feature]:
        """Declare the contact features, then the response features."""
        if self.same:
            tables.check_columns("campaigns", self.same)
        yield from self._contacts()
        if tables.outcome is not None:
            yield self._running()
            yield from self._responses(tables)

    def _contacts(self) -> Iterable[Feature]:
        started = _started(())
        for days in self.lookbacks_days:
            yield _cadence(
                f"contacts_{days}d_count",
                Measure(started, "count", lookback_days=days),
                "count",
                f"Number of earlier contacts {span_before(days)}.",
            )
        yield _cadence(
            "contacts_count", Measure(started, "count"), "count", "Number of earlier contacts."
        )
        yield _cadence(
            "contacts_recency_days",
            days_since(Measure(started, "last")),
            "days",
            "Days since the last contact.",
        )
        yield _cadence(
            "contacts_gap_variance",
            Measure(started, "gap_variance"),
            "days²",
            "Variance of the days between contacts that follow each other.",
        )

    def _running(self) -> Feature:
        return _cadence(
            "contacts_running_count",
            Measure(_started(()), "count") - Measure(_ended(()), "count"),
            "count",
            "Number of earlier contacts whose outcome window is still open.",
        )

    def _responses(self, tables: Tables) -> Iterable[Feature]:
        ended, responded = _ended(self.same), _responded(tables, self.same)
        yield from self._rate("responses", ended, responded, (), "earlier campaigns that are over")
        yield _response(
            "responses_recency_days",
            days_since(Measure(responded, "last")),
            "days",
            "Days since the last response was known, its campaign being over.",
        )
        yield _response(
            "outcome_events_count",
            Measure(Source(tables.outcome or ""), "count"),
            "count",
            f"Number of {tables.outcome} of any campaign, running ones included.",
        )
        for column, name in zip(self.same, slugs(self.same), strict=True):
            alike: tuple[Condition, ...] = (Listed(_own(column), column),)
            what = f"earlier campaigns of the same {column} that are over"
            yield from self._rate(f"responses_same_{name}", ended, responded, alike, what)

    def _rate(
        self,
        name: str,
        ended: Source,
        responded: Source,
        where: tuple[Condition, ...],
        what: str,
    ) -> Iterable[Feature]:
        tried = Measure(ended, "count", where=where)
        won = Measure(responded, "count", where=where)
        a, b = self.prior
        yield _response(f"{name}_count", won, "count", f"Number of {what} with a response.")
        yield _response(
            f"{name}_rate",
            rate(won, tried, (a, b)),
            "rate",
            f"Share of {what} with a response, drawn towards {a / (a + b):.0%} "
            f"as if by {a + b:g} more.",
        )


def _started(extra: Sequence[str]) -> Source:
    return Source("contacts", _contacts_sql("c.as_of", extra))


def _ended(extra: Sequence[str]) -> Source:
    # A window that ends at m, half-open, is over at m: its last instant was one before.
    return Source("contacts", _contacts_sql("c.matured_at - INTERVAL 1 MICROSECOND", extra))


def _contacts_sql(time: str, extra: Sequence[str]) -> str:
    columns = "".join(f", g.{quoted(column)}" for column in extra)
    join = " LEFT JOIN campaigns g ON g.campaign = c.campaign" if extra else ""
    return (
        f"SELECT c.customer, {time} AS time{columns} FROM all_contacts c{join} "
        f"WHERE {time} IS NOT NULL"
    )


def _responded(tables: Tables, extra: Sequence[str]) -> Source:
    """Give earlier contacts with a response, at the moment from which both are known."""
    events = quoted(tables.outcome or "")
    columns = tables.columns(tables.outcome or "")
    known, seen = known_at(late="arrived" in columns)
    same = " AND e.campaign = c.campaign" if "campaign" in columns else ""
    more = "".join(f", any_value(g.{quoted(column)}) AS {quoted(column)}" for column in extra)
    join = " LEFT JOIN campaigns g ON g.campaign = c.campaign" if extra else ""
    sql = (
        "SELECT c.customer, greatest(c.matured_at - INTERVAL 1 MICROSECOND, "
        f"min({known})) AS time{more} FROM all_contacts c JOIN {events} e "
        f"ON e.customer = c.customer{same} AND e.time >= c.as_of AND e.time < c.matured_at{seen}"
        f"{join} GROUP BY c.contact, c.customer, c.matured_at"
    )
    return Source(f"contacts, {tables.outcome}", sql)


def _own(column: str) -> Source:
    return Source("campaigns", f"SELECT campaign, {quoted(column)} AS item FROM campaigns")


def _cadence(name: str, value: Expression, unit: str, description: str) -> Feature:
    return Feature(name, value, "cadence", unit, description)


def _response(name: str, value: Expression, unit: str, description: str) -> Feature:
    return Feature(name, value, "response", unit, description)


cadence = Cadence
