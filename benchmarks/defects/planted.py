"""Kinds of defects, each planted into a table without one, and the question that must find it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from defects.bases import Base

Rng = np.random.Generator


@dataclass(frozen=True)
class Kind:
    """A kind of defect, who plants it, and by which question it must be found.

    Parameters
    ----------
    name : str
    check : str
        The name of the question.
    plant : function of base and random generator
        Returns the base with the defect; None where the base cannot have it.
    """

    name: str
    check: str
    plant: Callable[[Base, Rng], Base | None]


def _last(base: Base) -> np.ndarray:
    """Which rows are of the latest campaign."""
    time = pd.to_datetime(base["time"])
    return (base["campaign"] == base["campaign"][time.idxmax()]).to_numpy()


def _some(base: Base, rng: Rng, share: float, among: Any = None) -> np.ndarray:
    """Which rows are drawn: a share of all, or of some."""
    allowed = np.ones(len(base.table), bool) if among is None else among
    return allowed & (rng.random(len(base.table)) < share)


def _is_yes(base: Base) -> np.ndarray:
    return (base["target"].astype(str) == base.words[1]).to_numpy()


def no_outcome_yet(base: Base, _: Rng) -> Base:
    """Empty the outcome: no response has come in."""
    return base.having(target=pd.Series([None] * len(base.table), dtype=object))


def counted_too_early(base: Base, _: Rng) -> Base:
    """Export five days after the last mail: who has not answered yet counts as a no."""
    last = _last(base)
    no = base["target"].astype(str).where(~last, base.words[0])
    today = pd.to_datetime(base["time"]).max() + timedelta(days=5)
    return replace(base.having(target=no), today=today.date())


def one_outcome(base: Base, _: Rng) -> Base:
    """Call all of them a no: the flag was lost."""
    return base.having(target=base.words[0])


def campaign_not_recorded(base: Base, _: Rng) -> Base:
    """Lose the responses of one campaign in the middle."""
    labels = base["campaign"].drop_duplicates()
    sizes = base["campaign"].map(base["campaign"].value_counts())
    middle = labels.iloc[1:-1]
    largest = max(middle, key=lambda one: sizes[base["campaign"] == one].iloc[0])
    silent = base["campaign"] == largest
    return base.having(target=base["target"].astype(str).where(~silent, base.words[0]))


def perfect_leak(base: Base, rng: Rng) -> Base:
    """Add a status that is set when somebody orders."""
    status = np.where(_is_yes(base), rng.choice(["paid", "sent"], len(base.table)), "none")
    return base.having(order_status=status)


def leak_with_noise(base: Base, rng: Rng) -> Base:
    """Add the value of the order, which nine of ten responders have and nobody else."""
    value = np.where(_is_yes(base), rng.lognormal(3, 1, len(base.table)), 0.0)
    return base.having(order_value=np.where(_some(base, rng, 0.08), 0.0, value).round(2))


def ids_empty(base: Base, rng: Rng) -> Base:
    """Take the customer of one in twenty, written in different ways."""
    nobody = rng.choice(["", "unknown", "NULL"], len(base.table))
    gone = _some(base, rng, 0.05)
    return base.having(customer=np.where(gone, nobody, base["customer"].astype(str)))


def ids_spelled_twice(base: Base, rng: Rng) -> Base:
    """Let a second system write blanks, capitals or zeros otherwise."""
    ids = base["customer"].astype(str)
    other = ids.str.lower() + " " if ids.str.contains("[A-Z]").any() else "00" + ids
    if not ids.duplicated().any():  # nobody twice: some of the latest are known from before
        late, before = np.flatnonzero(_last(base)), np.flatnonzero(~_last(base))
        ids.iloc[late[:200]] = ids.iloc[before[:200]].to_numpy()
        other = "00" + ids
    return base.having(customer=ids.where(~_some(base, rng, 0.2), other))


def ids_are_row_numbers(base: Base, _: Rng) -> Base:
    """Put the number of the row in the place of the customer."""
    return base.having(customer=np.arange(1, len(base.table) + 1))


def ids_numbered_anew(base: Base, _: Rng) -> Base:
    """Count each campaign's list from one."""
    return base.having(customer=base.table.groupby(base.names["campaign"]).cumcount() + 1)


