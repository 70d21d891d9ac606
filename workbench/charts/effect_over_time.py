"""The effect of a test and its interval, look by look."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from workbench.charts import style
from workbench.charts.effect_axes import (
    INTERVAL,
    KINDS,
    WIDER,
    check_comparison,
    effect_in,
    finite,
    write_effects,
)
from workbench.checks import check_choice, check_columns
from workbench.language import say, say_count, written
from workbench.language.numerals import marked_as

BY = ("contacts", "at")

_FEW = 15  # looks whose intervals are drawn one by one, too


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
    check_comparison(looks, [*INTERVAL, by], name="The table of looks")
    if bounds is not None:
        check_columns(bounds, ["contacts", "low", "high"], name="The table of bounds")
    shown = looks.assign(_x=_seen(looks) if by == "contacts" else pd.to_datetime(looks["at"]))
    shown = shown.sort_values("_x", kind="stable")
    with style.canvas(ax) as axes:
        axes.axhline(0.0, color=style.INK, linewidth=1.2, linestyle=(0, (4, 3)))
        _band(axes, shown)
        if bounds is not None and by == "contacts":
            _bounds(axes, bounds, shown["effect"].iloc[-1])
        axes.set_ylim(*_around(shown, bounds if by == "contacts" else None))
        axes.set_ylabel(effect_in(kind))
        write_effects(axes.yaxis, kind)
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


def _seen(looks: pd.DataFrame) -> pd.Series[float]:
    return looks[[name for name in ("contacts", "contacts_against") if name in looks]].sum(axis=1)


def _band(ax: Axes, shown: pd.DataFrame) -> None:
    x, low, high = shown["_x"].to_numpy(), finite(shown["low"]), finite(shown["high"])
    ax.fill_between(x, low, high, color=style.PALE_BLUE, linewidth=0)
    if len(shown) <= _FEW:
        ax.vlines(x, low, high, color=style.BLUE, linewidth=1.2)
    ax.plot(x, finite(shown["effect"]), color=style.BLUE, marker="o", markersize=4)


def _bounds(ax: Axes, bounds: pd.DataFrame, effect: float) -> None:
    x = bounds["contacts"].to_numpy(dtype="float64")
    for name in ("low", "high"):
        ends = finite(bounds[name])
        ax.plot(x, ends, color=style.VERMILION, linewidth=1.4, marker="_", markersize=12)
    # beside the bound that the effects are not near
    above = float(np.nan_to_num(effect)) < 0
    at = (float(x[-1]), float(bounds["high" if above else "low"].iloc[-1]))
    look: dict[str, Any] = {"offset": (0, 6 if above else -6), "va": "bottom" if above else "top"}
    style.label(ax, say("planned bounds"), at, ha="right", color=style.VERMILION, **look)


def _around(shown: pd.DataFrame, bounds: pd.DataFrame | None) -> tuple[float, float]:
    """Fit all effects, and what comes near the last look: a first interval would fill the page."""
    ends = [finite(shown[name]) for name in ("low", "high")]
    last = [float(one[-1]) for one in ends]
    if bounds is not None:
        planned = [finite(bounds[name]) for name in ("low", "high")]
        ends, last = [*ends, *planned], [*last, *(float(one[-1]) for one in planned)]
    known = finite(shown["effect"])
    core = np.array([*last, *known[np.isfinite(known)], 0.0])
    core = core[np.isfinite(core)]
    reach = (WIDER - 1) / 2 * max(float(np.ptp(core)), 1e-12)
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
