"""The picture of a Targeting of an uplift: incremental profit by depth, and the gross beside it."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workbench.governance.disclosure import EXACT, FEWEST_PEOPLE
from workbench.language import later, say, say_count
from workbench.numbers import Array
from workbench.widgets.front.picture import words
from workbench.widgets.targeting.contents import Contents
from workbench.widgets.targeting.kept_back import kept_note
from workbench.widgets.targeting.measured import PARTS, Tested
from workbench.widgets.targeting.picture import DIGITS, joined_bins
from workbench.widgets.targeting.ranked_contacts import binned, people

EXPECTED, GROSS, MEASURED = "expected_profit", "gross_profit", "measured_profit"
_NAMES = {
    GROSS: later("gross, expected"),
    MEASURED: later("incremental, measured"),
    EXPECTED: later("incremental, expected"),
}
WHAT_IT_IS = later(
    "Incremental: without responses that would have come without the contact. Gross: with them."
)


def incremental_picture(given: Contents, money: Mapping[str, float], release: str) -> str:
    """Draw incremental and gross profit by depth; a sentence where too few would be seen.

    What contacts added is drawn where these are the contacts that are ranked.

    Parameters
    ----------
    given : Contents
        Of an uplift model.
    money : mapping
        ``cost``, and ``margin``: of a response, or a share of its amount.
    release : {"private", "static", "exact"}

    Returns
    -------
    str
        A PNG, in base64.
    """
    if people(given.contacts) < FEWEST_PEOPLE:
        return words(say("Too few contacts to draw: what is shown is of many alone."))
    by_value = given.amounts is not None and release != EXACT
    bins = joined_bins(given.contacts) if by_value else binned(given.contacts)
    if bins is None:
        return words(
            say("Too few contacts share the money to draw it: what is shown is of many alone.")
        )
    table = followed(bins, money)
    came = None
    if given.tested is not None and given.judged and not by_value:
        came = measured(given.tested, table, money, release)
    note = "\n".join(filter(None, [say(WHAT_IT_IS), kept_note(given.keep)]))
    return _drawn(table, came, note, given.currency, digits=DIGITS if by_value else None)


def followed(bins: Array, money: Mapping[str, float]) -> pd.DataFrame:
    """Follow profit bin by bin, as the view does: ``depth, contacts``, and both profits."""
    made, value, gross = np.cumsum(np.insert(bins, 0, 0.0, axis=1), axis=1)
    cost, margin = money["cost"] * made, money["margin"]
    return pd.DataFrame(
        {
            "depth": made / made[-1],
            "contacts": made,
            EXPECTED: margin * value - cost,
            GROSS: margin * gross - cost,
        }
    )


def measured(
    tested: Tested, table: pd.DataFrame, money: Mapping[str, float], release: str
) -> pd.DataFrame | None:
    """Return measured profit by depth with its interval; None where it is of too few people."""
    parts = PARTS if release == EXACT else tested.most_parts()
    if parts == 0:
        return None
    by_depth, total = tested.by_depth(parts), float(table["contacts"].iloc[-1])
    spent = money["cost"] * total * by_depth["depth"]
    named = {MEASURED: "added", "low": "low", "high": "high"}
    profits = {name: money["margin"] * total * by_depth[of] - spent for name, of in named.items()}
    nobody = pd.DataFrame({name: [0.0] for name in ("depth", *named)})
    return pd.concat([nobody, pd.DataFrame({"depth": by_depth["depth"], **profits})])


def _drawn(
    table: pd.DataFrame,
    came: pd.DataFrame | None,
    note: str,
    currency: str,
    *,
    digits: int | None,
) -> str:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    from workbench.charts import style
    from workbench.charts.lettering import letter

    looks: dict[str, dict[str, Any]] = {
        GROSS: {"color": style.MUTED, "linestyle": (0, (5, 3))},
        MEASURED: {"color": style.VERMILION, "linestyle": (0, (2, 2))},
        EXPECTED: {"color": style.BLUE},
    }
    best = table.iloc[int(table[EXPECTED].to_numpy().argmax())]
    with mpl.rc_context():
        figure = Figure(figsize=(8.0, 4.2), layout="constrained")
        with style.canvas(figure.subplots()) as ax:
            ax.axhline(0.0, color=style.MUTED, linewidth=1.0)
            for name, look in looks.items():
                lines = came if name == MEASURED else table
                if lines is not None:
                    ax.plot(lines["depth"], lines[name], label=say(_NAMES[name]), **look)
            if came is not None:
                band: dict[str, Any] = {"color": style.VERMILION, "alpha": 0.15, "linewidth": 0}
                label = say("95% interval of the measured")
                ax.fill_between(came["depth"], came["low"], came["high"], label=label, **band)
            ax.axvline(best["depth"], color=style.INK, linewidth=1.0, linestyle=(0, (2, 2)))
            ax.plot([best["depth"]], [best[EXPECTED]], "o", color=style.BLUE, markersize=7)
            ax.set_xlim(0, 1)
            depths = say("Contacts made, best first (share of all contacts)")
            ax.set_xlabel(f"{depths}\n{note}")
            shown = currency or say("currency of cost and margin")
            ax.set_ylabel(say("Profit ({currency})", currency=shown), parse_math=False)
            style.percent(ax, x=True)
            style.money(ax)
            ax.legend(frameon=False, fontsize=9)
            style.title(ax, advice(best, currency, digits))
        out = io.BytesIO()
        letter(figure)
        figure.savefig(out, format="png", dpi=90)
    return base64.b64encode(out.getvalue()).decode("ascii")


def advice(best: Any, currency: str = "", digits: int | None = None) -> str:
    """Say whom to contact, and what that is expected to add."""
    from workbench.charts import style
    from workbench.digits import money_text

    if best["depth"] == 0:
        return say("Contact nobody: no contact is expected to earn its cost")
    earned = float(best[EXPECTED])
    if digits is not None:
        earned = float(f"{earned:.{digits}g}")
    return say(
        "Best {depth} ({contacts}): {expected} of incremental profit expected",
        depth=style.share(best["depth"]),
        contacts=say_count("{n:,.0f} contact", "{n:,.0f} contacts", best["contacts"]),
        expected=money_text(earned, currency),
    )
