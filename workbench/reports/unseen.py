"""What a model was judged on, in a headline's words: nothing is called later that may not be."""

from __future__ import annotations

from workbench.evidence.split import HELD_OUT, Split
from workbench.frame.dealing import what_stays_together
from workbench.language import later, say, say_count
from workbench.tables.campaign_order import MONTHS, NUMBERS


def unseen(split: Split) -> str:
    """Name what a split judges on.

    Parameters
    ----------
    split : Split

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame, evidence
    >>> table = pd.DataFrame({"wave": ["Jan 2024", "Feb 2024"] * 40, "x": range(80),
    ...                       "bought": [0, 0, 1, 1] * 20})
    >>> frame = FeatureFrame.from_table(table, target="bought", campaign="wave")
    >>> unseen(evidence.out_of_time(frame)), unseen(evidence.random_hold_out(frame))
    ('1 later campaign', 'contacts drawn at random')
    """
    if split.kind == HELD_OUT:
        if what_stays_together(split.test) == "customers":
            return say("contacts of customers drawn at random")
        return say("contacts drawn at random")
    count = len(split.test.campaigns)
    if not split.later:
        return say_count("{n:,.0f} other campaign", "{n:,.0f} other campaigns", count)
    if split.in_order_of == NUMBERS:
        one, many = (
            later("{n:,.0f} later campaign by number"),
            later("{n:,.0f} later campaigns by number"),
        )
    elif split.in_order_of == MONTHS:
        one, many = (
            later("{n:,.0f} later campaign by month"),
            later("{n:,.0f} later campaigns by month"),
        )
    else:
        one, many = later("{n:,.0f} later campaign"), later("{n:,.0f} later campaigns")
    return say_count(one, many, count)


def undated(split: Split) -> str:
    """Say why it is not known how a model does on the next campaign, and what would settle it.

    Parameters
    ----------
    split : Split

    Returns
    -------
    str
        One or two sentences; "" where what is judged came later.

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame, evidence
    >>> table = pd.DataFrame({"x": range(80), "bought": [0, 0, 1, 1] * 20})
    >>> undated(evidence.hold_out(FeatureFrame.from_table(table, target="bought")))
    'How it does on the next campaign is not known: the table names no campaigns. Name a
    column that does, a month will do.'
    """
    if split.later:
        return ""
    if split.kind != HELD_OUT:
        return say(
            "How it does on the next campaign is not known: the order of the campaigns in time is "
            "not. Name the time column, or give the order."
        )
    if split.test.campaigns:
        return say(
            "How it does on the next campaign is not known: all outcomes that are known are of one "
            "campaign. Ask again after the next one."
        )
    return say(
        "How it does on the next campaign is not known: the table names no campaigns. Name a "
        "column that does, a month will do."
    )


def cautions(split: Split) -> str:
    """Say what a split cannot tell: of the next campaign, or at all; "" where it can.

    Parameters
    ----------
    split : Split

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> from workbench import FeatureFrame, evidence
    >>> table = pd.DataFrame({"x": range(80), "bought": [0, 0, 1, 1] * 20})
    >>> cautions(evidence.hold_out(FeatureFrame.from_table(table, target="bought")))
    'How it does on the next campaign is not known: the table names no campaigns. Name a
    column that does, a month will do.'
    """
    return " ".join(filter(None, [undated(split), split.too_few]))
