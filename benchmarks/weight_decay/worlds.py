"""Planted worlds, curved and straight: ridge, boosting and network on campaigns that come later."""

import time

import numpy as np
import pandas as pd

from workbench import RidgePropensity
from workbench.datasets import planted
from workbench.datasets.planted_curves import KINDS
from workbench.evidence.baselines import Boosting
from workbench.metrics.ranking import row_log_loss
from workbench.networks import NetworkPropensity

STRAIGHT = "straight"
WORLDS = (STRAIGHT, *KINDS)
LEARNED = 12


def mean_loss(frame, propensity):
    """Return the weighted mean log loss."""
    losses = row_log_loss(frame.y.to_numpy(), np.asarray(propensity))
    return float(np.average(losses, weights=frame.weights))


def draw(kind, seed, **sizes):
    """Return the training campaigns, the later ones, and the true chances of these."""
    curves = {} if kind == STRAIGHT else {"curved": 1.0, "curvature": kind}
    drawn = planted(seed=seed, **curves, **sizes)
    early = drawn.frame.campaign.isin(drawn.frame.campaigns[:LEARNED]).to_numpy()
    return drawn.frame.rows(early), drawn.frame.rows(~early), drawn.probability[~early]


def timed(method, frame):
    """Return a fitted method and the CPU seconds that it took."""
    start = time.process_time()
    return method.fit(frame), time.process_time() - start


def judged(kind, seed, **sizes):
    """Fit all to one draw, and judge them on its later campaigns."""
    train, later, truth = draw(kind, seed, **sizes)
    ridge, ridge_cpu = timed(RidgePropensity(), train)
    trees, trees_cpu = timed(Boosting(), train)
    network, network_cpu = timed(NetworkPropensity(hidden="always"), train)
    as_it_comes = network if network.gain_.proven else ridge
    row = {"world": kind, "seed": seed, "base_rate": float(later.y.mean())}
    row["truth"] = mean_loss(later, np.clip(truth, 1e-12, 1 - 1e-12))
    for name, model in (("ridge", ridge), ("boosting", trees), ("always", network)):
        row[name] = mean_loss(later, model.propensity(later))
    row["network"] = mean_loss(later, as_it_comes.propensity(later))
    row["kept"] = as_it_comes is network
    for name, model in (("ridge", ridge), ("network", as_it_comes)):
        row[f"spiky_{name}"] = float(model.score_share_by_group(later)["spiky"])
    return {**row, "ridge_cpu": ridge_cpu, "boosting_cpu": trees_cpu, "network_cpu": network_cpu}


def fit_time_ratio(seed=0):
    """CPU of the network, tuning included, over that of the ridge at the same columns."""
    train, _, _ = draw(KINDS[1], seed)
    network, network_cpu = timed(NetworkPropensity(hidden="always"), train)
    _, ridge_cpu = timed(RidgePropensity(), network.widened(train))
    return network_cpu / ridge_cpu


def ratios(table):
    """Return mean losses against the ridge's and boosting's by world, and their errors."""
    table = table.assign(
        vs_ridge=table["network"] / table["ridge"],
        vs_boosting=table["network"] / table["boosting"],
    )
    by_world = table.groupby("world", sort=False)
    found = by_world[
        ["truth", "ridge", "boosting", "always", "network", "spiky_ridge", "spiky_network"]
    ].mean()
    for name in ("vs_ridge", "vs_boosting"):
        found[name] = by_world[name].mean()
        found[f"{name}_error"] = by_world[name].sem()
    found["draws"] = by_world.size()
    found["kept"] = by_world["kept"].sum()
    return pd.DataFrame(found)
