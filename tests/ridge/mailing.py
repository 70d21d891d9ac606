"""A randomised mailing whose effect differs between contacts, small enough to check by hand."""

import numpy as np
import pandas as pd
from scipy.special import expit

from workbench import FeatureFrame

GROUPS = {"recency": "web", "visits": "web", "age": "person", "city": "person"}


def mailing(rows=3000, *, seed=0, share=0.5, campaigns=4, effect=1.0):
    """A frame of contacts; ``share`` is the chance to be mailed, one for all or one a row."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(
        {
            "recency": 200.0 + 50.0 * rng.normal(size=rows),
            "visits": rng.poisson(3.0, rows).astype("float64"),
            "age": rng.normal(40, 10, rows),
            "city": rng.choice(["Bonn", "Köln", "Ulm"], rows),
        }
    )
    mailed = rng.random(rows) < share
    untreated, treated = log_odds(X, effect)
    chance = expit(np.where(mailed, treated, untreated))
    labels = pd.Series(np.arange(rows) * campaigns // rows).map("2024-{:02d}".format)
    return FeatureFrame(
        X,
        pd.Series((rng.random(rows) < chance).astype("float64")),
        campaign=labels if campaigns else None,
        catalogue=pd.DataFrame({"group": GROUPS}),
        treatment=pd.Series(np.where(mailed, "mail", "none")),
        control="none",
    )


def log_odds(X, effect=1.0):
    """The truth, untreated and treated."""
    untreated = -1.5 + (X["recency"] - 200) / 100
    return untreated, untreated + effect * (
        0.3 + 0.3 * (X["visits"] - 3) + 0.4 * (X["city"] == "Ulm")
    )


def true_uplift(X, effect=1.0):
    untreated, treated = log_odds(X, effect)
    return expit(treated) - expit(untreated)


def mailed(frame):
    """1 where a row was mailed, else 0."""
    return (frame.treatment == "mail").to_numpy(dtype="float64")


def numeric(frame):
    """The frame without its text column, whose levels are collinear with the intercept."""
    return frame.without("city")
