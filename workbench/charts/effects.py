"""What a contact changed: as a test goes on, and campaign by campaign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter

from workbench.charts import style
from workbench.checks import check_choice, check_columns, check_not_empty
from workbench.errors import DataError, ParameterError
from workbench.language import say, say_count, written
from workbench.language.numerals import marked_as
from workbench.messages import listed
from workbench.numbers import Array

KINDS = ("binary", "amount", "count")
BY = ("contacts", "at")

_INTERVAL = ["effect", "low", "high"]
_FEW = 15  # looks whose intervals are drawn one by one, too
_WIDER = 4.0  # times the interval of the last look, or the usual one, that still fits


def effect_over_time(
    looks: pd.DataFrame,
    ax: Axes | None = None,
    *,
    bounds: pd.DataFrame | None = None,
    by: str = "contacts",
    kind: str = "binary",
) -> Axes:
    """Draw the effect of a test and its interval at each look, and the bounds that were planned.

    Parameters
    ----------
    looks : DataFrame
        One row a look: ``effect, low, high`` and ``contacts``, beside ``contacts_against`` where
        the others are counted apart, or ``at``. Of one arm against one other. Where a column
        ``valid`` says that intervals are for one look, the title warns.
    ax : Axes, optional
        Where to draw; a new figure by default.
    bounds : DataFrame, optional
        What effect ends the test: `workbench.experiments.Plan.bounds`. Drawn against contacts.
    by : {"contacts", "at"}
        What stands below: the contacts so far, or the time of the look.
    kind : {"binary", "amount", "count"}
        Of the outcome: the effect on a response rate is written in points.

    Returns
    -------
    Axes

    Raises
    ------
    SchemaError
        A column is missing.
    DataError
        The table is empty, or holds several comparisons.
    ParameterError
        `by` or `kind` is not one of these.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import charts
    >>> looks = pd.DataFrame({
    ...     "contacts": [1000, 2000], "effect": [0.01, 0.02], "low": [-0.01, 0.004],
    ...     "high": [0.03, 0.036]})
    >>> charts.effect_over_time(looks).get_title(loc="left")
    'Proven at look 2 of 2, after 2,000 contacts'
    """
    check_choice(by, BY, name="by")
    check_choice(kind, KINDS, name="kind")
    _check(looks, [*_INTERVAL, by], name="The table of looks")
    if bounds is not None:
        check_columns(bounds, ["contacts", "low", "high"], name="The table of bounds")
    shown = looks.assign(_x=_seen(looks) if by == "contacts" else pd.to_datetime(looks["at"]))
    shown = shown.sort_values("_x", kind="stable")
    with style.canvas(ax) as axes:
        axes.axhline(0.0, color=style.INK, linewidth=1.2, linestyle=(0, (4, 3)))
        _band(axes, shown)
        if bounds is not None and by == "contacts":
            _bounds(axes, bounds)
        axes.set_ylim(*_around(shown, bounds if by == "contacts" else None))
        axes.set_ylabel(_effect_in(kind))
        _units(axes.yaxis, kind)
        if by == "contacts":
            axes.set_xlim(left=0.0)
            axes.set_xlabel(say("Contacts so far"))
            how = written()
            axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: marked_as(how, f"{x:,.10g}")))
        else:
            axes.set_xlabel(say("Time of the look"))
            axes.tick_params(axis="x", rotation=30)
        style.title(axes, _news(shown))
    return axes


def effects_by_campaign(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    mean: Mapping[str, float] | pd.Series[Any] | None = None,
    kind: str = "binary",
    most: int = 40,
) -> Axes:
    """Draw the effect in each campaign with its interval, and the mean over campaigns below.

    A filled dot has an interval that leaves zero out. The diamond is as wide as the interval of
    the mean. Contacts of both arms stand at the right. Rows are in the order of the table.

    Parameters
    ----------
    table : DataFrame
        One row a campaign: ``campaign, effect, low, high, contacts, contacts_against``; of one
        arm against one other.
    ax : Axes, optional
        Where to draw; a new figure by default.
    mean : mapping or Series, optional
        ``mean, low, high`` over campaigns, such as `ReadOut.heterogeneity` has.
    kind : {"binary", "amount", "count"}
        Of the outcome: the effect on a response rate is written in points.
    most : int
        Rows to draw, the last ones; the title says how many there are.

    Returns
    -------
    Axes

    Raises
    ------
    SchemaError
        A column is missing.
    DataError
        The table is empty, or holds several comparisons.
    ParameterError
        `kind` is not one of these, or `mean` has no such entries.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import charts
    >>> table = pd.DataFrame({
    ...     "campaign": ["May", "June"], "effect": [0.02, 0.01], "low": [0.01, -0.01],
    ...     "high": [0.03, 0.03], "contacts": [900, 800], "contacts_against": [100, 90]})
    >>> ax = charts.effects_by_campaign(table, mean={"mean": 0.015, "low": 0.0, "high": 0.03})
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['May', 'June', 'Mean over campaigns']
    """
    check_choice(kind, KINDS, name="kind")
    needed = ["campaign", *_INTERVAL, "contacts", "contacts_against"]
    _check(table, needed, name="The table of campaigns")
    shown = table.tail(most)
    middle = None if mean is None else _middle(mean)
    names = [str(name) for name in shown["campaign"]]
    beside = [
        say("{n:,.0f} against {others:,.0f} contacts", n=row.contacts, others=row.contacts_against)
        for row in shown.itertuples()
    ]
    if middle is not None:
        names, beside = [*names, say("Mean over campaigns")], [*beside, ""]
    with style.canvas(ax, height=style.rows_height(len(names)) + 0.2, grid="x") as axes:
        axes.axvline(0.0, color=style.INK, linewidth=1.2, linestyle=(0, (4, 3)))
        _dots(axes, shown)
        if middle is not None:
            _diamond(axes, middle, len(shown))
        style.rows(axes, names, beside)
        axes.set_xlim(*_across(shown, middle))
        _note_unknown(axes, shown)
        axes.set_xlabel(_effect_in(kind))
        _units(axes.xaxis, kind)
        style.title(axes, _found(table, len(shown)))
    return axes


def _check(table: pd.DataFrame, needed: list[str], *, name: str) -> None:
    check_columns(table, needed, name=name)
    check_not_empty(table, name=name)
    for column in ("arm", "against"):
        arms = sorted(map(str, table[column].unique())) if column in table else []
        if len(arms) > 1:
            raise DataError(
                f"{name} must be of one arm against one other; {column!r} has {listed(arms)}. "
                "Choose one: "
                f"`table[table[{column!r}] == …]`."
            )


def _middle(mean: Mapping[str, float] | pd.Series[Any]) -> Array | None:
    """Return mean and interval (3,); None where they are not known, of fewer than two campaigns."""
    names = ("mean", "low", "high")
    if not (hasattr(mean, "keys") and all(name in mean for name in names)):
        known = listed(mean.keys()) if hasattr(mean, "keys") else repr(mean)
        raise ParameterError(
            f"`mean` must have {listed(names)}; got {known}. Give a row of the table that tells "
            "how campaigns differ."
        )
    numbers = np.array([float(mean[name]) for name in names])
    return numbers if np.isfinite(numbers).all() else None


def _seen(looks: pd.DataFrame) -> pd.Series[float]:
    return looks[[name for name in ("contacts", "contacts_against") if name in looks]].sum(axis=1)


def _effect_in(kind: str) -> str:
    if kind == "binary":
        return say("Effect on the response rate, in points")
    return say("Effect per contact, in units of the outcome")


def _units(axis: Axis, kind: str) -> None:
    """Write shares as points; numbers of the outcome stay as the canvas writes them."""
    if kind == "binary":
        how = written()
        axis.set_major_formatter(FuncFormatter(lambda x, _: marked_as(how, f"{100 * x:.4g}")))


def _finite(values: pd.Series[Any]) -> Array:
    numbers = values.to_numpy(dtype="float64")
    return np.where(np.isfinite(numbers), numbers, np.nan)


# --- over time


def _band(ax: Axes, shown: pd.DataFrame) -> None:
    x, low, high = shown["_x"].to_numpy(), _finite(shown["low"]), _finite(shown["high"])
    ax.fill_between(x, low, high, color=style.PALE_BLUE, linewidth=0)
    if len(shown) <= _FEW:
        ax.vlines(x, low, high, color=style.BLUE, linewidth=1.2)
    ax.plot(x, _finite(shown["effect"]), color=style.BLUE, marker="o", markersize=4)


def _bounds(ax: Axes, bounds: pd.DataFrame) -> None:
    x = bounds["contacts"].to_numpy(dtype="float64")
    for name in ("low", "high"):
        ends = _finite(bounds[name])
        ax.plot(x, ends, color=style.VERMILION, linewidth=1.4, marker="_", markersize=12)
    at = (float(x[-1]), float(bounds["high"].iloc[-1]))
    style.label(
        ax, say("planned bounds"), at, offset=(0, 6), ha="right", va="bottom", color=style.VERMILION
    )


def _around(shown: pd.DataFrame, bounds: pd.DataFrame | None) -> tuple[float, float]:
    """Fit all effects, and what comes near the last look: a first interval would fill the page."""
    ends = [_finite(shown[name]) for name in ("low", "high")]
    last = [float(one[-1]) for one in ends]
    if bounds is not None:
        planned = [_finite(bounds[name]) for name in ("low", "high")]
        ends, last = [*ends, *planned], [*last, *(float(one[-1]) for one in planned)]
    known = _finite(shown["effect"])
    core = np.array([*last, *known[np.isfinite(known)], 0.0])
    core = core[np.isfinite(core)]
    reach = (_WIDER - 1) / 2 * max(float(np.ptp(core)), 1e-12)
    low, high = core.min() - reach, core.max() + reach
    seen = np.concatenate([*ends, core])
    seen = np.clip(seen[np.isfinite(seen)], low, high)
    room = 0.06 * max(float(np.ptp(seen)), 1e-12)
    return float(seen.min()) - room, float(seen.max()) + room


def _news(shown: pd.DataFrame) -> str:
    """Say at which look the interval left zero out, or that none did."""
    count = len(shown)
    if count > 1 and "valid" in shown and (shown["valid"] == "at_end").any():
        return say("Each interval is for one look alone: of {n} looks, none proves", n=count)
    out = ((shown["low"] > 0) | (shown["high"] < 0)).to_numpy()
    if out.any():
        k = int(np.flatnonzero(out)[0])
        contacts = {} if "contacts" not in shown else {"contacts": _seen(shown).iloc[k]}
        if not contacts:
            return say("Proven at look {k} of {n}", k=k + 1, n=count)
        return say(
            "Proven at look {k} of {n}, after {contacts:,.0f} contacts",
            k=k + 1,
            n=count,
            **contacts,
        )
    return say_count(
        "Not proven at one look: the interval holds zero",
        "Not proven at any of {n} looks: the interval holds zero",
        count,
    )


# --- by campaign


def _dots(ax: Axes, shown: pd.DataFrame) -> None:
    places = np.arange(len(shown))
    proven = ((shown["low"] > 0) | (shown["high"] < 0)).to_numpy()
    ax.hlines(places, shown["low"], shown["high"], color=style.BLUE, linewidth=1.6)
    ax.scatter(
        shown["effect"],
        places,
        s=36,
        facecolor=np.where(proven, style.BLUE, "white"),
        edgecolor=style.BLUE,
        linewidth=1.4,
        zorder=3,
    )


def _diamond(ax: Axes, middle: Array, place: int) -> None:
    mean, low, high = middle.tolist()
    ax.fill(
        [low, mean, high, mean],
        [place, place - 0.3, place, place + 0.3],
        color=style.VERMILION,
        linewidth=0,
        zorder=3,
    )


def _across(shown: pd.DataFrame, middle: Array | None) -> tuple[float, float]:
    """Fit dots, mean and usual intervals: that of a tiny campaign would fill the page."""
    low, high = _finite(shown["low"]), _finite(shown["high"])
    width = high - low
    usual = width <= _WIDER * np.nanmedian(width) if np.isfinite(width).any() else width > 0
    seen = np.concatenate([_finite(shown["effect"]), low[usual], high[usual], [0.0]])
    seen = seen if middle is None else np.append(seen, middle)
    seen = seen[np.isfinite(seen)]
    room = 0.06 * (float(np.ptp(seen)) or 1.0)
    return float(seen.min()) - room, float(seen.max()) + room


def _note_unknown(ax: Axes, shown: pd.DataFrame) -> None:
    for place, value in enumerate(shown["effect"]):
        if np.isnan(value):
            look: dict[str, Any] = {"color": style.MUTED, "xycoords": ("axes fraction", "data")}
            style.label(ax, say("n/a"), (0.5, place), va="center", ha="center", **look)


def _found(table: pd.DataFrame, drawn: int) -> str:
    known = int(table["effect"].notna().sum())
    proven = int(((table["low"] > 0) | (table["high"] < 0)).sum())
    text = say_count(
        "The interval leaves zero out in {proven} of {n} campaign",
        "The interval leaves zero out in {proven} of {n} campaigns",
        known,
        proven=proven,
    )
    if drawn == len(table):
        return text
    return text + say(" (the last {shown} shown)", shown=drawn)
