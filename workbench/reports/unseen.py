"""What a model was judged on, in a headline's words: nothing is called later that may not be."""

from __future__ import annotations

from workbench.evidence.protocol import HELD_OUT, Split
from workbench.frame.dealing import what_stays_together
from workbench.messages import count_of
from workbench.tables.campaign_order import FILE, MONTHS, NUMBERS

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
    if split.in_order_of == FILE:
        return f"the last {count_of(count, 'campaign') if count > 1 else 'campaign'} of the file"
    return f"{count_of(count, 'later campaign')}{_BY.get(split.in_order_of, '')}"


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
    said = []
    if not split.later:
        why = "the table names no campaigns. Name a column that does, a month will do"
        if split.kind != HELD_OUT:
            why = (
                "the order of the campaigns in time is not. Name the time column, or give the order"
            )
        elif split.test.campaigns:
            why = "all outcomes that are known are of one campaign. Ask again after the next one"
        said.append(f"How it does on the next campaign is not known: {why}.")
    return " ".join(filter(None, [*said, split.too_few]))
