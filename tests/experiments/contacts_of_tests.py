"""Contacts of made-up tests, and what is read of them."""

import numpy as np
import pandas as pd

from workbench import FeatureFrame
from workbench.experiments.tested import tested


def frame_of(
    n=400, *, seed=0, kind="binary", arms=("none", "mail"), share=None, p=3, effect=0.3, **series
):
    """A frame of a test at random, whose first feature tells the outcome; and the outcome."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame(rng.normal(size=(n, p)), columns=[f"x{k}" for k in range(p)])
    arm = rng.choice(len(arms), n, p=share)
    middle = X["x0"].to_numpy() + effect * (arm > 0)
    if kind == "binary":
        y = (rng.random(n) < 1 / (1 + np.exp(-middle))).astype(float)
    elif kind == "count":
        y = rng.poisson(np.exp(0.3 * middle)).astype(float)
    else:
        y = middle + rng.normal(size=n)
    told = pd.Series(np.asarray(arms)[arm])
    outcome = pd.Series(y if kind == "binary" else np.zeros(n))
    frame = FeatureFrame(X, outcome, treatment=told, control=arms[0], **series)
    return frame, y


def read(frame, outcome=None, **settings):
    """What `read_out` begins with."""
    settings = {"kind": None, "cluster": None} | settings
    return tested(frame, outcome=outcome, **settings)
