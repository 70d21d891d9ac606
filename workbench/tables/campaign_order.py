"""The order of campaigns in time, as far as their labels, or somebody, tell it.

Moments in a column of their own are better than any label, and come first. Else labels are
read: dates and parts of years in their usual spellings, then numbers. What one label leaves
open is settled over all of them; what stays open is said, and never guessed in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbench.errors import ParameterError
from workbench.messages import count_of, did_you_mean, listed
from workbench.tables.label_dates import (
    DAY_FIRST,
    MONTH_FIRST,
    OF_ANY_YEAR,
    PLAIN,
    SHORT_YEAR,
    UNITS,
    Dated,
    Readings,
    readings,
)

AUTO, FIRST_SEEN = "auto", "first-seen"
WORDS = (AUTO, FIRST_SEEN, DAY_FIRST, MONTH_FIRST)
TIME, GIVEN, NUMBERS, MONTHS, FILE = "time", "given", "numbers", "months", "file"

_MOST = 2 / 3  # of the labels must be read alike; the few others are odd ones
_LONGEST = 15  # years that labels with years of two digits span at most


class CampaignOrder(NamedTuple):
    """Campaign labels in order, and what the order rests on.

    ``by`` is "time" (dates in the labels), "given" (somebody said so), "numbers" or "months"
    (of any year), which are taken as time and said to be, or "file": no order is known.
    ``dated`` holds the first moment and the length of each label that was read as a date.
    ``doubt`` says why it is not plain whether days or months come first, and what settles it.
    """

    labels: tuple[Any, ...]
    by: str
    notes: tuple[str, ...] = ()
    dated: Mapping[Any, Dated] = {}
    doubt: str = ""

    @property
    def is_time(self) -> bool:
        """Whether those that stand last are the latest, as far as anybody said."""
        return self.by != FILE

    def of(self, present: pd.Series[Any]) -> list[Any]:
        """Return the labels that are there, in order; those that were never seen come last."""
        there = present.drop_duplicates().tolist()
        known, here = set(self.labels), set(there)
        return [one for one in self.labels if one in here] + [
            one for one in there if one not in known
        ]


def order_of(labels: pd.Series[Any], order: str | Sequence[Any] = AUTO) -> CampaignOrder:
    """Find the order of campaigns from their labels.

    Parameters
    ----------
    labels : Series, shape (n,)
        Of rows, or each label once. The categories of an ordered Categorical are their order.
    order : {"auto", "first-seen", "day-first", "month-first"} or sequence of labels
        "first-seen": as they stand in the file. "day-first", "month-first": how 3/4/2024 is
        to be read. A sequence holds every label, the earliest first.

    Returns
    -------
    CampaignOrder
        A few labels that tell no time, among many that do, stand before these, and so are
        never among the last that a test is made of; a note says so.

    Raises
    ------
    ParameterError
        `order` is no such word, or leaves a label out.

    Examples
    --------
    >>> found = order_of(pd.Series(["Feb 2024", "Jan 2024", "Dez 2023"]))
    >>> found.labels, found.by
    (('Dez 2023', 'Jan 2024', 'Feb 2024'), 'time')
    >>> order_of(pd.Series(["Campaign 10", "Campaign 2"])).labels
    ('Campaign 2', 'Campaign 10')
    """
    if not isinstance(order, str):
        return _given(labels, list(order))
    if order not in WORDS:
        raise ParameterError(
            f"`order` must be one of {listed(WORDS)}, or a list of every campaign, the earliest "
            f"first; got {order!r}.{did_you_mean(order, WORDS)}"
        )
    distinct = labels.drop_duplicates().tolist()
    if order == FIRST_SEEN:
        return CampaignOrder(tuple(distinct), GIVEN)
    if isinstance(labels.dtype, pd.CategoricalDtype) and labels.dtype.ordered:
        there = set(distinct)
        kept = [label for label in labels.dtype.categories if label in there]
        return CampaignOrder(tuple(kept), GIVEN)
    return (
        _by_date(distinct, order)
        or _by_number(distinct)
        or CampaignOrder(tuple(distinct), FILE, () if len(distinct) < 2 else (_UNKNOWN,))
    )


def labels_are_dated(labels: pd.Series[Any]) -> bool:
    """Return whether campaign labels say their time: months, quarters, weeks, days of a year.

    Examples
    --------
    >>> import pandas as pd
    >>> labels_are_dated(pd.Series(["2024-03", "2023-11"])), labels_are_dated(pd.Series(["May"]))
    (True, False)
    """
    return order_of(labels).by == TIME


_UNKNOWN = (
    "Campaigns have no dates: they stand in the order of first appearance, and none is called "
    "later than another. Where their order is known, name the column of their time (`time`) or "
    "give the order (`order`, --order)."
)


def _given(labels: pd.Series[Any], order: list[Any]) -> CampaignOrder:
    distinct = labels.drop_duplicates().tolist()
    by_text = {str(label): label for label in distinct}
    wanted = [str(label) for label in order]
    missing = [label for label in by_text if label not in wanted]
    twice = len(set(wanted)) < len(wanted)
    if missing or twice:
        fault = "some stand twice" if twice else f"{listed(missing)} are not in it"
        raise ParameterError(
            f"`order` must hold every campaign once, the earliest first; {fault}. The campaigns "
            f"are {listed(sorted(by_text))}."
        )
    return CampaignOrder(tuple(by_text[label] for label in wanted if label in by_text), GIVEN)


# --- dates


def _by_date(distinct: list[Any], asked: str) -> CampaignOrder | None:
    """Order labels of which most are dates; None where they are not."""
    found = {label: read for label in distinct if (read := readings(written(label)))}
    with_year = {label: read for label, read in found.items() if OF_ANY_YEAR not in read}
    if len(with_year) >= max(1, _MOST * len(distinct)):
        chosen, notes = _settled(with_year, asked)
        doubt = "" if asked in (DAY_FIRST, MONTH_FIRST) else _doubt(with_year)
        if chosen is None:
            return CampaignOrder(tuple(distinct), FILE, notes, doubt=doubt)
        return _with_odd_ones(chosen, distinct, TIME, notes)._replace(doubt=doubt)
    if len(found) >= max(2, _MOST * len(distinct)) and not with_year:
        months = {label: read[OF_ANY_YEAR] for label, read in found.items()}
        ends = _ends(months)
        note = (
            f"Campaigns are months whose year is not said: they stand from {ends[0]} to {ends[1]}, "
            "as those of one year. If they go over the end of a year, give their order (`order`, "
            "--order)."
        )
        return _with_odd_ones(months, distinct, MONTHS, (note,))
    return None


def _settled(
    found: Mapping[Any, Readings], asked: str
) -> tuple[dict[Any, Dated] | None, tuple[str, ...]]:
    """Choose one reading for all labels; None where two readings order them differently."""
    plain = {label: read[PLAIN] for label, read in found.items() if PLAIN in read}
    short = {label: read[SHORT_YEAR] for label, read in found.items() if SHORT_YEAR in read}
    either = _of_either(found)
    notes: tuple[str, ...] = ()
    if short:
        years = {dated.start.year for dated in short.values()}
        one, span = _sorted(short)[0], max(years) - min(years)
        # years follow one another; days of a month, which these may be, lie anywhere
        if span > _LONGEST or 2 * len(years) <= span:
            return None, (f"Whether {str(one)!r} ends in a year or a day is not plain. {_UNKNOWN}",)
        notes = (
            f"Campaigns end in years of two digits: {str(one)!r} is {short[one].start:%B %Y}.",
        )
    if not either:
        return plain | short, notes
    day_or_month, note = _day_or_month(either, plain | short, asked)
    if day_or_month is None:
        return None, (note,)
    settled = {label: read[day_or_month] for label, read in either.items()}
    return plain | short | settled, notes + ((note,) if note else ())


def _of_either(found: Mapping[Any, Readings]) -> dict[Any, Readings]:
    return {label: read for label, read in found.items() if {DAY_FIRST, MONTH_FIRST} & set(read)}


def _possible(found: Mapping[Any, Readings]) -> list[str]:
    return [n for n in (DAY_FIRST, MONTH_FIRST) if all(n in read for read in found.values())]


def _doubt(found: Mapping[Any, Readings]) -> str:
    """Say what keeps the order of day and month open, and what settles it; "" if nothing."""
    either = _of_either(found)
    possible = _possible(either)
    if not either or len(possible) == 1:
        return ""
    if not possible:
        return (
            f"{_unfit(either, MONTH_FIRST)!r} begins with the day, and "
            f"{_unfit(either, DAY_FIRST)!r} "
            "with the month. Write them as YYYY-MM-DD."
        )
    if len(either) == 1 == len(found):
        return ""
    return (
        f"{min(str(label) for label in either)!r} may begin with the day or with the month. Say "
        "`dates='day-first'` or `dates='month-first'`, or write them as YYYY-MM-DD."
    )


def _day_or_month(
    found: Mapping[Any, Readings], rest: Mapping[Any, Dated], asked: str
) -> tuple[str | None, str]:
    """Say whether 3/4/2024 has its day or its month first; None where nobody can know.

    Labels of one meaning, `rest`, stand among them.
    """
    possible = _possible(found)
    example = min(str(label) for label in found)
    if asked in (DAY_FIRST, MONTH_FIRST):
        if asked in possible:
            return asked, ""
        raise ParameterError(
            f"`order={asked!r}` must fit every campaign; {_unfit(found, asked)!r} is no such date."
        )
    if len(possible) == 1:
        return possible[0], ""
    if not possible:
        return None, (
            f"Campaigns such as {_unfit(found, DAY_FIRST)!r} and {_unfit(found, MONTH_FIRST)!r} "
            f"cannot both have their day, or both their month, first. {_UNKNOWN}"
        )
    firsts = [n for n in possible if all(read[n].start.day == 1 for read in found.values())]
    read_so = {n: {label: read[n] for label, read in found.items()} for n in possible}
    orders = {n: _sorted({**rest, **read_so[n]}) for n in possible}
    likely = firsts[0] if len(firsts) == 1 else DAY_FIRST
    if orders[DAY_FIRST] != orders[MONTH_FIRST]:
        return None, (
            f"Whether campaigns such as {example!r} have their day or their month first is not "
            "plain, and the two give different orders: they stand in the order of first "
            "appearance. Say `order='day-first'` or 'month-first' (--order day-first)."
        )
    if len(found) == 1 and not rest:
        return likely, ""
    return likely, (
        f"Campaigns such as {example!r} are read {likely}; the other way, their order would be "
        "the same."
    )


def _unfit(found: Mapping[Any, Readings], name: str) -> str:
    return min(str(label) for label, read in found.items() if name not in read)


def _sorted(dated: Mapping[Any, Dated]) -> list[Any]:
    # of those that begin together, the shorter first; then by name: rows must not decide
    return sorted(dated, key=lambda label: (*_span(dated[label]), str(label)))


def _span(dated: Dated) -> tuple[pd.Timestamp, int]:
    return dated.start, UNITS.index(dated.unit)


def _ends(dated: Mapping[Any, Dated]) -> tuple[str, str]:
    order = _sorted(dated)
    return repr(str(order[0])), repr(str(order[-1]))


def _with_odd_ones(
    dated: Mapping[Any, Dated], distinct: list[Any], by: str, notes: tuple[str, ...]
) -> CampaignOrder:
    odd = sorted((label for label in distinct if label not in dated), key=str)
    kept = dict(dated) if by == TIME else {}
    return CampaignOrder((*odd, *_sorted(dated)), by, notes + _said_of(odd), kept)


def _said_of(odd: list[Any]) -> tuple[str, ...]:
    if not odd:
        return ()
    names = listed([str(label) for label in odd], 5)
    verb, them = ("tells", "it stands") if len(odd) == 1 else ("tell", "they stand")
    note = (
        f"{count_of(len(odd), 'campaign')}, {names}, {verb} no time, unlike the others: {them} "
        "before them, to be learned from and never tested. Drop those rows, or give the order of "
        "all (`order`, --order), if that is wrong."
    )
    return (note,)


# --- numbers


def _by_number(distinct: list[Any]) -> CampaignOrder | None:
    """Order labels that differ by one number, such as "Campaign 2" and "Campaign 10"."""
    if len(distinct) < 2:
        return None
    found = {label: parts for label in distinct if (parts := _number(label))}
    around = pd.Series([(before, after) for before, _, after in found.values()], dtype=object)
    if around.empty:
        return None
    usual = around.value_counts().index[0]
    number = {
        label: value for label, (before, value, after) in found.items() if (before, after) == usual
    }
    if len(number) < max(2, _MOST * len(distinct)):
        return None
    order = sorted(number, key=lambda label: (number[label], str(label)))
    note = (
        f"Campaigns stand in the order of their numbers, from {str(order[0])!r} to "
        f"{str(order[-1])!r}, and a higher number is taken as later. If that is wrong, name the "
        "column of their time (`time`) or give the order (`order`, --order)."
    )
    odd = sorted((label for label in distinct if label not in number), key=str)
    return CampaignOrder((*odd, *order), NUMBERS, (note, *_said_of(odd)))


_ENDING = re.compile(r"^(st|nd|rd|th)\b|^\.$")


def _number(label: Any) -> tuple[str, float, str] | None:
    text = written(label).strip().casefold()
    found = re.fullmatch(r"([^\d]*?)(\d+)([^\d]*)", text)
    if found is None:
        return None
    before, value, after = found.groups()
    return before, float(value), _ENDING.sub("", after)


def as_labels(column: pd.Series[Any]) -> pd.Series[Any]:
    """Write what a column holds as campaign labels, without losing the order that it tells.

    Moments become text, midnights as days; 2024.1, which a table makes of
    2024.10, becomes "2024.10" again, where all of the column are such months.

    Examples
    --------
    >>> as_labels(pd.Series(pd.to_datetime(["2024-01-05 07:00", "2024-01-05 09:30"]))).tolist()
    ['2024-01-05 07:00', '2024-01-05 09:30']
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        return _moments_as_text(column)
    if pd.api.types.is_float_dtype(column) and not (column % 1 == 0).all():
        text = column.map("{:.2f}".format)
        same = np.isclose(text.astype("float64"), column.astype("float64"), rtol=0, atol=1e-6)
        if same.all() and all(PLAIN in readings(one) for one in text.unique()):
            return text
    return column


def _moments_as_text(column: pd.Series[Any]) -> pd.Series[Any]:
    """Write each moment as short as it can be, by itself: other rows have no say in its name."""
    text = column.dt.strftime("%Y-%m-%d %H:%M:%S.%f")
    for unit, form in (("min", "%Y-%m-%d %H:%M"), ("D", "%Y-%m-%d")):
        text = text.mask(column == column.dt.floor(unit), column.dt.strftime(form))
    return pd.Series(text)


def written(label: Any) -> str:
    """Write a label as text: whole numbers without a point.

    A moment is written as a day, where it is midnight.

    Examples
    --------
    >>> written(202401.0), written("Jan 2024")
    ('202401', 'Jan 2024')
    """
    if isinstance(label, (float, np.floating)) and float(label).is_integer():
        return str(int(label))
    if isinstance(label, pd.Timestamp) and label == label.normalize():
        return f"{label:%Y-%m-%d}"
    return str(label)
