"""Real tables: ridge and network on the last campaigns, with an interval over campaigns."""

from scipy import stats

from weight_decay.worlds import mean_loss, timed
from workbench import RidgePropensity, evidence
from workbench.evidence.baselines import Boosting
from workbench.networks import NetworkPropensity


def on_later_campaigns(name, frame):
    """Fit to the earlier campaigns, and judge on the later; gains in per cent of the ridge's loss.

    Where the table has no order in time, the last of its campaigns by name are left out. The
    interval is that of a t test of the campaigns' gains, paired and weighed by contacts alike.
    """
    split = evidence.out_of_time(frame)
    ridge, _ = timed(RidgePropensity(), split.train)
    network, cpu = timed(NetworkPropensity(hidden="always"), split.train)
    kept = network.gain_ is not None and network.gain_.proven
    said = {
        "ridge": ridge.propensity(split.test),
        "always": network.propensity(split.test),
        "boosting": Boosting().fit(split.train).propensity(split.test),
    }
    losses = {method: mean_loss(split.test, p) for method, p in said.items()}
    saved = []
    for label in split.test.campaigns:
        some = split.test.campaign.eq(label).to_numpy()
        of = {m: mean_loss(split.test.rows(some), p[some]) for m, p in said.items()}
        saved.append(100 * (of["ridge"] - of["always"]) / losses["ridge"])
    gain = 100 * (1 - losses["always"] / losses["ridge"])
    ends = (float("nan"), float("nan"))
    if len(saved) > 1:
        ends = stats.t.interval(0.95, len(saved) - 1, gain, stats.sem(saved))
    return {
        "table": name,
        "contacts": len(split.train),
        "campaigns": len(split.test.campaigns),
        **losses,
        "gain_always_pct": gain,
        "low": float(ends[0]),
        "high": float(ends[1]),
        "wins": sum(one > 0 for one in saved),
        "kept": kept,
        "proven_left_out": bool(network.gain_ is not None and network.gain_.proven),
        "gain_pct": gain if kept else 0.0,
        "cpu": cpu,
    }
