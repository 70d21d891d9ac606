"""How often the interval for one campaign more holds its loss, over rolling origins.

Each table is gone through once: before each campaign a model is fitted to those that were known
(`evidence.forward_estimate` does the same), and from the losses so far follows the interval.
"""

import numpy as np

from rolling.origins import ordered
from workbench import RidgePropensity

FIRST = 3  # campaigns that the first fit learns from


def figures(tables):
    """Return `coverage_next_pct` and of how many; None where nothing states such an interval."""
    try:
        from workbench.evidence.forward_losses import forward_losses
        from workbench.evidence.next_campaign import FEWEST, Rates, expected
    except ImportError:
        return {"coverage_next_pct": None}
    inside = []
    for table in tables:
        if not ordered(table.frame):
            continue
        try:
            judged = forward_losses(RidgePropensity(), table.frame, earlier=FIRST).judged
        except Exception as error:  # noqa: BLE001 - the other tables go on
            print(f"No interval of {table.name}: {type(error).__name__}: {error}", flush=True)
            continue
        judged = judged[judged["ahead"] == 1].reset_index(drop=True)
        held = []
        for k in range(FEWEST, len(judged)):
            here = judged.loc[k]
            rates = Rates(here["recent_rate"], here["all_rate"])
            found = expected(judged[:k], rates).loc["log_loss"]
            if np.isfinite(found["high"]):
                held.append(found["low"] <= here["log_loss"] <= found["high"])
        print(f"Interval held, {table.name}: {sum(held)} of {len(held)}", flush=True)
        inside += held
    share = 100 * float(np.mean(inside)) if inside else None
    return {"coverage_next_pct": share, "coverage_of": len(inside)}