def ids_recycled(base: Base, rng: Rng) -> Base:
    """Give numbers of customers who left to others, born on another day."""
    ids = base["customer"].astype(str).to_numpy().copy()
    late = np.flatnonzero(_last(base))
    early = np.flatnonzero(~_last(base))
    taken = rng.choice(late, max(10, len(late) // 12), replace=False)
    before = rng.choice(early, len(taken), replace=False)
    ids[taken] = ids[before]
    both = base.having(customer=ids).table.index
    keep = ~pd.DataFrame({"c": ids, "k": base["campaign"]}).duplicated().to_numpy()
    return base.having(customer=ids).rows(both[keep])


def ids_changed(base: Base, _: Rng) -> Base | None:
    """Give every customer a new number before the latest campaign."""
    ids, last = base["customer"].astype(str), _last(base)
    if not ids[last].isin(ids[~last]).mean() > 0.2:
        return None
    return base.having(customer=ids.where(~last, "N" + ids))


def zones_mixed(base: Base, rng: Rng) -> Base:
    """Write the zone of half of the moments, and none of the others."""
    clock = base["last"] + pd.to_timedelta(rng.integers(0, 86_000, len(base.table)), "s")
    text = clock.dt.strftime("%Y-%m-%d %H:%M:%S")
    return base.having(last=text.where(_some(base, rng, 0.5), text + "+02:00"))


def future_days(base: Base, rng: Rng) -> Base:
    """Mistype a year: one in a hundred last orders lies ahead."""
    ahead = base["last"] + pd.DateOffset(years=30)
    return base.having(last=base["last"].where(~_some(base, rng, 0.01), ahead))


def default_days(base: Base, rng: Rng) -> Base:
    """Give who told no day of birth a default one."""
    day = rng.choice([pd.Timestamp("1900-01-01"), pd.Timestamp("1970-01-01")])
    return base.having(born=base["born"].where(~_some(base, rng, 0.03), day))


def end_before_beginning(base: Base, rng: Rng) -> Base:
    """Put the first order of some after their last."""
    wrong = _some(base, rng, 0.03)
    early = base["first"] - pd.to_timedelta(rng.integers(5, 200, len(base.table)), "D")
    return base.having(last=base["last"].where(~wrong, early))


def day_and_month_swapped(base: Base, rng: Rng) -> Base:
    """Type last orders in two offices: one the day first, one the month."""
    here, there = base["last"].dt.strftime("%d/%m/%Y"), base["last"].dt.strftime("%m/%d/%Y")
    return base.having(last=here.where(_some(base, rng, 0.7), there))


def days_as_numbers(base: Base, rng: Rng) -> Base:
    """Turn some days into the numbers that a spreadsheet keeps them as."""
    text = base["last"].dt.strftime(base.days)
    number = (base["last"] - pd.Timestamp("1899-12-30")).dt.days.astype(str)
    return base.having(last=text.where(~_some(base, rng, 0.15), number))


def rows_twice(base: Base, rng: Rng) -> Base:
    """Repeat the load for some rows."""
    n = len(base.table)
    return base.rows(np.concatenate([np.arange(n), rng.choice(n, n // 50, replace=False)]))


def contacts_twice(base: Base, rng: Rng) -> Base:
    """Put some customers into a campaign twice: once as a yes and once as a no."""
    n = len(base.table)
    again = base.rows(rng.choice(n, n // 40, replace=False))
    turned = np.where(_is_yes(again), base.words[0], base.words[1])
    both = pd.concat([base.table, again.having(target=turned).table], ignore_index=True)
    return replace(base, table=both)


def column_missing_in_a_campaign(base: Base, _: Rng) -> Base:
    """Lose the amount in one campaign before the latest: an interface was down."""
    labels = base["campaign"].drop_duplicates().tolist()
    return base.having(amount=base["amount"].where(base["campaign"] != labels[-2]))


def codes_for_missing(base: Base, rng: Rng) -> Base:
    """Write 99999 where an amount is not known."""
    return base.having(amount=base["amount"].where(~_some(base, rng, 0.06), 99_999.0))


def control_group_lost(base: Base, _: Rng) -> Base:
    """Mail everybody in the latest campaign."""
    return base.having(arm=base["arm"].where(~_last(base), "mail"))


def objections_contacted(base: Base, rng: Rng) -> Base:
    """Leave customers who objected in the lists."""
    opted_out = np.where(_some(base, rng, 0.02), base.words[1], base.words[0])
    return base.having(opted_out=opted_out)


def tiny_campaign(base: Base, _: Rng) -> Base:
    """Give a trial mailing to six colleagues a name of its own."""
    labels = base["campaign"].astype(str).to_numpy().copy()
    at = np.flatnonzero(base["campaign"] == base["campaign"].iloc[len(labels) // 2])[:6]
    labels[at] = "trial 99" if " " in labels[0] else "2019-02" if "-" in labels[0] else "c99"
    return base.having(campaign=labels)


def unit_changed(base: Base, rng: Rng) -> Base:
    """Bring amounts of the latest campaign in cents, or in thousands."""
    factor = rng.choice([100.0, 1000.0, 0.001])
    scaled = base["amount"] * factor
    return base.having(amount=base["amount"].where(~_last(base), scaled))


def levels_renamed(base: Base, _: Rng) -> Base:
    """Give the levels new names in the latest campaign."""
    renamed = base["level"].astype(str).str.upper().str[:3]
    return base.having(level=base["level"].where(~_last(base), renamed))


def column_gone_constant(base: Base, _: Rng) -> Base:
    """Set the amount to 0 for all in the latest campaign."""
    return base.having(amount=base["amount"].where(~_last(base), 0.0))


def rate_collapsed(base: Base, rng: Rng) -> Base:
    """Leave nine of ten responses of the latest campaign uncounted."""
    lost = _last(base) & _is_yes(base) & _some(base, rng, 0.9)
    return base.having(target=base["target"].astype(str).where(~lost, base.words[0]))


def column_moved(base: Base, rng: Rng) -> Base:
    """Move the amount of the latest campaign: all of it is near its largest."""
    high = base["amount"].quantile(0.97) * rng.uniform(0.9, 1.1, len(base.table))
    return base.having(amount=base["amount"].where(~_last(base), high.round(2)))


KINDS = (
    Kind("no outcome yet", "outcomes-matured", no_outcome_yet),
    Kind("outcomes counted too early", "outcomes-matured", counted_too_early),
    Kind("one outcome only", "target", one_outcome),
    Kind("a campaign's responses not recorded", "responses", campaign_not_recorded),
    Kind("a column that is the outcome", "leakage", perfect_leak),
    Kind("an amount that came with the response", "leakage", leak_with_noise),
    Kind("customers empty", "customer-ids", ids_empty),
    Kind("customers spelled in two ways", "customer-ids", ids_spelled_twice),
    Kind("row numbers for customers", "customer-ids", ids_are_row_numbers),
    Kind("customers numbered anew in each campaign", "customer-ids", ids_numbered_anew),
    Kind("numbers of customers given again", "customer-ids", ids_recycled),
    Kind("customers renumbered before the latest campaign", "customer-ids", ids_changed),
    Kind("moments with and without a zone", "time-zones", zones_mixed),
    Kind("days in the future", "dates", future_days),
    Kind("default days", "dates", default_days),
    Kind("the end before the beginning", "dates", end_before_beginning),
    Kind("day and month swapped in some rows", "date-order", day_and_month_swapped),
    Kind("days as a spreadsheet's numbers", "date-order", days_as_numbers),
    Kind("rows twice", "repeated-rows", rows_twice),
    Kind("a customer twice, with both outcomes", "repeated-contacts", contacts_twice),
    Kind("a column missing in a campaign", "missing-values", column_missing_in_a_campaign),
    Kind("a code for missing", "missing-values", codes_for_missing),
    Kind("control group lost", "control-group", control_group_lost),
    Kind("customers who objected", "objections", objections_contacted),
    Kind("a campaign of six", "small-cells", tiny_campaign),
    Kind("a unit changed", "units", unit_changed),
    Kind("levels renamed", "new-levels", levels_renamed),
    Kind("a column gone constant", "gone-columns", column_gone_constant),
    Kind("the rate collapsed", "base-rate", rate_collapsed),
    Kind("a column moved", "drift", column_moved),
)
