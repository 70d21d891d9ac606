"""The effect within each campaign, and whether effects differ between campaigns."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from workbench.experiments.assignment import Assigned
from workbench.experiments.effects import difference, row_of
from workbench.experiments.tested import FEWEST, Tested, unit_counts
from workbench.experiments.validity import Validity
from workbench.metrics.heterogeneity import heterogeneity
from workbench.numbers import Array

COLUMNS = (
    *("campaign", "contacts", "contacts_against", "mean", "mean_against"),
    *("effect", "low", "high", "std_error"),
)


def by_campaign(
    found: Tested, given: Assigned, pair: tuple[int, int], h: Array | None, rule: Validity
) -> pd.DataFrame:
    """Compare two arms within each campaign in which both have enough contacts."""
    rows: list[dict[str, object]] = []
    if found.frame.campaign is not None:
        campaign = pd.Series(found.frame.campaign)
        for label in campaign.unique():
            here = (campaign == label).to_numpy()
            own = found.rows(here)
            units = unit_counts(own, own.arm, len(found.names))
            if min(units[pair[0]], units[pair[1]]) < FEWEST:
                continue
            part = replace(given, omega=given.omega[here], stratum=given.stratum[here] * 0)
            one = row_of(difference(own, part, pair, None if h is None else h[here]), rule)
            rows.append({"campaign": label, **one})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def heterogeneity_of(table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Tell of each comparison how far its campaigns differ beyond chance."""
    rows = [
        {"arm": arm, "against": against}
        | heterogeneity(part["effect"], part["std_error"], level=level).to_dict()
        for (arm, against), part in table.groupby(["arm", "against"], sort=False)
    ]
    return pd.DataFrame(rows)
