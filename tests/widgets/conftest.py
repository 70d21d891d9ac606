"""Campaigns with a spiky group, fitted; and Node, which runs the pure functions of the views."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench import FeatureFrame, RidgePropensity
from workbench.widgets.fitted.facts import Facts
from workbench.widgets.private.contributions import Clipped
from workbench.widgets.private.release import count, release
from workbench.widgets.tuner.settings import Judged, stored_settings
from workbench.widgets.tuner.state import exported_state

FRONT = Path(__file__).resolve().parents[2] / "workbench" / "widgets" / "front"


def campaign_frame(seed=0, *, campaigns=8, each=700, plain=6, spiky=4, effect=0.6):
    """Contacts with a group that is alike in all campaigns and one that lives in two of them."""
    rng = np.random.default_rng(seed)
    n = campaigns * each
    fold = np.repeat(np.arange(campaigns), each)
    X = pd.DataFrame(rng.normal(size=(n, plain)), columns=[f"visits_{j}" for j in range(plain)])
    X["visits_0"] = rng.poisson(2.0, n).astype(float)
    for j in range(spiky):
        lives = (fold == 1) | (fold == 4)
        X[f"promo_{j}"] = np.where(lives, rng.lognormal(size=n), 0.0) * (rng.random(n) < 0.4)
    slopes = rng.normal(0, 0.3, plain)
    spike = effect * (X["promo_0"] > 0) * np.where(fold == 1, 1.0, -0.5)
    log_odds = -2 + 0.2 * rng.normal(size=campaigns)[fold] + X.iloc[:, :plain] @ slopes + spike
    y = pd.Series((rng.random(n) < 1 / (1 + np.exp(-log_odds))).astype(float))
    catalogue = pd.DataFrame({"group": ["behaviour"] * plain + ["promo"] * spiky}, index=X.columns)
    labels = pd.Series([f"2024-{k + 1:02d}" for k in fold])
    return FeatureFrame(X, y, campaign=labels, catalogue=catalogue)


@pytest.fixture(scope="session")
def frame():
    return campaign_frame()


@pytest.fixture(scope="session")
def tuned_ahead(frame):
    """Tuned on campaigns judged by those before them, and the same penalties, given."""
    tuned = RidgePropensity(folds="forward").fit(frame)
    return tuned, RidgePropensity(1.0).fit(frame).refit(tuned.penalties_)


@pytest.fixture(scope="session")
def model(frame):
    return RidgePropensity().fit(frame)


@pytest.fixture(scope="session")
def make_frame():
    return campaign_frame


@pytest.fixture(scope="session")
def export():
    """Everything that an exported view holds, of a model."""

    def exported(model, frame=None, mine=None):
        facts = Facts.of(model)
        released = release(facts, count(model.workspace_.given.rows))
        judged = Judged.of(model, frame, facts)
        settings = stored_settings(model, facts, judged, mine)
        return exported_state(released, settings, {"uniform": facts.uniform})

    return exported


@pytest.fixture(scope="session")
def node():
    """Run a module of JavaScript under Node, in the folder of what views share; it prints JSON."""
    executable = shutil.which("node")
    if executable is None:
        pytest.skip("no Node on this machine (on Debian: apt-get install nodejs)")

    def run(source, given=None):
        done = subprocess.run(
            [executable, "--input-type=module", "-e", source],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            cwd=FRONT,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def clipped_rows():
    """Nine hundred rows of three hundred customers in three folds, ready to be measured."""
    rng = np.random.default_rng(0)
    n = 900
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 3))])
    y = (rng.random(n) < 1 / (1 + np.exp(1.5 - x[:, 1]))) * 1.0
    fold, person = np.arange(n) // 300, np.arange(n) % 300
    return Clipped(x, np.zeros(n), y, np.ones(n), fold, person, rng.random(n))


@pytest.fixture(scope="session")
def make_told():
    """Make facts of released statistics."""

    def made(stats, penalties):
        names = tuple(f"x{j}" for j in range(len(penalties)))
        folds = tuple(f"fold {g}" for g in range(stats.held))
        about = (np.eye(len(names) + 1), np.ones(len(names)), names, names, names)
        return Facts(stats, *about, folds, penalties, 0.02, 900.0)

    return made
