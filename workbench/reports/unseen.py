"""What a model was judged on, in a headline's words: nothing is called later that may not be."""

from __future__ import annotations

from workbench.evidence.protocol import HELD_OUT, Split
from workbench.frame.dealing import what_stays_together
from workbench.messages import count_of
from workbench.tables.campaign_order import MONTHS, NUMBERS

_BY = {NUMBERS: " by number", MONTHS: " by month"}


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
        whose = " of customers" if what_stays_together(split.test) == "customers" else ""
        return f"contacts{whose} drawn at random"
    count = len(split.test.campaigns)
    if not split.later:
        return count_of(count, "other campaign")
    return f"{count_of(count, 'later campaign')}{_BY.get(split.in_order_of, '')}"


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
        why = "the order of the campaigns in time is not. Name the time column, or give the order"
    elif split.test.campaigns:
        why = "all outcomes that are known are of one campaign. Ask again after the next one"
    else:
        why = "the table names no campaigns. Name a column that does, a month will do"
    return f"How it does on the next campaign is not known: {why}."


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
